import KhienModel

/// What touches a sign or a space between two letters: up to three bytes on each side, a space in place
/// of what is no letter and no digit, since a sign of a text may be a separator where a phrase has a
/// space.
struct JointPlace {
    /// Two bytes before the sign and two behind it, the first the lowest; so in the others.
    let inner: UInt32
    /// The three before it.
    let before: UInt32
    /// The three behind it.
    let behind: UInt32

    /// At least three bytes stand before `index`; beyond the end of the text stand spaces.
    @inline(__always)
    init(_ text: Span<UInt8>, _ index: Int) {
        let word: UInt64
        if index &+ 5 <= text.count {
            word = text.word(at: index &- 3).onlyWords
        } else {
            var bytes: UInt64 = 0
            for place in 0..<8 {
                let at = index - 3 + place
                let byte = at < text.count ? text[at] : 0x20
                bytes |= UInt64(byte) << UInt64(8 * place)
            }
            word = bytes.onlyWords
        }
        inner = UInt32(truncatingIfNeeded: word &>> 8 & 0xFFFF | word &>> 16 & 0xFFFF_0000)
        before = UInt32(truncatingIfNeeded: word & 0xFF_FFFF)
        behind = UInt32(truncatingIfNeeded: word &>> 32 & 0xFF_FFFF)
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
