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
    /// Nil until a rule asks.
    var isThirdParty: Bool?
}

extension Matcher {
    /// Tries every adblock rule whose token the URL has, and every regex one of whose grams it has.
    func matchRules(
        url: borrowing WebURL, type: RequestType, source: Span<UInt8>, now: UnixTime,
        _ scratch: inout Scratch
    ) {
        scratch.subject.lower(url)
        scratch.subject.readSource(source, seed: seed)
        var context = RuleContext(type: type, now: now, host: url.host, isThirdParty: nil)
        let exact = url.bytes.span
        matchPatterns(exact, &context, &scratch.subject, &scratch.hits)
        if regexes.count > 0 {
            scratch.forgetTriedRegexes(count: regexes.count)
            scratch.regexesGivenUp += matchRegexes(
                exact, &context, &scratch.subject, &scratch.triedRegexes, scratch.regexScratch,
                &scratch.hits)
        }
    }

    private func matchPatterns(
        _ exact: Span<UInt8>, _ context: inout RuleContext, _ subject: inout Subject,
        _ hits: inout [Hit]
    ) {
        matchTokens(exact, &context, subject, &hits)
        matchGrams(exact, &context, subject, &hits)
        for index in 0..<(subject.sourceHost.isEmpty ? 0 : subject.sourceWalk.count) {
            guard let range = patterns.rules(source: subject.sourceWalk.hash(index)) else {
                continue
            }
            tryRules(range, at: nil, exact, &context, subject, &hits)
        }
        if patterns.always.count > 0 {
            tryRules(patterns.always, at: nil, exact, &context, subject, &hits)
        }
    }

    private func matchTokens(
        _ exact: Span<UInt8>, _ context: inout RuleContext, _ subject: borrowing Subject,
        _ hits: inout [Hit]
    ) {
        let text = subject.lowered.span
        var position = 0
        while position < text.count {
            if !Token.isTokenByte(text[position]) {
                position += 1
                continue
            }
            let start = position
            while position < text.count, Token.isTokenByte(text[position]) { position += 1 }
            guard let range = patterns.rules(token: Token.hash(text, start..<position)) else {
                continue
            }
            tryRules(range, at: start, exact, &context, subject, &hits)
        }
    }

    private func matchGrams(
        _ exact: Span<UInt8>, _ context: inout RuleContext, _ subject: borrowing Subject,
        _ hits: inout [Hit]
    ) {
        let text = subject.lowered.span
        var gram: UInt32 = 0
        for index in text.indices {
            gram = gram >> 8 | UInt32(text[index]) << 16
            guard index >= 2, let range = patterns.rules(gram: gram) else { continue }
            tryRules(range, at: index - 2, exact, &context, subject, &hits)
        }
    }

    /// - Parameter place: where the token or gram stands in the URL that led to these rules; nil:
    ///   nothing in the URL did.
    private func tryRules(
        _ range: RuleRange, at place: Int?, _ exact: Span<UInt8>, _ context: inout RuleContext,
        _ subject: borrowing Subject, _ hits: inout [Hit]
    ) {
        for index in range.start..<range.start + range.count {
            let rule = patterns[index]
            // Rules with a regular expression are tried with the regexes.
            guard !rule.flags.contains(.regex), optionsHold(rule, &context, subject) else {
                continue
            }
            let text = patterns.text.slice(Int(rule.textOffset), Int(rule.textCount))
            let lowered = subject.lowered.span
            let url =
                rule.flags.contains(.matchCase)
                ? exact.extracting(0..<lowered.count) : lowered
            let start: Int? =
                rule.alignment == PatternRule.noAlignment
                ? nil : place.map { $0 - Int(rule.alignment) }
            if PatternText.matches(text, rule.flags, url, host: context.host, at: start) {
                addOnce(rule.entry, context.now, &hits)
            }
        }
    }

    /// A token that occurs twice brings its rules twice: an entry is a hit once.
    private func addOnce(_ index: UInt32, _ now: UnixTime, _ hits: inout [Hit]) {
        if hits.contains(where: { $0.entry.value == index }) { return }
        append(index, entries[index], .url, .exact, now, &hits)
    }

    /// - Returns: how many attempts reached a limit.
    private func matchRegexes(
        _ exact: Span<UInt8>, _ context: inout RuleContext, _ subject: inout Subject,
        _ tried: inout [UInt64], _ regexScratch: RegexScratch, _ hits: inout [Hit]
    ) -> UInt64 {
        let text = exact.extracting(0..<subject.lowered.count)
        var givenUp = tryRegexes(
            regexes.always, text, &context, subject, &tried, regexScratch, &hits)
        let lowered = subject.lowered.span
        var gram: UInt32 = 0
        for index in lowered.indices {
            gram = gram >> 8 | UInt32(lowered[index]) << 16
            guard index >= 2, let range = regexes.postings(gram: gram) else { continue }
            givenUp += tryRegexes(range, text, &context, subject, &tried, regexScratch, &hits)
        }
        return givenUp
    }

