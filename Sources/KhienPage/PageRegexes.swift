import KhienImage
import KhienModel
import KhienRegex
import KhienText

/// Tries regular expressions on windows of canonical text around the literals that announce them.
///
/// ```
///            32       512 bytes: a match begins here       256: and ends here at the latest
///         |------|----------------------------------|-----------------|
///                 block n                            block n + 1 ...
/// ```
///
/// Blocks begin at multiples of 512 in the stream, so that what is found does not depend on how the
/// text came. A block is tried once for each expression that a literal near it announced, when what
/// its matches can reach has come. In each block an expression counts once.
struct PageRegexes {
    private static let block = Limits.Page.regexBlockBytes
    private static let reach = Limits.Page.regexReachBytes
    private static let before = Limits.Page.regexLookBehindBytes
    /// A literal that announces a match may itself be reported a little behind its end.
    private static let delay = Limits.Literals.bytesMax + 2 * Limits.Literals.contextBytesMax

    private let rules: PageRules
    private let reading: TextReading
    private var windows: [Window?]
    /// Those that there are.
    private let wanted: [Int]
    private let scratch: RegexScratch?
    /// Attempts on this page: an operator's expressions use up nothing of an authority's.
    private var ordered = Attempts()
    private var others = Attempts()
    /// Attempts that were not made or were given up; then the page is told to be unread in part.
    private(set) var givenUp = 0

    private struct Attempts {
        private var count = 0
        private var budget = RegexBudget.ofPage

        /// Where an expression matches in the text up to `block`, at `start` or behind it.
        mutating func find(
            _ regex: Int, of rules: PageRules, _ scratch: RegexScratch, _ subject: Span<UInt8>,
            from start: Int, block: Int
        ) -> RegexPlace {
            let most = Limits.Page.regexAttemptsMax + block * Limits.Page.regexAttemptsPerBlock
            guard count < most else { return .gaveUp }
            count += 1
            return scratch.find(rules.regexes, regex, subject, from: start, &budget)
        }
    }

    /// Blocks of a stream that a literal announced an expression in.
    private struct Blocks: Equatable {
        let first: Int
        let last: Int

        /// - Parameter range: where the literal stands.
        init(around range: Range<Int>) {
            first = max(0, range.lowerBound - reach) / block
            last = range.lowerBound / block
        }
    }

    /// The literal that was found last of those with the same place here, and where that announced its expressions:
    /// a page may repeat it a hundred times in a block.
    private struct Announced {
        var literal = UInt32.max
        var stream = 0
        var blocks = Blocks(around: 0..<0)
    }
    private var announced = [Announced](repeating: Announced(), count: announcedCount)
    private static let announcedCount = 64

    /// In which of the last 64 blocks an expression was announced.
    private struct Marked {
        let regex: UInt32
        private var last = -1
        /// Bit *n* for the block *n* before the last.
        private var bits: UInt64 = 0

        init(_ regex: UInt32) { self.regex = regex }

        /// False where the block was known, or is long over.
        mutating func insert(_ block: Int) -> Bool {
            if block > last {
                let ahead = block - last
                bits = (last < 0 || ahead > 63 ? 0 : bits &<< UInt64(ahead)) | 1
                last = block
                return true
            }
            let back = last - block
            guard back < 64, bits &>> UInt64(back) & 1 == 0 else { return false }
            bits |= 1 &<< UInt64(back)
            return true
        }
    }

    /// The text of one stream that is still needed, and what is to be tried on it.
    private struct Window {
        var text: [UInt8] = []
        /// The offset of the first byte of `text`.
        var base = 0
        /// The next block to be tried.
        var block = 0
        /// Expressions that were announced, by block, from the next one on.
        var pending: [[UInt32]] = []
        /// All that were announced on this page.
        private var marked: [Marked] = []
        private var places = KeyPlaces()
        /// Where the text ended when it was tried at a pause.
        var settledEnd = 0
        /// Expressions that were found in a block before all that its matches can reach had come.
        var settled: [(block: Int, regex: UInt32)] = []

        func hasSettled(_ regex: UInt32, _ block: Int) -> Bool {
            settled.contains { $0.block == block && $0.regex == regex }
        }

        var end: Int { base + text.count }

        /// What was announced in a block from the next one on.
        func marks(of wanted: Int) -> [UInt32] {
            let place = wanted - block
            return place < pending.count ? pending[place] : []
        }

        /// - Complexity: the same however many were announced before.
        mutating func mark(_ regex: UInt32, _ blocks: Blocks) {
            let (place, isNew) = places.place(of: regex)
            if isNew { marked.append(Marked(regex)) }
            let first = max(block, blocks.first)
            for wanted in first...max(first, blocks.last) where marked[place].insert(wanted) {
                while pending.count <= wanted - block { pending.append([]) }
                pending[wanted - block].append(regex)
            }
        }

        /// Begins with another page.
        mutating func reset() {
            text.removeAll(keepingCapacity: true)
            base = 0
            block = 0
            pending.removeAll()
            places.removeAll(marked.lazy.map(\.regex))
            marked.removeAll(keepingCapacity: true)
            settledEnd = 0
            settled.removeAll(keepingCapacity: true)
        }
    }

    init(_ rules: PageRules, _ needs: PageNeeds, _ reading: TextReading) {
        self.rules = rules
        self.reading = reading
        let windows = TextLayer.allCases.flatMap { layer in
            TextView.allCases.map { needs.wantsRegexes(layer, $0) ? Window() : nil }
        }
        wanted = windows.indices.filter { windows[$0] != nil }
        self.windows = windows
        scratch = wanted.isEmpty ? nil : RegexScratch()
    }

