import CIntrinsics
import KhienImage
import KhienLists
import KhienModel

/// The tables of hosts, URLs and addresses, and the entries that their keys name.
struct KeyTables {
    private(set) var sections: [SectionData] = []
    private(set) var entries: EntryColumn
    /// Items that repeated an entry of the same list, and were left out.
    private(set) var duplicates = 0

    /// - Parameters:
    ///   - items: sorted.
    ///   - entries: receives theirs.
    /// - Throws: `overLimit` where a table does not fit the format.
    init(
        _ lists: [SourceList], _ items: GatheredItems, entries: EntryColumn
    ) throws(ImageError) {
        self.entries = entries
        let targets = ListTargets(lists)
        let lengths = Self.lengthItems(
            items.addresses.lazy.compactMap { Compiler.addressKey(targets[$0].span) })
        try add(KeyTableBuilder(.hosts, items: items.hosts, isSorted: true), targets) {
            item, text in
            let whole = targets[item]
            let host =
                item.marks == 0
                ? whole : whole.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
            text.append(contentsOf: host)
        }
        try add(KeyTableBuilder(.urls, items: items.urls, isSorted: true), targets) { item, text in
            text.append(contentsOf: targets[item])
        }
        try add(KeyTableBuilder(.addresses, items: items.addresses + lengths), targets) {
            item, text in
            if item.marks != 0 {
                text += Self.lengthKey(item)
            } else {
                targets[item].span.withAddressKey { text += $0 }
            }
        }
    }

    private mutating func add(
        _ builder: consuming KeyTableBuilder, _ targets: ListTargets,
        appendKey: (KeyItem, inout [UInt8]) -> Void
    ) throws(ImageError) {
        var builder = builder
        sections.append(
            try builder.build(
                willAppend: targets.prefetch, appendKey: appendKey, entries: &entries))
        duplicates += builder.duplicates
    }

    /// One marking item for each prefix length of these keys, so that a reader knows which to try.
    private static func lengthItems(_ keys: some Sequence<[UInt8]>) -> [KeyItem] {
        var seen: Set<[UInt8]> = []
        for key in keys { seen.insert([key[0], key[1]]) }
        return seen.sorted { $0.lexicographicallyPrecedes($1) }.map { pair in
            var item = KeyItem(
                hash: 0, list: UInt16(pair[0]), marks: 1, record: UInt32(pair[1]))
            item.hash = AddressKey.hash(lengthKey(item).span)
            return item
        }
    }

    /// A marking item carries family and length in place of list and record.
    private static func lengthKey(_ item: KeyItem) -> [UInt8] {
        [UInt8(item.list), 0xFF, UInt8(item.record)]
    }
}

/// The texts of items.
private struct ListTargets {
    private let records: [[EntryRecord]]
    private let texts: [[UInt8]]

    init(_ lists: [SourceList]) {
        records = lists.map(\.list.entries.records)
        texts = lists.map(\.list.entries.text)
    }

    subscript(item: KeyItem) -> ArraySlice<UInt8> {
        texts[Int(item.list)][records[Int(item.list)][Int(item.record)].range]
    }

    /// Asks memory for what `subscript` will read of an item. Lists lie in the order of their lines and are
    /// asked for in that of the hashes, so that each item would wait twice: for its record, then for
    /// its text.
    ///
    /// - Parameter isNear: the record was asked for some time ago, and says where the text is.
    func prefetch(_ item: KeyItem, isNear: Bool) {
        // Of a prefix length an item carries numbers of its own in place of list and record.
        let (list, record) = (Int(item.list), Int(item.record))
        guard list < records.count, record < records[list].count else { return }
        if isNear {
            Self.prefetch(texts[list], Int(records[list][record].textStart))
        } else {
            Self.prefetch(records[list], record)
        }
    }

    private static func prefetch<Element>(_ array: [Element], _ index: Int) {
        guard index < array.count else { return }
        unsafe array.withUnsafeBufferPointer { buffer in
            // SAFETY: the address lies within the buffer, and a prefetch reads nothing.
            if let base = buffer.baseAddress { unsafe khien_prefetch(base + index) }
        }
    }
}
