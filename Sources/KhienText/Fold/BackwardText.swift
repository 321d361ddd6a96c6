import KhienModel

/// Text that is shown backwards: what stands behind U+202E (RIGHT-TO-LEFT OVERRIDE), until U+202C or the end of its
/// block. `<bdo dir=rtl>` comes as these two signs as well (`HTMLReader`).
///
/// Such text is read as it is written, as all other, and again as it is shown: behind its block, between
/// breaks, with up to `Limits.Text.backwardContextBytesMax` bytes on its two sides, so that a phrase of which one
/// word is written backwards is whole. Behind the block and not at once, so that it parts no phrase that is shown as it is
/// written (`đá`, U+202E, `n`, U+202C, `h bạc`).
///
/// It keeps text only from a U+202E to the end of the block, and hands it out earlier where it has grown to
/// `Limits.Text.backwardBytesMax` and a word ends. Then the words before that place are given once more as they are
/// written, so that those behind it follow them.
///
/// Source: UAX 9, section 3.3.2; as far as one sees it at a glance: signs that embed or isolate other text within
/// are passed over, and their text is reversed with the rest.
struct BackwardText {
    /// Text is being kept.
    private(set) var isOpen = false
    /// From the words before the first U+202E on, without breaks.
    private var text: [UInt8] = []
    /// How the text begins.
    private var order = WritingOrder()
    /// The end of the stream before what is being folded: `tail[..<tailCount]`, as many as
    /// `Limits.Text.backwardContextBytesMax` says.
    private var tail = InlineArray<64, UInt8>(repeating: 0)
    private var tailCount = 0

    /// Begins with another stream.
    mutating func reset() {
        if isOpen { close() }
        tailCount = 0
    }

    private mutating func close() {
        isOpen = false
        text = []
        order = WritingOrder()
    }

    /// Remembers the end of what has been folded.
    mutating func remember(_ raw: Span<UInt8>) {
        let size = Limits.Text.backwardContextBytesMax
        if raw.count >= size {
            var room = tail.mutableSpan
            room.copy(raw.extracting((raw.count - size)...), at: 0)
            tailCount = size
            return
        }
        let kept = min(tailCount, size - raw.count)
        if kept < tailCount {
            for index in 0..<kept { tail[index] = tail[tailCount - kept + index] }
        }
        for index in raw.indices { tail[kept + index] = raw[index] }
        tailCount = kept + raw.count
    }

    /// A U+202E stands at `place` of `raw`, whose begin follows what was remembered.
    mutating func begin(_ raw: Span<UInt8>, at place: Int) {
        let fromRaw = min(place, Limits.Text.backwardContextBytesMax)
        let fromTail = min(tailCount, Limits.Text.backwardContextBytesMax - fromRaw)
        text.append(bytesOf: tail.span.extracting(tailCount - fromTail..<tailCount))
        text.append(bytesOf: raw.extracting(place - fromRaw..<place))
        text.removeFirst(Self.contextStart(text))
        isOpen = true
    }

    /// Where whole words of the same block begin in the bytes before a place.
    private static func contextStart(_ before: [UInt8]) -> Int {
        if let end = before.lastIndex(of: LayerBuffers.lineBreak) { return end + 1 }
        if before.count < Limits.Text.backwardContextBytesMax { return 0 }
        return before.firstIndex { $0.isCanonicalSpace }.map { $0 + 1 } ?? before.count
    }

    /// Keeps `raw[start..<end]`, or as much of it as belongs to what is given out next.
    ///
    /// - Returns: where the block ends, or a word at which enough is kept; `end` where neither is so.
    mutating func keep(_ raw: Span<UInt8>, from start: Int, to end: Int) -> Int {
        let full = Limits.Text.backwardBytesMax
        for index in start..<end {
            let byte = raw[index]
            if byte == LayerBuffers.lineBreak || text.count >= full && byte.isCanonicalSpace {
                return index
            }
            // A word without an end is not kept to its end.
            if text.count < 2 * full { text.append(byte) }
        }
        return end
    }

