import KhienModel

/// What an expression may read of a subject where PCRE2 counts nothing.
struct RegexShape {
    /// The most repeats that an item demands, up to `Limits.Regex.stepBytes`.
    var itemBytes = 1
    /// Whether an item that is not the last may pass over more bytes than that.
    var readsOn = false
    /// Whether what follows an item may be tried more than once for one place where a match begins.
    var branches = false
    /// How many items, copies included, may read more than that and fail.
    var longItems = 0

    /// - Returns: of what is too large to be counted: the costliest.
    init(_ pattern: Span<UInt8>, isCaseless: Bool) {
        // Nothing repeats and nothing refers back.
        guard (0..<pattern.count).contains(where: { "*+{\\=".utf8.contains(pattern[$0]) }) else {
            return
        }
        branches = Self.branches(pattern)
        guard let counted = RegexCounted(pattern, isCaseless: isCaseless) else {
            readsOn = true
            longItems = Limits.Regex.compiledBytesMax
            return
        }
        counted.forEachItem { item, end in
            if item.refersBack || item.repeats > Limits.Regex.stepBytes {
                longItems += 1
            } else {
                itemBytes = max(itemBytes, Int(item.repeats))
            }
            if item.isLong, end < pattern.count { readsOn = true }
        }
    }

    /// By its signs: a quantifier, or alternatives and more than one group.
    private static func branches(_ pattern: Span<UInt8>) -> Bool {
        var groups = 0
        var hasAlternatives = false
        for index in 0..<pattern.count {
            switch pattern[index] {
            case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: ","): return true
            case UInt8(ascii: "?"):
                if index == 0 || pattern[index - 1] != UInt8(ascii: "(") { return true }
            case UInt8(ascii: "("): groups += 1
            case UInt8(ascii: "|"): hasAlternatives = true
            default: break
            }
        }
        return hasAlternatives && groups > 1
    }
}
