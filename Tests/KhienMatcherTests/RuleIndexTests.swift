import KhienImage
import KhienLists
import KhienMatcher
import KhienModel
import KhienTestKit
import KhienText
import Testing

/// The indexes of rules find what the naive matcher finds, wherever a rule's text stands.
@Suite struct RuleIndexTests {
    /// Grams that are looked for around tokens only stand around one in every text.
    @Test func gramsAroundTokensStandThere() {
        var random = SplitMix64(seed: 31)
        let bytes = Array("ab1%/.-_?".utf8)
        var around = 0
        for _ in 0..<2_000 {
            let text = (0..<3 + random.below(12)).map { _ in random.pick(bytes) }
            let isToken = text.map { Token.isTokenByte($0) }
            for place in 0...text.count - 3 {
                let gram =
                    UInt32(text[place]) | UInt32(text[place + 1]) << 8
                    | UInt32(text[place + 2]) << 16
                guard Gram.isAroundTokens(gram) else { continue }
                around += 1
                // One byte in front of a token, or two in front of the end of one.
                let begins = !isToken[place] && isToken[place + 1]
                let ends = isToken[place + 1] && !isToken[place + 2]
                #expect(begins || ends, "\(String(decoding: text, as: UTF8.self)) \(place)")
            }
        }
        #expect(around > 1_000)
        for (text, isAround) in [
            ("/ab", true), ("ab/", true), ("/a/", true), ("a/b", false), ("a//", false),
            ("abc", false), ("//a", false), ("://", false),
        ] {
            let gram = text.utf8.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            #expect(Gram.isAroundTokens(gram) == isAround, "\(text)")
        }
    }

    /// A long piece behind a `*` is read once for each URL, not once for each place that begins like it: hundreds
    /// of times as long.
    @Test func longPiecesBehindStars() throws {
        let piece = String(repeating: "a", count: 2_000)
        let runs = String(repeating: "a", count: 30_000)
        func compiled(_ piece: String) throws -> CompiledImage {
            let lines = (0..<100).map { "a.test/*\(piece)b*c\($0)\n" }.joined()
            let ends = (0..<100).map { "*\(piece)b\($0)|\n" }.joined()
            return try CompiledImage([
                CompiledImage.list(lines, format: .urls),
                CompiledImage.list(ends, format: .adblock),
            ])
        }
        func seconds(_ image: CompiledImage, _ url: String) throws -> Double {
            var hits = 0
            let seconds = try ThreadTime.seconds { () throws -> Void in
                hits += try image.ask(url).hits.count
            }
            #expect(hits == 0)
            return seconds
        }
        let image = try compiled(piece)
        let taken = try seconds(image, "http://a.test/\(runs)")
        // Whose pieces fail nowhere but at one place.
        let plain = try compiled(String(piece.dropLast()) + "x")
        let others = runs.replacing("a", with: "y")
        let most = 40 * (try seconds(plain, "http://a.test/\(piece)\(others)"))
        #expect(taken < most, "\(taken) s, at most \(most) s")
        #expect(try image.ask("http://a.test/\(runs)b/c7").hits.count == 1)
        #expect(try image.ask("http://a.test/\(runs)b7").hits.count == 1)
        #expect(try image.ask("http://a.test/\(runs)b7/").hits.isEmpty)
        #expect(try image.ask("http://a.test/\(runs.prefix(1_999))b/c7").hits.isEmpty)
    }

