import KhienModel

/// What of a response policy zone means something else here: in a zone the longer name decides, so that
/// `bad.name CNAME .` blocks though `*.name CNAME rpz-passthru.` lets all names pass; here an exception
/// lifts whatever its side blocks.
///
/// Source: draft-vixie-dnsop-dns-rpz-00 section 5 (precedence); RFC 1034 section 4.3.3 for wildcards.
extension ListReader {
    /// Warns of names that block below a wildcard that passes, the first `Limits.Lists.diagnosticsMax`.
    ///
    /// - Complexity: O(bytes of the names times their labels) if there is such a wildcard; else O(records).
    mutating func noteOverruledNames() {
        var passing: [ArraySlice<UInt8>: UInt32] = [:]
        for record in builder.records
        where record.flags.isSuperset(of: [.exception, .subdomainsOnly]) {
            passing[builder.text[record.range]] = record.line
        }
        if passing.isEmpty { return }
        var told = 0
        for record in builder.records where Self.blocksName(record) {
            guard let line = Self.line(above: builder.text[record.range], in: passing) else {
                continue
            }
            note(
                .warning, "zone.wildcard", line: record.line,
                "the wildcard on line \(line) passes and lifts this name, which the zone blocks: name what "
                    + "is to pass one by one")
            told += 1
            if told == Limits.Lists.diagnosticsMax { return }
        }
    }

    private static func blocksName(_ record: EntryRecord) -> Bool {
        !record.flags.contains(.exception) && (record.kind == .host || record.kind == .domain)
    }

    /// The line of the nearest of `names` that `name` is below.
    private static func line(
        above name: ArraySlice<UInt8>, in names: [ArraySlice<UInt8>: UInt32]
    ) -> UInt32? {
        for index in name.indices where name[index] == Byte.dot {
            if let line = names[name[(index + 1)...]] { return line }
        }
        return nil
    }
}
