/// Tokens of URLs and patterns: the key of the pattern index.
public enum Token {
    /// Letters in lower case, digits and `%`.
    @inlinable public static func isTokenByte(_ byte: UInt8) -> Bool {
        byte &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "%")
    }

    /// The hash of the token in `range`.
    @inlinable public static func hash(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt32 {
        var hash = KeyHash(seed: 0x6B68_6965_6E00_0008)
        hash.add(text, range)
        return UInt32(truncatingIfNeeded: hash.value)
    }
}
