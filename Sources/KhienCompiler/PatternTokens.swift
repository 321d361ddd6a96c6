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
