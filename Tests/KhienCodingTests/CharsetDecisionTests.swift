import Foundation
import KhienCoding
import KhienModel
import Testing

@Suite("Charset decision")
struct CharsetDecisionTests {
    static func label(_ text: String) -> Charset? { Charset(label: [UInt8](text.utf8).span) }

    @Test("Labels of the Encoding Standard")
    func labels() {
        for charset in Charset.allCases {
            let isOurs = [.tcvn3, .viscii, .vni].contains(charset)
            #expect(Self.label(charset.name) == (isOurs ? nil : charset), "\(charset.name)")
        }
        let rows: [(String, Charset?)] = [
            ("UTF-8", .utf8), (" \tutf8\r\n", .utf8), ("unicode-1-1-utf-8", .utf8),
            ("latin1", .windows1252), ("ISO-8859-1", .windows1252), ("us-ascii", .windows1252),
            ("iso-8859-9", .windows1254), ("tis-620", .windows874), ("GB2312", .gbk),
            ("x-sjis", .shiftJIS), ("ks_c_5601-1987", .eucKR), ("x-cp1258", .windows1258),
            ("hz-gb-2312", .replacement), ("iso-2022-kr", .replacement),
            ("ucs-2", .utf16LittleEndian),
            ("koi8-ru", .koi8U), ("iso_8859-8:1988", .iso8859Part8), ("866", .ibm866),
            ("", nil), (" ", nil), ("utf-7", nil), ("utf-32", nil), ("utf 8", nil), ("viscii", nil),
            ("utf-8\0", nil), ("tcvn", nil), ("\u{B}utf-8", nil),
        ]
        for (text, charset) in rows { #expect(Self.label(text) == charset, "\(text)") }
        let longest = String(repeating: " ", count: 500) + "utf-8"
        #expect(Self.label(longest) == .utf8)
        let name = String(repeating: "a", count: Limits.Coding.labelBytesMax)
        #expect(Self.label(name) == nil)
        #expect(Self.label(name + "a") == nil)
    }

    /// Each as Chromium 156 takes it.
    @Test(
        "Charset in Content-Type",
        arguments: [
            ("text/html; charset=utf-8", Charset.utf8 as Charset?),
            ("text/html;charset=\"windows-1258\"", .windows1258),
            ("text/html; Charset = utf-8", nil),
            ("text/html; a=b; charset=koi8-r; charset=utf-8", .koi8R),
            ("text/html; a=\"x;charset=utf-8\"; charset=big5", .big5),
            ("text/html; charset=\"utf-8", .utf8),
            ("text/html; charset=;charset=gbk", .gbk),
            ("text/html; charset=klingon", nil),
            ("text/html; charset", nil),
            ("text/html", nil),
            ("", nil),
            ("charset=utf-8", nil),
            (";charset=gbk", nil),
            ("text/html;  charset=gbk ", .gbk),
            ("text/html; charset= gbk", .gbk),
            ("text/html; charset =gbk", nil),
            ("text/html; \"charset\"=gbk", nil),
            ("text/html; charset='gbk'", nil),
            ("text/html; charset=\"gbk\"x", .gbk),
            ("text/html; charset=\"\"; charset=gbk", nil),
            ("text/html; charset=klingon; charset=gbk", nil),
            ("text/html (a); charset=gbk", .gbk),
            ("text/html charset=gbk", nil),
            // A backslash stands for what follows it.
            ("text/html; charset=\"g\\b\\k\"", .gbk),
            ("text/html; charset=\"gbk\\", nil),
            ("text/html; charset=g\\bk", nil),
            ("text/html; a=\"\\\"; charset=big5\"; charset=gbk", .gbk),
            // Several types, of which the last counts.
            ("text/html; charset=utf-8, text/html; charset=gbk", .gbk),
            ("text/plain; charset=utf-8, text/html; charset=gbk", .gbk),
            ("text/html; charset=gbk, text/plain; charset=utf-8", .utf8),
            ("text/html; charset=gbk, text/plain", nil),
            ("text/html; charset=gbk, TEXT/html", .gbk),
            ("text/html; charset=gbk, text/html; charset=big5, text/html", .big5),
            ("text/html; charset=gbk, text/plain, text/html", nil),
            ("text/html; charset=gbk, text/html; charset=klingon", nil),
            ("text/html; charset=gbk, text/html; charset=\"\"", nil),
            ("text/html; charset=klingon, text/html; charset=gbk", .gbk),
            // What is no type counts for nothing.
            ("text/html;charset=gbk, */*", .gbk),
            ("*/*, text/html;charset=gbk", .gbk),
            ("*/*;charset=gbk", .gbk),
            ("text/html;charset=big5, */*;charset=gbk", .gbk),
            ("text/html, */*;charset=gbk, text/html", nil),
            ("text/html; charset=gbk, nonsense", .gbk),
            ("text/html; charset=gbk, x; charset=big5", .gbk),
            (", ,text/html; charset=gbk,,", .gbk),
            // A comma in quotes parts nothing.
            ("text/html; a=\"x, text/html; charset=big5\"; charset=gbk", .gbk),
            ("text/html; a=\"\\\", text/html; charset=big5\"; charset=gbk", .gbk),
            ("text/html; charset=\"gbk, text/html; charset=big5", nil),
        ])
    func contentType(_ value: String, _ expected: Charset?) {
        #expect(Charset(contentType: [UInt8](value.utf8).span) == expected)
    }

    /// UTF-16 without a mark: by its zero bytes, where nothing else is said.
    @Test(
        "UTF-16 by its zero bytes",
        arguments: [
            ("<p>đánh bạc</p>", true), ("abcdefgh", true), ("abcdefg", false),
            // At the least share of zero bytes, and below.
            ("ạạạạ ạạạạ ", true), ("ạạạạ ạạạạạ", false), ("漢字漢字漢字漢字漢字", false),
            ("a\0bcdefghijk", false),
        ])
    func wide(_ text: String, _ isWide: Bool) {
        let little = text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        #expect((Self.decide(little).charset == .utf16LittleEndian) == isWide)
        #expect((Self.decide(big).charset == .utf16BigEndian) == isWide)
        #expect(Self.decide(little, "text/html; charset=utf-8").charset == .utf8)
        #expect(Self.decide(Array(text.utf8)).charset == .utf8)
    }

    static func decide(
        _ prefix: [UInt8], _ contentType: String = "", _ kind: CharsetDecision.Kind = .markup
    ) -> CharsetDecision {
        CharsetDecision(
            prefix: prefix.span, contentType: [UInt8](contentType.utf8).span, kind: kind)
    }

    @Test("The order: mark, Content-Type, document, default")
    func order() {
        let meta = [UInt8]("<meta charset=koi8-r>".utf8)
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        func check(_ found: CharsetDecision, _ charset: Charset, _ source: CharsetDecision.Source) {
            #expect(found.charset == charset)
            #expect(found.source == source)
            #expect(found.alternative == nil)
        }
        check(Self.decide(mark + meta, "text/html; charset=big5"), .utf8, .byteOrderMark)
        check(
            Self.decide([0xFE, 0xFF, 0x00], "text/html; charset=big5"), .utf16BigEndian,
            .byteOrderMark)
        check(Self.decide([0xFF, 0xFE] + meta), .utf16LittleEndian, .byteOrderMark)
        check(Self.decide(meta, "text/html; charset=big5"), .big5, .contentType)
        check(Self.decide(meta, "text/html; charset=unknown"), .koi8R, .document)
        check(Self.decide(meta, "text/plain", .text), .utf8, .fallback)
        check(Self.decide([]), .utf8, .fallback)
        check(Self.decide([UInt8]("một".utf8)), .utf8, .fallback)
        // A last character that is cut is no fault where more may come.
        let least = Limits.Coding.decisionBytesMin
        let padding = [UInt8](repeating: 0x20, count: least - 3)
        check(Self.decide(padding + [0x6D, 0xE1, 0xBB]), .utf8, .fallback)
        check(Self.decide(padding.dropLast() + [0x6D, 0xE1, 0xBB]), .windows1252, .fallback)
        check(Self.decide(padding + [0xE1, 0xBB, 0x20]), .windows1252, .fallback)
        check(Self.decide([0x63, 0x61, 0x66, 0xE9]), .windows1252, .fallback)
    }

    /// XML has no `<meta>`; its declaration counts, else it is UTF-8.
    @Test(
        "XML",
        arguments: [
            ("<?xml version='1.0'?><meta charset='koi8-r'/>", "", Charset.utf8),
            ("<?xml version='1.0' encoding='UTF-8'?><meta charset='koi8-r'/>", "", .utf8),
            ("<?xml version='1.0' encoding='big5'?><meta charset='koi8-r'/>", "", .big5),
            ("<?xml version='1.0' encoding='big5'?>", "text/xml; charset=koi8-r", .koi8R),
            ("<meta charset='koi8-r'/>", "text/xml; charset=klingon", .utf8),
            ("\u{FEFF}<?xml version='1.0' encoding='big5'?>", "text/xml; charset=koi8-r", .utf8),
            ("<?xml version='1.0' encoding='utf-16'?>", "", .utf8),
        ])
    func xml(_ text: String, _ contentType: String, _ charset: Charset) {
        #expect(Self.decide(Array(text.utf8), contentType, .xml).charset == charset)
    }

    @Test("XML that is not UTF-8 is read as such all the same, and UTF-16 is seen")
    func otherXML() {
        let latin: [UInt8] = Array("<a>caf".utf8) + [0xE9, 0x3C]
        #expect(Self.decide(latin, "", .xml).charset == .utf8)
        var wide: [UInt8] = []
        for byte in "<?xml ?><a>b</a>".utf8 { wide += [byte, 0] }
        #expect(Self.decide(wide, "", .xml).charset == .utf16LittleEndian)
    }

    /// Scripts that fetch text read it as UTF-8 whatever it is declared as.
    @Test(
        "UTF-8 that is declared otherwise",
        arguments: [
            (
                "{\"a\": \"vẹt\"}", "a/b; charset=koi8-r", CharsetDecision.Kind.json, Charset.koi8R,
                true
            ),
            ("{\"a\": \"b\"}", "a/b; charset=koi8-r", .json, .koi8R, true),
            ("{\"a\": \"vẹt\"}", "a/b; charset=utf-8", .json, .utf8, false),
            ("{\"a\": \"vẹt\"}", "", .json, .utf8, false),
            ("vẹt", "a/b; charset=koi8-r", .text, .koi8R, true),
            ("vet", "a/b; charset=koi8-r", .text, .koi8R, false),
            ("vẹt", "a/b; charset=koi8-r", .markup, .koi8R, false),
            ("data: vẹt", "a/b; charset=koi8-r", .events, .utf8, false),
        ])
    func declaredOtherwise(
        _ text: String, _ contentType: String, _ kind: CharsetDecision.Kind, _ charset: Charset,
        _ hasOther: Bool
    ) {
        let found = Self.decide(Array(text.utf8), contentType, kind)
        #expect(found.charset == charset)
        #expect(found.alternative == (hasOther ? .utf8 : nil))
        let cut = Self.decide(Array(text.utf8) + [0xE1, 0xBA], contentType, kind)
        // Without a label it is read as UTF-8 as well, if most of it is that.
        let isUnlabelled = contentType.isEmpty
        #expect(cut.alternative == (hasOther || isUnlabelled || kind == .text ? .utf8 : nil))
        let damaged = Self.decide(Array(text.utf8) + [0xE9, 0x20], contentType, kind)
        #expect(damaged.alternative == (kind == .events ? .koi8R : isUnlabelled ? .utf8 : nil))
    }

    @Test("Event streams are UTF-8")
    func events() {
        let stream = Array("data: a".utf8)
        #expect(Self.decide([0xFF, 0xFE] + stream, "", .events).charset == .utf8)
        #expect(Self.decide([0xEF, 0xBB, 0xBF] + stream, "", .events).source == .byteOrderMark)
    }

    @Test("What a declaration can mean")
    func declarations() {
        let rows: [(String, Charset)] = [
            ("<meta charset=utf-16>", .utf8), ("<meta charset=x-user-defined>", .windows1252),
            ("<?xml version='1.0' encoding='iso-8859-2'?><a/>", .iso8859Part2),
            ("<?xml version='1.0' encoding='utf-16'?><a/>", .utf8),
            ("<?xml encoding = \"koi8-r\"?><meta charset=big5>", .big5),
            ("<?xml version='1.0'?><a/>", .utf8), ("<?xml encoding='a b'?>", .utf8),
            ("<?xml encoding='koi8-r", .utf8), ("<?XML encoding='koi8-r'?>", .utf8),
            ("<!-- <meta charset=koi8-r> --><meta charset=gbk>", .gbk),
            ("<!--><meta charset=koi8-r>", .koi8R),
            ("<meta charset=koi8-r", .utf8), ("<meta charset='koi8-r", .utf8),
            ("<meta content='text/html;charset=big5'>", .utf8),
            ("<meta http-equiv=refresh content='text/html;charset=big5'>", .utf8),
            ("<meta content='charset=big5' http-equiv=Content-TYPE>", .big5),
            ("<META/CHARSET=big5/>", .utf8), ("<META/CHARSET=big5 >", .big5),
            ("<p title='<meta charset=big5>'><meta charset=gbk>", .gbk),
            ("</p title='>'><? <meta charset=big5> ><meta charset=gbk>", .gbk),
            ("< meta charset=gbk>", .utf8), ("<meta charset=nonsense>", .utf8),
        ]
        for (text, charset) in rows {
            #expect(Self.decide([UInt8](text.utf8)).charset == charset, "\(text)")
        }
        let utf16: [UInt8] = [0x3C, 0, 0x3F, 0, 0x78, 0, 0x6D, 0]
        #expect(Self.decide(utf16).charset == .utf16LittleEndian)
        #expect(Self.decide([0] + utf16).charset == .utf16BigEndian)
    }

    @Test("A <meta> may come late, and not too late")
    func window() {
        let meta = "<meta charset=koi8-r>"
        func page(_ padding: Int) -> [UInt8] {
            [UInt8]((String(repeating: " ", count: padding) + meta).utf8)
        }
        let last = Limits.Coding.headBytesMax - meta.utf8.count
        #expect(Self.decide(page(last)).charset == .koi8R)
        #expect(Self.decide(page(last)).alternative == nil)
        #expect(Self.decide(page(last + 1)).charset == .utf8)
        // Behind the head only what begins in the first bytes is seen.
        let body = [UInt8]("<p>".utf8)
        let least = Limits.Coding.prescanBytesMax
        #expect(Self.decide(body + page(least - 4)).charset == .koi8R)
        #expect(Self.decide(body + page(least - 3)).charset == .utf8)
        #expect(Self.decide(body + page(least - 3)).alternative == nil)
    }

    /// The text is ASCII, so UTF-8 where nothing is declared. What is first is what Chromium takes (tried
    /// with version 156, by `document.characterSet`), what is second what the prescan finds.
    @Test(
        "Declarations that browsers take differently",
        arguments: [
            // Text that is no tag.
            ("<head><script>var x='<meta charset=koi8-r>'</script><p>", Charset.utf8, .koi8R),
            ("<script><!-- <meta charset=koi8-r></script>", .utf8, nil),
            ("<style><meta charset=koi8-r></style>", .utf8, .koi8R),
            ("<title><meta charset=koi8-r></title>", .utf8, .koi8R),
            ("<textarea><meta charset=koi8-r></textarea>", .utf8, .koi8R),
            ("<iframe><meta charset=koi8-r></iframe>", .utf8, .koi8R),
            ("<noembed><meta charset=koi8-r></noembed>", .utf8, .koi8R),
            ("<noframes><meta charset=koi8-r></noframes>", .utf8, .koi8R),
            ("<xmp><meta charset=koi8-r></xmp>", .utf8, .koi8R),
            ("<plaintext><meta charset=koi8-r>", .utf8, .koi8R),
            ("<script>'<meta charset=koi8-r>'</script><meta charset=big5>", .big5, .koi8R),
            (
                "<script>'<meta charset=koi8-r>'</scriptx></script ><meta charset=koi8-r>", .koi8R,
                nil
            ),
            // Tags that the prescan passes over.
            ("<script>'<!--'</script><meta charset=big5>", .big5, .utf8),
            ("<script>'<!-- <script>'</script><meta charset=big5></script>", .utf8, nil),
            ("<script>'<!-- <script> -->'</script><meta charset=big5>", .big5, nil),
            ("<script>\"<b x='\"</script><meta charset=big5>", .big5, .utf8),
            ("<style><!--</style><meta charset=big5>", .big5, .utf8),
            ("<title>a <b x=\"</title><meta charset=big5>", .big5, .utf8),
            ("<!-- x --!><meta charset=big5>", .big5, .utf8),
            ("<!--> <meta charset=big5>", .big5, nil),
            ("<!---> <meta charset=big5>", .big5, nil),
            // What is a tag for both.
            ("<noscript><meta charset=big5></noscript>", .big5, nil),
            ("<template><meta charset=big5></template>", .big5, nil),
            ("<svg><style><meta charset=big5></style>", .utf8, .big5),
            ("<![CDATA[ > <meta charset=big5> ]]>", .big5, nil),
            // Attributes: which of a name counts, references.
            ("<meta charset=koi8-r charset=big5>", .big5, .koi8R),
            ("<meta charset=nonsense charset=big5>", .big5, .utf8),
            ("<meta charset=big5 charset=nonsense>", .utf8, .big5),
            ("<meta charset='' http-equiv=content-type content='a;charset=big5'>", .utf8, nil),
            ("<meta http-equiv=content-type content='a;charset=big5' charset=koi8-r>", .koi8R, nil),
            (
                "<meta http-equiv=content-type content='charset=big5' content='charset=koi8-r'>",
                .koi8R, .big5
            ),
            ("<meta http-equiv=a http-equiv=content-type content='charset=big5'>", .big5, .utf8),
            ("<meta charset='b&#105;g5'>", .big5, .utf8),
            ("<meta charset=b&#x69g5>", .big5, .utf8),
            ("<meta charset=b&#x69;g&#53>", .big5, .utf8),
            (
                "<meta http-equiv=content-type content='charset&equals;&quot;big5&quot;'>", .big5,
                .utf8
            ),
            ("<meta charset=big5&#1234567890123456789012;>", .utf8, nil),
            ("<meta char\0set=big5>", .utf8, nil),
            // The XML declaration, where there is no tag.
            ("<?xml encoding='koi8-r'?><script>'<meta charset=big5>'</script>", .koi8R, .big5),
            // What shows nothing of a page is not taken from it.
            ("<meta charset=iso-2022-kr>", .utf8, nil),
            ("<script>'<meta charset=hz-gb-2312>'</script>", .utf8, nil),
            ("<script>'<meta charset=hz-gb-2312>'</script><meta charset=big5>", .big5, .utf8),
            ("<script>'<meta charset=big5>'</script><meta charset=iso-2022-cn>", .utf8, .big5),
            ("<?xml encoding='iso-2022-kr'?>", .utf8, nil),
        ] as [(String, Charset, Charset?)])
    func differing(_ text: String, _ charset: Charset, _ other: Charset?) {
        let found = Self.decide(Array(text.utf8))
        #expect(found.charset == charset)
        #expect(found.alternative == other)
    }

    @Test(
        "Where the head ends, for a <meta> behind the first bytes",
        arguments: [
            ("", true), ("<html><head>", true), ("text", true), ("<!-- <p> -->", true),
            ("<object></object>", true), ("<noscript></noscript>", true), ("<base><link>", true),
            ("<title><p></title>", true), ("</script>", true), ("< p>", true), ("</ p>", true),
            ("<p>", false), ("</p>", false), ("<br>", false), ("<body>", false), ("<META2>", false),
            ("</head>", false), ("</html>", false), ("<template>", false),
            ("<iframe></iframe>", false),
        ])
    func head(_ start: String, _ isHead: Bool) {
        let links = String(repeating: "<link rel=x>", count: 200)
        let found = Self.decide(Array((start + links + "<meta charset=big5>").utf8))
        #expect(found.charset == (isHead ? .big5 : .utf8))
        #expect(found.alternative == nil)
    }

    @Test(
        "html5lib's encoding tests", .enabled(if: TestData.isPresent, "\(TestData.comment)"),
        arguments: ["tests1.dat", "test-yahoo-jp.dat"])
    func html5lib(_ file: String) throws {
        let bytes = try TestData.bytes("vectors/html5lib/encoding/\(file)")
        // Latin-1 keeps every byte apart.
        let text = String(decoding: bytes.map(UInt16.init), as: UTF16.self)
        var cases = 0
        for part in text.components(separatedBy: "#data\n").dropFirst() {
            let halves = part.components(separatedBy: "\n#encoding\n")
            let input = halves[0].utf16.map { UInt8(truncatingIfNeeded: $0) }
            let expected = halves[1].split(separator: "\n")[0].lowercased()
            var found = Self.decide(input)
            // The tests' default is windows-1252.
            if found.source == .fallback { found.charset = .windows1252 }
            let readings = [found.charset, found.alternative]
            #expect(readings.contains(Self.label(expected)), "\(halves[0])")
            cases += 1
        }
        #expect(cases == (file == "tests1.dat" ? 59 : 1))
    }
}
