/// A key that was found: its entries, and whether it is marked.
public struct FoundKey: Sendable {
    public var entries: Range<UInt32>
    public var isMarked: Bool

    @inlinable init(entries: Range<UInt32>, isMarked: Bool) {
        self.entries = entries
        self.isMarked = isMarked
    }
}

extension KeyTable {
    /// The fingerprint of a hash: never 0, which marks an empty slot.
    @inlinable public static func fingerprint(_ hash: UInt64) -> UInt16 {
        let low = UInt16(truncatingIfNeeded: hash)
        return low == 0 ? 1 : low
    }

    /// The home bucket of a hash; rises with the hash, so that sorting by hash sorts by bucket.
    @inlinable public static func homeBucket(_ hash: UInt64, of count: UInt32) -> Int {
        Int(truncatingIfNeeded: ((hash >> 32) &* UInt64(count)) >> 32)
    }

    /// 1 where a key with this hash may be there; 0 says surely not.
    ///
    /// Reads one cache line and does not branch on it, so that several such questions wait for
    /// memory together.
    @inlinable @inline(__always) public func mayHave(hash: UInt64) -> UInt64 {
        let line = Self.homeBucket(hash, of: homeBucketCount) &* Self.bucketByteCount
        let lanes = buckets.lanes(Self.fingerprint(hash), inLineAt: line)
        let control = UInt64(buckets.uint16(at: line &+ Self.controlOffset)) & 1
        return (lanes | control) == 0 ? 0 : 1
    }

    /// Finds the key that equals `key` in `range`.
    ///
    /// - Parameter hash: the key's hash under the image's seed.
    /// - Returns: nil for a miss. A fingerprint that agrees by chance is told apart by the text.
    /// - Complexity: one cache line for a miss; allocates nothing.
    @inlinable public func find(
        hash: UInt64, key: Span<UInt8>, _ range: Range<Int>
    ) -> FoundKey? {
        let wanted = Self.fingerprint(hash)
        var index = Self.homeBucket(hash, of: homeBucketCount)
        while true {
            let line = index * Self.bucketByteCount
            if buckets.lanes(wanted, inLineAt: line) != 0,
                let found = confirm(index, wanted, key, range)
            {
                return found
            }
            let control = buckets.uint16(at: line + Self.controlOffset)
            guard control & 1 != 0, index + 1 < bucketCount else { return nil }
            index += 1
        }
    }

    /// Compares the texts of the slots that have the fingerprint.
    @inlinable public func confirm(
        _ index: Int, _ wanted: UInt16, _ key: Span<UInt8>, _ range: Range<Int>
    ) -> FoundKey? {
        let block = Block(Bucket(self, index), in: self)
        for word in 0..<8 {
            var lanes = buckets.lanes(wanted, at: index * Self.bucketByteCount + word * 8)
            while lanes != 0 {
                let slot = word * 4 + lanes.trailingZeroBitCount / 16
                lanes &= lanes &- 1
                guard slot < block.count else { break }
                let text = block.text(slot)
                if text.count == range.count, blocks.equals(at: text.lowerBound, key, range) {
                    return FoundKey(entries: block.entries(slot), isMarked: block.isMarked(slot))
                }
            }
        }
        return nil
    }

    /// Where a key stands.
    public struct Place: Hashable, Sendable {
        public var bucket: Int
        public var slot: Int
    }

    /// The text of a key. Allocates; for messages.
    public func keyText(_ place: Place) -> String { keyBytes(place).text() }

    /// Calls `body` with the bytes of a key.
    public func withKey<Result>(_ place: Place, _ body: (Span<UInt8>) -> Result) -> Result {
        keyBytes(place).withSpan(body)
    }

    private func keyBytes(_ place: Place) -> ImageBytes {
        let text = Block(Bucket(self, place.bucket), in: self).text(place.slot)
        return blocks.slice(text.lowerBound, text.count)
    }

    /// The key that holds `entry`, by binary search; nil where none does. For messages.
    public func key(holding entry: UInt32) -> Place? {
        var low = 0
        var high = bucketCount
        while high - low > 1 {
            let middle = (low + high) / 2
            if Block(Bucket(self, middle), in: self).firstEntry <= entry {
                low = middle
            } else {
                high = middle
            }
        }
        let block = Block(Bucket(self, low), in: self)
        for slot in 0..<block.count where block.entries(slot).contains(entry) {
            return Place(bucket: low, slot: slot)
        }
        return nil
    }
}
