import CIntrinsics
import KhienModel

/// Turns layer text into canonical text. Holds the room that folding needs; what belongs to one
/// stream of text is a `FoldState`.
///
/// Text is folded word by word, a word being what stands between white space, at most 256 bytes at a
/// time. ASCII goes sixteen bytes at a time. A word with other letters goes through the table of
/// `FoldRecord` scalar by scalar (`+Word`); one with combining marks, ignorables or look-alikes takes
/// the slow way (`+Slow`): mapped, decomposed, recomposed.
struct CanonicalFolder: ~Copyable {
    /// More of one word is folded as if another word began there.
    static let wordBytesMax = Limits.Text.foldedWordBytesMax
    /// Output is handed out when it has grown to this.
    static let blockBytesMax = Limits.Text.foldedBlockBytesMax
    /// What one piece of a word can become: 128 scalars beyond ASCII, each of them six (`FoldMapping.expansionMax`)
    /// of four bytes.
    static let slackBytes = 3072

    /// The block that is being written, in three parts of one array, which is asked once whether it is shared:
    /// the plain view, the first `historyBytes` of which are the end of the block before (`JoinedView`); from
    /// `marksStart` on the marks of its letters in the same order, zeros for all that has none and behind the last;
    /// from `exactStart` on the exact view.
    var block = [UInt8](repeating: 0, count: exactStart + blockBytesMax + slackBytes)
    static let marksStart = JoinedView.historyBytes + blockBytesMax + slackBytes
    static let exactStart = 2 * marksStart
    /// The block is handed out when its exact view has grown to here.
    static let exactMax = exactStart + blockBytesMax
    /// Whether there may be marks in the history.
    var hasOldMarks = false
    /// Up to where the block has been written, in its last and its first part.
    var exactEnd = exactStart
    var plainCount = JoinedView.historyBytes
    /// Where breaks stand in `plain`; they become spaces when `joined` has seen them.
    var breaks: [Int] = []
    var scalars: [UInt32] = []
    let views: TextViews
    let joints: WordJoints
    let records = FoldRecord.direct
    /// Whether the two views of the block differ.
    var differs = false
    /// Whether the block has signs beyond ASCII.
    var hasSigns = false
    /// Where a sign stands in the word that was folded last from which on text shall be kept (`BackwardText`).
    var overridePlace: Int?
    /// The plain view with its history and marks as the joined view reads it, where the block has such signs.
    private var signs: [UInt8] = []
    /// Where marks are handed out.
    let markRoom = MarkRoom()

    init(views: TextViews, joints: WordJoints) {
        self.views = views
        self.joints = joints
        breaks.reserveCapacity(Self.blockBytesMax)
        scalars.reserveCapacity(2048)
    }

    typealias Emit = (Span<UInt8>, TextPart) -> Void

    /// Folds as much of `raw` as is whole; returns how many bytes that was. The rest is the begin of
    /// a word and is to be given again with what follows, except at the end.
    ///
    /// - Complexity: linear; allocates nothing once its buffers have grown.
    mutating func fold(
        _ raw: Span<UInt8>, isFinal: Bool, _ state: inout FoldState, _ emit: Emit
    ) -> Int {
        var end = isFinal ? raw.count : Self.wholeWordsEnd(raw)
        state.load(into: &self)
        if !state.isStarted {
            state.isStarted = true
            writeSpace(isBreak: true, &state)
        }
        var index = 0
        var stop = state.backward.isOpen ? state.backward.keep(raw, from: 0, to: end) : end
        while true {
            index = foldText(raw, from: index, to: stop, &state, emit)
            if let place = overridePlace {
                overridePlace = nil
                state.backward.begin(raw, at: place)
                stop = state.backward.keep(raw, from: place, to: end)
            } else if index < end {
                foldBackward(isBlockOver: raw[index] == LayerBuffers.lineBreak, index, &state, emit)
                // Within a word its pieces are counted from here on, however much of it has come.
                if !isFinal, !raw[index].isCanonicalSpace {
                    end = index + Self.wholeWordsEnd(raw.extracting(index...))
                }
                stop = state.backward.isOpen ? state.backward.keep(raw, from: index, to: end) : end
            } else {
                break
            }
        }
        if isFinal {
            if state.backward.isOpen { foldBackward(isBlockOver: true, end, &state, emit) }
            if !state.endsWithSpace { writeSpace(isBreak: true, &state) }
        }
        state.backward.remember(raw.extracting(..<end))
        flush(end, isFinal: isFinal, &state, emit)
        state.layerBase += end
        return end
    }

