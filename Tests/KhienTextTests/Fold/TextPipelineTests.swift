import Foundation
import KhienTestKit
import KhienText
import Testing

/// Whole bodies through markup and folding: any split gives the same, whatever the body does.
@Suite struct TextPipelineTests {
    /// A little of everything, for cuts at each byte.
    static let page = """
        <!DOCTYPE html><html><head><title>Đánh b&#7841;c &amp; hoà</title>
        <meta name="description" content="thuý &eacute;"><style>a:after{content:"s\\65x"}</style>
        <script>var a = 'x\\u1ea1c', b = `t${1+'u'}v`; // it's\n<!-- <script> </script> --></script>
        </head><body class=x><p hidden>ẩn<p>s<b>e</b>x s.e.x s e x seeeex &nbsp;&notit; &#x1F3B0;
        ba\u{323}c Мос sеx а\u{301}b ﷺ ￼<!-- --!><svg><![CDATA[a]]]></svg><a href='/a?b&amp;c'>ｘ
        </a>\u{200B}\u{AD}hòan e\u{302}\u{301}\t\u{A0}\u{A0}x<textarea></text</textarea>đ
        """

    @Test(arguments: MarkupKind.allCases)
    func cutAtEachByte(kind: MarkupKind) {
        let bytes = Array(Self.page.utf8) + [0, 0xFF, 0xE1, 0xBA]
        let whole = CollectedText.pipeline(bytes, kind)
        #expect(!whole.texts.isEmpty)
        for cut in bytes.indices {
            #expect(CollectedText.pipeline(bytes, kind, cuts: [cut]) == whole, "cut at \(cut)")
        }
        #expect(CollectedText.pipeline(bytes, kind, cuts: Array(bytes.indices)) == whole)
    }

    /// A copy goes on as what it was made of does, and neither changes the other.
    @Test(arguments: MarkupKind.allCases)
    func copies(kind: MarkupKind) {
        let bytes = Array((Self.page + Self.more).utf8)
        let whole = CollectedText.pipeline(bytes, kind)
        for cut in bytes.indices {
            var found = CollectedText()
            func take(_ bytes: Span<UInt8>, _ part: TextPart) {
                found.append(bytes, "\(part.layer.name)/\(part.view.name)")
            }
            let rest = bytes.span.extracting(cut...)
            var pipeline = TextPipeline(kind: kind, layers: .all)
            pipeline.feed(bytes.span.extracting(..<cut), take)
            let before = found
            var copy = TextPipeline(copying: pipeline)
            copy.feed(rest, take)
            copy.finish(take)
            #expect(found == whole, "cut at \(cut): \(found.differences(whole))")
            found = before
            pipeline.feed(rest, take)
            pipeline.finish(take)
            #expect(found == whole, "beside a copy, cut at \(cut)")
        }
    }

    private static let more = """
        <b style='opacity:0;font:1px x'>ẩn</b><bdo dir=rtl>cạb <i>hnáđ</i></bdo> \u{202E}xes\u{202C}
        <ruby>a<rt>b</ruby><table>c<td>d<select><option>e</select></table><iframe srcdoc='<b>f</b>'>
        </iframe><script type=text/x-template><p>g</p></script><script>x=a/b/c;y=(1)/2/'3';z=`${a}`
        if(x)/'/.test("<b>h&eacute;</b>")</script><title>i &lt; j</title>{"k":"<i>l</i>&amp;\\u00e1"}
        data: m
        data: {"n":"\\u00e1"}

        <p style=visibility:hidden>o<b style=visibility:visible>p</b></p>ca-si.no b.a.n c-a
        <!DOCTYPE q [<!ENTITY r "s&t;">]>&r;<h:u xmlns:h='http://www.w3.org/1999/xhtml'>v</h:u>
        """

