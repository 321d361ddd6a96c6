import KhienLists
import KhienMatcher
import KhienModel
import KhienTestKit
import Testing

/// URLs with stars: the patterns that they become meet what expressions for them would.
@Suite struct StarredURLTests {
    /// What is right by definition: scheme, any user, host with or without subdomains, any port, then the path.
    private static func expression(_ url: StarredURL) -> String {
        func literal(_ text: Substring) -> String {
            text.map { $0.isLetter || $0.isNumber || $0 == "/" ? String($0) : "\\\($0)" }.joined()
        }
        let path = url.path.split(separator: "*", omittingEmptySubsequences: false).map(literal)
        return #"^https?://(?:[^/?#@]*@)?"# + (url.hasSubdomains ? #"(?:[^/?#@]*\.)?"# : "")
            + literal(url.host[...]) + "(?::[0-9]+)?" + path.joined(separator: ".*") + "$"
    }

    private struct StarredURL {
        var host: String
        var hasSubdomains: Bool
        /// In the lookup form.
        var path: String
        /// Whether it is written with an empty query, which is none.
        var hasEmptyQuery = false

        var line: String {
            "*://" + (hasSubdomains ? "*." : "") + host + path + (hasEmptyQuery ? "?" : "")
        }
    }

    private static let hosts = [
        "a.test", "b.a.test", "www.a.test", "xa.test", "a.test.test", "192.0.2.1", "[2001:db8::1]",
    ]
    private static let pieces = [
        "a", "b", "ab", "aa", "/", "/", "/a", "*", "*", "?", "?a=", "&", ";", "%20", "-", ".x", "A",
    ]

    private static func path(_ random: inout SplitMix64, _ pieces: [String]) -> String {
        var path = "/" + random.pick(["", "a", "ab", "b/"])
        for _ in 0..<1 + random.below(5) {
            let piece = random.pick(pieces)
            // One question mark begins the query; in the lookup form no slashes and stars stand side by side.
            if piece.contains("?"), path.contains("?") { continue }
            if piece.hasPrefix("/"), path.hasSuffix("/") { continue }
            if piece == "*", path.hasSuffix("*") { continue }
            path += piece
        }
        return path
    }

    /// Spellings of URLs which the lookup form folds are folded for both, and ports and users are passed over.
    private static func request(_ random: inout SplitMix64) -> String {
        let host = random.pick(hosts)
        let path = path(&random, pieces.filter { $0 != "*" })
        let spelled =
            switch random.below(6) {
            case 0: path.replacing("a", with: "%61")
            case 1: path.replacing("/", with: "//")
            case 2: "/x/.." + path
            case 3: "/a/..%2f" + path.dropFirst()
            default: path
            }
        let below = host.hasPrefix("[") || host.first?.isNumber == true ? "" : "c."
        return random.pick(["http", "https"]) + "://" + random.pick(["", "", "", "u@", "a.b:p@"])
            + random.pick(["", "", below]) + host + random.pick(["", "", "", ":81", ":8080"])
            + spelled
    }

