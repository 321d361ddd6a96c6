import KhienModel

/// What an expression may read of a subject where PCRE2 counts nothing.
struct RegexShape {
    /// How many bytes one way through it reads where items read no more than a few: those of the pattern at least.
    var wayBytes: Int
    /// The ways to one of its places (`RegexWays`).
    var ways = 1
    /// Whether an item that is not the last may pass over more than `Limits.Regex.stepBytes` bytes.
    var readsOn = false
    /// Whether what PCRE2 counts, quantifiers and calls, may lead to a place more than once: what follows is then read for each step.
    var isRetried = false
    /// How many items, copies included, may read more than that and fail.
    var longItems = 0

    /// - Returns: of what is too large to be counted: the costliest.
    init(_ pattern: Span<UInt8>, isCaseless: Bool) {
        wayBytes = pattern.count
        // Nothing repeats, nothing refers back, and there is one way.
        guard (0..<pattern.count).contains(where: { "|*+?{\\=".utf8.contains(pattern[$0]) }) else {
            return
        }
        isRetried = Self.hasQuantifier(pattern) || pattern.mayCallGroups
        let counted = RegexCounted(pattern, isCaseless: isCaseless)
        ways = RegexWays(pattern, counted).count
        guard let counted else {
            readsOn = true
            longItems = Limits.Regex.compiledBytesMax
            return
        }
        let callsItself = Self.callsItself(pattern)
        var read = 0
        counted.forEachItem { item, end in
            if item.refersBack || item.repeats > Limits.Regex.stepBytes {
                longItems += 1
            } else {
                // What may read on is estimated by itself.
                read += max(Int(item.repeats), item.isLong ? 1 : Int(item.fits))
            }
            if item.isLong, end < pattern.count || callsItself { readsOn = true }
        }
        wayBytes = max(wayBytes, read)
    }

    private static func hasQuantifier(_ pattern: Span<UInt8>) -> Bool {
        for index in 0..<pattern.count {
            switch pattern[index] {
            case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: ","): return true
            case UInt8(ascii: "?"):
                if index == 0 || pattern[index - 1] != UInt8(ascii: "(") { return true }
            default: break
            }
        }
        return false
    }

    /// Whether what stands last is followed by something all the same: `(?R)`, `(?0)`, `\g<0>`.
    private static func callsItself(_ pattern: Span<UInt8>) -> Bool {
        guard pattern.count > 2 else { return false }
        for index in 2..<pattern.count where "R0".utf8.contains(pattern[index]) {
            let (first, second) = (pattern[index - 2], pattern[index - 1])
            if first == UInt8(ascii: "("), second == UInt8(ascii: "?") { return true }
            if first == UInt8(ascii: "g"), "<'{".utf8.contains(second) { return true }
        }
        return false
    }
}
