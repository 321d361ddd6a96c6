import KhienModel

/// The words of phrases, to know one that has signs between its letters: `ca.sino`, `b.anh`.
///
/// Plain spellings, letters only. It asks a filter for what touches the sign before it puts the whole
/// word together, so that most signs of a page (addresses, hyphens) cost one look.
struct PhraseWords: Sendable {
    /// Shorter words stand between signs by chance.
    private static let lettersMin = 3
    /// A word with its signs: no more than the joined view sees behind a place, less the sign and the
    /// letter that follow.
    static let bytesMax = 30
    private static let bitsLogMin = 14
    private static let bitsLogMax = 22

    /// What stands on the two sides of a sign: a bit for each hash.
    private var splits: [UInt64]
    private let shift: UInt32
    /// Hashes of words, zero where free; a power of two of them, at most half in use.
    private var slots = [UInt64](repeating: 0, count: 64)
    private var count = 0

    /// None yet, with room for those of `phraseCount` phrases.
    init(phraseCount: Int) {
        var log = Self.bitsLogMin
        while log < Self.bitsLogMax, 1 << log < phraseCount * 64 { log += 1 }
        splits = [UInt64](repeating: 0, count: 1 << (log - 6))
        shift = UInt32(32 - log)
    }

    // MARK: Making

    /// Adds the words of a phrase.
    mutating func add(_ phrase: Span<UInt8>) {
        var start = 0
        while start < phrase.count {
            var end = start
            while end < phrase.count, phrase[end].isWordByte { end += 1 }
            add(word: phrase.extracting(start..<end))
            start = end + 1
        }
    }

    private mutating func add(word: Span<UInt8>) {
        guard (Self.lettersMin...Self.bytesMax).contains(word.count) else { return }
        var hash = Self.seed
        for index in word.indices {
            guard word[index].isLetterByte else { return }
            hash = Self.step(hash, word[index])
        }
        insert(Self.whole(hash))
        // A sign may stand at each place. Letters that stand alone between signs are asked for themselves.
        for index in 1..<word.count {
            let second = index > 1 ? word[index - 2] : 0x20
            let next = index + 1 < word.count ? word[index + 1] : 0x20
            set(Self.key(second, word[index - 1], word[index], next))
        }
    }

    private mutating func set(_ key: UInt32) {
        let bit = key >> shift
        splits[Int(bit >> 6)] |= 1 << UInt64(bit & 63)
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
        let signs: Int
    }

    /// What stands around a sign.
    enum Surroundings {
        case unknown
        case word(Disguised)
        /// Letters with signs of this kind that are no such word, up to there at least.
        case other(end: Int)
    }

    /// The word that has the sign at `index` between two of its letters. Signs of one kind, one at a
    /// time, are what is between its letters. At least `bytesMax` bytes stand before `index`, and
    /// behind it two more, unless the text ends.
    @inline(__always)
    func disguised(_ text: Span<UInt8>, _ index: Int) -> Surroundings {
        let second = Self.outer(text[index - 2])
        let next = index + 2 < text.count ? Self.outer(text[index + 2]) : 0x20
        let bit = Self.key(second, text[index - 1], text[index + 1], next) >> shift
        guard splits[Int(bit >> 6)] >> UInt64(bit & 63) & 1 != 0 else { return .unknown }
        return whole(text, index)
    }

    /// The same, without a look at the filter: where the letter before the sign stands alone.
    func whole(_ text: Span<UInt8>, _ index: Int) -> Surroundings {
        let sign = text[index]
        var start = index
        while index - start <= Self.bytesMax {
            let byte = text[start - 1]
            guard byte.isLetterByte || byte == sign && text[start - 2].isLetterByte else { break }
            start -= 1
        }
        guard !text[start - 1].isWordByte else { return .other(end: index + 1) }
        var (hash, letters, end) = (Self.seed, 0, start)
        while end < text.count, end - start <= Self.bytesMax {
            if text[end].isLetterByte {
                hash = Self.step(hash, text[end])
                letters += 1
            } else if text[end] != sign || end + 1 == text.count || !text[end + 1].isLetterByte {
                break
            }
            end += 1
        }
        guard letters >= Self.lettersMin, end - start <= Self.bytesMax,
            end == text.count || !text[end].isWordByte, slots[slot(of: Self.whole(hash))] != 0
        else { return .other(end: end) }
        return .word(Disguised(range: start..<end, signs: end - start - letters))
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

    /// A byte that does not touch the sign: what is no letter is a space.
    @inline(__always)
    private static func outer(_ byte: UInt8) -> UInt8 { byte.isLetterByte ? byte : 0x20 }

    @inline(__always)
    private static func key(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> UInt32 {
        (UInt32(a) | UInt32(b) &<< 8 | UInt32(c) &<< 16 | UInt32(d) &<< 24) &* 0x9E37_79B1
    }
}
