import KhienImage

/// Builds the table of regular expressions with its indexes of sources and three-byte grams.
struct RegexBuilder {
    private var grams = GramChoice()
    private var records: [UInt32] = []
    private var text: [UInt8] = []
    private var postingsByGram: [UInt32: [RegexPosting]] = [:]
    private var postingsBySource: [UInt32: [RegexPosting]] = [:]
    private var always: [RegexPosting] = []

    /// Regexes that every request pays for.
    var alwaysCount: Int { always.count }

    /// The grams in use.
    var gramKeys: [UInt32] { Array(postingsByGram.keys) }

    /// - Parameter sources: the hashes of the sources of which it needs one; nil: it needs none.
    mutating func add(
        _ pattern: [UInt8], isCaseless: Bool, rule: UInt32, sources: [UInt32]?
    ) {
        let index = UInt32(records.count / 4)
        records += [UInt32(text.count), UInt32(pattern.count), isCaseless ? 1 : 0, rule]
        text += pattern
        let needs = RegexNeeds(of: pattern)
        let anywhere = RegexPosting(
            regex: index, lastByte: needs.lastByte, lengthLeast: UInt16(needs.lengthLeast))
        if let sources {
            for source in Set(sources) { postingsBySource[source, default: []].append(anywhere) }
            return
        }
        guard let literals = needs.literals else {
            always.append(anywhere)
            return
        }
        var seen: Set<RegexLiteral> = []
        for literal in literals where seen.insert(literal).inserted {
            let (gram, start) = grams.choose(literal: literal.text)
            postingsByGram[gram, default: []].append(
                Self.posting(index, literal, gramAt: start, lastByte: needs.lastByte))
        }
    }

    /// The posting of a gram that stands at `gramAt` in a literal: up to eight bytes of the literal,
    /// the gram among them.
    private static func posting(
        _ index: UInt32, _ literal: RegexLiteral, gramAt place: Int, lastByte: UInt8
    ) -> RegexPosting {
        let text = literal.text
        let count = min(text.count, RegexPosting.wordBytes)
        // As many bytes behind the gram as in front of it, where there are so many.
        let start = min(max(0, place - (count - Gram.length) / 2), text.count - count)
        var word: UInt64 = 0
        for (index, byte) in text[start..<start + count].enumerated() {
            word |= UInt64(byte) << UInt64(index * 8)
        }
        let rest = text.count - start - count
        func shifted(_ width: RegexWidth, _ bytes: Int) -> RegexPosting.Distance {
            let moved = width + RegexWidth(least: bytes, most: bytes)
            return RegexPosting.Distance(least: UInt16(moved.least), most: UInt16(moved.most))
        }
        return RegexPosting(
            regex: index, gramOffset: UInt8(place - start), wordCount: UInt8(count),
            lastByte: lastByte, word: word, before: shifted(literal.before, start),
            behind: shifted(literal.behind, rest))
    }

    func section() -> SectionData {
        var postings: [RegexPosting] = []
        let gramSlots = Self.slots(postingsByGram, { Gram.hash($0) }, &postings)
        let sourceSlots = Self.slots(postingsBySource, { $0 }, &postings)
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
                .doubleWords(header), .bytes(GramFilter.bytes(postingsByGram.keys)),
                .doubleWords(gramSlots.words), .doubleWords(sourceSlots.words),
                .doubleWords(postings.flatMap(\.words)), .doubleWords(records), .bytes(text),
            ])
    }

    /// Appends the postings of each key as one run.
    private static func slots(
        _ groups: [UInt32: [RegexPosting]], _ hash: (UInt32) -> UInt32,
        _ postings: inout [RegexPosting]
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
