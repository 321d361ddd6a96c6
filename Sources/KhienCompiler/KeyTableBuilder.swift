import KhienImage
import KhienLists
import KhienModel

/// One target on its way into a key table. 16 bytes.
struct KeyItem: Sendable {
    /// Of the key, under the image's seed.
    var hash: UInt64
    var list: UInt16
    /// 1: the item only marks its key and adds no entry.
    var marks: UInt8
    /// Whether it is a domain, with its subdomains.
    var isDomain = false
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

    /// What all entries from number `start` share; nil where they differ or there are none.
    func profile(since start: Int) -> KeyProfile?
}

/// Builds a `KeyTable`: sorts items by hash, gathers those with the same text into one key, places
/// the keys in buckets.
struct KeyTableBuilder {
    /// Keys for each bucket of 18 slots. At 13, about one bucket in twelve spills, and a key costs
    /// five bytes of bucket.
    static let keysPerBucket = 13

    var section: SectionID
    var items: [KeyItem]
    /// Items that repeated an entry of the same list, and were left out.
    private(set) var duplicates = 0

    private var writer = BucketWriter(homeCount: 1)

    private let isSorted: Bool

    /// - Parameter isSorted: the items are in the order of their hashes already.
    init(_ section: SectionID, items: consuming [KeyItem], isSorted: Bool = false) {
        self.section = section
        self.items = items
        self.isSorted = isSorted
    }

    /// `willAppend` is told of an item 32 items ahead of its key, and once more, as near, 16 items ahead. Memory
    /// answers in the time that some ten items take.
    private static let tellingAhead = 16

    /// - Parameters:
    ///   - willAppend: is told twice which keys will be asked for (`tellingAhead`), so that memory can be; of the
    ///     last items not the second time.
    ///   - appendKey: appends an item's canonical text.
    ///   - entries: receives the items' entries; the table's keys name their numbers.
    mutating func build<Entries: EntrySink>(
        willAppend: (_ item: KeyItem, _ isNear: Bool) -> Void = { _, _ in },
        appendKey: (KeyItem, inout [UInt8]) -> Void, entries: inout Entries
    ) throws(ImageError) -> SectionData {
        if !isSorted { RadixSort.sort(&items) }
        writer = BucketWriter(homeCount: homeCount)
        var index = 0
        var told = 0
        while index < items.count {
            while told < min(items.count, index + 2 * Self.tellingAhead) {
                willAppend(items[told], false)
                if told >= Self.tellingAhead { willAppend(items[told - Self.tellingAhead], true) }
                told += 1
            }
            var end = index + 1
            while end < items.count, items[end].hash == items[index].hash { end += 1 }
            gather(index..<end, appendKey, &entries)
            index = end
        }
        items = []
        return try writer.finish(section, entryCount: entries.count)
    }

    /// Home buckets for the items, which are sorted: from the number of distinct hashes.
    private var homeCount: UInt32 {
        var keys = items.isEmpty ? 0 : 1
        for index in items.indices.dropFirst() where items[index].hash != items[index - 1].hash {
            keys += 1
        }
        return UInt32(clamping: max(1, (keys + Self.keysPerBucket - 1) / Self.keysPerBucket))
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
        let isMarked = group.contains { $0.marks != 0 }
        writer.beginKey(hash: first.hash, firstEntry: entries.count) { appendKey(first, &$0) }
        let start = entries.count
        for item in group where item.marks == 0 {
            if !entries.append(item, unlessRepeatedSince: start) { duplicates += 1 }
        }
        writer.endKey(
            entryEnd: entries.count, isMarked: isMarked, profile: entries.profile(since: start))
    }
}
