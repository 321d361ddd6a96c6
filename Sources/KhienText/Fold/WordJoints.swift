import KhienModel

/// Where the words of phrases meet: what stands around their spaces, and the words. The joined view looks at a
/// separator between letters only where some phrase has such a place or word.
///
/// It may know places that no phrase has, and knows all that one has. Plain spellings. Two filters, one
/// behind the other: the bytes that touch the space, which let one place in five through; then up to
/// seven on each side, which also say how far such phrases reach.
public struct WordJoints: Sendable {
    private var filter: JointFilter
    private let placesLog: UInt64
    /// By hash of what stands before or behind a space, up to seven bytes: how many bytes the longest
    /// phrase has on that side. Zero: none.
    private var reaches: [UInt8]
    /// By side: a bit for each number of bytes that some phrase has there.
    private var lengths = InlineArray<4, UInt8>(repeating: 0)
    /// Whether every place is of interest.
    private(set) var isOpen: Bool
    /// The words themselves, for signs within them.
    private(set) var words = PhraseWords()
    /// The phrases without their spaces.
    private(set) var glued: GluedPhrases

    private static let bitsLogMin = 16
    private static let bitsLogMax = 22
    private static let sideBytesMax = 7

    /// How many bytes of phrases stand on each side of a space.
    struct Reach {
        var before: Int
        var behind: Int

        /// More than any phrase has.
        static let all = Reach(before: 255, behind: 255)
    }

    private enum Side: Int { case behindStart, beforeEnd, behindInner, beforeInner }

    /// All places.
    public static let all = WordJoints(bitsLog: 6, isOpen: true)

    private init(bitsLog: Int, isOpen: Bool) {
        filter = JointFilter(bitsLog: bitsLog)
        glued = GluedPhrases(bitsLog: bitsLog)
        placesLog = UInt64(bitsLog - 1)
        reaches = [UInt8](repeating: 0, count: 1 << (bitsLog - 1))
        self.isOpen = isOpen
    }

    /// None yet, with room for those of `phraseCount` phrases.
    public init(phraseCount: Int) {
        var log = Self.bitsLogMin
        while log < Self.bitsLogMax, 1 << log < phraseCount * 64 { log += 1 }
        self.init(bitsLog: log, isOpen: false)
    }

    /// From here on every place is of interest, between words of phrases or not.
    public mutating func open() { isOpen = true }

    /// Adds the places and the words of a phrase, and it without its spaces.
    public mutating func add(_ phrase: Span<UInt8>) {
        words.add(phrase, &filter)
        glued.add(phrase)
        for index in phrase.indices where phrase[index] == 0x20 {
            if phrase.count < 3, index == 0 || index == phrase.count - 1 {
                isOpen = true
                return
            }
            if index == 0 {
                addStart(phrase)
            } else if index == phrase.count - 1 {
                addEnd(phrase)
            } else {
                addInner(phrase, index)
            }
        }
    }

    private mutating func addStart(_ phrase: Span<UInt8>) {
        for third in Self.bytes(phrase, 3) {
            filter.addStart(JointFilter.key(phrase[1], Self.outer(phrase[2]), third))
        }
        add(behind: 0, phrase, .behindStart)
    }

    private mutating func addEnd(_ phrase: Span<UInt8>) {
        let index = phrase.count - 1
        for third in Self.bytes(phrase, index - 3) {
            filter.addEnd(
                JointFilter.key(third, Self.outer(phrase[index - 2]), phrase[index - 1]))
        }
        add(before: index, phrase, .beforeEnd)
    }

    private mutating func addInner(_ phrase: Span<UInt8>, _ index: Int) {
        for first in Self.bytes(phrase, index - 2) {
            for last in Self.bytes(phrase, index + 2) {
                filter.addInner(
                    JointFilter.key(first, phrase[index - 1], phrase[index + 1], last))
            }
        }
        add(before: index, phrase, .beforeInner)
        add(behind: index, phrase, .behindInner)
    }

    /// What stands at a place; any byte beyond the phrase.
    private static func bytes(_ phrase: Span<UInt8>, _ place: Int) -> ClosedRange<UInt8> {
        guard phrase.indices.contains(place) else { return 0...255 }
        let byte = outer(phrase[place])
        return byte...byte
    }

