import KhienImage
import KhienModel

/// The tokens under which a pattern may be filed.
enum PatternTokens {
    /// Shorter tokens are in too many URLs.
    static let lengthMin = 2

    /// A token, and where it stands in the pattern.
    struct Candidate {
        var hash: UInt32
        /// `PatternRule.noAlignment` where a `*` stands before it.
        var alignment: UInt16
    }

    static func hash(_ token: [UInt8]) -> UInt32 { Token.hash(token.span, 0..<token.count) }

    /// Runs of token bytes that are whole tokens in every URL that the pattern matches: bounded on
    /// both sides by a byte that is no token byte, or by an anchor.
    static func candidates(_ pattern: ArraySlice<UInt8>, _ flags: PatternFlags) -> [Candidate] {
        let bytes = pattern.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
        var tokens: [Candidate] = []
        var position = 0
        while position < bytes.count {
            guard Token.isTokenByte(bytes[position]) else {
                position += 1
                continue
            }
            let start = position
            while position < bytes.count, Token.isTokenByte(bytes[position]) { position += 1 }
            let isBoundBefore =
                start > 0
                ? bytes[start - 1] != UInt8(ascii: "*")
                : !flags.isDisjoint(with: [.hostAnchor, .startAnchor])
            let isBoundAfter =
                position < bytes.count
                ? bytes[position] != UInt8(ascii: "*") : flags.contains(.endAnchor)
            if isBoundBefore, isBoundAfter, position - start >= lengthMin {
                tokens.append(
                    Candidate(
                        hash: hash(Array(bytes[start..<position])),
                        alignment: alignment(of: start, in: bytes)))
            }
        }
        return tokens
    }

    /// Letters and digits as they occur in URLs, the rarest first; other bytes come after them.
    private static let rarestFirst = Array("zqxjkvywfb9876534gphmu2d1l0cnrisotae".utf8)

    /// From 0 for a byte that is rare in URLs to 36 for one that is not.
    static func commonness(of byte: UInt8) -> Int {
        rarestFirst.firstIndex(of: byte) ?? rarestFirst.count
    }

    /// The rarest byte in front of the first `*` that is not part of the piece which begins at
    /// `start` and by which the rule is found.
    static func probe(_ pattern: [UInt8], indexedFrom start: Int) -> PatternProbe {
        let bytes = pattern.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
        var pieceEnd = start
        while pieceEnd < bytes.count, Token.isTokenByte(bytes[pieceEnd]) { pieceEnd += 1 }
        pieceEnd = max(pieceEnd, start + Gram.length)
        let end = min(bytes.firstIndex(of: UInt8(ascii: "*")) ?? bytes.count, 256)
        var best: (rank: Int, probe: PatternProbe)?
        for offset in 0..<end
        where !(start..<pieceEnd).contains(offset) && bytes[offset] != UInt8(ascii: "^") {
            let rank = commonness(of: bytes[offset])
            if rank < best?.rank ?? Int.max {
                best = (rank, PatternProbe(offset: UInt8(offset), byte: bytes[offset]))
            }
        }
        return best?.probe ?? .none
    }

    /// The offset of a piece of a pattern, where every byte before it stands for one byte of a URL.
    static func alignment(of start: Int, in pattern: [UInt8]) -> UInt16 {
        let isOpen = pattern[..<start].contains(UInt8(ascii: "*"))
        return isOpen || start >= Int(PatternRule.noAlignment)
            ? PatternRule.noAlignment : UInt16(start)
    }
}

/// Chooses for each pattern the gram that the fewest patterns stand under already.
struct GramChoice {
    /// Text that is in nearly every URL: its grams are chosen last.
    private static let everyday = Array(
        "https://www. http://www .com/ .net/ .org/ .html .php .js? .vn/".utf8)
    private static let everydayCost = 1_000_000
    private static let everydayGrams = Set(
        (0...(everyday.count - Gram.length)).map { gram(everyday, $0) })

    private var counts: [UInt32: Int] = [:]

    /// - Parameter pattern: in lower case.
    /// - Parameter allowsEveryday: a gram that nearly every URL has will do.
    /// - Returns: nil where no three bytes stand together that are neither `*` nor `^`.
    mutating func choose(
        _ pattern: [UInt8], allowsEveryday: Bool = true
    ) -> (gram: UInt32, alignment: UInt16)? {
        guard pattern.count >= Gram.length else { return nil }
        var best: (cost: Int, gram: UInt32, start: Int)?
        for start in 0...(pattern.count - Gram.length) {
            let piece = pattern[start..<start + Gram.length]
            if piece.contains(where: { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "^") }) {
                continue
            }
            let gram = Self.gram(pattern, start)
            let cost = cost(of: gram)
            if cost < best?.cost ?? Int.max { best = (cost, gram, start) }
        }
        guard let best, allowsEveryday || best.cost < Self.everydayCost else { return nil }
        counts[best.gram, default: 0] += 1
        return (best.gram, PatternTokens.alignment(of: best.start, in: pattern))
    }

    /// The rarest gram of a literal of at least three bytes.
    mutating func choose(literal: [UInt8]) -> UInt32 {
        let grams = (0...(literal.count - Gram.length)).map { Self.gram(literal, $0) }
        let best = grams.min { cost(of: $0) < cost(of: $1) } ?? Self.gram(literal, 0)
        counts[best, default: 0] += 1
        return best
    }

    /// Grams of rare letters cost less: they are in fewer URLs.
    private func cost(of gram: UInt32) -> Int {
        var commonness = 0
        for shift in [0, 8, 16] as [UInt32] {
            commonness += PatternTokens.commonness(of: UInt8(truncatingIfNeeded: gram >> shift))
        }
        let everyday = Self.everydayGrams.contains(gram) ? Self.everydayCost : 0
        return (1 << (commonness / 8)) + (counts[gram] ?? 0) + everyday
    }

    private static func gram(_ bytes: [UInt8], _ start: Int) -> UInt32 {
        UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16
    }
}

/// The filter of grams, as both tables store it.
enum GramFilter {
    static func bytes(_ grams: some Sequence<UInt32>) -> [UInt8] {
        var filter = [UInt8](repeating: 0, count: Gram.filterByteCount)
        for gram in grams {
            let hash = Gram.hash(gram)
            filter[Int(hash & 0xFFFF) >> 3] |= 1 << UInt8(hash & 7)
        }
        return filter
    }
}
