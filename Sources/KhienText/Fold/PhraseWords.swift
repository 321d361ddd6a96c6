import KhienModel

/// The words of phrases, to know one that has signs between its letters: `ca.sino`, `b.anh`, `bet-88`.
///
/// Plain spellings; no mere numbers. A filter (`JointFilter`) is asked for what touches the sign before the
/// whole word is put together, so that most signs of a page (addresses, hyphens) cost one look.
struct PhraseWords: Sendable {
    /// Shorter words stand between signs by chance.
    private static let lettersMin = 3
    /// A word with its signs: no more than the joined view sees behind a place, less the sign and the
    /// letter that follow.
    static let bytesMax = 30
    /// So many signs in a row.
    private static let signsMax = 3

    /// Hashes of words, zero where free; a power of two of them, at most half in use.
    private var slots = [UInt64](repeating: 0, count: 64)
    private var count = 0
    /// Whether some word has digits.
    private var hasDigits = false

    // MARK: Making

    /// Adds the words of a phrase, and to the filter what touches a sign within them.
    mutating func add(_ phrase: Span<UInt8>, _ filter: inout JointFilter) {
        var start = 0
        while start < phrase.count {
            var end = start
            while end < phrase.count, phrase[end].isWordByte { end += 1 }
            add(word: phrase.extracting(start..<end), &filter)
            start = end + 1
        }
    }

    private mutating func add(word: Span<UInt8>, _ filter: inout JointFilter) {
        guard (Self.lettersMin...Self.bytesMax).contains(word.count) else { return }
        var hash = Self.seed
        var hasLetter = false
        for index in word.indices {
            hasLetter = hasLetter || word[index].isLetterByte
            hash = Self.step(hash, word[index])
        }
        guard hasLetter else { return }
        hasDigits = hasDigits || word.indices.contains { word[$0].isDigit }
        insert(Self.whole(hash))
        // A sign may stand at each place, and others one letter before and behind it.
        for index in 1..<word.count {
            let (before, behind) = (word[index - 1], word[index])
            let second = index > 1 ? word[index - 2] : 0x20
            let next = index + 1 < word.count ? word[index + 1] : 0x20
            filter.addWithin(JointFilter.key(0x20, before, behind, 0x20))
            filter.addWithin(JointFilter.key(0x20, before, behind, next))
            filter.addWithin(JointFilter.key(second, before, behind, 0x20))
            filter.addWithin(JointFilter.key(second, before, behind, next))
        }
    }

    private mutating func insert(_ hash: UInt64) {
        let slot = slot(of: hash)
        guard slots[slot] == 0 else { return }
        slots[slot] = hash
        count += 1
        guard count * 2 > slots.count else { return }
        let old = slots
        slots = [UInt64](repeating: 0, count: old.count * 2)
        for hash in old where hash != 0 { slots[self.slot(of: hash)] = hash }
    }

    // MARK: Asking

    /// A word with its signs.
    struct Disguised {
        /// From its first letter to behind its last.
        let range: Range<Int>
        /// How many places have signs.
        let places: Int
    }

    /// What stands around a sign.
    enum Surroundings {
        case word(Disguised)
        /// Letters and digits with signs of this kind that are no such word, up to there at least.
        case other(end: Int)
    }

    /// The word that has `signs` behind one of its letters or digits. Signs of this kind, so many at a time,
    /// up to three, are what is between its letters. At least `bytesMax` and five bytes stand before them.
    ///
    /// Numbers beside a word of letters are no part of it (`1.ca.sino`), unless a word has them.
    func whole(_ text: Span<UInt8>, _ signs: Range<Int>) -> Surroundings {
        guard signs.count <= Self.signsMax else { return .other(end: signs.upperBound) }
        let around = LettersAround(text, signs)
        let index = signs.lowerBound
        if text[index - 1].isDigit || text[signs.upperBound].isDigit {
            let (answer, _) = whole(text, signs, around, withDigits: true)
            if case .word = answer { return answer }
            return .other(end: index + 1)
        }
        let (answer, meetsDigit) = whole(text, signs, around, withDigits: false)
        if case .other = answer, meetsDigit, hasDigits {
            let (more, _) = whole(text, signs, around, withDigits: true)
            if case .word = more { return more }
        }
        return answer
    }

    /// - Returns: that, and whether a digit touches what was taken for letters.
    private func whole(
        _ text: Span<UInt8>, _ signs: Range<Int>, _ around: LettersAround, withDigits: Bool
    ) -> (Surroundings, meetsDigit: Bool) {
        let index = signs.lowerBound
        let run = around.run(withDigits: withDigits)
        let start = index - run.before
        if run.before > Self.bytesMax {
            // Of what has digits besides, a part may still be a word of letters.
            let end = withDigits ? index + 1 : Self.lettersEnd(text, signs)
            return (.other(end: end), false)
        }
        guard !text[start - 1].isWordByte else {
            return (.other(end: index + 1), text[start - 1].isDigit)
        }
        let end = min(index + run.behind, start + Self.bytesMax + 1)
        let letters = run.letters.nonzeroBitCount
        guard end > index, end - start <= Self.bytesMax, letters >= Self.lettersMin,
            end == text.count || !text[end].isWordByte,
            !around.goesOn(text, at: end, withDigits: withDigits), has(run, around.start, text)
        else {
            return (.other(end: max(end, index + 1)), end < text.count && text[end].isDigit)
        }
        return (.word(Disguised(range: start..<end, places: run.places)), false)
    }

    /// Where letters with such signs between them end: as far from its begin as this place are all that follow, in a
    /// path or a long name.
    private static func lettersEnd(_ text: Span<UInt8>, _ signs: Range<Int>) -> Int {
        let sign = text[signs.lowerBound]
        var end = signs.upperBound
        while end < text.count {
            var next = end
            while next < text.count, next - end < signs.count, text[next] == sign { next += 1 }
            guard next == end || next - end == signs.count, next < text.count,
                text[next].isLetterByte
            else { return end }
            end = next + 1
        }
        return end
    }

    /// Whether the letters of a run are such a word, of a text from `start` on.
    private func has(_ run: LettersAround.Run, _ start: Int, _ text: Span<UInt8>) -> Bool {
        var (hash, rest) = (Self.seed, run.letters)
        while rest != 0 {
            hash = Self.step(hash, text[start &+ rest.trailingZeroBitCount])
            rest &= rest &- 1
        }
        return slots[slot(of: Self.whole(hash))] != 0
    }

    /// Letters and digits that are put together one after the other.
    struct Spelling {
        fileprivate var hash = PhraseWords.seed
        fileprivate var count = 0

        mutating func add(_ byte: UInt8) {
            hash = PhraseWords.step(hash, byte)
            count += 1
        }
    }

    /// Whether that is such a word.
    func has(_ spelling: Spelling) -> Bool {
        spelling.count >= Self.lettersMin && slots[slot(of: Self.whole(spelling.hash))] != 0
    }

    /// Where the hash is, or belongs.
    private func slot(of hash: UInt64) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0, slots[slot] != hash { slot = (slot + 1) & mask }
        return slot
    }

    // MARK: Hashes

    private static let seed: UInt64 = 0xCBF2_9CE4_8422_2325

    @inline(__always)
    private static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
        (hash ^ UInt64(byte)) &* 0x9E37_79B9_7F4A_7C15
    }

    /// Of a whole word; never zero.
    @inline(__always)
    private static func whole(_ hash: UInt64) -> UInt64 { (hash ^ hash &>> 29) | 1 &<< 63 }
}
