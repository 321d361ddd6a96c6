import KhienImage
import KhienModel
import KhienText

extension Matcher {
    /// Whether party and domains of a rule fit the request; its type is asked before.
    func optionsHold(
        _ rule: PatternRule, _ context: inout RuleContext, _ subject: inout Subject
    ) -> Bool {
        if !rule.flags.isDisjoint(with: [.firstPartyOnly, .thirdPartyOnly]) {
            let isThird = isThirdParty(&context, &subject)
            if isThird == rule.flags.contains(.firstPartyOnly) { return false }
        }
        if rule.domainCount == 0 { return true }
        let include = Int(rule.domainStart)
        let exclude = include + Int(rule.includeCount)
        let deny = exclude + Int(rule.excludeCount)
        let sourceText = subject.source.lookup.bytes.span
        let source = RuleHost(range: subject.source.host, siteStart: subject.source.siteStart)
        if rule.includeCount > 0, source.range.isEmpty { return false }
        if !source.range.isEmpty {
            if rule.includeCount > 0, !names(include..<exclude, source, sourceText) { return false }
            if names(exclude..<deny, source, sourceText) { return false }
        }
        if rule.denyCount == 0 { return true }
        let host = RuleHost(
            range: 0..<subject.lookup.hostEnd,
            siteStart: suffixes.siteStart(subject.lookup, subject.hostWalk))
        return !names(deny..<deny + Int(rule.denyCount), host, subject.lookup.bytes.span)
    }

    /// A host that the domains of a rule may name, and where its site begins.
    private struct RuleHost {
        let range: Range<Int>
        let siteStart: Int
    }

    /// Whether one of the rule domains in `range` names the host.
    private func names(_ range: Range<Int>, _ host: RuleHost, _ text: Span<UInt8>) -> Bool {
        let bytes = patterns.text
        for index in range {
            let (offset, count) = patterns.domain(index)
            if count >= 2, bytes[offset + count - 1] == UInt8(ascii: "*") {
                if namesEntity(offset, count - 1, host, text) { return true }
                continue
            }
            if ends(host, text, at: host.range.upperBound, with: offset, count) { return true }
        }
        return false
    }

    /// `name.*`: the host is, or is below, `name` followed by a public suffix.
    private func namesEntity(
        _ offset: Int, _ count: Int, _ host: RuleHost, _ text: Span<UInt8>
    ) -> Bool {
        // The entity `name.` ends where the public suffix begins.
        let end = EntityName.end(text, siteStart: host.siteStart, host: host.range)
        return end <= host.range.upperBound && ends(host, text, at: end, with: offset, count)
    }

    /// Whether the host up to `end` is, or is below, the rule domain at `offset`.
    private func ends(
        _ host: RuleHost, _ text: Span<UInt8>, at end: Int, with offset: Int, _ count: Int
    ) -> Bool {
        let start = end - count
        guard start >= host.range.lowerBound,
            start == host.range.lowerBound || text[start - 1] == UInt8(ascii: ".")
        else { return false }
        return patterns.text.equals(at: offset, text, start..<end)
    }

    /// Whether source and request belong to different sites. A page that is opened is its own
    /// source; for anything else without a source the answer is yes.
    private func isThirdParty(
        _ context: inout RuleContext, _ subject: inout Subject
    ) -> Bool {
        if let known = context.isThirdParty { return known }
        let answer =
            subject.source.host.isEmpty
            ? context.type != .document : isOtherSite(&subject)
        context.isThirdParty = answer
        return answer
    }

    private func isOtherSite(_ subject: inout Subject) -> Bool {
        let text = subject.lookup.bytes.span
        let hostEnd = subject.lookup.hostEnd
        let source = subject.source.lookup.bytes.span
        let site = subject.source.siteStart..<subject.source.host.upperBound
        // A host of the same site ends with its name: most do not, and need no suffixes.
        guard site.count <= hostEnd,
            ByteCompare.equal(text, hostEnd - site.count..<hostEnd, source, site)
        else { return true }
        return suffixes.siteStart(subject.lookup, subject.hostWalk) != hostEnd - site.count
    }
}
