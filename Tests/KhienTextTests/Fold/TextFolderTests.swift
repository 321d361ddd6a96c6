import KhienModel
import KhienText
import Testing

/// Canonical text: what a phrase and a page that hides it come to.
@Suite struct TextFolderTests {
    static func fold(_ text: String, _ view: TextView = .exact) -> String {
        String(decoding: TextFolder.canonical(Array(text.utf8).span, view: view), as: UTF8.self)
    }

    /// Case folding, forms and ignorables. Provenance: CaseFolding.txt, UAX 15, and what pages do.
    @Test(
        arguments: [
            ("ĐÁNH BẠC", "đánh bạc"), ("Straße", "strasse"), ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
            ("ĐA\u{301}NH BA\u{323}C", "đánh bạc"), ("e\u{302}\u{301}", "ế"),
            ("e\u{301}\u{302}", "é\u{302}"), ("đ\u{200B}á\u{AD}nh\u{2060}", "đánh"),
            ("ｓｅｘ　ｙ", "sex y"), ("𝐬𝐞𝐱 𝓼𝓮𝔁 𝕤𝕖𝕩", "sex sex sex"), ("ﬁn ﬀ", "fin ff"),
            ("ꜱᴇx", "sex"), ("a\u{A0}\u{A0}b\u{2003}c", "a b c"), ("a \t\r\n  b", "a b"),
            ("Ðánh", "đánh"), ("İI", "i\u{307}i"), ("½", "1⁄2"), ("한글 각", "한글 각"),
            ("\u{1100}\u{1161}", "가"), ("ﷺ", "ﷺ"), ("㌀", "アパート"), ("🎰 ok", "🎰 ok"),
            ("s\u{1}e\u{7F}x", "sex"), ("a\0b", "a b"), ("", ""),
            ("Ɖèn ɖ", "đèn đ"), ("CƢỢC cƣợc ƣ́", "cược cược ứ"),
            ("a\u{3164}b\u{115F}c\u{1160}d\u{FFA0}e", "a b c d e"),
            ("🅢🅔🅧 🆂🅴🆇", "sex sex"), ("a‐b–c—d−e", "a-b-c-d-e"), ("a·b•c・d･e", "a.b.c.d.e"),
            (" \u{200B} ", ""),
        ])
    func exact(given: String, wanted: String) {
        #expect(Array(Self.fold(given).unicodeScalars) == Array(wanted.unicodeScalars))
    }

    /// One syllable, two spellings: the tone of open `oa`, `oe`, `uy` stands on the first vowel.
    @Test(
        arguments: [
            ("hoà", "hòa"), ("hòa", "hòa"), ("HOÀ", "hòa"), ("thuý", "thúy"), ("thúy", "thúy"),
            ("khoẻ", "khỏe"), ("uỷ ban", "ủy ban"), ("oà", "òa"), ("hoàn", "hoàn"),
            ("hòan", "hoàn"), ("quý", "quý"), ("qúy", "quý"), ("suýt", "suýt"),
            ("khuỷu", "khuỷu"), ("ngoái", "ngoái"), ("ngóai", "ngoái"), ("toà,", "tòa,"),
            ("hoa\u{300}", "hòa"), ("ho\u{300}a", "hòa"), ("(thuỷ)", "(thủy)"), ("huế", "huế"),
            ("mía múa bào", "mía múa bào"), ("loè-xoè", "lòe-xòe"), ("hoà\u{200B}", "hòa"),
        ])
    func tones(given: String, wanted: String) {
        #expect(Self.fold(given) == wanted)
    }

    /// Look-alikes are Latin in Latin words only.
    @Test(
        arguments: [
            ("sеx", "sex"), ("ѕеx", "sex"), ("bạс", "bạc"), ("ВITСН", "bitch"), ("pοrn", "porn"),
            ("рot", "pot"), ("сор", "сор"), ("Москва", "москва"), ("ωmega", "ωmega"),
            ("USBшный", "usbшный"), ("e-mail'ом", "e-mail'ом"), ("Ὀδυσσεύς", "ὀδυσσεύσ"),
            ("а\u{301}b", "áb"), ("ѐx", "èx"), ("կարմիր", "կարմիր"), ("ԁánh", "dánh"),
        ])
    func lookalikes(given: String, wanted: String) {
        #expect(Array(Self.fold(given).unicodeScalars) == Array(wanted.unicodeScalars))
    }

