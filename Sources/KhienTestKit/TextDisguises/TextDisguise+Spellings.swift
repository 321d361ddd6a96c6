import Foundation

extension TextDisguise {
    /// The same words in other characters.
    static let spellings: [TextDisguise] = [
        inBody("nfc", exact) { $0.precomposedStringWithCanonicalMapping },
        inBody("nfd", exact) { $0.decomposedStringWithCanonicalMapping },
        inBody("upper case", exact) { $0.uppercased() },
        inBody("upper case, nfd", exact) { $0.uppercased().decomposedStringWithCanonicalMapping },
        inBody("every word capitalised", exact) { $0.capitalized },
        inBody("zero-width space between letters", exact) { Spell.between($0, "\u{200B}") },
        inBody("zero-width joiner between letters", exact) { Spell.between($0, "\u{200D}") },
        inBody("soft hyphen between letters", exact) { Spell.between($0, "\u{AD}") },
        inBody("word joiner between letters", exact) { Spell.between($0, "\u{2060}") },
        inBody("no-break spaces", exact) { $0.replacing(" ", with: "\u{A0}") },
        inBody("several spaces and line breaks", exact) { $0.replacing(" ", with: " \n\t  ") },
        inBody("full width", plain + exact) { fullWidth($0) },
        inBody("mathematical bold", plain) { bold(Spell.withoutDiacritics($0)) },
        inBody("Cyrillic look-alikes", plain) { cyrillic($0) },
        inBody("Cyrillic look-alikes, no diacritics", plain) {
            cyrillic(Spell.withoutDiacritics($0))
        },
        inBody("no diacritics", plain) { Spell.withoutDiacritics($0) },
        inBody("no diacritics, upper case", plain) { Spell.withoutDiacritics($0).uppercased() },
        inBody("dots between letters", joined) { Spell.between($0, ".") },
        inBody("hyphens between letters", joined) { Spell.between($0, "-") },
        inBody("asterisks between letters", joined) { Spell.between($0, "*") },
        inBody("spaces between letters", joined) { phrase in
            phrase.filter { $0 != " " }.count < 5 || phrase.count < 3
                ? nil : Spell.words(phrase).joined().map(String.init).joined(separator: " ")
        },
        inBody("signs between words", joined) { signed($0, signs) },
        inBody("several signs between words", joined) { signed($0, runs) },
        inBody("symbols between words", joined) { signed($0, symbols) },
        inBody("symbols and spaces between words", joined) {
            signed($0, spaced.map { " \($0) " } + spaced.map { "\($0) " })
        },
        inBody("stars between letters", joined) { Spell.between($0, "☆") },
        inBody("a sign within words", joined) { signedWithin($0, signs) },
        inBody("a symbol within words", joined) {
            signedWithin($0, symbols.filter { $0.count == 1 })
        },
        inBody("without spaces", joined) { glued($0) },
        inBody("a tag with a number", joined) { phrase in
            glued(Spell.withoutDiacritics(phrase)).map { "#\($0)88" }
        },
        inBody("signs between words, no diacritics", joined) {
            signed(Spell.withoutDiacritics($0), signs)
        },
        inBody("dots, no diacritics, upper case", joined) {
            Spell.between(Spell.withoutDiacritics($0).uppercased(), ".")
        },
        inBody("repeated vowels", joined) { repeated($0) },
        inBody("repeated vowels, no diacritics", joined) {
            repeated(Spell.withoutDiacritics($0))
        },
        inBody("tone on the other vowel", exact) { movedTone($0) },
    ]

    private static let signs = "-*|~+=_./:;,!?#%@^()[]{}\\\"$`".map(String.init)
    private static let runs = [
        "**", "__", "--", "...", "~*~", "-=-", "||", "})", "/\\/\\", "_-_-_-_-",
    ]
    private static let symbols = [
        "☆", "★", "♥", "●", "→", "»", "✦", "§", "¤", "†", "🎲", "🔥", "💰", "\u{26BD}\u{FE0F}",
        "\u{1F449}\u{1F3FB}",
        "\u{1F468}\u{200D}\u{1F4BB}", "🇻🇳", "🔥🔥🔥", "“", "…", "\u{F0E7}", "、", "•",
        "\u{2194}\u{FE0F}", "☆*☆",
    ]

