import KhienImage

/// Builds the table of regular expressions with its index of three-byte grams.
struct RegexBuilder {
    private var grams = GramChoice()
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
        guard let literals = RegexLiterals.required(in: pattern, lengthMin: Gram.length) else {
            always.append(index)
            return
        }
        for gram in Set(literals.map { grams.choose(literal: $0) }).sorted() {
            regexesByGram[gram, default: []].append(index)
        }
    }

    func section() -> SectionData {
        var slots = SlotColumn(keyCount: regexesByGram.count)
        var postings: [UInt32] = []
        for gram in regexesByGram.keys.sorted() {
            let group = regexesByGram[gram] ?? []
            slots.insert(
                gram, hash: Gram.hash(gram), start: UInt32(postings.count),
                count: UInt32(group.count))
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
                .doubleWords(header), .bytes(GramFilter.bytes(regexesByGram.keys)),
                .doubleWords(slots.words),
                .doubleWords(postings), .doubleWords(records), .bytes(text),
            ])
    }
}
