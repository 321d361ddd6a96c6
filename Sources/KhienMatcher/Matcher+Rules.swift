import KhienImage
import KhienModel
import KhienRegex
import KhienText

/// What the rules of one request are judged against.
struct RuleContext {
    var type: RequestType
    var now: UnixTime
    /// The host in the URL.
    var host: Range<Int>
    /// Which spelling of the URL is being tried.
    var view: View
    /// Whether it lacks the user and the port that the URL has, and only URLs with a `*` mean it.
    var isBare = false
    /// Nil until a rule asks.
    var isThirdParty: Bool?
}

extension Matcher {
    /// Tries every rule whose token the URL has, and every regex one of whose grams it has.
    ///
    /// The URL is tried as a browser writes it; an authority's rules, and regexes of an operator, are
    /// also tried against the lookup form, where that differs: an order's `*/listed/*` names
    /// `/%6cisted/`, too; with the port, where there is one, since a rule may name it; and with the `..`
    /// segments kept that only unescaping shows (`matchBelow`). An operator's adblock lists are written for
    /// the first spelling and mean no other. A URL with a `*` stands for any user and port: it is tried
    /// against the first spelling without them, too.
    func matchRules(
        url: borrowing WebURL, type: RequestType, source: Span<UInt8>, now: UnixTime,
        _ scratch: inout Scratch
    ) {
        let text = url.bytes.span
        let end = url.fragment.map { $0.lowerBound - 1 } ?? text.count
        scratch.subject.source.read(source, in: self)
        if regexes.count > 0 {
            scratch.regexBudget = RegexBudget()
            scratch.orderBudget = RegexBudget()
        }
        var context = RuleContext(
            type: type, now: now, host: url.host, view: .exact, isThirdParty: nil)
        tryAll(text.extracting(0..<end), url.lowered, &context, &scratch)
        guard meansLookupForm(of: url), scratch.subject.lookup.hostEnd > 0 else { return }
        if hasURLPatterns, url.port != nil || url.hasCredentials, !url.isOwnLookupFormWithPort {
            tryForm(.exact, of: url, withPort: false, &context, &scratch)
        }
        tryForm(.lookup, of: url, &context, &scratch)
        if scratch.subject.lookup.hidesParents {
            tryForm(.unresolved, of: url, &context, &scratch)
        }
    }

    /// Tries the rules that mean every spelling against another form of the URL than its own.
    private func tryForm(
        _ view: View, of url: borrowing WebURL, _ context: inout RuleContext,
        _ scratch: inout Scratch
    ) {
        tryForm(view, of: url, withPort: false, &context, &scratch)
        // What is the URL itself has been tried with all rules.
        if url.port != nil, !url.isOwnLookupFormWithPort {
            tryForm(view, of: url, withPort: true, &context, &scratch)
        }
    }

    private func tryForm(
        _ view: View, of url: borrowing WebURL, withPort: Bool, _ context: inout RuleContext,
        _ scratch: inout Scratch
    ) {
        // Taken out of the scratch while it is read, then put back with its memory.
        var text: [UInt8] = []
        var lowered = LoweredText()
        swap(&text, &scratch.lookupText)
        swap(&lowered, &scratch.lookupLowered)
        context.host = scratch.subject.write(view, of: url, withPort: withPort, to: &text)
        context.view = view
        context.isBare = view == .exact
        lowered.fill(text.span)
        tryAll(text.span, lowered, &context, &scratch)
        swap(&text, &scratch.lookupText)
        swap(&lowered, &scratch.lookupLowered)
    }

    /// Whether rules are to be tried against the lookup form of a URL as well.
    func meansLookupForm(of url: borrowing WebURL) -> Bool {
        hasLookupRules && !url.isOwnLookupForm
    }

    private func tryAll(
        _ exact: Span<UInt8>, _ text: borrowing LoweredText, _ context: inout RuleContext,
        _ scratch: inout Scratch
    ) {
        let lowered = text.bytes.span
        // Rules for addresses in brackets may have no gram around a token.
        let isAddress =
            !context.host.isEmpty && exact[context.host.lowerBound] == UInt8(ascii: "[")
        let isAroundTokens = gramPlaces == .aroundTokens && !isAddress && text.marksStart > 0
        let isEverywhere = gramPlaces != .nowhere && !isAroundTokens
        let filter = isAroundTokens ? patterns.gramFilter : nil
        scratch.candidates.find(in: text, patterns.tokens, grams: filter)
        if regexes.count > 0 { scratch.triedRegexes.forget(count: regexes.count) }
        if exact.count > Self.retriedBytesMax {
            scratch.triedRules.forget(count: patterns.ruleCount)
            scratch.placedTries = 0
        }
        if text.marksStart > 0, let range = text.scheme.count == 4 ? httpRules : httpsRules {
            tryRules(range, at: 0, exact, lowered, &context, &scratch)
        }
        for index in 0..<scratch.candidates.count {
            let candidate = scratch.candidates[index]
            if candidate.isGram {
                matchGram(at: candidate.place, exact, lowered, &context, &scratch)
            } else if let range = patterns.tokens.find(candidate.hash) {
                tryRules(range, at: candidate.place, exact, lowered, &context, &scratch)
            }
        }
        if isEverywhere { matchGrams(exact, lowered, &context, &scratch) }
        matchSources(exact, lowered, &context, &scratch)
        if patterns.always.count > 0 {
            tryRules(patterns.always, at: nil, exact, lowered, &context, &scratch)
        }
        if regexes.always.count > 0 {
            tryRegexes(regexes.always, at: 0, exact, lowered, &context, &scratch)
        }
    }

