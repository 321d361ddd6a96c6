import KhienImage
import KhienMatcher
import KhienModel
import KhienText

/// Looks for the literals of all rules in the canonical text of one reading of a page.
///
/// A layer in a view is a stream with a state of its own. Of the plain view only that is scanned
/// which differs from the exact one, with as much around it as the longest literal can span
/// (`EqualRuns`): half of the work on pages without diacritics.
struct PageScan {
    private let rules: PageRules
    private let needs: PageNeeds
    private let reading: TextReading
    /// By layer and view; only those that are needed.
    private var streams: [LiteralStream?]
    private let workspace: PageWorkspace
    /// What the scanner spent on this page where it is crowded.
    private var work = LiteralWork()
    private var runs = InlineArray<9, EqualRuns>(repeating: EqualRuns())
    private var plain = InlineArray<9, PlainState>(repeating: PlainState())
    /// The last bytes of each layer's plain view, where it is not being scanned.
    private var tails: [[UInt8]]
    /// The marks of the last letters, by layer and view.
    private var marks: [RecentMarks]
    private var regexes: PageRegexes
    /// How often rules were told that want to know each place, of all and, behind what all may take, of authorities'.
    private var told = (all: 0, ordered: 0)

    /// More than any occurrence with the signs beside it spans.
    private static let reachBytes =
        Limits.Literals.bytesMax + 3 * Limits.Literals.contextBytesMax

    /// How far the scan of a layer's plain view has come.
    private struct PlainState {
        /// Bytes of the plain view so far.
        var end = 0
        /// Whether the scanner's state is that of the end of the view.
        var isFollowing = false
        /// The offset at which the scanner's stream began.
        var base = 0
        /// Where the text began to equal the exact view; meaningless where it does not.
        var equalStart = 0
        var isEqual = false
        /// Bytes of the tail that are filled: all are of the part that equals the exact view.
        var tailCount = 0
    }

    init(
        _ rules: PageRules, _ needs: PageNeeds, _ reading: TextReading, in workspace: PageWorkspace
    ) {
        self.rules = rules
        self.needs = needs
        self.reading = reading
        self.workspace = workspace
        streams = TextLayer.allCases.flatMap { layer in
            TextView.allCases.map { view in
                let isNeeded =
                    needs.wants(layer, view) || (view == .exact && needs.wants(layer, .plain))
                return isNeeded ? LiteralStream() : nil
            }
        }
        tails = TextLayer.allCases.map { layer in
            needs.wants(layer, .plain) ? [UInt8](repeating: 0, count: Self.reachBytes) : []
        }
        marks = streams.map { _ in RecentMarks() }
        regexes = PageRegexes(rules, needs, reading)
    }

    /// Begins with another page.
    mutating func reset() {
        for index in streams.indices {
            streams[index]?.reset()
            marks[index].reset()
        }
        for index in runs.indices {
            runs[index] = EqualRuns()
            plain[index] = PlainState()
        }
        work = LiteralWork()
        told = (0, 0)
        regexes.reset()
    }

    /// Goes on from where the scan of another reading stands, which is of the same rules.
    mutating func follow(_ other: PageScan) {
        streams = other.streams
        runs = other.runs
        plain = other.plain
        tails = other.tails
        marks = other.marks
        work = other.work
        told = other.told
        regexes.follow(other.regexes)
    }

    /// Whether the text took so much work that not all was looked for.
    var isOverworked: Bool {
        work.isTooMuch || regexes.givenUp > 0 || told.all > Limits.Page.toldMax
    }

    private static func index(_ layer: TextLayer, _ view: TextView) -> Int {
        Int(layer.rawValue) * 3 + Int(view.rawValue)
    }

    /// Reads a piece of canonical text.
    mutating func read(
        _ piece: Span<UInt8>, _ part: TextPart, _ findings: inout PageFindings
    ) {
        findings.trace?.append(
            piece, to: PageTrace.Stream(layer: part.layer, view: part.view, reading: reading))
        let layer = Int(part.layer.rawValue)
        switch part.view {
        case .exact:
            if part.isPlainExact {
                runs[layer].add(
                    exact: part.offset..<part.offset + piece.count, plainStart: plain[layer].end)
            }
            scanExact(piece, part.layer, isFinal: false, &findings)
        case .plain:
            if needs.wants(part.layer, .plain) { scanPlain(piece, part, &findings) }
            plain[layer].end = part.offset + piece.count
        case .joined:
            scanJoined(piece, part.layer, isFinal: false, &findings)
        }
        if needs.wantsRegexes(part.layer, part.view) {
            regexes.read(piece, part.layer, part.view, &findings)
        }
    }

    /// The page is over: what was waiting for the next sign is decided.
    mutating func finish(_ findings: inout PageFindings) {
        decide(&findings)
        regexes.finish(&findings)
    }

    /// Nothing comes for a while: what was waiting for the next sign is decided as if a word ended
    /// here. The page may go on.
    mutating func settle(_ findings: inout PageFindings) {
        decide(&findings)
        regexes.settle(&findings)
        for index in streams.indices { streams[index]?.settle() }
    }

