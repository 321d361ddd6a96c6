/// A set of digests of one width, each with the run of entries that it stands for: SHA-256 of
/// expressions (32 bytes), keyed hashes of confidential targets (16 bytes).
///
/// It is built like `KeyTable`: buckets of one cache line, with 31 fingerprints, so that a miss costs
/// one cache line. A digest is its own hash: its first word, as uniform as any, places it. What a
/// fingerprint finds is compared with the whole digest. Digests have one width and need no block of
/// texts: a slot's number alone says where its digest stands.
///
/// ```
/// offset  size  field
///      0     4  number of digests (n)
///      4     4  number of home buckets (b)
///      8     4  number of buckets, spill at the end included (s >= b)
///     12     4  bytes of a digest (w)
///     16     8  offset of the ranks
///     24     8  offset of the records
///     32     8  offset of the digests
///     40     8  reserved, 0
///     48    16  keyed hashes: the check of their key; else 0
///     64  64*s  buckets: 31 x fingerprint u16 (0: empty), control u16 (bit 0: spilled)
///           4*s  ranks: number of digests in all buckets before this one, u32
///      4*(n+1)  records: first entry u32 (bit 31: mark); record n closes the last
///           w*n  digests, in the order of the buckets
/// ```
package struct DigestTable: Sendable {
    package static let headerByteCount = 64
    package static let bucketByteCount = 64
    package static let slotsPerBucket = 31
    package static let markBit: UInt32 = 1 << 31

    /// Bytes of a digest: 16 or 32.
    package enum Width: Int, Sendable {
        case keyed = 16
        case sha256 = 32
    }

    package let count: Int
    package let width: Width
    /// The check of the key that the digests were made with; all zero: without a key.
    package let keyCheck: Digest
    private let homeBucketCount: UInt32
    private let bucketCount: Int
    private let buckets: ImageBytes
    private let ranks: ImageBytes
    private let records: ImageBytes
    private let digests: ImageBytes

    /// Reads the layout and checks every offset, rank and record, so that lookups may rely on them.
    ///
    /// - Complexity: linear in buckets and digests; the digests are not read.
    package init(
        _ bytes: ImageBytes, section: SectionID, width: Width, entryCount: Int
    ) throws(ImageError) {
        func fail(_ what: String, _ offset: Int) -> ImageError {
            ImageError(.badSection(section, what, offset: offset))
        }
        guard bytes.count >= Self.headerByteCount else { throw fail("no header", bytes.count) }
        guard Int(bytes.uint32(at: 12)) == width.rawValue else {
            throw fail("digests of \(bytes.uint32(at: 12)) bytes", 12)
        }
        self.width = width
        count = Int(bytes.uint32(at: 0))
        homeBucketCount = bytes.uint32(at: 4)
        bucketCount = Int(bytes.uint32(at: 8))
        keyCheck = Digest(bytes.uint64(at: 48), bytes.uint64(at: 56))
        let ranksOffset = Int(clamping: bytes.uint64(at: 16))
        let recordsOffset = Int(clamping: bytes.uint64(at: 24))
        let digestsOffset = Int(clamping: bytes.uint64(at: 32))
        guard homeBucketCount >= 1, bucketCount >= Int(homeBucketCount),
            ranksOffset == Self.headerByteCount + bucketCount * Self.bucketByteCount,
            recordsOffset == ranksOffset + bucketCount * 4,
            digestsOffset == recordsOffset + (count + 1) * 4,
            bytes.count == digestsOffset + count * width.rawValue
        else { throw fail("offsets do not fit its counts", 0) }
        let isKeyed = keyCheck != Digest(0, 0)
        guard isKeyed == (width == .keyed && count > 0) else { throw fail("check of the key", 48) }
        buckets = bytes.slice(Self.headerByteCount, bucketCount * Self.bucketByteCount)
        ranks = bytes.slice(ranksOffset, bucketCount * 4)
        records = bytes.slice(recordsOffset, (count + 1) * 4)
        digests = bytes.slice(digestsOffset, count * width.rawValue)
        try checkBuckets(section)
        try checkRecords(section, entryCount: entryCount)
    }

    /// What a miss reads.
    var hotBytes: ImageBytes { buckets }

    private func checkBuckets(_ section: SectionID) throws(ImageError) {
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
        guard rank == count, lastControl & 1 == 0 else {
            throw ImageError(.badSection(section, "\(rank) slots for \(count) digests", offset: 0))
        }
    }

    private func checkRecords(
        _ section: SectionID, entryCount: Int
    ) throws(ImageError) {
        var end: UInt32 = 0
        for index in 0...count {
            let entry = records.uint32(at: index * 4) & ~Self.markBit
            guard entry >= end else {
                throw ImageError(
                    .badSection(section, "record \(index) runs backwards", offset: index * 4))
            }
            end = entry
        }
        guard Int(end) <= entryCount else {
            throw ImageError(
                .badSection(section, "records name \(end) entries", offset: count * 4))
        }
    }

    /// The fingerprint of a digest: never 0, which marks an empty slot.
    package static func fingerprint(_ digest: Digest) -> UInt16 {
        let low = UInt16(truncatingIfNeeded: digest.first)
        return low == 0 ? 1 : low
    }

    /// The home bucket of a digest; rises with the digest.
    package static func homeBucket(_ digest: Digest, of count: UInt32) -> Int {
        Int(truncatingIfNeeded: ((digest.first >> 32) &* UInt64(count)) >> 32)
    }

    /// Finds a digest.
    ///
    /// - Returns: nil for a miss; a hit is the whole digest, never a fingerprint alone.
    /// - Complexity: one cache line for a miss; allocates nothing.
    package func find(_ digest: Digest) -> FoundKey? {
        let wanted = Self.fingerprint(digest)
        var bucket = Self.homeBucket(digest, of: homeBucketCount)
        while true {
            let line = bucket * Self.bucketByteCount
            if buckets.lanes(wanted, inLineAt: line) != 0 {
                let rank = Int(ranks.uint32(at: bucket * 4))
                for slot in 0..<Self.slotsPerBucket
                where buckets.uint16(at: line + slot * 2) == wanted && self[rank + slot] == digest {
                    return found(rank + slot)
                }
            }
            let control = buckets.uint16(at: line + Self.slotsPerBucket * 2)
            guard control & 1 != 0, bucket + 1 < bucketCount else { return nil }
            bucket += 1
        }
    }

    private func found(_ index: Int) -> FoundKey {
        let first = records.uint32(at: index * 4)
        let next = records.uint32(at: index * 4 + 4) & ~Self.markBit
        let mark: UInt8 = first & Self.markBit != 0 ? 0x80 : 0
        return FoundKey(
            entries: first & ~Self.markBit..<next, traits: KeyTable.noProfile | mark)
    }

    /// The digest with this number. Traps where there is none.
    package subscript(index: Int) -> Digest {
        let offset = index * width.rawValue
        let first = digests.uint64(at: offset)
        let second = digests.uint64(at: offset + 8)
        if width == .keyed { return Digest(first, second) }
        return Digest(
            first, second, digests.uint64(at: offset + 16), digests.uint64(at: offset + 24))
    }

    /// The digest that holds `entry`, by binary search; nil where none does. For messages.
    package func digest(holding entry: UInt32) -> Digest? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            let end = records.uint32(at: (middle + 1) * 4) & ~Self.markBit
            if end <= entry { low = middle + 1 } else { high = middle }
        }
        guard low < count, records.uint32(at: low * 4) & ~Self.markBit <= entry else { return nil }
        return self[low]
    }
}
