import KhienModel
import KhienTestKit
import KhienText
import Testing

/// Phrases that are written without their spaces.
@Suite struct GluedPhrasesTests {
    private static func joined(
        _ text: String, _ phrases: [String] = ["ca cuoc bong da"], cuts: [Int] = []
    ) -> String {
        var joints = WordJoints(phraseCount: phrases.count)
        for phrase in phrases { joints.add(Array(phrase.utf8).span) }
        let shown = FoldedText.view(Array(text.utf8), .joined, joints, cuts)
        return shown.split { $0 == " " || $0 == "\n" }.map { "\($0) " }.joined()
    }

    /// They come out as words, wherever the text is cut.
    @Test(
        arguments: [
            ("xem #CáCượcBóngĐá nhé", "xem #cacuocbongda nhe "),
            ("cacuocbongda", "cacuocbongda "),
            ("www.cacuocbongda.test", "www cacuocbongda test "),
            ("https://a.test/tin/cacuocbongda?xem=10", "https a test tin cacuocbongda xem 10 "),
            ("a cacuocbongda88 a", "a cacuocbongda 88 a "),
            ("a 88cacuocbongda a", "a 88 cacuocbongda a "),
            ("88cacuocbongda99", "88 cacuocbongda 99 "),
            ("cacuocbongda, cacuocbongda", "cacuocbongda, cacuocbongda "),
            ("“cacuocbongda”", "\"cacuocbongda\" "),
            ("🔥cacuocbongda👉", "*cacuocbongda* "),
            ("яcacuocbongda", "яcacuocbongda "),
        ])
    func comeOut(text: String, shown: String) {
        #expect(Self.joined(text) == shown)
        for cut in 1..<text.utf8.count { #expect(Self.joined(text, cuts: [cut]) == shown) }
    }

    /// What is longer or shorter, and what other views show.
    @Test(
        arguments: [
            "choicacuocbongda", "cacuocbongdax", "cacuocbongd", "cacuocbong da", "88acacuocbongda",
            "xem cá cược bóng đá", "abcdefghijklmnopqrstuvwxyz", "cacuocbóngđo",
            "cacuocbongdacacuocbongdacacuocbongda",
        ])
    func othersDoNot(text: String) { #expect(Self.joined(text).isEmpty) }

    /// What another disguise needs of the text before such a word, or behind it.
    @Test(
        arguments: [
            ("xx play blackjack-online yy", "play blackjack online"),
            ("xx play-blackjack online yy", "play blackjack online"),
            ("choi cacuocbongda moiiii", "choi cacuocbongda moi"),
            ("choi cacuocbongda m.o.i", "choi cacuocbongda moi"),
            ("ch.oi cacuocbongda moi", "choi cacuocbongda moi"),
            ("choi cacuocbongda m.oi", "choi cacuocbongda moi"),
        ])
    func betweenOthers(text: String, phrase: String) {
        let phrases = [
            "black jack", "play blackjack online", "ca cuoc bong da", "choi cacuocbongda moi",
        ]
        #expect(Self.joined(text, phrases).contains("\(phrase) "), "\(Self.joined(text, phrases))")
    }

    /// At each place of the 62 that are told at once, and of blocks.
    @Test func atEachPlace() {
        for before in 0..<200 {
            let filler = (0..<before).map { $0 % 3 == 2 ? " " : "o" }.joined()
            let shown = Self.joined("xin chao\(filler) cacuocbongda nhe")
            #expect(shown.hasSuffix("o cacuocbongda nhe "), "\(before): \(shown)")
        }
        let long = String(repeating: "xin chao ", count: 2000) + "cacuocbongda "
        let shown = Self.joined(String(repeating: long, count: 5))
        #expect(shown.matches(of: #/chao cacuocbongda /#).count == 5, "\(shown)")
    }

    /// Nine letters of ASCII to thirty, of two words or more.
    @Test(
        arguments: [
            ("chin chu an", true), ("tam chu an", false), (" chin chu an ", true),
            ("black jack", true), ("chinchuan", false), ("chinchuan ", false),
            (" chinchuan", false),
            ("casinotructuyen", false), ("казино онлайн", false), ("chin chu so 9", false),
            ("abc abc abc abc abc abc abc abc abc abc", true),
            ("abc abc abc abc abc abc abc abc abc abcd", false),
        ])
    func which(phrase: String, areKnown: Bool) {
        let glued = phrase.replacing(" ", with: "")
        for page in ["xin chao \(glued) nhe", "xin chao \(glued)", glued] {
            #expect(Self.joined(page, [phrase]).isEmpty != areKnown, "\(page)")
        }
    }
}
