import KhienImage
import KhienLists
import KhienModel
import KhienRegex
import KhienText

/// Compiles parsed lists into the sections of an image.
///
/// Deterministic: the same lists in the same order give the same bytes, the seed of the hashes
/// included, which is derived from the lists' content.
public struct Compiler {
    /// More lists than this do not fit the format's 16-bit list numbers.
    public static let listsMax = Int(UInt16.max)

    /// The finished sections, ready for `ImageWriter`.
    public struct Output: Sendable {
        public var sections: [SectionData]
        public var seed: UInt64
        public var report: CompileReport
    }

    let lists: [SourceList]
    private let suffixes: PublicSuffixList?
    let seed: UInt64
    let protected: ProtectedNames
    let released: Set<String>
    var report = CompileReport()
    var entries: EntryColumn
    private var orders: [Order] = []

    let facts: [ListFacts]
    var items: GatheredItems
    var findings = Findings()
    /// Decides which orders block what the operator's exceptions name.
    let now: UnixTime?
    var patterns: PatternBuilder
    private var phrases: PhraseBuilder
    var hidden: HiddenTargets
    /// Made when the first regular expression is tried on protected names.
    var regexScratch: RegexScratch?
    /// Made when the first cost is measured.
    var regexCost: RegexCost?
    /// Regular expressions so far whose cost was asked for.
    var costedRegexes = 0
    /// Made when the first expression comes.
    var protectedExpressions: ProtectedExpressions?
    private let key: ListKey?

    /// Compiles `lists`.
    ///
    /// - Parameters:
    ///   - suffixes: the public suffixes; nil: every last label counts as one.
    ///   - protectedNames: canonical hosts that no entry may block: such entries are held.
    ///   - released: targets of entries that are not held, as the messages name them.
    ///   - key: of confidential lists.
    ///   - now: decides which orders are in force, for the operator's exceptions; nil: all that have
    ///     no end or a later one count as if they were.
    /// - Throws: `ImageError.overLimit` when there is more of something than an image can hold;
    ///   `.keyMissing` where a list is confidential and there is no key.
    public static func compile(
        _ lists: [SourceList], suffixes: PublicSuffixList?, protectedNames: [[UInt8]] = [],
        released: Set<String> = [], key: ListKey? = nil, now: UnixTime? = nil
    ) throws(ImageError) -> Output {
        if key == nil, let list = lists.first(where: \.isConfidential) {
            throw ImageError(.keyMissing, file: list.list.path)
        }
        guard lists.count <= listsMax else {
            throw ImageError(.overLimit("lists", found: lists.count, limit: listsMax))
        }
        var compiler = Compiler(
            lists, suffixes: suffixes, protectedNames: protectedNames, released: released, key: key,
            now: now)
        return try compiler.run()
    }

    private init(
        _ lists: [SourceList], suffixes: PublicSuffixList?, protectedNames: [[UInt8]],
        released: Set<String>, key: ListKey?, now: UnixTime?
    ) {
        self.released = released
        self.lists = lists
        self.suffixes = suffixes
        self.key = key
        self.now = now
        facts = lists.map { ListFacts($0) }
        items = GatheredItems(lists)
        hidden = HiddenTargets(key: key)
        seed = Self.seed(of: lists, key: key)
        protected = ProtectedNames(protectedNames, suffixes: suffixes, seed: seed)
        var orderBase: [UInt32] = []
        for source in lists {
            orderBase.append(UInt32(orders.count))
            orders += source.list.orders
        }
        entries = EntryColumn(lists, orderBase: orderBase)
        patterns = PatternBuilder(lists, seed: seed)
        phrases = PhraseBuilder(lists)
    }

    /// Of a confidential list its keyed hash is taken in: the seed stands in the image, and the hash
    /// of a short list's text would let everyone try guesses at it.
    private static func seed(of lists: [SourceList], key: ListKey?) -> UInt64 {
        var hash = KeyHash(seed: 0x6B68_6965_6E21_2026)
        for source in lists {
            let text = source.list.entries.text.span
            if source.isConfidential, let key {
                var keyed = KeyedHash(key, .list)
                keyed.add(text, 0..<text.count)
                hash.add(Array(keyed.digest.hexadecimal(byteCount: 16).utf8).span, 0..<32)
            } else {
                hash.add(text, 0..<text.count)
            }
            let name = Array(source.list.name.utf8)
            hash.add(name.span, 0..<name.count)
        }
        return hash.value
    }

