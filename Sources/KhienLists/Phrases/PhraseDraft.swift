import KhienModel
import KhienText

/// A phrase rule as a grammar found it, on its way into a `ListBuilder`.
struct PhraseDraft {
    /// One part of it, in canonical text.
    struct Term: Hashable {
        var kind = PhraseTerm.Kind.literal
        var bytes: [UInt8]
        var startsWord = false
        var endsWord = false
    }

    var effect = PhraseEffect.weigh
    var weight: Int32 = 0
    var countMax: UInt32 = 0
    var distanceMin: UInt32 = 0
    var scope = PhraseScope.pages
    var group: UInt32?
    var windows: UInt32?
    var layers = TextLayers.standard
    var views = TextViews.everyReading
    var terms: [Term] = []

    /// The shortest phrase of ASCII letters that may decide about a page alone: shorter ones stand
    /// on every page.
    static let decisiveBytesMin = 3
    /// The shortest one that has a weight.
    static let weighedBytesMin = 2

    /// A phrase as it is written to a term in canonical text.
    ///
    /// - Parameter offset: where it stands in its line, for the fault.
    static func literal(
        _ text: [UInt8], startsWord: Bool, endsWord: Bool, at offset: Int?
    ) throws(LineFault) -> Term {
        let bytes = TextFolder.canonical(text.span)
        if bytes.isEmpty {
            throw .rejected("phrase.empty", "nothing is left of the phrase", at: offset)
        }
        if bytes.count > Limits.Phrases.phraseBytesMax {
            throw .rejected(
                "phrase.too-long", "the phrase is longer than 255 bytes in canonical text",
                at: offset)
        }
        if bytes.span.hasReplacement {
            throw .rejected(
                "phrase.encoding", "the charset of the phrase was not recognised", at: offset)
        }
        return Term(bytes: bytes, startsWord: startsWord, endsWord: endsWord)
    }

    /// An expression over canonical text. Whether it compiles is the compiler's to say.
    static func expression(_ pattern: [UInt8]) throws(LineFault) -> Term {
        if pattern.isEmpty || pattern.count > Limits.Phrases.regexBytesMax {
            throw .rejected("phrase.regex", "expected an expression of 1 to 1024 bytes")
        }
        return Term(kind: .regex, bytes: try PatternText.canonical(pattern))
    }

    /// The rule as people write it: `< a >,<b><50>`; a space stands for the boundary of a word. What
    /// would end a part is escaped, so that no two rules read the same: a rule's id is made of this.
    var text: [UInt8] {
        var text: [UInt8] = []
        for (index, term) in terms.enumerated() {
            if index > 0 { text.append(Byte.comma) }
            switch term.kind {
            case .literal:
                text.append(UInt8(ascii: "<"))
                if term.startsWord { text.append(Byte.space) }
                for byte in term.bytes {
                    let ends =
                        byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
                        || byte == Byte.backslash
                    if ends { text.append(Byte.backslash) }
                    text.append(byte)
                }
                if term.endsWord { text.append(Byte.space) }
                text.append(UInt8(ascii: ">"))
            case .regex:
                text.append(Byte.slash)
                var isEscaped = false
                for byte in term.bytes {
                    if byte == Byte.slash, !isEscaped { text.append(Byte.backslash) }
                    isEscaped = byte == Byte.backslash && !isEscaped
                    text.append(byte)
                }
                text.append(Byte.slash)
            }
        }
        if effect == .weigh { text += Array("<\(weight)>".utf8) }
        return text
    }

    /// Whether the rule is so short that it would be found everywhere.
    var isTooShort: Bool {
        let least = effect == .weigh ? Self.weighedBytesMin : Self.decisiveBytesMin
        return terms.allSatisfy { term in
            term.kind == .literal && term.bytes.count < least && term.bytes.allSatisfy { $0 < 0x80 }
        }
    }
}

extension ListBuilder {
    /// Adds a rule as an entry of kind `phrase`.
    mutating func addPhrase(_ draft: PhraseDraft) throws(LineFault) {
        var draft = draft
        var seen: Set<PhraseDraft.Term> = []
        draft.terms = draft.terms.filter { seen.insert($0).inserted }
        if draft.terms.count > Limits.Phrases.termsPerRuleMax {
            throw .rejected("phrase.too-many-parts", "the rule has more than 32 parts")
        }
        if draft.terms.isEmpty || draft.isTooShort {
            throw .rejected(
                "phrase.too-short", "a phrase of so few letters stands on nearly every page")
        }
        if phraseRules.count >= Limits.Phrases.rulesPerListMax {
            throw .rejected("phrase.too-many-rules", "the list has more than 1000000 rules")
        }
        let firstTerm = UInt32(phraseTerms.count)
        for term in draft.terms {
            let start = text.count
            text += term.bytes
            phraseTerms.append(
                PhraseTerm(
                    kind: term.kind, text: textRange(from: start), startsWord: term.startsWord,
                    endsWord: term.endsWord, layers: draft.layers, views: draft.views))
        }
        let start = text.count
        text += draft.text
        addEntry(
            .phrase, textFrom: start, flags: draft.effect == .exception ? .exception : [],
            rule: UInt32(phraseRules.count))
        phraseRules.append(
            PhraseRule(
                effect: draft.effect, weight: draft.weight, countMax: draft.countMax,
                distanceMin: draft.distanceMin, scope: draft.scope, group: draft.group,
                windows: draft.windows, terms: firstTerm..<UInt32(phraseTerms.count)))
    }

    /// The number of a set of windows.
    mutating func phraseWindowSet(_ windows: [PhraseWindow]) -> UInt32 {
        // A table and not a search: a list may have a set for each of its rules.
        if let known = phraseWindowNumbers[windows] { return known }
        let number = UInt32(phraseWindows.count)
        phraseWindowNumbers[windows] = number
        phraseWindows.append(windows)
        return number
    }
}

extension Span where Element == UInt8 {
    /// Whether U+FFFD stands in it: what was not decoded.
    var hasReplacement: Bool {
        guard count >= 3 else { return false }
        for index in 0..<(count - 2)
        where self[index] == 0xEF && self[index + 1] == 0xBF && self[index + 2] == 0xBD {
            return true
        }
        return false
    }
}
