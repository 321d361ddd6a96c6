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
    /// By hash of a side's three bytes next to the space: the same of the phrases that have three or more there.
    private var longer: [UInt8]
    /// Whether every place is of interest.
    private(set) var isOpen: Bool
    /// Whether signs beside digits are of interest: some phrase has digits.
    private(set) var hasDigits: Bool
    /// The words themselves, for signs within them.
    private(set) var words = PhraseWords()
    /// The phrases without their spaces.
    private(set) var glued: GluedPhrases

    private static let bitsLogMin = 16
    private static let bitsLogMax = 22
    private static let sideBytesMax = 7
    /// In `longer` there are 2^16 hashes; so many bits behind them are left.
    private static let longerShift: UInt64 = 64 - 16
    private static let shortBytesMax = 2

    /// How many bytes of phrases stand on each side of a space.
    struct Reach {
        var before: Int
        var behind: Int

        /// More than any phrase has.
        static let all = Reach(before: 255, behind: 255)
    }

    private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15

    private enum Side: Int { case behindStart, beforeEnd, behindInner, beforeInner }

    /// All places.
    public static let all = WordJoints(bitsLog: 6, isOpen: true)

    private init(bitsLog: Int, isOpen: Bool) {
        filter = JointFilter(bitsLog: bitsLog)
        glued = GluedPhrases(bitsLog: bitsLog)
        placesLog = UInt64(bitsLog - 1)
        reaches = [UInt8](repeating: 0, count: 1 << (bitsLog - 1))
        longer = [UInt8](repeating: 0, count: 1 << (64 - Int(Self.longerShift)))
        self.isOpen = isOpen
        hasDigits = isOpen
    }

    /// None yet, with room for those of `phraseCount` phrases.
    public init(phraseCount: Int) {
        var log = Self.bitsLogMin
        while log < Self.bitsLogMax, 1 << log < phraseCount * 64 { log += 1 }
        self.init(bitsLog: log, isOpen: false)
    }

    /// From here on every place is of interest, between words of phrases or not.
    public mutating func open() { (isOpen, hasDigits) = (true, true) }

    /// Adds the places and the words of a phrase, and it without its spaces.
    public mutating func add(_ phrase: Span<UInt8>) {
        words.add(phrase, &filter)
        glued.add(phrase)
        if phrase.indices.contains(where: { phrase[$0].isDigit }) { hasDigits = true }
        for index in phrase.indices where phrase[index] == 0x20 {
            if phrase.count < 3, index == 0 || index == phrase.count - 1 {
                open()
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
        let behind = Self.side(phrase, 1, 1)
        guard behind[0].isWordByte else { return }
        for second in Self.bytes(behind, 1) {
            for third in Self.bytes(behind, 2) {
                filter.addStart(JointFilter.key(behind[0], second, third))
            }
        }
        add(behind: behind, phrase.count - 1, .behindStart)
    }

    private mutating func addEnd(_ phrase: Span<UInt8>) {
        let before = Self.side(phrase, phrase.count - 2, -1)
        guard before[0].isWordByte else { return }
        for second in Self.bytes(before, 1) {
            for third in Self.bytes(before, 2) {
                filter.addEnd(JointFilter.key(third, second, before[0]))
            }
        }
        add(before: before, phrase.count - 1, .beforeEnd)
    }

    private mutating func addInner(_ phrase: Span<UInt8>, _ index: Int) {
        let before = Self.side(phrase, index - 1, -1)
        let behind = Self.side(phrase, index + 1, 1)
        guard before[0].isWordByte, behind[0].isWordByte else { return }
        for first in Self.bytes(before, 1) {
            for last in Self.bytes(behind, 1) {
                filter.addInner(JointFilter.key(first, before[0], behind[0], last))
            }
        }
        add(before: before, index, .beforeInner)
        add(behind: behind, phrase.count - index - 1, .behindInner)
    }

    /// What the phrase has from `start` on in one direction, as in `JointSides`: at most seven bytes.
    private static func side(_ phrase: Span<UInt8>, _ start: Int, _ step: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var place = start
        while bytes.count < sideBytesMax, phrase.indices.contains(place) {
            let byte = outer(phrase[place])
            if byte != 0x20 || bytes.last != 0x20 { bytes.append(byte) }
            place += step
        }
        return bytes
    }

    /// What stands at a place of a side; any byte beyond the phrase.
    private static func bytes(_ side: [UInt8], _ place: Int) -> ClosedRange<UInt8> {
        side.indices.contains(place) ? side[place]...side[place] : 0...255
    }

    private mutating func add(behind side: [UInt8], _ reach: Int, _ kind: Side) {
        let word = side.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        add(word, near: word & 0xFF_FFFF, side.count, reach, kind)
    }

    private mutating func add(before side: [UInt8], _ reach: Int, _ kind: Side) {
        let word = side.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let near = side.prefix(3).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        add(word, near: near, side.count, reach, kind)
    }

    /// - Parameters:
    ///   - word: `count` bytes, the first in the text the lowest.
    ///   - near: the three of them that are next to the space, in the same order.
    private mutating func add(
        _ word: UInt64, near: UInt64, _ count: Int, _ reach: Int, _ side: Side
    ) {
        lengths[side.rawValue] |= 1 << UInt8(count)
        if count > Self.shortBytesMax { longer[Self.longerPlace(near, side)] |= 1 << UInt8(count) }
        let place = place(word, count, side)
        reaches[place] = max(reaches[place], UInt8(clamping: reach))
    }

    /// What the place of a `SignRun` may be: at least twenty bytes stand before it.
    @inline(__always)
    func ask(_ text: Span<UInt8>, _ signs: Range<Int>) -> JointFilter.Answer {
        filter.ask(JointPlace(text, signs))
    }

    /// Whether the place of signs may be within a word.
    @inline(__always)
    func mayBeWithin(_ text: Span<UInt8>, _ signs: Range<Int>) -> Bool {
        filter.mayBeWithin(JointPlace(text, signs))
    }

    /// How far the phrases reach that may have a space in place of these signs, where `ask` says that one may:
    /// at least twenty bytes behind the begin of the text. Nil: there is none (and all the same the place is of
    /// interest where `isOpen`).
    func reach(_ text: Span<UInt8>, _ signs: Range<Int>, _ answer: JointFilter.Answer) -> Reach? {
        let sides = JointSides(text, signs)
        let (before, behind) = (sides.before, sides.behind)
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

    /// The reach of phrases one of which has the first bytes of `word` behind a space.
    private func longest(behind word: UInt64, _ side: Side) -> Int {
        longest(side, near: word & 0xFF_FFFF) { word & ~(~0 &<< UInt64(8 &* $0)) }
    }

    /// The reach of phrases one of which has the last bytes of `word` before a space.
    private func longest(before word: UInt64, _ side: Side) -> Int {
        longest(side, near: word &>> 40) { word &>> UInt64(64 &- 8 &* $0) }
    }

    @inline(__always)
    private func longest(_ side: Side, near: UInt64, _ part: (Int) -> UInt64) -> Int {
        let short: UInt8 = 1 &<< UInt8(Self.shortBytesMax + 1) &- 1
        var rest = lengths[side.rawValue] & (longer[Self.longerPlace(near, side)] | short)
        var longest: UInt8 = 0
        while rest != 0 {
            let count = rest.trailingZeroBitCount
            rest &= rest &- 1
            longest = max(longest, reaches[place(part(count), count, side)])
        }
        return Int(longest)
    }

    /// A byte of a phrase as in `JointSides`.
    @inline(__always)
    private static func outer(_ byte: UInt8) -> UInt8 {
        byte.isAlpha || byte.isDigit || byte >= 0x80 ? byte : 0x20
    }

    @inline(__always)
    private static func longerPlace(_ near: UInt64, _ side: Side) -> Int {
        Int(((near | UInt64(side.rawValue) &<< 24) &* factor) &>> longerShift)
    }

    /// - Parameter word: at most seven bytes, the rest zero.
    @inline(__always)
    private func place(_ word: UInt64, _ count: Int, _ side: Side) -> Int {
        let tagged = word | UInt64(side.rawValue &* 8 &+ count) &<< 56
        return Int((tagged &* Self.factor) &>> (64 &- placesLog))
    }
}
