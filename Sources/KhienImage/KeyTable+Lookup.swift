/// A key that was found: its entries, and what all of them have in common.
public struct FoundKey: Sendable {
    public var entries: Range<UInt32>
    public var traits: UInt8

    @inlinable init(entries: Range<UInt32>, traits: UInt8) {
        self.entries = entries
        self.traits = traits
    }

    @inlinable public var isMarked: Bool { traits & 0x80 != 0 }
    /// Number of the profile that all entries share; nil: they differ, ask each.
    @inlinable public var profile: UInt8? {
        traits & 0x7F == KeyTable.noProfile ? nil : traits & 0x7F
    }
}

/// What one bucket says of a hash: which of its slots have the fingerprint, and whether a key with it
/// stands in a later bucket.
public struct BucketAnswer: Sendable {
    @usableFromInline static var spilledAt: UInt32 { 24 }
    /// Bits 0 to 17: slots; bits 24 to 31: the one spilled bit that concerns the hash.
    @usableFromInline let bits: UInt32

    @inlinable @inline(__always) init(bits: UInt32) { self.bits = bits }

    /// Neither.
    @inlinable public static var none: BucketAnswer { BucketAnswer(bits: 0) }

    /// 1 where a key with the hash may be in the table; 0 says surely not.
    @inlinable @inline(__always) public var mayHave: UInt64 { bits == 0 ? 0 : 1 }
    @inlinable @inline(__always) var slots: UInt32 { bits & 0x3FFFF }
    @inlinable @inline(__always) var isSpilled: Bool { bits &>> Self.spilledAt != 0 }
}

extension KeyTable {
    /// The fingerprint of a hash: never 0, which marks an empty slot.
    @inlinable @inline(__always) public static func fingerprint(_ hash: UInt64) -> UInt16 {
        let low = UInt16(truncatingIfNeeded: hash)
        return low == 0 ? 1 : low
    }

    /// The home bucket of a hash; rises with the hash, so that sorting by hash sorts by bucket.
    @inlinable @inline(__always)
    public static func homeBucket(_ hash: UInt64, of count: UInt32) -> Int {
        Int(truncatingIfNeeded: ((hash >> 32) &* UInt64(count)) >> 32)
    }

    /// The bit of a bucket's spilled word that stands for a fingerprint.
    @inlinable @inline(__always) public static func spilledBit(_ fingerprint: UInt16) -> UInt16 {
        1 &<< (fingerprint >> 13)
    }

    /// What the home bucket of a hash says.
    ///
    /// Reads one cache line and does not branch on it, so that several such questions wait for
    /// memory together.
    @inlinable @inline(__always) public func ask(hash: UInt64) -> BucketAnswer {
        let line = Self.homeBucket(hash, of: homeBucketCount) &* Self.bucketByteCount
        let fingerprint = Self.fingerprint(hash)
        let lanes = buckets.lanes18(fingerprint, at: line)
        let spilled = buckets.uint16(at: line &+ Self.controlOffset) >> 8
        return BucketAnswer(
            bits: lanes | UInt32(spilled & Self.spilledBit(fingerprint)) &<< BucketAnswer.spilledAt)
    }

    /// Asks for the line that `ask` reads, without waiting for it.
    @inlinable @inline(__always) public func prefetchBucket(hash: UInt64) {
        buckets.prefetch(at: Self.homeBucket(hash, of: homeBucketCount) &* Self.bucketByteCount)
    }

    /// Asks for the record that `find` will compare first, if the home bucket has one.
    @inlinable @inline(__always) public func prefetchRecord(
        hash: UInt64, _ answer: BucketAnswer
    ) {
        if answer.slots == 0 { return }
        let bucket = Bucket(self, Self.homeBucket(hash, of: homeBucketCount))
        let place = bucket.record(answer.slots.trailingZeroBitCount, in: self)
        blocks.prefetch(at: place)
        // A record may reach into a second line.
        blocks.prefetch(at: place + 28)
    }