    private mutating func add(behind index: Int, _ phrase: Span<UInt8>, _ side: Side) {
        let reach = phrase.count - index - 1
        var word: UInt64 = 0
        for place in 0..<min(reach, Self.sideBytesMax) {
            word |= UInt64(Self.outer(phrase[index + 1 + place])) << UInt64(8 * place)
        }
        add(word, reach, side)
    }

    private mutating func add(before index: Int, _ phrase: Span<UInt8>, _ side: Side) {
        let first = max(0, index - Self.sideBytesMax)
        var word: UInt64 = 0
        for place in first..<index {
            word |= UInt64(Self.outer(phrase[place])) << UInt64(8 * (place - first))
        }
        add(word, index, side)
    }

    private mutating func add(_ word: UInt64, _ reach: Int, _ side: Side) {
        let count = min(reach, Self.sideBytesMax)
        lengths[side.rawValue] |= 1 << UInt8(count)
        let place = place(word, count, side)
        reaches[place] = max(reaches[place], UInt8(clamping: reach))
    }

    /// What the place of a sign between two letters may be: at least three bytes stand before it.
    @inline(__always)
    func ask(_ text: Span<UInt8>, _ index: Int) -> JointFilter.Answer {
        filter.ask(JointPlace(text, index))
    }

    /// Whether the place may be within a word.
    @inline(__always)
    func mayBeWithin(_ text: Span<UInt8>, _ index: Int) -> Bool {
        filter.mayBeWithin(JointPlace(text, index))
    }

    /// How far the phrases reach that may have a space here, where `ask` says that one may: at least eight
    /// bytes behind the begin of the text. Nil: there is none (and all the same the place is of interest
    /// where `isOpen`).
    func reach(_ text: Span<UInt8>, _ index: Int, _ answer: JointFilter.Answer) -> Reach? {
        let behind = Self.wordBehind(text, index)
        let before = text.word(at: index - 8).onlyWords
        var reach = Reach(before: 0, behind: 0)
        if answer.mayStart { reach.behind = longest(behind: behind, .behindStart) }
        if answer.mayEnd { reach.before = longest(before: before, .beforeEnd) }
        if answer.mayBeInner {
            let inner = Reach(
                before: longest(before: before, .beforeInner),
                behind: longest(behind: behind, .behindInner))
            if inner.before > 0, inner.behind > 0 {
                reach.before = max(reach.before, inner.before)
                reach.behind = max(reach.behind, inner.behind)
            }
        }
        return reach.before > 0 || reach.behind > 0 ? reach : nil
    }

    /// The eight bytes behind a place; beyond the text stand spaces.
    @inline(__always)
    private static func wordBehind(_ text: Span<UInt8>, _ index: Int) -> UInt64 {
        if index + 9 <= text.count { return text.word(at: index + 1).onlyWords }
        var word: UInt64 = 0
        for place in 0..<8 {
            let byte = index + 1 + place < text.count ? text[index + 1 + place] : 0x20
            word |= UInt64(outer(byte)) << UInt64(8 * place)
        }
        return word
    }

    /// The reach of phrases one of which has the first bytes of `word` behind a space.
    private func longest(behind word: UInt64, _ side: Side) -> Int {
        longest(side) { word & ~(~0 &<< UInt64(8 &* $0)) }
    }

    /// The reach of phrases one of which has the last bytes of `word` before a space.
    private func longest(before word: UInt64, _ side: Side) -> Int {
        longest(side) { word &>> UInt64(64 &- 8 &* $0) }
    }

    @inline(__always)
    private func longest(_ side: Side, _ part: (Int) -> UInt64) -> Int {
        var rest = lengths[side.rawValue]
        var longest: UInt8 = 0
        while rest != 0 {
            let count = rest.trailingZeroBitCount
            rest &= rest &- 1
            longest = max(longest, reaches[place(part(count), count, side)])
        }
        return Int(longest)
    }

    /// A byte that does not touch the space, as in a `JointPlace`.
    @inline(__always)
    private static func outer(_ byte: UInt8) -> UInt8 {
        byte.isAlpha || byte.isDigit || byte >= 0x80 ? byte : 0x20
    }

    /// - Parameter word: at most seven bytes, the rest zero.
    @inline(__always)
    private func place(_ word: UInt64, _ count: Int, _ side: Side) -> Int {
        let tagged = word | UInt64(side.rawValue &* 8 &+ count) &<< 56
        return Int((tagged &* 0x9E37_79B9_7F4A_7C15) &>> (64 &- placesLog))
    }
}
