import KhienCompiler
import KhienLists
import KhienMatcher
import KhienModel
import KhienTestKit
import Testing

/// Prefixes before `..` segments that only unescaping shows, and addresses inside addresses.
@Suite struct UnresolvedTests {
    @Test func prefixesAreMetOnceAndNamedWithTheirView() throws {
        var options = ListParser.Options()
        options.format = .ut1
        let prefixes = ListParser.parse(
            Array("site.test/listed\nsite.test/other\n".utf8), name: "urls", path: "x/urls",
            options: options)
        let image = try CompiledImage([
            SourceList(prefixes),
            CompiledImage.list("http://site.test/listed/page\nsite.test\n", format: .urls),
        ])
        func hits(_ path: String) throws -> [String] {
            try image.ask("http://site.test" + path).hits.map { hit in
                image.matcher.target(of: hit.entry) + " " + hit.view.name
            }.sorted()
        }
        #expect(
            try hits("/listed/..%2fx") == ["site.test lookup", "site.test/listed unresolved"])
        #expect(
            try hits("/listed/..%5cother/y")
                == [
                    "site.test lookup", "site.test/listed unresolved", "site.test/other lookup",
                ])
        // The same prefix in both forms is one hit.
        #expect(
            try hits("/listed/..%2flisted/x") == ["site.test lookup", "site.test/listed lookup"])
        // A browser leaves these itself: the origin never sees the segment before.
        #expect(try hits("/listed/../x") == ["site.test lookup"])
        #expect(try hits("/listed/%2e%2e/x") == ["site.test lookup"])
        // A whole URL is not below another.
        #expect(
            try hits("/listed/page/..%2fx") == ["site.test lookup", "site.test/listed lookup"])
    }

    @Test func addressesAreMetThroughMappingAndNAT64() throws {
        let image = try CompiledImage([
            CompiledImage.list("192.0.2.0/25\n64:ff9b::/96\n", format: .addresses)
        ])
        func targets(_ address: IPAddress) throws -> [String] {
            guard var scratch = Scratch() else { return [] }
            image.matcher.match(address: address, now: UnixTime(seconds: 0), &scratch)
            return scratch.hits.map { image.matcher.target(of: $0.entry) }.sorted()
        }
        let listed: UInt64 = 0xC000_0207
        #expect(try targets(.v4(UInt32(listed))) == ["192.0.2.0/25"])
        #expect(try targets(.v6(high: 0, low: 0xFFFF_0000_0000 | listed)) == ["192.0.2.0/25"])
        let gateway: UInt64 = 0x0064_FF9B_0000_0000
        #expect(
            try targets(.v6(high: gateway, low: listed)) == ["192.0.2.0/25", "64:ff9b::/96"])
        #expect(try targets(.v6(high: gateway, low: 1 << 32 | listed)) == [])
        #expect(try image.ask("http://[64:ff9b::c000:207]/").hits.count == 2)
        #expect(try image.ask("http://[64:ff9b::c000:287]/").hits.count == 1)
        #expect(try image.ask("http://[::ffff:c000:207]/").hits.count == 1)
    }
}
