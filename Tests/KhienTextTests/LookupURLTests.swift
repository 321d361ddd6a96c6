import KhienText
import Testing

@Suite struct LookupURLTests {
    static func lookup(_ bytes: [UInt8]) -> String? {
        var url = WebURL()
        var lookup = LookupURL()
        do {
            try url.parse(bytes.span)
            try lookup.derive(from: url)
        } catch {
            return nil
        }
        return String(decoding: lookup.bytes, as: UTF8.self)
    }

    /// The rules one by one; ours where no source is named.
    @Test(arguments: [
        ("http://example.test", "example.test/"),
        ("http://example.test?", "example.test/"),
        ("http://example.test?a", "example.test/?a"),
        ("https://user:pass@EXAMPLE.test:8443/A?B#C", "example.test/A?B"),
        ("http://example.test/a//b///c", "example.test/a/b/c"),
        ("http://example.test//", "example.test/"),
        ("http://example.test/a\\b", "example.test/a/b"),
        ("http://example.test/a%5Cb", "example.test/a/b"),
        ("http://example.test/a/%2e%2E/b", "example.test/b"),
        ("http://example.test/a/%252e%252E/b", "example.test/b"),
        ("http://example.test/a/b/..%2f..%2f..%2fc", "example.test/c"),
        ("http://example.test/a/.", "example.test/a/"),
        ("http://example.test/a/..", "example.test/"),
        ("http://example.test/a/...", "example.test/a/..."),
        ("http://example.test/.well-known/x", "example.test/.well-known/x"),
        ("http://example.test/%%32%35", "example.test/%25"),
        ("http://example.test/%2%35", "example.test/%25"),
        ("http://example.test/%25%32%35%25", "example.test/%25%25"),
        ("http://example.test/a%3Fb", "example.test/a%3Fb"),
        ("http://example.test/a%3f", "example.test/a%3F"),
        ("http://example.test/a%23b", "example.test/a%23b"),
        ("http://example.test/a%0Ab%00", "example.test/a%0Ab%00"),
        ("http://example.test/é", "example.test/%C3%A9"),
        ("http://example.test/?q=%41%2541//../é%0a", "example.test/?q=AA//../%C3%A9%0A"),
        ("http://example.test/??", "example.test/??"),
        ("http://example.test./", "example.test/"),
        ("http://0x7f.1/", "127.0.0.1/"),
        ("http://[0:0::1]:8080/x", "[::1]/x"),
        ("ftp://example.test/x", "example.test/x"),
        ("ws://example.test/x", "example.test/x"),
        ("other://EXAMPLE.test/x", "example.test/x"),
    ])
    func rules(input: String, wanted: String) {
        #expect(Self.lookup(Array(input.utf8)) == wanted)
    }

    /// Segments that a browser leaves are gone in both forms; those that only unescaping shows stay
    /// in one.
    @Test(arguments: [
        ("a/../b", "/b", nil), ("a/%2e%2E/b", "/b", nil), ("a/./b", "/a/b", nil),
        ("a/...", "/a/...", nil), ("a/%2e", "/a/", nil), ("a/%252e/b", "/a/b", nil),
        ("a/%252e%252E/b", "/b", "/a/../b"), ("a/..%2fb", "/b", "/a/../b"),
        ("a/..%5Cb//c", "/b/c", "/a/../b/c"), ("a/b/..%2f..%2f..%2fc", "/c", "/a/b/../../../c"),
        ("a%2f..", "/", "/a/.."), ("a%2f../", "/", "/a/../"), ("x/..%2f%3F", "/%3F", "/x/../%3F"),
    ])
    func hiddenParents(input: String, resolved: String, kept: String?) throws {
        let url = try WebURL("http://example.test/" + input)
        var lookup = LookupURL()
        try lookup.derive(from: url)
        #expect(lookup.bytes.elementsEqual(("example.test" + resolved).utf8))
        #expect(lookup.hidesParents == (kept != nil))
        try lookup.derive(from: url, hiddenParents: .kept)
        #expect(lookup.bytes.elementsEqual(("example.test" + (kept ?? resolved)).utf8))
        #expect(lookup.hidesParents == (kept != nil))
        try lookup.derive(from: try WebURL("http://example.test/plain"))
        #expect(!lookup.hidesParents)
    }

    @Test(arguments: ["mailto:a@example.test", "data:,x", "file:///x", "other:///x", "about:blank"])
    func urlsWithoutHost(input: String) throws {
        let url = try WebURL(input)
        var lookup = LookupURL()
        #expect(throws: HostError.empty) { try lookup.derive(from: url) }
        #expect(lookup.bytes.isEmpty)
    }

    @Test func offsets() throws {
        var lookup = LookupURL()
        try lookup.derive(from: WebURL("http://example.test/a?b"))
        #expect(lookup.host == 0..<12)
        #expect(lookup.path == 12..<14)
        #expect(lookup.query == 15..<16)
        #expect(lookup.hostKind == .domain)
        try lookup.derive(from: WebURL("http://1.2.3.4/"))
        #expect(lookup.path == 7..<8)
        #expect(lookup.query == nil)
        #expect(lookup.hostKind == .ipv4(0x0102_0304))
    }
}
