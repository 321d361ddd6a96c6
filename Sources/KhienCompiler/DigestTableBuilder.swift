import KhienImage
import KhienModel

/// One target on its way into a table of digests.
struct DigestItem: Sendable {
    var digest: Digest
    /// Its `hash` is not used; `marks` as in key tables.
    var item: KeyItem
}

/// Builds a `DigestTable`: sorts items by digest, gathers equal ones into one, places them in
/// buckets.
struct DigestTableBuilder {
    /// As in `KeyTableBuilder`.
    static let digestsPerBucket = 24

    let section: SectionID
    let width: DigestTable.Width
    private var items: [DigestItem] = []
    /// Items that repeated an entry of the same list, and were left out.
    private(set) var duplicates = 0

    private var digests: [Digest] = []
    private var records: [UInt32] = []

    init(_ section: SectionID, _ width: DigestTable.Width) {
        self.section = section
        self.width = width
    }

    var isEmpty: Bool { items.isEmpty }

    mutating func add(_ digest: Digest, _ item: KeyItem) {
        items.append(DigestItem(digest: digest, item: item))
    }

    /// - Parameters:
    ///   - keyCheck: of the key that the digests were made with.
    ///   - entries: receives the items' entries; the table's records name their numbers.
    mutating func build(keyCheck: Digest?, entries: inout EntryColumn) -> SectionData {
        items.sort { left, right in
            left.digest == right.digest
                ? (left.item.list, left.item.record) < (right.item.list, right.item.record)
                : left.digest < right.digest
        }
        var index = 0
        while index < items.count {
            var end = index + 1
            while end < items.count, items[end].digest == items[index].digest { end += 1 }
            append(index..<end, &entries)
            index = end
        }
        items = []
        records.append(UInt32(entries.count))
        return layOut(keyCheck: digests.isEmpty ? nil : keyCheck)
    }

    private mutating func append(_ range: Range<Int>, _ entries: inout EntryColumn) {
        let isMarked = items[range].contains { $0.item.marks != 0 }
        digests.append(items[range.lowerBound].digest)
        records.append(UInt32(entries.count) | (isMarked ? DigestTable.markBit : 0))
        let start = entries.count
        for item in items[range] where item.item.marks == 0 {
            if !entries.append(item.item, unlessRepeatedSince: start) { duplicates += 1 }
        }
    }

    /// Places the digests, which are in the order of their home buckets.
    private func layOut(keyCheck: Digest?) -> SectionData {
        let homeCount = UInt32(
            max(1, (digests.count + Self.digestsPerBucket - 1) / Self.digestsPerBucket))
        var buckets: [UInt16] = []
        var ranks: [UInt32] = []
        var placed = 0
        var reached = 0
        while ranks.count < Int(homeCount) || placed < digests.count {
            let bucket = ranks.count
            while reached < digests.count,
                DigestTable.homeBucket(digests[reached], of: homeCount) <= bucket
            { reached += 1 }
            ranks.append(UInt32(placed))
            let count = min(DigestTable.slotsPerBucket, reached - placed)
            for slot in 0..<DigestTable.slotsPerBucket {
                buckets.append(slot < count ? DigestTable.fingerprint(digests[placed + slot]) : 0)
            }
            placed += count
            buckets.append(placed < reached ? 1 : 0)
        }
        let ranksOffset = DigestTable.headerByteCount + buckets.count * 2
        let recordsOffset = ranksOffset + ranks.count * 4
        let digestsOffset = recordsOffset + records.count * 4
        let header: [UInt64] = [
            UInt64(digests.count) | UInt64(homeCount) << 32,
            UInt64(ranks.count) | UInt64(width.rawValue) << 32, UInt64(ranksOffset),
            UInt64(recordsOffset), UInt64(digestsOffset), 0, keyCheck?.first ?? 0,
            keyCheck?.second ?? 0,
        ]
        return SectionData(
            section,
            [
                .quadWords(header), .words(buckets), .doubleWords(ranks), .doubleWords(records),
                .quadWords(words()),
            ])
    }

    private func words() -> [UInt64] {
        var words: [UInt64] = []
        words.reserveCapacity(digests.count * width.rawValue / 8)
        for digest in digests {
            words.append(digest.first)
            words.append(digest.second)
            if width == .keyed { continue }
            words.append(digest.third)
            words.append(digest.fourth)
        }
        return words
    }
}
