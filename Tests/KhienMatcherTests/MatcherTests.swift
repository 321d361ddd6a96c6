import KhienImage
import KhienLists
import KhienMatcher
import KhienModel
import KhienTestKit
import KhienText
import Testing

/// One behaviour of the matcher a row: the list, the request, the verdict and who decided.
@Suite struct MatcherTests {
    struct Row: CustomTestStringConvertible {
        var list: String
        var format: ListFormat
        var url: String
        var verdict: Action
        var target: String?
        var why: String
        var source = ""
        var type = RequestType.other

        var testDescription: String { "\(why): \(url)" }
    }

    static let names: [Row] = [
        Row(
            list: "ads.test", format: .domains, url: "http://ads.test/", verdict: .block,
            target: "ads.test", why: "a domain is blocked"),
        Row(
            list: "ads.test", format: .domains, url: "http://a.b.ads.test/x", verdict: .block,
            target: "ads.test", why: "and what is below it"),
        Row(
            list: "ads.test", format: .domains, url: "http://bads.test/", verdict: .allow,
            why: "not what only ends alike"),
        Row(
            list: "ads.test", format: .domains, url: "http://ADS.test.:8080/", verdict: .block,
            target: "ads.test", why: "case, trailing dot and port do not matter"),
        Row(
            list: "0.0.0.0 ads.test", format: .hosts, url: "http://www.ads.test/",
            verdict: .allow, why: "a hosts file names hosts exactly"),
        Row(
            list: "0.0.0.0 ads.test", format: .hosts, url: "http://ads.test/", verdict: .block,
            target: "ads.test", why: "the host itself"),
        Row(
            list: "bücher.test", format: .domains, url: "http://xn--bcher-kva.test/",
            verdict: .block, target: "xn--bcher-kva.test", why: "IDN in either form"),
        Row(
            list: "http://a.test/x?q=1", format: .urls, url: "http://a.test/x?q=1",
            verdict: .block, target: "a.test/x?q=1", why: "a URL with its query"),
        Row(
            list: "http://a.test/x?q=1", format: .urls, url: "http://a.test/x?q=12",
            verdict: .allow, why: "another query is another URL"),
        Row(
            list: "http://a.test/x", format: .urls, url: "https://a.test:8443/x?utm=1#f",
            verdict: .block, target: "a.test/x", why: "without query, any query; port dropped"),
        Row(
            list: "http://a.test/x", format: .urls, url: "http://a.test/xy", verdict: .allow,
            why: "a URL is no prefix"),
        Row(
            list: "http://a.test/x", format: .urls, url: "http://a.test/%78", verdict: .block,
            target: "a.test/x", why: "escapes are undone"),
        Row(
            list: "http://a.test/x", format: .urls, url: "http://a.test/y/..//%2578",
            verdict: .block, target: "a.test/x", why: "twice, with dot segments and slashes"),
        Row(
            list: "192.0.2.1", format: .addresses, url: "http://0xc0.0.2.01/", verdict: .block,
            target: "192.0.2.1", why: "every spelling of an address"),
        Row(
            list: "192.0.2.0/24", format: .addresses, url: "http://192.0.2.77/", verdict: .block,
            target: "192.0.2.0/24", why: "a network"),
        Row(
            list: "192.0.2.0/24", format: .addresses, url: "http://192.0.3.1/", verdict: .allow,
            why: "and not its neighbour"),
        Row(
            list: "2001:db8::/32", format: .addresses, url: "http://[2001:db8:0:1::5]/",
            verdict: .block, target: "2001:db8::/32", why: "IPv6"),
        Row(
            list: "192.0.2.1", format: .addresses, url: "http://[::ffff:192.0.2.1]/",
            verdict: .block, target: "192.0.2.1", why: "IPv4 inside IPv6"),
        Row(
            list: "::ffff:192.0.2.0/120", format: .addresses, url: "http://192.0.2.1/",
            verdict: .block, target: "192.0.2.0/24", why: "a network of IPv4 inside IPv6"),
        Row(
            list: "64:ff9b::203.0.113.0/120", format: .addresses, url: "http://203.0.113.9/",
            verdict: .block, target: "203.0.113.0/24", why: "one of NAT64"),
        Row(
            list: "64:ff9b::203.0.113.9", format: .addresses,
            url: "http://[64:ff9b::203.0.113.9]/", verdict: .block, target: "203.0.113.9",
            why: "an address of NAT64"),
        Row(
            list: "casino[0-9]+\\.", format: .regex, url: "http://casino77.test/",
            verdict: .block, target: "/casino[0-9]+\\./", why: "a regular expression"),
        Row(
            list: "(abc|d[ef]g)x", format: .regex, url: "http://h.test/degx", verdict: .block,
            target: "/(abc|d[ef]g)x/", why: "an alternative without a literal"),
    ]