    private mutating func run() throws(ImageError) -> Output {
        gather()
        items.sort()
        let pending = refuseExceptions()
        leaveOutRepeatedURLs()
        var sections = try buildKeyTables(pending: pending)
        let rules = try patterns.build(entries: &entries)
        report.unindexedPatterns = patterns.unindexed.count
        report.unindexedRegexes = rules.unfiled
        sections += [rules.patterns, rules.regexes]
        sections += hidden.build(entries: &entries)
        sections.append(phrases.build(entries: &entries))
        tellPhrasesWithoutRoom()
        report.duplicates += hidden.duplicates + phrases.duplicates
        report.unindexedRegexes += phrases.unfiled
        sections.append(try SuffixBuilder.section(suffixes, seed: seed))
        let literals = try LiteralBuilder.build(phrases.literals)
        sections.append(literals.section)
        for crowd in literals.crowds {
            findings.add(
                .crowdedPhrase, EntryPlace(phrases.firstRules[Int(crowd.literal)]),
                detail: Self.crowdDetail(crowd.count))
        }
        for (rule, stronger) in phrases.weaker {
            findings.add(.weakerPhrase, EntryPlace(rule), by: EntryPlace(stronger))
        }
        for item in patterns.unindexed { findings.add(.unindexedRule, EntryPlace(item)) }
        for item in patterns.unindexedRegexes { findings.add(.unindexedRegex, EntryPlace(item)) }
        finishReport()
        tellFindings()
        var strings = StringColumn()
        let listWords = report.lists.flatMap { RecordColumns.list($0, &strings) }
        let orderWords = orders.flatMap { RecordColumns.order($0, &strings) }
        sections += [
            SectionData(.lists, [.doubleWords(listWords)]),
            SectionData(.orders, [.doubleWords(orderWords)]), strings.section(),
            entries.section(),
        ]
        return Output(sections: sections, seed: seed, report: report)
    }

    private static func crowdDetail(_ count: Int) -> String {
        "has an end in common with \(count - 1) others: a page that repeats it "
            + "\(Limits.Literals.crowdedMax / count) times is read to its end without these, and "
            + "counts as over-limit"
    }

    private mutating func tellPhrasesWithoutRoom() {
        report.notCompiled = phrases.withoutRoom.count
        for (item, what) in phrases.withoutRoom.prefix(Limits.Lists.diagnosticsMax) {
            let list = lists[Int(item.list)].list
            refuse(
                list.entries.records[Int(item.record)], list, "phrase.no-room",
                "the rule is left out: the image holds no more \(what)")
        }
    }

    private mutating func finishReport() {
        report.entriesByKind = entries.countByKind
        report.orders = orders.count
        for (index, source) in lists.enumerated() {
            let lines = source.list.report
            report.lists.append(
                ListInfo(
                    name: source.list.name, path: source.list.path,
                    format: source.list.format.name, category: source.category,
                    action: source.action, authority: source.authority, serial: source.serial,
                    accepted: UInt32(clamping: lines.accepted),
                    repaired: UInt32(clamping: lines.repaired),
                    rejected: UInt32(clamping: lines.rejected),
                    unsupported: UInt32(clamping: lines.unsupported),
                    entries: entries.countByList[index]))
        }
    }

    // MARK: Gathering

    private mutating func gather() {
        let scopes = lists.indices.map { badFilterScope($0) }
        let badFilters = BadFilters(lists.map(\.list), scopes: scopes)
        for (index, source) in lists.enumerated() {
            let list = source.list
            let text = list.entries.text.span
            for record in list.entries.records.indices {
                let entry = list.entries.records[record]
                switch badFilters.effect(on: entry, in: list, scope: scopes[index]) {
                case .none: break
                case .cancelled:
                    report.cancelled += 1
                    report.keptOutByList[index, default: 0] += 1
                    items.leftOut.insert(EntryPlace(list: index, record: record))
                    continue
                case .refused(let other, let line):
                    tellBadFilter(EntryPlace(list: index, record: record), entry, other, line)
                }
                let item = KeyItem(
                    hash: 0, list: UInt16(index), marks: 0, record: UInt32(record))
                gather(item, entry, list, text)
            }
        }
    }

