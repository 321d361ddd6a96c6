import KhienModel
import KhienPage
import KhienTestKit
import Testing

/// Pages whose charset is found by what they say themselves, in ways that browsers differ in.
@Suite struct PageCharsetTests {
    /// `đánh bạc` in gb18030, as Python writes it.
    static let gamblingGB18030: [UInt8] = [
        0x81, 0x30, 0x8D, 0x34, 0xA8, 0xA2, 0x6E, 0x68, 0x20, 0x62, 0x81, 0x35, 0xFE, 0x35, 0x63,
    ]

    static func page(_ start: String, _ text: [UInt8]) -> [UInt8] {
        Array("\(start)<p>casino <p>".utf8) + text + Array(" <p>".utf8)
    }

    /// A declaration that Chromium takes for text hides nothing of a page in UTF-8.
    @Test(arguments: [
        "<head><script>var x='<meta charset=iso-2022-kr>'</script><meta charset=utf-8>",
        "<head><script>var x='<meta charset=iso-2022-kr>'</script>",
        "<style><meta charset=hz-gb-2312></style><meta charset=utf-8>",
        "<textarea><meta charset=hz-gb-2312></textarea>",
        "<title><meta charset=gb18030></title>",
        "<script>// <meta charset=gb18030>\n</script><meta charset=utf-8>",
        "<script>// <meta charset=iso-2022-jp>\n</script>",
        "<meta charset=iso-2022-kr>", "<meta charset=hz-gb-2312>",
        "<body>\(String(repeating: "<p>x</p>", count: 400))<meta charset=iso-2022-kr>",
    ])
    func textIsNoDeclaration(_ start: String) throws {
        let body = Self.page(start, Array("đánh bạc".utf8))
        try Self.expectCondemned(body)
    }

    /// A declaration that Chromium obeys is obeyed, whatever hides it from a search byte by byte.
    @Test(arguments: [
        "<script>var s=\"<!--\"</script><meta charset=gb18030>",
        "<style><!--</style><meta charset=gb18030>",
        "<title>a <b x=\"</title><meta charset=gb18030>",
        "<script>var s=\"<b x='\"</script><meta charset=gb18030>",
        "<!-- x --!><meta charset=gb18030>",
        "<meta charset=utf-8 charset=gb18030>",
        "<script>'<meta charset=big5>'</script><meta charset=gb18030>",
        // What other browsers may obey is read as well.
        "<script>'<meta charset=gb18030>'</script><meta charset=utf-8>",
        "<script>'<meta charset=gb18030>'</script>",
    ])
    func declarationsAreFound(_ start: String) throws {
        try Self.expectCondemned(Self.page(start, Self.gamblingGB18030))
    }

    /// A declaration in a script takes nothing from the reading of a page in a legacy Vietnamese charset.
    @Test(arguments: [
        "", "<script>'<meta charset=utf-8>'</script><meta charset=windows-1252>",
        "<script>'<meta charset=koi8-r>'</script>", "<script>'<meta charset=utf-8>'</script>",
        "<script>'<meta charset=gb18030>'</script><meta charset=utf-8>",
    ])
    func legacyText(_ start: String) throws {
        let text =
            "<p>Hôm nay thời tiết ở thành phố rất đẹp, nhiều người đi dạo; đánh bạc casino <p>"
        let bytes = try #require(CharsetEncoder.all[.tcvn3]?.encode(text))
        let step = try PageReaderTests.bench().reader().read(
            Array(start.utf8) + bytes, type: "text/html")
        guard case .condemned(let verdict) = step else {
            Issue.record("\(step)")
            return
        }
        #expect(verdict.place?.reading == .legacy || verdict.score >= 100)
    }

    /// A page in UTF-8 but for a few bytes, without a label.
    @Test func aFewBadBytes() throws {
        try Self.expectCondemned(
            Array("<p>caf".utf8) + [0xE9] + Self.page("", Array("đánh bạc".utf8)))
    }

    /// An unlabelled page in GBK is read as such: `赌博网站` among other words, as Python writes them.
    @Test func unlabelledGBK() throws {
        let bench = try PageBench([
            CompiledImage.list(
                "<赌博网站><200>", format: .phrases, name: "words", category: "gambling")
        ])
        let text: [UInt8] = [
            0xBD, 0xF1, 0xCC, 0xEC, 0xB6, 0xC4, 0xB2, 0xA9, 0xCD, 0xF8, 0xD5, 0xBE, 0xA1, 0xA3,
        ]
        let step = bench.reader().read(Array("<p>".utf8) + text, type: "text/html")
        guard case .condemned(let verdict) = step else {
            Issue.record("\(step)")
            return
        }
        #expect(verdict.place?.reading == .legacy)
    }

    /// Of several types the last counts, as in browsers.
    @Test(arguments: [
        "text/html; charset=utf-8, text/html; charset=gb18030",
        "text/plain; charset=utf-8, text/html; charset=gb18030",
        "text/html;charset=gb18030, */*", "text/html;charset=gb18030, text/html",
        "text/html; charset=\"gb\\18030\"",
    ])
    func severalTypes(_ type: String) throws {
        try Self.expectCondemned(Self.page("", Self.gamblingGB18030), type: type)
    }

    /// A head that is longer than what decides the charset.
    private static let long = String(repeating: "<link rel=icon href=/a.png>\n", count: 640)

    private static let label = String(repeating: "y", count: 1100)

