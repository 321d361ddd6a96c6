/// Recognises rules that hide or change parts of a page; a proxy's verdict has no use for them.
enum CosmeticRule {
    /// What follows a `#`, the longest first. Source: the filter syntaxes of Adblock Plus (`##`,
    /// `#@#`, `#?#`, `#$#`), uBlock Origin (`##+js`, `##^`) and AdGuard (`#%#`, `#$?#`).
    private static let markers = [
        "#@$?#", "#@?#", "#@$#", "#@%#", "#$?#", "#@#", "#?#", "#$#", "#%#", "##",
    ]

    /// Whether the rule in `range` has the mark of a cosmetic or HTML rule.
    static func isCosmetic(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let first = line[range.lowerBound]
        // Rules that begin with an anchor are network rules; `#` in them is literal.
        if first == Byte.pipe
            || (first == Byte.at
                && line.hasPrefix("@@", at: range.lowerBound, before: range.upperBound))
        {
            return false
        }
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = line[index]
            if byte == Byte.hash, hasMarker(line, index, range.upperBound) { return true }
            if byte == Byte.dollar, isHTMLMark(line, index, range) { return true }
            index += 1
        }
        return false
    }

    /// Whether `range`, a word's rest from a `#` on, is such a mark and what it hides: more than a ruler of `#`.
    static func begins(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard
            let marker = markers.first(where: {
                line.hasPrefix($0, at: range.lowerBound, before: range.upperBound)
            })
        else { return false }
        let next = range.lowerBound + marker.utf8.count
        return next < range.upperBound && line[next] != Byte.hash
    }

    /// For such a rule in a list of names or URLs: it is no block of its site.
    static func fault(at hash: Int) -> LineFault {
        .rejected(
            "host.cosmetic",
            "a rule that hides parts of a page (format adblock); a name or URL was expected",
            at: hash)
    }

    private static func hasMarker(_ line: Span<UInt8>, _ index: Int, _ end: Int) -> Bool {
        markers.contains { line.hasPrefix($0, at: index, before: end) }
    }

    /// AdGuard's `name$$script[…]` and `name$@$script[…]`.
    private static func isHTMLMark(
        _ line: Span<UInt8>, _ index: Int, _ range: Range<Int>
    ) -> Bool {
        var next = index + 1
        if next < range.upperBound, line[next] == Byte.at { next += 1 }
        guard next + 1 < range.upperBound, line[next] == Byte.dollar,
            Byte.isLetter(line[next + 1])
        else { return false }
        for position in range.lowerBound..<index {
            let byte = line[position]
            let isName =
                Byte.isLetter(byte) || Byte.isDigit(byte) || byte >= 0x80
                || byte == Byte.dot || byte == Byte.hyphen || byte == Byte.comma
                || byte == Byte.tilde || byte == Byte.star
            if !isName { return false }
        }
        return true
    }
}