    @Test(arguments: 0..<8) func patternsMeetWhatExpressionsDo(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed) + 900)
        var urls: [StarredURL] = []
        while urls.count < 60 {
            let host = random.pick(Self.hosts)
            let isName = !host.hasPrefix("[") && host.first?.isNumber == false
            var url = StarredURL(
                host: host, hasSubdomains: isName && random.chance(0.5),
                path: Self.path(&random, Self.pieces))
            if url.path.hasSuffix("?") { url.path.removeLast() }
            // Others are hosts and URLs, not patterns.
            let isWhole = url.path == "/" || url.path == "/*"
            // Of two that say the same the image holds one.
            let isNew = !urls.contains {
                $0.path == url.path && $0.host == url.host && $0.hasSubdomains == url.hasSubdomains
            }
            guard isNew, !isWhole, url.hasSubdomains || url.path.contains("*") else { continue }
            url.hasEmptyQuery = !url.path.contains("?") && random.chance(0.2)
            urls.append(url)
        }
        let lists = [
            CompiledImage.list(
                urls.map(\.line).joined(separator: "\n"), format: .urls, name: "urls"),
            CompiledImage.list(
                urls.map(Self.expression).joined(separator: "\n"), format: .regex, name: "regexes"),
        ]
        #expect(lists[0].list.entries.records.allSatisfy { $0.kind == .pattern })
        #expect(lists[0].list.entries.records.count == urls.count)
        #expect(lists[1].list.entries.records.count == urls.count)
        let image = try CompiledImage(lists)
        var count = 0
        for _ in 0..<400 {
            let request = Self.request(&random)
            let hits = try image.ask(request).hits.map { image.image.entry($0.entry) }
            let found = Set(hits.filter { $0.list.value == 0 }.map(\.line))
            let wanted = Set(hits.filter { $0.list.value == 1 }.map(\.line))
            #expect(found == wanted, "\(request)")
            count += wanted.count
        }
        #expect(count > 20, "a comparison without hits says nothing")
    }

    /// A line with dot segments meets what the URL is in a browser, and nothing else.
    @Test(arguments: [
        ("a.test/x//../y*", "/x/y1", "/y1"), ("a.test/x/b%2fc/../y*", "/x/y1", "/x/b/y1"),
        ("a.test/x/b%5Cc/../y*", "/x/y1", "/x/b/y1"),
    ])
    func dotSegments(line: String, met: String, other: String) throws {
        let image = try CompiledImage([CompiledImage.list(line, format: .urls)])
        let itself = "http://" + line.dropLast() + "1"
        for url in [itself, "http://a.test" + met] {
            #expect(try image.ask(url).decision.verdict == .block, "\(url)")
        }
        #expect(try image.ask("http://a.test" + other).hits.isEmpty)
    }

    /// A pattern is one entry, however many rules it takes, and answers with the text of its line.
    @Test func onePatternIsOneEntry() throws {
        let image = try CompiledImage([
            CompiledImage.list(
                "*://a.test/x*\n*://*.b.test/y*z\n*://b.test/y\n*://*.c.test/x", format: .urls)
        ])
        #expect(image.report.entriesByKind[.pattern] == 3)
        for (url, target) in [
            ("http://a.test/x1", "*://a.test/x*"), ("https://a.test:81/x", "*://a.test/x*"),
            ("https://v.b.test/y1z", "*://*.b.test/y*z"), ("http://c.test/x", "*://*.c.test/x"),
        ] {
            let hits = try image.ask(url).hits
            #expect(hits.map { image.matcher.reason(for: $0).target } == [target], "\(url)")
        }
    }

    /// An operator's adblock rules neither lift nor cancel it: it is no adblock rule, whatever its kind.
    @Test func adblockRulesLeaveItAlone() throws {
        let image = try CompiledImage([
            CompiledImage.list("*://*.a.test/x*", format: .urls),
            CompiledImage.list(
                "@@||a.test^\n||a.test/x$badfilter,match-case,all\n", format: .adblock),
        ])
        #expect(try image.ask("http://b.a.test/x").decision.verdict == .block)
        #expect(try image.ask("http://b.a.test/%78").decision.verdict == .block)
    }

    /// Thousands of URLs of one host have no other word in common: they are told apart by three bytes.
    @Test func manyOfOneHost() throws {
        let count = Limits.Compiler.rulesPerTokenMax + 300
        let letters = Array("bcdfghjklmnpqrstvwxyz").map { String($0) }
        func name(_ number: Int) -> String {
            let first = letters[number % 21]
            let second = letters[number / 21 % 21]
            return "\(first)\(second)\(letters[number / 441 % 21])\(number)"
        }
        let names = (0..<count).map { name($0) }
        let image = try CompiledImage([
            CompiledImage.list(
                names.map { "https://host.test/\($0)*" }.joined(separator: "\n"), format: .urls)
        ])
        #expect(image.report.entriesByKind[.pattern] == count)
        for number in stride(from: 0, to: count, by: 7) {
            let hits = try image.ask("http://host.test/\(names[number])-").hits
            #expect(hits.contains { image.image.entry($0.entry).line == number + 1 })
        }
        #expect(try image.ask("http://host.test/other").hits.isEmpty)
    }

    /// Two lines that say the same are one entry, in whatever spelling; of other lists, or bound otherwise, none.
    @Test func repeatedOnes() throws {
        let text = """
            a.test/x*
            http://a.test/%78*
            *.a.test/x*
            a.test/x*y
            a.test/x*
            *://*.a.test//x*
            a.test/X*
            """
        let image = try CompiledImage([
            CompiledImage.list(text, format: .urls, name: "first"),
            CompiledImage.list("a.test/x*", format: .urls, name: "second"),
        ])
        #expect(image.report.duplicates == 3)
        #expect(image.report.findings[.repeated] == 3)
        #expect(image.report.entriesByKind[.pattern] == 5)
        let told = image.report.diagnostics.filter { $0.code == "entry.repeated" }
        #expect(told.map(\.location.line) == [2, 5, 6])
        let hits = try image.ask("http://a.test/x").hits.map { image.image.entry($0.entry) }
        #expect(hits.map { [Int($0.list.value), Int($0.line)] } == [[0, 1], [0, 3], [1, 1]])
    }

    /// Of one name `http` and `https` are meant, of a name with its subdomains any scheme, as docs/LISTS.md says.
    @Test(arguments: [
        ("a.test/x*", "/x1", false), ("a.test/x%2A*", "/x*1", false), ("*.a.test/x*", "/x1", true),
        ("a.test/x1", "/x1", true), ("a.test/*", "/x1", true),
    ])
    func schemes(line: String, path: String, meansAny: Bool) throws {
        let image = try CompiledImage([CompiledImage.list(line, format: .urls)])
        for (scheme, isMet) in [
            ("http", true), ("https", true), ("ws", meansAny), ("wss", meansAny), ("ftp", meansAny),
        ] {
            let verdict = try image.ask("\(scheme)://a.test\(path)").decision.verdict
            #expect(verdict == (isMet ? .block : .allow), "\(scheme)")
        }
    }

    /// A front page that is protected holds what is the whole host, and nothing that asks for more.
    @Test func protectedNames() throws {
        let list = CompiledImage.list(
            "*://a.test/*?z\n*://a.test/x*\n*://*.a.test/?*\n*://a.test/*\n*.a.test/*\n"
                + "*://a.test/*?", format: .urls)
        let image = try CompiledImage([list], protectedNames: ["a.test"])
        let held = image.report.diagnostics.filter { $0.code == "entry.held" }
        // An empty query asks for nothing.
        #expect(held.map(\.location.line) == [4, 5, 6])
        #expect(try image.ask("http://a.test/").decision.verdict == .allow)
        for path in ["x", "y?z", "?y"] {
            #expect(try image.ask("http://a.test/\(path)").decision.verdict == .block, "\(path)")
        }
    }
}
