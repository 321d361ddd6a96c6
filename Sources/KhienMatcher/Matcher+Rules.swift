import KhienImage
import KhienModel
import KhienText

/// What the rules of one request are judged against.
struct RuleContext {
    var type: RequestType
    var now: UnixTime
    /// The host in the URL.
    var host: Range<Int>
    /// Which spelling of the URL is being tried.
    var view: View
    /// Nil until a rule asks.
    var isThirdParty: Bool?
}

extension Matcher {
    /// Tries every rule whose token the URL has, and every regex one of whose grams it has.
    ///
    /// The URL is tried as a browser writes it; an authority's rules, and regexes of an operator, are
    /// also tried against the lookup form, where that differs: an order's `*/listed/*` names
    /// `/%6cisted/`, too. An operator's adblock lists are written for the first spelling and mean
    /// no other.
    func matchRules(
        url: borrowing WebURL, type: RequestType, source: Span<UInt8>, now: UnixTime,
        _ scratch: inout Scratch
    ) {
        let text = url.bytes.span
        let end = url.fragment.map { $0.lowerBound - 1 } ?? text.count
        scratch.subject.source.read(source, in: self)
        var context = RuleContext(
            type: type, now: now, host: url.host, view: .exact, isThirdParty: nil)
        tryAll(text.extracting(0..<end), &context, &scratch)
        guard meansLookupForm(of: url), scratch.subject.lookup.hostEnd > 0 else { return }
        // Taken out of the scratch while it is read, then put back with its memory.
        var lookup: [UInt8] = []
        swap(&lookup, &scratch.lookupText)
        context.host = scratch.subject.writeLookup(of: url, to: &lookup)
        context.view = .lookup
        tryAll(lookup.span, &context, &scratch)
        swap(&lookup, &scratch.lookupText)
    }

    /// Whether rules are to be tried against the lookup form of a URL as well.
    func meansLookupForm(of url: borrowing WebURL) -> Bool {
        hasLookupRules && !url.isOwnLookupForm
    }

    private func tryAll(
        _ exact: Span<UInt8>, _ context: inout RuleContext, _ scratch: inout Scratch
    ) {
        scratch.subject.lower(exact)
        matchTokens(exact, &context, scratch.subject, &scratch.hits)
        if regexes.count > 0 { scratch.forgetTriedRegexes(count: regexes.count) }
        matchGrams(exact, &context, &scratch)
        matchSources(exact, &context, &scratch)
        if patterns.always.count > 0 {
            tryRules(patterns.always, at: nil, exact, &context, scratch.subject, &scratch.hits)
        }
        if regexes.always.count > 0 { tryRegexes(regexes.always, at: 0, exact, &context, &scratch) }
    }

    /// Whether an entry means the spelling that is being tried.
    func means(_ entry: UInt32, _ view: View) -> Bool {
        view == .exact || entries[entry].attributes.meansEverySpelling
    }

    /// Rules and regexes that wait for the page that the request comes from.
    private func matchSources(
        _ exact: Span<UInt8>, _ context: inout RuleContext, _ scratch: inout Scratch
    ) {
        for index in 0..<scratch.subject.source.walk.count {
            matchSource(scratch.subject.source.walk.hash(index), exact, &context, &scratch)
        }
        for index in 0..<scratch.subject.source.entityWalk.count {
            matchSource(scratch.subject.source.entityWalk.hash(index), exact, &context, &scratch)
        }
    }

    private func matchSource(
        _ hash: UInt64, _ exact: Span<UInt8>, _ context: inout RuleContext,
        _ scratch: inout Scratch
    ) {
        let ruleIndex = patterns.sources
        let regexIndex = regexes.sources
        let key = UInt32(truncatingIfNeeded: hash)
        if let range = ruleIndex.find(key, hash: key) {
            tryRules(range, at: nil, exact, &context, scratch.subject, &scratch.hits)
        }
        if let range = regexIndex.find(key, hash: key) {
            tryRegexes(range, at: 0, exact, &context, &scratch)
        }
    }

    private func matchTokens(
        _ exact: Span<UInt8>, _ context: inout RuleContext, _ subject: borrowing Subject,
        _ hits: inout [Hit]
    ) {
        let text = subject.lowered.span
        let index = patterns.tokens
        let marks = subject.tokenBits.span
        var runs = BitRuns(marks, count: subject.loweredCount)
        while let run = runs.next(marks) {
            guard let range = index.rules(Token.hash(text, run)) else { continue }
            tryRules(range, at: run.lowerBound, exact, &context, subject, &hits)
        }
    }

