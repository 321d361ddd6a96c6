import KhienImage
import KhienLists
import KhienModel

/// Builds the tables of patterns and of regular expressions.
///
/// Every rule is filed under what every request it matches must have: a token of the URL, the one
/// that the fewest rules could be filed under; else a gram; else one of the source's domains. A rule
/// with none of these stands in the run `always`, which every request pays for; the report counts
/// them.
///
/// A pattern that begins with the host and no label of it, as a URL with a `*` does, is two rules of one
/// entry: the table has no such anchor, so each of them is bound to the begin of the URL and spells a
/// scheme. They stand side by side, found by what follows the scheme.
struct PatternBuilder {
    /// A rule on its way into the table.
    private struct Draft {
        var item: KeyItem
        var flags: PatternFlags
        var tokens: [PatternTokens.Candidate]
        /// Whether it begins with the host and no label of it.
        var isOfWholeHost = false

        /// How many rules it becomes.
        var ruleCount: Int { isOfWholeHost ? PatternBuilder.schemes.count : 1 }
    }

    private static let schemes = ["http", "https"].map { Array($0.utf8) }
    /// What stands between a scheme and the text of a pattern that begins with the host.
    private static let schemeEnd = Array("://".utf8)

    /// Tokens that nearly every URL has count as if this many rules had them.
    private static let everydayPenalty: UInt32 = 1 << 24
    private static let everyday = [
        "http", "https", "www", "com", "net", "org", "html", "js", "php", "vn",
    ]
    /// A token that one URL in two has counts as if this many rules had it, one that is in half as
    /// many URLs as if half as many had it.
    private static let halfOfURLsPenalty: UInt32 = 1 << 17
    /// Words of a rule's record.
    private static let ruleWords = 7

    private let lists: [SourceList]
    private let seed: UInt64
    private var drafts: [Draft] = []
    private var frequency: [UInt32: UInt32] = [:]
    /// Rules, and expressions, that every request pays for.
    private(set) var unindexed: [KeyItem] = []
    private(set) var unindexedRegexes: [KeyItem] = []

    private var text: [UInt8] = []
    private var domains: [UInt32] = []
    private var rules: [UInt32] = []
    /// The entry of each draft that has one already; a rule filed under several domains is one entry.
    private var entryOfDraft: [Int: UInt32] = [:]

    /// - Parameter seed: of the hashes of hosts.
    init(_ lists: [SourceList], seed: UInt64) {
        self.lists = lists
        self.seed = seed
        for word in Self.everyday {
            frequency[PatternTokens.hash(Array(word.utf8))] = Self.everydayPenalty
        }
        for (index, words) in UrlTokenTable.classes.enumerated() {
            for word in words.description.utf8.split(whereSeparator: { $0 == 0x20 || $0 == 0x0A }) {
                frequency[PatternTokens.hash(Array(word)), default: 0] +=
                    Self.halfOfURLsPenalty >> UInt32(index)
            }
        }
    }

    /// Takes in a rule: a pattern, or a regular expression (its text is kept by `RegexBuilder`).
    mutating func add(_ item: KeyItem) {
        let source = lists[Int(item.list)].list
        let record = source.entries.records[Int(item.record)]
        var flags: PatternFlags = record.kind == .regex ? .regex : []
        var draft = Draft(item: item, flags: flags, tokens: [])
        if record.rule != EntryRecord.none {
            let rule = source.adblockRules[Int(record.rule)]
            flags.formUnion(Self.flags(rule))
            draft.flags = flags
            draft.isOfWholeHost = record.kind == .pattern && rule.anchors.bindsWholeHost
        }
        if record.kind == .pattern {
            draft.tokens = PatternTokens.candidates(patternText(draft)[...], flags)
            for token in draft.tokens { frequency[token.hash, default: 0] += 1 }
        }
        drafts.append(draft)
    }

    /// The rules that were taken in.
    var items: some Collection<KeyItem> { drafts.lazy.map(\.item) }

    /// Leaves out rules that were taken in. How often tokens are counted stays: it is a guess at what is rare.
    mutating func remove(_ places: some Collection<EntryPlace>) {
        if places.isEmpty { return }
        let places = Set(places)
        drafts.removeAll { places.contains(EntryPlace($0.item)) }
    }

    private static func flags(_ rule: AdblockRule) -> PatternFlags {
        var flags: PatternFlags = []
        if rule.anchors.contains(.start) {
            flags.insert(.startAnchor)
        } else if rule.anchors.contains(.host) {
            flags.insert(.hostAnchor)
        }
        if rule.anchors.contains(.end) { flags.insert(.endAnchor) }
        if rule.traits.contains(.matchCase) { flags.insert(.matchCase) }
        if rule.party == .first { flags.insert(.firstPartyOnly) }
        if rule.party == .third { flags.insert(.thirdPartyOnly) }
        return flags
    }

