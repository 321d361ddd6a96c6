import KhienModel

/// Text that is shown backwards: what stands behind U+202E (RIGHT-TO-LEFT OVERRIDE), until U+202C or the end of its
/// block or paragraph. `<bdo dir=rtl>` comes as these two signs as well (`HTMLReader`).
///
/// Such text is read as it is written, as all other, and again as it is shown: behind its block, between
/// breaks, with up to `Limits.Text.backwardContextBytesMax` bytes on its two sides, so that a phrase of which one
/// word is written backwards is whole. Behind the block and not at once, so that it parts no phrase that is shown as it is
/// written (`đá`, U+202E, `n`, U+202C, `h bạc`).
///
/// It keeps text only from a U+202E, or a sign that isolates, to the end of the block, and hands it out earlier where it has grown to
/// `Limits.Text.backwardBytesMax` and a word ends. Then the words before that place are given once more as they are
/// written, as many as the longest literal spans, so that none is parted there.
///
/// Of the text that is kept:
///
/// ```
///   written   U+202E  c ạ b U+00A0 U+202C U+202E U+200B  h n á đ  U+202C  x
///   kept      02      c ạ b 20     02                    h n á đ  01      x
/// ```
/// What folding drops is not in it, white space is one blank, and what is no UTF-8 is U+FFFD: so a letter that is
/// kept is one in each view, and what is kept is never much longer than what it is folded to.
///
/// Runs are read each for itself, as isolates are shown (`bdo`). Those that touch, or have no letter between them, are
/// read once more as one, as they are shown without isolates.
///
/// Source: UAX 9, section 3.3.2; as far as one sees it at a glance: signs that embed or isolate other text within
/// are passed over, and their text is reversed with the rest.
///
/// Files: this one has what is kept; `ShownText` how it is shown, `TextBefore` what came before.
struct BackwardText {
    /// Text is being kept.
    private(set) var isOpen = false
    /// From the words before the first such sign on, without breaks.
    private var text: [UInt8] = []
    private var order = WritingOrder()
    /// Whether the letter that was kept last is shown backwards, and whether such a run has ended behind it.
    private var isBackward = false
    private var hasEnded = false
    private var endsWithSpace = false
    /// How many marks stand last.
    private var markCount = 0
    /// What a scalar is folded to.
    private var mapped: [UInt32] = []
    /// The end of the stream before what is being folded.
    private var before = TextBefore()
    /// A line's end is that of a block: in plain text.
    var endsAtLines = false

    /// A word that is longer than this is parted where enough is kept.
    private static let wordBytesMax = Limits.Text.foldedWordBytesMax
    /// More marks on a letter are no text.
    private static let marksMax = 3
    /// How many letters of a view, and what stands beside them, the longest literal spans.
    private static let overlapCount =
        Limits.Literals.bytesMax + 2 * Limits.Literals.contextBytesMax

    /// Signs with which text begins that is kept: the override, and what isolates it.
    static func begins(with scalar: UInt32) -> Bool {
        scalar == 0x202E || (0x2066...0x2068).contains(scalar)
    }

    /// Begins with another stream.
    mutating func reset() {
        if isOpen { close() }
        before.removeAll()
    }

    private mutating func close() {
        isOpen = false
        text = []
        mapped = []
        order = WritingOrder()
        isBackward = false
        hasEnded = false
        endsWithSpace = false
        markCount = 0
    }

    /// Remembers the end of what has been folded.
    mutating func remember(_ raw: Span<UInt8>) {
        // What is kept goes on to the end of the block, so that nothing before counts any more.
        if isOpen { before.removeAll() } else { before.remember(raw) }
    }

    /// The first such sign stands at `place` of `raw`, whose begin follows what was remembered.
    mutating func begin(_ raw: Span<UInt8>, at place: Int) {
        isOpen = true
        keepBlock(before, raw, upTo: place)
        order = WritingOrder()
        // Whole words of the same block.
        let size = Limits.Text.backwardContextBytesMax
        if text.count >= size {
            text.removeFirst(text.count - size)
            text.removeFirst(text.firstIndex(of: 0x20).map { $0 + 1 } ?? text.count)
        }
    }

    /// What is kept of the last block of `raw`, which follows what was remembered.
    static func kept(_ before: TextBefore, _ raw: Span<UInt8>) -> [UInt8] {
        var kept = BackwardText()
        kept.keepBlock(before, raw, upTo: raw.count)
        return kept.text
    }

    /// Keeps the block up to `place` from its begin on, as far as that is known.
    private mutating func keepBlock(_ before: TextBefore, _ raw: Span<UInt8>, upTo place: Int) {
        var index = place
        while index > 0, raw[index - 1] != LayerBuffers.lineBreak { index -= 1 }
        if index == 0 {
            let earlier = before.bytes.span.extracting(before.blockStart..<before.count)
            var start = 0
            while start < earlier.count { start = append(earlier, at: start) }
        }
        while index < place { index = append(raw, at: index) }
    }

    /// Keeps `raw[start..<end]`, or as much of it as belongs to what is given out next.
    ///
    /// - Returns: where the block ends, or a place at which enough is kept; `end` where neither is so.
    mutating func keep(_ raw: Span<UInt8>, from start: Int, to end: Int) -> Int {
        let full = Limits.Text.backwardBytesMax
        var index = start
        while index < end {
            let byte = raw[index]
            if byte == LayerBuffers.lineBreak { return index }
            if text.count >= full {
                let isSpace = byte.isCanonicalSpace || raw.isNoBreakSpace(at: index, end)
                if isSpace || text.count >= full + Self.wordBytesMax { return index }
            }
            index = append(raw, at: index)
        }
        return end
    }

