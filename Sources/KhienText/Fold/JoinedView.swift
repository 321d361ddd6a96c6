import KhienModel

/// Reads `s.e.x`, `s e x` and `seeeex` as a person does.
///
/// Letters that stand alone, with up to three separators between them, are joined: two are enough
/// where a separator is more than a space (`d.m`), three where it is a space (`s e x`). A sequence has
/// one kind of separator: in `d.a.n.h b.a.c` the space stays. Some may be digits: the first where
/// all are a word of a phrase (`8 x b e t`). A letter that stands three times or more in a row becomes one, but not in
/// `www.`. A separator between the letters of two words is a space (`đánh-bạc`, `đánh*bạc`): any one
/// sign but the apostrophe, and up to eight (`đánh**bạc`, `đánh ☆ bạc`; `SignRun`). Such places come out where some phrase has
/// words that end and begin so (`WordJoints`). Where the letters with signs between them make a word of a phrase, they are that
/// (`ca.sino`, `b.ánh`; `PhraseWords`). Letters that are a whole phrase without its spaces come out, parted
/// by a space from digits beside them (`cacuocbongda88`; `GluedPhrases`). A break joins nothing: a column of
/// single letters is no word.
///
/// Works on the plain view, in which signs beyond ASCII are one byte each (`SignFolding`). Only the parts of the text where that
/// changes something, or that other views do not look at, come out, so that matching this view costs
/// little and its hits stand near what was disguised: with as much around as phrases reach from a
/// separator between words, else 96 bytes, and with whole words. Parts that touch are one. U+000A ends
/// each part.
struct JoinedView: ~Copyable {
    /// What is kept of the text before a block: the context with the signs before it, the begin of a
    /// word with signs, and what was not decided yet.
    static let historyBytes = contextBytes + 2 * lookAhead + 8
    private static let contextBytes = 96
    private static let lookAhead = 32
    private static let separatorsMax = 3

    private(set) var parts = 0
    var output: [UInt8] = []
    /// Where the output stands in the text, run by run; the first `runCount`.
    private var runs: [Run] = []
    private var runCount = 0
    /// Bytes at the end of the last block that have not been decided.
    private var deferred = 0
    /// Up to where text has come out, and up to where it shall; relative to the block's begin. The open
    /// part ends with the word there, unless another begins before.
    private var emitted = 0
    private var windowEnd = 0
    private var isOpen = false
    /// The kind of the sequence that we stand in, just behind one of its letters.
    private var sequence = Separator.none
    /// Letters with signs of one kind that are no word of a phrase: up to where, in this block.
    private var otherSign: UInt8 = 0
    private var otherEnd = 0
    /// The letter whose repeats are being passed over, or zero.
    private var repeated: UInt8 = 0

    /// Output that follows each other in the text as well, up to the next run.
    private struct Run {
        let output: Int
        /// Where it begins in the text.
        let text: Int
    }

    private enum Separator: UInt8 { case none, space, sign }

    init() { output.reserveCapacity(512) }

    /// Begins with another text; the buffer keeps its memory.
    mutating func reset() {
        parts = 0
        forgetOutput()
        deferred = 0
        emitted = 0
        windowEnd = 0
        isOpen = false
        sequence = .none
        repeated = 0
    }

    /// What has come out was handed out.
    mutating func forgetOutput() {
        output.removeAll(keepingCapacity: true)
        runCount = 0
    }

    /// What comes out next stands at `place` in the text.
    @inline(__always)
    private mutating func note(_ place: Int) {
        if runCount > 0 {
            let last = runs[runCount - 1]
            if output.count - last.output == place - last.text { return }
        }
        let run = Run(output: output.count, text: place)
        if runCount == runs.count { runs.append(run) } else { runs[runCount] = run }
        runCount += 1
    }

