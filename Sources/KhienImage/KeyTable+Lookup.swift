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

    /// 1 where a key with this hash may be there; 0 says surely not.
    ///
    /// Reads one cache line and does not branch on it, so that several such questions wait for
    /// memory together.
    @inlinable @inline(__always) public func mayHave(hash: UInt64) -> UInt64 {
        let line = Self.homeBucket(hash, of: homeBucketCount) &* Self.bucketByteCount
        let fingerprint = Self.fingerprint(hash)
        let lanes = buckets.lanes18(fingerprint, at: line)
        let spilled = buckets.uint16(at: line &+ Self.controlOffset) >> 8
        return lanes | UInt32(spilled & Self.spilledBit(fingerprint)) == 0 ? 0 : 1
    }

    /// Asks for the line that `mayHave` reads, without waiting for it.
    @inlinable @inline(__always) public func prefetchBucket(hash: UInt64) {
        let line = Self.homeBucket(hash, of: homeBucketCount) &* Self.bucketByteCount
        buckets.prefetch(at: line)
    }

    /// Asks for the record that `find` will compare first, if the home bucket has one.
    @inlinable @inline(__always) public func prefetchRecord(hash: UInt64) {
        let index = Self.homeBucket(hash, of: homeBucketCount)
        let lanes = buckets.lanes18(
            Self.fingerprint(hash), at: index &* Self.bucketByteCount)
        if lanes == 0 { return }
        let place = Bucket(self, index).record(lanes.trailingZeroBitCount, in: self)
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
        let fingerprint = Self.fingerprint(hash)
        var index = Self.homeBucket(hash, of: homeBucketCount)
        while true {
            let bucket = Bucket(self, index)
            var lanes = buckets.lanes18(fingerprint, at: bucket.line)
            while lanes != 0 {
                let slot = lanes.trailingZeroBitCount
                lanes &= lanes &- 1
                let record = KeyRecord(bucket, slot, in: self)
                if record.text.count == range.count,
                    blocks.equals(at: record.text.lowerBound, key, range)
                {
                    let first = bucket.firstEntry &+ record.firstEntry
                    return FoundKey(
                        entries: first..<first &+ record.entryCount, traits: record.traits)
                }
            }
            guard bucket.spilled & Self.spilledBit(fingerprint) != 0, index + 1 < bucketCount
            else { return nil }
            index += 1
        }
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
