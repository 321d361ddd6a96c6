import KhienLists
import KhienModel
import Testing

/// Phrase lists in YAML as documents: ends of lines, places of faults, aliases, lines that are refused.
@Suite struct PhraseDocumentTests {
    private static func parse(_ text: String, format: ListFormat? = .phrases) -> ParsedList {
        var options = ListParser.Options()
        options.format = format
        let list = ListParser.parse(
            Array(text.utf8), name: "list", path: "list.yaml", options: options)
        #expect(list.report.isConsistent)
        return list
    }

    /// `code line:column` of each message.
    private static func messages(_ list: ParsedList) -> [String] {
        list.report.diagnostics.map {
            "\($0.code) \($0.location.line):\($0.location.column)"
        }.filter { !$0.hasPrefix("file.") }
    }

    // MARK: Ends of lines

    /// All that section 2 of docs/LISTS.md names, with a fault on the last line.
    @Test(arguments: ["\n", "\r\n", "\r\r\n", "\r"])
    func everyEndOfLine(end: String) {
        let rules = (0..<20).map { "  - {phrase: casino\($0)x, weight: 90}\(end)" }
        let list = Self.parse(
            "category: g\(end)\(end)rules:\(end)" + rules.joined()
                + "  - {phrase: abc, weight: z}\(end)")
        #expect(list.phraseRules.count == 20)
        #expect(list.entries.records.map(\.line) == (4...23).map { UInt32($0) })
        #expect(Self.messages(list) == ["phrase.weight 24:27"])
    }

    /// Characters that end a line to libyaml and not to the report: in quotes, in a comment, and behind a rule.
    @Test(arguments: ["\u{2028}", "\u{2029}", "\u{85}"])
    func charactersThatEndALineOfYAML(end: String) {
        let list = Self.parse(
            """
            category: g # one\(end)# two\(end)
            limit: 80
            rules:
              - {phrase: 'mot\(end) hai', weight: 5}
              - {phrase: "ba\(end) bon", weight: z} # three
              - {phrase: casino, weight: 90}
              - {phrase: poker, weight: y}
            """)
        #expect(list.phraseRules.map(\.weight) == [5, 90])
        #expect(list.entries.records.map(\.line) == [4, 6])
        let column = "  - {phrase: \"ba\(end) bon\", weight: ".utf8.count + 1
        #expect(Self.messages(list) == ["phrase.weight 5:\(column)", "phrase.weight 7:29"])
    }

