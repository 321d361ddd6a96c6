import KhienModel

/// What an expression may read of a subject where PCRE2 counts nothing.
struct RegexShape {
    /// The most repeats that an item demands, up to `Limits.Regex.stepBytes`.
    var itemBytes = 1
    /// Whether an item that is not the last may pass over more bytes than that.
    var readsOn = false
    /// How many items, copies included, may read more than that and fail.
    var longItems = 0

    /// - Returns: of what is too large to be counted: the costliest.
    init(_ pattern: Span<UInt8>, isCaseless: Bool) {
        var index = 0
        while index < pattern.count, !"*+{\\=".utf8.contains(pattern[index]) { index += 1 }
        // Nothing repeats and nothing refers back.
        if index == pattern.count { return }
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
}
