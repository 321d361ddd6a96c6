import KhienImage
import KhienModel
import KhienRegex
import KhienText

/// What the rules of one request are judged against.
struct RuleContext: ~Copyable {
    var type: RequestType
    /// In the lookup text of the request.
    var hostEnd: Int
    /// In the URL of the source; empty: unknown.
    var sourceHost: Range<Int>
    /// Nil until a rule asks.
    var isThirdParty: Bool?
}

extension Matcher {
    /// Tries every adblock rule whose token the URL has, and every regex one of whose grams it has.
    func matchRules(
        url: borrowing WebURL, type: RequestType, source: Span<UInt8>, now: UnixTime,
        _ scratch: inout Scratch
    ) {
        scratch.lower(url)
        var context = RuleContext(
            type: type, hostEnd: scratch.lookup.hostEnd,
            sourceHost: scratch.readSource(source, seed: seed), isThirdParty: nil)
        let host = url.host
        let subject = url.bytes.span.extracting(0..<scratch.lowered.count)
        forEachToken(scratch.lowered.span) { hash in
            guard let range = patterns.rules(token: hash) else { return }
            tryRules(range, subject, host, &context, now, &scratch)
        }
        if patterns.always.count > 0 {
            tryRules(patterns.always, subject, host, &context, now, &scratch)
        }
        if regexes.count > 0 { matchRegexes(subject, host, &context, now, &scratch) }
    }

    /// Calls `body` with the hash of each maximal run of letters, digits and `%`.
    private func forEachToken(_ text: Span<UInt8>, _ body: (UInt32) -> Void) {
        var position = 0
        while position < text.count {
            if !Token.isTokenByte(text[position]) {
                position += 1
                continue
            }
            let start = position
            while position < text.count, Token.isTokenByte(text[position]) { position += 1 }
            body(Token.hash(text, start..<position))
        }
    }

    private func tryRules(
        _ range: RuleRange, _ subject: Span<UInt8>, _ host: Range<Int>,
        _ context: inout RuleContext, _ now: UnixTime, _ scratch: inout Scratch
    ) {
        for index in range.start..<range.start + range.count {
            let rule = patterns[index]
            // Rules with a regular expression are tried with the regexes.
            guard !rule.flags.contains(.regex), optionsHold(rule, &context, scratch) else {
                continue
            }
            let text = patterns.text.slice(Int(rule.textOffset), Int(rule.textCount))
            let matches =
                rule.flags.contains(.matchCase)
                ? PatternText.matches(text, rule.flags, subject, host: host)
                : PatternText.matches(text, rule.flags, scratch.lowered.span, host: host)
            guard matches else { continue }
            addOnce(rule.entry, now, &scratch.hits)
        }
    }

    /// A token that occurs twice brings its rules twice: an entry is a hit once.
    private func addOnce(_ index: UInt32, _ now: UnixTime, _ hits: inout [Hit]) {
        if hits.contains(where: { $0.entry.value == index }) { return }
        append(index, entries[index], .url, .exact, now, &hits)
    }

    private func matchRegexes(
        _ subject: Span<UInt8>, _ host: Range<Int>, _ context: inout RuleContext, _ now: UnixTime,
        _ scratch: inout Scratch
    ) {
        scratch.forgetTriedRegexes(count: regexes.count)
        tryRegexes(regexes.always, subject, &context, now, &scratch)
        var gram: UInt32 = 0
        for index in scratch.lowered.indices {
            gram = gram >> 8 | UInt32(scratch.lowered[index]) << 16
            guard index >= 2, let range = regexes.postings(gram: gram) else { continue }
            tryRegexes(range, subject, &context, now, &scratch)
        }
    }

    private func tryRegexes(
        _ range: RuleRange, _ subject: Span<UInt8>, _ context: inout RuleContext, _ now: UnixTime,
        _ scratch: inout Scratch
    ) {
        for posting in range.start..<range.start + range.count {
            let index = regexes.posting(posting)
            let bit = UInt64(1) << UInt64(index & 63)
            guard scratch.triedRegexes[index >> 6] & bit == 0 else { continue }
            scratch.triedRegexes[index >> 6] |= bit
            let rule = patterns[regexes[index].rule]
            guard optionsHold(rule, &context, scratch) else { continue }
            switch scratch.regexScratch.match(programs[index], subject) {
            case .match: addOnce(rule.entry, now, &scratch.hits)
            case .noMatch: break
            case .gaveUp: scratch.regexesGivenUp += 1
            }
        }
    }

    /// Whether type, party and domains of a rule fit the request.
    private func optionsHold(
        _ rule: PatternRule, _ context: inout RuleContext, _ scratch: borrowing Scratch
    ) -> Bool {
        guard rule.typeMask >> UInt16(context.type.rawValue) & 1 != 0 else { return false }
        if !rule.flags.isDisjoint(with: [.firstPartyOnly, .thirdPartyOnly]) {
            let isThird = isThirdParty(&context, scratch)
            if isThird == rule.flags.contains(.firstPartyOnly) { return false }
        }
        if rule.domainCount == 0 { return true }
        let include = Int(rule.domainStart)
        let exclude = include + Int(rule.includeCount)
        let deny = exclude + Int(rule.excludeCount)
        let source = scratch.source.bytes.span
        if rule.includeCount > 0, context.sourceHost.isEmpty { return false }
        if !context.sourceHost.isEmpty {
            if rule.includeCount > 0, !names(include..<exclude, source, context.sourceHost) {
                return false
            }
            if names(exclude..<deny, source, context.sourceHost) { return false }
        }
        return !names(
            deny..<deny + Int(rule.denyCount), scratch.lookup.bytes.span, 0..<context.hostEnd)
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
        _ context: inout RuleContext, _ scratch: borrowing Scratch
    ) -> Bool {
        if let known = context.isThirdParty { return known }
        let answer: Bool
        if context.sourceHost.isEmpty {
            answer = context.type != .document
        } else {
            let text = scratch.lookup.bytes.span
            let source = scratch.source.bytes.span
            let start = suffixes.registrableStart(
                scratch.hostWalk, text, hostEnd: context.hostEnd)
            let sourceStart = suffixes.registrableStart(
                scratch.sourceWalk, source, hostEnd: context.sourceHost.upperBound)
            answer = !Self.equal(
                text, start..<context.hostEnd, source, sourceStart..<context.sourceHost.upperBound)
        }
        context.isThirdParty = answer
        return answer
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
    /// Fills `lowered` with the URL in lower case, without its fragment.
    mutating func lower(_ url: borrowing WebURL) {
        let bytes = url.bytes.span
        let end = url.fragment.map { $0.lowerBound - 1 } ?? bytes.count
        lowered.removeAll(keepingCapacity: true)
        for index in 0..<end {
            let byte = bytes[index]
            lowered.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
        }
    }

    /// Parses the source's URL and walks its host.
    ///
    /// - Returns: the host in `source.bytes`; empty where there is none.
    mutating func readSource(_ text: Span<UInt8>, seed: UInt64) -> Range<Int> {
        guard !text.isEmpty else { return 0..<0 }
        do throws(WebURLError) {
            try source.parse(text)
        } catch {
            return 0..<0
        }
        let host = source.host
        sourceWalk.walk(source.bytes.span, host, seed: seed)
        return host
    }

    mutating func forgetTriedRegexes(count: Int) {
        let words = (count + 63) / 64
        if triedRegexes.count < words {
            triedRegexes = [UInt64](repeating: 0, count: words)
        } else {
            for index in triedRegexes.indices { triedRegexes[index] = 0 }
        }
    }
}