    /// Whose `$badfilter` rules cancel the entries of a list.
    private func badFilterScope(_ index: Int) -> Int {
        if lists[index].isConfidential { return 2 + index }
        return lists[index].authority == .authority ? 1 : 0
    }

    /// Tells of a rule that would switch off an order, or an authority's entry. Of another side's
    /// confidential list nothing is said: that it has such an entry is what it hides.
    private mutating func tellBadFilter(
        _ place: EntryPlace, _ entry: EntryRecord, _ other: Int, _ line: UInt32
    ) {
        let source = lists[Int(place.list)]
        guard facts[Int(place.list)].attributes(entry).authority == .authority else { return }
        findings.add(
            .refusedBadFilter, place,
            detail: source.isConfidential || lists[other].isConfidential
                ? "" : "\(SourceLocation(file: lists[other].list.path, line: Int(line)))")
    }

    private mutating func gather(
        _ item: KeyItem, _ entry: EntryRecord, _ list: ParsedList, _ text: Span<UInt8>
    ) {
        var item = item
        if facts[Int(item.list)].isConfidential {
            return gatherConfidential(item, entry, list, text)
        }
        switch entry.kind {
        case .host, .domain:
            item.hash = KeyHash.host(text, entry.range, seed: seed).value
            if isHeld(item, entry, text) { return }
            item.isDomain = entry.kind == .domain
            if item.isDomain, entry.textLength <= Self.labelBytesMax, !text.hasDot(entry.range) {
                items.hasSingleLabels = true
            }
            items.hosts.append(item)
        case .url, .urlPrefix:
            let target = text.extracting(entry.range)
            let hostEnd = Self.hostEnd(target)
            var host = item
            host.hash = KeyHash.host(target, 0..<hostEnd, seed: seed).value
            if isHeldURL(host, entry, target, hostEnd: hostEnd) { return }
            item.hash = KeyHash.url(target, hostEnd: hostEnd, seed: seed).value
            items.urls.append(item)
            host.marks = 1
            items.hosts.append(host)
        case .address, .network:
            guard let key = Self.addressKey(text.extracting(entry.range)) else {
                leaveOut(item)
                refuse(entry, list, "address.invalid", "is not an address or network")
                return
            }
            if isHeldAddress(item, entry, key) { return }
            item.hash = AddressKey.hash(key.span)
            items.addresses.append(item)
        case .pattern:
            if isHeldRule(item, entry, text) { return }
            guard checkRule(item, entry, list) else { return }
            patterns.add(item)
            // An adblock exception claims nothing but to lift adblock rules.
            if !entry.flags.contains(.fromURL) { return }
        case .regex:
            addRegex(item, entry, list, text)
            return
        case .expression:
            guard let sha256 = expression(item, entry, text) else { return }
            hidden.addExpression(sha256, item)
            return
        case .phrase:
            addPhrase(item, entry, list, text)
            return
        }
        note(item, entry)
    }

    /// The longest label of a name.
    private static let labelBytesMax = 63

    /// Notes an exception of the operator, and that there are blocks of an authority.
    private mutating func note(_ item: KeyItem, _ entry: EntryRecord) {
        let facts = facts[Int(item.list)]
        if facts.isPlain, entry.order == EntryRecord.none, entry.action != .allow,
            !entry.flags.contains(.exception)
        {
            return
        }
        let attributes = facts.attributes(entry)
        if attributes.authority == .authority {
            if attributes.action == .block { items.hasOrderedBlocks = true }
        } else if attributes.action == .allow, !attributes.isAdblock {
            items.exceptions.append(item)
        }
    }

    mutating func leaveOut(_ item: KeyItem) { items.leftOut.insert(EntryPlace(item)) }

