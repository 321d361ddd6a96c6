import KhienImage
import KhienLists
import KhienModel
import KhienText

/// Builds the table of phrase rules, and the distinct literals that they wait for.
///
/// A term stands in the image in up to three spellings, each filed under the literal of its bytes:
/// as it is in the exact view, without diacritics in the plain and the joined one, and, where it has
/// several words, without spaces in the joined one, since `d a n h b a c` reads there as `danhbac`.
struct PhraseBuilder {
    private let lists: [SourceList]
    private var drafts: [KeyItem] = []
    /// Rules left out because the same list says the same on an earlier line.
    private(set) var duplicates = 0
    /// Rules left out because a stronger one has the same phrase, with that one.
    private(set) var weaker: [(rule: KeyItem, stronger: KeyItem)] = []
    /// Rules that the image has no room for, with what there is too much of.
    private(set) var withoutRoom: [(rule: KeyItem, what: String)] = []
    /// In the order of their numbers.
    private(set) var literals: [Literal] = []
    /// Expressions that all text of every page is tried against, because no literal tells where
    /// they may match. Those for forms alone are not counted: forms are short.
    private(set) var unfiled = 0

    /// Of each literal the first rule that waits for it.
    private(set) var firstRules: [KeyItem] = []

    private var numbers: [Literal: UInt32] = [:]
    private var postings: [[Posting]] = []
    private var terms: [UInt32] = []
    private var rules: [UInt32] = []
    private var regexes: [UInt32] = []
    private var text: [UInt8] = []
    private var groups = GroupColumn()
    private var windows = WindowColumn()

    private struct Posting: Hashable {
        var number: UInt32
        var layers: TextLayers
        var views: TextViews
        var kind: PhrasePosting.Kind
    }

    init(_ lists: [SourceList]) { self.lists = lists }

    mutating func add(_ item: KeyItem) { drafts.append(item) }

    /// Lays out the section. A rule that no longer fits is left out (`withoutRoom`): one list must not
    /// keep every other list out of the image.
    mutating func build(entries: inout EntryColumn) -> SectionData {
        var known: Set<PhraseIdentity> = []
        let strongest = StrongestPhrases(drafts, in: lists)
        // Where there is no room for all, an operator's rules make room for what is ordered.
        for item in drafts.filter(isOrdered) + drafts.filter({ !isOrdered($0) }) {
            let source = lists[Int(item.list)]
            let record = source.list.entries.records[Int(item.record)]
            let rule = source.list.phraseRules[Int(record.rule)]
            if let stronger = strongest.stronger(than: item, in: lists) {
                weaker.append((item, stronger))
                continue
            }
            guard
                known.insert(PhraseIdentity(rule, record, list: item.list, in: source.list))
                    .inserted
            else {
                duplicates += 1
                continue
            }
            if let what = lack(rule, source) {
                withoutRoom.append((item, what))
                continue
            }
            let number = UInt32(entries.count)
            _ = entries.append(item, unlessRepeatedSince: entries.count)
            addRule(rule, record, source, entry: number)
            while firstRules.count < literals.count { firstRules.append(item) }
        }
        return section()
    }

    /// Whether an order or a list of an authority asks for this.
    private func isOrdered(_ item: KeyItem) -> Bool {
        let source = lists[Int(item.list)]
        return source.authority == .authority
            || source.list.entries.records[Int(item.record)].order != EntryRecord.none
    }

    /// What the image has too much of already to hold a rule; nil: it has room.
    private mutating func lack(_ rule: PhraseRule, _ source: SourceList) -> String? {
        if !hasRoom(for: rule, in: source.list) {
            return "words and phrases (\(Limits.Literals.countMax))"
        }
        if groupNumber(of: rule, source) == nil {
            return "categories (\(Limits.Phrases.groupsMax))"
        }
        return windowNumber(of: rule, source) == nil
            ? "windows of time (\(Limits.Phrases.windowsMax))" : nil
    }

    /// Whether the literals of a rule that are new fit.
    private func hasRoom(for rule: PhraseRule, in list: ParsedList) -> Bool {
        // Three spellings of each literal, and few of each expression: far from the limit there is
        // nothing to count.
        let most = Limits.Phrases.termsPerRuleMax * Limits.Phrases.regexBytesMax
        if literals.count + most <= Limits.Literals.countMax { return true }
        var new: Set<Literal> = []
        for index in rule.terms {
            let term = list.phraseTerms[Int(index)]
            let spelling = Array(list.entries.text[term.text.range])
            switch term.kind {
            case .literal:
                for (bytes, _) in PhraseSpellings.spellings(of: spelling, views: term.views) {
                    new.insert(
                        Literal(bytes, startsWord: term.startsWord, endsWord: term.endsWord))
                }
            case .regex:
                for literal in PhraseSpellings.required(in: spelling) ?? [] {
                    new.insert(Literal(literal))
                }
            }
        }
        return literals.count + new.count { numbers[$0] == nil } <= Limits.Literals.countMax
    }

    private mutating func groupNumber(of rule: PhraseRule, _ source: SourceList) -> UInt16? {
        groups.number(
            of: rule.group.map { source.list.phraseGroups[Int($0)] }
                ?? PhraseGroup(name: source.category))
    }