    /// Rules and regexes that wait for three bytes in a row.
    private func matchGrams(
        _ exact: Span<UInt8>, _ context: inout RuleContext, _ scratch: inout Scratch
    ) {
        scratch.subject.markGrams(patterns.gramFilter)
        let end = scratch.subject.loweredCount - (Gram.length - 1)
        var index = 0
        while index * 64 < end {
            var marks = scratch.subject.gramBits[index]
            while marks != 0 {
                let place = index * 64 + marks.trailingZeroBitCount
                marks &= marks &- 1
                let word = scratch.subject.lowered.span.word(at: place)
                let gram = UInt32(truncatingIfNeeded: word) & 0xFF_FFFF
                matchGram(gram, Gram.hash(gram), at: place, exact, &context, &scratch)
            }
            index += 1
        }
    }

    private func matchGram(
        _ gram: UInt32, _ hash: UInt32, at place: Int, _ exact: Span<UInt8>,
        _ context: inout RuleContext, _ scratch: inout Scratch
    ) {
        let ruleIndex = patterns.grams
        if let range = ruleIndex.find(gram, hash: hash) {
            tryRules(range, at: place, exact, &context, scratch.subject, &scratch.hits)
        }
        if let range = regexes.postings(gram: gram) {
            tryRegexes(range, at: place, exact, &context, &scratch)
        }
    }

    /// - Parameter place: where the token or gram stands in the URL that led to these rules; nil:
    ///   nothing in the URL did.
    private func tryRules(
        _ range: RuleRange, at place: Int?, _ exact: Span<UInt8>, _ context: inout RuleContext,
        _ subject: borrowing Subject, _ hits: inout [Hit]
    ) {
        let lowered = subject.lowered.span.extracting(0..<subject.loweredCount)
        for index in range.start..<range.start + range.count
        where patterns.mayMatch(index, type: context.type.rawValue, at: place ?? -1, lowered) {
            tryRule(patterns[index], at: place, exact, lowered, &context, subject, &hits)
        }
    }

    private func tryRule(
        _ rule: PatternRule, at place: Int?, _ exact: Span<UInt8>, _ lowered: Span<UInt8>,
        _ context: inout RuleContext, _ subject: borrowing Subject, _ hits: inout [Hit]
    ) {
        let url = rule.flags.contains(.matchCase) ? exact : lowered
        let start: Int? =
            rule.alignment == PatternRule.noAlignment
            ? nil : place.map { $0 - Int(rule.alignment) }
        let pattern = Int(rule.textOffset)..<Int(rule.textOffset) + Int(rule.textCount)
        // The pattern before its options, which cost more.
        guard means(rule.entry, context.view),
            PatternText.matches(
                patterns.text, pattern, rule.flags, url, host: context.host, at: start),
            optionsHold(rule, &context, subject)
        else { return }
        addOnce(rule.entry, context, &hits)
    }

    /// A token that occurs twice brings its rules twice: an entry is a hit once.
    func addOnce(_ index: UInt32, _ context: RuleContext, _ hits: inout [Hit]) {
        if hits.contains(where: { $0.entry.value == index }) { return }
        append(index, entries[index], .url, context.view, context.now, &hits)
    }
}

/// The runs of ones in a bitmap.
struct BitRuns {
    private let count: Int
    private var index = 0
    /// What is left of the word at `index`.
    private var word: UInt64

    /// - Parameter count: bits in use; those behind are zero in the last word.
    init(_ words: Span<UInt64>, count: Int) {
        self.count = count
        word = words[0]
    }

    /// The next run; nil where there is none.
    @inline(__always)
    mutating func next(_ words: Span<UInt64>) -> Range<Int>? {
        while word == 0 {
            index += 1
            if index * 64 >= count { return nil }
            word = words[index]
        }
        let first = word.trailingZeroBitCount
        let start = index * 64 + first
        var length = (~(word >> UInt64(first))).trailingZeroBitCount
        if first + length < 64 {
            word &= UInt64.max << UInt64(first + length)
            return start..<start + length
        }
        // The run goes on in the next word.
        while true {
            index += 1
            if index * 64 >= count {
                word = 0
                return start..<min(start + length, count)
            }
            word = words[index]
            let more = (~word).trailingZeroBitCount
            length += more
            if more < 64 {
                word &= UInt64.max << UInt64(more)
                return start..<start + length
            }
        }
    }
}