    static let adblock: [Row] = [
        Row(
            list: "||ads.test^", format: .adblock, url: "http://x.ads.test/", verdict: .block,
            target: "ads.test", why: "a host rule is a domain"),
        Row(
            list: "/banner/*/ad_", format: .adblock, url: "http://h.test/banner/1/AD_2.gif",
            verdict: .block, target: "/banner/*/ad_", why: "a wildcard, case ignored",
            type: .image),
        Row(
            list: "/banner^", format: .adblock, url: "http://h.test/banner", verdict: .block,
            target: "/banner^", why: "^ at the end of the URL", type: .image),
        Row(
            list: "|http://h.test/a|", format: .adblock, url: "http://h.test/ab",
            verdict: .allow, why: "anchored at the end", type: .image),
        Row(
            list: "||h.test^$third-party", format: .adblock, url: "http://h.test/a.js",
            verdict: .block, target: "||h.test^", why: "third party",
            source: "http://other.test/", type: .script),
        Row(
            list: "||h.test^$third-party", format: .adblock, url: "http://h.test/a.js",
            verdict: .allow, why: "first party", source: "http://www.h.test/", type: .script),
        Row(
            list: "||h.test^$script", format: .adblock, url: "http://h.test/a.gif",
            verdict: .allow, why: "another type", type: .image),
        Row(
            list: "/a.js$domain=x.test|~y.x.test", format: .adblock, url: "http://h.test/a.js",
            verdict: .block, target: "/a.js", why: "a domain", source: "http://z.x.test/",
            type: .script),
        Row(
            list: "/a.js$domain=x.test|~y.x.test", format: .adblock, url: "http://h.test/a.js",
            verdict: .allow, why: "an excluded domain", source: "http://y.x.test/",
            type: .script),
        Row(
            list: "||h.test^\n@@||h.test/ok", format: .adblock, url: "http://h.test/ok.js",
            verdict: .allow, target: "||h.test/ok", why: "an exception", type: .script),
        Row(
            list: "||h.test^$important\n@@||h.test^", format: .adblock,
            url: "http://h.test/ok.js", verdict: .block, target: "||h.test^",
            why: "important stands against exceptions", type: .script),
        Row(
            list: "||h.test^\n||h.test^$badfilter", format: .adblock, url: "http://h.test/",
            verdict: .allow, why: "badfilter cancels"),
        Row(
            list: "/AdBox$match-case", format: .adblock, url: "http://h.test/adbox",
            verdict: .allow, why: "match-case", type: .image),
        Row(
            list: "/ad[0-9]+\\.js/$script", format: .adblock, url: "http://h.test/ad12.js",
            verdict: .block, target: "/ad[0-9]+\\.js/", why: "a regex rule", type: .script),
        Row(
            list: "/ad[0-9]+\\.js/$script", format: .adblock, url: "http://h.test/ad12.js",
            verdict: .allow, why: "a regex rule of another type", type: .image),
    ]

    @Test(arguments: names + adblock) func verdict(row: Row) throws {
        let compiled = try CompiledImage([CompiledImage.list(row.list, format: row.format)])
        let (_, decision) = try compiled.ask(row.url, source: row.source, type: row.type)
        #expect(decision.verdict == row.verdict)
        let target = decision.hit.map { compiled.matcher.target(of: $0.entry) }
        #expect(target == row.target)
    }