    /// A rule that may begin anywhere is tried once for each URL, not once for each place of what it waits for: thousands of
    /// times as long. Pieces with a separator behind them are read again at each place, eight bytes at a time.
    @Test(arguments: [
        ("/q*aaa^b", 8_000, "^", 0), ("/q*aaaaaaaa^*", 8_000, "", 1),
        ("/q*aaaa*bbbbx*", 4_000, String(repeating: "b", count: 4_000), 0),
        ("/q*" + String(repeating: "a", count: 60) + "^b", 8_000, "", 0),
        ("/q*" + String(repeating: "a", count: 1_000) + "^b", 8_000, "", 0),
    ])
    func rulesAtManyPlaces(rule: String, count: Int, end: String, hits: Int) throws {
        let lines = (0..<20).map { "\(rule)\($0 == 0 ? "" : "*\($0)")\n" }.joined()
        let image = try CompiledImage([CompiledImage.list(lines, format: .adblock)])
        func seconds(_ url: String, _ expected: Int) throws -> Double {
            var found = 0
            let seconds = try ThreadTime.seconds { () throws -> Void in
                found = try image.ask(url).hits.count
            }
            #expect(found == expected)
            return seconds
        }
        let runs = String(repeating: "a", count: count)
        let taken = try seconds("http://h.test/q\(runs)\(end)", hits)
        let other = String(repeating: "c", count: count)
        let most = 2_000 * (try seconds("http://h.test/q\(other)\(end)", 0))
        #expect(taken < most, "\(taken) s, at most \(most) s")
    }

    /// A token that a URL holds thousands of times: rules that wait for it are tried at some of its places, then once at
    /// all. One rule took two thirds of a second, and 1,000 that read 64 bytes again at each place four.
    @Test(arguments: [
        ("/ab/*" + String(repeating: "^ab", count: 21) + "^zz", "/ab", 2_600, 20),
        ("k*" + String(repeating: "^", count: 63) + "z0", "/", 7_600, 400),
    ])
    func placesOfAToken(rule: String, piece: String, count: Int, rules: Int) throws {
        let lines = (0..<rules).map { "\(rule)\($0)\n" }.joined()
        let image = try CompiledImage([CompiledImage.list(lines, format: .adblock)])
        func seconds(_ piece: String) throws -> Double {
            let url = "http://h.test/k" + String(repeating: piece, count: count) + "z0a/"
            return try ThreadTime.seconds { () throws -> Void in
                #expect(try image.ask(url).hits.isEmpty)
            }
        }
        let taken = try seconds(piece)
        let most = 2_000 * (try seconds("c"))
        #expect(taken < most, "\(taken) s, at most \(most) s")
    }

    /// What stands at a place behind those that are tried one by one is found all the same.
    @Test(arguments: [
        ("/ab/*/k7z", 1), ("||h.test/ab/*/k7z^", 1), ("|http://h.test/*/ab/ab/k7z", 1),
        ("/ab/k7z", 1), ("/ab/k7z|", 1), ("/ab/ab/k7z^", 1), ("-ab/k7z", 0), ("||test/ab/k7z", 0),
        ("/ab/ab|", 0), ("ab/k7z$match-case", 1), ("|ab/k7z", 0),
    ])
    func latePlacesOfAToken(rule: String, hits: Int) throws {
        // Rules before it use up what is tried one by one.
        let others = (0..<20).map { "/ab/*/x\($0)y\n" }.joined()
        let image = try CompiledImage([
            CompiledImage.list(others + rule + "\n" + others, format: .adblock)
        ])
        let url = "http://h.test" + String(repeating: "/ab", count: 300) + "/k7z"
        #expect(try image.ask(url).hits.count == hits)
    }

    /// A piece of separators fits nearly everywhere; it is searched for at all places together: 20 rules of 3,900 took
    /// five seconds.
    @Test(arguments: [
        ("/qaa*" + String(repeating: "^", count: 1_000) + "b", 0),
        ("/qaa*" + String(repeating: "^", count: 3_900) + "b", 0),
        ("/qaa*" + String(repeating: "^", count: 3_900) + "b*/", 0),
        ("/qaa*" + String(repeating: "^/", count: 1_950) + "b^^", 0),
        ("/qaa*" + String(repeating: "/^", count: 1_950) + "b|", 0),
        ("||a*" + String(repeating: "^", count: 3_900) + "b", 0),
        ("||a*/" + String(repeating: "^", count: 3_900) + "^|", 1),
    ])
    func rulesOfSeparators(rule: String, hits: Int) throws {
        let lines = (0..<20).map { "\(rule)\($0 == 0 ? "" : "*\($0)")\n" }.joined()
        let image = try CompiledImage([CompiledImage.list(lines, format: .adblock)])
        func seconds(_ end: String, _ expected: Int) throws -> Double {
            var found = 0
            let host = String(repeating: "a.", count: 100)
            let seconds = try ThreadTime.seconds { () throws -> Void in
                found = try image.ask("http://\(host)test/qaa\(end)").hits.count
            }
            #expect(found == expected, "\(end.prefix(8))")
            return seconds
        }
        let taken = try seconds(String(repeating: "/", count: 8_000), hits)
        let most = 2_000 * (try seconds(String(repeating: "c", count: 8_000), 0))
        #expect(taken < most, "\(taken) s, at most \(most) s")
    }