    private mutating func decide(_ findings: inout PageFindings) {
        let none = InlineArray<0, UInt8>(repeating: 0)
        for layer in TextLayer.allCases {
            if hasText(layer, .exact) { scanExact(none.span, layer, isFinal: true, &findings) }
            if plain[Int(layer.rawValue)].isFollowing {
                scanPlainPiece(none.span, layer, isFinal: true, &findings)
            }
            if hasText(layer, .joined) { scanJoined(none.span, layer, isFinal: true, &findings) }
        }
    }

    private func hasText(_ layer: TextLayer, _ view: TextView) -> Bool {
        streams[Self.index(layer, view)].map { $0.byteCount > 0 } ?? false
    }

    private mutating func scanExact(
        _ piece: Span<UInt8>, _ layer: TextLayer, isFinal: Bool, _ findings: inout PageFindings
    ) {
        let index = Self.index(layer, .exact)
        guard streams[index] != nil else { return }
        let runs = runs[Int(layer.rawValue)]
        let (wantsExact, wantsPlain) = (needs.wants(layer, .exact), needs.wants(layer, .plain))
        withStream(index) { scan, stream, room in
            let scanner = scan.rules.scanner
            scanner.scan(piece, isFinal: isFinal, &stream, &room) { literal, range in
                let shift = wantsPlain ? runs.shift(ofExact: range) : nil
                scan.count(literal, range, layer, wantsExact, plainShift: shift, &findings)
            }
        }
    }

    /// Takes a stream and the room out while they are used, so that they are not copied. The room is that of
    /// other pages, too: what this one has cost is told to it, and kept.
    @inline(__always)
    private mutating func withStream(
        _ index: Int, _ body: (inout PageScan, inout LiteralStream, inout LiteralRoom) -> Void
    ) {
        guard var stream = streams[index].take() else { return }
        var room = workspace.takeLiterals()
        room.work = work
        body(&self, &stream, &room)
        work = room.work
        workspace.literals = room
        streams[index] = stream
    }

    private mutating func scanJoined(
        _ piece: Span<UInt8>, _ layer: TextLayer, isFinal: Bool, _ findings: inout PageFindings
    ) {
        let index = Self.index(layer, .joined)
        let room = workspace.folding.marks
        let isMarked = !piece.isEmpty && room.block.isJoinedMarked
        let start = streams[index]?.byteCount ?? 0
        withStream(index) { scan, stream, literals in
            let scanner = scan.rules.scanner
            scanner.scan(piece, isFinal: isFinal, &stream, &literals) { literal, range in
                let agrees = scan.agrees(literal, range) { place in
                    isMarked && place >= start
                        ? room.block.joined[place - start] : scan.marks[index].mark(at: place)
                }
                if agrees { scan.count(literal, range, layer, .joined, &findings) }
            }
        }
        if isMarked {
            let all = room.block.joined
            marks[index].add(all.span.extracting(..<piece.count), at: start)
        }
    }

    /// Whether what stands at `range` has no marks that speak against the phrase.
    ///
    /// - Parameter mark: the mark of the letter at an offset.
    @inline(__always)
    private func agrees(_ literal: UInt32, _ range: Range<Int>, _ mark: (Int) -> UInt8) -> Bool {
        guard let wanted = rules.uses[Int(literal)].wanted else { return true }
        return rules.wantedMarks[wanted].agree(count: range.count) { mark(range.lowerBound + $0) }
    }

    /// The plain view where it differs, and a little around.
    private mutating func scanPlain(
        _ piece: Span<UInt8>, _ part: TextPart, _ findings: inout PageFindings
    ) {
        let layer = Int(part.layer.rawValue)
        guard part.isPlainExact else {
            if !plain[layer].isFollowing { follow(part.layer, &findings) }
            plain[layer].isEqual = false
            scanPlainPiece(piece, part.layer, isFinal: false, markedFrom: part.offset, &findings)
            return
        }
        if !plain[layer].isEqual {
            plain[layer].isEqual = true
            plain[layer].equalStart = part.offset
            plain[layer].tailCount = 0
        }
        if plain[layer].isFollowing {
            // What began where the views differ may end here.
            let needed = plain[layer].equalStart + Self.reachBytes - part.offset
            let count = min(max(needed, 0), piece.count)
            if count > 0 {
                scanPlainPiece(piece.extracting(..<count), part.layer, isFinal: false, &findings)
            }
            if count == needed || needed <= 0 { plain[layer].isFollowing = false }
        }
        keepTail(piece, layer)
    }

    /// Brings the scanner's state to the end of the plain view, by scanning its last bytes. Whatever
    /// lies in them was found in the exact view.
    private mutating func follow(_ layer: TextLayer, _ findings: inout PageFindings) {
        let place = Int(layer.rawValue)
        plain[place].isFollowing = true
        let count = plain[place].tailCount
        plain[place].base = plain[place].end - count
        let index = Self.index(layer, .plain)
        streams[index]?.reset()
        guard count > 0 else { return }
        let tail = tails[place]
        scanPlainPiece(
            tail.span.extracting((tail.count - count)...), layer, isFinal: false, &findings)
    }

