import KhienModel

extension AdblockOptions {
    /// Reads `domain=a|~b` or `denyallow=a|b`.
    ///
    /// A name may end in `.*` (any public suffix). Regular expressions and paths are unsupported.
    mutating func readDomains(
        _ line: Span<UInt8>, _ option: Range<Int>, _ value: Range<Int>?, _ isNegated: Bool,
        isDenyAllow: Bool, into builder: inout ListBuilder
    ) throws(LineFault) {
        guard !isNegated, let value, !value.isEmpty else {
            throw .rejected("option.domain", "domain=name|~name expected", at: option.lowerBound)
        }
        var included: [TextRange] = []
        var excluded: [TextRange] = []
        var start = value.lowerBound
        while start <= value.upperBound {
            let end =
                line.firstIndex(of: Byte.pipe, in: start..<value.upperBound)
                ?? value.upperBound
            var name = line.trimmed(start..<end)
            start = end + 1
            let isExcluded = !name.isEmpty && line[name.lowerBound] == Byte.tilde
            if isExcluded { name = name.lowerBound + 1..<name.upperBound }
            if name.isEmpty {
                throw .rejected("option.domain", "a name was expected", at: name.lowerBound)
            }
            if isExcluded, isDenyAllow {
                throw .unsupported(
                    "option.denyallow-negated", "~ inside denyallow", at: name.lowerBound)
            }
            let place = try Self.appendDomain(line, name, into: &builder)
            if isExcluded { excluded.append(place) } else { included.append(place) }
            if included.count + excluded.count > Limits.Lists.domainsPerRuleMax {
                throw .rejected("option.domain-count", "too many names", at: name.lowerBound)
            }
        }
        let first = UInt32(truncatingIfNeeded: builder.ruleDomains.count)
        builder.ruleDomains += included
        let middle = UInt32(truncatingIfNeeded: builder.ruleDomains.count)
        builder.ruleDomains += excluded
        let last = UInt32(truncatingIfNeeded: builder.ruleDomains.count)
        if isDenyAllow {
            denyAllowDomains = try Self.onlyOnce(denyAllowDomains, first..<middle, option)
        } else {
            guard includeDomains.isEmpty, excludeDomains.isEmpty else {
                throw .rejected("option.twice", "the option stands twice", at: option.lowerBound)
            }
            includeDomains = first..<middle
            excludeDomains = middle..<last
        }
    }

    private static func onlyOnce(
        _ old: Range<UInt32>, _ new: Range<UInt32>, _ option: Range<Int>
    ) throws(LineFault) -> Range<UInt32> {
        guard old.isEmpty else {
            throw .rejected("option.twice", "the option stands twice", at: option.lowerBound)
        }
        return new
    }

    private static func appendDomain(
        _ line: Span<UInt8>, _ range: Range<Int>, into builder: inout ListBuilder
    ) throws(LineFault) -> TextRange {
        let start = builder.text.count
        if line[range.lowerBound] == Byte.slash {
            throw .unsupported(
                "option.domain-regex", "a regular expression as a domain", at: range.lowerBound)
        }
        var name = range
        let isEntity =
            name.count > 2 && line[name.upperBound - 1] == Byte.star
            && line[name.upperBound - 2] == Byte.dot
        if isEntity { name = name.lowerBound..<name.upperBound - 2 }
        if let star = line.firstIndex(of: Byte.star, in: name) {
            throw .unsupported("option.domain-wildcard", "a * inside a domain", at: star)
        }
        if let slash = line.firstIndex(of: Byte.slash, in: name) {
            throw .unsupported("option.domain-path", "a path after a domain", at: slash)
        }
        _ = try HostReader.append(line, name, into: &builder)
        if isEntity { builder.text.append(contentsOf: ".*".utf8) }
        return builder.textRange(from: start)
    }
}
