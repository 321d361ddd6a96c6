import KhienImage
import KhienLists
import KhienModel

/// The tables that need every item sorted by its hash.
extension Compiler {
    /// From so many items on a second thread saves more than waking it costs.
    package static let manyItems = 20_000

    /// Builds the tables of the items, which nothing needs behind that, and finds their overlaps: at the
    /// same time, since both only read.
    ///
    /// - Throws: `overLimit` where a table does not fit the format.
    mutating func buildKeyTables(
        pending: [EntryPlace: EntryPlace]
    ) throws(ImageError) -> [SectionData] {
        let (lists, seed, items, now, entries) = (lists, seed, items, now, entries)
        self.items = GatheredItems([])
        let (tables, overlaps) = try SideBySide.both(
            isWorthIt: items.count >= Self.manyItems
        ) { () throws(ImageError) in
            try KeyTables(lists, items, entries: entries)
        } _: { () throws(ImageError) in
            var finder = OverlapFinder(
                lists, seed: seed, items: items, now: now, pending: pending)
            finder.run()
            return finder.findings
        }
        findings.add(overlaps)
        self.entries = tables.entries
        report.duplicates += tables.duplicates
        return tables.sections
    }
}