    private mutating func addRegex(
        _ item: KeyItem, _ entry: EntryRecord, _ list: ParsedList, _ text: Span<UInt8>
    ) {
        do throws(RegexError) {
            let program = try RegexProgram(
                text.extracting(entry.range), isCaseless: entry.flags.contains(.caseless))
            try program.requireCounted()
            let isBound =
                entry.rule != EntryRecord.none
                && !RuleReach.isUnbound(list.adblockRules[Int(entry.rule)])
            if !isBound {
                switch reach(program, list.entries.text[entry.range], of: .urls) {
                case .everything:
                    report.refusedRegexes += 1
                    return refuse(entry, list, "regex.everything", RegexReach.everythingMessage)
                case .broad: tellBroad(entry, list)
                case .narrow: break
                }
            }
            if isHeldRegex(item, entry, program) { return }
            guard checkRegex(item, entry, list) else { return }
            patterns.add(item)
        } catch {
            report.refusedRegexes += 1
            refuse(entry, list, "regex.invalid", "regular expression: \(error)")
        }
    }

    /// Takes in a phrase rule whose expressions compile.
    private mutating func addPhrase(
        _ item: KeyItem, _ entry: EntryRecord, _ list: ParsedList, _ text: Span<UInt8>
    ) {
        for index in list.phraseRules[Int(entry.rule)].terms {
            let term = list.phraseTerms[Int(index)]
            guard term.kind == .regex else { continue }
            do throws(RegexError) {
                let pattern = Array(list.entries.text[term.text.range])
                let program = try RegexProgram(
                    PhraseSpellings.caseless(pattern).span, isCaseless: false)
                try program.requireCounted()
                switch reach(program, pattern, of: .texts) {
                case .everything:
                    report.refusedRegexes += 1
                    return refuse(entry, list, "regex.everything", RegexReach.everythingMessage)
                case .broad: tellBroad(entry, list)
                case .narrow: break
                }
            } catch {
                report.refusedRegexes += 1
                refuse(entry, list, "regex.invalid", "regular expression: \(error)")
                return
            }
        }
        phrases.add(item)
    }

    private mutating func reach(
        _ program: RegexProgram, _ pattern: some Collection<UInt8>, of subjects: RegexReach.Subjects
    ) -> RegexReach {
        if regexScratch == nil { regexScratch = RegexScratch() }
        guard let scratch = regexScratch else { return .narrow }
        return RegexReach(of: program, Array(pattern), subjects, scratch)
    }

    private mutating func tellBroad(_ entry: EntryRecord, _ list: ParsedList) {
        report.diagnostics.append(
            Diagnostic(
                .warning, "regex.broad",
                at: SourceLocation(file: list.path, line: Int(entry.line)),
                "the expression matches each of some texts that have nothing in common: does it mean"
                    + " all?"))
    }

    /// Tells that an entry is left out. What stands under an order then has no force: an error, which
    /// refuses no reload, since that would keep every other order out as well.
    mutating func refuse(
        _ entry: EntryRecord, _ list: ParsedList, _ code: String, _ message: String
    ) {
        let place = SourceLocation(file: list.path, line: Int(entry.line))
        guard entry.order != EntryRecord.none else {
            report.diagnostics.append(Diagnostic(.warning, code, at: place, message))
            return
        }
        let number = list.orders[Int(entry.order)].number
        report.diagnostics.append(
            Diagnostic(
                .error, "order.rejected", at: place,
                "a target of the order \(number) has no force: \(message) (\(code))"))
    }

    /// Where the host of a lookup URL ends.
    static func hostEnd(_ url: Span<UInt8>) -> Int {
        var end = 0
        while end < url.count, url[end] != UInt8(ascii: "/"), url[end] != UInt8(ascii: "?") {
            end += 1
        }
        return end
    }

    static func addressKey(_ text: Span<UInt8>) -> [UInt8]? {
        var key = AddressKey()
        if let address = IPAddressText.parse(text) {
            switch address.unmapped {
            case .v4: key.set(address.unmapped, prefixLength: 32)
            case .v6: key.set(address, prefixLength: 128)
            }
        } else if let network = IPAddressText.parseNetwork(text) {
            key.set(network.address, prefixLength: network.prefixLength)
        } else {
            return nil
        }
        let bytes = key.bytes
        return (0..<key.count).map { bytes[$0] }
    }
}

extension Span where Element == UInt8 {
    /// Whether a dot stands in `range`.
    func hasDot(_ range: Range<Int>) -> Bool {
        for index in range where self[index] == UInt8(ascii: ".") { return true }
        return false
    }

    /// Calls `body` with the key of the address or network that the text names.
    func withAddressKey(_ body: ([UInt8]) -> Void) {
        if let key = Compiler.addressKey(self) { body(key) }
    }
}
