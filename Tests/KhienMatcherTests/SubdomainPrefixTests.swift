import KhienCompiler
import KhienImage
import KhienLists
import KhienMatcher
import KhienModel
import KhienTestKit
import Testing

/// URL prefixes of e2guardian's lists stand for the names below their host, those of squidGuard's do not.
@Suite struct SubdomainPrefixTests {
    private static let key = ListKey.random()

    private static func list(
        _ text: String, _ format: ListFormat, isConfidential: Bool = false
    ) -> SourceList {
        var options = ListParser.Options()
        options.format = format
        options.isConfidential = isConfidential
        let path = format == .e2guardian ? "lists/bannedurllist" : "category/urls"
        return SourceList(
            ListParser.parse(Array(text.utf8), name: path, path: path, options: options),
            isConfidential: isConfidential)
    }

    /// Source: `LOptionContainer::inURLList` of e2guardian 5; "Destination lists" of squidGuard's documentation.
    @Test(arguments: [
        ("http://b.test/x", true, true), ("https://b.test:81/x/y", true, true),
        ("http://www.b.test/x?q", true, true), ("http://a.b.test/x", true, false),
        ("http://c.a.b.test/x/y", true, false), ("http://www.a.b.test/%78", true, false),
        // Not unescaped by every origin: there it is below `/x`.
        ("http://a.b.test/x/..%2fy", true, false), ("http://b.test/x/..%2fy", true, true),
        ("http://a.b.test/xy", false, false), ("http://a.b.test/", false, false),
        ("http://ab.test/x", false, false), ("http://b.test.test/x", false, false),
        ("http://name.test/", true, true), ("http://a.name.test/y", true, false),
    ])
    func subdomains(url: String, e2guardian: Bool, squidGuard: Bool) throws {
        for isConfidential in [false, true] {
            for (format, isBlocked) in [(ListFormat.e2guardian, e2guardian), (.ut1, squidGuard)] {
                let image = try CompiledImage(
                    [Self.list("b.test/x\nname.test\n", format, isConfidential: isConfidential)],
                    key: Self.key)
                #expect(
                    try image.ask(url).decision.verdict == (isBlocked ? .block : .allow),
                    "\(format) \(isConfidential)")
            }
        }
    }

    /// A list beside another one in which prefixes mean less says more than that.
    @Test(arguments: [
        ("b.test/x", "b.test/x", 1, 0), ("b.test/x", "b.test/x/y", 0, 1),
        ("b.test/x/y", "b.test/x", 0, 0),
    ])
    func whatIsTold(wide: String, narrow: String, duplicates: Int, shadowed: Int) throws {
        let lists = [Self.list(wide, .e2guardian), Self.list(narrow, .ut1)]
        for lists in [lists, lists.reversed()] {
            let findings = try CompiledImage(lists).report.findings
            #expect(findings[.duplicate] ?? 0 == duplicates)
            #expect(findings[.shadowed] ?? 0 == shadowed)
        }
    }
}
