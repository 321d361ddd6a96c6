import Foundation
import KhienCoding
import KhienModel
import Testing

/// The legacy Vietnamese charsets, and the guess at them.
@Suite("Vietnamese charsets")
struct VietnameseTests {
    static let alphabet =
        "aáàảãạăắằẳẵặâấầẩẫậeéèẻẽẹêếềểễệiíìỉĩịoóòỏõọôốồổỗộơớờởỡợuúùủũụưứừửữựyýỳỷỹỵđ"

    static let sentence = "Cộng hòa xã hội chủ nghĩa Việt Nam, Độc lập - Tự do - Hạnh phúc. "

    @Test("VNI: every letter alone, between letters, and cut")
    func vni() throws {
        #expect(VietnameseEncoders.vni.count == 2 * 67)
        let letters = Self.alphabet + Self.alphabet.uppercased()
        for letter in letters {
            let word = "n\(letter)ng \(letter) a\(letter)"
            let bytes = VietnameseEncoders.encodeVNI(word)
            for place in 0...bytes.count {
                let found = text(try decode(bytes, .vni, .once(at: place)))
                #expect(found == word.precomposedStringWithCanonicalMapping)
            }
        }
        let long = String(repeating: Self.sentence, count: 20)
        #expect(text(try decode(VietnameseEncoders.encodeVNI(long), .vni)) == long)
        // A mark that no vowel takes is itself; a mark in the other case of letters is a mark.
        #expect(text(try decode([0x62, 0xF9, 0x61, 0xD9, 0x61], .vni)) == "bùáa")
    }

    @Test(
        "windows-1258, TCVN3 and VISCII as iconv writes them",
        .enabled(if: Tools.arePresent, "\(Tools.comment)"),
        arguments: [
            (Charset.windows1258, "CP1258"), (.tcvn3, "TCVN5712-1"), (.viscii, "VISCII"),
        ])
    func iconv(_ charset: Charset, _ name: String) throws {
        // Line feeds and the rest of the controls that pages contain stay what they are.
        var sample = Self.sentence + "\t\r\n" + Self.alphabet
        sample += Self.alphabet.uppercased() + "~"
        let bytes = try VietnameseEncoders.encode(sample, name)
        for cuts in [Cuts.whole(), .every(1, of: bytes.count)] {
            let found = text(try decode(bytes, charset, cuts))
            #expect(found.precomposedStringWithCanonicalMapping == sample)
        }
    }

    // MARK: The guess

    /// Vietnamese pages of at least 200 letters: whole documents, and parts of them.
    static func pages() throws -> [String] {
        var result: [String] = []
        let folders = [
            ("vi-law", ["txt"]), ("vi-sentences", ["txt"]), ("html-install-guide", ["html"]),
            ("html-libreoffice-help-vi", ["html"]),
        ]
        for (folder, endings) in folders {
            for bytes in try TestData.texts(folder, endings) {
                let page = text(bytes)
                guard letters(page) >= 200, marked(page) >= 40 else { continue }
                result.append(String(page.prefix(20_000)))
                if folder.hasPrefix("html") { continue }
                // Short pages: a headline's worth more than 200 letters.
                var words = page.split(separator: " ", maxSplits: 400)[...]
                while words.count > 100 {
                    let part = words.prefix(70).joined(separator: " ")
                    if letters(part) >= 200, marked(part) >= 20 { result.append(part) }
                    words = words.dropFirst(70)
                }
            }
        }
        return result
    }

    static func letters(_ page: String) -> Int {
        page.unicodeScalars.lazy.filter { $0.properties.isAlphabetic }.count
    }

    static func marked(_ page: String) -> Int {
        page.unicodeScalars.lazy.filter { !$0.isASCII && $0.properties.isAlphabetic }.count
    }

    static let separator = "\n=-=-=-=-=-=\n"

