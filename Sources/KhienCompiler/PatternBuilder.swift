import KhienImage
import KhienLists
import KhienModel

/// Builds the tables of patterns and of regular expressions.
///
/// Every rule is filed under one token that every URL it matches must have: the one that the fewest
/// rules could be filed under. A rule without such a token stands in the run `always`, which every
/// request pays for; the report counts them.
struct PatternBuilder {
    /// A rule on its way into the table.
    private struct Draft {
        var item: KeyItem
        var flags: PatternFlags
        /// The candidates' hashes; empty: none.
        var tokens: [UInt32]
    }

    /// Tokens that nearly every URL has count as if this many rules had them.
    private static let everydayPenalty: UInt32 = 1 << 24

    private let lists: [SourceList]
    private var drafts: [Draft] = []
    private var frequency: [UInt32: UInt32] = [:]
    private(set) var withoutToken = 0

    private var text: [UInt8] = []
    private var domains: [UInt32] = []
    private var rules: [UInt32] = []

    init(_ lists: [SourceList]) {
        self.lists = lists
        for word in ["http", "https", "www", "com", "net", "org", "html", "js", "php", "vn"] {
            frequency[Self.hash(Array(word.utf8))] = Self.everydayPenalty
        }
    }

    static func hash(_ token: [UInt8]) -> UInt32 { Token.hash(token.span, 0..<token.count) }

    /// Takes in a rule: a pattern, or a regular expression (its text is kept by `RegexBuilder`).
    mutating func add(_ item: KeyItem) {
        let source = lists[Int(item.list)].list
        let record = source.entries.records[Int(item.record)]
        var flags: PatternFlags = record.kind == .regex ? .regex : []
        var tokens: [UInt32] = []
        if record.rule != EntryRecord.none {
            flags.formUnion(Self.flags(source.adblockRules[Int(record.rule)]))
        }
        if record.kind == .pattern {
            tokens = PatternTokens.candidates(source.entries.text[record.range], flags)
            for token in tokens { frequency[token, default: 0] += 1 }
        }
        drafts.append(Draft(item: item, flags: flags, tokens: tokens))
    }

    private static func flags(_ rule: AdblockRule) -> PatternFlags {
        var flags: PatternFlags = []
        if rule.anchors.contains(.host) { flags.insert(.hostAnchor) }
        if rule.anchors.contains(.start) { flags.insert(.startAnchor) }
        if rule.anchors.contains(.end) { flags.insert(.endAnchor) }
        if rule.traits.contains(.matchCase) { flags.insert(.matchCase) }
        if rule.party == .first { flags.insert(.firstPartyOnly) }
        if rule.party == .third { flags.insert(.thirdPartyOnly) }
        return flags
    }

    /// Lays out both tables.
    mutating func build(
        entries: inout EntryColumn
    ) throws(ImageError) -> (patterns: SectionData, regexes: SectionData, unfiled: Int) {
        var byToken: [UInt32: [Int]] = [:]
        var always: [Int] = []
        var regexDrafts: [Int] = []
        for (index, draft) in drafts.enumerated() {
            if draft.flags.contains(.regex) {
                regexDrafts.append(index)
            } else if let token = rarest(draft.tokens) {
                byToken[token, default: []].append(index)
            } else {
                always.append(index)
            }
        }
        withoutToken = always.count
        var slots = SlotColumn(keyCount: byToken.count)
        for token in byToken.keys.sorted() {
            let group = byToken[token] ?? []
            slots.insert(token, start: UInt32(rules.count / 6), count: UInt32(group.count))
            for index in group { try addRule(drafts[index], &entries) }
        }
        let alwaysStart = rules.count / 6
        for index in always { try addRule(drafts[index], &entries) }
        var regexes = RegexBuilder()
        for index in regexDrafts {
            let draft = drafts[index]
            let source = lists[Int(draft.item.list)].list
            let record = source.entries.records[Int(draft.item.record)]
            let isCaseless =
                record.flags.contains(.caseless)
                || (record.rule != EntryRecord.none
                    && !draft.flags.contains(.matchCase))
            regexes.add(
                Array(source.entries.text[record.range]), isCaseless: isCaseless,
                rule: UInt32(rules.count / 6))
            try addRule(draft, &entries)
        }
        let filter = TokenFilter(tokens: Array(byToken.keys))
        let header: [UInt32] = [
            UInt32(rules.count / 6), UInt32(slots.count), UInt32(filter.words.count),
            UInt32(alwaysStart), UInt32(always.count), UInt32(domains.count / 2),
            UInt32(text.count), 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ]
        let patterns = SectionData(
            .patterns,
            [
                .doubleWords(header), .quadWords(filter.words), .doubleWords(slots.words),
                .doubleWords(rules), .doubleWords(domains), .bytes(text),
            ])
        return (patterns, regexes.section(), regexes.alwaysCount)
    }