    /// A CR within a line is no end of one in a file with others; its rules are left out, and told.
    @Test func aLineWithACarriageReturnIsRefusedAlone() {
        let list = Self.parse(
            """
            category: g
            rules:
              - {phrase: one word, weight: 190}\r  - {phrase: casino, weight: 190}
              - {phrase: poker, weight: 190}

            """)
        #expect(list.entries.records.map(\.line) == [4])
        #expect(
            Self.messages(list) == ["line.control-character 3:36", "phrases.left-out 3:0"])
        #expect(list.report.diagnostics.last?.message.hasSuffix(": 2") == true)
    }

    /// What is wrong with all of a list is told, whatever its line is.
    @Test(arguments: [
        ("rules:\n  - {phrase: \"abc\n\n \n", ["phrases.syntax 2:0"]),
        ("\n\nrules:\n  - phrase: [\n\n", ["phrases.syntax 4:0"]),
        ("\n# x\n", ["phrases.empty 1:0"]),
        (
            "category: g\nrules:\n  - {phrase: \"cas\0ino\", weight: 90}",
            ["line.control-character 3:18", "phrases.syntax 3:18"]
        ),
        (
            "category: e\u{301}\u{1F44D}\u{1F3FD}\r\nrules:\r\n  - {phrase: 'đ\u{1}', weight: 90}\r\n",
            ["line.control-character 3:17", "phrases.syntax 3:17"]
        ),
        ("rules:\n# \u{FFFE}\n", ["phrases.syntax 2:3"]),
    ])
    func faultsOfTheWholeListAreTold(text: String, expected: [String]) {
        let list = Self.parse(text)
        #expect(list.phraseRules.isEmpty)
        #expect(Self.messages(list) == expected)
    }

    // MARK: Aliases

    /// Forty stars where a word may begin, beside one alias: quotes, comments, blocks of text, words.
    @Test(arguments: [
        (40, (0..<40).map { "- {regex: 'ca *do\($0)', weight: 1}\n" }.joined()),
        (40, (0..<40).map { "- {regex: \"ca *do\($0)\", weight: 1}\n" }.joined()),
        (40, (0..<40).map { "- {phrase: đ*do\($0) a, weight: 1}\n" }.joined()),
        (1, "#" + String(repeating: " *a *", count: 40) + "\n- {phrase: abc, weight: 1}\n"),
        (1, "- weight: 1\n  phrase: |\n" + String(repeating: "    *a b,\n", count: 20)),
    ])
    func starsThatAreNoAliases(count: Int, rules: String) {
        let head = "scope: &s both\nrules:\n- {phrase: xyz, weight: 1, scope: *s}\n"
        for text in [head + rules, "rules:\n- {phrase: xyz, weight: 1}\n" + rules] {
            let list = Self.parse(text)
            #expect(Self.messages(list) == [])
            #expect(list.phraseRules.count == count + 1)
        }
    }

    /// Aliases that touch what stands beside them count each.
    @Test(arguments: [(8, true), (9, false)])
    func aliasesWithoutSpaces(count: Int, isRead: Bool) {
        let list = Self.parse(
            "scope: &s both\nx: [" + String(repeating: "{*s:*s},", count: count)
                + "]\nrules:\n- {phrase: abc, weight: 1}\n")
        #expect(list.phraseRules.count == (isRead ? 1 : 0))
        #expect(
            Self.messages(list)
                == (isRead ? ["phrases.unknown-key 2:1"] : ["phrases.aliases 2:\(4 + 8 * 8 + 2)"]))
    }

    /// Values that aliases repeat, at the limit and past it; a sequence is a value, too.
    @Test(arguments: [(0, true), (1, false)])
    func theMostValuesOfAliases(extra: Int, isRead: Bool) {
        let count = Limits.Phrases.aliasValuesMax / 4 - 1
        let list = Self.parse(
            "x: &a [" + String(repeating: "1,", count: count) + "]\ny: &b 1\nz: [*a, *a, *a, *a"
                + String(repeating: ", *b", count: extra)
                + "]\nrules:\n- {phrase: abc, weight: 1}\n")
        #expect(list.phraseRules.count == (isRead ? 1 : 0))
        let told = list.report.diagnostics.filter { $0.code == "phrases.aliases" }
        #expect(told.count == (isRead ? 0 : 1))
        #expect(told.allSatisfy { $0.message.contains("(at most 100000)") })
    }

    /// 300 KB that became 24 million values, hashed as one key: 6.6 seconds.
    @Test func aliasesOfAliasesInAKey() {
        let three = (1...5).map { "x\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1), *a\($0 - 1)]\n" }
        let list = Self.parse(
            "x: &a0 [\n" + String(repeating: "x,\n", count: 100_000) + " ]\n" + three.joined()
                + "? *a5\n: x\nrules:\n- {phrase: abc, weight: 1}\n")
        #expect(list.report.rejections == ["phrases.aliases": 1])
        #expect(list.phraseRules.isEmpty)
    }

    /// An alias of what nothing names, and one of itself.
    @Test(arguments: ["scope: *s", "scope: &s [*s]", "scope: &t both\nviews: *s"])
    func aliasesOfNothing(key: String) {
        let list = Self.parse("\(key)\nrules:\n- {phrase: abc, weight: 1}\n")
        #expect(list.report.rejections == ["phrases.syntax": 1])
    }

    // MARK: Recognition

    private static let inBrackets =
        "rules: [{phrase: casino, weight: 9}, {phrase: bet, weight: 3}]\n"

    @Test(arguments: [
        "category: g\nlimit: 80\n" + inBrackets, inBrackets,
        "category: g\nrules: [\n  {phrase: casino, weight: 9},\n{phrase: bet, weight: 3}\n]\n",
        "category: g\rrules:  [\r{phrase: casino, weight: 9}, {phrase: bet, weight: 3}\r]\r",
    ])
    func rulesInBracketsAreRecognised(text: String) {
        let list = Self.parse(text, format: nil)
        #expect(list.format == .phrases)
        #expect(list.phraseRules.map(\.weight) == [9, 3])
    }

    /// A line over the limit is why none of its rules is read, and the only reason that is told.
    @Test func aLongLineOfRulesIsTheReason() {
        let rules = (0..<3_000).map { "{phrase: casino\($0), weight: 90}" }.joined(separator: ", ")
        for rest in ["rules: [\(rules)]\n", "rules: [\n{phrase: abc, weight: 1}, \(rules)\n]\n"] {
            let list = Self.parse("category: g\nlimit: 80\n" + rest, format: nil)
            #expect(list.report.rejections == ["line.too-long": 1])
            #expect(list.report.diagnostics.map(\.code) == ["line.too-long", "phrases.left-out"])
            let lost = list.report.diagnostics.last?.message ?? ""
            #expect(lost.hasSuffix(rest.hasPrefix("rules: [{") ? ": 3000" : ": 3001"), "\(lost)")
        }
    }

    /// Where no format is recognised, what else is wrong with the list stands before that.
    @Test func theFormatIsToldLast() {
        let list = Self.parse(
            "a b c\nd e f\n" + String(repeating: "x y ", count: 20_000) + "\ng h i\n", format: nil)
        #expect(
            list.report.diagnostics.map(\.code) == [
                "line.too-long", "format.unknown", "format.unknown", "format.unknown",
            ])
    }
}
