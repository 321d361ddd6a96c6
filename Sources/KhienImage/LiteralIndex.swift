import KhienModel

/// The ways in which a literal waits for a window of text; each has a filter of its own.
public enum LiteralKind: Int, CaseIterable, Sendable {
    /// By the window's first six bytes.
    case six
    /// By four bytes from one byte before the window.
    case back
    /// By its first four.
    case four
    /// By its first three.
    case head
    /// By the three after its first.
    case tail
    /// By two bytes anywhere, or one.
    case pair

    /// What a hash is changed by, so that each kind has postings of its own. Random.
    @inlinable public var mix: UInt32 {
        switch self {
        case .six: 0
        case .back: 0xDAA6_6D2B
        case .four: 0x3C6E_F372
        case .head: 0x78DD_E6E4
        case .tail: 0x1715_609D
        case .pair: 0xB54C_DA56
        }
    }
}

/// A bitmap of the hashes that literals wait for in one way: by the upper bits of a hash. That of pairs is
/// asked for the pair itself, times 2^16.
public struct LiteralFilter: Sendable {
    @usableFromInline let bits: ImageBytes
    /// 32 less the bits of a bit's number.
    public let shift: UInt32

    /// Nil where the size is no power of two.
    init?(_ bits: ImageBytes) {
        let count = bits.count * 8
        guard count >= 32, count & (count - 1) == 0 else { return nil }
        self.bits = bits
        shift = UInt32(32 - count.trailingZeroBitCount)
    }

    /// Where its words begin.
    @unsafe public var base: UnsafeRawPointer { unsafe bits.base }

    /// 1 in the lowest bit where there may be postings; bits above it mean nothing.
    @inlinable @inline(__always) public func mayHave(_ hash: UInt32) -> UInt32 {
        let bit = hash &>> shift
        // SAFETY: the number has as many bits as the filter asks for, so the word lies inside.
        return unsafe bits.base.loadUnaligned(
            fromByteOffset: Int(bit >> 5) &* 4, as: UInt32.self) &>> (bit & 31)
    }
}

/// A literal that waits for a window: where it stands around it, and eight bytes to compare first.
///
/// ```
/// 16 bytes: value u64, tag u32,
///   word u32: bits 0 to 19 literal, 20 to 22 bytes of the value less one,
///             23 to 30 where the window stands in the literal, plus one,
///             31: the value stands two bytes before the window, not one
/// ```
public struct LiteralPosting: Sendable {
    @inlinable public static var byteCount: Int { 16 }

    /// Up to eight bytes of the literal, the first the lowest.
    public let value: UInt64
    /// The hash that it waits for, changed by its kind.
    public let tag: UInt32
    @usableFromInline let word: UInt32

    /// - Parameters:
    ///   - offset: where the window stands in the literal, -1 to 254; -1 is one byte before it.
    ///   - start: where the value stands in the literal.
    ///   - valueBytes: 1 to 8; the whole literal where it is shorter than eight bytes.
    public init(
        value: UInt64, tag: UInt32, literal: UInt32, offset: Int, start: Int, valueBytes: Int
    ) {
        self.value = value
        self.tag = tag
        let isTwoBefore = valueBytes == 8 && start - offset == -2
        word =
            literal | UInt32(valueBytes - 1) << 20 | UInt32(offset + 1) << 23
            | (isTwoBefore ? 1 << 31 : 0)
    }

    /// Reads the posting at an offset of the table.
    @inlinable @inline(__always) init(_ bytes: ImageBytes, at record: Int) {
        value = bytes.uint64(at: record)
        tag = bytes.uint32(at: record + 8)
        word = bytes.uint32(at: record + 12)
    }

    @inlinable @inline(__always) public var literal: UInt32 { word & 0xF_FFFF }
    @inlinable @inline(__always) public var offset: Int { Int(word &>> 23 & 0xFF) &- 1 }
    @inlinable @inline(__always) public var valueBytes: Int { Int(word &>> 20 & 7) &+ 1 }

    /// Where the value stands in the text, counted from the window: -6 to 1.
    @inlinable @inline(__always) public var delta: Int {
        let isWhole = word & 7 &<< 20 != 7 &<< 20
        // A value of eight bytes begins with the literal where the window does.
        let before = offset > 0 ? -1 &- Int(word &>> 31) : -offset
        return isWhole ? -offset : before
    }

    /// 0 where the window's bytes, eight of them from `delta`, are those of the value.
    @inlinable @inline(__always) public func difference(from bytes: UInt64) -> UInt64 {
        (bytes ^ value) &<< (56 &- UInt64(word &>> 20 & 7) &* 8)
    }

    /// As two words of the image.
    public var words: [UInt64] { [value, UInt64(tag) | UInt64(word) << 32] }
}
