import Foundation
import KhienLists
import KhienModel
import KhienTestKit
import Testing

/// Phrase lists of e2guardian and our own in YAML: lines in, rules out.
@Suite struct PhraseListTests {
    private static func parse(
        _ text: String, path: String = "list.yaml", format: ListFormat? = .phrases
    ) -> ParsedList {
        parse(Array(text.utf8), path: path, format: format)
    }

    private static func parse(
        _ bytes: [UInt8], path: String, format: ListFormat? = .phrases
    ) -> ParsedList {
        var options = ListParser.Options()
        options.format = format
        let list = ListParser.parse(bytes, name: "list", path: path, options: options)
        #expect(list.report.isConsistent)
        return list
    }

    /// No two rules read the same: a rule's id is made of its text.
    @Test(arguments: [
        ("all: ['a1>,<b1', 'c1']", "all: ['a1', 'b1>,<c1']"),
        ("regex: 'a1/,/b1'", "all: ['a1', 'b1']"), ("phrase: 'a\\\\b'", "phrase: 'a\\b'"),
    ])
    func rulesReadDifferently(one: String, other: String) {
        let list = Self.parse("rules:\n- { \(one), weight: 1 }\n- { \(other), weight: 1 }\n")
        let targets = list.entries.records.map { list.entries.target($0) }
        #expect(targets.count == 2 && Set(targets).count == 2, "\(targets)")
    }

    @Test func aDoubledKeyIsNamedWhereItStands() {
        let list = Self.parse(
            "category: x\nrules:\n- phrase: abc\n  weight: 1\n- phrase: def\n  weight: 2\n  weight: 3\n"
        )
        #expect(list.report.rejections == ["phrases.duplicate-key": 1])
        #expect(list.report.diagnostics.allSatisfy { (5...7).contains($0.location.line) })
    }

    /// The forms of real lines; those with repairs and faults are lines of the published lists.
    @Test(arguments: [
        ("weighted", "< Poker ><20>", "accepted phrase < poker ><20>"),
        ("weighted", "<abc><-30>", "accepted phrase <abc><-30>"),
        ("weighted", "<abc>,<def g><50> #note", "accepted phrase <abc>,<def g><50>"),
        ("weighted", "<abc>, <def><40>", "repaired white-space phrase <abc>,<def><40>"),
        ("weighted", "<abc>,<def > <70>", "repaired white-space phrase <abc>,<def ><70>"),
        ("weighted", "<abc><30>3 #star", "repaired trailing-text phrase <abc><30>"),
        ("weighted", "<abc><10> breast", "repaired trailing-text phrase <abc><10>"),
        (
            "weighted", "< abc,< def >,<ghi><50>",
            "repaired phrase-bracket+phrase-comma phrase < abc>,< def >,<ghi><50>"
        ),
        ("weighted", "<abc zine<20>", "repaired phrase-bracket phrase <abc zine><20>"),
        ("weighted", "< abc ><25", "repaired phrase-bracket phrase < abc ><25>"),
        ("weighted", "<abc def><ghi><70>", "repaired phrase-comma phrase <abc def>,<ghi><70>"),
        ("weighted", "<abc>,<abc><5>", "accepted phrase <abc><5>"),
        ("weighted", "< abc ><25i>", "rejected phrase.weight"),
        ("weighted", "<abc><0>", "rejected phrase.weight"),
        ("weighted", "<abc><1000000>", "accepted phrase <abc><1000000>"),
        ("weighted", "<abc><1000001>", "rejected phrase.weight"),
        ("weighted", "<abc><10%>", "unsupported phrase.percent"),
        ("weighted", "< abc def>", "rejected phrase.weight-missing"),
        ("weighted", "<ga", "rejected phrase.bracket"),
        ("weighted", "abc", "rejected phrase.syntax"),
        ("weighted", "<abc>,", "rejected phrase.syntax"),
        ("weighted", "<\u{AD} ><9>", "rejected phrase.empty"),
        ("weighted", "<a><9>", "rejected phrase.too-short"),
        ("weighted", "<ab><9>", "accepted phrase <ab><9>"),
        ("weighted", "<đ><9>", "accepted phrase <đ><9>"),
        ("banned", "<ab>", "rejected phrase.too-short"),
        ("banned", "<a>,<b>", "rejected phrase.too-short"),
        ("banned", "<abc>", "accepted phrase <abc>"),
        ("banned", "<abc>,< d>", "accepted phrase <abc>,< d>"),
        ("banned", "<abc><9>", "accepted phrase <abc><9>"),
        ("exception_email", "<abc>", "accepted @@phrase <abc>"),
        ("bannedphraselist", "#time: 9 0 17 0 01234\n<abc>", "structure accepted phrase <abc>"),
        ("bannedphraselist", "#time: 17 0 9 0 01234", "rejected phrase.time"),
        ("bannedphraselist", "#time: 9 0 24 0 01234", "rejected phrase.time"),
        ("bannedphraselist", ".Include</etc/x>", "unsupported e2guardian.include"),
        ("weighted", "<HOÀ BÌNH><9>", "accepted phrase <hòa bình><9>"),
    ])
    func linesOfE2guardian(name: String, line: String, expected: String) {
        let list = Self.parse(line, path: "x/\(name)", format: nil)
        #expect(list.format == .e2guardian)
        #expect(GrammarTests.describe(list) == expected)
    }

