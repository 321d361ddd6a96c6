import KhienModel

/// The postings that wait for a hash of a window, behind a bitmap of all such hashes.
public struct LiteralIndex: Sendable {
    @usableFromInline let filter: ImageBytes
    /// Bits of the filter less one; a power of two of them, 32 at least.
    @usableFromInline let mask: UInt32
    @usableFromInline let slots: SlotIndex

    /// Nil where a size is no power of two, or a slot is wrong.
    init?(filter: ImageBytes, slots: ImageBytes, limit: Int) {
        let bits = filter.count * 8
        guard bits >= 32, bits & (bits - 1) == 0, let slots = SlotIndex(slots, limit: limit) else {
            return nil
        }
        self.filter = filter
        mask = UInt32(truncatingIfNeeded: bits - 1)
        self.slots = slots
    }

    /// 1 in the lowest bit where there may be postings; bits above it mean nothing.
    @inlinable @inline(__always) public func mayHave(_ hash: UInt32) -> UInt32 {
        let bit = hash & mask
        // SAFETY: `mask` is the filter's bits less one, so the word lies inside: checked in `init`.
        return unsafe filter.base.loadUnaligned(
            fromByteOffset: Int(bit >> 5) &* 4, as: UInt32.self) &>> (bit & 31)
    }

    /// The postings of a hash; nil where there are none. Allocates nothing.
    @inlinable @inline(__always) public func postings(_ hash: UInt32) -> RuleRange? {
        mayHave(hash) & 1 == 0 ? nil : listed(hash)
    }

    /// As `postings`, where the filter was asked already.
    @inlinable @inline(__always) public func listed(_ hash: UInt32) -> RuleRange? {
        slots.find(hash, hash: hash)
    }
}

/// A literal that waits for a window: where it stands around it, and eight bytes to compare first.
public struct LiteralPosting: Sendable {
    @inlinable public static var byteCount: Int { 16 }

    /// Up to eight bytes of the literal, the first the lowest.
    public var value: UInt64
    public var literal: UInt32
    /// Where these bytes stand in the text, counted from the window.
    public var delta: Int8
    /// The number of them, 1 to 8.
    public var valueBytes: UInt8
    /// Where the window stands in the literal: -1 is one byte before it.
    public var offset: Int16

    public init(
        value: UInt64, literal: UInt32, delta: Int8, valueBytes: UInt8, offset: Int16
    ) {
        self.value = value
        self.literal = literal
        self.delta = delta
        self.valueBytes = valueBytes
        self.offset = offset
    }

    /// Reads the posting at an offset of the table.
    @inlinable init(_ bytes: ImageBytes, at record: Int) {
        value = bytes.uint64(at: record)
        literal = bytes.uint32(at: record + 8)
        delta = Int8(bitPattern: bytes[record + 12])
        valueBytes = bytes[record + 13]
        offset = Int16(bitPattern: bytes.uint16(at: record + 14))
    }

    /// As two words of the image.
    public var words: [UInt64] {
        let places =
            UInt64(UInt8(bitPattern: delta)) | UInt64(valueBytes) << 8
            | UInt64(UInt16(bitPattern: offset)) << 16
        return [value, UInt64(literal) | places << 32]
    }
}
