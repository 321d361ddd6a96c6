import Foundation
import Testing

/// What a real browser shows of pages in disorder is read.
@Suite(.alone, .serialized, .enabled(if: Browser.isWanted, Browser.comment))
struct BrowserReadingTests {
    private static let pageCount = 400

    /// Every word that the browser shows is found in a layer that counts. (Words that it hides are found
    /// as well: they count against a page, not for it.)
    ///
    /// One page in a hundred may differ: browsers differ in what they make of some tags, and from version
    /// to version.
    @Test(arguments: [UInt64(20_261_129)])
    func everyWordThatIsShownIsFound(seed: UInt64) throws {
        var soup = TagSoup(seed: seed)
        let pages = (0..<Self.pageCount).map { _ in soup.page() }
        let folder = try TemporaryFolder()
        let shown = try Self.shown(pages, folder)
        let found = try Self.found(pages, folder)
        var missed: [String] = []
        var wordCount = 0
        for (index, page) in pages.enumerated() {
            let words = Set(shown[index].split { !$0.isLetter }.map(String.init))
                .intersection(TagSoup.words)
            wordCount += words.count
            let rest = words.subtracting(found[index])
            if !rest.isEmpty { missed.append("\(rest.sorted()) of \(page)") }
        }
        #expect(wordCount > 2 * Self.pageCount)
        #expect(missed.count <= Self.pageCount / 100, "\(missed.joined(separator: "\n"))")
    }

    /// The text that the browser shows of each page, which it is given in a frame.
    private static func shown(_ pages: [String], _ folder: TemporaryFolder) throws -> [String] {
        let json = String(decoding: try JSONEncoder().encode(pages), as: UTF8.self)
            .replacing("<", with: "\\u003c")
        try folder.write(
            "pages.html",
            """
            <!doctype html><meta charset=utf-8><body><script>
            const texts = []
            for (const page of \(json)) {
                const frame = document.createElement('iframe')
                document.body.appendChild(frame)
                const inner = frame.contentDocument
                inner.open()
                frame.contentWindow.onerror = () => true
                inner.write(page)
                inner.close()
                const root = inner.body || inner.documentElement
                texts.push(root ? root.innerText : '')
                frame.remove()
            }
            document.body.textContent = 'BEGIN' + encodeURIComponent(JSON.stringify(texts)) + 'END'
            </script>
            """)
        let dump = try Browser.dump("file://" + folder.file("pages.html"), [])
        let begin = try #require(dump.range(of: "BEGIN", options: .backwards)?.upperBound)
        let end = try #require(dump.range(of: "END", options: .backwards)?.lowerBound)
        let text = try #require(String(dump[begin..<end]).removingPercentEncoding)
        let texts = try JSONDecoder().decode([String].self, from: Data(text.utf8))
        try #require(texts.count == pages.count)
        return texts
    }

    /// The words that `khien scan` finds in each page.
    private static func found(
        _ pages: [String], _ folder: TemporaryFolder
    ) throws -> [Set<String>] {
        let rules = TagSoup.words.map { "  - { phrase: \($0), weight: 1 }\n" }.joined()
        try folder.write("words.yaml", "category: words\nlimit: 900000\nrules:\n" + rules)
        let image = folder.file("words.khien")
        let compiled = try Command.khien(
            "compile", "-o", image, "--format", "phrases", folder.file("words.yaml"))
        try #require(compiled.status == 0, "\(compiled.everything)")
        for (index, page) in pages.enumerated() { try folder.write("pages/\(index).html", page) }
        let result = try Command.khien(
            "scan", "--image", image, "--json", "--type", "text/html; charset=utf-8",
            folder.file("pages"))
        let value = try JSONSerialization.jsonObject(with: Data(result.output))
        let reports = try #require(value as? [[String: Any]], "\(result.everything.suffix(500))")
        var found = [Set<String>](repeating: [], count: pages.count)
        for report in reports {
            let name = try #require(report["file"] as? String)
            let index = try #require(Int(name.split(separator: "/").last?.dropLast(5) ?? ""))
            let hits = try #require(report["hits"] as? [[String: Any]])
            for case let rule as String in hits.map({ $0["rule"] }) {
                found[index].formUnion(rule.split { !$0.isLetter }.map(String.init))
            }
        }
        return found
    }
}