    /// - Parameter markedFrom: the piece's offset in the view, where its letters have marks; they are handed
    ///   out with it.
    private mutating func scanPlainPiece(
        _ piece: Span<UInt8>, _ layer: TextLayer, isFinal: Bool, markedFrom: Int? = nil,
        _ findings: inout PageFindings
    ) {
        let index = Self.index(layer, .plain)
        let runs = runs[Int(layer.rawValue)]
        let base = plain[Int(layer.rawValue)].base
        let room = workspace.folding.marks
        let start = markedFrom ?? .max
        withStream(index) { scan, stream, literals in
            let scanner = scan.rules.scanner
            scanner.scan(piece, isFinal: isFinal, &stream, &literals) { literal, range in
                let place = range.lowerBound + base..<range.upperBound + base
                if runs.contains(plain: place) { return }
                let agrees = scan.agrees(literal, place) { offset in
                    offset >= start
                        ? room.block.plain[offset - start]
                        : scan.marks[index].mark(at: offset)
                }
                if agrees { scan.count(literal, place, layer, .plain, &findings) }
            }
        }
        if markedFrom != nil {
            let all = room.block.plain
            marks[index].add(all.span.extracting(..<piece.count), at: start)
        }
    }

    /// Keeps the last bytes of the plain view at the end of the layer's tail.
    private mutating func keepTail(_ piece: Span<UInt8>, _ layer: Int) {
        let most = Self.reachBytes
        let new = min(piece.count, most)
        let kept = min(plain[layer].tailCount, most - new)
        var tail = tails[layer].mutableSpan
        if kept > 0, new > 0 { tail.move(most - kept..<most, to: most - new - kept) }
        tail.copy(piece.extracting((piece.count - new)...), at: most - new)
        plain[layer].tailCount = kept + new
    }

    /// Counts an occurrence in the exact view.
    ///
    /// - Parameter plainShift: what to add to its offsets to have those in the plain view, where that
    ///   has the same text; else nil.
    @inline(__always)
    private mutating func count(
        _ literal: UInt32, _ range: Range<Int>, _ layer: TextLayer, _ wantsExact: Bool,
        plainShift: Int?, _ findings: inout PageFindings
    ) {
        if wantsExact { count(literal, range, layer, .exact, &findings) }
        if let plainShift {
            let place = range.lowerBound + plainShift..<range.upperBound + plainShift
            count(literal, place, layer, .plain, &findings)
        }
    }

    /// Counts an occurrence: the literal's, and at once what needs to know its place.
    @inline(__always)
    private mutating func count(
        _ literal: UInt32, _ range: Range<Int>, _ layer: TextLayer, _ view: TextView,
        _ findings: inout PageFindings
    ) {
        let use = rules.uses[Int(literal)]
        guard use.layers.contains(layer), use.views.contains(view, reading) else { return }
        let isTraced = findings.trace != nil
        if use.isCounted, !isTraced {
            findings.count(
                literal, layer: layer, view: view, reading: reading, offset: range.lowerBound)
        }
        if use.isPlaced { tell(literal, use, range, layer, view, &findings) }
        if isTraced { trace(literal, range, layer, view, &findings) }
    }

    /// Tells each rule of an occurrence that needs to know its place.
    ///
    /// Thousands of rules may want a word that a page repeats. Expressions hear of it once in a block; and what is past
    /// `Limits.Page.toldMax` is told to the rules of authorities only, and to these so often again.
    private mutating func tell(
        _ literal: UInt32, _ use: LiteralUse, _ range: Range<Int>, _ layer: TextLayer,
        _ view: TextView, _ findings: inout PageFindings
    ) {
        let announces = use.announces && regexes.isNews(literal, range, layer, view)
        guard use.hasDistances || announces else { return }
        var places = use.placed
        told.all += places.count
        if told.all > Limits.Page.toldMax {
            places = places.prefix(use.orderedCount)
            told.ordered += places.count
            guard told.ordered <= Limits.Page.toldMax else { return }
        }
        for place in places {
            let posting = rules.phrases.posting(Int(rules.placed[place]))
            guard posting.layers.contains(layer), posting.views.contains(view, reading)
            else { continue }
            switch posting.kind {
            case .term:
                findings.add(
                    posting.number, rules.phrases, layer: layer, view: view, reading: reading,
                    range: range)
            case .regex: if announces { regexes.mark(posting.number, range, layer, view) }
            }
        }
    }

    /// Adds an occurrence of a literal to the trace of each term that it is only counted for.
    private func trace(
        _ literal: UInt32, _ range: Range<Int>, _ layer: TextLayer, _ view: TextView,
        _ findings: inout PageFindings
    ) {
        for index in rules.phrases.postings(of: literal) {
            let posting = rules.phrases.posting(index)
            guard posting.layers.contains(layer), posting.views.contains(view, reading),
                !LiteralUse.isPlaced(posting, rules.phrases)
            else { continue }
            findings.add(
                posting.number, rules.phrases, layer: layer, view: view, reading: reading,
                range: range)
        }
    }
}
