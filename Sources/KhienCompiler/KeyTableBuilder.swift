import KhienImage
import KhienLists
import KhienModel

/// One target on its way into a key table. 16 bytes.
struct KeyItem: Sendable {
    /// Of the key, under the image's seed.
    var hash: UInt64
    var list: UInt16
    /// 1: the item only marks its key and adds no entry.
    var marks: UInt16
    /// Index into the list's records.
    var record: UInt32
}

/// Numbers entries as a table is built.
protocol EntrySink {
    /// Entries so far.
    var count: Int { get }

    /// Adds the entry of an item.
    ///
    /// - Returns: false where an entry since number `start` says the same; nothing is added then.
    mutating func append(_ item: KeyItem, unlessRepeatedSince start: Int) -> Bool
}

/// Builds a `KeyTable`: sorts items by hash, gathers those with the same text into one key, places
/// the keys in buckets.
struct KeyTableBuilder {
    /// Keys for each bucket of 31 slots. At 24, about one bucket in fifteen spills, and a key costs
    /// 2.7 bytes of bucket.
    static let keysPerBucket = 24

    var section: SectionID
    var items: [KeyItem]
    /// Items that repeated an entry of the same list, and were left out.
    private(set) var duplicates = 0

    private var text: [UInt8] = []
    private var records: [UInt32] = []
    private var hashes: [UInt64] = []

    init(_ section: SectionID, items: consuming [KeyItem]) {
        self.section = section
        self.items = items
    }

    /// - Parameters:
    ///   - appendKey: appends an item's canonical text.
    ///   - entries: receives the items' entries; the table's keys name their numbers.
    mutating func build<Entries: EntrySink>(
        appendKey: (KeyItem, inout [UInt8]) -> Void, entries: inout Entries
    ) throws(ImageError) -> SectionData {
        RadixSort.sort(&items)
        var index = 0
        while index < items.count {
            var end = index + 1
            while end < items.count, items[end].hash == items[index].hash { end += 1 }
            gather(index..<end, appendKey, &entries)
            index = end
        }
        items = []
        guard text.count <= Int(UInt32.max) else {
            throw ImageError(
                .overLimit("text of section \(section)", found: text.count, limit: Int(UInt32.max)))
        }
        records.append(UInt32(text.count))
        records.append(UInt32(entries.count))
        return layOut()
    }

    /// Items of one hash: nearly always of one key.
    private mutating func gather<Entries: EntrySink>(
        _ range: Range<Int>, _ appendKey: (KeyItem, inout [UInt8]) -> Void,
        _ entries: inout Entries
    ) {
        if range.count == 1 {
            appendKeyOf(items[range.lowerBound..<range.upperBound], appendKey, &entries)
            return
        }
        var keyed: [(key: [UInt8], item: KeyItem)] = []
        for item in items[range] {
            var key: [UInt8] = []
            appendKey(item, &key)
            keyed.append((key, item))
        }
        if keyed.contains(where: { $0.key != keyed[0].key }) {
            keyed.sort { left, right in
                left.key == right.key
                    ? (left.item.list, left.item.record) < (right.item.list, right.item.record)
                    : left.key.lexicographicallyPrecedes(right.key)
            }
        }
        var first = 0
        while first < keyed.count {
            var end = first + 1
            while end < keyed.count, keyed[end].key == keyed[first].key { end += 1 }
            appendKeyOf(keyed[first..<end].map(\.item)[...], appendKey, &entries)
            first = end
        }
    }

    private mutating func appendKeyOf<Entries: EntrySink>(
        _ group: ArraySlice<KeyItem>, _ appendKey: (KeyItem, inout [UInt8]) -> Void,
        _ entries: inout Entries
    ) {
        guard let first = group.first else { return }
        records.append(UInt32(truncatingIfNeeded: text.count))
        let isMarked = group.contains { $0.marks != 0 }
        records.append(UInt32(entries.count) | (isMarked ? KeyTable.markBit : 0))
        hashes.append(first.hash)
        appendKey(first, &text)
        let start = entries.count
        for item in group where item.marks == 0 {
            if !entries.append(item, unlessRepeatedSince: start) { duplicates += 1 }
        }
    }

    /// Places the keys, which are in the order of their home buckets.
    private func layOut() -> SectionData {
        let keyCount = hashes.count
        let homeCount = UInt32(max(1, (keyCount + Self.keysPerBucket - 1) / Self.keysPerBucket))
        var buckets: [UInt16] = []
        var ranks: [UInt32] = []
        buckets.reserveCapacity(Int(homeCount) * 32 + 64)
        var placed = 0
        var reached = 0
        while ranks.count < Int(homeCount) || placed < keyCount {
            let bucket = ranks.count
            while reached < keyCount,
                KeyTable.homeBucket(hashes[reached], of: homeCount) <= bucket
            { reached += 1 }
            ranks.append(UInt32(placed))
            let count = min(KeyTable.slotsPerBucket, reached - placed)
            for slot in 0..<KeyTable.slotsPerBucket {
                buckets.append(slot < count ? KeyTable.fingerprint(hashes[placed + slot]) : 0)
            }
            placed += count
            buckets.append(placed < reached ? 1 : 0)
        }
        let ranksOffset = KeyTable.headerByteCount + buckets.count * 2
        let recordsOffset = ranksOffset + ranks.count * 4
        let textOffset = recordsOffset + records.count * 4
        let header: [UInt64] = [
            UInt64(keyCount) | UInt64(homeCount) << 32, UInt64(ranks.count), UInt64(ranksOffset),
            UInt64(recordsOffset), UInt64(textOffset), UInt64(text.count), 0, 0,
        ]
        return SectionData(
            section,
            [
                .quadWords(header), .words(buckets), .doubleWords(ranks), .doubleWords(records),
                .bytes(text),
            ])
    }
}