    /// Long pieces with separators in them and behind them, in URLs that hold them whole, nearly and twice.
    @Test(arguments: UInt64(0)..<8) func longPiecesWithSeparators(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        func pick(_ choices: [String]) -> String { choices[random.below(choices.count)] }
        func piece() -> String {
            (0..<(60 + random.below(40))).map { _ in
                pick(random.below(12) == 0 ? ["^", "b"] : ["a"])
            }
            .joined()
        }
        var hits = 0
        for _ in 0..<40 {
            let pieces = (0..<6).map { _ in piece() }
            let lines = pieces.map { "/q*\($0)^\(pick(["", "b", "^", "b*a^", "a|"]))\n" }
            var options = ListParser.Options()
            options.format = .adblock
            let list = ListParser.parse(
                Array(lines.joined().utf8), name: "a", path: "a.txt", options: options)
            let comparison = try Comparison([list], suffixText: OracleTests.suffixText)
            for _ in 0..<20 {
                let parts = (0..<(1 + random.below(4))).map { _ in
                    pick(["", "aaa", "b/"])
                        + pick(pieces).replacing("^", with: pick(["/", "?", "a"]))
                        + pick(["", "/", "/b", "a", "?a"])
                }
                hits += try comparison.check(
                    "http://h.test/q" + parts.joined(), source: "", type: .other)
            }
        }
        #expect(hits > 200, "\(hits)")
    }

    /// Rules that are found by a gram: at both ends of a URL, beside each kind of byte, with and
    /// without a rule that makes every place be looked at.
    @Test(arguments: [
        "", "*lyticsda*\n*%2fx*\n", "||[::]^$other\n", "*lyticsda*\n*%2fx*\n||[::]^$other\n",
    ])
    func rulesWithoutTokens(more: String) throws {
        let rules = [
            "*/v2x*", "*x1/j*", "*-o-u*", "*q2.*", "*=awq9*apikey=", "*ab//c*", "*zz_y*",
        ]
        let compiled = try CompiledImage([
            CompiledImage.list(rules.joined(separator: "\n") + "\n" + more, format: .adblock)
        ])
        let rows: [(String, Int)] = [
            ("http://h.test/v2x", 1), ("http://h.test/av2x", 0), ("http://h.test/v2xyz/v2x", 1),
            ("http://h.test/ax1/jq", 1), ("http://h.test/c-o-u-n", 1), ("http://h.test/?q2.", 1),
            ("http://h.test/Q2.x", 1), ("http://h.test/?a=%2FX", more.hasPrefix("*ly") ? 1 : 0),
            ("http://h.test/?=AWq91apikey=", 1),
            ("http://h.test/ab//c", 1), ("http://h.test/xzz_yx", 1), ("http://h.test/xzz-yx", 0),
            ("http://h.test/" + String(repeating: "a", count: 64) + "/v2x", 1),
            ("http://h.test/" + String(repeating: "ab/", count: 40) + "x1/j", 1),
            ("http://[::1]/v2x", 1), ("http://[::1]/x", 0),
            ("http://h.test/analyticsdata", more.hasPrefix("*ly") ? 1 : 0),
            ("http://[::]/", more.contains("[") ? 1 : 0), ("mailto:a@b.test", 0), ("x:", 0),
        ]
        for (url, count) in rows {
            #expect(try compiled.ask(url).hits.count == count, "\(url)")
        }
    }

