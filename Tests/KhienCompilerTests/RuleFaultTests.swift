import KhienCompiler
import KhienLists
import KhienModel
import KhienTestKit
import Testing

/// Rules that can never match: told, and left out but under an order. Rules that every request pays for,
/// or that backtrack: told, and kept.
@Suite struct RuleFaultTests {
    struct Row: CustomTestStringConvertible, Sendable {
        var rule: String
        var isTold: Bool
        var why: String
        var testDescription: String { "\(rule): \(why)" }
    }

    static let adblock: [Row] = [
        Row(rule: "||a.test^$script,~script", isTold: false, why: "~script leaves the others"),
        Row(
            rule: "/x/$~script,~image,~stylesheet,~object,~xmlhttprequest,~subdocument,~ping,"
                + "~websocket,~font,~media,~other", isTold: true, why: "no type is left"),
        Row(rule: "/x/$domain=a.test|~a.test", isTold: true, why: "its domain is excluded"),
        Row(rule: "/x/$domain=b.a.test|~a.test", isTold: true, why: "excluded above"),
        Row(rule: "/x/$domain=a.test|~b.a.test", isTold: false, why: "only a part is excluded"),
        Row(rule: "/x/$domain=a.test|b.test|~a.test", isTold: false, why: "one domain is left"),
        Row(rule: "/x/$domain=a.*|~a.*", isTold: true, why: "the same entity"),
        Row(rule: "/x/$domain=b.a.*|~a.*", isTold: false, why: "entities are not compared further"),
        Row(rule: "||a.test^$denyallow=a.test", isTold: true, why: "lets go its own host"),
        Row(rule: "||b.a.test/x$denyallow=a.test", isTold: true, why: "lets go the name above"),
        Row(rule: "||a.test^$denyallow=b.a.test", isTold: false, why: "lets go a part"),
        Row(rule: "/x<y", isTold: true, why: "browsers escape <"),
        Row(rule: "/x>y", isTold: true, why: "browsers escape >"),
        Row(rule: "/x\"y", isTold: false, why: "a quote may stand in a host"),
        Row(rule: "/x|y", isTold: false, why: "a path may have a bar"),
        Row(rule: "/x{y}", isTold: false, why: "a query may have braces"),
        Row(rule: "||A.test/x$match-case", isTold: true, why: "hosts have no capitals"),
        Row(rule: "||a.test/X$match-case", isTold: false, why: "paths have"),
        Row(rule: "||A.test/x", isTold: false, why: "case does not matter without match-case"),
        Row(rule: "||a%20b.test/x", isTold: true, why: "no host has an escape"),
        Row(rule: "||user@a.test/x", isTold: true, why: "the host begins behind the user's name"),
        Row(rule: "||a.test:8080/x", isTold: false, why: "a port may follow"),
        Row(rule: "||[2001:db8::1]/x", isTold: false, why: "an IPv6 host"),
        Row(rule: "|ads.test/x", isTold: true, why: "a URL begins with its scheme"),
        Row(rule: "|https://ads.test/x", isTold: false, why: "as here"),
        Row(rule: "|wss://ads.test/x", isTold: false, why: "or here"),
        Row(rule: "|http*ads/x", isTold: false, why: "what follows is open"),
        Row(rule: "|HTTP://a.test/x$match-case", isTold: true, why: "schemes are in lower case"),
    ]

    static let regexes: [Row] = [
        Row(rule: "ads banner", isTold: true, why: "a space"),
        Row(rule: "(foo bar|baz#x)y", isTold: true, why: "each alternative has such a byte"),
        Row(rule: "(foo bar|baz)y", isTold: false, why: "one has none"),
        Row(rule: "x( y)?z", isTold: false, why: "it may be missing"),
        Row(rule: "x( y)+z", isTold: true, why: "it may not"),
        Row(rule: "[ x]y", isTold: false, why: "a class"),
        Row(rule: "^ads\\.", isTold: true, why: "a URL begins with its scheme"),
        Row(rule: "^https?://ads", isTold: false, why: "as here"),
        Row(rule: "^HTTPS?://ads", isTold: false, why: "schemes are compared without case"),
        Row(rule: "^(www\\.)?ads", isTold: false, why: "nothing is proved of groups"),
        Row(rule: "^ads|banner", isTold: false, why: "the other alternative is open"),
        Row(rule: "^a?http", isTold: false, why: "the letter may be missing"),
        Row(rule: "^$", isTold: true, why: "no URL is empty"),
        Row(rule: "^$|ads", isTold: false, why: "the other alternative is open"),
        Row(rule: "a>b", isTold: false, why: "the lookup form does not escape >"),
    ]

    private static func isTold(_ row: Row, _ format: ListFormat) throws -> Bool {
        let list = CompiledImage.list(row.rule + "\n", format: format)
        try #require(list.list.entries.records.count == 1, "\(list.list.report.diagnostics)")
        let image = try CompiledImage([list])
        let isLeftOut = image.report.neverMatching == 1
        #expect(image.report.entries == (isLeftOut ? 0 : 1))
        #expect(isLeftOut == (image.report.findings[.neverMatches] == 1))
        return image.report.findings[.neverMatches] == 1
            && image.report.diagnostics.contains {
                $0.code == "rule.never-matches" && $0.location.line == 1
            }
    }

    @Test(arguments: adblock) func adblockRules(row: Row) throws {
        #expect(try Self.isTold(row, .adblock) == row.isTold)
    }

    @Test(arguments: regexes) func expressions(row: Row) throws {
        #expect(try Self.isTold(row, .regex) == row.isTold)
    }