    /// Everyday text has the others beside spaces, in lists, paths and sentences.
    private static let spaced = symbols.filter { !"→●»§¤†“…、•\u{2194}\u{FE0F}".contains($0) }

    /// A sign amid each word of three letters and more; nil where there is none.
    private static func signedWithin(_ text: String, _ signs: [String]) -> String? {
        var next = text.utf8.count
        let result = Spell.words(text).map { word -> String in
            guard word.count >= 3 else { return word }
            next += 1
            let place = word.index(word.startIndex, offsetBy: 1 + next % (word.count - 1))
            return word[..<place] + signs[next % signs.count] + word[place...]
        }.joined(separator: " ")
        return result == text ? nil : result
    }

    /// A sign in place of each space, one after the other; nil for a single word.
    private static func signed(_ text: String, _ signs: [String]) -> String? {
        var next = text.utf8.reduce(0) { $0 + Int($1) }
        let result = text.map { letter -> String in
            guard letter == " " else { return String(letter) }
            next += 1
            return signs[next % signs.count]
        }
        return text.contains(" ") ? result.joined() : nil
    }

    /// The words as one; nil for a single word, and where there are other than nine to thirty letters.
    private static func glued(_ text: String) -> String? {
        let result = text.replacing(" ", with: "")
        return result != text && (9...30).contains(result.count) ? result : nil
    }

    /// ASCII letters in full width.
    private static func fullWidth(_ text: String) -> String {
        Spell.mapped(text) { scalar in
            (0x21...0x7E).contains(scalar.value)
                ? Unicode.Scalar(scalar.value + 0xFEE0).map { String($0) } : nil
        }
    }

    private static func bold(_ text: String) -> String {
        Spell.mapped(text) { scalar in
            (0x61...0x7A).contains(scalar.value)
                ? Unicode.Scalar(0x1D41A + scalar.value - 0x61).map { String($0) } : nil
        }
    }

    /// Letters that look the same in Cyrillic; nil where there are none.
    private static func cyrillic(_ text: String) -> String? {
        let letters: [Unicode.Scalar: String] = [
            "a": "а", "c": "с", "e": "е", "o": "о", "p": "р", "x": "х", "y": "у",
        ]
        let result = Spell.mapped(text) { letters[$0] }
        return result == text ? nil : result
    }

    /// The first vowel of each word, repeated.
    private static func repeated(_ text: String) -> String? {
        let vowels = Set("aeiouy")
        var isChanged = false
        let result = Spell.words(text).map { word -> String in
            guard
                let place = word.firstIndex(where: {
                    vowels.contains(Spell.withoutDiacritics(String($0)).first ?? " ")
                })
            else { return word }
            isChanged = true
            let vowel = String(word[place])
            return word[..<place] + String(repeating: vowel, count: 4)
                + word[word.index(after: place)...]
        }.joined(separator: " ")
        return isChanged ? result : nil
    }

    /// `hòa` as `hoà`, `thúy` as `thuý`; nil where there is no such syllable.
    private static func movedTone(_ text: String) -> String? {
        let pairs = [
            ("òa", "oà"), ("óa", "oá"), ("ỏa", "oả"), ("õa", "oã"), ("ọa", "oạ"), ("òe", "oè"),
            ("óe", "oé"), ("ỏe", "oẻ"), ("ọe", "oẹ"), ("ùy", "uỳ"), ("úy", "uý"), ("ủy", "uỷ"),
            ("ũy", "uỹ"), ("ụy", "uỵ"),
        ]
        let result = Spell.words(text).map { word -> String in
            for (from, to) in pairs where word.hasSuffix(from) {
                return word.dropLast(from.count) + to
            }
            return word
        }.joined(separator: " ")
        return result == text ? nil : result
    }
}
