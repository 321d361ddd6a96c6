import KhienLists
import KhienModel

/// What must hold for the parser of every list format, whatever the bytes.
///
/// - Every line is counted once, and every message names a place inside the list.
/// - Every record, rule and order lies inside what it points to.
/// - A target of an entry, written as the one line of a plain list, is that target again.
/// - In a format without memory from line to line, two halves of a list give what the whole gives.
public enum ListInvariants {
    public static func check(_ format: ListFormat, _ bytes: [UInt8]) -> String? {
        for path in paths(format) {
            if let complaint = check(format, bytes, path: path) { return "\(path): \(complaint)" }
        }
        return nil
    }

    /// The part that a file plays in a layout is told by its name.
    private static func paths(_ format: ListFormat) -> [String] {
        switch format {
        case .ut1: ["x/domains", "x/urls", "x/expressions"]
        case .e2guardian:
            [
                "bannedsitelist", "exceptionurllist", "bannedregexpurllist", "bannedsiteiplist",
                "weightedphraselist", "bannedphraselist", "japanese/x/exception",
            ]
        default: ["list.txt"]
        }
    }

    private static func parse(
        _ format: ListFormat, _ bytes: [UInt8], path: String = "list.txt"
    ) -> ParsedList {
        var options = ListParser.Options()
        options.format = format
        options.now = UnixTime(seconds: 1_800_000_000)
        return ListParser.parse(bytes, name: "list", path: path, options: options)
    }

    private static func check(_ format: ListFormat, _ bytes: [UInt8], path: String) -> String? {
        let list = parse(format, bytes, path: path)
        return checkReport(list) ?? checkRecords(list) ?? checkRules(list) ?? checkPhrases(list)
            ?? checkTargets(list)
            ?? checkHalves(list, format, bytes, path)
    }

    private static func checkReport(_ list: ParsedList) -> String? {
        let report = list.report
        if !report.isConsistent { return "inconsistent: \(report)" }
        if !report.isComplete { return "incomplete" }
        var counts: [String: Int] = [:]
        for diagnostic in report.diagnostics {
            counts[diagnostic.code, default: 0] += 1
            guard (0...report.lines).contains(diagnostic.location.line),
                (0...Limits.Lists.lineBytesMax + 1).contains(diagnostic.location.column),
                diagnostic.location.file == list.path, diagnostic.message.utf8.count < 1_000
            else { return "of \(report.lines) lines: \(diagnostic)" }
        }
        let isOverfull = counts.values.contains { $0 > Limits.Lists.diagnosticsMax }
        return isOverfull ? "too many messages: \(counts)" : nil
    }

    private static func checkRecords(_ list: ParsedList) -> String? {
        let report = list.report
        var lines: Set<UInt32> = []
        for record in list.entries.records {
            guard record.range.upperBound <= list.entries.text.count, record.line >= 1,
                Int(record.line) <= report.lines,
                record.order == EntryRecord.none || Int(record.order) < list.orders.count,
                record.rule == EntryRecord.none
                    || Int(record.rule)
                        < (record.kind == .phrase
                            ? list.phraseRules.count : list.adblockRules.count)
            else { return "record \(record)" }
            lines.insert(record.line)
        }
        if lines.count > report.contentLines { return "entries of lines without content" }
        // A rule with `badfilter` only cancels others.
        let cancelling = list.adblockRules.count { $0.traits.contains(.badFilter) }
        return lines.count + cancelling < report.accepted + report.repaired
            ? "\(report.accepted) + \(report.repaired) lines, entries of \(lines.count)" : nil
    }

    private static func checkRules(_ list: ParsedList) -> String? {
        let names = list.ruleDomains
        for rule in list.adblockRules {
            guard rule.pattern.range.upperBound <= list.entries.text.count else {
                return "pattern of \(rule)"
            }
            for range in [rule.includeDomains, rule.excludeDomains, rule.denyAllowDomains]
            where Int(range.upperBound) > names.count { return "domains of \(rule)" }
        }
        let isOutside = names.contains { $0.range.upperBound > list.entries.text.count }
        return isOutside ? "a domain outside the text" : nil
    }