    /// A URL that is said to be its own lookup form is that, with its port: it is not tried again.
    @Test func aURLThatIsItsOwnLookupForm() throws {
        var generators = Generators(seed: 77)
        var counts = (plain: 0, withPort: 0)
        let odd = [
            "http://u@a.test:81/x", "http://a.test:81/x?", "http://a.test:81", "http://A.test:81/x",
        ]
        for url in odd + (0..<2_000).map({ _ in generators.url() }) {
            let parsed = try WebURL(url)
            guard parsed.isOwnLookupFormWithPort,
                let request = NaiveRequest(url: url, source: "", type: .other)
            else { continue }
            let forms = request.inOtherForms.map(\.exact)
            #expect(forms.contains(request.exact), "\(url)")
            #expect(request.lookup == request.unresolved, "\(url)")
            #expect(parsed.isOwnLookupForm == (parsed.port == nil), "\(url)")
            counts.plain += 1
            if parsed.port != nil { counts.withPort += 1 }
        }
        #expect(counts.plain > 200 && counts.withPort > 20)
    }

    /// Texts whose tokens begin and end at every place of the words of marks.
    @Test func tokensAtEveryPlace() throws {
        let compiled = try CompiledImage([
            CompiledImage.list(
                "^needle^\n^averylongneedleoftwentybytes^\n^n8dle678^\n", format: .adblock)
        ])
        for length in 0..<140 {
            let filler = String(repeating: "q", count: length)
            for needle in ["needle", "averylongneedleoftwentybytes", "n8dle678"] {
                for url in [
                    "http://h.test/\(filler)/\(needle)/",
                    "https://h.test/\(filler)/\(needle)/\(filler)",
                ] {
                    #expect(try compiled.ask(url).hits.count == 1, "\(url)")
                }
                #expect(
                    try compiled.ask("http://h.test/\(filler)\(needle)/").hits.count
                        == (length == 0 ? 1 : 0))
            }
        }
    }

    /// What a scratch keeps from request to request (host, source, memory) changes no answer: one
    /// scratch for all requests and two images finds what a new one finds for each.
    @Test(arguments: 0..<6) func oneScratchAnswersAsNewOnes(seed: UInt64) throws {
        var generators = Generators(seed: 400 + seed)
        let lists: [(format: ListFormat, text: String)] = [
            (.domains, generators.list(.domain, count: 30)),
            (.urls, generators.list(.url, count: 30)),
            (.adblock, generators.list(.pattern, count: 60)),
        ]
        let first = try CompiledImage(lists.map { CompiledImage.list($0.text, format: $0.format) })
        let second = try CompiledImage(
            lists.dropFirst().map { CompiledImage.list($0.text, format: $0.format) })
        guard var kept = Scratch() else { throw CompiledImage.Unjudgeable() }
        var url = ""
        var source = ""
        var hits = 0
        for round in 0..<600 {
            // Often the same host or source as before.
            let next = generators.url()
            if url.isEmpty || generators.random.chance(0.4) {
                url = next
            } else if let slash = url.dropFirst(8).firstIndex(of: "/") {
                url = url[..<slash] + generators.path()
            }
            if generators.random.chance(0.3) { source = generators.url() }
            let image = generators.random.chance(0.2) ? second : first
            let type = generators.random.pick(RequestType.allCases)
            guard let parsed = try? WebURL(url) else { continue }
            if round % 17 == 0 {
                image.matcher.match(connect: parsed, now: UnixTime(seconds: 0), &kept)
                continue
            }
            if round % 19 == 0 {
                image.matcher.match(
                    host: Array("a.ads.test".utf8).span, layer: .sni, now: UnixTime(seconds: 0),
                    &kept)
            }
            image.matcher.match(
                url: parsed, type: type, source: Array(source.utf8).span,
                now: UnixTime(seconds: 0), &kept)
            let wanted = try image.ask(url, source: source, type: type).hits
            #expect(kept.hits == wanted, "\(url) from \(source)")
            hits += wanted.count
        }
        #expect(hits > 0, "a comparison without hits says nothing")
    }
}
