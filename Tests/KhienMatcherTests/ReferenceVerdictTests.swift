import KhienCompiler
import KhienLists
import KhienModel
import KhienTestKit
import KhienText
import Testing

/// EasyList and EasyPrivacy over 137,826 real requests: the verdicts of the adblock-rust engine
/// (`../shared/data/README.md` says how they were made).
@Suite(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.comment)))
struct ReferenceVerdictTests {
    /// The only differences among requests whose source is known, each with its reason.
    /// By the beginning of the URL.
    static let explained: [String: String] = [
        "http://www.clixGalore.com/PSale.aspx?":
            "the engine compares the host of this URL without folding its case",
        "https://www.kxan.com/wp-content/plugins/civic-science/src/../js/pixel.js":
            "the engine does not resolve `..`; a browser does before it asks",
        "https://imasdk.googleapis.com/js/core/bridge3.274.0_":
            "the engine lets an exception for `$subdocument` save a `document`",
    ]

    @Test(arguments: [
        ("browser-trace-2019", 17_143), ("devtools-captures", 5_022),
        ("page-references", 115_661),
    ])
    func verdictsAgree(file: String, count: Int) throws {
        let compiled = try Self.compiled.get()
        let rows = try Trace.rows("requests/\(file).tsv.zst")
        #expect(rows.count == count)
        var unknownSource = 0
        for row in rows {
            // With a source that is no page of a site (`about:blank`, none), the engine takes every
            // `domain=` for fulfilled; here it is fulfilled by a domain only.
            guard row.source.hasPrefix("http"), (try? WebURL(row.source)) != nil else {
                unknownSource += 1
                continue
            }
            // `<domain service name>` and the like: URLs that no browser would ask for.
            guard (try? WebURL(row.url)) != nil else { continue }
            let verdict = try compiled.ask(row.url, source: row.source, type: row.type)
                .decision.verdict
            let wanted: Action = row.verdict == "B" ? .block : .allow
            let isExplained = Self.explained.keys.contains { row.url.hasPrefix($0) }
            if verdict != wanted, !isExplained {
                Issue.record("\(row.verdict) but \(verdict): \(row.url) from \(row.source)")
            }
        }
        #expect(unknownSource < count / 5)
    }

    private static let compiled = Result {
        let lists = try ["easylist", "easyprivacy"].map { name in
            let file = try ListInput.find(SharedData.path("adblock/\(name).txt.zst")).files[0]
            return SourceList(try file.parse())
        }
        let suffixes = try SharedData.bytes("vectors/psl/public_suffix_list.dat.zst")
        return try CompiledImage(lists, suffixes: PublicSuffixList(parsing: suffixes.span))
    }
}
