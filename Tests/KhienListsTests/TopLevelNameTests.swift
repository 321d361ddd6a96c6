import KhienLists
import KhienModel
import KhienText
import Testing

/// Names of one label: a registry's name is read, so that the compiler can hold it; any other is a slip.
@Suite struct TopLevelNameTests {
    private static let names = TopLevelNames(
        PublicSuffixList(
            parsing: Array(
                ("// ===BEGIN ICANN DOMAINS===\ncom\ncom.vn\n*.ck\n!www.ck\n"
                    + "// ===END ICANN DOMAINS===\n// ===BEGIN PRIVATE DOMAINS===\nours\n").utf8
            ).span))

    private static func outcome(_ line: String, _ format: ListFormat) -> String {
        var options = ListParser.Options()
        options.format = format
        options.topLevelNames = names
        let list = ListParser.parse(
            Array(line.utf8), name: "list", path: "list.txt", options: options)
        #expect(list.report.isConsistent)
        return GrammarTests.describe(list)
    }

    @Test(arguments: [
        ("com", ListFormat.domains, "accepted domain com"),
        ("COM", .domains, "repaired upper-case domain com"),
        (".vn", .domains, "repaired leading-dot domain vn"),
        ("*.ck", .domains, "repaired wildcard domain ck"),
        ("ours", .domains, "rejected host.single-label"),
        ("localhost", .domains, "rejected host.single-label"),
        ("0.0.0.0 com", .hosts, "accepted host com"),
        ("0.0.0.0 printer", .hosts, "rejected host.single-label"),
        ("http://com/", .urls, "repaired url-is-host host com"),
        ("http://com/page", .urls, "rejected host.single-label"),
        ("http://intranet/", .urls, "rejected host.single-label"),
    ])
    func namesOfOneLabel(line: String, format: ListFormat, expected: String) {
        #expect(Self.outcome(line, format) == expected)
    }

    /// Without a public suffix list nothing tells a registry's name from a slip.
    @Test func withoutSuffixes() {
        #expect(GrammarTests.outcome("com", .domains) == "rejected host.single-label")
    }
}
