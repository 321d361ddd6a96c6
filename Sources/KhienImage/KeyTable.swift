/// A set of byte strings (hosts, URLs, networks), each with the run of entries that name it.
///
/// Keys are placed in buckets of one cache line: 29 fingerprints of 16 bits, a control word and the
/// place of the bucket's block. A lookup reads its home bucket; only a bucket that spilled sends it
/// on to the next one. So a miss costs one cache line, under three bytes a key. The blocks are what
/// only a hit touches: one for each bucket, in their order, with the text and the entries of its
/// keys side by side, so that a hit costs one or two lines more.
///
/// ```
/// offset  size  field
///      0     4  number of keys (n)
///      4     4  number of home buckets (b)
///      8     4  number of buckets, spill at the end included (s >= b)
///     12     4  reserved, 0
///     16     8  offset of the blocks (64 + 64 * s)
///     24     8  length of the blocks
///     32    32  reserved, 0
///     64  64*s  buckets
///               blocks, back to back
///
/// bucket:  0  58  29 x fingerprint u16 (0: empty; the used ones come first)
///         58   2  control u16: bit 0 spilled, bit 1 wide block, bits 8 to 12 the number of keys
///         60   4  offset of the block, u32, from the first block
///
/// block:   0   4  number of the first entry of its first key, u32
///              4  for each key: end of its text u16, end of its entries u16 (bit 15: mark)
///                 the texts of its keys, back to back
/// ```
///
/// Ends count from the beginning of the block's texts and from its first entry; a key begins where
/// the one before it ends. A wide block, for long texts and many entries, has them as u32 (bit 31:
/// mark). The mark of a host key says that URL entries exist for that host.
public struct KeyTable: Sendable {
    @inlinable public static var headerByteCount: Int { 64 }
    @inlinable public static var bucketByteCount: Int { 64 }
    @inlinable public static var slotsPerBucket: Int { 29 }
    @inlinable public static var controlOffset: Int { 58 }
    @inlinable public static var blockOffsetOffset: Int { 60 }

    public let keyCount: Int
    @usableFromInline let homeBucketCount: UInt32
    @usableFromInline let bucketCount: Int
    @usableFromInline let buckets: ImageBytes
    @usableFromInline let blocks: ImageBytes

    /// Reads the layout and checks every bucket and block, so that lookups may rely on them.
    ///
    /// - Parameters:
    ///   - entryCount: entries in the image; no key may name one past it.
    /// - Complexity: linear in buckets and keys; the texts are not read.
    public init(
        _ bytes: ImageBytes, section: SectionID, entryCount: Int
    ) throws(ImageError) {
        func fail(_ what: String, _ offset: Int) -> ImageError {
            ImageError(.badSection(section, what, offset: offset))
        }
        guard bytes.count >= Self.headerByteCount else { throw fail("no header", bytes.count) }
        keyCount = Int(bytes.uint32(at: 0))
        homeBucketCount = bytes.uint32(at: 4)
        bucketCount = Int(bytes.uint32(at: 8))
        let blocksOffset = Int(clamping: bytes.uint64(at: 16))
        let blocksCount = Int(clamping: bytes.uint64(at: 24))
        guard homeBucketCount >= 1, bucketCount >= Int(homeBucketCount),
            blocksOffset == Self.headerByteCount + bucketCount * Self.bucketByteCount,
            blocksOffset <= bytes.count, blocksCount == bytes.count - blocksOffset
        else { throw fail("offsets do not fit its counts", 0) }
        buckets = bytes.slice(Self.headerByteCount, bucketCount * Self.bucketByteCount)
        blocks = bytes.slice(blocksOffset, blocksCount)
        try check(section: section, entryCount: entryCount)
    }

    /// Bytes that a miss may touch.
    public var hotByteCount: Int { buckets.count }

    private func check(section: SectionID, entryCount: Int) throws(ImageError) {
        func fail(_ what: String, _ offset: Int) -> ImageError {
            ImageError(.badSection(section, what, offset: offset))
        }
        var keys = 0
        var blockEnd = 0
        var entryEnd = 0
        for index in 0..<bucketCount {
            if index % 64 == 0, !haveGoodFrames(from: index, entryCount: entryCount) {
                throw fail("blocks from bucket \(index)", index * Self.bucketByteCount)
            }
            let bucket = Bucket(self, index)
            guard hasGoodFingerprints(index, count: bucket.count) else {
                throw fail("fingerprints of bucket \(index)", index * Self.bucketByteCount)
            }
            guard bucket.block == blockEnd, let end = Block(bucket, in: self).checked(&entryEnd)
            else { throw fail("block of bucket \(index)", blockEnd) }
            keys += bucket.count
            blockEnd = end
        }
        guard keys == keyCount, !Bucket(self, bucketCount - 1).isSpilled else {
            throw fail("\(keys) slots for \(keyCount) keys", 0)
        }
        guard blockEnd == blocks.count, entryEnd <= entryCount else {
            throw fail("blocks do not fit texts and entries", blockEnd)
        }
    }

