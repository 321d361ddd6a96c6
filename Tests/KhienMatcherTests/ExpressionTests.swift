import Foundation
import KhienCompiler
import KhienImage
import KhienLists
import KhienMatcher
import KhienModel
import KhienPolicy
import KhienTestKit
import KhienText
import Testing

/// Lists of SHA-256: what a hash blocks, and that nothing else is blocked.
@Suite struct ExpressionTests {
    /// A list of the hashes of `expressions`, in hexadecimal and base64 by turns.
    static func hashed(_ expressions: [String]) -> String {
        expressions.enumerated().map { index, text in
            let digits = NaiveExpressions.sha256(text)
            guard index % 2 == 1 else { return digits }
            let bytes = stride(from: 0, to: 64, by: 2).map { start in
                UInt8(digits.dropFirst(start).prefix(2), radix: 16) ?? 0
            }
            return Data(bytes).base64EncodedString()
        }.joined(separator: "\n")
    }

    private static func compiled(_ expressions: [String]) throws -> CompiledImage {
        try CompiledImage([CompiledImage.list(hashed(expressions), format: .sha256)])
    }

    /// google/safebrowsing, urls_test.go (Apache-2.0), as JSON: all expressions of a URL are looked
    /// up; besides them only what docs/LISTS.md adds, `suffix/` of longer suffixes.
    @Test(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.comment)))
    func safeBrowsingPatterns() throws {
        let data = Data(try SharedData.bytes("vectors/safe-browsing/url-vectors.json"))
        let tables = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        let rows = try #require(tables?["GeneratePatterns"] as? [[String: Any]])
        var checked = 0
        for row in rows where row["fail"] as? Bool == false {
            let text = try #require(row["url"] as? String)
            let wanted = try #require(row["output"] as? [String])
            let url = text.contains("://") ? text : "http://" + text
            let request = try #require(NaiveRequest(url: url, source: "", type: .document))
            let naive = NaiveExpressions.of(
                String(decoding: request.lookup, as: UTF8.self),
                isAddress: request.address != nil)
            let added = naive.filter { !wanted.contains($0) }
            #expect(wanted.allSatisfy(naive.contains), "\(text)")
            #expect(
                added.allSatisfy { $0.hasSuffix("/") && $0.split(separator: ".").count > 7 },
                "\(text): \(added)")
            let image = try Self.compiled(wanted)
            let lines = try image.ask(url).hits.map { image.image.entry($0.entry).line }
            #expect(lines.sorted() == (1...wanted.count).map { UInt32($0) }, "\(text)")
            checked += 1
        }
        #expect(checked == 13)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var expression: String
        var url: String
        var isBlocked: Bool
        var layer = Layer.host

        var testDescription: String { "\(expression) \(isBlocked ? "blocks" : "passes") \(url)" }
    }

    static let deep = "a.b.c.d.e.f.g.h.example"

    @Test(arguments: [
        Row(expression: "b.example/", url: "http://b.example/", isBlocked: true),
        Row(expression: "b.example/", url: "https://B.EXAMPLE.:8443/1/2?q#f", isBlocked: true),
        Row(expression: "b.example/", url: "http://x.y.b.example/z", isBlocked: true),
        Row(expression: "b.example/", url: "http://ab.example/", isBlocked: false),
        Row(expression: "b.example", url: "http://b.example/", isBlocked: false),
        Row(expression: "example/", url: "http://b.example/", isBlocked: false),
        Row(expression: "localhost/", url: "http://localhost/x", isBlocked: true),
        Row(
            expression: "b.example/1/", url: "http://b.example/1/2.html", isBlocked: true,
            layer: .url),
        Row(expression: "b.example/1/", url: "http://a.b.example/1/", isBlocked: true, layer: .url),
        Row(expression: "b.example/1/", url: "http://b.example/1", isBlocked: false),
        Row(expression: "b.example/1", url: "http://b.example/1?x", isBlocked: true, layer: .url),
        Row(expression: "b.example/1?x", url: "http://b.example/1?x", isBlocked: true, layer: .url),
        Row(expression: "b.example/1?x", url: "http://b.example/1?x=2", isBlocked: false),
        Row(
            expression: "b.example/1/2/3/", url: "http://b.example/1/2/3/4/5", isBlocked: true,
            layer: .url),
        Row(expression: "b.example/1/2/3/4/", url: "http://b.example/1/2/3/4/5", isBlocked: false),
        Row(
            expression: "b.example/1/2/3/4/", url: "http://b.example/1/2/3/4/", isBlocked: true,
            layer: .url),
        Row(expression: "192.0.2.1/", url: "http://0xC0000201/x", isBlocked: true),
        Row(expression: "2.1/", url: "http://192.0.2.1/x", isBlocked: false),
        Row(expression: "[2001:db8::1]/", url: "http://[2001:DB8:0::1]/", isBlocked: true),
        Row(
            expression: "xn--bcher-kva.example/", url: "http://b\u{FC}cher.example/",
            isBlocked: true),
        // Seven labels with a path, any number with `/`.
        Row(
            expression: "c.d.e.f.g.h.example/1", url: "http://\(deep)/1", isBlocked: true,
            layer: .url),
        Row(expression: "b.c.d.e.f.g.h.example/1", url: "http://\(deep)/1", isBlocked: false),
        Row(expression: "b.c.d.e.f.g.h.example/", url: "http://\(deep)/1", isBlocked: true),
        Row(expression: "\(deep)/1", url: "http://\(deep)/1", isBlocked: true, layer: .url),
    ])
    func whatAHashBlocks(row: Row) throws {
        let image = try Self.compiled([row.expression, "decoy.example/", "decoy.example/1"])
        let (hits, decision) = try image.ask(row.url)
        #expect(decision.verdict == (row.isBlocked ? .block : .allow))
        #expect(hits.count == (row.isBlocked ? 1 : 0))
        guard let hit = hits.first else { return }
        #expect(hit.layer == row.layer && hit.view == .expression)
        let reason = image.matcher.reason(for: hit)
        #expect(reason.kind == .expression && reason.line == 1 && !reason.isConfidential)
        #expect(reason.target == "sha256:" + NaiveExpressions.sha256(row.expression))
        var lookup = LookupURL()
        try lookup.derive(from: try WebURL(row.url))
        #expect(image.matcher.expression(of: hit, in: lookup) == row.expression)
    }

    /// Of a tunnel only the host is known: `suffix/` blocks, a path does not.
    @Test func tunnelsAndNames() throws {
        let image = try Self.compiled(["b.example/", "c.example/1/"])
        guard var scratch = Scratch() else { throw CompiledImage.Unjudgeable() }
        let now = UnixTime(seconds: 0)
        for (host, count) in [("b.example", 1), ("a.b.example", 1), ("c.example", 0)] {
            image.matcher.match(connect: try WebURL("https://\(host)/"), now: now, &scratch)
            #expect(scratch.hits.count == count, "\(host)")
            image.matcher.match(host: Array(host.utf8).span, layer: .sni, now: now, &scratch)
            #expect(scratch.hits.map(\.layer) == [Layer](repeating: .sni, count: count), "\(host)")
        }
    }

    /// Hashed lists agree with the oracle, which holds the expressions of a request against them
    /// one by one. What is hashed comes from the same few names and paths as the requests.
    @Test(arguments: 0..<20) func agreesWithTheOracle(seed: Int) throws {
        var generators = Generators(seed: UInt64(seed) + 4_000)
        var expressions: Set<String> = []
        while expressions.count < 60 {
            let url = generators.url()
            guard let request = NaiveRequest(url: url, source: "", type: .other) else { continue }
            let expression = generators.random.pick(
                NaiveExpressions.of(
                    String(decoding: request.lookup, as: UTF8.self),
                    isAddress: request.address != nil))
            // A public suffix of `suffixText` would be held.
            if expression != "co.test/" { expressions.insert(expression) }
        }
        var options = ListParser.Options()
        options.format = .sha256
        let list = ListParser.parse(
            Array(Self.hashed(expressions.sorted()).utf8), name: "h", path: "h.txt",
            options: options)
        #expect(list.report.accepted == 60)
        let plain = ListParser.parse(
            Array(generators.list(.domain, count: 20).utf8), name: "d", path: "d.txt")
        let comparison = try Comparison([list, plain], suffixText: OracleTests.suffixText)
        var hits = 0
        for _ in 0..<300 {
            hits += try comparison.check(generators.url(), source: "", type: .other)
        }
        #expect(hits > 100)
    }

    @Test func actionsExceptionsAndOrders() throws {
        let order = "order,target-type,target\n1/QD,sha256,\(NaiveExpressions.sha256("a.test/"))"
        let image = try CompiledImage([
            CompiledImage.list(Self.hashed(["b.test/"]), format: .sha256, name: "w", action: .warn),
            CompiledImage.list(order, format: .orders, name: "o", authority: .authority),
            CompiledImage.list("a.test\nb.test", format: .domains, name: "x", action: .allow),
        ])
        #expect(try image.ask("http://a.test/").decision.verdict == .block)
        #expect(try image.ask("http://b.test/").decision.verdict == .allow)
        let hit = try #require(try image.ask("http://a.test/").decision.hit)
        #expect(image.matcher.reason(for: hit).order?.number == "1/QD")
        #expect(image.report.entriesByKind[.expression] == 2)
    }

    /// An operator's expression that a URL is padded for does not take the steps of an authority's.
    @Test(arguments: [true, false]) func stepsOfAuthorities(hasOther: Bool) throws {
        let padding =
            String(repeating: "/sex", count: 500) + "/" + String(repeating: "a", count: 2_500)
        var lists = [
            CompiledImage.list(
                "sex[^?]*[-_.]mp4", format: .regex, name: "o", authority: .authority)
        ]
        if hasOther {
            lists.append(
                CompiledImage.list(
                    "(*NO_JIT)a[^?]*[-_.]mp3", format: .regex, name: "x", action: .monitor))
        }
        let image = try CompiledImage(lists)
        let url = "http://h.test\(padding)?_mp3/sexy.mp4"
        #expect(try image.ask(url).decision.verdict == .block)
        #expect(try image.unjudged(url) == (hasOther ? 1 : 0))
    }

    @Test func repeatedHashesCountOnce() throws {
        let text = Self.hashed(["a.test/", "a.test/"])
        let image = try CompiledImage([
            CompiledImage.list(text, format: .sha256, name: "a"),
            CompiledImage.list(text, format: .sha256, name: "b"),
        ])
        #expect(image.report.duplicates == 2 && image.image.entryCount == 2)
        #expect(try image.ask("http://a.test/").hits.count == 2)
    }

    /// A protected name is known by its hash as well.
    @Test func hashesOfProtectedNamesAreHeld() throws {
        let suffixes = PublicSuffixList(
            parsing: Array("// ===BEGIN ICANN DOMAINS===\ntest\nco.test\n".utf8).span)
        let text = Self.hashed(["co.test/", "school.example/", "example/", "ok.co.test/"])
        let image = try CompiledImage(
            [CompiledImage.list(text, format: .sha256)], suffixes: suffixes,
            protectedNames: ["www.school.example"])
        #expect(image.report.held == 3 && image.image.entryCount == 1)
        #expect(image.report.diagnostics.map(\.location.line) == [1, 2, 3])
        #expect(image.report.diagnostics.allSatisfy { $0.code == "entry.held" })
        #expect(try image.ask("http://x.co.test/").decision.verdict == .allow)
        #expect(try image.ask("http://ok.co.test/").decision.verdict == .block)
    }
}