    /// A regular expression in adblock syntax means the exact form only.
    @Test func adblockExpressions() throws {
        #expect(try Self.isTold(Row(rule: "/a>b/", isTold: true, why: ""), .adblock))
    }

    /// Under an order the image says what was ordered, whatever use it is.
    @Test func rulesUnderAnOrderStay() throws {
        let header = "order,target-type,target\n"
        let list = CompiledImage.list(
            header + "1/A,pattern,|ads.test/x\n1/A,regex,ads banner\n", format: .orders,
            authority: .authority)
        let image = try CompiledImage([list])
        #expect(image.report.findings[.neverMatches] == 2)
        #expect(image.report.neverMatching == 0 && image.report.entries == 2)
        #expect(image.report.diagnostics.allSatisfy { !$0.message.contains("left out") })
    }

    /// The rules that are left are found as before, under their own lines.
    @Test func whatIsLeftOutMovesNothing() throws {
        let list = CompiledImage.list(
            "/x<y\n/good/\n/z$domain=a.test|~a.test\n/b<c/\n/last/$script\n", format: .adblock)
        let image = try CompiledImage([list])
        #expect(image.report.neverMatching == 3 && image.image.entryCount == 2)
        for (url, line) in [("http://h.test/good/", 2), ("http://h.test/last/", 5)] {
            let hits = try image.ask(url, type: .script).hits
            #expect(hits.map { image.matcher.reason(for: $0).line } == [line])
        }
    }

    /// What is told never matches: random rules, random requests, the oracle.
    @Test(arguments: 0..<20) func whatIsToldNeverMatches(seed: Int) throws {
        var generators = Generators(seed: UInt64(seed))
        var text = ""
        for _ in 0..<200 {
            var rule = generators.rule()
            if generators.random.chance(0.2) { rule = "|" + rule }
            if generators.random.chance(0.1) { rule = rule.replacing("a", with: "A") }
            text += rule + "\n"
        }
        let list = CompiledImage.list(text, format: .adblock)
        let naive = NaiveMatcher([list.list], suffixes: NaiveSuffixes("test\nexample\n"))
        let told = Set(
            try CompiledImage([list]).report.diagnostics
                .filter { $0.code == "rule.never-matches" }.map(\.location.line))
        #expect(!told.isEmpty)
        var hits = 0
        for _ in 0..<300 {
            let type = generators.random.pick(RequestType.allCases)
            guard
                let request = NaiveRequest(
                    url: generators.url(), source: generators.url(), type: type)
            else { continue }
            for hit in naive.hits(request) {
                hits += 1
                #expect(!told.contains(hit.line), "\(hit) on \(request)")
            }
        }
        // Where nothing matches, nothing is shown.
        #expect(hits > 0)
    }

    /// Nor is a rule of an authority's list left out.
    @Test func rulesOfAnAuthorityStay() throws {
        for format in [ListFormat.adblock, .regex] {
            let text = format == .adblock ? "|ads.test/x\n" : "ads banner\n"
            let image = try CompiledImage([
                CompiledImage.list(text, format: format, authority: .authority)
            ])
            #expect(image.report.neverMatching == 0 && image.report.entries == 1)
            #expect(image.report.findings[.neverMatches] == 1)
            #expect(image.report.diagnostics.allSatisfy { !$0.message.contains("left out") })
        }
    }

    /// What e2guardian's lists begin with is its subject, not ours.
    @Test func expressionsOfLayoutsAreTranslated() throws {
        let list = ListParser.parse(
            Array("^ads\\.\n^casino[0-9]*\\.test$\n".utf8), name: "", path: "bannedregexpurllist")
        let image = try CompiledImage([SourceList(list)])
        #expect(image.report.entries == 2 && image.report.findings[.neverMatches] == nil)
        for url in ["http://ads.test/x", "https://ADS.test/", "http://casino7.test/"] {
            #expect(try image.ask(url).decision.verdict == .block, "\(url)")
        }
        for url in ["http://x.test/ads.", "http://xads.test/", "http://casino7.test/x"] {
            #expect(try image.ask(url).decision.verdict == .allow, "\(url)")
        }
    }

    // MARK: Cost

    @Test(arguments: [
        ("(a+)+$", true), ("(a|aa)+$", true), ("(.*a){12}", true), ("(\\w+/?)*x\\d$", true),
        ("casino[0-9]+\\.test", false), ("^https?://([a-z0-9-]+\\.)*banner\\.", false),
        ("/ads/", false), ("\\.gif$", false), ("(one|two|three)x", false),
    ])
    func costIsTold(pattern: String, isTold: Bool) throws {
        let image = try CompiledImage([CompiledImage.list(pattern + "\n", format: .regex)])
        #expect((image.report.findings[.costlyRegex] == 1) == isTold)
        #expect(image.report.entries == 1, "told, and kept")
    }

    @Test func whatEveryRequestPaysForIsNamed() throws {
        let image = try CompiledImage([
            CompiledImage.list("/a^\n||a.test^$script\n", format: .adblock, name: "rules"),
            CompiledImage.list("casino\n[a-z]x\n", format: .regex, name: "expressions"),
        ])
        let told = image.report.diagnostics.map { "\($0.location) \($0.code)" }
        #expect(told.contains("expressions.txt:2 regex.unindexed"))
        #expect(image.report.findings[.unindexedRegex] == image.report.unindexedRegexes)
        #expect(
            image.report.findings[.unindexedRule] ?? 0 == image.report.unindexedPatterns)
    }
}