    /// Whether the blocks of 64 buckets lie inside the table, begin with an entry that exists and
    /// end with a text inside.
    ///
    /// A loop with nothing else in it, so that the blocks' cache lines are fetched side by side:
    /// it halves the time of opening a large image.
    private func haveGoodFrames(from first: Int, entryCount: Int) -> Bool {
        var isGood = true
        for index in first..<min(first + 64, bucketCount) {
            let bucket = Bucket(self, index)
            let block = Block(bucket, in: self)
            let textStart = block.textStart
            guard textStart <= blocks.count else { return false }
            let lastEnd = bucket.count == 0 || bucket.isWide ? 0 : block.textEnd(bucket.count - 1)
            isGood =
                isGood && Int(block.firstEntry) <= entryCount
                && lastEnd <= blocks.count - textStart
        }
        return isGood
    }

    /// Whether the used slots come first and no other is used; four slots at a time.
    private func hasGoodFingerprints(_ bucket: Int, count: Int) -> Bool {
        guard count <= Self.slotsPerBucket else { return false }
        let line = bucket * Self.bucketByteCount
        let low: UInt64 = 0x7FFF_7FFF_7FFF_7FFF
        var wrong: UInt64 = 0
        for word in 0..<8 {
            let lanes = buckets.uint64(at: line + word * 8)
            // The top bit of each lane that is empty, and of each that should be.
            let empty = ~(((lanes & low) &+ low) | lanes | low)
            let used = UInt64(min(max(count - word * 4, 0), 4))
            let wanted = ~low & (UInt64.max << (used * 16))
            // Behind the last slot stand the control word and the block's place.
            wrong |= (empty ^ wanted) & (word == 7 ? 0xFFFF : .max)
        }
        return wrong == 0
    }
}

/// One bucket's control word and place of its block.
public struct Bucket {
    public let control: UInt16
    public let block: Int

    @inlinable public init(_ table: KeyTable, _ index: Int) {
        let line = index * KeyTable.bucketByteCount
        control = table.buckets.uint16(at: line + KeyTable.controlOffset)
        block = Int(table.buckets.uint32(at: line + KeyTable.blockOffsetOffset))
    }

    @inlinable public var isSpilled: Bool { control & 1 != 0 }
    @inlinable public var isWide: Bool { control & 2 != 0 }
    /// Keys in the bucket; at most `slotsPerBucket`, as was checked when the image was opened.
    @inlinable public var count: Int { Int(control >> 8 & 31) }
}

/// The texts and entries of one bucket's keys.
public struct Block {
    public let bytes: ImageBytes
    public let start: Int
    public let count: Int
    public let isWide: Bool

    @inlinable public init(_ bucket: Bucket, in table: KeyTable) {
        bytes = table.blocks
        start = bucket.block
        count = bucket.count
        isWide = bucket.isWide
    }

    @inlinable public var firstEntry: UInt32 { bytes.uint32(at: start) }

    /// Where the texts begin.
    @inlinable public var textStart: Int { start + 4 + count * (isWide ? 8 : 4) }

    /// Where a key's text ends, counted from `textStart`.
    @inlinable public func textEnd(_ slot: Int) -> Int {
        isWide
            ? Int(bytes.uint32(at: start + 4 + slot * 8))
            : Int(bytes.uint16(at: start + 4 + slot * 4))
    }

    /// Where a key's entries end, counted from `firstEntry`.
    @inlinable public func entryEnd(_ slot: Int) -> UInt32 {
        isWide
            ? bytes.uint32(at: start + 8 + slot * 8) & 0x7FFF_FFFF
            : UInt32(bytes.uint16(at: start + 6 + slot * 4) & 0x7FFF)
    }

    @inlinable public func isMarked(_ slot: Int) -> Bool {
        isWide
            ? bytes.uint32(at: start + 8 + slot * 8) >> 31 != 0
            : bytes.uint16(at: start + 6 + slot * 4) >> 15 != 0
    }

    /// A key's text in the table's blocks.
    @inlinable public func text(_ slot: Int) -> Range<Int> {
        let from = slot == 0 ? 0 : textEnd(slot - 1)
        return textStart + from..<textStart + textEnd(slot)
    }

    @inlinable public func entries(_ slot: Int) -> Range<UInt32> {
        let from = slot == 0 ? 0 : entryEnd(slot - 1)
        return firstEntry + from..<firstEntry + entryEnd(slot)
    }

    /// Whether nothing lies outside the blocks or runs backwards.
    ///
    /// - Parameter last: where the entries of the block before end; then where this one's end.
    /// - Returns: where the block ends; nil where something is wrong.
    @inline(__always)
    func checked(_ last: inout Int) -> Int? {
        let textStart = textStart
        guard textStart <= bytes.count, Int(firstEntry) >= last else { return nil }
        // Both ends of a narrow pair in one word, so that one pass compares both.
        var text = 0
        var entry: UInt32 = 0
        var isRising = true
        for slot in 0..<count {
            let nextText: Int
            let nextEntry: UInt32
            if isWide {
                nextText = textEnd(slot)
                nextEntry = entryEnd(slot)
            } else {
                let pair = bytes.uint32(at: start + 4 + slot * 4)
                nextText = Int(pair & 0xFFFF)
                nextEntry = pair >> 16 & 0x7FFF
            }
            isRising = isRising && nextText >= text && nextEntry >= entry
            text = nextText
            entry = nextEntry
        }
        guard isRising else { return nil }
        guard text <= bytes.count - textStart, Int(firstEntry) + Int(entry) <= Int(UInt32.max)
        else { return nil }
        last = Int(firstEntry) + Int(entry)
        return textStart + text
    }
}