    static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        let mark = [UInt8](separator.utf8)
        var result: [[UInt8]] = []
        var start = 0
        var index = 0
        while index + mark.count <= bytes.count {
            if bytes[index] == 0x0A, Array(bytes[index..<index + mark.count]) == mark {
                result.append(Array(bytes[start..<index]))
                index += mark.count
                start = index
            } else {
                index += 1
            }
        }
        return result + [Array(bytes[start...])]
    }

    @Test(
        "Vietnamese pages in a legacy charset are found",
        .enabled(if: TestData.isPresent && Tools.arePresent, "\(TestData.comment)"))
    func found() throws {
        let pages = try Self.pages()
        #expect(pages.count > 500)
        let whole = pages.joined(separator: Self.separator)
        for (charset, name) in [
            (Charset.windows1258, "CP1258"), (.tcvn3, "TCVN5712-1"), (.viscii, "VISCII"),
            (.vni, ""),
        ] {
            let bytes =
                name.isEmpty
                ? VietnameseEncoders.encodeVNI(whole) : try VietnameseEncoders.encode(whole, name)
            let encoded = Self.split(bytes)
            #expect(encoded.count == pages.count)
            for declared in [Charset.utf8, .windows1252, .windows1250] {
                var right = 0
                for page in encoded
                where VietnameseGuess.alternative(to: declared, in: page.span) == charset {
                    right += 1
                }
                print(
                    "guess: \(charset.name) declared \(declared.name): \(right) of \(pages.count)")
                #expect(right * 100 >= pages.count * 99)
            }
            // Declared as what it is: no alternative.
            let wrong = encoded.filter {
                VietnameseGuess.alternative(to: charset, in: $0.span) != nil
            }
            #expect(wrong.isEmpty)
        }
    }

    @Test(
        "Other pages have no alternative",
        .enabled(if: TestData.isPresent && Tools.arePresent, "\(TestData.comment)"))
    func falseAlternatives() throws {
        var pages: [[UInt8]] = []
        for folder in [
            "html-articles", "html-readability", "html-debian-handbook", "html-install-guide",
            "html-libreoffice-help-vi", "vi-law", "vi-en-d2l",
        ] {
            pages += try TestData.texts(folder, ["html", "txt", "md"])
        }
        #expect(pages.count > 900)
        var alternatives = 0
        for page in pages {
            for contentType in ["", "text/html; charset=utf-8", "text/html; charset=windows-1252"] {
                let decision = CharsetDecision(
                    prefix: page.span, contentType: [UInt8](contentType.utf8).span, kind: .markup)
                if decision.alternative != nil { alternatives += 1 }
            }
        }
        print("guess: \(alternatives) false alternatives in 3 x \(pages.count) pages as they are")
        #expect(alternatives == 0)
    }

    @Test(
        "Pages of other languages in their legacy charsets have no alternative",
        .enabled(if: TestData.isPresent && Tools.arePresent, "\(TestData.comment)"))
    func falseAlternativesInLegacyCharsets() throws {
        var pages: [String] = []
        for folder in ["html-articles", "html-readability"] {
            for bytes in try TestData.texts(folder, ["html"]) where Self.marked(text(bytes)) >= 10 {
                // From the first such letter on, and each letter alone many times over.
                let page = text(bytes)
                pages.append(String(page.prefix(30_000)))
                pages.append(
                    String(
                        page.unicodeScalars.filter {
                            $0.properties.isAlphabetic || $0 == " "
                        }
                    ).split(separator: " ").filter { Self.marked(String($0)) > 0 }.prefix(3000)
                        .joined(separator: " "))
            }
        }
        pages += Self.languages
        let whole = pages.joined(separator: Self.separator)
        var judged = 0
        var alternatives = 0
        for (charset, name) in [
            (Charset.windows1252, "CP1252"), (.windows1250, "CP1250"), (.windows1251, "CP1251"),
            (.iso8859Part2, "ISO-8859-2"), (.koi8R, "KOI8-R"), (.windows1254, "CP1254"),
            (.iso8859Part15, "ISO-8859-15"), (.windows1257, "CP1257"), (.windows1253, "CP1253"),
            (.shiftJIS, "CP932"), (.gbk, "GBK"), (.big5, "BIG5"), (.eucKR, "UHC"),
            (.eucJP, "EUC-JP"),
        ] {
            let encoded = Self.split(try VietnameseEncoders.encode(whole, name))
            #expect(encoded.count == pages.count)
            for page in encoded where page.contains(where: { $0 >= 0x80 }) {
                for declared in [charset, .windows1252, .utf8] {
                    judged += 1
                    let found = VietnameseGuess.alternative(to: declared, in: page.span)
                    if found != nil { alternatives += 1 }
                }
            }
        }
        print("guess: \(alternatives) false alternatives in \(judged) judgements of legacy pages")
        #expect(judged > 1500)
        #expect(alternatives == 0)
    }

    @Test(
        "A few words of other languages have hardly ever an alternative",
        .enabled(if: TestData.isPresent && Tools.arePresent, "\(TestData.comment)"))
    func falseAlternativesInSnippets() throws {
        var words: [Substring] = []
        for folder in ["html-articles", "html-readability"] {
            for bytes in try TestData.texts(folder, ["html"]) {
                for word in text(bytes).split(whereSeparator: { !$0.isLetter })
                where word.count < 20 && Self.marked(String(word)) > 0 { words.append(word) }
            }
        }
        for page in Self.languages {
            words += page.split(separator: " ").filter { Self.marked(String($0)) > 0 }
        }
        var (judged, alternatives) = (0, 0)
        for (charset, name) in [
            (Charset.windows1252, "CP1252"), (.windows1250, "CP1250"), (.windows1251, "CP1251"),
            (.windows1254, "CP1254"), (.koi8R, "KOI8-R"),
        ] {
            let encoded = try VietnameseEncoders.encode(words.joined(separator: "\n"), name)
                .split(separator: 0x0A).filter { $0.contains { $0 >= 0x80 } }
            for count in [3, 5] {
                for start in stride(from: 0, to: encoded.count - count, by: count) {
                    let page = Array(encoded[start..<start + count].joined(separator: [0x20]))
                    for declared in [charset, .windows1252, .utf8] {
                        judged += 1
                        if VietnameseGuess.alternative(to: declared, in: page.span) != nil {
                            alternatives += 1
                        }
                    }
                }
            }
        }
        print("guess: \(alternatives) false alternatives in \(judged) snippets of 3 to 7 words")
        #expect(judged > 1000)
        #expect(alternatives * 100 <= judged)
    }

    @Test(
        "Three Vietnamese words are found",
        .enabled(if: TestData.isPresent && Tools.arePresent, "\(TestData.comment)"))
    func foundInSnippets() throws {
        var words: [String] = []
        for bytes in try TestData.texts("vi-sentences", ["txt"]) {
            for word in text(bytes).split(whereSeparator: { !$0.isLetter })
            where word.count > 1 && Self.marked(String(word)) > 0 { words.append(String(word)) }
        }
        var snippets: [String] = []
        for start in stride(from: 0, to: min(words.count, 12_000) - 3, by: 3) {
            snippets.append(words[start..<start + 3].joined(separator: " "))
        }
        let whole = snippets.joined(separator: Self.separator)
        for (charset, name) in [
            (Charset.windows1258, "CP1258"), (.tcvn3, "TCVN5712-1"), (.viscii, "VISCII"),
            (.vni, ""),
        ] {
            let bytes =
                name.isEmpty
                ? VietnameseEncoders.encodeVNI(whole) : try VietnameseEncoders.encode(whole, name)
            let encoded = Self.split(bytes)
            for declared in [Charset.utf8, .windows1252] {
                let right = encoded.count {
                    VietnameseGuess.alternative(to: declared, in: $0.span) == charset
                }
                print(
                    "guess: \(charset.name) declared \(declared.name): \(right) of "
                        + "\(encoded.count) snippets of three words")
                #expect(right * 100 >= encoded.count * 50)
            }
        }
    }

    static let languages = [
        "Où est le café ? À côté de l'hôtel, derrière l'église : c'est là que Noël déjà fêté a été né.",
        "Müller übt für die Prüfung; größere Häuser, schöne Straßen, Gemüse und Käse, grüne Äpfel.",
        "Più tardi c'è già la città; perché così è la verità, però lunedì ci sarà di più, là, giù, sì.",
        "Não há pão; são Paulo é já amanhã, avó e avô não estão cá, só três irmãos e mãe, então pôr.",
        "¿Qué pasó mañana? El niño comió jamón, así está, él también, allí habrá más corazón y árbol.",
        "Příliš žluťoučký kůň úpěl ďábelské ódy, když přišel čas, a zítra už bude další hezký den.",
        "Zażółć gęślą jaźń, a potem pójdź pod dąb, gdzie źródło bije, żaby skaczą i ćmy się gromadzą.",
        "Árvíztűrő tükörfúrógép; őszi időben több évszázados fák között sétálni jó, gyönyörű élmény.",
        "Съешь же ещё этих мягких французских булок, да выпей чаю, и приходи завтра в школу пораньше.",
        "Şişli'de gördüğüm çocuk, öğretmenine güzel çiçekler götürüyordu; ağaçlar yeşil, gökyüzü açıktı.",
    ].map { String(repeating: $0 + " ", count: 12) }

    @Test("How much evidence a guess needs")
    func limits() throws {
        let word = VietnameseEncoders.encodeVNI("đường ")
        func page(_ count: Int) -> [UInt8] {
            Array([[UInt8]](repeating: word, count: count).joined())
        }
        let few = Limits.Coding.guessWordsFew
        #expect(VietnameseGuess.alternative(to: .windows1252, in: page(few).span) == .vni)
        #expect(VietnameseGuess.alternative(to: .windows1252, in: page(few - 1).span) == nil)
        let least = Limits.Coding.guessWordsMin
        let stray: [UInt8] = [0x7A, 0xF1, 0x7A, 0x20]
        let atLeast = page(least - 1) + stray
        #expect(VietnameseGuess.alternative(to: .windows1252, in: atLeast.span) == .vni)
        let tooFew = page(least - 2) + stray
        #expect(VietnameseGuess.alternative(to: .windows1252, in: tooFew.span) == nil)
        // Looked at from the first byte past ASCII, and so far only: a sign, blanks, then the words.
        let last = Limits.Coding.guessBytesMax - page(few).count - 1
        func padded(_ count: Int) -> [UInt8] {
            let blanks = [UInt8](repeating: 0x20, count: count)
            return blanks + blanks + [0xA9] + blanks + page(few)
        }
        #expect(VietnameseGuess.alternative(to: .windows1252, in: padded(last).span) == .vni)
        #expect(VietnameseGuess.alternative(to: .windows1252, in: padded(last + 6).span) == nil)
        // What comes behind enough words is not looked at.
        let nonsense = [UInt8]("z\u{F1}z ".unicodeScalars.map { UInt8($0.value) })
        func followed(_ count: Int) -> [UInt8] {
            page(count) + Array([[UInt8]](repeating: nonsense, count: 1000).joined())
        }
        let most = Limits.Coding.guessWordsMax
        #expect(VietnameseGuess.alternative(to: .windows1252, in: followed(2 * most).span) == .vni)
        #expect(VietnameseGuess.alternative(to: .windows1252, in: followed(most / 2).span) == nil)
        // Nonsense among the words.
        func mixed(_ nonsense: Int) -> [UInt8] {
            page(80)
                + Array([[UInt8]](repeating: [0x7A, 0xF1, 0x7A, 0x20], count: nonsense).joined())
        }
        #expect(VietnameseGuess.alternative(to: .windows1252, in: mixed(20).span) == .vni)
        #expect(VietnameseGuess.alternative(to: .windows1252, in: mixed(21).span) == nil)
    }
}