    /// Folds `raw[start..<end]`, or up to behind a word with the first such sign (`overridePlace`).
    ///
    /// - Parameter place: where the text stands in the layer's, if it is none of its own.
    /// - Returns: up to where it has folded.
    @discardableResult
    private mutating func foldText(
        _ raw: Span<UInt8>, from start: Int, to end: Int, standingAt place: Int? = nil,
        _ state: inout FoldState, _ emit: Emit
    ) -> Int {
        var index = start
        // Words are not taken back past this.
        var floor = start
        while index < end {
            if exactEnd >= Self.exactMax {
                // A word that has been written in part must stay within reach.
                index = takeBack(raw, index, floor)
                floor = index
                flush(place ?? index, isFinal: false, &state, emit)
            }
            // At a word's begin: most words of a text that is not ASCII have other letters.
            let isForeign =
                index == floor && end - index >= 8 && raw.word(at: index) & UInt64.highBits != 0
            if !isForeign {
                index = foldASCII(raw, index, end, &state)
                guard index < end else { break }
                if exactEnd >= Self.exactMax { continue }
            }
            let byte = raw[index]
            if byte.isCanonicalSpace {
                index = foldSpaces(raw, index, end, &state)
            } else if raw.isNoBreakSpace(at: index, end) {
                writeSpace(isBreak: false, &state)
                index += 2
            } else {
                let wordStart = takeBack(raw, index, floor)
                index = foldWords(raw, wordStart, end, &state)
                if overridePlace != nil { return index }
            }
            floor = index
        }
        return index
    }

    /// Folds text that is shown backwards once more as it is shown.
    @inline(never)
    private mutating func foldBackward(
        isBlockOver: Bool, _ place: Int, _ state: inout FoldState, _ emit: Emit
    ) {
        let (shown, context) = state.backward.take(isBlockOver: isBlockOver)
        if shown.isEmpty { return }
        writeSpace(isBreak: true, &state)
        foldText(shown.span, from: 0, to: shown.count, standingAt: place, &state, emit)
        writeSpace(isBreak: true, &state)
        foldText(context.span, from: 0, to: context.count, standingAt: place, &state, emit)
    }

    /// Where the last whole word of `raw` ends: behind the last white space, or whole pieces of a
    /// long word behind it.
    private static func wholeWordsEnd(_ raw: Span<UInt8>) -> Int {
        var start = raw.count
        while start > 0, !raw[start - 1].isCanonicalSpace { start -= 1 }
        while true {
            let end = pieceEnd(raw, start, raw.count)
            if let next = noBreakSpaceEnd(raw, start, end ?? raw.count) {
                start = next
            } else if let end {
                start = end
            } else {
                return start
            }
        }
    }

    /// Behind the first no-break space, which ends a word as well.
    private static func noBreakSpaceEnd(_ raw: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        var index = start
        while index + 1 < end {
            if raw.isNoBreakSpace(at: index, end) { return index + 2 }
            index += 1
        }
        return nil
    }

    /// Where the piece of a word that begins at `start` is cut: at 256 bytes or up to three bytes
    /// before, so that no scalar is cut. Nil if the text ends before that. It depends on nothing
    /// but where the word begins, so that any split of the text gives the same.
    static func pieceEnd(_ raw: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        guard end - start > wordBytesMax else { return nil }
        var cut = start + wordBytesMax
        while cut > start + wordBytesMax - 3, raw[cut] & 0xC0 == 0x80 { cut -= 1 }
        return cut
    }