    /// Where each draft is filed.
    private struct Files {
        var byToken: [UInt32: [(draft: Int, alignment: UInt16)]] = [:]
        var byGram: [UInt32: [(draft: Int, alignment: UInt16)]] = [:]
        var bySource: [UInt32: [(draft: Int, alignment: UInt16)]] = [:]
        var always: [Int] = []
        var regexes: [Int] = []
    }

    private func file() -> Files {
        var files = Files()
        var grams = GramChoice()
        for (index, draft) in drafts.enumerated() {
            if draft.flags.contains(.regex) {
                files.regexes.append(index)
                continue
            }
            let token = rarest(draft.tokens)
            if let token, !isEveryday(token) {
                if files.byToken[token.hash]?.count ?? 0 >= Limits.Compiler.rulesPerTokenMax,
                    let gram = grams.choose(patternText(draft), allowsEveryday: false),
                    Gram.isAroundTokens(gram.gram)
                {
                    files.byGram[gram.gram, default: []].append((index, gram.alignment))
                } else {
                    files.byToken[token.hash, default: []].append((index, token.alignment))
                }
            } else if let hashes = sourceHashes(draft) {
                for hash in Set(hashes) {
                    files.bySource[hash, default: []].append((index, PatternRule.noAlignment))
                }
            } else if let gram = grams.choose(patternText(draft), allowsEveryday: token == nil) {
                files.byGram[gram.gram, default: []].append((index, gram.alignment))
            } else if let token {
                files.byToken[token.hash, default: []].append((index, token.alignment))
            } else {
                files.always.append(index)
            }
        }
        return files
    }

    /// Lays out both tables. Rules filed under domains come last, since one of them may stand there
    /// several times; before them, rules stand in the order of their entries.
    mutating func build(
        entries: inout EntryColumn
    ) throws(ImageError) -> (patterns: SectionData, regexes: SectionData, unfiled: Int) {
        let files = file()
        unindexed = files.always.map { drafts[$0].item }
        let tokenSlots = try addRuns(files.byToken, { $0 }, &entries)
        let gramSlots = try addRuns(files.byGram, { Gram.hash($0) }, &entries)
        let alwaysStart = rules.count / Self.ruleWords
        for index in files.always {
            try addRule(index, PatternRule.noAlignment, &entries)
        }
        let alwaysCount = rules.count / Self.ruleWords - alwaysStart
        let regexes = try addRegexes(files.regexes, &entries)
        let sourceSlots = try addRuns(files.bySource, { $0 }, &entries)
        let filter = TokenFilter(tokens: Array(files.byToken.keys))
        let header: [UInt32] = [
            UInt32(rules.count / Self.ruleWords), UInt32(tokenSlots.count),
            UInt32(filter.words.count), UInt32(alwaysStart), UInt32(alwaysCount),
            UInt32(domains.count / 2), UInt32(text.count), 0, UInt32(gramSlots.count),
            UInt32(sourceSlots.count), 0, 0, 0, 0, 0, 0,
        ]
        let patterns = SectionData(
            .patterns,
            [
                .doubleWords(header), .quadWords(filter.words),
                .bytes(GramFilter.bytes(Array(files.byGram.keys) + regexes.gramKeys)),
                .doubleWords(tokenSlots.words),
                .doubleWords(gramSlots.words), .doubleWords(sourceSlots.words),
                .doubleWords(rules), .doubleWords(domains), .bytes(text),
            ])
        return (patterns, regexes.section(), regexes.alwaysCount)
    }

    /// Adds the rules of each key as one run.
    private mutating func addRuns(
        _ groups: [UInt32: [(draft: Int, alignment: UInt16)]], _ hash: (UInt32) -> UInt32,
        _ entries: inout EntryColumn
    ) throws(ImageError) -> SlotColumn {
        var slots = SlotColumn(keyCount: groups.count)
        for key in groups.keys.sorted() {
            let group = groups[key] ?? []
            slots.insert(
                key, hash: hash(key), start: UInt32(rules.count / Self.ruleWords),
                count: UInt32(group.reduce(0) { $0 + drafts[$1.draft].ruleCount }))
            for (draft, alignment) in group { try addRule(draft, alignment, &entries) }
        }
        return slots
    }

    private mutating func addRegexes(
        _ indices: [Int], _ entries: inout EntryColumn
    ) throws(ImageError) -> RegexBuilder {
        var regexes = RegexBuilder()
        for index in indices {
            let draft = drafts[index]
            let source = lists[Int(draft.item.list)].list
            let record = source.entries.records[Int(draft.item.record)]
            let isCaseless =
                record.flags.contains(.caseless)
                || (record.rule != EntryRecord.none && !draft.flags.contains(.matchCase))
            let always = regexes.alwaysCount
            regexes.add(
                Array(source.entries.text[record.range]), isCaseless: isCaseless,
                rule: UInt32(rules.count / Self.ruleWords), sources: sourceHashes(draft))
            if regexes.alwaysCount > always { unindexedRegexes.append(draft.item) }
            try addRule(index, PatternRule.noAlignment, &entries)
        }
        return regexes
    }

