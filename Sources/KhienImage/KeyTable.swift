/// A set of byte strings (hosts, URLs, networks), each with the run of entries that name it.
///
/// Keys are placed in buckets of one cache line: 31 fingerprints of 16 bits and one control word.
/// A lookup reads its home bucket; only a bucket that spilled sends it on to the next one. So a miss
/// costs one cache line, about three bytes a key. Behind the buckets lies what only a hit touches:
/// the keys' text and their entries, in the order of the buckets, so that a slot needs no pointer.
///
/// ```
/// offset  size  field
///      0     4  number of keys (n)
///      4     4  number of home buckets (b)
///      8     4  number of buckets, spill at the end included (s >= b)
///     12     4  reserved, 0
///     16     8  offset of the ranks
///     24     8  offset of the key records
///     32     8  offset of the text
///     40     8  length of the text
///     48    16  reserved, 0
///     64  64*s  buckets: 31 x fingerprint u16 (0: empty), control u16 (bit 0: spilled)
///           4*s  ranks: number of keys in all buckets before this one, u32
///      8*(n+1)  key records: text offset u32, first entry u32 (bit 31: mark)
///               text of all keys, back to back
/// ```
///
/// A key's text ends where the next key's begins, its entries likewise; record n closes the last.
/// The mark of a host key says that URL entries exist for that host.
package struct KeyTable: Sendable {
    package static let headerByteCount = 64
    package static let bucketByteCount = 64
    package static let slotsPerBucket = 31
    package static let markBit: UInt32 = 1 << 31

    package let keyCount: Int
    @usableFromInline let homeBucketCount: UInt32
    @usableFromInline let bucketCount: Int
    @usableFromInline let buckets: ImageBytes
    @usableFromInline let ranks: ImageBytes
    @usableFromInline let records: ImageBytes
    @usableFromInline let text: ImageBytes

    /// Reads the layout and checks every offset, rank and record, so that lookups may rely on them.
    ///
    /// - Parameters:
    ///   - entryCount: entries in the image; no key may name one past it.
    /// - Complexity: linear in buckets and keys; the text is not read.
    package init(
        _ bytes: ImageBytes, section: SectionID, entryCount: Int
    ) throws(ImageError) {
        func fail(_ what: String, _ offset: Int) -> ImageError {
            ImageError(.badSection(section, what, offset: offset))
        }
        guard bytes.count >= Self.headerByteCount else { throw fail("no header", bytes.count) }
        keyCount = Int(bytes.uint32(at: 0))
        homeBucketCount = bytes.uint32(at: 4)
        bucketCount = Int(bytes.uint32(at: 8))
        let ranksOffset = Int(clamping: bytes.uint64(at: 16))
        let recordsOffset = Int(clamping: bytes.uint64(at: 24))
        let textOffset = Int(clamping: bytes.uint64(at: 32))
        let textCount = Int(clamping: bytes.uint64(at: 40))
        guard homeBucketCount >= 1, bucketCount >= Int(homeBucketCount),
            ranksOffset == Self.headerByteCount + bucketCount * Self.bucketByteCount,
            recordsOffset == ranksOffset + bucketCount * 4,
            textOffset == recordsOffset + (keyCount + 1) * 8,
            textOffset <= bytes.count, textCount == bytes.count - textOffset
        else { throw fail("offsets do not fit its counts", 0) }
        buckets = bytes.slice(Self.headerByteCount, bucketCount * Self.bucketByteCount)
        ranks = bytes.slice(ranksOffset, bucketCount * 4)
        records = bytes.slice(recordsOffset, (keyCount + 1) * 8)
        text = bytes.slice(textOffset, textCount)
        try checkBuckets(section: section)
        try checkRecords(section: section, entryCount: entryCount)
    }

    private func checkBuckets(section: SectionID) throws(ImageError) {
        var rank = 0
        for bucket in 0..<bucketCount {
            let line = bucket * Self.bucketByteCount
            guard Int(ranks.uint32(at: bucket * 4)) == rank else {
                throw ImageError(.badSection(section, "rank of bucket \(bucket)", offset: line))
            }
            var used = 0
            while used < Self.slotsPerBucket, buckets.uint16(at: line + used * 2) != 0 { used += 1 }
            for slot in used..<Self.slotsPerBucket where buckets.uint16(at: line + slot * 2) != 0 {
                throw ImageError(.badSection(section, "a gap in bucket \(bucket)", offset: line))
            }
            rank += used
        }
        let lastControl = buckets.uint16(at: bucketCount * Self.bucketByteCount - 2)
        guard rank == keyCount, lastControl & 1 == 0 else {
            throw ImageError(.badSection(section, "\(rank) slots for \(keyCount) keys", offset: 0))
        }
    }

    private func checkRecords(section: SectionID, entryCount: Int) throws(ImageError) {
        var textEnd: UInt32 = 0
        var entryEnd: UInt32 = records.uint32(at: 4) & ~Self.markBit
        for index in 0...keyCount {
            let textOffset = records.uint32(at: index * 8)
            let entry = records.uint32(at: index * 8 + 4) & ~Self.markBit
            guard textOffset >= textEnd, entry >= entryEnd else {
                throw ImageError(
                    .badSection(section, "record \(index) runs backwards", offset: index * 8))
            }
            textEnd = textOffset
            entryEnd = entry
        }
        guard Int(textEnd) == text.count, Int(entryEnd) <= entryCount else {
            throw ImageError(
                .badSection(section, "records do not fit text and entries", offset: keyCount * 8))
        }
    }
}

