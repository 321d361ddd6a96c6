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
        hash(text, from: range.lowerBound, to: range.upperBound)
    }

    /// The hash of the token from `start` to `end`.
    @inlinable @inline(__always)
    public static func hash(_ text: Span<UInt8>, from start: Int, to end: Int) -> UInt32 {
        let length = end &- start
        guard length < 8, start <= text.count &- 8 else { return longHash(text, start, end) }
        return hash(text.word(at: start), length: length)
    }

    /// The hash of a token of fewer than eight bytes: the low `length` bytes of `word`.
    @inlinable @inline(__always)
    public static func hash(_ word: UInt64, length: Int) -> UInt32 {
        // What `add` does with a piece of fewer than eight bytes.
        let mask = (UInt64(1) &<< UInt64(truncatingIfNeeded: length &* 8)) &- 1
        let word = word & mask
        var hash = KeyHash(seed: seed)
        hash.fold(word | UInt64(truncatingIfNeeded: length) &<< 56)
        return UInt32(truncatingIfNeeded: hash.value)
    }

    /// The hash of a token of 8 to 15 bytes: `first`, and the low `length - 8` bytes of `second`.
    @inlinable @inline(__always)
    public static func hash(_ first: UInt64, _ second: UInt64, length: Int) -> UInt32 {
        let rest = UInt64(truncatingIfNeeded: length &- 8)
        var hash = KeyHash(seed: seed)
        hash.fold(first)
        hash.fold(second & ((1 &<< (rest &* 8)) &- 1) | rest &<< 56)
        return UInt32(truncatingIfNeeded: hash.value)
    }

    @usableFromInline static var seed: UInt64 { 0x6B68_6965_6E00_0008 }

    /// Not part of the loop over tokens: most have fewer than eight bytes.
    @inlinable @inline(never)
    static func longHash(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> UInt32 {
        var hash = KeyHash(seed: seed)
        hash.add(text, start..<end)
        return UInt32(truncatingIfNeeded: hash.value)
    }
}
