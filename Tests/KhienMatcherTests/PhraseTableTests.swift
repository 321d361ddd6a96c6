import KhienCompiler
import KhienImage
import KhienLists
import KhienModel
import KhienTestKit
import KhienText
import Testing

/// Phrase rules through the image: what a reader of it finds is what the lists say.
@Suite struct PhraseTableTests {
    /// For each literal its bytes, flags and what it counts for.
    private static func describe(_ image: Image) -> [String] {
        let phrases = image.phrases
        return (0..<phrases.literalCount).flatMap { number -> [String] in
            let literal = UInt32(number)
            let flags = image.literals.flags(of: literal)
            let text =
                (flags.contains(.startsWord) ? " " : "") + image.literals.bytes(of: literal).text()
                + (flags.contains(.endsWord) ? " " : "")
            return phrases.postings(of: literal).map { index in
                let posting = phrases.posting(index)
                let rule =
                    posting.kind == .term
                    ? phrases.ruleText(phrases.term(posting.number).rule)
                    : "regex \(posting.number)"
                return "\(text)|\(posting.views.rawValue)|\(rule)"
            }
        }
    }

    @Test func spellingsAndTheirViews() throws {
        let compiled = try CompiledImage([
            CompiledImage.list("< đánh bạc ><30>\n<poker><20>", format: .phrases)
        ])
        // 1 exact, 2 plain, 4 joined, 8 legacy.
        #expect(
            Self.describe(compiled.image) == [
                " đánh bạc |9|< đánh bạc ><30>", " danh bac |14|< đánh bạc ><30>",
                " danhbac |12|< đánh bạc ><30>", "poker|15|<poker><20>",
            ])
    }

    @Test func rulesGroupsAndWindows() throws {
        let first = CompiledImage.list(
            "category: x\nlimit: 80\nrules:\n- {phrase: abc, weight: -5, count-max: 2}\n"
                + "- {all: [abc, def], effect: ban, scope: both, times: mon 08:00-09:00}\n"
                + "- {phrase: abc, weight: -5, count-max: 2}\n",
            format: .phrases)
        let second = CompiledImage.list(
            "category: x\nlimit: 60\nrules:\n- {phrase: abc, effect: exception, distance-min: 7}\n",
            format: .phrases, action: .warn)
        let third = CompiledImage.list("<abcd><9>", format: .phrases, category: "y")
        let compiled = try CompiledImage([first, second, third])
        let phrases = compiled.image.phrases
        #expect(phrases.ruleCount == 4 && compiled.report.duplicates == 1)
        let rules = (0..<4).map { phrases.rule(UInt32($0)) }
        #expect(rules.map(\.effect) == [.weigh, .ban, .exception, .weigh])
        #expect(rules.map(\.weight) == [-5, 0, 0, 9])
        #expect(rules.map(\.countMax) == [2, 0, 0, 0])
        #expect(rules.map(\.distanceMin) == [0, 0, 7, 0])
        #expect(rules.map(\.termCount) == [1, 2, 1, 1])
        #expect(rules.map(\.scope) == [.pages, .both, .pages, .pages])
        #expect(rules.map(\.group) == [0, 0, 0, 1])
        // The lowest limit of a group holds.
        #expect(phrases.group(0) == PhraseGroup(name: "x", limit: 60))
        #expect(phrases.group(1) == PhraseGroup(name: "y", limit: nil))
        #expect(phrases.isOpen(window: rules[0].window, day: 3, minute: 0))
        #expect(phrases.isOpen(window: rules[1].window, day: 0, minute: 9 * 60))
        #expect(!phrases.isOpen(window: rules[1].window, day: 0, minute: 9 * 60 + 1))
        for index in 0..<UInt32(4) {
            #expect(phrases.rule(holding: phrases.rule(index).entry) == index)
        }
        #expect(compiled.image.entry(rules[2].entry).attributes.action == .allow)
        #expect(compiled.matcher.target(of: rules[1].entry) == "< abc >,< def >")
    }

    /// A limit and what a group takes off at most are two numbers, whatever order their lists come in.
    @Test func limitsOfBothSigns() throws {
        let texts = [
            "category: x\nlimit: 80\nrules:\n- {phrase: abc, weight: 9}\n",
            "category: x\nlimit: -70\nrules:\n- {phrase: def, weight: -9}\n",
            "category: x\nlimit: 90\nrules:\n- {phrase: ghi, weight: 9}\n",
            "category: x\nlimit: -60\nrules:\n- {phrase: jkl, weight: -9}\n",
            "category: y\nlimit: -50\nrules:\n- {phrase: mno, weight: -9}\n",
        ]
        for order in [[0, 1, 2, 3, 4], [3, 2, 1, 0, 4], [1, 3, 0, 2, 4]] {
            let compiled = try CompiledImage(
                order.map { CompiledImage.list(texts[$0], format: .phrases) })
            let phrases = compiled.image.phrases
            #expect(phrases.group(0) == PhraseGroup(name: "x", limit: 80, relief: -70))
            #expect(phrases.group(1) == PhraseGroup(name: "y", relief: -50))
        }
    }

    @Test func expressionsWaitForTheirLiterals() throws {
        let compiled = try CompiledImage([
            CompiledImage.list(
                "rules:\n- {regex: 'Truong (thcs|thpt) [a-z]+', weight: 3}\n"
                    + "- {regex: '[0-9]{12}', weight: 4}\n- {regex: '(', weight: 5}\n",
                format: .phrases)
        ])
        let phrases = compiled.image.phrases
        #expect(phrases.regexCount == 2 && compiled.report.refusedRegexes == 1)
        #expect(!phrases.regex(0).isAlways && phrases.regex(1).isAlways)
        #expect(phrases.pattern(ofRegex: 1).text() == "(?i)[0-9]{12}")
        #expect(compiled.report.unindexedRegexes == 1)
        let postings = (0..<phrases.literalCount).flatMap { phrases.postings(of: UInt32($0)) }
        #expect(!postings.isEmpty)
        #expect(postings.allSatisfy { phrases.posting($0).kind == .regex })
    }

    @Test func phrasesCannotBeConfidential() throws {
        let key = ListKey(bytes: [UInt8](repeating: 7, count: ListKey.byteCount))
        let list = CompiledImage.list("<abcdef><9>", format: .phrases, isConfidential: true)
        let compiled = try CompiledImage([list], key: key)
        #expect(compiled.report.notConfidential == 1)
        #expect(compiled.report.diagnostics.map(\.code) == ["confidential.phrase"])
        #expect(compiled.image.phrases.ruleCount == 0)
        #expect(compiled.report.diagnostics.allSatisfy { !$0.message.contains("abcdef") })
    }

    /// The names of rules do not depend on what stands around them.
    @Test func namesOfRulesAreStable() throws {
        func name(_ text: String, _ wanted: String) throws -> RuleID {
            let compiled = try CompiledImage([CompiledImage.list(text, format: .phrases)])
            let phrases = compiled.image.phrases
            let index = try #require(
                (0..<UInt32(phrases.ruleCount)).first { phrases.ruleText($0) == wanted })
            let entry = phrases.rule(index).entry
            let hit = Hit(
                entry: entry, attributes: compiled.image.entry(entry).attributes, layer: .text,
                view: .exact, isInForce: true)
            return compiled.matcher.reason(for: hit).rule
        }
        #expect(
            try name("<abc><9>", "<abc><9>") == name("<xyz><4>\n\n<abc><9>", "<abc><9>"))
        #expect(try name("<abc><9>", "<abc><9>") != name("<abc><8>", "<abc><8>"))
    }

    /// Every phrase of the published lists is found under the literals that a folded page has.
    @Test(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.comment)))
    func everyPublishedPhraseIsFiled() throws {
        let lists = try RealPhrases.lists().map { SourceList($0) }
        let compiled = try CompiledImage(lists)
        let phrases = compiled.image.phrases
        var numbers: [[UInt8]: [UInt32]] = [:]
        for number in 0..<UInt32(phrases.literalCount) {
            let bytes = compiled.image.literals.bytes(of: number)
            numbers[(0..<bytes.count).map { bytes[$0] }, default: []].append(number)
        }
        let rules = lists.reduce(0) { $0 + $1.list.phraseRules.count }
        let weaker = compiled.report.findings[.weakerPhrase] ?? 0
        #expect(phrases.ruleCount + compiled.report.duplicates + weaker == rules)
        #expect(weaker > 0)
        var missing = 0
        for list in lists.map(\.list) {
            for term in list.phraseTerms {
                let exact = Array(list.entries.text[term.text.range])
                let plain = TextFolder.canonical(exact.span, view: .plain)
                for (bytes, view) in [(exact, TextViews.exact), (plain, .plain)] {
                    let isFiled = (numbers[bytes] ?? []).contains { number in
                        phrases.postings(of: number).contains {
                            phrases.posting($0).views.isSuperset(of: view)
                        }
                    }
                    if !isFiled { missing += 1 }
                }
            }
        }
        #expect(missing == 0)
    }
}