    /// Takes what was written of the word at `index` back, which is ASCII; returns where the word,
    /// or the piece of it, begins.
    private mutating func takeBack(_ raw: Span<UInt8>, _ index: Int, _ floor: Int) -> Int {
        var start = index
        while start > floor, !raw[start - 1].isCanonicalSpace { start -= 1 }
        // Pieces before this one stay as they are: of ASCII any cut gives the same.
        start += (index - start) / Self.wordBytesMax * Self.wordBytesMax
        exactEnd -= index - start
        plainCount -= index - start
        return start
    }

    /// Copies ASCII without folds up to the first byte that needs more.
    @inline(__always)
    private mutating func foldASCII(
        _ raw: Span<UInt8>, _ start: Int, _ end: Int, _ state: inout FoldState
    ) -> Int {
        let room = Self.exactMax + 64 - min(exactEnd, Self.exactMax)
        let part = raw.extracting(start..<min(end, start + room))
        let folded = Self.foldASCII(part, state.endsWithSpace, exactEnd, plainCount, &block)
        exactEnd &+= folded.count
        plainCount &+= folded.count
        state.endsWithSpace = folded.ends_with_space != 0
        return start &+ folded.count
    }

    /// Writes to two places of the block, and up to 16 bytes behind what was folded.
    @inline(__always)
    private static func foldASCII(
        _ text: Span<UInt8>, _ endsWithSpace: Bool, _ exactEnd: Int, _ plainCount: Int,
        _ block: inout [UInt8]
    ) -> khien_folded {
        precondition(exactEnd >= plainCount && exactEnd + text.count + 16 <= block.count)
        // SAFETY: it reads the bytes that it is given the number of; the line above leaves room for what it writes,
        // which is held exclusively.
        var block = block.mutableSpan
        return unsafe text.withUnsafeBufferPointer { source in
            unsafe block.withUnsafeMutableBufferPointer { room in
                guard let to = room.baseAddress, let from = source.baseAddress
                else { return khien_folded(count: 0, ends_with_space: endsWithSpace ? 1 : 0) }
                return unsafe khien_fold_ascii(
                    from, source.count, endsWithSpace ? 1 : 0, to + exactEnd, to + plainCount)
            }
        }
    }

    /// Folds a run of white space and breaks.
    @inline(__always)
    private mutating func foldSpaces(
        _ raw: Span<UInt8>, _ start: Int, _ end: Int, _ state: inout FoldState
    ) -> Int {
        var index = start
        var isBreak = false
        while index < end, raw[index].isCanonicalSpace {
            isBreak = isBreak || raw[index] == LayerBuffers.lineBreak
            index += 1
        }
        writeSpace(isBreak: isBreak, &state)
        return index
    }

    /// Writes a space unless the text ends with one.
    @inline(__always)
    mutating func writeSpace(isBreak: Bool, _ state: inout FoldState) {
        let isSpaced = state.endsWithSpace
        // Words meet at a break; that letters do is nothing `joined` may believe.
        let isMarked = isBreak && views.contains(.joined)
        if isSpaced, !isMarked { return }
        let place = isSpaced ? plainCount &- 1 : plainCount
        if isMarked, !isSpaced || block[place] != 0x0A { breaks.append(place) }
        if isSpaced {
            block[place] = 0x0A
            return
        }
        Self.write(isMarked ? 0x0A : 0x20, at: place, exactAt: exactEnd, &block)
        exactEnd &+= 1
        plainCount &+= 1
        state.endsWithSpace = true
    }

    /// Writes a space of the exact view, and what the plain one has for it.
    @inline(__always)
    private static func write(
        _ plain: UInt8, at place: Int, exactAt exactPlace: Int, _ block: inout [UInt8]
    ) {
        var room = block.mutableSpan
        room[place] = plain
        room[exactPlace] = 0x20
    }