/// A key that was found: its entries, and whether it is marked.
package struct FoundKey: Sendable {
    package var key: Int
    package var entries: Range<UInt32>
    package var isMarked: Bool

    @inlinable init(key: Int, entries: Range<UInt32>, isMarked: Bool) {
        self.key = key
        self.entries = entries
        self.isMarked = isMarked
    }
}

extension KeyTable {
    /// The fingerprint of a hash: never 0, which marks an empty slot.
    @inlinable package static func fingerprint(_ hash: UInt64) -> UInt16 {
        let low = UInt16(truncatingIfNeeded: hash)
        return low == 0 ? 1 : low
    }

    /// The home bucket of a hash; rises with the hash, so that sorting by hash sorts by bucket.
    @inlinable package static func homeBucket(_ hash: UInt64, of count: UInt32) -> Int {
        Int(truncatingIfNeeded: ((hash >> 32) &* UInt64(count)) >> 32)
    }

    /// Finds the key that equals `key` in `range`.
    ///
    /// - Parameter hash: the key's hash under the image's seed.
    /// - Returns: nil for a miss. A fingerprint that agrees by chance is told apart by the text.
    /// - Complexity: one cache line for a miss; allocates nothing.
    @inlinable package func find(
        hash: UInt64, key: Span<UInt8>, _ range: Range<Int>
    ) -> FoundKey? {
        let wanted = Self.fingerprint(hash)
        var bucket = Self.homeBucket(hash, of: homeBucketCount)
        while true {
            let line = bucket * Self.bucketByteCount
            if buckets.hasLane(wanted, inLineAt: line) {
                let rank = Int(ranks.uint32(at: bucket * 4))
                for slot in 0..<Self.slotsPerBucket
                where buckets.uint16(at: line + slot * 2) == wanted {
                    if let found = confirm(rank + slot, key, range) { return found }
                }
            }
            let control = buckets.uint16(at: line + Self.slotsPerBucket * 2)
            guard control & 1 != 0, bucket + 1 < bucketCount else { return nil }
            bucket += 1
        }
    }

    @inlinable func confirm(_ rank: Int, _ key: Span<UInt8>, _ range: Range<Int>) -> FoundKey? {
        let textStart = Int(records.uint32(at: rank * 8))
        let textEnd = Int(records.uint32(at: rank * 8 + 8))
        guard textEnd - textStart == range.count, text.equals(at: textStart, key, range) else {
            return nil
        }
        let first = records.uint32(at: rank * 8 + 4)
        let next = records.uint32(at: rank * 8 + 12) & ~Self.markBit
        return FoundKey(
            key: rank, entries: first & ~Self.markBit..<next, isMarked: first & Self.markBit != 0)
    }

    /// Bytes that a miss, and a hit's first answer, may touch: buckets and ranks.
    package var hotByteCount: Int { buckets.count + ranks.count }

    /// The text of a key. Allocates; for messages.
    package func keyText(_ key: Int) -> String { keyBytes(key).text() }

    /// Calls `body` with the bytes of a key.
    package func withKey<Result>(_ key: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        keyBytes(key).withSpan(body)
    }

    private func keyBytes(_ key: Int) -> ImageBytes {
        let start = Int(records.uint32(at: key * 8))
        return text.slice(start, Int(records.uint32(at: key * 8 + 8)) - start)
    }

    /// The key that holds `entry`, by binary search; nil where none does. For messages.
    package func key(holding entry: UInt32) -> Int? {
        var low = 0
        var high = keyCount
        while low < high {
            let middle = (low + high) / 2
            let end = records.uint32(at: (middle + 1) * 8 + 4) & ~Self.markBit
            if end <= entry { low = middle + 1 } else { high = middle }
        }
        guard low < keyCount, records.uint32(at: low * 8 + 4) & ~Self.markBit <= entry else {
            return nil
        }
        return low
    }
}
