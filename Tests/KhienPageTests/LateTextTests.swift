import KhienCoding
import KhienModel
import KhienPage
import KhienTestKit
import Testing

/// Pages in legacy Vietnamese charsets whose text begins behind the bytes that decide a page's charset.
@Suite struct LateTextTests {
    private static let words =
        "<p>Hôm nay thời tiết ở thành phố rất đẹp, nhiều người đi dạo; đánh bạc casino <p>"

    static func script(_ count: Int) -> [UInt8] {
        Array("<html><head><script>".utf8) + [UInt8](repeating: UInt8(ascii: "a"), count: count)
            + Array("</script></head><body>".utf8)
    }

    private static func encoded(_ text: String, in charset: Charset) throws -> [UInt8] {
        try #require(CharsetEncoder.all[charset]?.encode(text))
    }

    private static func expectCondemned(_ page: [UInt8], type: String) throws {
        let step = try PageReaderTests.bench().reader().read(page, type: type)
        guard case .condemned(let verdict) = step else {
            Issue.record("\(type) \(page.count): \(step)")
            return
        }
        #expect(verdict.score >= 100)
    }

    static let types = [
        "text/html", "text/html; charset=windows-1252", "text/html; charset=utf-8",
        "text/html; charset=x-user-defined", "text/html; charset=koi8-r",
        "text/html; charset=gb18030",
    ]

    /// On both sides of what decides the charset, of a checkpoint, and far behind.
    @Test(arguments: [Charset.windows1258, .tcvn3, .viscii, .vni])
    func behindAScript(charset: Charset) throws {
        let text = try Self.encoded(Self.words, in: charset)
        for type in Self.types {
            for count in [8_000, 16_200, 16_330, 16_384, 17_000, 40_000, 65_480, 200_000] {
                try Self.expectCondemned(Self.script(count) + text, type: type)
            }
        }
    }

    /// A font's code, saved as Unicode.
    @Test func fontCode() throws {
        let bytes = try Self.encoded(Self.words, in: .tcvn3)
        let text = String(String.UnicodeScalarView(bytes.map { UnicodeScalar($0) }))
        for count in [8_000, 16_330, 17_000, 40_000] {
            try Self.expectCondemned(
                Self.script(count) + Array(text.utf8), type: "text/html; charset=utf-8")
        }
    }

    /// What a title or a name in front says is too little: more is waited for, up to a number of times.
    @Test(arguments: ["Báo", "Báo điện tử", "é"], [Charset.tcvn3, .vni, .viscii])
    func behindATitle(title: String, charset: Charset) throws {
        let start = try Self.encoded("<title>\(title)</title>", in: charset)
        let name = try Self.encoded("<p>Hoà</p>", in: charset)
        let text = try Self.encoded(Self.words, in: charset)
        for count in [10_000, 17_000, 40_000] {
            let type = "text/html; charset=windows-1252"
            try Self.expectCondemned(start + Self.script(count) + text, type: type)
            try Self.expectCondemned(
                start + Self.script(count) + name + Self.script(count) + text, type: type)
        }
    }

    /// Neither the place of the text in its page nor cuts change what is found of it.
    @Test func inItsPlace() throws {
        let bench = try PageBench([
            CompiledImage.list(
                "category: c\nlayers: all\nrules:\n  - { phrase: \"đánh bạc\", weight: 1 }\n"
                    + "  - { phrase: \"xổ số\", weight: 1 }\n",
                format: .phrases, name: "words.yaml", category: "c")
        ])
        let text = try Self.encoded("\(Self.words)</div><p>xổ số", in: .tcvn3)
        for count in [17_000, 20_470, 30_000] {
            let page = Self.script(count) + Array("<div hidden>".utf8) + text
            let start = page.count - text.count
            var found: Set<String> = []
            for cuts in [[], Array(start..<page.count), [start - 1, start + 9], [page.count - 3]] {
                let reader = bench.reader()
                let step = reader.read(
                    page, type: "text/html; charset=windows-1252", cuts: cuts)
                #expect(step == .cleared)
                found.insert(reader.summary)
            }
            let summary = found.joined()
            #expect(found.count == 1, "\(found)")
            #expect(summary.contains("hidden legacy") && summary.contains("text legacy"))
        }
    }

    /// A phrase whose first word is ASCII, which was read before there was a second reading.
    @Test func aPhraseOnTheBorder() throws {
        let list = "<tham gia đánh bạc><200>"
        let bench = try PageBench([
            CompiledImage.list(list, format: .phrases, name: "words", category: "gambling")
        ])
        let more = String(repeating: "Hôm nay thời tiết đẹp. ", count: 3)
        let text = try Self.encoded("<p>tham <b>gia</b> đánh bạc. \(more)", in: .tcvn3)
        for count in 20_400..<20_500 {
            let step = bench.reader().read(
                Self.script(count) + text, type: "text/html; charset=windows-1252")
            if case .condemned = step { continue }
            Issue.record("\(count): \(step)")
        }
    }

