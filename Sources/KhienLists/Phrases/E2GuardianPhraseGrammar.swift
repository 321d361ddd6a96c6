import KhienModel

/// e2guardian's phrase lists: `bannedphraselist`, `exceptionphraselist`, `weightedphraselist` and the
/// files in `phraselists/` that these include.
///
/// ```
/// line    = parts [ "<" weight ">" ] [ anything, which is not read ]
/// parts   = part *( "," part )
/// part    = "<" phrase ">"        a space at an end of it is the boundary of a word
/// weight  = [ "-" ] 1*DIGIT
/// ```
///
/// A line with a weight weighs, whatever the file; one without bans or excepts, as the file's name
/// says. In a file of weights a line without one is a mistake: e2guardian would condemn a page for a
/// single occurrence, and the published lists have such lines for everyday words.
struct E2GuardianPhraseGrammar: LineGrammar {
    /// What lines without a weight do; nil: they are mistakes.
    let effect: PhraseEffect?
    let followedLines: Set<UInt32>
    let charset: PhraseCharset
    private var windows: UInt32?
    /// The category of the lines that follow; nil: the list's.
    private var group: UInt32?
    private var groups: [String: UInt32] = [:]

    init(effect: PhraseEffect?, followedLines: Set<UInt32>, charset: PhraseCharset) {
        self.effect = effect
        self.followedLines = followedLines
        self.charset = charset
    }

    mutating func read(_ line: Span<UInt8>, into builder: inout ListBuilder) -> LineOutcome {
        if let decoded = charset.decode(line) {
            let outcome = readDecoded(decoded.span, into: &builder)
            guard case .entries(var repairs) = outcome else { return outcome }
            repairs.insert(.legacyCharset)
            return .entries(repairs)
        }
        return readDecoded(line, into: &builder)
    }

    private mutating func readDecoded(
        _ line: Span<UInt8>, into builder: inout ListBuilder
    ) -> LineOutcome {
        let content = line.trimmed(0..<line.count)
        guard let first = content.first else { return .blank }
        do throws(LineFault) {
            if line[first] == Byte.hash { return try readComment(line, content, into: &builder) }
            if line.hasPrefix(".include", at: first, before: content.upperBound) {
                if followedLines.contains(builder.line) { return .structure }
                throw .unsupported(
                    "e2guardian.include", "the included file is not inside the list's folder",
                    at: first)
            }
            return .entries(try readRule(line, content, into: &builder))
        } catch {
            return .fault(error)
        }
    }

    // MARK: Rules

    private func readRule(
        _ line: Span<UInt8>, _ content: Range<Int>, into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        var reader = PhraseLineReader(content)
        var draft = PhraseDraft()
        draft.layers = .ofSource
        draft.windows = windows
        draft.group = group
        try reader.read(line)
        draft.terms = reader.terms
        if let weight = reader.weight {
            draft.weight = weight
        } else if let effect {
            draft.effect = effect
        } else {
            throw .rejected(
                "phrase.weight-missing", "a line of a weighted list without its weight",
                at: content.upperBound)
        }
        try builder.addPhrase(draft)
        return reader.repairs
    }

    // MARK: Comments that say something

    /// `#listcategory: "name"` and `#time: 9 0 17 0 01234`; all else is a comment.
    private mutating func readComment(
        _ line: Span<UInt8>, _ content: Range<Int>, into builder: inout ListBuilder
    ) throws(LineFault) -> LineOutcome {
        let start = content.lowerBound
        if line.hasPrefix("#listcategory:", at: start, before: content.upperBound) {
            var name = line.trimmed(start + 14..<content.upperBound)
            if let first = name.first, line[first] == Byte.quote {
                name = first + 1..<name.upperBound
            }
            if let last = name.last, line[last] == Byte.quote {
                name = name.lowerBound..<last
            }
            let text = String(decoding: line.copy(name), as: UTF8.self)
            guard !name.isEmpty, name.count <= Limits.Phrases.groupNameBytesMax,
                PrintableText.isPrintable(text)
            else {
                throw .rejected(
                    "phrase.category", "a category of 1 to 255 bytes without control characters",
                    at: start)
            }
            setCategory(text, &builder)
            return .structure
        }
        if line.hasPrefix("#time:", at: start, before: content.upperBound),
            let value = line.nextWord(in: start + 6..<content.upperBound),
            Byte.isDigit(line[value.lowerBound])
        {
            let window = try Self.window(line, start + 6..<content.upperBound)
            windows = builder.phraseWindowSet([window])
            return .structure
        }
        return .comment
    }

    /// As in e2guardian, a category holds for the lines behind it, up to the next. The first one is the
    /// list's, if no rule stands before it; what does has the category that the configuration gives.
    private mutating func setCategory(_ name: String, _ builder: inout ListBuilder) {
        if builder.category == nil, builder.phraseRules.isEmpty { builder.category = name }
        if name == builder.category {
            group = nil
        } else if let known = groups[name] {
            group = known
        } else {
            let number = UInt32(builder.phraseGroups.count)
            builder.phraseGroups.append(PhraseGroup(name: name))
            groups[name] = number
            group = number
        }
    }

    /// Hour, minute, hour, minute, days, of which 0 is Monday. The last minute belongs to the window.
    private static func window(
        _ line: Span<UInt8>, _ range: Range<Int>
    ) throws(LineFault) -> PhraseWindow {
        var rest = range
        var numbers: [Int] = []
        var days: UInt8 = 0
        // Where the first word stands that is no such number.
        var fault: Int?
        while let word = line.nextWord(in: rest) {
            rest = word.upperBound..<rest.upperBound
            if numbers.count < 4 {
                let limit = numbers.count % 2 == 0 ? 23 : 59
                guard let number = Int(String(decoding: line.copy(word), as: UTF8.self)),
                    (0...limit).contains(number)
                else {
                    fault = word.lowerBound
                    break
                }
                numbers.append(number)
            } else {
                for index in word where line[index] >= 0x30 && line[index] <= 0x36 {
                    days |= 1 << (line[index] - 0x30)
                }
                break
            }
        }
        guard numbers.count == 4,
            let window = PhraseWindow(
                days: days, firstMinute: UInt16(numbers[0] * 60 + numbers[1]),
                lastMinute: UInt16(numbers[2] * 60 + numbers[3]))
        else {
            throw .rejected(
                "phrase.time",
                "expected hour, minute, a later hour, minute, days: 0 to 23, 0 to 59, 0 (Monday) to 6",
                at: fault ?? range.lowerBound)
        }
        return window
    }
}
