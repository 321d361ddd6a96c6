import KhienImage

/// An open-addressing table of at most half load, as the pattern and regex tables store it.
struct SlotColumn {
    private(set) var words: [UInt32]
    private let mask: UInt32

    /// Slots: a power of two, at least twice the keys.
    var count: Int { words.count / 3 }

    init(keyCount: Int) {
        var slots = 4
        while slots < keyCount * 2 { slots *= 2 }
        words = [UInt32](repeating: 0, count: slots * 3)
        mask = UInt32(slots - 1)
    }

    /// - Parameter hash: where to begin probing; the key itself unless given.
    mutating func insert(_ key: UInt32, hash: UInt32? = nil, start: UInt32, count: UInt32) {
        var slot = Int((hash ?? key) & mask)
        while words[slot * 3 + 2] != 0 { slot = (slot + 1) & Int(mask) }
        words[slot * 3] = key
        words[slot * 3 + 1] = start
        words[slot * 3 + 2] = count
    }
}

/// A bitmap of tokens, about sixteen bits for each.
struct TokenFilter {
    private(set) var words: [UInt64]

    init(tokens: [UInt32]) {
        var bits = 64
        while bits < tokens.count * 16 { bits *= 2 }
        words = [UInt64](repeating: 0, count: bits / 64)
        for token in tokens {
            let bit = (token >> 7) & UInt32(bits - 1)
            words[Int(bit >> 6)] |= 1 << UInt64(bit & 63)
        }
    }
}