    /// At a pause it is judged by what is there.
    @Test func judgedAtAPause() throws {
        let reader = try PageReaderTests.bench().reader()
        let page = Self.script(20_000) + (try Self.encoded(Self.words, in: .tcvn3))
        let head = PageHead(contentType: Array("text/html; charset=windows-1252".utf8))
        #expect(reader.begin(head, at: PageBench.time) == nil)
        #expect(reader.feed(page.span) == .undecided(released: 0))
        guard case .condemned = reader.pause() else {
            Issue.record("\(reader.summary)")
            return
        }
    }

    /// What a late `<meta>` names is read, too, and the guess before it.
    @Test(arguments: ["windows-1252", "gbk", "utf-8"]) func lateMeta(label: String) throws {
        let start = Self.script(17_000).dropLast("</head><body>".utf8.count)
        let meta = Array("<meta charset=\(label)></head><body>".utf8)
        let text = try Self.encoded(Self.words, in: .tcvn3)
        try Self.expectCondemned(start + meta + text, type: "text/html")
    }

    /// A charset that escapes with ASCII is not waited with.
    @Test func lateMetaThatEscapes() throws {
        let bench = try PageBench([
            CompiledImage.list(
                "<casino><200>", format: .phrases, name: "words", category: "gambling")
        ])
        let start = Self.script(17_000).dropLast("</head><body>".utf8.count)
        for title in ["", "<title>é</title>"] {
            var page = Array(title.utf8) + start
            page += Array("<meta charset=iso-2022-jp></head><p>\u{1B}$B".utf8)
            for letter in "casino".utf8 { page += [0x23, letter] }
            page += Array("\u{1B}(B</p>".utf8)
            let step = bench.reader().read(page, type: "text/html")
            guard case .condemned = step else {
                Issue.record("\(title): \(step)")
                continue
            }
        }
    }

    /// A title said little, and the text begins in the last bytes that decide the charset.
    @Test(arguments: [Charset.tcvn3, .vni, .viscii]) func inTheLastBytes(charset: Charset) throws {
        let bench = try PageBench([
            CompiledImage.list(
                "<đánh bạc><200>", format: .phrases, name: "words", category: "gambling")
        ])
        let title = try Self.encoded("<title>Báo</title>", in: charset)
        let more = String(repeating: "Hôm nay thời tiết rất đẹp. ", count: 3)
        let text = try Self.encoded("<p>đánh bạc. \(more)", in: charset)
        for offset in 1..<40 {
            let start = title + Self.script(0)
            let count = Limits.Page.prefixBytesMax - start.count - offset
            let step = bench.reader().read(
                title + Self.script(count) + text, type: "text/html; charset=windows-1252")
            if case .condemned = step { continue }
            Issue.record("\(offset): \(step)")
        }
    }

    /// What is told of a hit are its own words.
    @Test func wordsOfAHit() throws {
        let bench = try PageBench([
            CompiledImage.list(
                "<đánh bạc><200>", format: .phrases, name: "words", category: "gambling")
        ])
        let text = try Self.encoded("<p>Trong nhà: \(Self.words)", in: .tcvn3)
        let reader = bench.reader()
        reader.keepTrace()
        let step = reader.read(
            Self.script(17_000) + Array("<p>plain words".utf8) + text,
            type: "text/html; charset=windows-1252")
        guard case .condemned = step else {
            Issue.record("\(step)")
            return
        }
        let words = reader.report().hits.flatMap { $0.contexts.map(\.words) }
        #expect(
            !words.isEmpty && words.allSatisfy { $0 == "đánh bạc" || $0 == "danh bac" }, "\(words)")
    }

    /// Pages in UTF-8 are read once, wherever their text begins.
    @Test func unicodeIsReadOnce() throws {
        for start in ["", "é", "“x”", "Báo điện tử"] {
            let page = Array(start.utf8) + Self.script(17_000) + Array(Self.words.utf8)
            let reader = try PageReaderTests.bench().reader()
            guard case .condemned(let verdict) = reader.read(page) else {
                Issue.record("\(start): \(reader.summary)")
                continue
            }
            #expect(verdict.score == 110)
            #expect(reader.report().hits.allSatisfy { $0.counts[3...].allSatisfy { $0 == 0 } })
        }
    }
}