    private func rarest(_ tokens: [UInt32]) -> UInt32? {
        tokens.min { (frequency[$0] ?? 0, $0) < (frequency[$1] ?? 0, $1) }
    }

    private mutating func addRule(
        _ draft: Draft, _ entries: inout EntryColumn
    ) throws(ImageError) {
        let source = lists[Int(draft.item.list)].list
        let record = source.entries.records[Int(draft.item.record)]
        var typeMask = AdblockRule.allTypes
        let domainStart = domains.count / 2
        var counts: (include: Int, exclude: Int, deny: Int) = (0, 0, 0)
        if record.rule != EntryRecord.none {
            let rule = source.adblockRules[Int(record.rule)]
            typeMask = rule.typeMask
            counts = (
                rule.includeDomains.count, rule.excludeDomains.count, rule.denyAllowDomains.count
            )
            for range in [rule.includeDomains, rule.excludeDomains, rule.denyAllowDomains] {
                for index in range { addDomain(source, Int(index)) }
            }
        }
        let isRegex = draft.flags.contains(.regex)
        let body = isRegex ? [] : source.entries.text[record.range]
        let limit = Int(UInt16.max)
        for (what, found) in [
            ("bytes of a pattern", body.count), ("domains of a rule", counts.include),
            ("domains of a rule", counts.exclude), ("domains of a rule", counts.deny),
        ] where found > limit {
            throw ImageError(.overLimit(what, found: found, limit: limit), file: source.path)
        }
        rules += [
            UInt32(text.count), UInt32(body.count) | UInt32(draft.flags.rawValue) << 16,
            UInt32(typeMask) | UInt32(counts.include) << 16,
            UInt32(counts.exclude) | UInt32(counts.deny) << 16, UInt32(domainStart),
            UInt32(entries.count),
        ]
        text.append(contentsOf: body)
        _ = entries.append(draft.item, unlessRepeatedSince: entries.count)
    }

    private mutating func addDomain(_ source: ParsedList, _ index: Int) {
        let place = source.ruleDomains[index]
        domains += [UInt32(text.count), place.length]
        text.append(contentsOf: source.entries.text[place.range])
    }
}

/// The tokens under which a pattern may be filed.
enum PatternTokens {
    /// Shorter tokens are in too many URLs.
    static let lengthMin = 2

    /// Runs of token bytes that are whole tokens in every URL that the pattern matches: bounded on
    /// both sides by a byte that is no token byte, or by an anchor.
    static func candidates(_ pattern: ArraySlice<UInt8>, _ flags: PatternFlags) -> [UInt32] {
        let bytes = pattern.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
        var tokens: [UInt32] = []
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
                tokens.append(PatternBuilder.hash(Array(bytes[start..<position])))
            }
        }
        return tokens
    }
}

/// An open-addressing table of at most half load, as the pattern and regex tables store it.
struct SlotColumn {
    private(set) var words: [UInt32]
    private let mask: UInt32

    /// Slots: a power of two, at least twice the keys.
    var count: Int { words.count / 3 }

    init(keyCount: Int) {
        var slots = 4
        while slots < keyCount * 2 { slots *= 2 }
        words = [UInt32](repeating: 0, count: slots * 3)
        mask = UInt32(slots - 1)
    }

    /// - Parameter hash: where to begin probing; the key itself unless given.
    mutating func insert(_ key: UInt32, hash: UInt32? = nil, start: UInt32, count: UInt32) {
        var slot = Int((hash ?? key) & mask)
        while words[slot * 3 + 2] != 0 { slot = (slot + 1) & Int(mask) }
        words[slot * 3] = key
        words[slot * 3 + 1] = start
        words[slot * 3 + 2] = count
    }
}

/// A bitmap of tokens, about sixteen bits for each.
struct TokenFilter {
    private(set) var words: [UInt64]

    init(tokens: [UInt32]) {
        var bits = 64
        while bits < tokens.count * 16 { bits *= 2 }
        words = [UInt64](repeating: 0, count: bits / 64)
        for token in tokens {
            let bit = (token >> 7) & UInt32(bits - 1)
            words[Int(bit >> 6)] |= 1 << UInt64(bit & 63)
        }
    }
}