    /// Keeps the scalar at `index`; returns where the next one is.
    private mutating func append(_ raw: Span<UInt8>, at index: Int) -> Int {
        let byte = raw[index]
        if byte.isCanonicalSpace {
            if endsAtLines, byte == 0x0A || byte == 0x0D {
                order = WritingOrder()
                hasEnded = true
            }
            appendSpace()
            return index + 1
        }
        if byte < 0x80 {
            if byte > 0x20, byte < 0x7F { appendLetter(raw.extracting(index..<index + 1)) }
            return index + 1
        }
        guard let (scalar, length) = ScalarDecoding.scalar(in: raw, at: index) else {
            appendLetter(replacementBytes.span)
            return index + 1
        }
        let isSign = order.take(scalar)
        if !order.isBackward { hasEnded = true }
        if isSign { return index + length }
        let record = FoldRecord(scalar)
        if record.kind == .mark {
            if markCount < Self.marksMax {
                turn()
                text.append(bytesOf: raw.extracting(index..<index + length))
                markCount += 1
                endsWithSpace = false
            }
        } else if !record.isSlow {
            appendLetter(raw.extracting(index..<index + length))
        } else {
            mapped.removeAll(keepingCapacity: true)
            FoldMapping.append(scalar, to: &mapped)
            if mapped.count == 1, mapped[0] == 0x20 {
                appendSpace()
            } else if !mapped.isEmpty {
                appendLetter(raw.extracting(index..<index + length))
            }
        }
        return index + length
    }

    private mutating func appendSpace() {
        if endsWithSpace { return }
        turn()
        text.append(0x20)
        endsWithSpace = true
        markCount = 0
    }

    private mutating func appendLetter(_ bytes: Span<UInt8>) {
        turn()
        text.append(bytesOf: bytes)
        endsWithSpace = false
        markCount = 0
    }

    /// Says which way the letter goes that comes next.
    private mutating func turn() {
        if order.isBackward {
            if !isBackward || hasEnded { text.append(KeptText.backward) }
        } else if isBackward {
            text.append(KeptText.forward)
        }
        isBackward = order.isBackward
        hasEnded = false
    }

    /// What was kept, as it is shown.
    ///
    /// - Parameter isBlockOver: nothing of the block follows.
    /// - Returns: `shown`, empty where that is nothing else than what is written; and unless the block is over,
    ///   `context`: the words before what follows as they are written.
    mutating func take(isBlockOver: Bool) -> (shown: [UInt8], context: [UInt8]) {
        var shown = ShownText(text.span, runs: KeptText.backward).parts
        if let joined = KeptText.joiningRuns(text.span) {
            let parts = ShownText(joined.span, runs: KeptText.joined).parts
            if !parts.isEmpty, parts != shown { shown += [LayerBuffers.lineBreak] + parts }
        }
        if isBlockOver {
            close()
            return (shown, [])
        }
        let start = overlapStart
        let mark = text[..<start].last { $0 == KeptText.backward || $0 == KeptText.forward }
        let kept = Array(text[start...])
        text = mark == KeptText.backward ? [KeptText.backward] + kept : kept
        return (shown, kept.filter { $0 != KeptText.backward && $0 != KeptText.forward })
    }

    /// Where the words begin that are given again: so many letters before the end, and the rest of a word.
    private var overlapStart: Int {
        // Half of it at most, so that there is room for what follows.
        let least = max(0, text.count - Limits.Text.backwardBytesMax / 2)
        var start = text.count
        var count = 0
        while start > least, count < Self.overlapCount {
            start = KeptText.letterStart(text.span, before: start)
            if text[start] >= 0x20 { count += 1 }
        }
        let floor = start - Limits.Text.backwardContextBytesMax
        if floor <= 0 { return 0 }
        return text[floor..<start].lastIndex(of: 0x20).map { $0 + 1 } ?? start
    }
}

/// Which signs of UAX 9 are open.
private struct WritingOrder {
    /// U+202E, and what embeds within it.
    private var depth = 0
    /// Isolates within it, and those that it stands in.
    private var isolates = 0
    private var isolatesAround = 0

    var isBackward: Bool { depth > 0 }

    /// Takes in a sign that says how what follows is written; false where `scalar` is none.
    mutating func take(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x202E: if isolates == 0 { depth += 1 }
        case 0x202A, 0x202B, 0x202D: if isBackward, isolates == 0 { depth += 1 }
        case 0x202C: if isBackward, isolates == 0 { depth -= 1 }
        case 0x2066...0x2068: if isBackward { isolates += 1 } else { isolatesAround += 1 }
        case 0x2069: endIsolate()
        // Ends of paragraphs, which are white space besides.
        case 0x85, 0x2029:
            self = WritingOrder()
            return false
        default: return false
        }
        return true
    }

    /// Ends the innermost isolate with all that was opened in it; where none is open it ends nothing.
    private mutating func endIsolate() {
        if isolates > 0 {
            isolates -= 1
        } else if isolatesAround > 0 {
            isolatesAround -= 1
            depth = 0
        }
    }
}
