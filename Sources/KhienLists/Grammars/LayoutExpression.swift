import KhienModel

/// Expressions of squidGuard (UT1) and e2guardian, whose subject is not ours.
///
/// Both match a URL without its scheme, and e2guardian without a final `/` (`inRegExpURLList` with
/// `removePTP`), a list of sites the host alone. Ours is the whole URL. So a `^` at the beginning of a
/// top-level alternative gets the scheme and a user's name behind it, and a `$` at the end of one a final
/// `/` before it, of a list of sites all that may follow a host. An alternative of a list of sites without
/// `^` begins within the host. Anywhere else both are left as they are, and so is an alternative that
/// names a scheme itself (`^https?://`): whoever wrote it meant ours. What else of a list of sites could
/// reach behind the host is kept inside of it by `HostExpression`.
enum LayoutExpression {
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
        let namesScheme = rest.span.hasSchemeEnd
        // A `^` alone is for everything, and is refused as that.
        if rest.first == Byte.caret {
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

    private static func isQuantifier(_ byte: UInt8?) -> Bool {
        byte.map { "*+?{".utf8.contains($0) } ?? false
    }

    /// Whether an odd number of backslashes stands before a place.
    private static func isEscaped(_ place: Int, in text: ArraySlice<UInt8>) -> Bool {
        text[..<place].reversed().prefix { $0 == Byte.backslash }.count % 2 == 1
    }

    /// Where the top-level alternatives stand; nil: the pattern has a form in which brackets do not say
    /// what they seem to (quoting, comments, verbs), or they do not match.
    private static func alternatives(of pattern: [UInt8]) -> [Range<Int>]? {
        var found: [Range<Int>] = []
        var start = 0
        var depth = 0
        var index = 0
        while index < pattern.count {
            switch pattern[index] {
            case Byte.backslash:
                index += 1
                if index < pattern.count, "QE".utf8.contains(pattern[index]) { return nil }
            case UInt8(ascii: "["):
                guard let end = classEnd(pattern, index) else { return nil }
                index = end
            case UInt8(ascii: "("):
                if pattern[(index + 1)...].starts(with: "?#".utf8)
                    || pattern[(index + 1)...].starts(with: "*".utf8)
                {
                    return nil
                }
                depth += 1
            case UInt8(ascii: ")"):
                depth -= 1
                if depth < 0 { return nil }
            case Byte.pipe where depth == 0:
                found.append(start..<index)
                start = index + 1
            default: break
            }
            index += 1
        }
        return depth == 0 ? found + [start..<pattern.count] : nil
    }

    /// Where the `]` of the class that begins at `start` stands.
    static func classEnd(_ pattern: [UInt8], _ start: Int) -> Int? {
        var index = start + 1
        if index < pattern.count, pattern[index] == Byte.caret { index += 1 }
        // A `]` that comes first belongs to the class.
        if index < pattern.count, pattern[index] == UInt8(ascii: "]") { index += 1 }
        while index < pattern.count {
            switch pattern[index] {
            case Byte.backslash: index += 1
            case UInt8(ascii: "["):
                if index + 1 < pattern.count, pattern[index + 1] == Byte.colon {
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
