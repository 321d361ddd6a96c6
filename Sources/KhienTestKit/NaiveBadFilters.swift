import KhienLists
import KhienModel

/// The oracle's own reading of `$badfilter`: every pair of rules is compared, part by part.
///
/// All lists are taken for one side's; entries under an order are nobody's to cancel.
enum NaiveBadFilters {
    /// A rule as its author wrote it, without the order of its names.
    private struct Sense: Equatable {
        var pattern: String
        var isAnchoredToHost = false
        var isAnchoredToStart = false
        var isAnchoredToEnd = false
        var isException = false
        var isImportant = false
        var isRegex = false
        var isCaseKept = false
        var party = AdblockRule.Party.any
        var types: UInt16
        var included: [String] = []
        var excluded: [String] = []
        var denied: [String] = []
    }

    /// For each list the places of the entries that are cancelled.
    static func cancelled(_ lists: [ParsedList]) -> [Set<Int>] {
        var cancelling: [Sense] = []
        for list in lists {
            for rule in list.adblockRules where rule.traits.contains(.badFilter) {
                cancelling.append(sense(rule, list))
            }
        }
        return lists.map { list in
            if cancelling.isEmpty { return [] }
            return Set(
                list.entries.records.indices.filter { place in
                    let record = list.entries.records[place]
                    guard record.order == EntryRecord.none, let own = sense(record, list) else {
                        return false
                    }
                    return cancelling.contains(own)
                })
        }
    }

    private static func sense(_ record: EntryRecord, _ list: ParsedList) -> Sense? {
        if record.kind == .phrase || record.flags.contains(.fromURL) { return nil }
        if record.rule != EntryRecord.none {
            return sense(list.adblockRules[Int(record.rule)], list)
        }
        guard record.flags.contains(.fromAdblock) else { return nil }
        // `||name^`, which a rule with options and nothing else about types means for documents, too.
        return Sense(
            pattern: list.entries.target(record) + "^", isAnchoredToHost: true,
            isException: record.flags.contains(.exception),
            types: AdblockRule.networkTypes | 1 << RequestType.document.rawValue)
    }

    private static func sense(_ rule: AdblockRule, _ list: ParsedList) -> Sense {
        func names(_ range: Range<UInt32>) -> [String] {
            range.map {
                String(
                    decoding: list.entries.text[list.ruleDomains[Int($0)].range], as: UTF8.self)
            }.sorted()
        }
        return Sense(
            pattern: String(decoding: list.entries.text[rule.pattern.range], as: UTF8.self),
            isAnchoredToHost: rule.anchors.contains(.host),
            isAnchoredToStart: rule.anchors.contains(.start),
            isAnchoredToEnd: rule.anchors.contains(.end),
            isException: rule.traits.contains(.exception),
            isImportant: rule.traits.contains(.important),
            isRegex: rule.traits.contains(.regex), isCaseKept: rule.traits.contains(.matchCase),
            party: rule.party, types: rule.typeMask, included: names(rule.includeDomains),
            excluded: names(rule.excludeDomains), denied: names(rule.denyAllowDomains))
    }
}
