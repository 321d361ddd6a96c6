import KhienLists
import KhienMatcher
import KhienModel
import KhienPolicy
import KhienTestKit
import Testing

/// Match patterns of browsers, in whatever spelling they and the URLs come.
@Suite struct MatchPatternTests {
    /// Whatever escapes and slashes a match pattern is written with, it means every spelling of its URLs.
    @Test(arguments: [
        "/casino*", "/c%61sino*", "/c%2561sino*", "/c%252561sino*", "/%63%61%73%69%6e%6F*",
        "//casino*", "/%2Fcasino*", "/%5Ccasino*", "/x/*/casino*", "/x//*%2F%2Fcasino*",
    ])
    func matchPatternsInEverySpelling(path: String) throws {
        let image = try CompiledImage([
            CompiledImage.list("*://*.host.test\(path)", format: .urls)
        ])
        let begin = path.hasPrefix("/x") ? "/x/y" : ""
        for spelling in [
            "/casino", "/c%61sino", "/c%2561sino", "/c%252561sino/1", "//casino", "/%2fcasino?x",
            "/./casino", "/%63%61%73%69%6E%6F",
        ] {
            let url = "http://www.host.test\(begin)\(spelling)"
            #expect(try image.ask(url).decision.verdict == .block, "\(path) \(url)")
        }
        for other in ["/", "/casin", "/c%2%361sino", "/x/casin"] {
            #expect(
                try image.ask("http://www.host.test\(other)").decision.verdict == .allow,
                "\(path) \(other)")
        }
    }

    /// A `?` that stands for itself begins the query; an escaped one belongs to the path.
    @Test func questionMarksOfMatchPatterns() throws {
        let image = try CompiledImage([
            CompiledImage.list(
                "*://*.a.test/p?q=%3F%2541*\n*://*.b.test/p%3Fq*\n*://*.c.test/%23*", format: .urls)
        ])
        for (url, isBlocked) in [
            ("http://x.a.test/p?q=?A1", true), ("http://x.a.test/p?q=%253FA", true),
            ("http://x.a.test/p%3Fq=?A", false), ("http://x.b.test/p%3Fq", true),
            ("http://x.b.test/p%253fq", true), ("http://x.b.test/p?q", false),
            ("http://x.c.test/%23", true), ("http://x.c.test/%2523", true),
            ("http://x.c.test/#", false),
        ] {
            let verdict = try image.ask(url).decision.verdict
            #expect(verdict == (isBlocked ? .block : .allow), "\(url)")
        }
    }
}
