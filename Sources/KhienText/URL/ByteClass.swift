/// What a byte is to the URL parser: a set of flags, read from a generated table.
///
/// The percent-encode sets are those of the URL Standard; bytes from 0x80 up are in all of them.
struct ByteClass: OptionSet {
    let rawValue: UInt16

    @inline(__always)
    init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The classes of `byte`.
    @inline(__always)
    init(_ byte: UInt8) { rawValue = byteClassTable[Int(byte)] }

    static let encodeControl = ByteClass(rawValue: 1 << 0)
    static let encodeFragment = ByteClass(rawValue: 1 << 1)
    static let encodeQuery = ByteClass(rawValue: 1 << 2)
    static let encodeSpecialQuery = ByteClass(rawValue: 1 << 3)
    static let encodePath = ByteClass(rawValue: 1 << 4)
    static let encodeUserinfo = ByteClass(rawValue: 1 << 5)
    static let forbiddenHost = ByteClass(rawValue: 1 << 6)
    static let forbiddenDomain = ByteClass(rawValue: 1 << 7)
    static let plainHost = ByteClass(rawValue: 1 << 8)
    static let plainPath = ByteClass(rawValue: 1 << 9)
    static let plainQuery = ByteClass(rawValue: 1 << 10)
    static let plainFragment = ByteClass(rawValue: 1 << 11)
    static let escapeLookup = ByteClass(rawValue: 1 << 12)
    static let scheme = ByteClass(rawValue: 1 << 13)
    static let hexadecimal = ByteClass(rawValue: 1 << 14)

    /// Whether `byte` is in any of the classes of `self`.
    @inline(__always)
    func contains(byte: UInt8) -> Bool { byteClassTable[Int(byte)] & rawValue != 0 }

    /// Whether all eight bytes of `word` are in a class that `self`, one class, names.
    @inline(__always)
    func containsAll(_ word: UInt64) -> Bool {
        var common = rawValue
        for place in 0..<8 {
            let byte = UInt8(truncatingIfNeeded: word &>> UInt64(place &* 8))
            common &= byteClassTable[Int(byte)]
        }
        return common != 0
    }
}

extension UInt8 {
    @inline(__always) var isUpper: Bool { self &- 0x41 < 26 }
    @inline(__always) var isAlpha: Bool { (self | 0x20) &- 0x61 < 26 }
    @inline(__always) var isDigit: Bool { self &- 0x30 < 10 }
    /// ASCII upper-case letters in lower case; all else as it is.
    @inline(__always) var lowered: UInt8 { isUpper ? self | 0x20 : self }
    /// The value of a hexadecimal digit, or nil.
    @inline(__always) var hexValue: UInt8? {
        if isDigit { return self &- 0x30 }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : nil
    }
    /// The upper-case hexadecimal digit of the low four bits.
    @inline(__always) var upperHexDigit: UInt8 {
        let value = self & 15
        return value < 10 ? 0x30 + value : 0x37 + value
    }
}
