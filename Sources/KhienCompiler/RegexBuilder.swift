import KhienImage

/// Builds the table of regular expressions with its index of three-byte grams.
struct RegexBuilder {
    /// A literal shorter than a gram cannot be filed.
    static let gramLength = 3
    /// Text that is in nearly every URL: its grams are chosen last.
    private static let everyday = Array(
        "https://www. http://www .com/ .net/ .org/ .html .php .js? .vn/".utf8)

    private var records: [UInt32] = []
    private var text: [UInt8] = []
    private var regexesByGram: [UInt32: [UInt32]] = [:]
    private var always: [UInt32] = []

    /// Regexes that every request pays for.
    var alwaysCount: Int { always.count }

    mutating func add(_ pattern: [UInt8], isCaseless: Bool, rule: UInt32) {
        let index = UInt32(records.count / 4)
        records += [UInt32(text.count), UInt32(pattern.count), isCaseless ? 1 : 0, rule]
        text += pattern
        guard let literals = RegexLiterals.required(in: pattern, lengthMin: Self.gramLength) else {
            always.append(index)
            return
        }
        for gram in Set(literals.map { rarestGram($0) }).sorted() {
            regexesByGram[gram, default: []].append(index)
        }
    }

    /// The gram of `literal` that the fewest regexes stand under already, everyday ones last.
    private func rarestGram(_ literal: [UInt8]) -> UInt32 {
        var best: (cost: Int, gram: UInt32) = (Int.max, 0)
        for start in 0...(literal.count - Self.gramLength) {
            let gram = Self.gram(literal, start)
            var cost = regexesByGram[gram]?.count ?? 0
            if Self.everydayGrams.contains(gram) { cost += 1_000_000 }
            if cost < best.cost { best = (cost, gram) }
        }
        return best.gram
    }

    private static let everydayGrams = Set(
        (0...(everyday.count - gramLength)).map { gram(everyday, $0) })

    private static func gram(_ bytes: [UInt8], _ start: Int) -> UInt32 {
        UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16
    }

    func section() -> SectionData {
        var slots = SlotColumn(keyCount: regexesByGram.count)
        var filter = [UInt8](repeating: 0, count: RegexTable.filterByteCount)
        var postings: [UInt32] = []
        for gram in regexesByGram.keys.sorted() {
            let group = regexesByGram[gram] ?? []
            let hash = RegexTable.hash(gram: gram)
            slots.insert(
                gram, hash: hash, start: UInt32(postings.count), count: UInt32(group.count))
            filter[Int(hash & 0xFFFF) >> 3] |= 1 << UInt8(hash & 7)
            postings += group
        }
        let alwaysStart = UInt32(postings.count)
        postings += always
        let header: [UInt32] = [
            UInt32(records.count / 4), UInt32(slots.count), UInt32(postings.count), alwaysStart,
            UInt32(always.count), 0, UInt32(text.count), 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ]
        return SectionData(
            .regexes,
            [
                .doubleWords(header), .bytes(filter), .doubleWords(slots.words),
                .doubleWords(postings), .doubleWords(records), .bytes(text),
            ])
    }
}
