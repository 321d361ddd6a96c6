import Foundation
import Testing

/// What `khien` prints for people and tools.
@Suite(.alone, .serialized)
struct ExplainTests {
    private static func image(_ folder: TemporaryFolder, _ lists: [(String, String)]) throws
        -> String
    {
        for (name, text) in lists { try folder.write(name, text) }
        let path = folder.file("x.khien")
        let made = try Command.run(
            Programs.khien, ["compile", "-o", path, "--quiet"] + lists.map { folder.file($0.0) })
        #expect(made.status == 0, "\(made.everything)")
        return path
    }

    /// Characters that a terminal obeys or that turn text around are escaped in JSON, and mean the same.
    @Test func jsonShowsWhatItSays() throws {
        let folder = try TemporaryFolder()
        let odd = "a\u{202E}b\u{9B}c\u{7F}d\u{E0001}e"
        let image = try Self.image(folder, [("names.txt", "casino.test\n")])
        let url = "\(odd).test/é"
        let pages = folder.file("\(odd).txt")
        try folder.write("\(odd).txt", "page")
        for arguments in [
            ["explain", "--image", image, "--json", "http://a b\(url)"],
            ["scan", "--image", image, "--json", pages],
            ["compile", "-o", folder.file("y"), "--json", pages],
        ] {
            let result = try Command.run(Programs.khien, arguments)
            for scalar in result.text.unicodeScalars where scalar.value >= 0x7F {
                #expect(scalar == "é", "\(arguments[0]): \(scalar.value)")
            }
            #expect(result.text.contains(#"\u202E"#), "\(arguments[0]): \(result.everything)")
            #expect(
                result.text.contains(#"\u009B"#) && result.text.contains(#"\u007F"#)
                    && result.text.contains(#"\uDB40\uDC01"#))
            let value = try JSONSerialization.jsonObject(with: Data(result.output))
            #expect("\(value)".unicodeScalars.contains("\u{202E}"))
        }
    }

    /// What a browser passes over in a URL, also in its scheme, is no part of the question.
    @Test(
        arguments: [
            "ht\ttp://casino.test/", "h\nttp\r://casino.test", " \t casino.test/x \n",
            "cas\tino.test",
            "\u{1}http://casino.test/\u{1F}",
        ])
    func blanksInAURL(url: String) throws {
        let folder = try TemporaryFolder()
        let image = try Self.image(folder, [("names.txt", "casino.test\n")])
        let result = try Command.khien("explain", "--image", image, "--", url)
        #expect(result.text.contains("verdict  block"), "\(result.everything)")
    }

    /// As the daemon has it: a page is no part of the one that led to it.
    @Test(arguments: [("document", "allow"), ("script", "block")])
    func pagesAreTheirOwnSource(type: String, verdict: String) throws {
        let folder = try TemporaryFolder()
        let image = try Self.image(
            folder, [("rules.txt", "||h.test^$third-party\n||h.test^$domain=other.test\n")])
        let result = try Command.khien(
            "explain", "--image", image, "--type", type, "--source", "http://other.test/",
            "h.test/x")
        #expect(result.text.contains("verdict  \(verdict)"), "\(result.everything)")
    }

    /// Whoever asks is told what could not be judged.
    @Test func expressionsThatGiveUpAreTold() throws {
        let folder = try TemporaryFolder()
        try folder.write("x.txt", "(*NO_JIT)a[^/]*b[^/]*c[0-9]\n")
        let image = folder.file("x.khien")
        let made = try Command.khien(
            "compile", "--format", "regex", "-o", image, "--quiet", folder.file("x.txt"))
        #expect(made.status == 0, "\(made.everything)")
        let runs = String(repeating: "a", count: 4_000) + String(repeating: "b", count: 400)
        try folder.write("urls", "http://a.test/\(runs)c/\nhttp://a.test/abc1\n")
        let matched = try Command.khien(
            "match", "--image", image, "--requests", folder.file("urls"), "--summary")
        #expect(
            matched.errors.contains("1 attempts of regular expressions"), "\(matched.everything)")
        for (url, count) in [("http://a.test/\(runs)c/", 1), ("http://a.test/abc1", 0)] {
            let told = try Command.khien("explain", "--image", image, url)
            #expect(told.text.contains("unjudged 1 attempts") == (count == 1), "\(told.text)")
            let json = try Command.khien("explain", "--image", image, "--json", url)
            #expect(json.text.contains("\"regexesGivenUp\" : \(count)"), "\(json.text.suffix(400))")
        }
    }

    /// Words of a URL that phrase rules look for are shown, and decide nothing by themselves.
    @Test func explainShowsTheWordsOfAURL() throws {
        let folder = try TemporaryFolder()
        let rules = """
            category: gambling
            rules:
            - { phrase: "ca do bong da", weight: 70, layers: [url] }
            - { phrase: "hidden text", weight: 9, layers: [text] }
            """
        let image = try Self.image(folder, [("phrases.yaml", rules)])
        let url = "http://host.test/ca-do_bong+da/hidden-text"
        let text = try Command.khien("explain", "--image", image, url)
        #expect(text.status == 0, "\(text.everything)")
        #expect(text.text.contains("verdict  allow"))
        #expect(text.text.contains("words    < ca do bong da ><70>"), "\(text.text)")
        #expect(text.text.contains("layer url") && !text.text.contains("hidden text"))
        let json = try Command.khien("explain", "--image", image, "--json", url, "http://a.test/")
        let values = try #require(
            JSONSerialization.jsonObject(with: Data(json.output)) as? [[String: Any]])
        let words = values.map { ($0["words"] as? [[String: Any]])?.count }
        #expect(words == [1, 0])
        // Without rules for URLs nothing is said of them.
        let other = try Self.image(folder, [("names.txt", "casino.test\n")])
        let without = try Command.khien("explain", "--image", other, "--json", url)
        #expect(!without.text.contains("\"words\""))
    }
}
