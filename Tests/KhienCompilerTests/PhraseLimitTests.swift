import KhienCompiler
import KhienImage
import KhienLists
import KhienModel
import KhienTestKit
import Testing

/// Limits of phrase lists, at the limit and one past it.
@Suite struct PhraseLimitTests {
    private static func parse(_ text: String, _ format: ListFormat = .phrases) -> ParsedList {
        CompiledImage.list(text, format: format).list
    }

    @Test(arguments: [0, 1]) func rulesOfAList(more: Int) {
        let count = Limits.Phrases.rulesPerListMax + more
        // Rules may say the same: the limit is the parser's, which compares nothing.
        let list = Self.parse(String(repeating: "<ab><1>\n", count: count))
        #expect(list.phraseRules.count == Limits.Phrases.rulesPerListMax)
        #expect(list.report.accepted == Limits.Phrases.rulesPerListMax)
        #expect(list.report.rejections == (more == 0 ? [:] : ["phrase.too-many-rules": 1]))
        #expect(list.report.diagnostics.map(\.location.line) == (more == 0 ? [] : [count]))
    }

    /// Each list has one group, so the groups of an image end with its lists.
    @Test func groupsOfAnImage() throws {
        func lists(_ count: Int) -> [SourceList] {
            let list = Self.parse("<abc><1>\n")
            return (0..<count).map { SourceList(list, category: "group \($0)") }
        }
        #expect(Compiler.listsMax == Limits.Phrases.groupsMax)
        let image = try CompiledImage(lists(Limits.Phrases.groupsMax))
        #expect(image.image.phrases.groupCount == Limits.Phrases.groupsMax)
        #expect(
            image.image.phrases.group(UInt16(Limits.Phrases.groupsMax - 1)).name
                == "group \(Limits.Phrases.groupsMax - 1)")
        #expect(throws: ImageError.self) {
            try Compiler.compile(lists(Limits.Phrases.groupsMax + 1), suffixes: nil)
        }
    }

    private static let orders = CompiledImage.list(
        "order,target-type,target\n1,domain,casino.test\n", format: .orders, name: "orders",
        authority: .authority)

    /// What a list has too much of is left out and told. It keeps no other list out, least of all orders.
    private static func expectOrdersIn(
        _ list: ParsedList, leftOut: Int, lines: [Int]
    ) throws -> CompiledImage {
        let image = try CompiledImage([SourceList(list), orders])
        #expect(try image.ask("http://casino.test/", type: .document).decision.verdict == .block)
        #expect(image.report.notCompiled == leftOut)
        let told = image.report.diagnostics.filter { $0.code == "phrase.no-room" }
        #expect(told.map(\.location.line) == lines)
        #expect(told.allSatisfy { $0.severity == .warning && $0.location.file == list.path })
        return image
    }

    /// Each line has hours of its own: its days, and minutes that no other line has.
    @Test(arguments: [0, 1]) func windowsOfAnImage(more: Int) throws {
        let count = Limits.Phrases.windowsMax + more
        var text = ""
        for number in 0..<count {
            let (first, last) = (number % 512, number / 512)
            text +=
                "#time: \(first / 60) \(first % 60) \(12 + last / 60) \(last % 60) 0\n<abc><1>\n"
        }
        let list = Self.parse(text)
        #expect(list.phraseWindows.count == count)
        let image = try Self.expectOrdersIn(
            list, leftOut: more, lines: more == 0 ? [] : [2 * count])
        #expect(image.image.phrases.windowCount == Limits.Phrases.windowsMax)
    }

    /// Every rule has three phrases of its own, each in one spelling; what no longer fits is left out as
    /// a whole, and a shorter rule behind it has room.
    @Test func literalsOfAnImage() throws {
        let rules = Limits.Literals.countMax / 3
        #expect(Limits.Literals.countMax % 3 == 1)
        var text = ""
        for number in 0...rules { text += "<a\(number)x>,<b\(number)x>,<c\(number)x><5>\n" }
        text += "<last><5>\n<toomuch><5>\n"
        let list = Self.parse(text)
        #expect(list.phraseRules.count == rules + 3)
        let image = try Self.expectOrdersIn(list, leftOut: 2, lines: [rules + 1, rules + 3])
        #expect(image.image.phrases.ruleCount == rules + 1)
    }

    /// What an order names has room before what an operator lists, wherever it stands.
    @Test func ordersHaveRoomFirst() throws {
        var text = ""
        let count = Limits.Literals.countMax / 2
        for number in 0..<count { text += "<a\(number)x>,<b\(number)x><5>\n" }
        let ordered = CompiledImage.list(
            "order,target-type,target\n1,phrase,zzword\n", format: .orders, name: "orders",
            authority: .authority)
        let image = try CompiledImage([SourceList(Self.parse(text)), ordered])
        #expect(image.report.notCompiled == 1)
        #expect(image.report.diagnostics.filter { $0.code == "order.rejected" }.isEmpty)
        #expect(image.image.phrases.ruleText(0) == "< zzword >")
        let told = image.report.diagnostics.filter { $0.code == "phrase.no-room" }
        #expect(told.map(\.location.line) == [count])
    }

    @Test(arguments: [(Limits.Phrases.termsPerRuleMax, 1), (Limits.Phrases.termsPerRuleMax + 1, 0)])
    func partsOfARule(count: Int, rules: Int) throws {
        let parts = (0..<count).map { "<part\($0)x>" }.joined(separator: ",")
        let list = Self.parse(parts + "<5>\n")
        #expect(list.phraseRules.count == rules)
        #expect(list.report.rejections == (rules == 1 ? [:] : ["phrase.too-many-parts": 1]))
        if rules == 1 {
            let compiled = try CompiledImage([SourceList(list)])
            #expect(Int(compiled.image.phrases.rule(0).termCount) == count)
        }
    }

    @Test(arguments: [(Limits.Phrases.phraseBytesMax, 1), (Limits.Phrases.phraseBytesMax + 1, 0)])
    func bytesOfAPhrase(count: Int, rules: Int) throws {
        let list = Self.parse("<\(String(repeating: "x", count: count))><5>\n")
        #expect(list.phraseRules.count == rules)
        #expect(list.report.rejections == (rules == 1 ? [:] : ["phrase.too-long": 1]))
        if rules == 1 {
            #expect(try CompiledImage([SourceList(list)]).image.phrases.ruleCount == 1)
        }
    }

    @Test(arguments: [(Limits.Phrases.regexBytesMax, 1), (Limits.Phrases.regexBytesMax + 1, 0)])
    func bytesOfAnExpression(count: Int, rules: Int) {
        let list = Self.parse(
            "rules:\n- { regex: '\(String(repeating: "x", count: count))', weight: 1 }\n")
        #expect(list.phraseRules.count == rules)
        #expect(list.report.rejections == (rules == 1 ? [:] : ["phrase.regex": 1]))
    }

    private static let most = Int(Limits.Phrases.weightMax)

    @Test(arguments: [
        ("<abc><\(most)>", 1), ("<abc><\(most + 1)>", 0), ("<abc><-\(most)>", 1),
        ("<abc><-\(most + 1)>", 0),
    ])
    func weightsOfE2Guardian(line: String, rules: Int) {
        #expect(Self.parse(line + "\n").phraseRules.count == rules)
    }

    @Test(arguments: [
        ("weight: \(most)", 1), ("weight: \(most + 1)", 0), ("weight: -\(most)", 1),
        ("weight: -\(most + 1)", 0),
        ("weight: 1, count-max: \(Limits.Phrases.countMax)", 1),
        ("weight: 1, count-max: \(Limits.Phrases.countMax + 1)", 0),
        ("weight: 1, distance-min: \(Limits.Phrases.distanceMax)", 1),
        ("weight: 1, distance-min: \(Limits.Phrases.distanceMax + 1)", 0),
    ])
    func numbersOfARule(keys: String, rules: Int) {
        #expect(Self.parse("rules:\n- { phrase: abc, \(keys) }\n").phraseRules.count == rules)
    }

    @Test(arguments: [
        (Limits.Phrases.groupNameBytesMax, true), (Limits.Phrases.groupNameBytesMax + 1, false),
    ])
    func namesOfGroups(count: Int, isTaken: Bool) {
        let name = String(repeating: "x", count: count)
        let yaml = Self.parse("category: \(name)\nrules:\n- { phrase: abc, weight: 1 }\n")
        #expect(yaml.category == (isTaken ? name : nil))
        #expect(yaml.report.rejected == (isTaken ? 0 : 1))
        let lines = Self.parse("#listcategory: \"\(name)\"\n<abc><1>\n")
        #expect(lines.category == (isTaken ? name : nil))
        #expect(lines.report.rejected == (isTaken ? 0 : 1))
    }
}