    /// The text of a pattern in lower case, as far as its rules have it in common.
    private func patternText(_ draft: Draft) -> [UInt8] {
        let source = lists[Int(draft.item.list)].list
        let record = source.entries.records[Int(draft.item.record)]
        let text = source.entries.text[record.range].map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
        return draft.isOfWholeHost ? Self.schemeEnd + text : text
    }

    /// The texts of the rules that a pattern becomes, each with what it has in front of `patternText`.
    private func ruleTexts(_ draft: Draft) -> [(text: [UInt8], schemeCount: Int)] {
        if draft.flags.contains(.regex) { return [([], 0)] }
        let source = lists[Int(draft.item.list)].list
        let record = source.entries.records[Int(draft.item.record)]
        let text = Array(source.entries.text[record.range])
        if !draft.isOfWholeHost { return [(text, 0)] }
        return Self.schemes.map { ($0 + Self.schemeEnd + text, $0.count) }
    }

    /// The hashes of the domains of which the source must be one; nil where there are none. Of
    /// `name.*` the hash is that of the name under a seed of its own.
    private func sourceHashes(_ draft: Draft) -> [UInt32]? {
        let source = lists[Int(draft.item.list)].list
        let record = source.entries.records[Int(draft.item.record)]
        guard record.rule != EntryRecord.none else { return nil }
        let range = source.adblockRules[Int(record.rule)].includeDomains
        if range.isEmpty { return nil }
        var hashes: [UInt32] = []
        for index in range {
            var place = source.ruleDomains[Int(index)].range
            let isEntity = source.entries.text[place].last == UInt8(ascii: "*")
            if isEntity {
                // What is left of `*` alone names no source.
                guard place.count > 2 else { return nil }
                place = place.lowerBound..<place.upperBound - 2
            }
            let hash = KeyHash.host(
                source.entries.text.span, place, seed: isEntity ? KeyHash.entitySeed(seed) : seed
            ).value
            hashes.append(UInt32(truncatingIfNeeded: hash))
        }
        return hashes
    }

    /// Whether nearly every URL has the token.
    private func isEveryday(_ token: PatternTokens.Candidate) -> Bool {
        frequency[token.hash] ?? 0 >= Self.everydayPenalty
    }

    private func rarest(_ tokens: [PatternTokens.Candidate]) -> PatternTokens.Candidate? {
        tokens.min { left, right in
            (frequency[left.hash] ?? 0, left.alignment) < (
                frequency[right.hash] ?? 0, right.alignment
            )
        }
    }

    private mutating func addRule(
        _ index: Int, _ alignment: UInt16, _ entries: inout EntryColumn
    ) throws(ImageError) {
        let draft = drafts[index]
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
        let texts = ruleTexts(draft)
        let limit = Int(UInt16.max)
        for (what, found) in [
            ("bytes of a pattern", texts.map(\.text.count).max() ?? 0),
            ("domains of a rule", counts.include),
            ("domains of a rule", counts.exclude), ("domains of a rule", counts.deny),
        ] where found > limit {
            throw ImageError(.overLimit(what, found: found, limit: limit), file: source.path)
        }
        let entry = entry(index, &entries)
        for (body, schemeCount) in texts {
            let place = Self.moved(alignment, by: schemeCount)
            rules += [
                UInt32(text.count), UInt32(body.count) | UInt32(draft.flags.rawValue) << 16,
                UInt32(typeMask) | UInt32(counts.include) << 16,
                UInt32(counts.exclude) | UInt32(counts.deny) << 16, UInt32(domainStart),
                entry, UInt32(place) | Self.probe(body, place) << 16,
            ]
            text.append(contentsOf: body)
        }
    }

    /// Where a token or gram stands that has `count` bytes more in front of it.
    private static func moved(_ alignment: UInt16, by count: Int) -> UInt16 {
        let place = Int(alignment) + count
        return place < Int(PatternRule.noAlignment) ? UInt16(place) : PatternRule.noAlignment
    }

    /// The probe of a pattern, as it is stored: the rarest of its bytes that the token or gram at
    /// `alignment` does not cover.
    private static func probe(_ body: some Collection<UInt8>, _ alignment: UInt16) -> UInt32 {
        guard alignment != PatternRule.noAlignment else { return 0 }
        let probe = PatternTokens.probe(Array(body), indexedFrom: Int(alignment))
        return UInt32(probe.offset) | UInt32(probe.byte) << 8
    }

    /// The entry of a draft, added where it has none yet.
    private mutating func entry(_ index: Int, _ entries: inout EntryColumn) -> UInt32 {
        if let known = entryOfDraft[index] { return known }
        let number = UInt32(entries.count)
        entryOfDraft[index] = number
        _ = entries.append(drafts[index].item, unlessRepeatedSince: entries.count)
        return number
    }

    private mutating func addDomain(_ source: ParsedList, _ index: Int) {
        let place = source.ruleDomains[index]
        domains += [UInt32(text.count), place.length]
        text.append(contentsOf: source.entries.text[place.range])
    }
}
