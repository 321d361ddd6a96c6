import KhienImage
import KhienModel

/// How many URLs have a gram.
enum GramCost {
    /// A gram that every URL has costs this much.
    static let everyURL = 1 << 16
    /// Grams that are in no table cost at most this much.
    private static let unlistedMax = 128

    private static let listed: [UInt32: Int] = {
        var costs: [UInt32: Int] = [:]
        for (index, grams) in UrlGramTable.classes.enumerated() {
            let bytes = Array(grams.description.utf8)
            for start in stride(from: 0, to: bytes.count - (Gram.length - 1), by: Gram.length) {
                costs[gram(bytes, start)] = everyURL >> (index + 1)
            }
        }
        return costs
    }()

    /// From 1; what is in no table costs by its letters, the fewer URLs use them the less.
    static func of(_ gram: UInt32) -> Int {
        if let cost = listed[gram] { return cost }
        var commonness = 0
        for shift in [0, 8, 16] as [UInt32] {
            commonness += PatternTokens.commonness(of: UInt8(truncatingIfNeeded: gram >> shift))
        }
        return min(1 << (commonness / 14), unlistedMax)
    }

    /// The gram that begins at `start`, its first byte the lowest.
    static func gram(_ bytes: [UInt8], _ start: Int) -> UInt32 {
        UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16
    }
}

/// Chooses for each pattern the gram that the fewest URLs have and the fewest patterns stand under.
struct GramChoice {
    /// Text that is in nearly every URL: its grams are chosen last.
    private static let everyday = Array(
        "https://www. http://www .com/ .net/ .org/ .html .php .js? .vn/".utf8)
    private static let everydayCost = 1_000_000
    private static let everydayGrams = Set(
        (0...(everyday.count - Gram.length)).map { GramCost.gram(everyday, $0) })

    /// What a gram of bytes of a token alone, or of none, costs more: such a one makes every place of
    /// every URL be looked at.
    private static let anywhereCost = 1024

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
            let gram = GramCost.gram(pattern, start)
            let cost = cost(of: gram)
            if cost < best?.cost ?? Int.max { best = (cost, gram, start) }
        }
        guard let best, allowsEveryday || best.cost < Self.everydayCost else { return nil }
        counts[best.gram, default: 0] += 1
        return (best.gram, PatternTokens.alignment(of: best.start, in: pattern))
    }

    /// Where in a literal of at least three bytes its rarest gram stands.
    mutating func choose(literal: [UInt8]) -> (gram: UInt32, start: Int) {
        var best = (cost: Int.max, gram: UInt32(0), start: 0)
        for start in 0...(literal.count - Gram.length) {
            let gram = GramCost.gram(literal, start)
            let cost = placeCost(of: gram)
            if cost < best.cost { best = (cost, gram, start) }
        }
        counts[best.gram, default: 0] += 1
        return (best.gram, best.start)
    }

    private func cost(of gram: UInt32) -> Int {
        let everyday = Self.everydayGrams.contains(gram) ? Self.everydayCost : 0
        return placeCost(of: gram) + everyday
    }

    private func placeCost(of gram: UInt32) -> Int {
        GramCost.of(gram) + (counts[gram] ?? 0)
            + (Gram.isAroundTokens(gram) ? 0 : Self.anywhereCost)
    }
}
