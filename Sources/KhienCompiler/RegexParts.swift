import KhienImage

/// What is known about a part of a pattern.
struct RegexPart {
    /// A set larger than this is not worth its postings.
    static let alternativesMax = 32
    /// Joining texts past this length finds no rarer gram that is worth it.
    static let joinedBytesMax = 16
    /// A part that stands so often is read as so many parts in a row.
    static let copiesMax = 4

    var width = RegexWidth.zero
    /// All texts that it matches, in lower case; nil: too many.
    var exact: [[UInt8]]?
    /// One of these stands in each match, so far from the part's ends; nil: nothing known.
    var literals: [RegexLiteral]?
    /// A byte that was asked for: it or another such byte stands in each match.
    var sought: UInt8?

    /// A part that matches these texts and no others.
    init(exact: [[UInt8]]) {
        self.exact = exact
        let counts = exact.map(\.count)
        width = RegexWidth(least: counts.min() ?? 0, most: counts.max() ?? 0)
        literals = Self.useful(exact.map { RegexLiteral(text: $0) })
    }

    init(width: RegexWidth, literals: [RegexLiteral]? = nil) {
        self.width = width
        self.literals = literals
    }

    private static func useful(_ literals: [RegexLiteral]) -> [RegexLiteral]? {
        cost(literals) < RegexLiteral.useless ? literals : nil
    }

    /// What asking for these literals costs: in how many URLs they are.
    static func cost(_ literals: [RegexLiteral]?) -> Int {
        guard let literals, !literals.isEmpty else { return RegexLiteral.useless }
        return literals.reduce(0) { $0 + $1.cost }
    }

    /// One part of several: `a|b`.
    static func anyOf(_ parts: [RegexPart]) -> RegexPart {
        guard parts.count > 1, var result = parts.first else { return parts.first ?? RegexPart() }
        if parts.contains(where: { $0.sought == nil }) { result.sought = nil }
        for part in parts.dropFirst() {
            result.width = result.width.union(part.width)
            if let exact = result.exact, let more = part.exact,
                exact.count + more.count <= alternativesMax
            {
                result.exact = exact + more
            } else {
                result.exact = nil
            }
            if let literals = result.literals, let more = part.literals,
                literals.count + more.count <= alternativesMax
            {
                result.literals = literals + more
            } else {
                result.literals = nil
            }
        }
        return result
    }

    private init() { exact = [[]] }

    /// The part repeated, as one part or as two: the first time on its own, so that its texts can be
    /// joined with those before.
    func repeated(_ counts: RegexWidth) -> [RegexPart] {
        if counts.least == counts.most, 1...Self.copiesMax ~= counts.least {
            return [RegexPart](repeating: self, count: counts.least)
        }
        let whole = width.times(counts)
        if counts.least == 0 {
            if counts.most == 1, let exact, exact.count < Self.alternativesMax {
                return [RegexPart(exact: [[]] + exact)]
            }
            return [RegexPart(width: whole)]
        }
        let rest = RegexWidth(least: counts.least - 1, most: max(0, counts.most - 1))
        let open = counts.most == RegexWidth.open ? RegexWidth.open : rest.most
        return [
            self, RegexPart(width: width.times(RegexWidth(least: rest.least, most: open))),
        ]
    }

    /// Parts in a row as one.
    static func sequence(_ parts: [RegexPart]) -> RegexPart {
        // What stands before each part, and behind the one before it.
        var before = [RegexWidth.zero]
        for part in parts { before.append(before[before.count - 1] + part.width) }
        var behind = [RegexWidth](repeating: .zero, count: parts.count + 1)
        for index in parts.indices.reversed() {
            behind[index] = behind[index + 1] + parts[index].width
        }
        var best: [RegexLiteral]?
        var bestCost = RegexLiteral.useless
        func offer(_ literals: [RegexLiteral]?, _ start: Int, _ end: Int) {
            let cost = cost(literals)
            // Of two that cost the same the later one is longer.
            guard let literals, cost < RegexLiteral.useless, cost <= bestCost else { return }
            bestCost = cost
            best = literals.map {
                RegexLiteral(
                    text: $0.text, before: before[start] + $0.before,
                    behind: $0.behind + behind[end])
            }
        }
        var exact: [[UInt8]]?
        for start in parts.indices {
            offer(parts[start].literals, start, start + 1)
            guard var joined = parts[start].exact else { continue }
            var end = start + 1
            while end < parts.count, let next = parts[end].exact,
                joined.count * next.count <= alternativesMax,
                joined.contains(where: { $0.count < joinedBytesMax })
            {
                joined = joined.flatMap { first in next.map { first + $0 } }
                end += 1
                offer(joined.map { RegexLiteral(text: $0) }, start, end)
            }
            if start == 0, end == parts.count { exact = joined }
        }
        var result = RegexPart(width: behind[0], literals: best)
        result.exact = parts.isEmpty ? [[]] : exact
        result.sought = parts.lazy.compactMap(\.sought).first
        return result
    }
}
