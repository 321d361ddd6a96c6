/// What has been tried on one spelling of a URL: a bit for each.
struct TriedBits {
    private var words: [UInt64] = []
    /// Whether one of them is set.
    private var hasSome = false

    /// Forgets all, and has room for `count`.
    @inline(__always)
    mutating func forget(count: Int) {
        let wordCount = (count + 63) / 64
        if !hasSome, words.count >= wordCount { return }
        clear(wordCount)
    }

    private mutating func clear(_ wordCount: Int) {
        if words.count < wordCount {
            words = [UInt64](repeating: 0, count: wordCount)
        } else {
            for index in words.indices { words[index] = 0 }
        }
        hasSome = false
    }

    /// Marks one as tried.
    ///
    /// - Returns: false where it was.
    mutating func mayTry(_ index: Int) -> Bool {
        let bit = UInt64(1) << UInt64(index & 63)
        guard words[index >> 6] & bit == 0 else { return false }
        words[index >> 6] |= bit
        hasSome = true
        return true
    }
}
