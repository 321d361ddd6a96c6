// The character classes of RFC 9110 and RFC 3986 as bit sets: bit n of two words for byte n.

extension UInt8 {
    @inline(__always)
    private func isMember(low: UInt64, high: UInt64) -> Bool {
        let word = self < 64 ? low : high
        return self < 128 && (word &>> UInt64(self & 63)) & 1 != 0
    }

    /// `tchar`: `!#$%&'*+-.^_`|~`, digits and letters.
    ///
    /// Source: RFC 9110 section 5.6.2.
    @inline(__always)
    var isToken: Bool {
        isMember(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
    }

    /// What may stand in a registered name: unreserved, sub-delims and the percent sign.
    ///
    /// Source: RFC 3986 section 3.2.2.
    @inline(__always)
    var isRegisteredName: Bool {
        isMember(low: 0x2BFF_7FF2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    }

    /// What may stand between the brackets of an IPv6 literal; no zone and no IPvFuture.
    @inline(__always)
    var isAddressLiteral: Bool { isHexDigit || self == .colon || self == .dot }

    @inline(__always)
    var isDigit: Bool { self &- 0x30 < 10 }

    @inline(__always)
    var isHexDigit: Bool { isDigit || (self | 0x20) &- 0x61 < 6 }

    /// A letter, a digit, a hyphen or a dot.
    @inline(__always)
    var isCommon: Bool { isLetter || isDigit || self == 0x2D || self == .dot }

    @inline(__always)
    var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

    /// What may stand in a field value: HTAB, SP, VCHAR and obs-text.
    ///
    /// Source: RFC 9110 section 5.5.
    @inline(__always)
    var isFieldByte: Bool { (self >= 0x20 && self != 0x7F) || self == .tab }

    /// A space or a tab.
    @inline(__always)
    var isBlank: Bool { self == .space || self == .tab }

    @inline(__always)
    var lowercasedASCII: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    static var tab: UInt8 { 0x09 }
    static var lineFeed: UInt8 { 0x0A }
    static var carriageReturn: UInt8 { 0x0D }
    static var space: UInt8 { 0x20 }
    static var quote: UInt8 { 0x22 }
    static var hash: UInt8 { 0x23 }
    static var percent: UInt8 { 0x25 }
    static var asterisk: UInt8 { 0x2A }
    static var comma: UInt8 { 0x2C }
    static var dot: UInt8 { 0x2E }
    static var slash: UInt8 { 0x2F }
    static var colon: UInt8 { 0x3A }
    static var semicolon: UInt8 { 0x3B }
    static var equals: UInt8 { 0x3D }
    static var questionMark: UInt8 { 0x3F }
    static var at: UInt8 { 0x40 }
    static var openBracket: UInt8 { 0x5B }
    static var backslash: UInt8 { 0x5C }
    static var closeBracket: UInt8 { 0x5D }
}
