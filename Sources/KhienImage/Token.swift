import KhienModel

/// Tokens of URLs and patterns: the key of the pattern index.
public enum Token {
    /// Letters in lower case, digits and `%`.
    @inlinable public static func isTokenByte(_ byte: UInt8) -> Bool {
        byte &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "%")
    }

    /// One bit for each byte of a word, the first the lowest: `isTokenByte`, eight at a time.
    @inlinable @inline(__always) public static func bits(_ word: UInt64) -> UInt64 {
        let letters = word.bytes(from: UInt8(ascii: "a"), through: UInt8(ascii: "z"))
        let digits = word.bytes(from: UInt8(ascii: "0"), through: UInt8(ascii: "9"))
        let tops = letters | digits | word.bytes(equalTo: UInt8(ascii: "%"))
        // Each top bit moved to bit 56 and on, in the order of the bytes.
        return ((tops &>> 7) &* 0x0102_0408_1020_4080) &>> 56
    }

    /// The hash of the token in `range`.
    @inlinable @inline(__always)
    public static func hash(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt32 {
        var hash = KeyHash(seed: 0x6B68_6965_6E00_0008)
        let length = range.count
        if length < 8, range.lowerBound <= text.count &- 8 {
            // What `add` does with a piece of fewer than eight bytes.
            let mask = (UInt64(1) &<< UInt64(truncatingIfNeeded: length &* 8)) &- 1
            let word = text.word(at: range.lowerBound) & mask
            hash.fold(word | UInt64(truncatingIfNeeded: length) &<< 56)
        } else {
            hash.add(text, range)
        }
        return UInt32(truncatingIfNeeded: hash.value)
    }
}
