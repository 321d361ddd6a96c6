import KhienImage
import KhienModel
import KhienText

extension Matcher {
    /// Whether party and domains of a rule fit the request; its type is asked before.
    func optionsHold(
        _ rule: PatternRule, _ context: inout RuleContext, _ subject: borrowing Subject
    ) -> Bool {
        if !rule.flags.isDisjoint(with: [.firstPartyOnly, .thirdPartyOnly]) {
            let isThird = isThirdParty(&context, subject)
            if isThird == rule.flags.contains(.firstPartyOnly) { return false }
        }
        if rule.domainCount == 0 { return true }
        let include = Int(rule.domainStart)
        let exclude = include + Int(rule.includeCount)
        let deny = exclude + Int(rule.excludeCount)
        let source = subject.source.lookup.bytes.span
        let sourceHost = subject.source.host
        if rule.includeCount > 0, sourceHost.isEmpty { return false }
        if !sourceHost.isEmpty {
            if rule.includeCount > 0, !names(include..<exclude, source, sourceHost) {
                return false
            }
            if names(exclude..<deny, source, sourceHost) { return false }
        }
        return !names(
            deny..<deny + Int(rule.denyCount), subject.lookup.bytes.span, 0..<subject.lookup.hostEnd
        )
    }

    /// Whether one of the rule domains in `range` names the host.
    private func names(_ range: Range<Int>, _ text: Span<UInt8>, _ host: Range<Int>) -> Bool {
        let bytes = patterns.text
        for index in range {
            let (offset, count) = patterns.domain(index)
            if count >= 2, bytes[offset + count - 1] == UInt8(ascii: "*") {
                if namesEntity(offset, count - 1, text, host) { return true }
                continue
            }
            guard count <= host.count else { continue }
            let start = host.upperBound - count
            guard start == host.lowerBound || text[start - 1] == UInt8(ascii: ".") else { continue }
            if bytes.equals(at: offset, text, start..<host.upperBound) { return true }
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
        let answer =
            subject.source.host.isEmpty
            ? context.type != .document : isOtherSite(subject)
        context.isThirdParty = answer
        return answer
    }

    private func isOtherSite(_ subject: borrowing Subject) -> Bool {
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
