import KhienLists
import KhienModel
import KhienTestKit
import KhienText
import Testing

/// A URL with a star is spelled as the lookup form spells the URL.
@Suite struct StarredPathTests {
    /// What a star stands for here.
    private static let filling = "zqz"

    private static let pieces = [
        "a", "b", "ab", "/", "/", "/", "//", "\\", "/..", "/../", "/.", "/./", "..", ".", "%2e",
        "/%2E%2e/", "%2f", "%2F", "%5c", "..%2f", "%2f..", "%252f", "%252e", "/.%252E/", "%25",
        "%4", "41", "%", "%41", "%2541", "%00", "%20", "%3f", "%23", "?q", "?", "%C3%A9", "&", "=",
        "'",
    ]

    private static func text(_ random: inout SplitMix64) -> String {
        (0..<random.below(6)).map { _ in random.pick(pieces) }.joined()
    }

    /// What becomes of a line by definition: the lookup form of the URL with something in place of the star. Where
    /// nothing of that is left, nobody knows which folder a `..` leaves.
    private static func expected(_ left: String, _ right: String) throws -> String {
        var lookup = LookupURL()
        let url = "http://a.test/" + left + filling + right
        _ = try LookupURL.canonicalizeTarget(Array(url.utf8).span, into: &lookup)
        let text = String(decoding: lookup.bytes, as: UTF8.self)
        guard text.contains(filling) else { return "rejected pattern.dot-segment" }
        let line = text.replacing(filling, with: "*")
        return line == "a.test/*" ? "host a.test" : "pattern *://\(line)"
    }

    @Test(arguments: 0..<8) func spelledAsTheLookupForm(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed) + 70)
        var kinds: [Substring: Int] = [:]
        for _ in 0..<500 {
            let left = Self.text(&random)
            let right = Self.text(&random)
            let outcome = GrammarTests.outcome("a.test/\(left)*\(right)", .urls)
            let expected = try Self.expected(left, right)
            #expect(outcome.hasSuffix(expected), "a.test/\(left)*\(right)")
            kinds[expected.prefix { $0 != " " }, default: 0] += 1
        }
        #expect(kinds.count == 3 && kinds.values.allSatisfy { $0 > 5 }, "\(kinds)")
    }

    /// The message points at the `..`, where it stands for itself, else at the segment that hides it.
    @Test(arguments: [
        ("a.test/x*/../b", 11), ("a.test/x*/%2e%2E/b", 11), ("a.test/x/y*/z%2f..%2F../b", 13),
        ("a.test/*/..", 10),
    ])
    func whereTheFaultIs(line: String, column: Int) {
        var options = ListParser.Options()
        options.format = .urls
        let list = ListParser.parse(Array(line.utf8), name: "", path: "", options: options)
        #expect(list.report.rejections == ["pattern.dot-segment": 1])
        #expect(list.report.diagnostics.map(\.location.column) == [column])
    }
}