    private mutating func windowNumber(of rule: PhraseRule, _ source: SourceList) -> UInt16? {
        windows.number(of: rule.windows.map { source.list.phraseWindows[Int($0)] } ?? [])
    }

    private mutating func addRule(
        _ rule: PhraseRule, _ record: EntryRecord, _ source: SourceList, entry: UInt32
    ) {
        let list = source.list
        let number = UInt32(rules.count / 10)
        // `lack` has numbered both.
        guard let group = groupNumber(of: rule, source), let window = windowNumber(of: rule, source)
        else {
            return
        }
        let textStart = UInt32(text.count)
        text.append(contentsOf: list.entries.text[record.range])
        rules += [
            entry, UInt32(terms.count / 2), UInt32(bitPattern: rule.weight), rule.countMax,
            rule.distanceMin, UInt32(group) | UInt32(window) << 16, textStart, record.textLength,
            UInt32(rule.terms.count) | UInt32(rule.effect.rawValue) << 8
                | UInt32(rule.scope.rawValue) << 16, 0,
        ]
        for (place, index) in rule.terms.enumerated() {
            addTerm(
                list.phraseTerms[Int(index)], list, rule: number, place: place, scope: rule.scope)
        }
    }

    private mutating func addTerm(
        _ term: PhraseTerm, _ list: ParsedList, rule: UInt32, place: Int, scope: PhraseScope
    ) {
        let number = UInt32(terms.count / 2)
        terms += [
            rule,
            UInt32(term.layers.rawValue) | UInt32(term.views.rawValue) << 16
                | UInt32(place) << 24,
        ]
        let spelling = Array(list.entries.text[term.text.range])
        switch term.kind {
        case .literal:
            for (bytes, views) in PhraseSpellings.spellings(of: spelling, views: term.views) {
                file(
                    Literal(
                        bytes, startsWord: term.startsWord, endsWord: term.endsWord),
                    Posting(number: number, layers: term.layers, views: views, kind: .term))
            }
        case .regex:
            addRegex(spelling, term, number, scope)
        }
    }

    private mutating func addRegex(
        _ pattern: [UInt8], _ term: PhraseTerm, _ number: UInt32, _ scope: PhraseScope
    ) {
        let index = UInt32(regexes.count / 4)
        let literals = PhraseSpellings.required(in: pattern)
        let caseless = PhraseSpellings.caseless(pattern)
        if literals == nil, scope.contains(.pages) { unfiled += 1 }
        regexes += [number, literals == nil ? 1 : 0, UInt32(text.count), UInt32(caseless.count)]
        text += caseless
        for literal in literals ?? [] {
            file(
                Literal(literal),
                Posting(number: index, layers: term.layers, views: term.views, kind: .regex))
        }
    }

    private mutating func file(_ spelling: Literal, _ posting: Posting) {
        if let number = numbers[spelling] {
            postings[Int(number)].append(posting)
        } else {
            numbers[spelling] = UInt32(literals.count)
            literals.append(spelling)
            postings.append([posting])
        }
    }

    // MARK: Layout

    private mutating func section() -> SectionData {
        var starts: [UInt32] = []
        var words: [UInt32] = []
        for run in postings {
            starts.append(UInt32(words.count / 2))
            for posting in run {
                words += [
                    posting.number,
                    UInt32(posting.layers.rawValue) | UInt32(posting.views.rawValue) << 16
                        | UInt32(posting.kind.rawValue) << 24,
                ]
            }
        }
        starts.append(UInt32(words.count / 2))
        let groupWords = groups.words(&text)
        let header: [UInt32] = [
            UInt32(literals.count), UInt32(words.count / 2), UInt32(terms.count / 2),
            UInt32(rules.count / 10), UInt32(regexes.count / 4), UInt32(groupWords.count / 4),
            UInt32(windows.words.count / 2), 0, UInt32(text.count), 0, 0, 0, 0, 0, 0, 0,
        ]
        return SectionData(
            .phrases,
            [
                .doubleWords(header), .doubleWords(starts), .doubleWords(words),
                .doubleWords(terms), .doubleWords(rules), .doubleWords(regexes),
                .doubleWords(groupWords), .doubleWords(windows.words), .bytes(text),
            ])
    }
}

/// What two rules of one list must have in common to be the same.
private struct PhraseIdentity: Hashable {
    private struct Term: Hashable {
        var term: PhraseTerm
        var text: [UInt8]
    }

    private let list: UInt16
    /// Each order counts for itself: one may end before another.
    private let order: UInt32
    private let rule: PhraseRule
    private let terms: [Term]

    init(_ rule: PhraseRule, _ record: EntryRecord, list: UInt16, in parsed: ParsedList) {
        self.list = list
        order = record.order
        var bare = rule
        bare.terms = 0..<0
        self.rule = bare
        terms = rule.terms.map { index in
            var term = parsed.phraseTerms[Int(index)]
            let text = Array(parsed.entries.text[term.text.range])
            term.text = TextRange(start: 0, length: 0)
            return Term(term: term, text: text)
        }
    }
}
