import KhienText

/// Goes over an expression (PCRE2) from one `%` that stands for itself to the next, and knows what holds
/// there.
struct ExpressionReader {
    private let pattern: [UInt8]
    private var index = 0
    /// Whether case is disregarded at the last place.
    private(set) var ignoresCase: Bool
    /// The same of each group that is open around it.
    private var outer: [Bool] = []
    /// Whether a `\Q` is open.
    private var isQuoted = false
    /// Whether a `?` that begins the query stands before.
    private var isBehindQuestion = false
    /// Whether a `=` or `&` stands before, as in most queries and few paths.
    private var isBehindField = false

    init(_ pattern: [UInt8], isCaseless: Bool) {
        self.pattern = pattern
        ignoresCase = isCaseless
    }

    /// The parts of a URL in which the last place may stand.
    var parts: [LookupSpelling.Part] {
        if isBehindQuestion { return [.query] }
        return isBehindField ? [.path, .query] : [.path]
    }

    /// The next `%` behind the last one that is neither in a class nor in a comment.
    ///
    /// - Complexity: O(length) for all of them.
    mutating func nextPercent() -> Int? {
        while index < pattern.count {
            let place = index
            index += 1
            switch pattern[place] {
            case Byte.percent: return place
            case Byte.backslash: readBackslash()
            case UInt8(ascii: "="), UInt8(ascii: "&"): isBehindField = true
            case _ where isQuoted:
                isBehindQuestion = isBehindQuestion || pattern[place] == Byte.question
            case UInt8(ascii: "["): readClass(at: place)
            case UInt8(ascii: "("): beginGroup()
            case UInt8(ascii: ")"): ignoresCase = outer.popLast() ?? ignoresCase
            case Byte.pipe where outer.isEmpty: (isBehindQuestion, isBehindField) = (false, false)
            default: break
            }
        }
        return nil
    }

    private func isNext(_ text: String) -> Bool {
        pattern[index...].starts(with: text.utf8)
    }

    private mutating func readBackslash() {
        guard index < pattern.count else { return }
        if isQuoted {
            isQuoted = pattern[index] != UInt8(ascii: "E")
        } else {
            isQuoted = pattern[index] == UInt8(ascii: "Q")
            if pattern[index] == Byte.question { isBehindQuestion = true }
            // `\%41` is an escape all the same.
            if pattern[index] != Byte.percent { index += 1 }
        }
    }

    private mutating func readClass(at start: Int) {
        // One that does not end is refused, and nothing behind its begin is looked at twice.
        let end = LayoutExpression.classEnd(pattern[...], start) ?? pattern.count
        index = end + 1
        let members = pattern[(start + 1)..<end]
        guard members.first != Byte.caret, members.contains(Byte.question) else { return }
        if members.contains(Byte.slash) {
            isBehindField = true
        } else {
            isBehindQuestion = true
        }
    }

    /// Reads what stands behind a `(`: `?:`, options `?i:` of the group or `?i)` of what is left of the one
    /// around it, or a comment.
    private mutating func beginGroup() {
        if isNext("?#") {
            index = (pattern[index...].firstIndex(of: UInt8(ascii: ")")) ?? pattern.count) + 1
            return
        }
        outer.append(ignoresCase)
        guard isNext("?") else { return }
        var ignores = ignoresCase
        var isSet = true
        var place = index + 1
        while place < pattern.count {
            switch pattern[place] {
            case Byte.caret: ignores = false
            case Byte.hyphen: isSet = false
            case UInt8(ascii: "i"): ignores = isSet
            case UInt8(ascii: ":"):
                ignoresCase = ignores
                index = place + 1
                return
            case UInt8(ascii: ")"):
                outer.removeLast()
                ignoresCase = ignores
                index = place + 1
                return
            case let byte where "mnsxJUarDSWPT".utf8.contains(byte): break
            default:
                // The `=` of `(?=` is none of a query.
                while index < pattern.count, "?<=!".utf8.contains(pattern[index]) { index += 1 }
                return
            }
            place += 1
        }
    }
}
