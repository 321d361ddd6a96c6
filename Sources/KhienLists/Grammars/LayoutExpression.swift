import KhienModel

/// Expressions of squidGuard (UT1) and e2guardian, whose subject is not ours.
///
/// Both match a URL without its scheme, and e2guardian without a final `/` (`inRegExpURLList` with
/// `removePTP`), a list of sites the host alone. Ours is the whole URL. So a `^` at the beginning of a
/// top-level alternative gets the scheme and a user's name behind it, and a `$` at the end of one a final
/// `/` before it, of a list of sites all that may follow a host. An alternative of a list of sites without
/// `^` begins within the host; what else of it could reach behind that is kept inside by
/// `HostExpression`. Where an alternative of a list of URLs begins with a group, `(^|[.])casino`, the `^`
/// in that counts as well. Anywhere else both are left as they are, and so is an alternative that names a
/// scheme itself (`^https?://`): whoever wrote it meant ours.
enum LayoutExpression {
    private static let ignoringCase = Array("(?i)".utf8)
    private static let beginning = Array("^(?:[a-z]+://)(?:[^/@]*@)?".utf8)
    private static let withinHost = Array("^[a-z]+://(?:[^/?#@]*@)?[^/?#:]*?".utf8)
    private static let urlEnd = Array("/?$".utf8)
    private static let siteEnd = Array("(?::[0-9]+)?(?:[/?#]|$)".utf8)

    /// The expression over a whole URL; one that is not understood, or would become too long, stays as it
    /// is.
    ///
    /// - Complexity: O(length).
    static func overURL(_ pattern: [UInt8], isOfSites: Bool) -> [UInt8] {
        guard let alternatives = alternatives(of: pattern) else { return pattern }
        var result: [UInt8] = []
        for (index, place) in alternatives.enumerated() {
            if index > 0 { result.append(Byte.pipe) }
            append(pattern[place], isOfSites: isOfSites, to: &result)
        }
        return result.count <= Limits.Regex.patternBytesMax ? result : pattern
    }

    private static func append(
        _ alternative: ArraySlice<UInt8>, isOfSites: Bool, to result: inout [UInt8]
    ) {
        var rest = alternative
        // It holds for what stands before the pattern as well.
        if rest.starts(with: ignoringCase) {
            result += ignoringCase
            rest = rest.dropFirst(ignoringCase.count)
        }
        let namesScheme = rest.span.hasSchemeEnd
        if !isOfSites, !namesScheme, let group = leadingGroup(of: rest) {
            append(group, of: rest, to: &result)
            rest = rest[group.end...]
        } else if rest.first == Byte.caret {
            // A `^` alone is for everything, and is refused as that.
            if rest.count > 1, !namesScheme, !isQuantifier(rest.dropFirst().first) {
                result += beginning
                rest = rest.dropFirst()
            }
        } else if isOfSites, !namesScheme, !rest.isEmpty, rest.first != Byte.dollar,
            !isQuantifier(rest.first)
        {
            result += withinHost
        }
        let isBoundAtEnd = rest.last == Byte.dollar && !isEscaped(rest.endIndex - 1, in: rest)
        if isBoundAtEnd { rest = rest.dropLast() }
        if isOfSites, !namesScheme {
            result += HostExpression.withinHost(rest)
        } else {
            result += rest
        }
        if isBoundAtEnd { result += isOfSites ? siteEnd : urlEnd }
    }

    /// A group that a pattern begins with, of which one alternative begins with `^`: `(^|[.])casino`.
    private struct LeadingGroup {
        /// `(` or `(?:`.
        var opening: Range<Int>
        var alternatives: [Range<Int>]
        /// Behind the `)`.
        var end: Int
    }

    private static func leadingGroup(of pattern: ArraySlice<UInt8>) -> LeadingGroup? {
        guard pattern.first == UInt8(ascii: "(") else { return nil }
        let start = pattern.startIndex
        let isPlain = pattern.dropFirst().first != UInt8(ascii: "?")
        guard isPlain || pattern.starts(with: "(?:".utf8) else { return nil }
        var group = LeadingGroup(
            opening: start..<start + (isPlain ? 1 : 3), alternatives: [], end: start)
        var begin = group.opening.upperBound
        _ = walk(pattern) { index, byte, depth in
            guard group.end == start, depth == 1 else { return }
            if byte == Byte.pipe || byte == UInt8(ascii: ")") {
                group.alternatives.append(begin..<index)
                begin = index + 1
            }
            if byte == UInt8(ascii: ")") { group.end = index + 1 }
        }
        let isAnchored = group.alternatives.contains { pattern[$0].first == Byte.caret }
        let next = group.end < pattern.endIndex ? pattern[group.end] : nil
        guard isAnchored, !isQuantifier(next) else { return nil }
        // `(^|[.])` and `(^|x).*` are for everything, and are refused as that.
        let isBare = group.alternatives.contains { pattern[$0].elementsEqual([Byte.caret]) }
        let hasMore = pattern[group.end...].contains { $0.isLetterOrDigit }
        return isBare && !hasMore ? nil : group
    }