    /// Finds the key that equals `key` in `range`.
    ///
    /// - Parameter hash: the key's hash under the image's seed.
    /// - Returns: nil for a miss. A fingerprint that agrees by chance is told apart by the text.
    /// - Complexity: one cache line for a miss, the record for a hit; allocates nothing.
    @inlinable public func find(
        hash: UInt64, key: Span<UInt8>, _ range: Range<Int>
    ) -> FoundKey? {
        find(hash: hash, ask(hash: hash), key: key, range)
    }

    /// The same where the home bucket has been asked.
    @inlinable @inline(__always) public func find(
        hash: UInt64, _ answer: BucketAnswer, key: Span<UInt8>, _ range: Range<Int>
    ) -> FoundKey? {
        let index = Self.homeBucket(hash, of: homeBucketCount)
        if answer.slots != 0, let found = find(in: index, answer.slots, key: key, range) {
            return found
        }
        return answer.isSpilled ? findSpilled(hash: hash, index, key: key, range) : nil
    }

    /// The key in one of the `slots` of a bucket.
    @inlinable @inline(__always) func find(
        in index: Int, _ slots: UInt32, key: Span<UInt8>, _ range: Range<Int>
    ) -> FoundKey? {
        let bucket = Bucket(self, index)
        var slots = slots
        while slots != 0 {
            let slot = slots.trailingZeroBitCount
            slots &= slots &- 1
            let record = KeyRecord(bucket, slot, in: self)
            if record.textCount == range.upperBound &- range.lowerBound,
                blocks.equals(at: record.textStart, key, range)
            {
                let first = bucket.firstEntry &+ record.firstEntry
                let end = first &+ record.entryCount
                return FoundKey(
                    entries: first..<end, traits: record.traits)
            }
        }
        return nil
    }

    /// The key in a bucket behind its home: of few keys. Apart, so that the others do not carry its
    /// state along.
    @usableFromInline @inline(never) func findSpilled(
        hash: UInt64, _ home: Int, key: Span<UInt8>, _ range: Range<Int>
    ) -> FoundKey? {
        let fingerprint = Self.fingerprint(hash)
        var index = home + 1
        while index < bucketCount {
            let bucket = Bucket(self, index)
            let slots = buckets.lanes18(fingerprint, at: bucket.line)
            if let found = find(in: index, slots, key: key, range) { return found }
            if bucket.spilled & Self.spilledBit(fingerprint) == 0 { return nil }
            index += 1
        }
        return nil
    }

    /// Where a key stands.
    public struct Place: Hashable, Sendable {
        public var bucket: Int
        public var slot: Int
    }

    /// Keys in a bucket.
    func keyCount(inBucket index: Int) -> Int {
        let empty = buckets.lanes18(0, at: index * Self.bucketByteCount)
        return min(empty.trailingZeroBitCount, Self.slotsPerBucket)
    }

    /// The text of a key. Allocates; for messages.
    public func keyText(_ place: Place) -> String { keyBytes(place).text() }

    /// Calls `body` with the bytes of a key.
    public func withKey<Result>(_ place: Place, _ body: (Span<UInt8>) -> Result) -> Result {
        keyBytes(place).withSpan(body)
    }

    private func keyBytes(_ place: Place) -> ImageBytes {
        let text = KeyRecord(Bucket(self, place.bucket), place.slot, in: self).text
        return blocks.slice(text.lowerBound, text.count)
    }

    /// The key that holds `entry`, by binary search; nil where none does. For messages.
    public func key(holding entry: UInt32) -> Place? {
        var low = 0
        var high = bucketCount
        while high - low > 1 {
            let middle = (low + high) / 2
            if Bucket(self, middle).firstEntry <= entry {
                low = middle
            } else {
                high = middle
            }
        }
        let bucket = Bucket(self, low)
        guard entry >= bucket.firstEntry else { return nil }
        let wanted = entry - bucket.firstEntry
        for slot in 0..<keyCount(inBucket: low) {
            let record = KeyRecord(bucket, slot, in: self)
            if wanted >= record.firstEntry, wanted - record.firstEntry < record.entryCount {
                return Place(bucket: low, slot: slot)
            }
        }
        return nil
    }
}
