import KhienModel

/// Classes of bytes of URLs, eight bytes at a time: what the generated table says of one byte, in a
/// few sums. The tests hold both against each other.
///
/// Answers stand in the top bits of the bytes. In a word of ASCII a sum of two bytes below 0x80
/// never carries into the next one, so that the top bit of `byte + 0x80 - first` says that the byte
/// is at least `first`. Bytes from 0x80 up belong to no class; a carry out of one can only change
/// answers about bytes behind it, which nobody asks for, since every reader stops there.
enum PlainWord {
    @inline(__always)
    private static func each(_ byte: UInt8) -> UInt64 { UInt64.everyByte &* UInt64(byte) }

    /// The top bits of the bytes in front of the first one that has its top bit in `ends`; all
    /// eight where there is none.
    @inline(__always)
    static func before(_ ends: UInt64) -> UInt64 {
        ((ends & (0 &- ends)) &- 1) & UInt64.highBits
    }

    /// The top bits of bytes from `first` to `last`, with rubbish in the other bits.
    @inline(__always)
    private static func range(_ word: UInt64, _ first: UInt8, _ last: UInt8) -> UInt64 {
        (word &+ each(0x80 &- first))
            & ~(word &+ each(0x7F &- last))
    }

    /// The top bits of bytes that are not `byte`, with rubbish in the other bits.
    @inline(__always)
    private static func not(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        (word ^ each(byte)) &+ each(0x7F)
    }

    /// Letters of either case, with rubbish in the other bits.
    @inline(__always)
    static func letters(_ word: UInt64) -> UInt64 {
        range(word | each(0x20), 0x61, 0x7A)
    }

    /// Digits and `-`, `.`, `_`, with rubbish in the other bits.
    @inline(__always)
    static func digitsAndMarks(_ word: UInt64) -> UInt64 {
        range(word, 0x30, 0x39) | range(word, 0x2D, 0x2E) | ~not(word, 0x5F)
    }

    /// A word of ASCII in lower case, and one bit for each byte of it that belongs to a token, the
    /// first the lowest.
    @inline(__always)
    static func lowered(_ word: UInt64) -> (lowered: UInt64, bits: UInt64) {
        let letters = letters(word)
        let tops = (letters | range(word, 0x30, 0x39) | ~not(word, 0x25)) & UInt64.highBits
        // Bit 5 set turns upper-case letters into lower-case ones, and keeps those.
        let lowered = word | (letters & UInt64.highBits) &>> 2
        return (lowered, ((tops &>> 7) &* 0x0102_0408_1020_4080) &>> 56)
    }

    /// `.` and `/`, with rubbish in the other bits.
    @inline(__always)
    static func dotsAndSlashes(_ word: UInt64) -> UInt64 { range(word, 0x2E, 0x2F) }

    /// All bytes but those that most paths are made of: letters, `=`, `_`, and from `&` to `;`.
    @inline(__always)
    static func notInPath(_ word: UInt64) -> UInt64 {
        let plain = letters(word) | range(word, 0x26, 0x3B)
        return ((~plain & not(word, 0x3D) & not(word, 0x5F)) | word) & UInt64.highBits
    }

    /// All bytes that are not their own serialisation in a query: controls, space, `"`, `#`, `'`,
    /// `<`, `>`, and what is not ASCII.
    @inline(__always)
    static func notInQuery(_ word: UInt64) -> UInt64 {
        let isAboveSpace = word &+ each(0x5F)
        let others = not(word, 0x27) & not(word | each(2), 0x3E)
        return (~(isAboveSpace & others) | range(word, 0x22, 0x23) | (word &+ each(1)) | word)
            & UInt64.highBits
    }
}

extension Span where Element == UInt8 {
    /// The eight bytes at `offset`; zeros stand for those behind the end.
    ///
    /// - Precondition: there are at least eight bytes.
    @inline(__always)
    func paddedWord(at offset: Int) -> UInt64 {
        let missing = offset &- (count &- 8)
        if missing <= 0 { return word(at: offset) }
        // The word that ends with the span; what stands before `offset` is shifted out.
        return missing < 8 ? word(at: count &- 8) &>> UInt64(truncatingIfNeeded: missing &* 8) : 0
    }
}