    /// Calls `body` for each run of the output: where it stands there, and where it begins in the text that was
    /// read last. Spaces and breaks that were put in are part of the run before, or of none.
    func forEachRun(_ body: (_ output: Range<Int>, _ text: Int) -> Void) {
        for index in 0..<runCount {
            let end = index + 1 < runCount ? runs[index + 1].output : output.count
            body(runs[index].output..<end, runs[index].text)
        }
    }

    /// Reads a block; the first `historyBytes` of `text` are the end of what came before.
    ///
    /// - Parameter joints: where separators between words are of interest.
    mutating func scan(_ text: Span<UInt8>, isFinal: Bool, _ joints: borrowing WordJoints) {
        let begin = Self.historyBytes
        var index = begin - deferred
        let safe = isFinal ? text.count : max(index, text.count - Self.lookAhead)
        emitted += begin
        windowEnd += begin
        otherEnd = 0
        var candidates = JoinCandidates(hasDigits: joints.hasDigits)
        while index < safe {
            if repeated != 0 {
                index = skipRepeats(text, index)
            } else if sequence != .none {
                index = continueSequence(text, index)
            } else {
                let candidate = candidates.next(text, from: index, before: safe)
                index = candidate < safe ? consider(text, candidate, joints) : candidate
            }
        }
        emitWindow(text, upTo: index)
        // What comes next may begin so far before its place, and go on with this part.
        let reach = Self.contextBytes + PhraseWords.bytesMax
        if isOpen, isFinal || index - emitted > reach { closeWindow() }
        deferred = text.count - index
        emitted = max(emitted - text.count, -begin - 1)
        windowEnd -= text.count
    }

    /// Whether `www.` begins here, which every other address has: no disguise.
    private static func isWeb(_ text: Span<UInt8>, _ index: Int) -> Bool {
        text[index] == 0x77 && index + 3 < text.count && text[index + 3] == 0x2E
            && !text[index - 1].isWordByte
    }

    @inline(__always)
    private static func isWord(_ text: Span<UInt8>, _ index: Int) -> Bool {
        index < text.count && text[index].isWordByte
    }

    /// Looks at a candidate closely; returns where to go on.
    private mutating func consider(
        _ text: Span<UInt8>, _ index: Int, _ joints: borrowing WordJoints
    ) -> Int {
        let byte = text[index]
        if !byte.isWordByte {
            guard let signs = SignRun.at(text, index) else { return index + 1 }
            return consider(signs, text, joints)
        }
        guard byte.isAlpha else { return considerDigit(text, index, joints) }
        if !text[index - 1].isAlpha, let end = joints.glued.end(text, from: index) {
            return take(index..<end, text)
        }
        if index + 2 < text.count, text[index + 1] == byte, text[index + 2] == byte {
            if Self.isWeb(text, index) { return index + 3 }
            openWindow(text, index, Self.contextBytes)
            repeated = byte
            return take(byte, index, Self.contextBytes)
        }
        guard !text[index - 1].isWordByte, !Self.isWord(text, index + 1) else { return index + 1 }
        if let word = disguisedWord(text, index + 1, joints) { return take(word, text) }
        guard let second = Self.nextLetter(text, index) else { return index + 1 }
        if second.separator == .space {
            guard let third = Self.nextLetter(text, second.place), third.separator == .space
            else { return index + 1 }
        }
        openWindow(text, index, Self.contextBytes)
        sequence = second.separator
        return take(byte, index, Self.contextBytes)
    }

    /// A digit that stands alone begins a sequence that is a word of a phrase: `8 x b e t`. Else it is the number of
    /// what follows (`1. s.e.x`).
    private mutating func considerDigit(
        _ text: Span<UInt8>, _ index: Int, _ joints: borrowing WordJoints
    ) -> Int {
        guard joints.hasDigits, !text[index - 1].isWordByte,
            let second = Self.nextLetter(text, index)
        else { return index + 1 }
        var spelling = PhraseWords.Spelling()
        spelling.add(text[index])
        var next: (place: Int, separator: Separator)? = second
        var hasLetter = false
        // The last one and what follows it lie within what is looked ahead.
        while let letter = next, letter.separator == second.separator {
            guard letter.place - index < Self.lookAhead - Self.separatorsMax - 2
            else { return index + 1 }
            spelling.add(text[letter.place])
            hasLetter = hasLetter || text[letter.place].isAlpha
            next = Self.nextLetter(text, letter.place)
        }
        guard hasLetter, joints.words.has(spelling) else { return index + 1 }
        openWindow(text, index, Self.contextBytes)
        sequence = second.separator
        return take(text[index], index, Self.contextBytes)
    }

