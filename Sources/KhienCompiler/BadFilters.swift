import KhienLists
import KhienModel

/// The adblock rules that `$badfilter` rules cancel.
///
/// A `$badfilter` rule cancels every rule that says the same without it: the same pattern, anchors,
/// options and domains, in any list of adblock syntax.
struct BadFilters {
    private struct Identity: Hashable {
        var pattern: [UInt8]
        var anchors: AdblockRule.Anchors
        var traits: AdblockRule.Traits
        var party: AdblockRule.Party
        var typeMask: UInt16
        var domains: [[[UInt8]]]
    }

    private var cancelled: Set<Identity> = []
    /// Domains of cancelled `||name^` rules, `@` in front of exceptions.
    private var cancelledDomains: Set<[UInt8]> = []

    var isEmpty: Bool { cancelled.isEmpty }

    init(_ lists: [SourceList]) {
        for source in lists where !source.list.adblockRules.isEmpty {
            for record in source.list.entries.records where record.rule != EntryRecord.none {
                let rule = source.list.adblockRules[Int(record.rule)]
                guard rule.traits.contains(.badFilter) else { continue }
                add(Self.identity(rule, record, source.list))
            }
        }
    }

    private mutating func add(_ identity: Identity) {
        cancelled.insert(identity)
        guard identity.anchors == .host, identity.party == .any,
            identity.domains.allSatisfy(\.isEmpty), identity.pattern.last == UInt8(ascii: "^"),
            identity.traits.isDisjoint(with: [.important, .matchCase, .regex])
        else { return }
        let mark: [UInt8] = identity.traits.contains(.exception) ? [UInt8(ascii: "@")] : []
        cancelledDomains.insert(mark + identity.pattern.dropLast())
    }

    private static func identity(
        _ rule: AdblockRule, _ record: EntryRecord, _ list: ParsedList
    ) -> Identity {
        func domains(_ range: Range<UInt32>) -> [[UInt8]] {
            range.map { Array(list.entries.text[list.ruleDomains[Int($0)].range]) }
                .sorted { $0.lexicographicallyPrecedes($1) }
        }
        return Identity(
            pattern: Array(list.entries.text[record.range]), anchors: rule.anchors,
            traits: rule.traits.subtracting(.badFilter), party: rule.party,
            typeMask: rule.typeMask,
            domains: [
                domains(rule.includeDomains), domains(rule.excludeDomains),
                domains(rule.denyAllowDomains),
            ])
    }

    /// Whether the entry is a `$badfilter` rule itself, or cancelled by one.
    func cancels(_ record: EntryRecord, in list: ParsedList) -> Bool {
        if record.rule != EntryRecord.none {
            let rule = list.adblockRules[Int(record.rule)]
            if rule.traits.contains(.badFilter) { return true }
            return !cancelled.isEmpty && cancelled.contains(Self.identity(rule, record, list))
        }
        guard !cancelledDomains.isEmpty, record.flags.contains(.fromAdblock) else { return false }
        let mark: [UInt8] = record.flags.contains(.exception) ? [UInt8(ascii: "@")] : []
        return cancelledDomains.contains(mark + list.entries.text[record.range])
    }
}
