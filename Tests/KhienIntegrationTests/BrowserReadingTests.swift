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

    /// What an attribute seems to hide, in a page of HTML.
    private static let htmlParts =
        [
            "0 a.b", "0 a%", "0 a~", "0 a}", "0 a\u{1}", "0 &quot;a&quot;b", "0/1 a &quot;b&quot;",
            "0 serif serif", "0 fantasy x", "0 math a", "0 a,serif b", "0 abcdefghijklmn,",
            "0 aaaaaaaaaa,inherit", "0 a,aaaaaaaaaaaaaaaaaaaa 1",
        ].map { "<i style=\"font:\($0)\">WORD</i>" } + [
            "<noframes style='display:inline'>WORD</noframes>",
            "<noscript style='display:contents'>WORD</noscript>",
            "<noembed style='display:contents'>WORD</noembed>",
            "<title style='display:inline'>WORD</title>",
        ]

    private static let svg = "<svg xmlns='http://www.w3.org/2000/svg'"

    /// The same in XHTML, behind declarations of the DOCTYPE.
    private static let xhtmlParts = [
        (
            "",
            "<math xmlns='http://www.w3.org/1998/Math/MathML' hidden=''><mtext>WORD</mtext></math>"
        ),
        ("", "\(svg) hidden=''><text y='20'>WORD</text></svg>"),
        (
            "",
            "\(svg) style='visibility:hidden'><text y='20' visibility='visible'>WORD</text></svg>"
        ),
        ("", "\(svg) style='font-size:0'><text y='20' font-size='20'>WORD</text></svg>"),
        ("", "<div style='font-size:0'><button>WORD</button></div>"),
        ("", "<div style='font-size:0'><font size='5'>WORD</font></div>"),
        ("<!ATTLIST i style CDATA 'display:inline'>", "<i hidden=''>WORD</i>"),
        ("<!ATTLIST style style CDATA 'display:inline'>", "<style>WORD</style>"),
        ("<!ATTLIST title style CDATA 'display:inline'>", "<title>WORD</title>"),
    ]

    /// What seems to be hidden and is shown is read as what is shown.
    @Test func partsThatSeemHidden() throws {
        let word = TagSoup.words[0]
        let folder = try TemporaryFolder()
        let html = Self.htmlParts.map { "<!doctype html><body>x \($0) z" }
        let xhtml = Self.xhtmlParts.map {
            "<!DOCTYPE html [\($0)]><html xmlns='http://www.w3.org/1999/xhtml'><head><title>t</title></head>"
                + "<body>x \($1) z</body></html>"
        }
        var files: [String] = []
        for (pages, type) in [(html, "html"), (xhtml, "xhtml")] {
            for (index, page) in pages.enumerated() {
                files.append("\(type)/\(index).\(type)")
                try folder.write(files[files.count - 1], page.replacing("WORD", with: word))
            }
        }
        let shown = try Self.areShown(word, files, folder)
        #expect(shown.count == files.count)
        let found = try Self.foundInText(word, folder)
        for (file, isShown) in zip(files, shown) {
            #expect(isShown, "the browser hides it: \(file)")
            #expect(found.contains(file), "\(file)")
        }
    }

    /// Whether the browser shows a word in each of some files.
    private static func areShown(
        _ word: String, _ files: [String], _ folder: TemporaryFolder
    ) throws -> [Bool] {
        let frames = files.map { "<iframe src='\($0)'></iframe>" }.joined()
        try folder.write(
            "frames.html",
            """
            <!doctype html><meta charset=utf-8><body>\(frames)<script>
            function shows(frame) {
                const inner = frame.contentDocument
                const walker = inner.createTreeWalker(inner, NodeFilter.SHOW_TEXT)
                while (walker.nextNode()) {
                    const node = walker.currentNode
                    if (!node.data.includes('\(word)')) continue
                    const range = inner.createRange()
                    range.selectNodeContents(node)
                    const box = range.getBoundingClientRect()
                    const style = frame.contentWindow.getComputedStyle(node.parentNode)
                    return box.width > 0 && box.height > 0 && style.visibility == 'visible'
                        && style.fontSize != '0px'
                }
                return false
            }
            onload = () => {
                const shown = Array.from(document.querySelectorAll('iframe'), shows)
                document.body.textContent = 'BEGIN' + JSON.stringify(shown) + 'END'
            }
            </script>
            """)
        let dump = try Browser.dump(
            "file://" + folder.file("frames.html"), ["--allow-file-access-from-files"])
        let begin = try #require(dump.range(of: "BEGIN", options: .backwards)?.upperBound)
        let end = try #require(dump.range(of: "END", options: .backwards)?.lowerBound)
        return try JSONDecoder().decode([Bool].self, from: Data(dump[begin..<end].utf8))
    }

    /// The files in which `khien scan` finds a word in text that is shown.
    private static func foundInText(_ word: String, _ folder: TemporaryFolder) throws -> Set<String>
    {
        try folder.write(
            "word.yaml",
            "category: words\nlimit: 9\nrules:\n  - { phrase: \(word), weight: 1, layers: text }\n")
        let image = folder.file("word.khien")
        let compiled = try Command.khien(
            "compile", "-o", image, "--format", "phrases", folder.file("word.yaml"))
        try #require(compiled.status == 0, "\(compiled.everything)")
        var found: Set<String> = []
        for (name, type) in [("html", "text/html"), ("xhtml", "application/xhtml+xml")] {
            let result = try Command.khien(
                "scan", "--image", image, "--json", "--type", "\(type); charset=utf-8",
                folder.file(name))
            let value = try JSONSerialization.jsonObject(with: Data(result.output))
            for report in try #require(value as? [[String: Any]], "\(result.everything)") {
                let file = try #require(report["file"] as? String).split(separator: "/").suffix(2)
                let hits = try #require(report["hits"] as? [[String: Any]])
                if !hits.isEmpty { found.insert(file.joined(separator: "/")) }
            }
        }
        return found
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