    @Test func pageText() {
        let found = CollectedText.pipeline(Array(Self.page.utf8), .html)
        #expect(found.string("title/exact") == " đánh bạc & hòa ")
        #expect(found.string("title/plain") == " danh bac & hoa ")
        #expect(found.string("attribute/exact") == " thúy é ")
        #expect(found.string("hidden/exact") == " ẩn a] ")
        #expect(
            found.string("text/exact").contains(" sex s.e.x s e x seeeex ¬it; 🎰 bạc мос sex áb "))
        #expect(found.string("text/exact").hasSuffix(" ﷺ ￼x hoàn ế x </text đ "))
        #expect(found.string("text/joined").contains("sex sex sex sex"))
    }

    /// Words around the length at which they are cut, and text that is no text.
    @Test func randomTextCutAnywhere() {
        var generator = SeededGenerator(seed: 4)
        let pieces =
            [
                "a", "o", "à", "u", "ý", "q", "\u{301}", "\u{200B}", " ", "  ", "\0", "\n", "đ",
                "С", "а", "e",
                "\u{A0}", "ﷺ", "가", "\u{1161}", "日", ".", "s.e.x", "aaa", "🎰", "\u{1}", "ш",
                "word ",
            ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xE1, 0xBB], [0xF0, 0x9F]]
        for round in 0..<300 {
            var bytes: [UInt8] = []
            let spaced = round % 3 == 0
            for _ in 0..<Int.random(in: 1...700, using: &generator) {
                let piece = pieces[Int.random(in: 0..<pieces.count, using: &generator)]
                if !spaced, piece.contains(where: { $0 <= 0x20 }), !piece.isEmpty {
                    if Int.random(in: 0..<40, using: &generator) > 0 { continue }
                }
                bytes += piece
            }
            if round % 5 == 0 {
                bytes += [UInt8](repeating: 0x61, count: 5000) + Array("oà x".utf8)
            }
            let whole = Self.folded(bytes, [])
            for _ in 0..<8 {
                let cuts = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                    Int.random(in: 0...bytes.count, using: &generator)
                }.sorted()
                #expect(Self.folded(bytes, cuts).differences(whole) == [], "round \(round)")
            }
        }
    }

    static func folded(_ bytes: [UInt8], _ cuts: [Int]) -> CollectedText {
        var result = CollectedText()
        var folder = TextFolder()
        var ends: [String: Int] = [:]
        func take(_ piece: Span<UInt8>, _ part: TextPart) {
            // No gap, no overlap.
            #expect(part.offset == ends[part.view.name, default: 0])
            ends[part.view.name] = part.offset + piece.count
            #expect(part.layerStart <= part.layerEnd && part.layerEnd <= bytes.count)
            result.append(piece, part.view.name)
        }
        var start = 0
        for cut in cuts + [bytes.count] {
            folder.feed(bytes.span.extracting(start..<cut), take)
            start = cut
        }
        folder.finish(take)
        return result
    }

    /// What a page can do to a reader. The memory is bounded by what comes out of one slice.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("<div>", 200_000), ("<svg><desc>", 100_000), ("<a b='", 1), ("<a b=\"x", 1), ("&", 1),
            ("&#", 1), ("&#x", 1), ("<!--", 1), ("<![CDATA[", 1), ("<script>'", 1),
            ("<script>`${", 5_000),
            ("<style>a{content:'", 1), ("<title>", 1), ("<", 500_000), ("</", 200_000),
            ("<div hidden>", 100_000), ("<!-", 100_000), ("<a a a a ", 100_000),
            ("&notit", 100_000), ("\u{202E}a ", 100_000), ("<bdo dir=rtl>a", 50_000),
            ("\u{202E}\u{202C}", 50_000),
        ])
    func hostile(begin: String, count: Int) {
        var pipeline = TextPipeline(kind: .html, layers: .all)
        var largest = 0
        func take(_ piece: Span<UInt8>, _ part: TextPart) { largest = max(largest, piece.count) }
        let bytes = Array(String(repeating: begin, count: count).utf8)
        pipeline.feed(bytes.span, take)
        // A megabyte of one letter within whatever was begun: an endless name, value, comment.
        pipeline.feed([UInt8](repeating: 0x61, count: 1 << 20).span, take)
        pipeline.feed([UInt8](repeating: 0x39, count: 1 << 16).span, take)
        pipeline.finish(take)
        #expect(largest <= 4096 + 3072 + 128)
    }

    /// Code in which each byte asks what stood before it.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ")/", "()/", "(/", "if(", "a)if (", "for await (", "\u{A0}", "\u{A0})/", "\u{C2}a(",
            " (",
            "if  \n(a)/", "((((((((()/",
        ])
    func hostileCode(repeated: String) {
        let size = 4 << 20
        var bytes = Array("<script>".utf8)
        let unit = Array(repeated.utf8)
        while bytes.count < size { bytes += unit }
        var pipeline = TextPipeline(kind: .html, layers: .all)
        var total = 0
        pipeline.feed(bytes.span) { piece, _ in total += piece.count }
        pipeline.finish { piece, _ in total += piece.count }
        #expect(total < 1024)
    }

    @Test(.timeLimit(.minutes(1)))
    func hostileFolding() {
        for text in ["\u{301}", "ﷺ", "a\u{301}\u{323}", "s.", "a ", "aaa ", "\u{AD}", "а", "oà"] {
            var folder = TextFolder()
            var largest = 0
            let bytes = Array(String(repeating: text, count: (1 << 18) / text.utf8.count).utf8)
            folder.feed(bytes.span) { piece, _ in largest = max(largest, piece.count) }
            folder.finish { piece, _ in largest = max(largest, piece.count) }
            #expect(largest <= 4096 + 3072 + 128, "\(text)")
        }
    }
}

