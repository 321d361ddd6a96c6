/// The named character references of the HTML Standard.
enum NamedReference {
    /// The longest name, its semicolon included.
    static let nameBytesMax = 32
    /// The longest name that may stand without a semicolon.
    static let legacyNameBytesMax = 6

    /// What `name` (without `&`, with its semicolon if it has one) stands for: one scalar, or two,
    /// the second in the bits from 21 up. Nil for a name that is none.
    static func value(of name: Span<UInt8>) -> UInt64? {
        var hash: UInt32 = 0
        for index in name.indices { hash = hash &* 31 &+ UInt32(name[index]) }
        var slot = Int((hash ^ hash >> 13) & 4095)
        while entitySlots[slot] != 0 {
            let number = Int(entitySlots[slot]) - 1
            if matches(name, number) { return entityValues[number] }
            slot = (slot + 1) & 4095
        }
        return nil
    }

    private static func matches(_ name: Span<UInt8>, _ number: Int) -> Bool {
        let start = Int(entityOffsets[number])
        guard Int(entityOffsets[number + 1]) - start == name.count else { return false }
        for index in name.indices where entityNames[start + index] != name[index] {
            return false
        }
        return true
    }
}

/// A numeric character reference that is being read.
struct NumericReference {
    enum Base { case unknown, decimal, hexadecimal }

    private(set) var value: UInt32 = 0
    private(set) var hasDigits = false
    var base = Base.unknown
    /// The letter that began a hexadecimal reference, as written.
    var marker: UInt8 = 0

    /// Takes a digit in; false if `byte` is none. More digits than fit keep the value out of range.
    mutating func take(_ byte: UInt8) -> Bool {
        guard let digit = byte.hexValue, base == .hexadecimal || digit < 10 else { return false }
        hasDigits = true
        value = min(value * (base == .hexadecimal ? 16 : 10) + UInt32(digit), 0x110000)
        return true
    }

    /// The scalar meant: bytes of windows-1252 instead of C1 controls, U+FFFD instead of what no
    /// scalar is.
    var scalar: UInt32 {
        switch value {
        case 0, 0xD800...0xDFFF, 0x110000...: 0xFFFD
        case 0x80...0x9F: Self.windows1252[Int(value - 0x80)]
        default: value
        }
    }

    /// Source: HTML Standard, numeric character reference end state.
    private static let windows1252: InlineArray<32, UInt32> = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013,
        0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
    ]
}
