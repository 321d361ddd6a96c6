import KhienImage
import KhienLists
import KhienModel

/// The entries of an image while it is made, numbered in the order in which they are added.
struct EntryColumn: EntrySink {
    /// Three words for each entry, as `EntryTable` stores them.
    private(set) var words: [UInt32] = []
    /// Entries of each list.
    private(set) var countByList: [UInt32]
    /// Entries of each kind.
    var countByKind: [TargetKind: Int] {
        var counts: [TargetKind: Int] = [:]
        for kind in TargetKind.allCases where kindCounts[Int(kind.rawValue)] > 0 {
            counts[kind] = kindCounts[Int(kind.rawValue)]
        }
        return counts
    }
    /// By the kind's raw value.
    private var kindCounts = [Int](repeating: 0, count: 256)
    private let records: [[EntryRecord]]
    private let facts: [ListFacts]
    /// The number of each list's first order.
    private let orderBase: [UInt32]

    init(_ lists: [SourceList], orderBase: [UInt32]) {
        records = lists.map(\.list.entries.records)
        facts = lists.map { ListFacts($0) }
        self.orderBase = orderBase
        countByList = [UInt32](repeating: 0, count: lists.count)
    }

    var count: Int { words.count / 3 }

    /// Adds the entry of an item.
    ///
    /// - Returns: false where an entry since number `start` is the same but for its line; nothing
    ///   is added then, so that the first line counts.
    mutating func append(_ item: KeyItem, unlessRepeatedSince start: Int) -> Bool {
        let record = records[Int(item.list)][Int(item.record)]
        let attributes = facts[Int(item.list)].attributes(record)
        let first = UInt32(item.list) | UInt32(attributes.rawValue) << 16
        let order =
            record.order == EntryRecord.none
            ? EntryTable.noOrder : record.order + orderBase[Int(item.list)]
        var index = start * 3
        while index < words.count {
            if words[index] == first, words[index + 2] == order { return false }
            index += 3
        }
        words.append(first)
        words.append(record.line)
        words.append(order)
        countByList[Int(item.list)] += 1
        kindCounts[Int(attributes.kind.rawValue)] += 1
        return true
    }

    /// What all entries from number `start` share; nil where they differ or there are none.
    func profile(since start: Int) -> KeyProfile? {
        guard start < count else { return nil }
        let (first, order) = (words[start * 3], words[start * 3 + 2])
        for index in stride(from: start * 3 + 3, to: words.count, by: 3)
        where words[index] >> 16 != first >> 16 || words[index + 2] != order { return nil }
        return KeyProfile(
            attributes: EntryAttributes(rawValue: UInt16(first >> 16)),
            order: order == EntryTable.noOrder ? nil : OrderIndex(order))
    }

    /// The section, its words given away.
    consuming func section() -> SectionData { SectionData(.entries, [.doubleWords(words)]) }
}