    @Test func aPhraseMayHave255Bytes() {
        let word = String(repeating: "a", count: 255)
        #expect(Self.parse("<\(word)><1>", path: "weighted").phraseRules.count == 1)
        let longer = Self.parse("<\(word)a><1>", path: "weighted")
        #expect(longer.report.rejections == ["phrase.too-long": 1])
    }

    @Test func aRuleMayHave32Parts() {
        func line(_ count: Int) -> String {
            (0..<count).map { "<part\($0)>" }.joined(separator: ",") + "<1>"
        }
        #expect(Self.parse(line(32), path: "weighted").phraseRules.count == 1)
        #expect(
            Self.parse(line(33), path: "weighted").report.rejections
                == ["phrase.too-many-parts": 1])
    }

    @Test func windowsOfTimeAreKept() throws {
        let list = Self.parse("#time: 9 0 17 5 014\n<abc>", path: "banned")
        let index = try #require(list.phraseRules.first?.windows)
        let window = try #require(list.phraseWindows[Int(index)].first)
        // 0 is Monday; the last minute belongs to the window.
        #expect(window.days == 0b001_0011)
        #expect(window.contains(day: 0, minute: 17 * 60 + 5))
        #expect(!window.contains(day: 0, minute: 17 * 60 + 6))
        #expect(!window.contains(day: 2, minute: 10 * 60))
    }

    /// `порно` and `おっぱい` in the charsets of the published lists; UTF-8 in a folder named
    /// after another charset is UTF-8.
    @Test(arguments: [
        ("russian-1251/p/weighted", [0xEF, 0xEE, 0xF0, 0xED, 0xEE], "порно"),
        ("russian-koi8-r/p/weighted", [0xD0, 0xCF, 0xD2, 0xCE, 0xCF], "порно"),
        ("japanese/p/weighted", [0x82, 0xA8, 0x82, 0xC1, 0x82, 0xCF, 0x82, 0xA2], "おっぱい"),
        ("japanese/p/weighted", [0xA4, 0xAA, 0xA4, 0xC3, 0xA4, 0xD1, 0xA4, 0xA4], "おっぱい"),
        ("chinesebig5/p/weighted", [0xA9, 0xCA, 0xB7, 0x50], "性感"),
        ("chinesegb2312/p/weighted", [0xD0, 0xD4, 0xB8, 0xD0], "性感"),
        ("chinesebig5/p/weighted", Array("性感".utf8), "性感"),
        ("danish/p/weighted", [0x6D, 0xF8, 0x67], "møg"),
    ])
    func legacyCharsets(path: String, bytes: [UInt8], expected: String) {
        let line = Array("<".utf8) + bytes + Array("><30>".utf8)
        let list = Self.parse(line, path: path, format: nil)
        let texts = list.entries.records.map { list.entries.target($0) }
        #expect(texts == ["<\(expected)><30>"])
        let isUTF8 = String(validating: bytes, as: UTF8.self) != nil
        #expect((list.report.repairs[.legacyCharset] ?? 0) == (isUTF8 ? 0 : 1))
    }

    // MARK: YAML

    @Test func aListInYAML() throws {
        let list = Self.parse(
            """
            # comment
            category: gambling
            limit: 80
            count-max: 2

            rules:
              - phrase: Cá độ
                weight: 30
              - phrases: [nhà cái, "kèo"]
                weight: 20
                count-max: 3
              - all: [abc, def]
                effect: ban
                layers: [title, text]
                views: exact
              - regex: '0[0-9]{9}'
                weight: 100
                scope: forms
                times: ["mon-fri 07:00-17:00", daily 21:00-23:59]
              - phrase: tin tức
                weight: -20
                substring: true
                distance-min: 50
            """)
        #expect(list.report.rejections.isEmpty, "\(list.report.diagnostics)")
        #expect(list.category == "gambling")
        #expect(
            list.entries.records.map { list.entries.target($0) } == [
                "< cá độ ><30>", "< nhà cái ><20>", "< kèo ><20>", "< abc >,< def >",
                "/0[0-9]{9}/<100>", "<tin tức><-20>",
            ])
        #expect(list.phraseRules.map(\.countMax) == [2, 3, 3, 2, 2, 2])
        #expect(list.phraseRules.map(\.scope) == [.pages, .pages, .pages, .pages, .forms, .pages])
        #expect(list.phraseRules.map(\.distanceMin) == [0, 0, 0, 0, 0, 50])
        #expect(list.phraseRules.allSatisfy { $0.group == 0 })
        #expect(list.phraseGroups == [PhraseGroup(name: "gambling", limit: 80)])
        #expect(list.phraseWindows.count == 1 && list.phraseWindows[0].count == 2)
        let term = list.phraseTerms[Int(list.phraseRules[3].terms.lowerBound)]
        #expect(term.layers == [TextLayers(.title), TextLayers(.text)])
        #expect(term.views == .exact)
    }

    @Test func aLimitBelowZeroIsOfWhatIsTakenOff() {
        let list = Self.parse("category: g\nlimit: -80\nrules:\n- {phrase: abc, weight: -5}\n")
        #expect(list.phraseGroups == [PhraseGroup(name: "g", relief: -80)])
        #expect(list.report.diagnostics.isEmpty)
    }

    /// What is wrong, where: line and column.
    @Test(arguments: [
        ("rules:\n- phrase: abc\n  weight: x", "phrase.weight", 3, 11),
        ("rules:\n- phrase: abc\n  wieght: 3", "phrases.unknown-key", 3, 3),
        ("rules:\n- phrase: abc", "phrase.weight-missing", 2, 3),
        ("rules:\n- phrase: ab\n  effect: ban", "phrase.too-short", 2, 0),
        ("rules:\n- weight: 3", "phrases.rule", 2, 3),
        ("rules:\n- {phrase: đđđ, layers: nowhere, weight: 1}", "phrase.layers", 2, 25 + 3),
        ("limit: 5\nrules:\n- {phrase: abc, weight: 1}", "phrases.limit", 1, 1),
        ("limit: 0\nrules: []", "phrases.limit", 1, 8),
        ("category: x", "phrases.rules", 1, 1),
        ("category: x\nlimit: -80\nrules:\n- {phrase: abc, weight: 9}", "phrases.no-effect", 2, 1),
        (
            "category: x\nlimit: -80\nrules:\n- {phrase: abc, effect: ban}", "phrases.no-effect", 2,
            1
        ),
        ("rules:\n- phrase: [", "phrases.syntax", 2, 0),
        ("rules:\n- {regex: 'a[à-ạ]b', weight: 1}", "phrase.regex", 2, 11),
        ("rules:\n- {regex: 'a[^ạ]b', weight: 1}", "phrase.regex", 2, 11),
        ("rules:\n- {regex: 'a[ạb', weight: 1}", "phrase.regex", 2, 11),
        ("rules:\n- {phrase: abc, weight: 1, views: legacy}", "phrase.views", 2, 35),
        ("rules:\n- {phrase: abc, weight: 1, times: sun-mon 07:00-09:00}", "phrase.times", 2, 35),
        ("rules:\n- {phrase: abc, weight: 1, times: mon 09:00-07:00}", "phrase.times", 2, 35),
    ])
    func faultsInYAML(text: String, code: String, line: Int, column: Int) {
        let list = Self.parse(text)
        let found = list.report.diagnostics.map {
            "\($0.code) \($0.location.line):\($0.location.column)"
        }
        #expect(found.contains("\(code) \(line):\(column)"), "\(found)")
    }

    /// Keys that change nothing of their rule are told, and the rule counts; before all rules they are for
    /// those that weigh.
    @Test(arguments: [
        ("rules:\n- phrase: abc\n  effect: ban\n  weight: 3", ["phrases.no-effect 4:3"]),
        ("rules:\n- weight: 3\n  phrase: abc\n  effect: exception", ["phrases.no-effect 2:3"]),
        (
            "rules:\n- phrase: abc\n  effect: exception\n  count-max: 1\n  distance-min: 9",
            ["phrases.no-effect 4:3", "phrases.no-effect 5:3"]
        ),
        ("weight: 3\ncount-max: 1\nrules:\n- phrase: abc\n  effect: ban", []),
        ("rules:\n- phrase: abc\n  effect: weigh\n  weight: 3\n  count-max: 1", []),
    ])
    func keysWithoutEffect(text: String, expected: [String]) {
        let list = Self.parse(text)
        let found = list.report.diagnostics.map {
            "\($0.code) \($0.location.line):\($0.location.column)"
        }
        #expect(found == expected)
        #expect(list.report.diagnostics.allSatisfy { $0.severity == .warning })
        #expect(list.phraseRules.count == 1)
    }

    /// What was expected is said, at the value's place.
    @Test(arguments: [
        ("mon 25:00-26:00", "from 00:00 to 23:59"), ("mon 07:60-08:00", "from 00:00 to 23:59"),
        ("mon 7:00-8:00", "two digits each"), ("mon 07:00", "from 00:00 to 23:59"),
        ("mon 07:00-08:00-09:00", "from 00:00 to 23:59"), ("mon 07:00-24:00", "to 23:59"),
        ("mon 07:00--08:00", "from 00:00 to 23:59"), ("mon 22:00-06:00", "two windows for a night"),
        ("someday 07:00-08:00", "mon to sun, or daily"), ("07:00-08:00", "mon to sun, or daily"),
    ])
    func hoursThatAreNone(times: String, says: String) throws {
        let list = Self.parse("rules:\n- {phrase: abc, weight: 1, times: \(times)}")
        let found = try #require(list.report.diagnostics.first)
        #expect(found.code == "phrase.times" && found.location.line == 2)
        #expect(found.location.column == 35)
        #expect(found.message.contains(says), "\(found.message)")
        #expect(list.phraseRules.isEmpty)
    }

    /// The same of e2guardian's form: the column is that of the number that is none.
    @Test(arguments: [
        ("#time: 25 0 17 0 01234", 8), ("#time: 9 60 17 0 01234", 10),
        ("#time: 9 0 17 x 01234", 15), ("#time: 9 0 24 0 01234", 12), ("#time: 9 0 8 0 01234", 7),
        ("#time: 9 0 17 0", 7), ("#time: 9 0 17 0 789", 7),
    ])
    func hoursOfE2GuardianThatAreNone(line: String, column: Int) throws {
        let list = Self.parse(
            line + "\n<abc><1>\n", path: "weightedphraselist", format: .e2guardian)
        let found = try #require(list.report.diagnostics.first)
        #expect(found.code == "phrase.time" && found.location.line == 1)
        #expect(found.location.column == column, "\(found)")
        #expect(found.message.contains("0 to 23"), "\(found.message)")
    }

    @Test(arguments: [
        (Limits.Phrases.windowsPerRuleMax, []),
        (Limits.Phrases.windowsPerRuleMax + 1, ["phrase.times"]),
    ])
    func theMostWindowsOfARule(count: Int, codes: [String]) {
        let times = (0..<count).map { "mon 0\($0 / 6):\($0 % 6)0-0\($0 / 6):\($0 % 6)5" }
        let list = Self.parse(
            "rules:\n- {phrase: abc, weight: 1, times: [\(times.joined(separator: ", "))]}")
        #expect(list.report.diagnostics.map(\.code).filter { $0 == "phrase.times" } == codes)
        #expect(list.phraseRules.count == (codes.isEmpty ? 1 : 0))
    }

    @Test(arguments: [(0, true), (1, false)])
    func theLargestDocument(more: Int, isRead: Bool) {
        var bytes = Array("rules:\n- {phrase: abc, weight: 1}\n".utf8)
        while bytes.count + 64 <= Limits.Phrases.documentBytesMax {
            bytes += [UInt8](repeating: UInt8(ascii: "#"), count: 63) + [0x0A]
        }
        let rest = Limits.Phrases.documentBytesMax + more - bytes.count
        bytes += [UInt8](repeating: UInt8(ascii: "#"), count: rest)
        let list = Self.parse(bytes, path: "list.yaml")
        #expect(list.phraseRules.count == (isRead ? 1 : 0))
        #expect(list.report.diagnostics.contains { $0.code == "phrases.too-large" } != isRead)
    }

    /// A thousand levels is where libyaml ends; no depth ends the program.
    @Test(arguments: [900, 1_100, 100_000])
    func deepDocuments(depth: Int) {
        let text =
            "rules:\n" + String(repeating: " [\n", count: depth)
            + String(repeating: " ]\n", count: depth)
        let list = Self.parse(text)
        #expect(list.phraseRules.isEmpty)
        let codes = Set(list.report.diagnostics.map(\.code))
        #expect(codes.contains(depth < 1_000 ? "phrases.rule" : "phrases.syntax"), "\(codes)")
    }

    /// Letters become atoms of bytes, spelled as canonical text is.
    @Test(arguments: [
        ("a[bc]+", "a[bc]+"), ("[àáx-z]?", "(?:[x-z]|à|á)?"), ("Đẹp+", "đẹp+"),
        ("đẹ+p", "đ(?:ẹ)+p"), ("e\u{323}{2}", "(?:ẹ){2}"), ("hoà", "hòa"), ("\\bhoà", "\\bhòa"),
        ("[]ạ]", "(?:[]]|ạ)"), ("[[:digit:]ạ]", "(?:[[:digit:]]|ạ)"), ("\\ạ", "ạ"),
        ("…", "\\.\\.\\."), ("(?:ạ|b)", "(?:ạ|b)"),
    ])
    func expressions(pattern: String, expected: String) {
        let list = Self.parse("rules:\n- weight: 1\n  regex: '\(pattern)'")
        #expect(list.report.diagnostics.isEmpty, "\(list.report.diagnostics)")
        #expect(list.entries.records.map { list.entries.target($0) } == ["/\(expected)/<1>"])
    }

    @Test func aRuleWithAFaultIsLeftOutAlone() {
        let list = Self.parse(
            "rules:\n- {phrase: abc, weight: 1}\n- {phrase: def, weight: z}\n- {phrase: ghi, weight: 2}"
        )
        #expect(list.phraseRules.map(\.weight) == [1, 2])
        #expect(list.report.rejected == 1)
    }

    @Test func aliasesAreFew() {
        func document(_ count: Int) -> String {
            "scope: &s both\nrules:\n"
                + (0..<count).map { "- {phrase: abc\($0), weight: 1, scope: *s}\n" }.joined()
        }
        let limit = Limits.Config.aliasesMax
        #expect(Self.parse(document(limit)).phraseRules.count == limit)
        #expect(Self.parse(document(limit + 1)).phraseRules.isEmpty)
    }

    @Test(arguments: [
        ("x.txt", "<abc><10>\n<def>,<ghi><20>\n", ListFormat.phrases),
        ("x.txt", "# a\ncategory: x\nrules:\n  - phrase: abc\n    weight: 3\n", .phrases),
        ("phraselists/french/gambling/banned", "<abc>\n", .e2guardian),
    ])
    func formatsAreRecognised(path: String, text: String, format: ListFormat) {
        let list = Self.parse(text, path: path, format: nil)
        #expect(list.format == format)
        #expect(!list.phraseRules.isEmpty)
    }

    @Test func markupIsNoPhraseList() {
        let list = Self.parse("<html>\n<head><title>\n<body>\n", path: "x", format: nil)
        #expect(list.phraseRules.isEmpty)
    }

    // MARK: Folders

    @Test func onlyIncludedListsOfAFolderCount() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "khien-phrases-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (path, text) in [
            (
                "g/weightedphraselist",
                ".Include</etc/e2guardian/lists/phraselists/a/b/weighted>\n"
                    + "#.Include</etc/e2guardian/lists/phraselists/c/d/weighted>\n"
            ), ("phraselists/a/b/weighted", "<abc><1>\n"),
            ("phraselists/c/d/weighted", "<def><1>\n"),
        ] {
            let file = URL(filePath: "\(folder)/\(path)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let found = try ListInput.find(folder)
        let lists = try found.files.map { try $0.parse() }
        #expect(
            lists.flatMap { list in list.entries.records.map { list.entries.target($0) } } == [
                "<abc><1>"
            ])
        #expect(lists.allSatisfy { $0.report.unsupported == 0 })
        #expect(found.notes.map(\.code) == ["input.passed-over"])
        // Without a list of lists, all of them count.
        let all = try ListInput.find(folder + "/phraselists")
        #expect(all.files.count == 2)
    }

    private static let prose = """
        Phrases
        =======
        Write what you have found to lists@notes.example, please.
        http://notes.example/
        These files are read by the filter. See also:
        - the manual
        - its examples

        """

    /// Notes beside phrase lists name no hosts to block; a list of any format does, wherever it lies.
    @Test func onlyProseBesidePhraseListsIsPassedOver() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "khien-phrases-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (path, text) in [
            ("e2/weightedphraselist", "<abc><1>\n"), ("e2/README", Self.prose),
            ("e2/orders.csv", "order,target-type,target\n1,domain,casino.test\n"),
            ("e2/sub/gambling.txt", "gamble.test\nbets.test\n"),
            ("e2/hosts.txt", "0.0.0.0 name.test\n"), ("e2/empty.txt", ""),
            ("e2/own.yaml", "rules:\n  - phrase: own words\n    effect: ban\n"),
            ("e2/more.txt", "<more><1>\n<words><2>\n"), ("e2/banned_more", "<def>\n<ghi>\n"),
            ("e2/damaged.gz", "\u{1F}\u{8B}\u{8}" + String(repeating: "\0", count: 20)),
            ("e2/bannedsitelist", "banned.test\n"),
            ("phraselists/a/README", Self.prose), ("own/hosts.txt", "own.test\n"),
        ] {
            let file = URL(filePath: "\(folder)/\(path)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.unicodeScalars.map { UInt8($0.value) }).write(to: file)
        }
        let found = try ListInput.find(folder)
        #expect(
            found.files.map { $0.path.dropFirst(folder.count + 1) } == [
                "e2/bannedsitelist", "e2/damaged.gz", "e2/hosts.txt", "e2/orders.csv",
                "e2/own.yaml",
                "e2/sub/gambling.txt", "e2/weightedphraselist", "own/hosts.txt",
            ])
        let unknown =
            "passed over: no list's format is recognised in it, and no phrase list includes it"
        let excluded = "passed over: no phrase list includes it"
        let told = found.notes.map { ($0.location.file.dropFirst(folder.count + 1), $0.message) }
        #expect(
            told.map { "\($0): \($1)" } == [
                "e2/README: \(unknown)", "e2/banned_more: \(excluded)", "e2/empty.txt: \(unknown)",
                "e2/more.txt: \(excluded)", "phraselists/a/README: \(unknown)",
            ])
        #expect(
            found.notes.allSatisfy { $0.code == "input.passed-over" && $0.severity == .warning })
    }
}

/// What became of each line of e2guardian's published phrase lists. To take new counts after a
/// deliberate change: `KHIEN_UPDATE_GOLDEN=1`.
@Suite(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.comment)))
struct RealPhraseTests {
    private static let golden = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Golden/real-phrases.tsv").path

    @Test func everyLineIsAccountedFor() throws {
        let archive = try ListInput.find(SharedData.path("phrases/e2guardian.tar.zst"))
        // The group's own lists include few of them; here all are read.
        let passedOver = archive.notes.filter { $0.location.file.contains("/phraselists/") }
        #expect(!passedOver.isEmpty)
        let lists = try RealPhrases.lists()
        let rows = lists.map(RealDataTests.row)
        let text = rows.joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["KHIEN_UPDATE_GOLDEN"] != nil {
            try text.write(toFile: Self.golden, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOfFile: Self.golden, encoding: .utf8) == text)
        #expect(lists.allSatisfy { $0.report.isConsistent && $0.report.isComplete })
    }
}
