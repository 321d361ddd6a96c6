import KhienCompiler
import KhienLists
import KhienMatcher
import KhienModel
import KhienTestKit
import Testing

/// Each entry of an image has a `RuleID` of its own, which depends on that entry alone.
@Suite struct RuleIdentityTests {
    /// The id of each entry, by its line.
    private static func ids(_ image: CompiledImage) -> [Int: RuleID] {
        var found: [Int: RuleID] = [:]
        for number in 0..<UInt32(image.image.entryCount) {
            let reason = image.matcher.reason(
                for: Hit(
                    entry: EntryIndex(number), attributes: image.image.entries[number].attributes,
                    layer: .host, view: .exact, isInForce: true))
            found[reason.line] = reason.rule
        }
        return found
    }

    private static func ids(_ lines: [String], _ format: ListFormat) throws -> [String: RuleID] {
        let text = lines.joined(separator: "\n") + "\n"
        let image = try CompiledImage([CompiledImage.list(text, format: format)])
        let found = Self.ids(image)
        try #require(found.count == image.image.entryCount)
        return Dictionary(uniqueKeysWithValues: found.map { (lines[$0.key - 1], $0.value) })
    }

    /// One phrase in every way that rules can differ.
    private static let phrases =
        ["rules:"]
        + [
            "weight: 5", "weight: 5, layers: title", "weight: 5, layers: [title, text]",
            "weight: 5, layers: all", "weight: 5, views: exact",
            "weight: 5, views: [exact, legacy]",
            "weight: 5, scope: forms", "weight: 5, scope: both", "weight: 5, count-max: 2",
            "weight: 5, distance-min: 2", "weight: 5, times: mon 07:00-08:00",
            "weight: 5, times: tue 07:00-08:00",
            "weight: 5, times: [mon 07:00-08:00, tue 07:00-08:00]",
            "weight: 5, substring: true", "effect: ban, layers: link",
            "effect: exception, layers: style", "weight: 5, count-max: 2, distance-min: 2",
        ].map { "- { phrase: cá độ, \($0) }" }

    @Test func phraseRulesThatDifferHaveTheirOwn() throws {
        let ids = try Self.ids(Self.phrases, .phrases)
        #expect(ids.count == Self.phrases.count - 1)
        #expect(Set(ids.values).count == ids.count)
    }

    /// One target under orders of several authorities, two of which have given the same number.
    @Test func ordersThatDifferHaveTheirOwn() throws {
        let rows = [
            "order,authority,target-type,target", "1,A,domain,a.test", "1,B,domain,a.test",
            "2,A,domain,a.test", "1,A,domain,b.test", "1,A,host,a.test",
        ]
        let ids = try Self.ids(rows, .orders)
        #expect(ids.count == rows.count - 1)
        #expect(Set(ids.values).count == ids.count)
        #expect(ids[rows[1]] == (try Self.ids([rows[0], rows[4], rows[1]], .orders))[rows[1]])
    }

    private static let rules = [
        "/ads/x", "/ads/x$script", "/ads/x$image", "/ads/x$script,image", "/ads/x$third-party",
        "/ads/x$~third-party", "/ads/x$domain=a.test", "/ads/x$domain=~a.test",
        "/ads/x$domain=a.test|b.test", "/ads/x$denyallow=a.test,domain=b.test", "@@/ads/x",
        "/ads/x$important", "/ads/x$match-case", "@@/ads/x$script", "/ads/x$all", "||a.test^",
        "@@||a.test^", "||a.test^$important", "||a.test^$script", "||a.test^$third-party",
        "*$script,domain=a.test", "*$image,domain=a.test", "@@*$image,domain=a.test", "/ad[sx]/",
        "/ad[sx]/$script", "@@/ad[sx]/",
    ]

    @Test func adblockRulesThatDifferHaveTheirOwn() throws {
        let ids = try Self.ids(Self.rules, .adblock)
        #expect(ids.count == Self.rules.count)
        #expect(Set(ids.values).count == ids.count)
    }

    /// Neither the order of the lines nor other lines change a name; nor does compiling again.
    @Test(arguments: 0..<8) func namesAreStable(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        for (lines, format, head) in [
            (Self.phrases, ListFormat.phrases, 1), (Self.rules, .adblock, 0),
        ] {
            let before = try Self.ids(lines, format)
            var rest = Array(lines.dropFirst(head))
            for index in rest.indices.dropFirst() { rest.swapAt(index, random.below(index + 1)) }
            let after = try Self.ids(lines.prefix(head) + rest, format)
            #expect(after == before)
            let fewer = try Self.ids(Array(lines.prefix(head) + rest.prefix(5)), format)
            #expect(fewer.allSatisfy { before[$0.key] == $0.value })
        }
    }

    /// Names that were given before there were details: FNV-1a over list, kind, target and order.
    @Test(arguments: [
        ("||a.test^", ListFormat.adblock, "list", "domain", "a.test"),
        ("/ads/x", .adblock, "list", "pattern", "/ads/x"),
        ("casino[0-9]", .regex, "list", "regex", "/casino[0-9]/"),
        ("- { phrase: cá độ, weight: 5 }", .phrases, "list", "phrase", "< cá độ ><5>"),
        ("a.test", .domains, "list", "domain", "a.test"),
    ])
    func namesWithoutDetailsStay(
        line: String, format: ListFormat, list: String, kind: String, target: String
    ) throws {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for part in [list, kind, target, ""] {
            for byte in Array(part.utf8) + [0] {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
            }
        }
        let text = (format == .phrases ? "rules:\n" : "") + line + "\n"
        let ids = Self.ids(try CompiledImage([CompiledImage.list(text, format: format)]))
        #expect(ids.values.map(\.value) == [hash])
    }
}
