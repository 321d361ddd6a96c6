import KhienImage

/// Builds the table of regular expressions with its indexes of sources and three-byte grams.
struct RegexBuilder {
    private var grams = GramChoice()
    private var records: [UInt32] = []
    private var text: [UInt8] = []
    private var regexesByGram: [UInt32: [UInt32]] = [:]
    private var regexesBySource: [UInt32: [UInt32]] = [:]
    private var always: [UInt32] = []

    /// Regexes that every request pays for.
    var alwaysCount: Int { always.count }

    /// The grams in use.
    var gramKeys: [UInt32] { Array(regexesByGram.keys) }

    /// - Parameter sources: the hashes of the sources of which it needs one; nil: it needs none.
    mutating func add(
        _ pattern: [UInt8], isCaseless: Bool, rule: UInt32, sources: [UInt32]?
    ) {
        let index = UInt32(records.count / 4)
        records += [UInt32(text.count), UInt32(pattern.count), isCaseless ? 1 : 0, rule]
        text += pattern
        if let sources {
            for source in Set(sources) { regexesBySource[source, default: []].append(index) }
            return
        }
        guard let literals = RegexLiterals.required(in: pattern, lengthMin: Gram.length) else {
            always.append(index)
            return
        }
        for gram in Set(literals.map { grams.choose(literal: $0) }).sorted() {
            regexesByGram[gram, default: []].append(index)
        }
    }

    func section() -> SectionData {
        var postings: [UInt32] = []
        let gramSlots = Self.slots(regexesByGram, { Gram.hash($0) }, &postings)
        let sourceSlots = Self.slots(regexesBySource, { $0 }, &postings)
        let alwaysStart = UInt32(postings.count)
        postings += always
        let header: [UInt32] = [
            UInt32(records.count / 4), UInt32(gramSlots.count), UInt32(postings.count),
            alwaysStart, UInt32(always.count), UInt32(sourceSlots.count), UInt32(text.count), 0,
            0, 0, 0, 0, 0, 0, 0, 0,
        ]
        return SectionData(
            .regexes,
            [
                .doubleWords(header), .bytes(GramFilter.bytes(regexesByGram.keys)),
                .doubleWords(gramSlots.words), .doubleWords(sourceSlots.words),
                .doubleWords(postings), .doubleWords(records), .bytes(text),
            ])
    }

    /// Appends the postings of each key as one run.
    private static func slots(
        _ groups: [UInt32: [UInt32]], _ hash: (UInt32) -> UInt32, _ postings: inout [UInt32]
    ) -> SlotColumn {
        var slots = SlotColumn(keyCount: groups.count)
        for key in groups.keys.sorted() {
            let group = groups[key] ?? []
            slots.insert(
                key, hash: hash(key), start: UInt32(postings.count), count: UInt32(group.count))
            postings += group
        }
        return slots
    }
}
