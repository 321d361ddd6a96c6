import KhienLists
import KhienModel
import KhienTestKit
import Testing

/// The oracle itself, by tables: it must be right before anything is compared with it.
@Suite struct NaiveMatcherTests {
    private static let suffixes = NaiveSuffixes("test\nco.test\n*.wild\n!city.wild\n")

    private func matches(
        _ line: String, _ format: ListFormat, _ url: String, source: String = "",
        type: RequestType = .script, path: String = ""
    ) throws -> Bool {
        var options = ListParser.Options()
        options.format = format
        let list = ListParser.parse(Array(line.utf8), name: "", path: path, options: options)
        #expect(list.entries.records.count == 1)
        let request = try #require(NaiveRequest(url: url, source: source, type: type))
        return !NaiveMatcher([list], suffixes: Self.suffixes).hits(request).isEmpty
    }

    @Test(arguments: [
        ("a.test", ListFormat.domains, "http://a.test/", true),
        ("a.test", .domains, "http://b.a.test/", true),
        ("a.test", .domains, "http://ba.test/", false),
        ("0.0.0.0 a.test", .hosts, "http://a.test/", true),
        ("0.0.0.0 a.test", .hosts, "http://b.a.test/", false),
        ("*.a.test CNAME .", .rpz, "http://b.a.test/", true),
        ("*.a.test CNAME .", .rpz, "http://a.test/", false),
        ("192.0.2.0/24", .addresses, "http://192.0.2.77/", true),
        ("192.0.2.0/24", .addresses, "http://192.0.3.1/", false),
        ("192.0.2.1", .addresses, "http://0xC0000201/", true),
        ("a.test/x?y", .urls, "https://A.test:8443/x?y#z", true),
        ("a.test/x", .urls, "http://a.test/x?y", true),
        ("a.test/x?y", .urls, "http://a.test/x", false),
        ("a.test/x", .urls, "http://a.test/x/y", false),
    ])
    func entries(line: String, format: ListFormat, url: String, isHit: Bool) throws {
        #expect(try matches(line, format, url) == isHit)
    }

    @Test(arguments: [
        ("a.test/x", "http://a.test/x", true), ("a.test/x", "http://a.test/x/y", true),
        ("a.test/x", "http://a.test/x?y", true), ("a.test/x", "http://a.test/x;y", true),
        ("a.test/x", "http://a.test/xy", false), ("a.test/x", "http://a.test/x&y", true),
        ("a.test/x/", "http://a.test/x/y", true), ("a.test/x/", "http://a.test/x", false),
        ("a.test/x?q=1", "http://a.test/x?q=1&r", true),
        ("a.test/x?q=1", "http://a.test/x?q=12", false),
        ("a.test/x?", "http://a.test/x?q", true),
    ])
    func prefixesEndAtABoundary(prefix: String, url: String, isHit: Bool) throws {
        #expect(try matches(prefix, .ut1, url, path: "c/urls") == isHit)
    }

    @Test(arguments: [
        ("||a.test^$script", "http://a.test/", "", true),
        ("||a.test/", "http://b.a.test/", "", true), ("||a.test/", "http://ba.test/", "", false),
        ("||a.test/", "http://c.test/?http://a.test/", "", false),
        ("||a.te", "http://a.test/", "", true),
        ("|http://a", "http://a.test/", "", true), ("|http://a", "https://a.test/", "", false),
        ("/x|", "http://a.test/x", "", true), ("/x|", "http://a.test/xy", "", false),
        ("/x^", "http://a.test/x", "", true), ("/x^", "http://a.test/x-y", "", false),
        ("/x^^", "http://a.test/x", "", true), ("/a*z", "http://a.test/abcz", "", true),
        ("/ADS/b", "http://a.test/ads/b", "", true),
        ("/ADS/b$match-case", "http://a.test/ads/b", "", false),
        ("/x$3p", "http://a.test/x", "http://b.test/", true),
        ("/x$3p", "http://a.test/x", "http://b.a.test/", false),
        ("/x$1p", "http://a.co.test/x", "http://b.co.test/", false),
        ("/x$domain=b.test", "http://a.test/x", "http://c.b.test/", true),
        ("/x$domain=b.test", "http://a.test/x", "http://c.test/", false),
        ("/x$domain=~b.test", "http://a.test/x", "http://c.test/", true),
        ("/x$domain=b.test|~c.b.test", "http://a.test/x", "http://c.b.test/", false),
        ("/x$domain=b.*", "http://a.test/x", "http://d.b.co.test/", true),
        ("/x$domain=b.*", "http://a.test/x", "http://b.c.test/", false),
        ("*$3p,denyallow=a.test", "http://a.test/x", "http://b.test/", false),
        ("*$3p,denyallow=a.test", "http://c.test/x", "http://b.test/", true),
        ("/x$image", "http://a.test/x", "", false),
    ])
    func rules(rule: String, url: String, source: String, isHit: Bool) throws {
        #expect(try matches(rule, .adblock, url, source: source) == isHit)
    }

    @Test(arguments: [
        ("a.test", "a.test"), ("b.a.test", "a.test"), ("a.co.test", "a.co.test"),
        ("x.y.z.wild", "y.z.wild"), ("a.city.wild", "city.wild"), ("192.0.2.1", "192.0.2.1"),
    ])
    func registrableDomains(host: String, domain: String) {
        #expect(Self.suffixes.registrableDomain(of: host) == domain)
    }

    @Test func cancelledRulesMatchNothing() throws {
        var options = ListParser.Options()
        options.format = .adblock
        let list = ListParser.parse(
            Array("||a.test^\n||a.test^$badfilter\n/x$script\n".utf8), name: "", path: "",
            options: options)
        let request = try #require(
            NaiveRequest(url: "http://a.test/x", source: "", type: .script))
        let hits = NaiveMatcher([list], suffixes: Self.suffixes).hits(request)
        #expect(hits.map(\.line) == [3])
    }
}
