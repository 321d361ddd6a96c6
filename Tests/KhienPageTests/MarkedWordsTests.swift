import KhienModel
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

    private static func isBanned(_ reader: PageReader, _ page: String, cuts: [Int] = []) -> Bool {
        if case .condemned = reader.read(Array(page.utf8), cuts: cuts) { return true }
        return false
    }

    /// A page whose text begins `distance` bytes before the end of a slice: text comes in pieces of whole words from
    /// there. Around it stands `filler`, with whose marks or without any the piece before ends.
    private static func page(
        _ text: String, _ distance: Int, _ filler: String, slices: Int = 1
    ) -> String {
        let begin = "<title>Trang</title><p>"
        let count = slices * Limits.Text.pageSliceBytesMax - distance - begin.utf8.count - 1
        let words = String(repeating: filler, count: count / filler.utf8.count)
        let rest = String(repeating: "z", count: count % filler.utf8.count)
        return begin + words + rest + " " + text + " " + filler + "</p>"
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
        // A word of the phrase that Vietnamese has not is met with any, too.
        ("ảnh sex", "xem ảnh sẽx", true),
        ("ảnh sex", "xem ảnh séx", true),
        ("ảnh sex", "xem anh séx", true),
        ("ảnh sex", "xem ánh sex", false),
        ("truyện sex", "đọc truyện sếx", true),
        ("phim sex", "xem phim séx", true),
        ("ảnh sexy", "#ảnh-sẽxy", true),
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
        let reader = try Self.reader("{ phrases: [\(phrases)], effect: ban }")
        #expect(Self.isBanned(reader, "<title>Trang</title><p>\(text)</p>") == isBanned)
        // On the two sides of a cut, behind other text with marks and without.
        for distance in stride(from: -4, through: 28, by: 8) {
            for filler in ["chữ việt ", "word "] {
                let page = Self.page(text, distance, filler)
                #expect(Self.isBanned(reader, page) == isBanned, "\(distance) behind \(filler)")
            }
        }
    }

    /// An occurrence that ends in another piece than it began in, at each of its bytes.
    @Test func anyCutGivesTheSame() throws {
        let reader = try Self.reader("{ phrase: đánh bạc, effect: ban }")
        for (text, isBanned) in [
            ("ta vinh danh Bác Hồ", false), ("ta đanh bac Hồ", true), ("ta danh-Bác Hồ", false),
            ("ta đ.á.n.h b.ạ.c", true), ("“ta” ☆ vinh danh☆Bác", false), ("ta đành bac", false),
            ("ta đ.à.n.h b.a.c", false), ("ta danh bac", true),
        ] {
            for distance in -8...text.utf8.count {
                for filler in ["chữ việt ", "word ", "việt. word "] {
                    let page = Self.page(text, distance, filler)
                    #expect(
                        Self.isBanned(reader, page) == isBanned, "\(text) \(distance) \(filler)")
                }
            }
            // Behind the bytes that decide the charset, where the page comes in two parts.
            let page = Self.page(text, 12, "chữ việt ", slices: 5)
            let end = 5 * Limits.Text.pageSliceBytesMax
            for cut in [end - 12, end - 4, end, end + 3] {
                #expect(
                    Self.isBanned(reader, page, cuts: [cut]) == isBanned, "\(text) cut at \(cut)")
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
