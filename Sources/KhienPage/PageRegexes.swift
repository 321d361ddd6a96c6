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

    /// The text of one stream that is still needed, and what is to be tried on it.
    private struct Window {
        var text: [UInt8] = []
        /// The offset of the first byte of `text`.
        var base = 0
        /// The next block to be tried.
        var block = 0
        /// Expressions that were announced, with their block.
        var marks: [(block: Int, regex: UInt32)] = []
        /// Where the text ended when it was tried at a pause.
        var settledEnd = 0
        /// Expressions that were found in a block before all that its matches can reach had come.
        var settled: [(block: Int, regex: UInt32)] = []

        func hasSettled(_ regex: UInt32, _ block: Int) -> Bool {
            settled.contains { $0.block == block && $0.regex == regex }
        }

        var end: Int { base + text.count }
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
        for index in wanted {
            windows[index]?.text.removeAll(keepingCapacity: true)
            windows[index]?.marks.removeAll(keepingCapacity: true)
            windows[index]?.settled.removeAll(keepingCapacity: true)
            windows[index]?.base = 0
            windows[index]?.block = 0
            windows[index]?.settledEnd = 0
        }
    }

    /// Goes on in the text of another reading.
    mutating func follow(_ other: PageRegexes) {
        reset()
        windows = other.windows
    }

    private static func index(_ layer: TextLayer, _ view: TextView) -> Int {
        Int(layer.rawValue) * 3 + Int(view.rawValue)
    }

    /// A literal that announces `regex` stands at `range`.
    mutating func mark(_ regex: UInt32, _ range: Range<Int>, _ layer: TextLayer, _ view: TextView) {
        let index = Self.index(layer, view)
        guard let next = windows[index]?.block else { return }
        let first = max(next, max(0, range.lowerBound - Self.reach) / Self.block)
        for block in first...max(first, range.lowerBound / Self.block) {
            let isMarked = windows[index]?.marks.contains {
                $0.block == block && $0.regex == regex
            }
            if isMarked == false { windows[index]?.marks.append((block, regex)) }
        }
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
            for place in start..<end { window.text.append(piece[place]) }
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
                    for regex in rules.regexesAlways
                        + window.marks.filter({ $0.block == block }).map(\.regex)
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
        for mark in window.marks where mark.block == block && !window.hasSettled(mark.regex, block)
        {
            attempt(mark.regex, window, block, layer, view, &findings)
        }
        window.marks.removeAll { $0.block <= block }
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
