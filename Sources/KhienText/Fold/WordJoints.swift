/// Where the words of phrases meet: what stands around their spaces. The joined view looks at a separator
/// between two words only where some phrase has such a place.
///
/// It may know places that no phrase has, and knows all that one has. Plain spellings.
public struct WordJoints: Sendable {
    /// Two bytes on each side of a space inside of a phrase; three behind one that a phrase begins
    /// with, three before one that it ends with. A bit for each hash.
    private var inner: [UInt64]
    private var starts: [UInt64]
    private var ends: [UInt64]
    private let shift: UInt32
    /// Whether every place is of interest.
    private var isOpen: Bool

    private static let bitsLogMin = 16
    private static let bitsLogMax = 22

    /// All places.
    public static let all = WordJoints(bitsLog: 6, isOpen: true)

    private init(bitsLog: Int, isOpen: Bool) {
        inner = [UInt64](repeating: 0, count: 1 << (bitsLog - 6))
        starts = inner
        ends = inner
        shift = UInt32(32 - bitsLog)
        self.isOpen = isOpen
    }

    /// None yet, with room for those of `phraseCount` phrases.
    public init(phraseCount: Int) {
        var log = Self.bitsLogMin
        while log < Self.bitsLogMax, 1 << log < phraseCount * 64 { log += 1 }
        self.init(bitsLog: log, isOpen: false)
    }

    /// Adds the places of a phrase.
    public mutating func add(_ phrase: Span<UInt8>) {
        /// What stands at a place; any byte beyond the phrase.
        func bytes(_ place: Int) -> ClosedRange<UInt8> {
            guard phrase.indices.contains(place) else { return 0...255 }
            let byte = Self.outer(phrase[place])
            return byte...byte
        }
        for index in phrase.indices where phrase[index] == 0x20 {
            if index == 0 {
                guard phrase.count > 2 else {
                    isOpen = true
                    return
                }
                let (first, second) = (phrase[1], Self.outer(phrase[2]))
                for third in bytes(3) { set(Self.key(first, second, third, 0), in: &starts) }
            } else if index == phrase.count - 1 {
                guard phrase.count > 2 else {
                    isOpen = true
                    return
                }
                let (first, second) = (phrase[index - 1], Self.outer(phrase[index - 2]))
                for third in bytes(index - 3) { set(Self.key(first, second, third, 0), in: &ends) }
            } else {
                let (before, after) = (phrase[index - 1], phrase[index + 1])
                for first in bytes(index - 2) {
                    for last in bytes(index + 2) {
                        set(Self.key(first, before, after, last), in: &inner)
                    }
                }
            }
        }
    }

    /// Whether some phrase may have a space here: between two letters, at least three bytes behind the
    /// begin of the text.
    @inline(__always)
    func mayHave(_ text: Span<UInt8>, _ index: Int) -> Bool {
        if isOpen { return true }
        func outer(_ place: Int) -> UInt8 {
            place < text.count ? Self.outer(text[place]) : 0x20
        }
        let (before, after) = (text[index - 1], text[index + 1])
        let (second, next) = (outer(index - 2), outer(index + 2))
        return has(Self.key(second, before, after, next), in: inner)
            || has(Self.key(after, next, outer(index + 3), 0), in: starts)
            || has(Self.key(before, second, outer(index - 3), 0), in: ends)
    }

    /// A byte that does not touch the space: a sign is a space, since in a text it may be a separator
    /// where the phrase has a space.
    @inline(__always)
    private static func outer(_ byte: UInt8) -> UInt8 {
        byte.isAlpha || byte.isDigit || byte >= 0x80 ? byte : 0x20
    }

    @inline(__always)
    private func has(_ key: UInt32, in bits: [UInt64]) -> Bool {
        let bit = key >> shift
        return bits[Int(bit >> 6)] >> UInt64(bit & 63) & 1 != 0
    }

    private func set(_ key: UInt32, in bits: inout [UInt64]) {
        let bit = key >> shift
        bits[Int(bit >> 6)] |= 1 << UInt64(bit & 63)
    }

    @inline(__always)
    private static func key(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> UInt32 {
        (UInt32(a) | UInt32(b) << 8 | UInt32(c) << 16 | UInt32(d) << 24) &* 0x9E37_79B1
    }
}
