import KhienModel
import KhienTestKit
import KhienText
import Testing

/// The marks that go with the letters of the plain and the joined view.
@Suite struct LetterMarksTests {
    /// A text in which the letter without its marks tells which it had.
    private static let words = [
        "áná", "đi", "bộ", "ná", "t.á.c", "đ-i", "bộ_ná", "x", "ssss", "ááá", "đ☆bộ", "“ná”",
        "á.n.á", "zna\u{301}", "1ná", "s e x", "ÁNÁ", "Đi", "n\u{200B}á", "xyz",
    ]
    private static let marked: [UInt8: Bool] = [
        UInt8(ascii: "a"): true, UInt8(ascii: "d"): true, UInt8(ascii: "o"): true,
    ]

    /// Each letter that comes out has the mark that it had in the text, whatever the cuts, the signs and the
    /// blocks.
    @Test(arguments: UInt64(0)..<12)
    func marksStayWithTheirLetters(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let spaces = [" ", " ", " ", "-", ".", "\n", " ☆ ", ", "]
        let text = (0..<3_000).map { _ in
            Self.words[random.below(Self.words.count)] + spaces[random.below(spaces.count)]
        }.joined()
        let page = Array(text.utf8)
        let room = FoldingRoom()
        var pipeline = TextPipeline(kind: .plain, layers: .all, room: room)
        var (plain, joined) = (0, 0)
        func look(_ piece: Span<UInt8>, _ part: TextPart) {
            guard part.view != .exact else { return }
            for place in piece.indices {
                var mark: UInt8 = 0
                if part.view == .joined, room.marks.block.isJoinedMarked {
                    mark = room.marks.block.joined[place]
                } else if part.view == .plain, !part.isPlainExact {
                    mark = room.marks.block.plain[place]
                }
                let isLetter = piece[place] >= 0x61 && piece[place] <= 0x7A
                guard isLetter else { continue }
                let isMarked = Self.marked[piece[place]] ?? false
                #expect((mark != 0) == isMarked, "\(part.view) \(part.offset + place)")
                if part.view == .plain, isMarked { plain += 1 }
                if part.view == .joined, isMarked { joined += 1 }
            }
        }
        var start = 0
        while start < page.count {
            let end = min(page.count, start + 1 + random.below(5_000))
            pipeline.feed(page.span.extracting(start..<end), look)
            start = end
        }
        pipeline.finish(look)
        #expect(plain > 3_000 && joined > 3_000, "\(plain) \(joined)")
    }

    @Test(arguments: [
        ("đánh bạc", "đánh bạc", true), ("đánh bạc", "danh bac", true),
        ("đánh bạc", "danh bác", false), ("đánh bạc", "đánhbạc", true),
        ("đánh bạc", "danhbác", false), ("thủy", "thuy", true), ("thủy", "thũy", true),
        ("thủy", "thúy", false), ("thủy", "thuỹ", true), ("nghĩa", "nghiã", true),
        ("cược", "cuợc", true), ("cược", "cuốc", false), ("mê", "mề", false), ("mề", "mê", true),
        ("ma túy", "mà tuy", false), ("ñ á", "n a", true),
        // Words that Vietnamese has not, and such that it may have.
        ("ảnh sex", "ảnh sẽx", true), ("ảnh sex", "ánh sex", false), ("ảnh sex", "ảnhsẽx", true),
        ("ảnh jav", "ảnh jàv", true),
        ("ảnh porn", "ảnh pórn", true), ("ảnh game", "ảnh gàme", true),
        ("ảnh w", "ảnh ẃ", true), ("ảnh bet", "ảnh bét", false), ("ảnh quy", "ảnh quý", false),
        ("ảnh nghieng", "ảnh nghiêng", false), ("ảnh ô", "ảnh ơ", false),
    ])
    func agreement(phrase: String, text: String, agrees: Bool) {
        let phrase = TextFolder.canonical(Array(phrase.utf8).span)
        let room = FoldingRoom()
        var pipeline = TextPipeline(kind: .plain, layers: .all, room: room)
        var marks: [UInt8] = []
        func look(_ piece: Span<UInt8>, _ part: TextPart) {
            guard part.view == .plain, part.layer == .text else { return }
            for place in piece.indices {
                marks.append(part.isPlainExact ? 0 : room.marks.block.plain[place])
            }
        }
        pipeline.feed(Array(text.utf8).span, look)
        pipeline.finish(look)
        // The text begins and ends with a space.
        let count = marks.count - 2
        let found = WantedMarks(phrase.span).agree(count: count) { marks[$0 + 1] }
        #expect(found == agrees)
    }

    @Test(arguments: [
        ("con vẹt", true), ("di đi", true), ("con vet", false), ("ñandu", false), ("мир", false),
    ])
    func areIn(text: String, areIn: Bool) {
        let found = LetterMarks.areIn(Array(text.utf8).span)
        #expect(found == areIn)
    }
}