    @Test(
        arguments: [
            ("Đánh bạc", "danh bac"), ("hoà hòa", "hoa hoa"), ("đường thuở", "duong thuo"),
            ("ế", "e"), ("Ёлка й", "елка и"), ("Łódź søt", "lodz sot"), ("ἄνθρωπος", "ανθρωποσ"),
            ("q\u{301}", "q"), ("लड़की", "लड़की"), ("đánh bạc хе đua", "danh bac xe dua"),
            ("вот хе", "вот хе"), ("ไทยน้ำ", "ไทยน้ํา"),
            ("s\u{489}e\u{488}x", "sex"), ("ƌi ᵭ ꝺ", "di d d"),
        ])
    func plain(given: String, wanted: String) {
        let decomposed = Self.fold(given, .plain)
        #expect(Array(decomposed.unicodeScalars) == Array(wanted.unicodeScalars))
    }

    /// Parts of the text, each ended by U+000A; nothing where nothing is hidden.
    @Test(
        arguments: [
            ("an ordinary sentence, a word at a time", ""), ("đ.m mày", "dm may\n"),
            ("s e x", "sex \n"), ("s-e-x!", "sex!\n"), ("xem s . e . x hay", "xem sex hay \n"),
            ("đ.á.n.h b.ạ.c", "danh bac \n"), ("seeeex", "sex \n"), ("cool", ""), ("a b", ""),
            ("I a m here", "iam here \n"), ("1 2 3 4", ""), ("1.2.3", ""),
            ("e.g. this", "eg. this \n"),
            ("s\0e\0x", ""), ("000 111", ""), ("s....e....x", "s e x\n"), ("s. . . .e. . . .x", ""),
            ("sê.x", "se x\n"),
            ("đánh-bạc", "danh bac\n"),
            ("đánh–bạc đánh·bạc", "danh bac danh bac\n"), ("s·e•x", "sex \n"),
            ("một_hai/ba", "mot hai ba\n"), ("đánh ☆ bạc", "danh bac\n"), ("đánh\0☆ bạc", ""),
            ("3.5-6", ""), ("mèo, chó", ""),
        ])
    func joined(given: String, wanted: String) {
        let found = Self.fold(given, .joined)
        #expect(found.replacing(" \n", with: "\n") == wanted.replacing(" \n", with: "\n"))
    }

    /// A part holds its context and no more.
    @Test func joinedContext() {
        let words = (0..<200).map { "w\(["a", "b", "c"][$0 % 3])\($0)" }.joined(separator: " ")
        let found = Self.fold("\(words) s.e.x \(words)", .joined)
        #expect(found.contains("wb199 sex wa0"))
        #expect(found.utf8.count > 150 && found.utf8.count < 230)
        #expect(found.filter { $0 == "\n" }.count == 1)
    }

    @Test(
        arguments: [
            ("xem sex hay", 4..<7, true), ("essex", 2..<5, false), ("sexy", 0..<3, false),
            ("sex", 0..<3, true), ("(sex)", 1..<4, true), ("bạc", 0..<1, false),
            ("a ba\u{301}", 2..<4, false), ("日本sex日", 6..<9, true), ("a1", 0..<1, false),
            ("éa", 2..<3, false), ("🎰a🎰", 4..<5, true),
        ])
    func boundaries(text: String, range: Range<Int>, wanted: Bool) {
        #expect(WordBoundary.isBounded(Array(text.utf8).span, range) == wanted)
    }

    /// A mark composes with its letter up to the length at which words are cut, and not past it.
    @Test func wordLimit() {
        let limit = Limits.Text.foldedWordBytesMax
        let fitting = String(repeating: "a", count: limit - 3) + "e\u{301}"
        #expect(Self.fold(fitting).unicodeScalars.last == "é")
        #expect(Self.fold("a" + fitting).unicodeScalars.last == "\u{301}")
    }

    /// What is no UTF-8 is U+FFFD and ends nothing.
    @Test func malformed() {
        let bytes: [UInt8] = [0x61, 0xFF, 0x62, 0xC3, 0x20, 0xED, 0xA0, 0x80, 0xF4, 0x90, 0xE1]
        let folded = TextFolder.canonical(bytes.span)
        #expect(String(decoding: folded, as: UTF8.self).hasPrefix("a\u{FFFD}b\u{FFFD} \u{FFFD}"))
    }
}
