import KhienModel
import KhienTestKit
import KhienText
import Testing

/// The joined view of what some phrases want says the same as that of all, where it matters.
@Suite struct WordJointsTests {
    /// Each phrase that the whole view shows and the plain one does not, the other shows, too.
    @Test(arguments: UInt64(0)..<16)
    func nothingIsLost(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let words = [
            "a", "an", "ba", "bac", "danh", "sex", "shop", "hot", "xxxl", "online", "co", "bạc",
            "đánh", "seeex", "s.e.x", "www", "0a", "a0",
        ]
        let separators = [
            "-", ".", "/", "_", " ", ", ", "\n", "--", ". ", "*", "|", "'", ":", ",", "@", "~",
            "☆", " ☆ ", "*_*", "🎲🔥", "’", "…",
        ]
        func text(_ count: Int, _ separators: [String]) -> String {
            (0..<count).map { _ in
                words[random.below(words.count)] + separators[random.below(separators.count)]
            }.joined()
        }
        let phrases = (0..<30).map { _ in
            TextFolder.canonical(
                Array(text(2 + random.below(3), [" "]).utf8).span, view: .plain)
        }
        var joints = WordJoints(phraseCount: phrases.count)
        for phrase in phrases { joints.add(phrase.span) }
        var shown = 0
        for _ in 0..<120 {
            let page = Array(text(3 + random.below(60), separators).utf8)
            let plain = FoldedText.view(page, .plain, .all)
            let all = FoldedText.view(page, .joined, .all)
            let some = FoldedText.view(page, .joined, joints)
            for phrase in phrases {
                let words = String(decoding: phrase, as: UTF8.self)
                guard all.contains(words), !plain.contains(words) else { continue }
                shown += 1
                #expect(
                    some.contains(words), "\(words) in \(String(decoding: page, as: UTF8.self))")
            }
        }
        #expect(shown > 20, "\(shown)")
    }

    /// Separators at every place of a block and of what is kept of the one before, whatever the cuts.
    @Test(.timeLimit(.minutes(1)), arguments: UInt64(0)..<8)
    func anySplitGivesTheSame(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let parts = [
            "a", "ab", "abc-", "-", ".", "x/y", "_", " ", "\u{301}", "đ", "www.", "aaa", "\n", "☆",
            "*",
            " 🎲 ",
        ]
        var joints = WordJoints(phraseCount: 4)
        for phrase in ["abcab", "aab abc", "aax", "yaab x"] { joints.add(Array(phrase.utf8).span) }
        for _ in 0..<6 {
            var page: [UInt8] = []
            while page.count < 13_000 {
                page += Array(parts[random.below(parts.count)].utf8)
            }
            let whole = FoldedText.view(page, .joined, .all)
            let words = FoldedText.view(page, .joined, joints)
            #expect(words.contains("abcab"))
            for _ in 0..<3 {
                let cuts = (0..<20).map { _ in random.below(page.count) }.sorted()
                #expect(FoldedText.view(page, .joined, .all, cuts) == whole)
                #expect(FoldedText.view(page, .joined, joints, cuts) == words)
            }
        }
    }

    /// Signs of one kind between the letters of a phrase's word are none.
    @Test(
        arguments: [
            ("ca.sino", "casino"), ("ca-si-no", "casino"), ("c*a*si*no", "casino"),
            ("casi.n.o", "casino"), ("ca.s.ino", "casino"), ("casin.o", "casino"),
            ("c.a.s.i.n.o", "casino"),
            ("ca.s.i.no", "casino"), ("chơi c.asino", "choi casino"), ("đá.nh b.ạc", "danh bac"),
            ("b.ánh gi*òn", "banh gion"), ("b_ánh-gion", "banh gion"),
            ("s.e.xy", "sexy"), ("se/xy", "sexy"), ("ca.sĩ.nô", "casino"),
            // Behind a letter that stands alone, whose sequence takes the word's first letters.
            ("v.v. c.a.sino", "casino"), ("A. c.a.sino", "casino"), ("x-c.a.sino", "casino"),
            // No letters are left out, and no digits are letters.
            ("xca.sino", ""), ("ca.sinos", ""), ("1ca.sino", ""), ("ca.sino2", ""),
            ("1.ca.sino", "casino"), ("ca.sino.2", "casino"),
            ("ca.si2no", ""), ("ca....sino", ""), ("ca.,sino", ""), ("ca * sino", ""),
            ("ca..sino", "casino"), ("ca-sino--hot", "casino"), ("hot...ca.sino", "casino"),
            ("hot🔥ca☆sino🎲hot", "casino"), ("ca🔥☆sino", ""),
            ("c☆☆a☆☆sino", "casino"), ("ca🔥🔥🔥sino", "casino"),
            ("c..asino", "casino"),
            ("ca...s...i...no", "casino"), ("xca..sino", ""), ("ca..sino2", ""), ("2ca..sino", ""),
            ("ca. sino", ""), ("ca'sino", ""),
            ("www.ca.sino", ""),
            // Another sign beside the word is no part of it.
            ("/ca.sino/", "casino"), ("www/ca.sino/", "casino"), ("ca.sino.", "casino"),
            ("ca.sino-ca.sino", "casino"), ("a,ca.sino", "casino"),
            // What is longer than a word with signs ends where its letters do.
            ("\(String(repeating: "xyzyx-", count: 6))ca-sino", ""),
            ("\(String(repeating: "xyzyx-", count: 6))ca-sino ca-sino", "casino"),
            // What may be two words, is.
            ("ban-ca", "ban ca"), ("ban--ca", "ban ca"), ("ban-ca.sino", "ban ca"),
            // Words of several signs' places, each with a space's.
            ("☆chơi☆☆casi.no☆", "choi casino"), ("chơi ☆ ca☆sino", "choi casino"),
        ])
    func signsWithinWords(page: String, wanted: String) {
        var joints = WordJoints(phraseCount: 8)
        for phrase in ["casino", "choi casino", "danh bac", "banh gion", "sexy", "ban ca", "banca"]
        {
            joints.add(Array(phrase.utf8).span)
        }
        let found = FoldedText.view(Array("một \(page) hai".utf8), .joined, joints)
        #expect(wanted.isEmpty ? found.isEmpty : found.contains(wanted), "\(found)")
    }

    /// Signs between letters and digits part a phrase's word, or two; those between two digits are numbers'.
    @Test(
        arguments: [
            ("bet-88", "bet88"), ("bet☆88", "bet88"), ("bet--88", "bet88"), ("b.e.t.88", "bet88"),
            ("188-bet", "188bet"), ("1.8.8.b.e.t", "188bet"), ("188.b.et", "188bet"),
            ("w-88", "w88"), ("w.8.8", "w88"), ("W 8 8", "w88"), ("w☆☆88", "w88"),
            ("8-xbet", "8xbet"), ("8 x b e t", "8xbet"), ("8.x.b.e.t", "8xbet"),
            ("1 8 8 b e t", "188bet"),
            ("phim-18", "phim 18"), ("phim☆18", "phim 18"), ("phim ☆ 18", "phim 18"),
            ("ph.im-18", "phim 18"), ("phim--18 bet-88", "phim 18 bet88"), ("24-gio", "24 gio"),
            ("b.et88", "bet88"), ("b.et.88", "bet88"), ("1.bet.88", ""), ("be.t88", "bet88"),
            // Numbers beside a word are no part of it.
            ("1.ca.sino", "casino"), ("ca.sino.2", "casino"), ("2-ca-si-no-3", "casino"),
            ("12.ca.si.no", "casino"), ("ca.sino2", ""), ("2ca.sino", ""),
            ("ca-sino-2-bet-88", "casino"),
            ("bet[88]", ""), ("phim[18]", ""), ("phim.[18]", ""), ("(w)88", ""), ("18]phim", ""),
            ("1 s e x", "1 sex"), ("1.s.e.x", "1 sex"), ("2 c a s i n o", "2 casino"),
            ("3-c-a-s-i-n-o", "3 casino"), ("1 2 3 x b e t", "3 xbet"),
            ("bet - 88", ""), ("bet 88", ""), ("bet8-8", ""), ("xbet-88", ""), ("bet-888", ""),
            ("1-88-bet", ""), ("phim-182", "phim 182"), ("phim-1-8", ""), ("bet'88", ""),
            ("1.000.000-vnd", ""), ("1 2 3 4 5", ""), ("2-0", ""), ("8 x", ""), ("2026-11-29", ""),
        ])
    func signsBesideDigits(page: String, wanted: String) {
        var joints = WordJoints(phraseCount: 8)
        for phrase in [
            "bet88", "188bet", "w88", "8xbet", "phim 18", "24 gio", "2026 11", "20", "casino",
        ] {
            joints.add(Array(phrase.utf8).span)
        }
        let alone = FoldedText.view(Array("một \(page) hai".utf8), .joined, joints)
        #expect(wanted.isEmpty ? alone.isEmpty : alone.contains(wanted), "\(alone)")
        // Also behind a part that is open there.
        for before in ["một ", "bet-88 "] {
            let text = Array("\(before)\(page) hai".utf8)
            let found = FoldedText.view(text, .joined, joints)
            for cut in 1..<text.count {
                #expect(FoldedText.view(text, .joined, joints, [cut]) == found, "cut at \(cut)")
            }
        }
    }

    /// A word with three signs at each place is as long as what is looked at, and what goes on behind it is another.
    @Test(
        arguments: [
            ("e...l...e...p...h...a...n...t", true), ("e...l...e...p...h...a...n...t...s", false),
            ("e...l...e...p...h...a...n...t..", true), ("e...l...e...p...h...a...n...t--s", true),
            ("e...l...e...p...h...a...n...t...1", true), ("e...l...e...p...h...a...n...t...", true),
            ("e..l..e..p..h..a..n..t..s", false), ("el...e...p...h...a...n...t...s", false),
        ])
    func wordsThatGoOn(page: String, isWord: Bool) {
        var joints = WordJoints(phraseCount: 1)
        joints.add(Array("elephant".utf8).span)
        for text in ["một \(page) hai", "một \(page)", "b\(page)"] {
            let bytes = Array(text.utf8)
            let found = FoldedText.view(bytes, .joined, joints)
            let words = found.split { !$0.isLetter }
            #expect(words.contains("elephant") == (isWord && !text.hasPrefix("b")), "\(text)")
            for cut in bytes.indices {
                #expect(FoldedText.view(bytes, .joined, joints, [cut]) == found, "cut at \(cut)")
            }
        }
    }

    /// A word with more signs and letters than are looked at is none.
    @Test func longWordsAreLeft() {
        let word = String(repeating: "abcde", count: 4)
        var joints = WordJoints(phraseCount: 1)
        joints.add(Array(word.utf8).span)
        func page(_ every: Int) -> String {
            word.enumerated().map { ($0.offset % every == 1 ? "." : "") + String($0.element) }
                .joined()
        }
        #expect(FoldedText.view(Array(page(2).utf8), .joined, joints).contains(word))
        #expect(page(2).utf8.count == 30)
        let longer = page(2).replacing("a.b", with: "a.b.", maxReplacements: 1)
        #expect(longer.utf8.count == 31)
        #expect(!FoldedText.view(Array(longer.utf8), .joined, joints).contains(word))
    }

    /// Where expressions want every place, words of phrases are found all the same.
    @Test func openPlacesAndWords() {
        var joints = WordJoints(phraseCount: 1)
        joints.add(Array("casino".utf8).span)
        joints.open()
        for (page, wanted) in [
            ("one-two ca.sino", "one two casino"), ("one x-c.a.sino two", "one xcasino two"),
            ("v.v. c.a.sino", "vcasino"), ("one-two ca.s.ino", "one two casino"),
        ] {
            let found = FoldedText.view(Array(page.utf8), .joined, joints)
            #expect(found.contains(wanted), "\(page): \(found)")
        }
    }

    @Test func onlyWhatIsWantedComesOut() {
        var joints = WordJoints(phraseCount: 1)
        joints.add(Array("danh bac".utf8).span)
        let page = "one-two three.four www.danh.test five_six danh.bac seven"
        #expect(FoldedText.view(Array(page.utf8), .joined, joints) == "danh bac\n")
        #expect(FoldedText.view(Array("one-two three.four".utf8), .joined, joints).isEmpty)
        #expect(FoldedText.view(Array("www.danh.test".utf8), .joined, joints).isEmpty)
        #expect(FoldedText.view(Array("danhwww.bac".utf8), .joined, joints).contains("danhw bac"))
    }

    /// Around words of one letter the signs of a text are the spaces of the phrase.
    @Test(
        arguments: [
            ("ban a phien", "ban-a-phien"), ("mua o to", "mua_o_to"),
            (" o to ", "mua-o-to-cu"), ("ban a ", "ban.a.xe"),
            (" o to ", "mua--o--to--cu"), (" o to", "mua☆o ☆ to"), ("xe o ", "xe--o--to"),
            ("ban a phien", "ban--a ☆ phiện"),
            // Signs of the phrase itself.
            ("an, o to", "ăn, ô-tô"), ("xe o, to", "xe-ô, to"), ("an (o) to co", "an (o) to--co"),
        ])
    func wordsOfOneLetter(phrase: String, page: String) {
        var joints = WordJoints(phraseCount: 1)
        joints.add(Array(phrase.utf8).span)
        let found = FoldedText.view(Array("một \(page) hai".utf8), .joined, joints)
        #expect(found.contains(phrase), "\(found)")
    }

    /// Nothing stands before the text or behind it.
    @Test(arguments: [("ban o", "ban-o"), ("o to", "o-to"), ("casino", "casin.o"), ("ca", "c.a")])
    func nothingAround(phrase: String, page: String) {
        var joints = WordJoints(phraseCount: 1)
        joints.add(Array(phrase.utf8).span)
        let found = FoldedText.view(Array(page.utf8), .joined, joints)
        #expect(found.contains(phrase), "\(found)")
    }

    /// Every sign of ASCII stands for a space between letters, but the apostrophe; no control does.
    @Test func everySignIsASeparator() {
        var joints = WordJoints(phraseCount: 1)
        joints.add(Array("danh bac".utf8).span)
        for byte in UInt8(0x21)..<0x7F {
            let isLetter =
                (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte >= 0x30 && byte <= 0x39
            if isLetter { continue }
            let sign = String(UnicodeScalar(byte))
            for page in ["đánh\(sign)bạc", "chơi đánh\(sign)bạc ở đây cho vui", "danh\(sign)bac"] {
                let found = FoldedText.view(Array(page.utf8), .joined, joints)
                #expect(found.contains("danh bac") == (sign != "'"), "\(page): \(found)")
            }
            // So do several; beside a digit it is none.
            for (page, parts) in [
                ("danh\(sign)\(sign)bac", sign != "'" && sign != "\""), ("danh1\(sign)2bac", false),
                ("danh \(sign) bac", false),
            ] {
                let found = FoldedText.view(Array(page.utf8), .joined, joints)
                #expect(found.contains("danh bac") == parts, "\(page): \(found)")
            }
        }
    }

    /// Signs beyond ASCII are signs, with spaces and without; several of any kind part words.
    @Test(
        arguments: [
            ("đánh☆bạc", true), ("đánh ☆ bạc", true), ("đánh☆ bạc", true), ("đánh ☆bạc", true),
            ("đánh 🎲🔥 bạc", true), ("đánh ⚽️ bạc", true), ("đánh👉🏻bạc", true), ("đánh “bạc”", false),
            ("đánh » bạc", false), ("đánh”bạc", true), ("đánh»bạc", true), ("đánh • bạc", false),
            ("đánh → bạc", false), ("đánh * bạc", false), ("đánh ❯ bạc", false),
            ("đánh ● bạc", false), ("đánh→bạc", true), ("đánh\",\"bạc", false), ("đánh「bạc", true),
            ("đánh ⭐ bạc", true),
            ("đánh 。 bạc", false),
            ("đánh…bạc", true), ("đánh\u{F0E7}bạc", true), ("đánh、bạc", true),
            ("đánh\u{FFFD}bạc", true),
            ("đánh**bạc", true), ("đánh_-_bạc", true), ("đánh ~☆~ bạc", true),
            ("ĐÁNH ★★★★★★ BẠC", true),
            ("đánh\u{A0}☆\u{A0}bạc", true), ("đánh ''bạc", false), ("đánh''bạc", false),
            ("đánh'☆bạc", false),
            // Words of two sentences, of two lines, of a list.
            ("đánh - bạc", false), ("đánh, bạc", false), ("đánh. bạc", false),
            ("đánh | bạc", false),
            ("đánh ☆\nbạc", true), ("đánh’bạc", false), ("đánh ★★★★★★★ bạc", false),
            ("đánh2☆bạc", false), ("đánh☆2bạc", false), ("xđánh☆bạcx", false),
        ])
    func signsBetweenWords(page: String, areParted: Bool) {
        var joints = WordJoints(phraseCount: 1)
        joints.add(Array("danh bac".utf8).span)
        // Wherever the 64 bytes end that are looked at together.
        let fillers = (0..<66).map { (String(repeating: "ox", count: 33).prefix($0) + " ", "") }
        for (before, behind) in [("", ""), ("ai cũng ", " ở đây cho vui"), ("(", ")")] + fillers {
            let text = Array((before + page + behind).utf8)
            let words = FoldedText.view(text, .joined, joints).split { " \n(*)".contains($0) }
            let found = words.indices.contains { words[$0...].prefix(2) == ["danh", "bac"] }
            #expect(found == areParted, "\(before)\(page)\(behind): \(words)")
            let whole = FoldedText.view(text, .joined, joints)
            for cut in 1..<text.count where before.count < 9 {
                #expect(FoldedText.view(text, .joined, joints, [cut]) == whole, "cut at \(cut)")
            }
        }
    }

    /// A phrase may begin and end with a space.
    @Test func spacesAtTheEnds() {
        for (phrase, page) in [(" sex", "hot-sexy"), ("sex ", "unisex.hot"), (" ab", "x/ab-c")] {
            var joints = WordJoints(phraseCount: 1)
            joints.add(Array(phrase.utf8).span)
            #expect(
                FoldedText.view(Array(page.utf8), .joined, joints).contains(phrase), "\(phrase)")
        }
    }
}