    /// What was kept, as it is shown.
    ///
    /// - Parameter isBlockOver: nothing of the block follows.
    /// - Returns: `shown`, empty where that is nothing else than what is written; and unless the block is over,
    ///   `context`: the words before what follows as they are written.
    mutating func take(isBlockOver: Bool) -> (shown: [UInt8], context: [UInt8]) {
        var open = order
        if isBlockOver {
            let (shown, _) = open.shown(text.span, noting: text.count)
            close()
            return (shown, [])
        }
        let before = Array(text.suffix(Limits.Text.backwardContextBytesMax))
        let context = Array(before.dropFirst(Self.contextStart(before)))
        let (shown, orderThere) = open.shown(text.span, noting: text.count - context.count)
        order = orderThere
        text = context
        return (shown, context)
    }
}

/// Which signs of UAX 9 are open.
private struct WritingOrder {
    /// U+202E, and what embeds within it.
    private var depth = 0
    /// Isolates within it.
    private var isolates = 0

    private var isBackward: Bool { depth > 0 }

    /// Takes in a sign that says how what follows is written; false where `scalar` is none.
    private mutating func take(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x202E: if isolates == 0 { depth += 1 }
        case 0x202A, 0x202B, 0x202D: if isBackward, isolates == 0 { depth += 1 }
        case 0x202C: if isBackward, isolates == 0 { depth -= 1 }
        case 0x2066...0x2068: if isBackward { isolates += 1 }
        case 0x2069: if isolates > 0 { isolates -= 1 } else { depth = 0 }
        default: return false
        }
        return true
    }

    /// `text` in the order in which it is shown, without such signs, up to some words behind the last that is
    /// shown backwards; empty where none is. Letters keep their marks.
    ///
    /// - Parameter place: a place of the text at which a scalar begins, or its end.
    /// - Returns: the text, and what is open at `place`.
    mutating func shown(
        _ text: Span<UInt8>, noting place: Int
    ) -> (shown: [UInt8], orderThere: WritingOrder) {
        var result = ShownText()
        var noted: WritingOrder?
        var index = 0
        while index < text.count {
            if index == place { noted = self }
            let (scalar, length) = ScalarDecoding.scalar(in: text, at: index) ?? (0xFFFD, 0)
            if take(scalar) {
                if !isBackward { result.endRun(text) }
            } else {
                result.append(index..<index + length, isMark: FoldRecord(scalar).kind == .mark)
                if !isBackward { result.endRun(text) }
            }
            index += max(length, 1)
        }
        result.endRun(text)
        return (result.upToContext, noted ?? self)
    }
}

/// Text in the order in which it is shown, run by run.
private struct ShownText {
    private var bytes: [UInt8] = []
    /// Where the last run ends that is another one backwards.
    private var end: Int?
    /// Of the run: each letter with its marks; empty for what is no UTF-8, whose bytes must not become a letter in
    /// another order.
    private var letters: [Range<Int>] = []

    mutating func append(_ letter: Range<Int>, isMark: Bool) {
        if isMark, let last = letters.last, last.upperBound == letter.lowerBound {
            letters[letters.count - 1] = last.lowerBound..<letter.upperBound
        } else {
            letters.append(letter)
        }
    }

    /// Adds the run backwards.
    mutating func endRun(_ text: Span<UInt8>) {
        for letter in letters.reversed() {
            bytes.append(
                bytesOf: letter.isEmpty ? replacementBytes.span : text.extracting(letter))
        }
        if letters.count > 1 { end = bytes.count }
        letters.removeAll(keepingCapacity: true)
    }

    /// The text up to a word's end behind the last such run, and not less than so many bytes behind it.
    var upToContext: [UInt8] {
        guard let end else { return [] }
        let rest = bytes.dropFirst(end + Limits.Text.backwardContextBytesMax)
        guard let space = rest.firstIndex(where: { $0.isCanonicalSpace }) else { return bytes }
        return Array(bytes[..<space])
    }
}