    private func tryRegexes(
        _ range: RuleRange, _ text: Span<UInt8>, _ context: inout RuleContext,
        _ subject: borrowing Subject, _ tried: inout [UInt64], _ regexScratch: RegexScratch,
        _ hits: inout [Hit]
    ) -> UInt64 {
        var givenUp: UInt64 = 0
        for posting in range.start..<range.start + range.count {
            let index = regexes.posting(posting)
            let bit = UInt64(1) << UInt64(index & 63)
            guard tried[index >> 6] & bit == 0 else { continue }
            tried[index >> 6] |= bit
            let rule = patterns[regexes[index].rule]
            guard optionsHold(rule, &context, subject) else { continue }
            switch regexScratch.match(programs[index], text) {
            case .match: addOnce(rule.entry, context.now, &hits)
            case .noMatch: break
            case .gaveUp: givenUp += 1
            }
        }
        return givenUp
    }

    /// Whether type, party and domains of a rule fit the request.
    private func optionsHold(
        _ rule: PatternRule, _ context: inout RuleContext, _ subject: borrowing Subject
    ) -> Bool {
        guard rule.typeMask >> UInt16(context.type.rawValue) & 1 != 0 else { return false }
        if !rule.flags.isDisjoint(with: [.firstPartyOnly, .thirdPartyOnly]) {
            let isThird = isThirdParty(&context, subject)
            if isThird == rule.flags.contains(.firstPartyOnly) { return false }
        }
        if rule.domainCount == 0 { return true }
        let include = Int(rule.domainStart)
        let exclude = include + Int(rule.includeCount)
        let deny = exclude + Int(rule.excludeCount)
        let source = subject.source.bytes.span
        if rule.includeCount > 0, subject.sourceHost.isEmpty { return false }
        if !subject.sourceHost.isEmpty {
            if rule.includeCount > 0, !names(include..<exclude, source, subject.sourceHost) {
                return false
            }
            if names(exclude..<deny, source, subject.sourceHost) { return false }
        }
        return !names(
            deny..<deny + Int(rule.denyCount), subject.lookup.bytes.span, 0..<subject.lookup.hostEnd
        )
    }

    /// Whether one of the rule domains in `range` names the host.
    private func names(_ range: Range<Int>, _ text: Span<UInt8>, _ host: Range<Int>) -> Bool {
        for index in range {
            let (offset, count) = patterns.domain(index)
            if count >= 2, patterns.text[offset + count - 1] == UInt8(ascii: "*") {
                if namesEntity(offset, count - 1, text, host) { return true }
                continue
            }
            guard count <= host.count else { continue }
            let start = host.upperBound - count
            guard start == host.lowerBound || text[start - 1] == UInt8(ascii: ".") else { continue }
            if patterns.text.equals(at: offset, text, start..<host.upperBound) { return true }
        }
        return false
    }

    /// `name.*`: the host is, or is below, `name` followed by a public suffix.
    private func namesEntity(
        _ offset: Int, _ count: Int, _ text: Span<UInt8>, _ host: Range<Int>
    ) -> Bool {
        var walk = HostWalk()
        walk.walk(text, host, seed: seed)
        let start = suffixes.registrableStart(walk, text, hostEnd: host.upperBound)
        // The entity `name.` ends where the public suffix begins.
        var suffixStart = start
        while suffixStart < host.upperBound, text[suffixStart] != UInt8(ascii: ".") {
            suffixStart += 1
        }
        suffixStart += 1
        let nameStart = suffixStart - count
        guard suffixStart <= host.upperBound, nameStart >= host.lowerBound,
            nameStart == host.lowerBound || text[nameStart - 1] == UInt8(ascii: ".")
        else { return false }
        return patterns.text.equals(at: offset, text, nameStart..<suffixStart)
    }

    /// Whether source and request belong to different sites. A page that is opened is its own
    /// source; for anything else without a source the answer is yes.
    private func isThirdParty(
        _ context: inout RuleContext, _ subject: borrowing Subject
    ) -> Bool {
        if let known = context.isThirdParty { return known }
        let answer: Bool
        if subject.sourceHost.isEmpty {
            answer = context.type != .document
        } else {
            let text = subject.lookup.bytes.span
            let source = subject.source.bytes.span
            let start = siteStart(subject.lookup, subject.hostWalk)
            let sourceStart = siteStart(subject.source, subject.sourceWalk)
            answer = !Self.equal(
                text, start..<subject.lookup.hostEnd, source,
                sourceStart..<subject.sourceHost.upperBound)
        }
        context.isThirdParty = answer
        return answer
    }

    /// Where the part of a host begins that names its site; an address is a site of its own.
    private func siteStart(_ url: borrowing LookupURL, _ walk: borrowing HostWalk) -> Int {
        switch url.hostKind {
        case .ipv4, .ipv6: 0
        default: suffixes.registrableStart(walk, url.bytes.span, hostEnd: url.hostEnd)
        }
    }

    private static func equal(
        _ left: Span<UInt8>, _ leftRange: Range<Int>, _ right: Span<UInt8>,
        _ rightRange: Range<Int>
    ) -> Bool {
        guard leftRange.count == rightRange.count else { return false }
        for index in 0..<leftRange.count
        where left[leftRange.lowerBound + index] != right[rightRange.lowerBound + index] {
            return false
        }
        return true
    }
}

extension Scratch {
    mutating func forgetTriedRegexes(count: Int) {
        let words = (count + 63) / 64
        if triedRegexes.count < words {
            triedRegexes = [UInt64](repeating: 0, count: words)
        } else {
            for index in triedRegexes.indices { triedRegexes[index] = 0 }
        }
    }
}
