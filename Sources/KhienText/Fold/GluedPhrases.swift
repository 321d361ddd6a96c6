import KhienModel

/// Phrases of several words that are written without their spaces, as tags and addresses are:
/// `cacuocbongda`.
///
/// Plain spellings, ASCII letters. It may know words that are none: the scanner decides. The first eight
/// bytes of a long word tell nearly always that it is none, in one look.
struct GluedPhrases: Sendable {
    /// Shorter ones are words of their own too often (`bet now`, `on line`).
    static let bytesMin = 9
    /// No more than the joined view sees behind a place, less the byte that follows.
    static let bytesMax = 30
    private static let headBytes = 8

    /// By the first eight bytes: a bit for each hash.
    private var heads: [UInt64]
    private let headsLog: UInt64
    /// Hashes of the whole.
    private var known: Set<UInt64> = []

    /// - Parameter bitsLog: bits of the heads, as a power of two; at least 6.
    init(bitsLog: Int) {
        heads = [UInt64](repeating: 0, count: 1 << (bitsLog - 6))
        headsLog = UInt64(bitsLog)
    }

    /// Adds a phrase if it has several words, of ASCII letters only, and such a length without spaces.
    mutating func add(_ phrase: Span<UInt8>) {
        var letters: [UInt8] = []
        letters.reserveCapacity(phrase.count)
        var words = 0
        for index in phrase.indices where phrase[index] != 0x20 {
            guard phrase[index].isAlpha else { return }
            if index == 0 || phrase[index - 1] == 0x20 { words += 1 }
            letters.append(phrase[index])
        }
        guard words > 1, (Self.bytesMin...Self.bytesMax).contains(letters.count) else { return }
        let bit = headBit(letters.span.word(at: 0))
        heads[bit >> 6] |= 1 << UInt64(bit & 63)
        known.insert(Self.hash(letters.span, letters.indices))
    }

    /// Where the letters that begin at `index` end, if they are such a phrase.
    @inline(__always)
    func end(_ text: Span<UInt8>, from index: Int) -> Int? {
        guard index &+ Self.headBytes <= text.count else { return nil }
        let bit = headBit(text.word(at: index))
        guard heads[bit &>> 6] &>> UInt64(bit & 63) & 1 != 0 else { return nil }
        return wholeEnd(text, from: index)
    }

    private func wholeEnd(_ text: Span<UInt8>, from index: Int) -> Int? {
        var end = index
        while end < text.count, end - index <= Self.bytesMax, text[end].isAlpha { end += 1 }
        return known.contains(Self.hash(text, index..<end)) ? end : nil
    }

    @inline(__always)
    private func headBit(_ word: UInt64) -> Int {
        Int(truncatingIfNeeded: (word &* Self.factor) &>> (64 &- headsLog))
    }

    private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15

    private static func hash(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        range.reduce(UInt64(range.count)) { ($0 ^ UInt64(text[$1])) &* factor }
    }
}