    /// Signs between two letters, or a letter and a digit, are between two words, or within one, or nothing.
    private mutating func consider(
        _ signs: Range<Int>, _ text: Span<UInt8>, _ joints: borrowing WordJoints
    ) -> Int {
        let answer = joints.ask(text, signs)
        let known = answer.mayPart ? joints.reach(text, signs, answer) : nil
        let (index, sign) = (signs.lowerBound, text[signs.lowerBound])
        // Where it can be both, one place with signs parts words: such lists have both.
        if answer.mayBeWithin, signs.count == 1 || text[index + 1] == sign,
            index >= otherEnd || sign != otherSign
        {
            switch joints.words.whole(text, signs) {
            case .word(let word) where word.places > 1 || known == nil: return take(word, text)
            case .other(let end): (otherSign, otherEnd) = (sign, end)
            default: break
            }
        }
        guard let reach = joints.isOpen ? .all : known else { return signs.upperBound }
        openWindow(text, index, reach.before)
        return take(0x20, signs.upperBound - 1, reach.behind)
    }

    /// The word of a phrase that has its first signs behind a letter which stands alone.
    private func disguisedWord(
        _ text: Span<UInt8>, _ index: Int, _ joints: borrowing WordJoints
    ) -> PhraseWords.Disguised? {
        guard index < text.count, let signs = SignRun.at(text, index),
            joints.mayBeWithin(text, signs),
            case .word(let word) = joints.words.whole(text, signs)
        else { return nil }
        return word
    }

    /// The letter or digit that stands alone behind the one at `index`, and what is between them.
    private static func nextLetter(
        _ text: Span<UInt8>, _ index: Int
    ) -> (place: Int, separator: Separator)? {
        var place = index + 1
        var separator = Separator.space
        while place < text.count, !text[place].isWordByte {
            if text[place] == 0x0A || place - index > separatorsMax { return nil }
            if text[place] != 0x20 { separator = .sign }
            place += 1
        }
        guard place > index + 1, place < text.count, text[place] < 0x80,
            !isWord(text, place + 1)
        else { return nil }
        return (place, separator)
    }

    private mutating func continueSequence(_ text: Span<UInt8>, _ index: Int) -> Int {
        // The letter that was taken last stands before `index`.
        guard let next = Self.nextLetter(text, index - 1), next.separator == sequence else {
            sequence = .none
            return index
        }
        return take(text[next.place], next.place, Self.contextBytes)
    }

    private mutating func skipRepeats(_ text: Span<UInt8>, _ start: Int) -> Int {
        var index = start
        while index < text.count, text[index] == repeated { index += 1 }
        emitted = index
        windowEnd = max(windowEnd, index + Self.contextBytes)
        if index < text.count { repeated = 0 }
        return index
    }

    /// Puts out `byte` for what stands at `index`, and nothing that stands before it.
    private mutating func take(_ byte: UInt8, _ index: Int, _ reach: Int) -> Int {
        note(index)
        output.append(byte)
        emitted = index + 1
        windowEnd = max(windowEnd, emitted + min(reach, Self.contextBytes))
        return emitted
    }

    /// Puts out the letters of a word without its signs, but those that are out already.
    private mutating func take(_ word: PhraseWords.Disguised, _ text: Span<UInt8>) -> Int {
        openWindow(text, word.range.lowerBound, Self.contextBytes)
        let end = word.range.upperBound
        for place in emitted..<max(emitted, end) where text[place].isWordByte {
            note(place)
            output.append(text[place])
        }
        emitted = max(emitted, end)
        windowEnd = max(windowEnd, emitted + Self.contextBytes)
        return end
    }

