import KhienModel

/// One line of phrases and a weight, read from left to right. What published lists get wrong and
/// still says what was meant is repaired: a bracket that is missing before the next one, a comma
/// that is missing between two phrases, text behind the weight.
struct PhraseLineReader {
    private(set) var terms: [PhraseDraft.Term] = []
    private(set) var weight: Int32?
    private(set) var repairs = RepairSet()
    private var position: Int
    private let end: Int

    init(_ content: Range<Int>) {
        position = content.lowerBound
        end = content.upperBound
    }

    mutating func read(_ line: Span<UInt8>) throws(LineFault) {
        try readPhrase(line)
        while position < end {
            skipBlanks(line)
            if line[position] == Byte.comma {
                position += 1
                skipBlanks(line)
                try readPhrase(line)
            } else if line[position] == UInt8(ascii: "<") {
                if try readWeight(line) { return finish(line) }
                repairs.insert(.phraseComma)
                try readPhrase(line)
            } else {
                return finish(line)
            }
        }
    }

    /// Blanks between parts. (Behind the last one there are none: the line was trimmed.)
    private mutating func skipBlanks(_ line: Span<UInt8>) {
        while position < end, Byte.isBlank(line[position]) {
            position += 1
            if position < end, line[position] != Byte.hash { repairs.insert(.whiteSpace) }
        }
    }

    /// What stands behind the last part: a comment, or text that e2guardian passes over.
    private mutating func finish(_ line: Span<UInt8>) {
        var rest = position
        while rest < end, Byte.isBlank(line[rest]) { rest += 1 }
        if rest < end, line[rest] != Byte.hash { repairs.insert(.trailingText) }
    }

    /// Where the bracket that opens at `position` ends: at its `>`, or before the next `<`.
    private func bracketEnd(_ line: Span<UInt8>) -> (end: Int, isClosed: Bool) {
        var index = position + 1
        while index < end, line[index] != UInt8(ascii: ">"), line[index] != UInt8(ascii: "<") {
            index += 1
        }
        return (index, index < end && line[index] == UInt8(ascii: ">"))
    }

    private mutating func readPhrase(_ line: Span<UInt8>) throws(LineFault) {
        guard position < end, line[position] == UInt8(ascii: "<") else {
            throw .rejected("phrase.syntax", "expected a phrase in `<` and `>`", at: position)
        }
        var (stop, isClosed) = bracketEnd(line)
        let next = isClosed ? stop + 1 : stop
        if !isClosed {
            guard stop < end else {
                throw .rejected("phrase.bracket", "the phrase is not closed by `>`", at: position)
            }
            repairs.insert(.phraseBracket)
            if stop > position + 1, line[stop - 1] == Byte.comma { stop -= 1 }
        }
        let inner = position + 1..<stop
        let trimmed = line.trimmed(inner)
        terms.append(
            try PhraseDraft.literal(
                line.copy(trimmed), startsWord: trimmed.lowerBound > inner.lowerBound,
                endsWord: trimmed.upperBound < inner.upperBound, at: position))
        position = next
    }

    /// Reads `<50>` behind a phrase; false: it is another phrase.
    private mutating func readWeight(_ line: Span<UInt8>) throws(LineFault) -> Bool {
        let (stop, isClosed) = bracketEnd(line)
        let inner = line.trimmed(position + 1..<stop)
        let text = String(decoding: line.copy(inner), as: UTF8.self)
        guard let first = inner.first, Byte.isDigit(line[first]) || line[first] == Byte.hyphen
        else { return false }
        if text.last == "%" {
            throw .unsupported(
                "phrase.percent", "a weight in per cent of a limit is not supported", at: first)
        }
        guard let number = Int32(text), number != 0,
            number.magnitude <= Limits.Phrases.weightMax.magnitude
        else {
            throw .rejected(
                "phrase.weight",
                "expected a weight: a whole number from -1000000 to 1000000, not 0",
                at: first)
        }
        if !isClosed { repairs.insert(.phraseBracket) }
        weight = number
        position = isClosed ? stop + 1 : stop
        return true
    }
}