    @Test func anOrderHasForceFromItsFirstToItsLastSecond() throws {
        let csv = """
            order,authority,effective,expires,target-type,target
            7/QD,Authority,2026-01-01,2026-02-01,domain,casino.test
            """
        let compiled = try CompiledImage([
            CompiledImage.list(csv, format: .orders, authority: .authority)
        ])
        let start: Int64 = 1_767_225_600  // 2026-01-01T00:00:00Z
        let end: Int64 = 1_769_904_000  // 2026-02-01T00:00:00Z
        for (now, verdict) in [
            (start - 1, Action.allow), (start, .block), (end - 1, .block), (end, .allow),
        ] {
            let (hits, decision) = try compiled.ask("http://casino.test/", now: now)
            #expect(decision.verdict == verdict, "at \(now)")
            #expect(hits.count == 1, "a hit out of force is still shown")
        }
        let (hits, _) = try compiled.ask("http://casino.test/", now: start)
        let reason = compiled.matcher.reason(for: try #require(hits.first))
        #expect(reason.order?.number == "7/QD")
        #expect(reason.line == 2)
        #expect(reason.authority == .authority)
    }

    /// An authority's pattern and regex, and an operator's regex, meet every spelling that the lookup
    /// form folds; an adblock list keeps the meaning that its authors gave it.
    @Test func ordersMeetOtherSpellingsAndAdblockListsDoNot() throws {
        let csv = """
            order,authority,effective,expires,target-type,target
            1/QD,Authority,,,pattern,||shop.test/listed/*
            1/QD,Authority,,,regex,^https?://[a-z.]*mirror\\.test/dice/[0-9]+
            2/QD,Authority,,,pattern,||port.test:8080/ads
            2/QD,Authority,,,regex,^http://port\\.test:8081/x
            2/QD,Authority,,,pattern,||port.test/%43a%2fb%2541
            """
        let compiled = try CompiledImage([
            CompiledImage.list(csv, format: .orders, authority: .authority),
            CompiledImage.list("^https?://own\\.test/slots\n", format: .regex),
            CompiledImage.list("||ads.test/banner/*\n", format: .adblock),
        ])
        let rows: [(url: String, verdict: Action, view: View?)] = [
            ("http://shop.test/listed/a", .block, .exact),
            ("http://shop.test/%6cisted/a", .block, .lookup),
            ("http://shop.test/%256cisted//a", .block, .lookup),
            ("http://shop.test:8080//listed/a", .block, .lookup),
            ("http://shop.test/other/a", .allow, nil),
            ("http://a.mirror.test/dice/7", .block, .exact),
            ("http://a.mirror.test./d%69ce/7", .block, .lookup),
            ("http://own.test/slot%73", .block, .lookup),
            // An origin that unescapes no slash serves these below the directory that comes first.
            ("http://shop.test/listed/..%2fx", .block, .exact),
            ("http://shop.test/%6cisted/..%2fx", .block, .unresolved),
            ("http://shop.test//listed/..%5cx", .block, .unresolved),
            ("http://shop.test/listed%2f%2e%2e%2fx", .block, .unresolved),
            ("http://shop.test:81/%6cisted/..%2fx", .block, .unresolved),
            ("http://shop.test/other/..%2flisted/x", .block, .lookup),
            ("http://shop.test/other/..%2fx", .allow, nil),
            ("http://a.mirror.test//dice/7/..%2fx", .block, .unresolved),
            ("http://own.test/slot%73/..%2fx", .block, .unresolved),
            ("http://ads.test/b%61nner/..%2fx", .allow, nil),
            // A rule that names a port.
            ("http://port.test:8080/ads", .block, .exact),
            ("http://port.test:8080/%61ds", .block, .lookup),
            ("http://port.test.:8080//ads", .block, .lookup),
            ("http://port.test:8080/%61ds/..%2fx", .block, .unresolved),
            ("http://port.test/ads", .allow, nil),
            ("http://port.test:8081/%61ds", .allow, nil),
            ("http://port.test:8081/%78", .block, .lookup),
            ("http://port.test:8080/%78", .allow, nil),
            // A pattern that has escapes itself.
            ("http://port.test/ca/ba", .block, .exact),
            ("http://port.test/%43a%2fb%2541", .block, .lookup),
            ("http://port.test/ca%252fba", .block, .lookup),
            ("http://ads.test/banner/1", .block, .exact),
            ("http://ads.test/b%61nner/1", .allow, nil),
        ]
        for row in rows {
            let (hits, decision) = try compiled.ask(row.url)
            #expect(decision.verdict == row.verdict, "\(row.url)")
            #expect(hits.map(\.view) == [row.view].compactMap { $0 }, "\(row.url)")
        }
    }

    /// `name.*` under any public suffix: rules without a token and regexes are found by their source
    /// alone.
    @Test(arguments: [
        ("http://news.test/", true), ("http://www.news.test/", true),
        ("http://news.co.test/", true), ("http://a.news.example/", true),
        ("http://oldnews.test/", false), ("http://news.a.test/", false), ("", false),
    ])
    func rulesAreFoundBySourcesUnderAnySuffix(source: String, isMet: Bool) throws {
        let suffixes = PublicSuffixList(parsing: Array("test\nco.test\nexample\n".utf8).span)
        for rule in ["*$script,domain=news.*", "/[0-9]/$script,domain=news.*|other.test"] {
            let compiled = try CompiledImage(
                [CompiledImage.list(rule + "\n", format: .adblock)], suffixes: suffixes)
            let (hits, _) = try compiled.ask(
                "http://cdn.test/1.js", source: source, type: .script)
            #expect(hits.count == (isMet ? 1 : 0), "\(rule)")
        }
    }

    /// What the scratch keeps of a source page holds for one image: another has other hashes.
    @Test func oneScratchServesTwoImages() throws {
        let rule = "*$script,domain=news.test\n"
        let first = try CompiledImage([CompiledImage.list(rule, format: .adblock)])
        let second = try CompiledImage([
            CompiledImage.list(rule + "||ads.test^\n", format: .adblock)
        ])
        #expect(first.image.fingerprint != second.image.fingerprint)
        guard var scratch = Scratch() else { throw CompiledImage.Unjudgeable() }
        let url = try WebURL("http://cdn.test/a.js")
        let source = Array("http://www.news.test/page".utf8)
        for compiled in [first, second, first] {
            compiled.matcher.match(
                url: url, type: .script, source: source.span, now: UnixTime(seconds: 0), &scratch)
            #expect(scratch.hits.count == 1)
        }
    }

    /// A rule that is only a host is one for documents, too, also where the host is an address.
    @Test(arguments: [
        ("||[2001:db8::1]^", RequestType.document, true), ("||[2001:db8::1]^", .script, true),
        ("||[2001:DB8:0::1]^|", .document, true), ("||[2001:db8::1]^$3p", .document, false),
        ("||[2001:db8::1]^$important", .document, true), ("||[2001:db8::2]^", .document, false),
        ("||[2001:db8::1]^$important,badfilter", .document, false),
    ])
    func adblockRulesForAddresses(rule: String, type: RequestType, isBlocked: Bool) throws {
        let other = rule.contains("badfilter") ? "\n||[2001:db8::1]^$important" : ""
        let compiled = try CompiledImage([CompiledImage.list(rule + other, format: .adblock)])
        for url in ["http://[2001:db8::1]/", "https://[2001:0DB8::0:1]:8443/x"] {
            let decision = try compiled.ask(url, type: type).decision
            #expect(decision.verdict == (isBlocked ? .block : .allow), "\(url)")
        }
    }

    @Test func tokenBytesAreTheSameAloneAndByEight() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<8 {
                let word = UInt64(byte) << UInt64(place * 8)
                let wanted: UInt64 = Token.isTokenByte(byte) ? 1 << UInt64(place) : 0
                #expect(Token.bits(word) == wanted, "byte \(byte) at \(place)")
            }
        }
    }

    @Test func allHitsAreObtainable() throws {
        let compiled = try CompiledImage([
            CompiledImage.list("a.test\nx.a.test", format: .domains, name: "one"),
            CompiledImage.list("0.0.0.0 x.a.test", format: .hosts, name: "two"),
            CompiledImage.list("a.test\na.test", format: .domains, name: "three"),
        ])
        let (hits, _) = try compiled.ask("http://x.a.test/")
        let lists = hits.map { compiled.matcher.reason(for: $0) }.map { "\($0.list):\($0.line)" }
        #expect(Set(lists) == ["one:1", "one:2", "two:1", "three:1"])
        #expect(compiled.report.duplicates == 1)
    }

    @Test func theSameListsGiveTheSameImage() throws {
        let lists = [
            CompiledImage.list("b.test\na.test", format: .domains),
            CompiledImage.list("||c.test/x\n/y/", format: .adblock),
        ]
        let first = try CompiledImage(lists)
        let second = try CompiledImage(lists)
        #expect(first.image.fingerprint == second.image.fingerprint)
    }
}
