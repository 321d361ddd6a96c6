/// Eight bytes in one word, the first the lowest: what is asked of each byte is asked of all at once.
///
/// Source of the comparisons: H. S. Warren, "Hacker's Delight", section 6-1. Adding to the low seven
/// bits of a byte carries into its top bit and never into the next byte, so the answers are exact.
public enum EightBytes {
    @inlinable static var ones: UInt64 { 0x0101_0101_0101_0101 }
    /// The top bit of each byte: where the answers stand.
    @inlinable static var tops: UInt64 { 0x8080_8080_8080_8080 }

    /// The bytes from `offset`. Traps where fewer than eight are left.
    @inlinable @inline(__always)
    public static func load(_ text: Span<UInt8>, at offset: Int) -> UInt64 {
        // SAFETY: `unsafeLoadUnaligned` checks the bounds; any eight bytes are a UInt64.
        unsafe text.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    /// The top bit of each byte that is `byte`.
    @inlinable @inline(__always)
    static func equal(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        let difference = word ^ (ones &* UInt64(byte))
        return ~(((difference & ~tops) &+ ~tops) | difference | ~tops)
    }

    /// ASCII letters in lower case, all else as it is.
    @inlinable @inline(__always)
    public static func lowered(_ word: UInt64) -> UInt64 {
        let low = word & ~tops
        let isUpper = (low &+ from(0x41)) & ~(low &+ from(0x5B)) & ~word & tops
        return word | (isUpper &>> 2)
    }

    /// One bit for each byte, the first the lowest: it is `a` to `z`, `0` to `9` or `%`.
    @inlinable @inline(__always)
    public static func tokenBits(_ word: UInt64) -> UInt64 {
        let low = word & ~tops
        let letter = (low &+ from(0x61)) & ~(low &+ from(0x7B))
        let digit = (low &+ from(0x30)) & ~(low &+ from(0x3A))
        let percent = ~((low ^ (ones &* 0x25)) &+ ~tops)
        let isToken = (letter | digit | percent) & ~word & tops
        // Each top bit moved to bit 56 and on, in the order of the bytes.
        return ((isToken &>> 7) &* 0x0102_0408_1020_4080) &>> 56
    }

    /// What to add so that the top bit tells whether a byte below 0x80 is `byte` or more.
    @inlinable @inline(__always)
    static func from(_ byte: UInt64) -> UInt64 { ones &* (0x80 - byte) }
}