    /// Hands the block out.
    private mutating func flush(
        _ consumed: Int, isFinal: Bool, _ state: inout FoldState, _ emit: Emit
    ) {
        state.rememberLetter(block.span.extracting(Self.exactStart..<exactEnd))
        state.hasMarks = state.hasMarks || differs
        let begin = JoinedView.historyBytes
        let layerEnd = state.layerBase + consumed
        func part(_ view: TextView, _ offset: Int) -> TextPart {
            TextPart(
                layer: state.layer, view: view, offset: offset, isPlainExact: !differs,
                layerStart: state.layerOffset, layerEnd: layerEnd)
        }
        if exactEnd > Self.exactStart, views.contains(.exact) {
            emit(block.span.extracting(Self.exactStart..<exactEnd), part(.exact, state.exactOffset))
        }
        if views.contains(.joined) {
            scanJoined(isFinal: isFinal, &state)
            if !state.joined.output.isEmpty {
                emit(state.joined.output.span, part(.joined, state.joinedOffset))
                state.joinedOffset += state.joined.output.count
                state.joined.forgetOutput()
            }
        }
        // Breaks are for the joined view; this one gets spaces.
        Self.hide(breaks, in: &block)
        breaks.removeAll(keepingCapacity: true)
        if plainCount > begin, views.contains(.plain) {
            if differs {
                markRoom.block.takePlain(block.span.extracting(Self.marks(of: begin..<plainCount)))
            }
            emit(block.span.extracting(begin..<plainCount), part(.plain, state.plainOffset))
        }
        if differs { clearMarks(begin..<plainCount) }
        state.exactOffset += exactEnd - Self.exactStart
        state.plainOffset += plainCount - begin
        state.layerOffset = layerEnd
        exactEnd = Self.exactStart
        plainCount = begin
        differs = false
        hasSigns = false
        state.load(into: &self)
    }

    /// Has the joined view read the block, and keeps its end as history.
    @inline(__always)
    private mutating func scanJoined(isFinal: Bool, _ state: inout FoldState) {
        state.hasSigns = state.hasSigns || hasSigns
        defer { if state.hasSigns { SignFolding.show(&state.joined.output) } }
        guard hasSigns else {
            state.joined.scan(block.span.extracting(0..<plainCount), isFinal: isFinal, joints)
            handOutMarks(block.span, plainCount, state)
            return state.keepHistory(block.span, plainCount)
        }
        if signs.isEmpty { signs = [UInt8](repeating: 0, count: Self.exactStart) }
        let count = SignFolding.fold(
            block, behind: JoinedView.historyBytes, upTo: plainCount, into: &signs,
            marksStart: Self.marksStart)
        state.joined.scan(signs.span.extracting(0..<count), isFinal: isFinal, joints)
        handOutMarks(signs.span, count, state)
        state.keepHistory(signs.span, count)
    }

    /// Hands out the marks of what came out in the joined view, which read `text`.
    @inline(__always)
    private func handOutMarks(_ text: Span<UInt8>, _ count: Int, _ state: borrowing FoldState) {
        markRoom.block.isJoinedMarked = state.hasMarks
        if state.hasMarks, !state.joined.output.isEmpty {
            markRoom.block.takeJoined(state.joined, text.extracting(Self.marks(of: 0..<count)))
        }
    }

    /// Puts spaces in place of breaks, but those of the history.
    private static func hide(_ breaks: [Int], in block: inout [UInt8]) {
        var room = block.mutableSpan
        for place in breaks where place >= JoinedView.historyBytes { room[place] = 0x20 }
    }

    /// Where the marks of letters at `range` stand.
    static func marks(of range: Range<Int>) -> Range<Int> {
        marksStart + range.lowerBound..<marksStart + range.upperBound
    }

    /// Takes marks back that were written, eight at a time; none stand behind the last of them.
    mutating func clearMarks(_ range: Range<Int>) {
        var room = block.mutableSpan
        var place = range.lowerBound
        while place < range.upperBound {
            room.store(0, at: place &+ Self.marksStart)
            place &+= 8
        }
    }
}

