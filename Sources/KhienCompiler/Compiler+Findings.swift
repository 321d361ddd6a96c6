import KhienImage
import KhienLists
import KhienModel
import KhienRegex

/// What is told about entries beside each other and about rules by themselves (docs/LISTS.md).
extension Compiler {
    /// Leaves out exceptions that an order blocks.
    ///
    /// - Returns: those that an order will block later, each with it.
    mutating func refuseExceptions() -> [EntryPlace: EntryPlace] {
        guard !items.exceptions.isEmpty, items.hasOrderedBlocks else { return [:] }
        let found = refusals()
        for (exception, order) in found.refused {
            findings.add(.refusedException, exception, by: order)
            report.refusedByList[Int(exception.list), default: 0] += 1
        }
        report.refusedExceptions = found.refused.count
        items.remove(found.refused.keys)
        patterns.remove(found.refused.keys)
        return found.pending
    }

    /// Leaves out URLs with a `*` that an earlier line of their list says. Others are found where the tables are built.
    mutating func leaveOutRepeatedURLs() {
        var urls = StarredURLs()
        var repeated: [EntryPlace] = []
        for item in patterns.items {
            let list = lists[Int(item.list)].list
            let entry = list.entries.records[Int(item.record)]
            guard entry.flags.contains(.fromURL), let earlier = urls.earlier(item, entry, list)
            else { continue }
            findings.add(.repeated, EntryPlace(item), by: earlier)
            leaveOut(item)
            repeated.append(EntryPlace(item))
        }
        report.duplicates += repeated.count
        patterns.remove(repeated)
    }

    /// The index of the items lives as long as this call, so that leaving some out copies nothing.
    private func refusals() -> OverlapFinder.Refusals {
        var finder = OverlapFinder(lists, seed: seed, items: items, now: now)
        return finder.refusals(of: items.exceptions)
    }

    /// Says why an adblock rule never matches.
    ///
    /// - Returns: whether it goes into the image.
    mutating func checkRule(
        _ item: KeyItem, _ entry: EntryRecord, _ list: ParsedList
    ) -> Bool {
        let fault = RuleFaults.fault(
            of: list.adblockRules[Int(entry.rule)], in: list,
            meansEverySpelling: meansEverySpelling(item, entry))
        return fault.map { keepsNeverMatching(item, entry, $0) } ?? true
    }

    /// Tells of a rule that never matches, and leaves it out: it is proved that nothing changes by that.
    /// A rule under an order or of an authority's list stays, because the image says of each what it
    /// names.
    private mutating func keepsNeverMatching(
        _ item: KeyItem, _ entry: EntryRecord, _ fault: String
    ) -> Bool {
        findings.add(.neverMatches, EntryPlace(item), detail: fault)
        if facts[Int(item.list)].attributes(entry).authority == .authority { return true }
        leaveOut(item)
        report.neverMatching += 1
        return false
    }

    /// Says why a regular expression never matches, or what it costs.
    ///
    /// - Returns: whether it goes into the image.
    mutating func checkRegex(
        _ item: KeyItem, _ entry: EntryRecord, _ list: ParsedList
    ) -> Bool {
        let pattern = Array(list.entries.text[entry.range])
        let means = meansEverySpelling(item, entry)
        // Expressions of other programs' lists were written for a subject that is not ours: nothing is
        // proved of those that could not be translated.
        let isOurs = list.format != .ut1 && list.format != .e2guardian
        var fault = isOurs ? RuleFaults.fault(ofRegex: pattern, meansEverySpelling: means) : nil
        if fault == nil, entry.rule != EntryRecord.none {
            fault = RuleFaults.fault(
                of: list.adblockRules[Int(entry.rule)], in: list, meansEverySpelling: means)
        }
        if let fault, !keepsNeverMatching(item, entry, fault) { return false }
        measureCost(item, entry, pattern)
        return true
    }

    private mutating func measureCost(_ item: KeyItem, _ entry: EntryRecord, _ pattern: [UInt8]) {
        costedRegexes += 1
        if regexCost == nil { regexCost = RegexCost() }
        guard costedRegexes <= Limits.Compiler.costedRegexesMax, let meter = regexCost else {
            return
        }
        // Without a longer text any byte that every match holds will do.
        let needs = RegexNeeds(of: pattern) { _ in true }
        let literal = needs.literals?.first?.text ?? needs.sought.map { [$0] } ?? []
        let word = Self.firstWord(pattern)
        let cost =
            (literal == word ? [literal] : [literal, word]).map {
                meter.measure(
                    pattern.span, isCaseless: entry.flags.contains(.caseless), literal: $0)
            }.max() ?? 0
        guard cost > Limits.Regex.costStepsTold else { return }
        let least = cost >= Limits.Regex.costStepsMax ? "at least " : ""
        findings.add(
            .costlyRegex, EntryPlace(item),
            detail: "takes \(least)\(cost) steps on a URL of half a kilobyte")
    }