    /// A declaration in the head that stands behind the first 16 KiB, as browsers find it.
    @Test(arguments: [
        "<!doctype html><html><head>\(long)<meta charset=gb18030>",
        "<script>/*\(long)*/</script><meta http-equiv=content-type content='a;charset=gb18030'>",
        "<!--\(long)<meta charset=big5>--><title>x<p></title><META CHARSET='gb1&#x38;030'/>",
        "<style>\(long)</style><meta name=a content='charset=big5'><meta charset=gb18030>",
        "<noscript>\(long)<meta charset=gb18030>",
        "\(long)<meta charset=x-unknown><meta charset=gb18030>",
        // Whatever stands before it in its tag.
        "\(long)<meta data-x='\(String(repeating: "y", count: 1100))' charset=gb18030>",
        "\(long)<meta \(String(repeating: "a ", count: 1100))charset=gb18030>",
        "\(long)<meta \(String(repeating: "charset=utf-8 ", count: 1100))charset=gb18030>",
        "\(long)<meta http-equiv=content-type content='\(String(repeating: "y", count: 5000));"
            + "charset\(String(repeating: " ", count: 5000))=gb18030'>",
        "\(long)<meta content='charset=gb18030;\(String(repeating: "y", count: 5000)); charset=big5'"
            + " http-equiv=content-type>",
        // A label without an end is none, however it goes on.
        "\(long)<meta http-equiv=content-type content='charset=\(label);charset=windows-1252'>"
            + "<meta charset=gb18030>",
        "\(long)<meta http-equiv=content-type content='charset=\"\(label);charset=windows-1252'>"
            + "<meta charset=gb18030>",
        // The reading beside is taken: what another search makes of it.
        "<script>'<meta charset=koi8-r>'</script>\(long)<meta charset=gb18030>",
        "<script>'<meta charset=gb18030>'</script>\(long)<meta charset=koi8-r>",
    ])
    func lateDeclarations(_ start: String) throws {
        try Self.expectCondemned(Self.page(start, Self.gamblingGB18030))
    }

    /// The tag on the two sides of the bytes that decide, and at the end of a slice.
    @Test func lateDeclarationAnywhere() throws {
        for place in [16 << 10, 20 << 10] {
            for before in stride(from: 0, through: 24, by: 3) {
                let filler = String(repeating: "x", count: place - 7 - before)
                let start = "<!--\(filler)--><meta charset=gb18030>"
                try Self.expectCondemned(Self.page(start, Self.gamblingGB18030))
            }
        }
    }

    /// The label at the place up to which the begin of a value counts, and beside it.
    @Test func lateDeclarationBehindMuch() throws {
        for count in 1_000...1_030 {
            let before = String(repeating: "y", count: count)
            let start =
                "\(Self.long)<meta http-equiv=content-type content='\(before);charset=gb18030'>"
            let reader = try PageReaderTests.bench().reader()
            let step = reader.read(Self.page(start, Self.gamblingGB18030), type: "text/html")
            if case .condemned = step { continue }
            Issue.record("\(count): \(step)")
        }
    }

    /// Read on from the first byte behind the tag, and once.
    @Test func textBehindALateDeclaration() throws {
        let start = Array("\(Self.long)<meta charset=gb18030>casino <p>".utf8)
        try Self.expectCondemned(start + Self.gamblingGB18030 + Array(" <p>".utf8))
    }

    /// What stands in no head names nothing, and what browsers may not obey hides nothing.
    @Test(arguments: [
        "\(long)<meta charset=gb18030>", "\(long)<meta charset=iso-2022-kr>",
        "<p>\(long)<meta charset=gb18030>", "\(long)</head><meta charset=gb18030>",
        "\(long)<div><meta charset=gb18030>", "\(long)<script>'<meta charset=gb18030>'</script>",
        "\(long)<meta charset=utf-8>", long,
    ])
    func lateDeclarationsHideNothing(_ start: String) throws {
        try Self.expectCondemned(Self.page(start, Array("đánh bạc".utf8)))
    }

    /// Behind the head no charset is looked for.
    @Test(arguments: ["</head>", "<div>", "</html>", "<body>", "<template>", "<img>"])
    func lateDeclarationsBehindTheHead(_ end: String) throws {
        let reader = try PageReaderTests.bench().reader()
        let page = Self.page("\(Self.long)\(end)<meta charset=gb18030>", Self.gamblingGB18030)
        #expect(reader.read(page, type: "text/html") == .cleared)
    }

    /// The page is condemned for both phrases, and the same is found whatever its cuts.
    private static func expectCondemned(_ body: [UInt8], type: String = "text/html") throws {
        let reader = try PageReaderTests.bench().reader()
        var found: Set<String> = []
        let ends = [body.count / 3, body.count / 2, body.count - 9]
        for cuts in [[], Array(1..<min(body.count, 300)), ends] {
            let step = reader.read(body, type: type, cuts: cuts)
            guard case .condemned(let verdict) = step else {
                Issue.record("\(step) \(reader.summary)")
                continue
            }
            #expect(verdict.score == 110)
            found.insert(reader.summary)
        }
        #expect(found.count == 1)
    }

    /// Pages whose declarations are no matter of doubt are read once.
    @Test(arguments: [
        "<meta charset=utf-8>", "<head><title>a</title><meta charset='utf-8'>",
        "<head>\(String(repeating: "<link rel=x>", count: 200))<meta charset=utf-8>", "",
    ])
    func isReadOnce(_ start: String) throws {
        let reader = try PageReaderTests.bench().reader()
        let step = reader.read(Self.page(start, Array("đánh bạc".utf8)), type: "text/html")
        guard case .condemned = step else {
            Issue.record("\(step)")
            return
        }
        let hits = reader.report().hits
        #expect(hits.count == 2 && hits.allSatisfy { $0.counts[3...].allSatisfy { $0 == 0 } })
    }
}
