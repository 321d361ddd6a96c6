import KhienCompiler
import KhienLists
import KhienModel
import KhienTestKit
import Testing

/// Hosts that a list does not name, but means besides: with `www.` before one of its URLs without a path.
@Suite struct DerivedHostTests {
    private static func image(_ text: String, path: String = "x/urls") throws -> CompiledImage {
        let list = ListParser.parse(Array(text.utf8), name: path, path: path)
        return try CompiledImage([SourceList(list, action: .block)])
    }

    /// What is told are repeats of what a line says, by a line that says it.
    @Test(arguments: [
        ("u.test\nwww.u.test\n", 0, 1), ("www.u.test\nu.test\n", 0, 1),
        ("u.test/\nwww.u.test/\nwww.www.u.test\n", 0, 2), ("u.test\nu.test/\n", 1, 2),
    ])
    func repeats(text: String, told: Int, leftOut: Int) throws {
        let image = try Self.image(text)
        #expect(image.report.findings[.repeated] ?? 0 == told)
        #expect(image.report.diagnostics.count == told, "\(image.report.diagnostics)")
        #expect(image.report.duplicates == leftOut)
        for url in ["http://u.test/", "http://www.u.test/x"] {
            #expect(try image.ask(url).decision.verdict == .block)
        }
    }

    @Test func aListedDomainAboveIsToldOnce() throws {
        let image = try CompiledImage([
            CompiledImage.list("u.test\n", format: .domains, name: "domains"),
            SourceList(
                ListParser.parse(Array("u.test\n".utf8), name: "urls", path: "x/urls"),
                action: .block),
        ])
        #expect(image.report.findings == [.shadowed: 1])
    }

    /// A name that begins with `www.` has its `www.` as all have.
    @Test func prefixesOfWholeHostsMeetWhatLongerOnesMeet() throws {
        for path in ["/", "/x"] {
            let orders = "order,target-type,target\n1,url-prefix,http://www.test\(path)\n"
            let image = try Self.image(orders, path: "orders.csv")
            #expect(try image.ask("http://www.www.test/x").decision.verdict == .block)
            #expect(try image.ask("http://a.www.test/x").decision.verdict == .allow)
        }
    }
}