    /// The first word of a pattern but for its scheme, for a sample that begins like a match and is none: a literal that
    /// is known may be longer, and match at once. Empty: there is none.
    private static func firstWord(_ pattern: [UInt8]) -> [UInt8] {
        var isEscaped = false
        // A letter behind a backslash is none of a word: `\bporn`.
        let text = pattern.map { byte -> UInt8 in
            defer { isEscaped = byte == UInt8(ascii: "\\") && !isEscaped }
            return isEscaped ? UInt8(ascii: " ") : byte
        }
        let words = text.split { !Token.isTokenByte($0) }.filter { $0.count > 2 }
        let word = words.first {
            !["http", "https", "www"].contains(String(decoding: $0, as: UTF8.self))
        }
        return Array(word ?? [])
    }

    private func meansEverySpelling(_ item: KeyItem, _ entry: EntryRecord) -> Bool {
        facts[Int(item.list)].attributes(entry).meansEverySpelling
    }

    /// Turns the findings into counts and messages.
    mutating func tellFindings() {
        for kind in FindingKind.allCases where findings.count(kind) > 0 {
            report.findings[kind] = findings.count(kind)
            for example in findings[kind] {
                report.diagnostics.append(
                    Diagnostic(
                        kind.severity, kind.code, at: location(example.entry),
                        message(kind, example)))
            }
        }
    }

    private func message(_ kind: FindingKind, _ example: Findings.Example) -> String {
        let what = name(example.entry)
        let other = example.other.map { "\(name($0)) of \(location($0))" } ?? ""
        let place = example.other.map { location($0).description } ?? ""
        return switch kind {
        case .repeated: "\(what) is left out: \(place) says the same"
        case .duplicate: "\(what) is also in \(place), which asks for as much or more"
        case .shadowed: "\(what) says nothing new: \(other) covers it and asks for as much or more"
        case .covered:
            "\(what) is kept as evidence of \(order(example.entry)): \(other) covers it"
        case .refusedException:
            "the exception for \(what) is refused and left out: "
                + "\(example.other.map(order) ?? "") blocks it by \(other)"
        case .overruledException:
            "the exception for \(what) does not hold for \(other): "
                + "\(example.other.map(order) ?? "") blocks that"
        case .refusedBadFilter:
            "\(what) stays in force: it is \(asked(example.entry)), which no $badfilter rule of "
                + "another list cancels"
                + (example.detail.isEmpty ? "" : " (there is one at \(example.detail))")
        case .neverMatches:
            "\(what) never matches\(leftOut(example.entry)): \(example.detail)"
        case .unindexedRule: "\(what) is tried on every request: it has no token to find it by"
        case .unindexedRegex:
            "\(what) is tried on every request: no text of three bytes is in all it matches"
        case .costlyRegex: "\(what) \(example.detail)"
        case .crowdedPhrase: "\(what) \(example.detail)"
        case .weakerPhrase: "\(what) is left out: \(other) counts for this phrase"
        }
    }

    private func leftOut(_ place: EntryPlace) -> String {
        let facts = facts[Int(place.list)]
        return facts.attributes(record(place)).authority == .authority ? "" : " and is left out"
    }

    private func record(_ place: EntryPlace) -> EntryRecord {
        lists[Int(place.list)].list.entries.records[Int(place.record)]
    }

    private func location(_ place: EntryPlace) -> SourceLocation {
        SourceLocation(
            file: lists[Int(place.list)].list.path, line: Int(record(place).line))
    }

    /// The target as a message shows it; a long one is cut.
    private func name(_ place: EntryPlace) -> String {
        let source = lists[Int(place.list)]
        let record = record(place)
        if source.isConfidential { return "an entry" }
        var target = source.list.entries.text[record.range]
        let isLong = target.count > Limits.Lists.quoteBytesMax
        if isLong { target = target.prefix(Limits.Lists.quoteBytesMax) }
        let text = String(decoding: target, as: UTF8.self) + (isLong ? "…" : "")
        guard record.kind == .pattern, record.rule != EntryRecord.none else { return text }
        let anchors = source.list.adblockRules[Int(record.rule)].anchors
        if record.flags.contains(.fromURL) {
            return "*://" + (anchors.contains(.start) ? "" : "*.") + text
                + (anchors.contains(.end) ? "" : "*")
        }
        let before = anchors.contains(.host) ? "||" : anchors.contains(.start) ? "|" : ""
        return before + text + (anchors.contains(.end) ? "|" : "")
    }

    private func asked(_ place: EntryPlace) -> String {
        record(place).order == EntryRecord.none
            ? "an authority's entry" : "under \(order(place))"
    }

    private func order(_ place: EntryPlace) -> String {
        let source = lists[Int(place.list)]
        let record = record(place)
        guard record.order != EntryRecord.none else { return "an authority's list" }
        return "order \(source.list.orders[Int(record.order)].number)"
    }
}