/// What the folding of one stream of text remembers between pieces.
struct FoldState: ~Copyable {
    let layer: TextLayer
    var isStarted = false
    var endsWithSpace = false
    /// Whether the last letter before the block was of the Latin script.
    var endsInLatin = false
    var exactOffset = 0
    var plainOffset = 0
    var joinedOffset = 0
    /// Bytes of the layer's text before the piece that is being folded, and before the block.
    var layerBase = 0
    var layerOffset = 0
    var joined = JoinedView()
    /// Whether some block had signs beyond ASCII.
    var hasSigns = false
    /// Text that is shown backwards is read as it is shown, too.
    let readsBackwards: Bool
    var backward = BackwardText()
    private var history = [UInt8](repeating: 0x0A, count: JoinedView.historyBytes)
    /// Whether some block had letters with marks, and the marks of the history.
    var hasMarks = false
    private var marks = [UInt8](repeating: 0, count: JoinedView.historyBytes)

    init(layer: TextLayer, readsBackwards: Bool = true) {
        self.layer = layer
        self.readsBackwards = readsBackwards
    }

    /// Begins with another text; buffers keep their memory.
    mutating func reset() {
        isStarted = false
        endsWithSpace = false
        endsInLatin = false
        exactOffset = 0
        plainOffset = 0
        joinedOffset = 0
        layerBase = 0
        layerOffset = 0
        joined.reset()
        hasSigns = false
        backward.reset()
        hasMarks = false
        for index in 0..<JoinedView.historyBytes {
            history[index] = 0x0A
            marks[index] = 0
        }
    }

    /// Puts the end of the stream's last block before the next one.
    @inline(__always)
    func load(into folder: inout CanonicalFolder) {
        let takesMarks = hasMarks || folder.hasOldMarks
        folder.hasOldMarks = hasMarks
        var room = folder.block.mutableSpan
        room.copy(history.span, at: 0)
        if takesMarks { room.copy(marks.span, at: CanonicalFolder.marksStart) }
    }

    /// Keeps the end of a text of `count` bytes, and its marks.
    @inline(__always)
    mutating func keepHistory(_ text: Span<UInt8>, _ count: Int) {
        let range = count - JoinedView.historyBytes..<count
        var room = history.mutableSpan
        room.copy(text.extracting(range), at: 0)
        if hasMarks {
            var markRoom = marks.mutableSpan
            markRoom.copy(text.extracting(CanonicalFolder.marks(of: range)), at: 0)
        }
    }

    /// Remembers the script of the block's last letter.
    mutating func rememberLetter(_ block: Span<UInt8>) {
        endsInLatin = isAfterLatin(block)
    }

    /// Whether the last letter of `block`, or before it, is of the Latin script.
    func isAfterLatin(_ block: Span<UInt8>) -> Bool {
        var index = block.count
        while index > 0 {
            index -= 1
            let byte = block[index]
            if byte < 0x80 {
                if byte.isAlpha { return true }
            } else if byte & 0xC0 != 0x80,
                let scalar = ScalarDecoding.scalar(in: block, at: index)
            {
                let bit = FoldRecord(scalar.value).kindBit
                if bit & KindSet.latin != 0 { return true }
                if bit & (KindSet.lookalike | KindSet.otherLetters) != 0 { return false }
            }
        }
        return endsInLatin
    }
}

extension UInt8 {
    /// What parts words before folding: white space of ASCII, and the break.
    @inline(__always)
    var isCanonicalSpace: Bool {
        self == 0x20 || self == 0 || (self >= 0x09 && self <= 0x0D)
    }
}

extension Span where Element == UInt8 {
    /// Whether U+00A0 stands there, before `end`.
    @inline(__always)
    func isNoBreakSpace(at index: Int, _ end: Int) -> Bool {
        self[index] == 0xC2 && index + 1 < end && self[index + 1] == 0xA0
    }
}

extension FoldState {
    /// What `other` is now, to go on by itself.
    init(copying other: borrowing FoldState) {
        layer = other.layer
        isStarted = other.isStarted
        endsWithSpace = other.endsWithSpace
        endsInLatin = other.endsInLatin
        exactOffset = other.exactOffset
        plainOffset = other.plainOffset
        joinedOffset = other.joinedOffset
        layerBase = other.layerBase
        layerOffset = other.layerOffset
        joined = JoinedView(copying: other.joined)
        hasSigns = other.hasSigns
        readsBackwards = other.readsBackwards
        backward = other.backward
        history = other.history
        hasMarks = other.hasMarks
        marks = other.marks
    }
}
