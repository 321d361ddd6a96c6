import Foundation
import KhienLists
import KhienModel
import KhienTestKit
import Testing

/// The oracle's reading of adblock rules against requests that the rules must match, from the test
/// data of the adblock-rust engine (MPL-2.0).
@Suite(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.comment)))
struct AdblockPairsTests {
    struct Pair: Decodable {
        var filters: [String]
        var type: String
        var url: String
        var sourceUrl: String
    }

    @Test func everyRuleMatchesItsRequest() throws {
        let suffixText = try SharedData.bytes("vectors/psl/public_suffix_list.dat.zst")
        let suffixes = NaiveSuffixes(String(decoding: suffixText, as: UTF8.self))
        let lines = try SharedData.bytes("requests/rule-request-pairs.jsonl.zst")
            .split(separator: UInt8(ascii: "\n"))
        var asked = 0
        var matched = 0
        var misses: [String: Int] = [:]
        for line in lines {
            let pair = try JSONDecoder().decode(Pair.self, from: Data(line))
            for filter in pair.filters {
                asked += 1
                switch Self.verdict(filter, pair, suffixes) {
                case nil: matched += 1
                case let reason?: misses[reason, default: 0] += 1
                }
            }
        }
        print("adblock pairs: \(matched) of \(asked) rules match;", misses)
        // 16 requests are `http://` or `https://` alone: no host, so no request. One is of type
        // `fetch`, which that engine counts as `other` and we as `xmlhttprequest`, against
        // `$~xmlhttprequest`.
        #expect(misses == ["request": 16, "no match": 1])
        #expect(matched == 5_606)
    }

    /// Nil: the rule matches. Else why not.
    private static func verdict(_ filter: String, _ pair: Pair, _ suffixes: NaiveSuffixes) -> String? {
        var options = ListParser.Options()
        options.format = .adblock
        let list = ListParser.parse(
            Array(filter.utf8), name: "rule", path: "rule", options: options)
        if let reason = list.report.unsupportedReasons.keys.first { return reason }
        guard let type = RequestType(name: pair.type),
            let request = NaiveRequest(url: pair.url, source: pair.sourceUrl, type: type)
        else { return "request" }
        let matcher = NaiveMatcher([list], suffixes: suffixes) { expression, url, caseless in
            let pattern = String(decoding: expression, as: UTF8.self)
            guard
                let regex = try? NSRegularExpression(
                    pattern: pattern, options: caseless ? .caseInsensitive : [])
            else { return false }
            let text = String(decoding: url, as: UTF8.self)
            return regex.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
        }
        if !matcher.hits(request).isEmpty { return nil }
        print("MISS", filter, pair.type, pair.url, pair.sourceUrl)
        return "no match"
    }
}
