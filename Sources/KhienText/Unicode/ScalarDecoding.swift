/// UTF-8 to scalar values and back, over bytes.
enum ScalarDecoding {
    /// The scalar at `index` and its length in bytes; nil if the bytes there are not UTF-8
    /// (overlong forms, surrogates and values above U+10FFFF are not).
    ///
    /// Source: RFC 3629 section 4.
    static func scalar(
        in bytes: Span<UInt8>, at index: Int
    ) -> (value: UInt32, length: Int)? {
        let first = bytes[index]
        if first < 0x80 { return (UInt32(first), 1) }
        let length: Int
        let minimum: UInt32
        var value: UInt32
        switch first {
        case 0xC2...0xDF: (length, minimum, value) = (2, 0x80, UInt32(first & 0x1F))
        case 0xE0...0xEF: (length, minimum, value) = (3, 0x800, UInt32(first & 0x0F))
        case 0xF0...0xF4: (length, minimum, value) = (4, 0x10000, UInt32(first & 0x07))
        default: return nil
        }
        guard index + length <= bytes.count else { return nil }
        for offset in 1..<length {
            let byte = bytes[index + offset]
            guard byte & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        guard value >= minimum, value <= 0x10FFFF, value & 0xFFFF_F800 != 0xD800 else {
            return nil
        }
        return (value, length)
    }

    /// Appends a scalar value as UTF-8.
    static func append(_ scalar: UInt32, to output: inout [UInt8]) {
        func tail(_ shift: UInt32) -> UInt8 {
            UInt8(truncatingIfNeeded: scalar >> shift) & 0x3F | 0x80
        }
        switch scalar {
        case ..<0x80:
            output.append(UInt8(truncatingIfNeeded: scalar))
        case ..<0x800:
            output.append(UInt8(truncatingIfNeeded: scalar >> 6) | 0xC0)
            output.append(tail(0))
        case ..<0x10000:
            output.append(UInt8(truncatingIfNeeded: scalar >> 12) | 0xE0)
            output.append(tail(6))
            output.append(tail(0))
        default:
            output.append(UInt8(truncatingIfNeeded: scalar >> 18) | 0xF0)
            output.append(tail(12))
            output.append(tail(6))
            output.append(tail(0))
        }
    }
}
