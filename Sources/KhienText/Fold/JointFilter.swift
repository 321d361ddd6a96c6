import KhienModel

/// What touches signs or a space between two letters or digits: up to three bytes on each side, a space in place of what
/// is no letter and no digit, however many, since signs of a text may be a separator where a phrase has a space.
struct JointPlace {
    /// Two bytes before the signs and two behind them, the first the lowest; so in the others.
    let inner: UInt32
    /// The three before them.
    let before: UInt32
    /// The three behind them.
    let behind: UInt32

    /// What stands around `signs`; as `JointSides` says.
    @inline(__always)
    init(_ text: Span<UInt8>, _ signs: Range<Int>) {
        let first = text.word(at: signs.lowerBound &- 8)
        let next = JointSides.word(text, signs.upperBound)
        // The two bytes that touch the signs are letters or digits.
        var word = (first &>> 40 | next &<< 32).onlyWords
        let others = word.bytes(equalTo: 0x20)
        if others & 0x8080 == 0x8080 || others & 0x8080 &<< 40 == 0x8080 &<< 40 {
            let sides = JointSides(text, signs)
            word = sides.before &>> 40 | sides.behind &<< 32
        }
        inner = UInt32(truncatingIfNeeded: word &>> 8 & 0xFFFF | word &>> 16 & 0xFFFF_0000)
        before = UInt32(truncatingIfNeeded: word & 0xFF_FFFF)
        behind = UInt32(truncatingIfNeeded: word &>> 32 & 0xFF_FFFF)
    }
}

/// Eight bytes on each side of signs, one space in place of all that is no letter and no digit; beyond the text
/// stand spaces.
struct JointSides {
    /// The last of them in the highest byte.
    private(set) var before: UInt64
    /// The first of them in the lowest byte.
    private(set) var behind: UInt64

    /// So far text is looked at on each side: no more than the joined view sees behind signs.
    private static let reach = 20

    /// At least twenty bytes stand before the signs.
    @inline(__always)
    init(_ text: Span<UInt8>, _ signs: Range<Int>) {
        before = text.word(at: signs.lowerBound &- 8).onlyWords
        behind = Self.word(text, signs.upperBound).onlyWords
        if before.hasTwoSpaces {
            before = Self.collapsed(text, signs.lowerBound - 1, -1).byteSwapped
        }
        if behind.hasTwoSpaces { behind = Self.collapsed(text, signs.upperBound, 1) }
    }

    /// The eight bytes from a place on; beyond the text stand spaces.
    @inline(__always)
    static func word(_ text: Span<UInt8>, _ place: Int) -> UInt64 {
        if place &+ 8 <= text.count { return text.word(at: place) }
        var word: UInt64 = 0
        for offset in 0..<8 {
            let byte = place + offset < text.count ? text[place + offset] : 0x20
            word |= UInt64(byte) << UInt64(8 * offset)
        }
        return word
    }

    /// Eight bytes from `start` on in one direction, the first the lowest.
    private static func collapsed(_ text: Span<UInt8>, _ start: Int, _ step: Int) -> UInt64 {
        var word: UInt64 = 0x2020_2020_2020_2020
        var (count, isGap) = (0, false)
        for offset in 0..<reach {
            let place = start + offset * step
            guard count < 8, place < text.count else { break }
            let isWord = text[place].isWordByte
            if isWord { word ^= UInt64(text[place] ^ 0x20) << UInt64(8 * count) }
            if isWord || !isGap { count += 1 }
            isGap = !isWord
        }
        return word
    }
}

extension UInt64 {
    /// Whether two bytes beside each other are spaces.
    @inline(__always)
    fileprivate var hasTwoSpaces: Bool {
        let spaces = bytes(equalTo: 0x20)
        return spaces & spaces &>> 8 != 0
    }
}

/// Which places phrases have, told by what touches them: a bit for each hash. It may know one that no
/// phrase has, and knows all that one has.
struct JointFilter: Sendable {
    /// By the inner bytes: in the lower half the spaces inside of phrases, in the upper half the places
    /// within their words.
    private var inner: [UInt64]
    /// By the three bytes behind a space that a phrase begins with, and before one that it ends with.
    private var starts: [UInt64]
    private var ends: [UInt64]
    private let shift: UInt32

    /// - Parameter bitsLog: bits of each kind, as a power of two; at least 6.
    init(bitsLog: Int) {
        inner = [UInt64](repeating: 0, count: 1 << (bitsLog - 5))
        starts = [UInt64](repeating: 0, count: 1 << (bitsLog - 6))
        ends = starts
        shift = UInt32(32 - bitsLog)
    }

    /// What a place may be.
    struct Answer {
        fileprivate let inner: UInt64
        let mayStart: Bool
        let mayEnd: Bool
        /// A space inside of a phrase.
        var mayBeInner: Bool { inner & 1 != 0 }
        /// Within a word of a phrase.
        var mayBeWithin: Bool { inner &>> 32 & 1 != 0 }
        /// A space of a phrase.
        var mayPart: Bool { mayBeInner || mayStart || mayEnd }
    }

    @inline(__always)
    func ask(_ place: JointPlace) -> Answer {
        let bit = Self.hash(place.inner) &>> shift
        return Answer(
            inner: inner[Int(bit &>> 5)] &>> UInt64(bit & 31),
            mayStart: has(place.behind, in: starts), mayEnd: has(place.before, in: ends))
    }

    /// Whether the place may be within a word of a phrase.
    @inline(__always)
    func mayBeWithin(_ place: JointPlace) -> Bool {
        let bit = Self.hash(place.inner) &>> shift
        return inner[Int(bit &>> 5)] &>> UInt64(bit & 31 &+ 32) & 1 != 0
    }

    // MARK: Making

    mutating func addInner(_ key: UInt32) { setInner(key, 0) }

    mutating func addWithin(_ key: UInt32) { setInner(key, 32) }

    mutating func addStart(_ key: UInt32) { Self.set(Self.hash(key) >> shift, in: &starts) }

    mutating func addEnd(_ key: UInt32) { Self.set(Self.hash(key) >> shift, in: &ends) }

    /// Bytes as they stand in the text, the first the lowest.
    static func key(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8 = 0) -> UInt32
    {
        UInt32(first) | UInt32(second) << 8 | UInt32(third) << 16 | UInt32(fourth) << 24
    }

    private mutating func setInner(_ key: UInt32, _ half: UInt64) {
        let bit = Self.hash(key) >> shift
        inner[Int(bit >> 5)] |= 1 << (UInt64(bit & 31) + half)
    }

    private static func set(_ bit: UInt32, in bits: inout [UInt64]) {
        bits[Int(bit >> 6)] |= 1 << UInt64(bit & 63)
    }

    @inline(__always)
    private func has(_ key: UInt32, in bits: [UInt64]) -> Bool {
        let bit = Self.hash(key) &>> shift
        return bits[Int(bit &>> 6)] &>> UInt64(bit & 63) & 1 != 0
    }

    @inline(__always)
    private static func hash(_ key: UInt32) -> UInt32 { key &* 0x9E37_79B1 }
}