    /// Whether an entry means the spelling that is being tried.
    @inline(__always)
    func means(_ entry: UInt32, _ context: RuleContext) -> Bool {
        if context.isBare { return Self.isOfURL(entries.attributes(of: entry)) }
        return context.view == .exact || entries.attributes(of: entry).meansEverySpelling
    }

    /// Whether a pattern stood as a URL with a `*`.
    static func isOfURL(_ attributes: EntryAttributes) -> Bool {
        attributes.kind == .pattern && !attributes.isAdblock
    }

    /// Rules and regexes that wait for the page that the request comes from.
    private func matchSources(
        _ exact: Span<UInt8>, _ lowered: Span<UInt8>, _ context: inout RuleContext,
        _ scratch: inout Scratch
    ) {
        for index in 0..<scratch.subject.source.rules.count {
            let range = scratch.subject.source.rules[index]
            tryRules(range, at: nil, exact, lowered, &context, &scratch)
        }
        for index in 0..<scratch.subject.source.postings.count {
            let range = scratch.subject.source.postings[index]
            tryRegexes(range, at: 0, exact, lowered, &context, &scratch)
        }
    }

    /// Rules and regexes that wait for three bytes in a row, at every place of the URL.
    private func matchGrams(
        _ exact: Span<UInt8>, _ lowered: Span<UInt8>, _ context: inout RuleContext,
        _ scratch: inout Scratch
    ) {
        let end = exact.count - (Gram.length - 1)
        var place = 0
        while place < end {
            place = Gram.next(
                in: lowered, from: place, to: end, patterns.gramFilter)
            guard place < end else { return }
            matchGram(at: place, exact, lowered, &context, &scratch)
            place += 1
        }
    }

    private func matchGram(
        at place: Int, _ exact: Span<UInt8>, _ lowered: Span<UInt8>,
        _ context: inout RuleContext, _ scratch: inout Scratch
    ) {
        let word = lowered.word(at: place)
        let gram = UInt32(truncatingIfNeeded: word) & 0xFF_FFFF
        if let range = patterns.grams.find(gram, hash: Gram.hash(gram)) {
            tryRules(range, at: place, exact, lowered, &context, &scratch)
        }
        if let range = regexes.postings(gram: gram) {
            tryRegexes(range, at: place, exact, lowered, &context, &scratch)
        }
    }

    /// Up to how many bytes of a URL a rule that may begin anywhere is tried again for each place of its token or
    /// gram: to remember it would cost more.
    private static let retriedBytesMax = 64
    /// After so many tries of rules at places of their own those of a long URL, too, are tried once, at all places
    /// together: a URL may hold a token thousands of times.
    private static let placedTriesMax = 64

    /// - Parameter place: where the token or gram stands in the URL that led to these rules; nil:
    ///   nothing in the URL did.
    private func tryRules(
        _ range: RuleRange, at place: Int?, _ exact: Span<UInt8>, _ lowered: Span<UInt8>,
        _ context: inout RuleContext, _ scratch: inout Scratch
    ) {
        if exact.count > Self.retriedBytesMax {
            return tryRulesOnce(range, at: place, exact, lowered, &context, &scratch)
        }
        let type = context.type.rawValue
        for index in range.start..<range.start + range.count
        where patterns.mayMatch(
            index, type: type, at: place ?? -1, lowered,
            count: exact.count)
        {
            tryRule(index, at: place, exact, lowered, &context, &scratch)
        }
    }

    /// The same on a long URL: each rule that may begin anywhere once, and in the end all.
    @inline(never)
    private func tryRulesOnce(
        _ range: RuleRange, at place: Int?, _ exact: Span<UInt8>, _ lowered: Span<UInt8>,
        _ context: inout RuleContext, _ scratch: inout Scratch
    ) {
        for index in range.start..<range.start + range.count
        where patterns.mayMatch(
            index, type: context.type.rawValue, at: place ?? -1, lowered, count: exact.count)
        {
            if patterns[index].alignment != PatternRule.noAlignment,
                scratch.placedTries < Self.placedTriesMax
            {
                scratch.placedTries += 1
                tryRule(index, at: place, exact, lowered, &context, &scratch)
            } else if scratch.triedRules.mayTry(Int(index)) {
                tryRule(index, at: nil, exact, lowered, &context, &scratch)
            }
        }
    }

    @inline(never)
    private func tryRule(
        _ index: UInt32, at place: Int?, _ exact: Span<UInt8>, _ lowered: Span<UInt8>,
        _ context: inout RuleContext, _ scratch: inout Scratch
    ) {
        let rule = patterns[index]
        let start: Int? =
            rule.alignment == PatternRule.noAlignment
            ? nil : place.map { $0 - Int(rule.alignment) }
        // The pattern before its options, which cost more.
        guard means(rule.entry, context),
            matches(rule, exact, lowered, host: context.host, at: start),
            optionsHold(rule, &context, &scratch.subject)
        else { return }
        addOnce(rule.entry, context, &scratch.hits)
    }

    private func matches(
        _ rule: PatternRule, _ exact: Span<UInt8>, _ lowered: Span<UInt8>, host: Range<Int>,
        at start: Int?
    ) -> Bool {
        let pattern = Int(rule.textOffset)..<Int(rule.textOffset) + Int(rule.textCount)
        return PatternText.matches(
            patterns.text, pattern, rule.flags,
            rule.flags.contains(.matchCase) ? exact : lowered.extracting(0..<exact.count),
            host: host, at: start)
    }

    /// A token that occurs twice brings its rules twice: an entry is a hit once.
    func addOnce(_ index: UInt32, _ context: RuleContext, _ hits: inout [Hit]) {
        if hits.contains(where: { $0.entry.value == index }) { return }
        append(index, entries[index], .url, context.view, context.now, &hits)
    }
}
