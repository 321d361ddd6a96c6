import Foundation
import KhienCompiler
import KhienLists
import KhienModel
import KhienTestKit
import Testing

/// One phrase in several rules: the strongest counts, as in e2guardian.
@Suite struct StrongestPhraseTests {
    private static func list(
        _ name: String, _ text: String, format: ListFormat = .e2guardian,
        action: Action = .block
    ) -> SourceList {
        var options = ListParser.Options()
        options.format = format
        let path = format == .e2guardian ? name : name + ".yaml"
        return SourceList(
            ListParser.parse(Array(text.utf8), name: name, path: path, options: options),
            action: action)
    }

    private static func kept(_ image: CompiledImage) -> [String] {
        let phrases = image.image.phrases
        return (0..<UInt32(phrases.ruleCount)).map { number in
            let entry = image.image.entries[phrases.rule(number).entry.value]
            return "\(image.image.list(entry.list).name):\(entry.line) \(phrases.ruleText(number))"
        }
    }

    /// Lists in e2guardian's format, what is kept of them, and what is said. `KHIEN_WRITE_GOLDEN=1` writes
    /// the file. The rows were derived from `ListContainer::graphAdd` and `NaughtyFilter::checkphrase` of
    /// e2guardian 5 by reading them.
    @Test func golden() throws {
        let image = try CompiledImage([
            Self.list(
                "phraselists/a/weighted",
                "<casino><30>\n< casino ><20>\n<poker><10>\n<poker><40>\n<poker><10>\n<lotto><-20>\n"
                    + "<bet>,<win><15>\n<roulette><7>\n#time: 9 0 17 0 01234\n<blackjack><90>\n"),
            Self.list(
                "phraselists/b/weighted",
                "<casino><50>\n<lotto><5>\n<bet>,<win><25>\n<bet><3>\n<roulette><7>\n<slots><80>\n"
                    + "<blackjack><10>\n"),
            Self.list("bannedphraselist", "<slots>\n<jackpot>\n"),
            Self.list("exceptionphraselist", "<jackpot>\n<slots machine>\n"),
            Self.list("phraselists/c/weighted", "<casino><5>\n<slots><1>\n", action: .warn),
        ])
        let text =
            (Self.kept(image)
            + image.report.diagnostics.filter { $0.code == "phrase.weaker" }.map(\.description))
            .joined(separator: "\n") + "\n"
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Golden/strongest-phrases.txt")
        if ProcessInfo.processInfo.environment["KHIEN_WRITE_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: file)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }

    /// A list of our own form is compared with itself only, and only where nothing else differs.
    @Test func listsOfOurOwn() throws {
        let first = """
            category: a
            rules:
            - { phrase: con mèo, weight: 30 }
            - { phrase: con mèo, weight: 50 }
            - { phrase: con mèo, weight: 90, layers: title }
            - { phrase: con mèo, weight: 95, count-max: 1 }
            - { phrase: con chó, weight: 10 }
            - { phrase: con chó, effect: ban }
            - { phrase: con gà, effect: ban }
            - { phrase: con gà, effect: exception }
            - { regex: 'a[bc]d', weight: 1 }
            - { regex: 'a[bc]d', weight: 2 }

            """
        let second = "category: b\nrules:\n- { phrase: con mèo, weight: 70 }\n"
        let image = try CompiledImage([
            Self.list("one", first, format: .phrases), Self.list("two", second, format: .phrases),
        ])
        #expect(
            Self.kept(image).map { String($0.prefix { $0 != " " }) } == [
                "one:4", "one:5", "one:6", "one:8", "one:10", "one:11", "one:12", "two:3",
            ])
        #expect(image.report.findings[.weakerPhrase] == 3)
        #expect(image.report.duplicates == 0)
    }
}
