import KhienModel

/// Finds rules for the whole web, which are slips of the pen: a pattern that every URL has, and no option
/// that binds it.
enum AdblockReach {
    /// What URLs begin with; a 0 stands for a name, which no pattern holds.
    private static let beginnings = ["http://\0.\0/", "https://\0.\0/"].map { Array($0.utf8) }

    /// - Parameter body: the pattern without its anchors.
    /// - Throws: `rule.everything`.
    static func check(
        _ line: Span<UInt8>, _ body: Range<Int>, _ anchors: AdblockRule.Anchors,
        _ options: AdblockOptions
    ) throws(LineFault) {
        if isBound(options) { return }
        guard saysNothing(line, body) || isOfScheme(line, body, anchors) else { return }
        throw .rejected("rule.everything", "a rule for every request", at: body.lowerBound)
    }

    /// Whether the options leave out most of what there is. Types that include documents do not, nor do
    /// all that pages load, and `denyallow=` only takes some hosts out.
    private static func isBound(_ options: AdblockOptions) -> Bool {
        if !options.includeDomains.isEmpty || options.party != .any { return true }
        guard options.positiveTypes != 0, options.negativeTypes == 0 else { return false }
        let hasDocuments = options.positiveTypes & (1 << RequestType.document.rawValue) != 0
        return !hasDocuments
            && options.positiveTypes & AdblockRule.networkTypes
                != AdblockRule.networkTypes
    }

    /// Whether there is nothing but `*`, `^`, and what `http://host.name/` is punctuated with.
    private static func saysNothing(_ line: Span<UInt8>, _ body: Range<Int>) -> Bool {
        body.allSatisfy {
            switch line[$0] {
            case Byte.star, Byte.caret, Byte.slash, Byte.colon, Byte.dot: true
            default: false
            }
        }
    }

    /// Whether the parts of the pattern stand in the scheme of a URL and what follows it: `http`,
    /// `|https://`, `|http*://*.`.
    private static func isOfScheme(
        _ line: Span<UInt8>, _ body: Range<Int>, _ anchors: AdblockRule.Anchors
    ) -> Bool {
        if anchors.contains(.host) || anchors.contains(.end) { return false }
        return beginnings.contains { isMet(line, body, anchors, in: $0) }
    }

    private static func isMet(
        _ line: Span<UInt8>, _ body: Range<Int>, _ anchors: AdblockRule.Anchors, in url: [UInt8]
    ) -> Bool {
        var next = 0
        var start = body.lowerBound
        while start < body.upperBound {
            let end = line.firstIndex(of: Byte.star, in: start..<body.upperBound) ?? body.upperBound
            let part = start..<end
            start = end + 1
            guard next + part.count <= url.count else { return false }
            let isFixed = anchors.contains(.start) && part.lowerBound == body.lowerBound
            let places = next...(isFixed ? next : url.count - part.count)
            guard let place = places.first(where: { isAt($0, line, part, in: url) }) else {
                return false
            }
            next = place + part.count
        }
        return true
    }

    private static func isAt(
        _ place: Int, _ line: Span<UInt8>, _ part: Range<Int>, in url: [UInt8]
    ) -> Bool {
        part.allSatisfy { index in
            let byte = url[place + index - part.lowerBound]
            if line[index] == Byte.caret { return byte == Byte.colon || byte == Byte.slash }
            return Byte.lowered(line[index]) == byte
        }
    }
}