/// Text of legacy fonts that was saved as Unicode.
@Suite("Font codes")
struct FontCodeTests {
    static let sentence = "Đánh bạc ở trường học là điều cấm, ai cũng phải biết điều đó"

    /// Each byte as the character of its number.
    static func saved(_ bytes: [UInt8]) -> [UInt8] {
        Array(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })).utf8)
    }

    static func decode(_ text: [UInt8], _ charset: Charset, cut: Int) throws -> String {
        var decoder = try FontCodeDecoder(charset)
        var result: [UInt8] = []
        for start in stride(from: 0, to: text.count, by: cut) {
            let end = min(start + cut, text.count)
            decoder.decode(text.span.extracting(start..<end), into: &result)
        }
        decoder.finish(into: &result)
        return String(decoding: result, as: UTF8.self)
    }

    @Test func everyCutGivesTheSame() throws {
        let vni = Self.saved(VietnameseEncoders.encodeVNI(Self.sentence))
        // What is not of Latin-1 stays, and parts a vowel from what would mark it.
        let mixed = Array("\0\n— o\u{2019}ø đa\u{300} ÿ\u{80} ".utf8) + vni + [0xC3]
        let whole = try Self.decode(mixed, .vni, cut: .max)
        #expect(whole.hasPrefix("\0\n— o’ø đa\u{300} "))
        #expect(whole.hasSuffix(Self.sentence + "\u{FFFD}"))
        for cut in 1..<mixed.count {
            #expect(try Self.decode(mixed, .vni, cut: cut) == whole, "\(cut)")
        }
        #expect(try Self.decode(Array("§¸nh b¹c".utf8), .tcvn3, cut: 1) == "Đánh bạc")
    }

    static func mayHaveFontCode(_ bytes: [UInt8]) -> Bool {
        VietnameseGuess.mayHaveFontCode(bytes.span)
    }

    @Test func guesses() throws {
        let vni = Self.saved(VietnameseEncoders.encodeVNI(Self.sentence))
        #expect(VietnameseGuess.fontCode(of: vni.span) == .vni)
        #expect(Self.mayHaveFontCode(vni))
        let rows = [
            Self.sentence, "Les élèves étaient très fâchés à l'école: ça a été déjà réglé là-bas.",
            "Não há ninguém às três horas; a situação é péssima, então não vão lá amanhã.",
            "Über größere Flüsse führen schöne Brücken, für Fußgänger höchstens gefährlich.",
            "¿Dónde está mañana el señor? Pasó rápido, según él, así también allí después.",
        ]
        for row in rows {
            #expect(VietnameseGuess.fontCode(of: Array(row.utf8).span) == nil, "\(row)")
        }
        #expect(!Self.mayHaveFontCode(Array(Self.sentence.utf8)))
    }

    /// The least that is looked at, and one letter less; and the share of it.
    @Test(arguments: [0, 1])
    func leastLetters(fewer: Int) {
        let count = Limits.Coding.fontLettersMin - fewer
        for letter in ["é", "&#233;", "&#xE9;", "&eacute;"] {
            let text =
                String(repeating: "<p>\(letter) a&nbsp;&amp; </p>", count: count) + "        "
            #expect(Self.mayHaveFontCode(Array(text.utf8)) == (fewer == 0))
        }
        let mixed =
            String(repeating: "é é é é ạ ", count: 10) + (fewer == 0 ? "" : "ạ ") + "        "
        #expect(Self.mayHaveFontCode(Array(mixed.utf8)) == (fewer == 0))
    }
}
