import KhienPage
import KhienTestKit
import Testing

/// A phrase with marks is met without them, and not with others: those are other words.
@Suite struct MarkedWordsTests {
    private static func reader(_ rule: String) throws -> PageReader {
        try PageBench([
            CompiledImage.list(
                "category: c\nrules:\n  - \(rule)\n", format: .phrases, name: "r.yaml",
                category: "c")
        ]).reader()
    }

    private static func isBanned(_ phrases: String, _ text: String, cuts: [Int] = []) throws -> Bool
    {
        let page = Array("<title>Trang</title><p>\(text)</p>".utf8)
        let reader = try reader("{ phrases: [\(phrases)], effect: ban }")
        if case .condemned = reader.read(page, cuts: cuts) { return true }
        return false
    }

    @Test(arguments: [
        ("đánh bạc", "thủ đô vinh danh Bác Hồ", false),
        ("đánh bạc", "VINH DANH BÁC HỒ", false),
        ("đánh bạc", "đành bạc", false),
        ("đánh bạc", "chơi đánh bạc", true),
        ("đánh bạc", "chơi danh bac", true),
        ("đánh bạc", "chơi đanh bac", true),
        ("đánh bạc", "chơi danh bạc", true),
        ("đánh bạc", "chơi Đánh Bac", true),
        ("cá cược", "dành cả cuộc đời", false),
        ("cá cược", "trang ca cuoc", true),
        ("cá cược", "trang cá cươc", true),
        ("cá cược", "trang cá cuoc", true),
        ("cá cược", "trang cá cuọc", true),
        ("cá cược", "trang cá cuộc", false),
        ("lô đề", "lộ đề thi", false),
        ("lô đề", "lô đê", true),
        // On another vowel of the syllable; the hook and the tilde are one.
        ("của nợ", "cuả nợ", true),
        ("chửi bới", "chữi bới", true),
        ("chửi bới", "chứi bới", false),
        // Marks that Vietnamese has none of are a disguise.
        ("đánh bạc", "đănh bạc", false),
        ("đánh bạc", "đänh bąc", true),
        // A phrase without marks is met with any.
        ("danh bac", "vinh danh Bác Hồ", true),
        ("sex shop", "sẽx shốp", true),
        // Two phrases that are one without their marks are not told apart.
        ("đánh bạc, danh bác", "đánh bác", true),
        // In the joined view as well: what is disguised, and what stands beside a disguise.
        ("đánh bạc", "đ.á.n.h b.ạ.c", true),
        ("đánh bạc", "d.a.n.h b.a.c", true),
        ("đánh bạc", "đ.à.n.h b.á.c", false),
        ("đánh bạc", "T.P. ta vinh danh Bác Hồ s.e.x", false),
        ("đánh bạc", "vinh danh-Bác", false),
        ("đánh bạc", "vinh danh☆Bác “Hồ”", false),
        ("đánh bạc", "“trang” ☆ đánh☆bac", true),
        ("cá cược bóng đá", "#cacuocbongda88", true),
        ("cá cược bóng đá", "#cảcuộcbongda88", false),
        // Letters that are put together of several scalars, and those of NFD.
        ("đánh bạc", "đa\u{301}nh ba\u{323}c", true),
        ("đánh bạc", "đa\u{300}nh ba\u{323}c", false),
        ("đánh bạc", "đánh b\u{200B}ác", false),
        ("đánh bạc", "đánh b\u{200B}ac", true),
    ])
    func marks(phrases: String, text: String, isBanned: Bool) throws {
        #expect(try Self.isBanned(phrases, text) == isBanned)
        // Behind a block of other text, so that an occurrence lies on the two sides of a cut.
        let words = String(repeating: "chữ việt ", count: 600)
        #expect(try Self.isBanned(phrases, words + text) == isBanned)
    }

    /// An occurrence that ends in another piece than it began in.
    @Test func anyCutGivesTheSame() throws {
        for (text, isBanned) in [
            ("ta vinh danh Bác Hồ", false), ("ta đanh bac Hồ", true), ("ta danh-Bác Hồ", false),
            ("ta đ.á.n.h b.ạ.c", true), ("“ta” ☆ vinh danh☆Bác", false),
        ] {
            let page = Array("<p>\(text)</p>".utf8)
            let reader = try Self.reader("{ phrase: đánh bạc, effect: ban }")
            for cut in 1..<page.count {
                var isCondemned = false
                if case .condemned = reader.read(page, cuts: [cut]) { isCondemned = true }
                #expect(isCondemned == isBanned, "\(text) cut at \(cut)")
            }
        }
    }

    /// What an occurrence counts: whole with all its marks, half with some or none, nothing with others.
    @Test(arguments: [
        ("đánh bạc", 20), ("danh bac", 10), ("danh bác", 0), ("đánh bạc, danh bác", 20),
        ("danh bac. danh bác", 10), ("vinh danh Bác, d.a.n.h b.a.c", 10),
    ])
    func weights(text: String, score: Int) throws {
        let reader = try Self.reader("{ phrase: đánh bạc, weight: 20 }")
        _ = reader.read(Array("<p>\(text)</p>".utf8))
        #expect(reader.report().verdict.score == score, "\(reader.summary)")
    }

    /// A rule that looks at the plain view alone knows no marks of its phrase.
    @Test func plainAlone() throws {
        let reader = try Self.reader("{ phrase: đánh bạc, views: plain, effect: ban }")
        if case .condemned = reader.read(Array("<p>danh bác</p>".utf8)) { return }
        Issue.record("passes")
    }
}