    mutating func reset() {
        ordered = Attempts()
        others = Attempts()
        givenUp = 0
        for index in wanted { windows[index]?.reset() }
        forgetAnnounced()
    }

    private mutating func forgetAnnounced() {
        for index in announced.indices { announced[index] = Announced() }
    }

    /// Goes on in the text of another reading.
    mutating func follow(_ other: PageRegexes) {
        reset()
        windows = other.windows
        announced = other.announced
    }

    private static func index(_ layer: TextLayer, _ view: TextView) -> Int {
        Int(layer.rawValue) * 3 + Int(view.rawValue)
    }

    /// Whether a literal that announces expressions announces any here that it has not announced just before.
    mutating func isNews(
        _ literal: UInt32, _ range: Range<Int>, _ layer: TextLayer, _ view: TextView
    ) -> Bool {
        let stream = Self.index(layer, view)
        guard windows[stream] != nil else { return false }
        let slot = (Int(literal) &+ 7 &* stream) % Self.announcedCount
        let blocks = Blocks(around: range)
        let last = announced[slot]
        if last.literal == literal, last.stream == stream, last.blocks == blocks { return false }
        announced[slot] = Announced(literal: literal, stream: stream, blocks: blocks)
        return true
    }

    /// A literal that announces `regex` stands at `range`.
    mutating func mark(_ regex: UInt32, _ range: Range<Int>, _ layer: TextLayer, _ view: TextView) {
        windows[Self.index(layer, view)]?.mark(regex, Blocks(around: range))
    }

    /// Reads on in a stream; literals in the piece have been marked before.
    mutating func read(
        _ piece: Span<UInt8>, _ layer: TextLayer, _ view: TextView,
        _ findings: inout PageFindings
    ) {
        let index = Self.index(layer, view)
        var start = 0
        while start < piece.count, var window = windows[index].take() {
            let end = min(start + Self.block, piece.count)
            window.text.append(bytesOf: piece.extracting(start..<end))
            start = end
            while window.end >= (window.block + 1) * Self.block + Self.reach + Self.delay {
                tryBlock(&window, layer, view, &findings)
            }
            windows[index] = window
        }
    }

    /// All streams are over.
    mutating func finish(_ findings: inout PageFindings) {
        for layer in TextLayer.allCases {
            for view in TextView.allCases {
                let index = Self.index(layer, view)
                guard var window = windows[index].take() else { continue }
                while window.block * Self.block < window.end {
                    tryBlock(&window, layer, view, &findings)
                }
                windows[index] = window
            }
        }
    }

    /// Nothing comes for a while: tries what was announced on the text that is there. What is found
    /// counts now, and not once more; what is not is tried again when its block is whole.
    mutating func settle(_ findings: inout PageFindings) {
        for layer in TextLayer.allCases {
            for view in TextView.allCases {
                let index = Self.index(layer, view)
                guard var window = windows[index].take() else { continue }
                // What was tried at the last pause would be tried again for nothing.
                guard window.end > window.settledEnd else {
                    windows[index] = window
                    continue
                }
                window.settledEnd = window.end
                for block in window.block..<max(window.block, window.end / Self.block + 1) {
                    for regex in rules.regexesAlways + window.marks(of: block)
                    where !window.hasSettled(regex, block) {
                        if attempt(regex, window, block, layer, view, &findings) {
                            window.settled.append((block, regex))
                        }
                    }
                }
                windows[index] = window
            }
        }
    }

    /// Tries what was announced for the window's next block, and moves on.
    private mutating func tryBlock(
        _ window: inout Window, _ layer: TextLayer, _ view: TextView,
        _ findings: inout PageFindings
    ) {
        let block = window.block
        for regex in rules.regexesAlways where !window.hasSettled(regex, block) {
            attempt(regex, window, block, layer, view, &findings)
        }
        for regex in window.marks(of: block) where !window.hasSettled(regex, block) {
            attempt(regex, window, block, layer, view, &findings)
        }
        if !window.pending.isEmpty { window.pending.removeFirst() }
        window.settled.removeAll { $0.block <= block }
        window.block += 1
        // What comes before the next block is not needed any more, but for looking behind.
        let unneeded = window.block * Self.block - Self.before - window.base
        if unneeded > 0 {
            window.text.removeFirst(min(unneeded, window.text.count))
            window.base += unneeded
        }
    }

    /// Whether the expression was found to begin in the block; it counts then.
    @discardableResult
    private mutating func attempt(
        _ regex: UInt32, _ window: Window, _ block: Int, _ layer: TextLayer, _ view: TextView,
        _ findings: inout PageFindings
    ) -> Bool {
        let term = rules.phrases.regex(Int(regex)).term
        let record = rules.phrases.term(term)
        guard record.layers.contains(layer), record.views.contains(view, reading),
            let scratch
        else { return false }
        let start = block * Self.block
        let end = min(start + Self.block + Self.reach, window.end)
        guard start < end else { return false }
        let found: RegexPlace
        let (index, from) = (Int(regex), start - window.base)
        let subject = window.text.span.extracting(0..<end - window.base)
        if rules.regexIsOrdered[index] {
            found = ordered.find(index, of: rules, scratch, subject, from: from, block: block)
        } else {
            found = others.find(index, of: rules, scratch, subject, from: from, block: block)
        }
        switch found {
        case .found(let range):
            let place = range.lowerBound + window.base..<range.upperBound + window.base
            guard place.lowerBound < start + Self.block else { return false }
            findings.add(
                term, rules.phrases, layer: layer, view: view, reading: reading, range: place)
            return true
        case .notFound: break
        case .gaveUp: givenUp += 1
        }
        return false
    }
}