/// The pages of the shared corpora.
@Suite(.enabled(if: TestData.hasShared, "needs the shared corpora"))
struct TextPipelineCorpusTests {
    @Test(
        arguments: [
            ("html-articles", ".html"), ("html-readability", "source.html"),
            ("html-libreoffice-help-vi", ".html"), ("html-squid-errors-vi", ""),
            ("vi-law", ".txt"),
        ])
    func randomSplits(archive: String, suffix: String) throws {
        var generator = SeededGenerator(seed: 44)
        let pages = try SharedData.pages(archive, suffix: suffix, limit: 12)
        #expect(pages.count > 3)
        for page in pages {
            let kind: MarkupKind = archive == "vi-law" ? .plain : .html
            let whole = CollectedText.pipeline(page.bytes, kind)
            var cuts: [Int] = []
            var at = 0
            while at < page.bytes.count {
                at += Int.random(in: 1...3000, using: &generator)
                if at < page.bytes.count { cuts.append(at) }
            }
            let cut = CollectedText.pipeline(page.bytes, kind, cuts: cuts)
            #expect(cut.differences(whole) == [], "\(page.name)")
        }
    }

    /// Articles and what people marked as their text (article-extraction-benchmark, MIT).
    @Test func recallOfArticles() throws {
        let pages = try SharedData.pages("html-articles", suffix: ".html")
        let truths = try JSON(
            try #require(
                SharedData.pages("html-articles", suffix: "ground-truth.json").first
            ).bytes)
        var found = 0
        var wanted = 0
        for page in pages {
            let name = page.name.split(separator: "/").last?.dropLast(5) ?? ""
            guard let truth = truths[String(name)]?["articleBody"]?.string else { continue }
            let canonical = TextFolder.canonical(Array(truth.utf8).span)
            let text = CollectedText.pipeline(page.bytes, .html)
            let known = Set((text.texts["text/exact"] ?? []).split(separator: 0x20))
            for word in canonical.split(separator: 0x20) {
                wanted += 1
                found += known.contains(word) ? 1 : 0
            }
        }
        #expect(wanted > 10_000)
        print("words of articles found in the layer text: \(found) of \(wanted)")
        #expect(Double(found) > 0.98 * Double(wanted))
    }
}