    /// What belongs before the pattern goes into the group, before each of its alternatives.
    private static func append(
        _ group: LeadingGroup, of pattern: ArraySlice<UInt8>, to result: inout [UInt8]
    ) {
        result += pattern[group.opening]
        for (number, place) in group.alternatives.enumerated() {
            if number > 0 { result.append(Byte.pipe) }
            var alternative = pattern[place]
            if alternative.first == Byte.caret {
                result += beginning
                alternative = alternative.dropFirst()
            }
            result += alternative
        }
        result.append(UInt8(ascii: ")"))
    }

    private static func isQuantifier(_ byte: UInt8?) -> Bool {
        byte.map { "*+?{".utf8.contains($0) } ?? false
    }

    /// Whether an odd number of backslashes stands before a place.
    private static func isEscaped(_ place: Int, in text: ArraySlice<UInt8>) -> Bool {
        text[..<place].reversed().prefix { $0 == Byte.backslash }.count % 2 == 1
    }

    /// Where the top-level alternatives stand; nil: the pattern is not understood.
    private static func alternatives(of pattern: [UInt8]) -> [Range<Int>]? {
        var found: [Range<Int>] = []
        var start = 0
        let isUnderstood = walk(pattern[...]) { index, byte, depth in
            guard byte == Byte.pipe, depth == 0 else { return }
            found.append(start..<index)
            start = index + 1
        }
        return isUnderstood ? found + [start..<pattern.count] : nil
    }

    /// Calls `body` with each bracket of a group and each `|` that means what it says, and how many
    /// groups are open there: a group's own brackets lie within it.
    ///
    /// - Returns: false: the pattern has a form in which brackets do not say what they seem to (quoting,
    ///   comments, verbs), or they do not match.
    private static func walk(
        _ pattern: ArraySlice<UInt8>, _ body: (_ index: Int, _ byte: UInt8, _ depth: Int) -> Void
    ) -> Bool {
        var depth = 0
        var index = pattern.startIndex
        while index < pattern.endIndex {
            switch pattern[index] {
            case Byte.backslash:
                index += 1
                if index < pattern.endIndex, "QE".utf8.contains(pattern[index]) { return false }
            case UInt8(ascii: "["):
                guard let end = classEnd(pattern, index) else { return false }
                index = end
            case UInt8(ascii: "("):
                let inside = pattern[(index + 1)...]
                if inside.starts(with: "?#".utf8) || inside.starts(with: "*".utf8) { return false }
                depth += 1
                body(index, UInt8(ascii: "("), depth)
            case UInt8(ascii: ")"):
                body(index, UInt8(ascii: ")"), depth)
                depth -= 1
                if depth < 0 { return false }
            case Byte.pipe: body(index, Byte.pipe, depth)
            default: break
            }
            index += 1
        }
        return depth == 0
    }

    /// Where the `]` of the class that begins at `start` stands.
    static func classEnd(_ pattern: ArraySlice<UInt8>, _ start: Int) -> Int? {
        var index = start + 1
        if index < pattern.endIndex, pattern[index] == Byte.caret { index += 1 }
        // A `]` that comes first belongs to the class.
        if index < pattern.endIndex, pattern[index] == UInt8(ascii: "]") { index += 1 }
        while index < pattern.endIndex {
            switch pattern[index] {
            case Byte.backslash: index += 1
            case UInt8(ascii: "["):
                if index + 1 < pattern.endIndex, pattern[index + 1] == Byte.colon {
                    // `[:alpha:]`
                    guard
                        let close = pattern[(index + 2)...].firstIndex(of: UInt8(ascii: "]"))
                    else { return nil }
                    index = close
                }
            case UInt8(ascii: "]"): return index
            default: break
            }
            index += 1
        }
        return nil
    }
}

extension Span where Element == UInt8 {
    /// Whether the first `/` in it, escaped or not, stands behind a `:`: the end of a scheme.
    fileprivate var hasSchemeEnd: Bool {
        for index in indices where self[index] == Byte.slash {
            let isEscaped = index > 0 && self[index - 1] == Byte.backslash
            let before = isEscaped ? index - 2 : index - 1
            return before >= 0 && self[before] == Byte.colon
        }
        return false
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        (self | 0x20) &- 0x61 < 26 || self &- 0x30 < 10
    }
}