    /// Puts out letters as a word of their own.
    private mutating func take(_ letters: Range<Int>, _ text: Span<UInt8>) -> Int {
        // With as much around as others have, which may go on with this part.
        openWindow(text, letters.lowerBound, Self.contextBytes)
        if text[letters.lowerBound - 1].isDigit { output.append(0x20) }
        let end = letters.upperBound
        copy(text, upTo: end)
        if end < text.count, text[end].isDigit { output.append(0x20) }
        windowEnd = max(windowEnd, end + Self.contextBytes)
        return end
    }

    /// Puts out the text before `index`, as much as belongs to its part.
    private mutating func openWindow(_ text: Span<UInt8>, _ index: Int, _ reach: Int) {
        // Not before the eighth byte of the history: there are signs before it.
        let first = index - Self.contextBytes
        var start = index - min(reach, Self.contextBytes)
        // A part begins with a whole word.
        while start > first, text[start - 1].isWordByte { start -= 1 }
        if start == first, text[start - 1].isWordByte {
            while start < index, text[start].isWordByte { start += 1 }
        }
        if isOpen {
            emitWindow(text, upTo: index)
            if emitted >= start {
                copy(text, upTo: index)
                return
            }
            closeWindow()
        }
        parts += 1
        isOpen = true
        emitted = start
        windowEnd = index
        copy(text, upTo: index)
    }

    /// Puts out what belongs to the open part up to `end`, whole words.
    private mutating func emitWindow(_ text: Span<UInt8>, upTo end: Int) {
        guard isOpen else { return }
        copy(text, upTo: min(end, windowEnd))
        while emitted < end, text[emitted].isWordByte {
            note(emitted)
            output.append(text[emitted])
            emitted += 1
        }
    }

    private mutating func closeWindow() {
        isOpen = false
        output.append(0x0A)
    }

    /// Puts out text with a space in place of breaks and of signs between letters.
    private mutating func copy(_ text: Span<UInt8>, upTo end: Int) {
        // Such places are rare: eight bytes are looked at for one at a time.
        var index = emitted
        while index &+ 8 <= end {
            var found = text.word(at: index).signOrBreakBytes
            while found != 0 {
                let place = index &+ found.firstByte
                if place >= emitted { copySigns(text, place) }
                found &= found &- 1
            }
            index &+= 8
        }
        while index < end {
            if index >= emitted { copySigns(text, index) }
            index &+= 1
        }
        guard emitted < end else { return }
        note(emitted)
        output.append(bytesOf: text.extracting(emitted..<end))
        emitted = end
    }

    /// Puts out what stands before a break or signs at `place`, and a space for them.
    private mutating func copySigns(_ text: Span<UInt8>, _ place: Int) {
        let isBreak = text[place] == 0x0A
        guard isBreak || text[place].isSeparator else { return }
        var start = place
        let first = isBreak ? place : max(emitted, place - SignRun.bytesMax)
        while start > first, text[start - 1] == 0x20 || text[start - 1].isSeparator { start -= 1 }
        guard let signs = isBreak ? start..<start + 1 : SignRun.at(text, start) else { return }
        note(emitted)
        output.append(bytesOf: text.extracting(emitted..<start))
        output.append(0x20)
        emitted = signs.upperBound
    }
}

extension JoinedView {
    /// What `other` is now, to go on by itself.
    init(copying other: borrowing JoinedView) {
        parts = other.parts
        output = other.output
        runs = other.runs
        runCount = other.runCount
        deferred = other.deferred
        emitted = other.emitted
        windowEnd = other.windowEnd
        isOpen = other.isOpen
        sequence = other.sequence
        otherSign = other.otherSign
        otherEnd = other.otherEnd
        repeated = other.repeated
    }
}