    /// Every part of a rule is in bounds and within the limits that an image relies on.
    private static func checkPhrases(_ list: ParsedList) -> String? {
        let phrases = list.entries.records.filter { $0.kind == .phrase }
        guard phrases.map(\.rule) == list.phraseRules.indices.map({ UInt32($0) }) else {
            return "\(phrases.count) entries of \(list.phraseRules.count) rules"
        }
        for rule in list.phraseRules {
            guard !rule.terms.isEmpty, rule.terms.count <= Limits.Phrases.termsPerRuleMax,
                Int(rule.terms.upperBound) <= list.phraseTerms.count,
                rule.weight.magnitude <= Limits.Phrases.weightMax.magnitude,
                (rule.effect == .weigh) == (rule.weight != 0),
                rule.group.map({ Int($0) < list.phraseGroups.count }) ?? true,
                rule.windows.map({ Int($0) < list.phraseWindows.count }) ?? true,
                !rule.scope.isEmpty
            else { return "rule \(rule)" }
        }
        for term in list.phraseTerms {
            let isLong =
                term.kind == .literal
                ? term.text.length > UInt32(Limits.Phrases.phraseBytesMax)
                : term.text.length > UInt32(Limits.Phrases.regexBytesMax)
            guard term.text.range.upperBound <= list.entries.text.count, term.text.length > 0,
                !isLong, !term.layers.isEmpty, !term.views.isDisjoint(with: .all)
            else { return "term \(term)" }
        }
        return nil
    }

    // MARK: Targets

    private static func checkTargets(_ list: ParsedList) -> String? {
        for record in list.entries.records.prefix(32) {
            let target = Array(list.entries.text[record.range])
            if let complaint = checkTarget(record, target) {
                return "\(record.kind.name) \(text(target)): \(complaint)"
            }
        }
        return nil
    }

    private static func checkTarget(_ record: EntryRecord, _ target: [UInt8]) -> String? {
        switch record.kind {
        case .host, .domain:
            if target.contains(UInt8(ascii: "*")) { return "a star in a name" }
            // One label alone is for formats that allow it.
            guard target.contains(UInt8(ascii: ".")) || target.first == UInt8(ascii: "[") else {
                return target.isEmpty ? "empty" : nil
            }
            return checkAgain(.domains, target, [.domain, .host])
        case .url, .urlPrefix:
            // A star of the target is the character, which a list of URLs writes as `%2A`. With its scheme, since
            // without one `192.0.2.1/8` is a network of addresses.
            return target.contains(UInt8(ascii: "*"))
                ? nil : checkAgain(.urls, target, [.url], behind: Array("http://".utf8))
        case .address, .network: return checkAgain(.addresses, target, [record.kind])
        case .regex where record.rule == EntryRecord.none:
            return saysMore(target) ? nil : checkAgain(.regex, target, [.regex])
        default: return nil
        }
    }

    /// Whether a list of expressions may read more than the expression: a comment, slashes around it, a
    /// flag of squid, white space.
    private static func saysMore(_ target: [UInt8]) -> Bool {
        guard let first = target.first, let last = target.last else { return false }
        return "#/-+ \t".utf8.contains(first) || " \t".utf8.contains(last)
    }

    /// Reads `target` behind `prefix` as the only line of a list.
    private static func checkAgain(
        _ format: ListFormat, _ target: [UInt8], _ kinds: [TargetKind], behind prefix: [UInt8] = []
    ) -> String? {
        let list = parse(format, prefix + target)
        // At the beginning of a file some bytes are a mark of its encoding.
        if list.report.diagnostics.contains(where: { $0.code.hasPrefix("file.") }) { return nil }
        guard let record = list.entries.records.first, list.entries.records.count == 1,
            kinds.contains(record.kind), list.report.accepted == 1
        else {
            let found = list.entries.records.map { list.entries.target($0) }
            let messages = list.report.diagnostics.map(\.description)
            return "read again: \(found) \(list.report.repairs) \(messages)"
        }
        let again = Array(list.entries.text[record.range])
        return again == target ? nil : "read again: \(text(again))"
    }

    // MARK: Halves

    private static func checkHalves(
        _ whole: ParsedList, _ format: ListFormat, _ bytes: [UInt8], _ path: String
    ) -> String? {
        let stateless: [ListFormat] = [.domains, .hosts, .urls, .regex, .addresses, .dnsmasq]
        // What is decided for a file as a whole says so in a note.
        let isPlain = !whole.report.diagnostics.contains { $0.code.hasPrefix("file.") }
        let middle = bytes[(bytes.count / 2)...].firstIndex(of: UInt8(ascii: "\n"))
        guard stateless.contains(format), isPlain, let middle else { return nil }
        let first = parse(format, Array(bytes[...middle]), path: path)
        let second = parse(format, Array(bytes[(middle + 1)...]), path: path)
        for half in [first, second]
        where half.report.diagnostics.contains(where: { $0.code.hasPrefix("file.") }) {
            return nil
        }
        let counts = [first, second].map(\.report)
        let isSame =
            whole.entries.text == first.entries.text + second.entries.text
            && whole.report.accepted == counts.reduce(0) { $0 + $1.accepted }
            && whole.report.repaired == counts.reduce(0) { $0 + $1.repaired }
            && whole.report.rejected == counts.reduce(0) { $0 + $1.rejected }
        return isSame ? nil : "two halves give something else"
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).debugDescription
    }
}
