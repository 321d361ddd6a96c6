import KhienModel

/// The rules that `$badfilter` rules cancel, over all lists that are in force together.
///
/// A rule is cancelled if it is the same but for `badfilter`: pattern, anchors, options, and the same
/// names in `domain=` and `denyallow=` in any order. A plain `||name^`, which is a `domain` entry, is
/// cancelled by `||name^$badfilter`. A cancelled rule matches nothing.
public struct BadFilters: Sendable {
    private var identities: Set<[UInt8]> = []

    public init(_ lists: [ParsedList]) {
        for list in lists {
            for rule in list.adblockRules where rule.traits.contains(.badFilter) {
                identities.insert(Self.identity(of: rule, in: list))
            }
        }
    }

    /// Whether there are no such rules at all: then nothing need be asked.
    public var isEmpty: Bool { identities.isEmpty }

    /// Whether an entry of `list` is cancelled. It allocates.
    public func cancels(_ record: EntryRecord, in list: ParsedList) -> Bool {
        if identities.isEmpty { return false }
        if record.rule != EntryRecord.none {
            return identities.contains(
                Self.identity(of: list.adblockRules[Int(record.rule)], in: list))
        }
        guard record.flags.contains(.fromAdblock) else { return false }
        var traits: AdblockRule.Traits = []
        if record.flags.contains(.exception) { traits.insert(.exception) }
        let pattern = Array(list.entries.text[record.range]) + [Byte.caret]
        let types = AdblockOptions().typeMask(isNameOnly: true)
        return identities.contains(
            Self.identity(pattern, .host, traits, .any, types, domains: []))
    }

    private static func identity(of rule: AdblockRule, in list: ParsedList) -> [UInt8] {
        var domains: [[UInt8]] = []
        for (mark, indices) in [
            (UInt8(ascii: "+"), rule.includeDomains), (Byte.tilde, rule.excludeDomains),
            (Byte.exclamation, rule.denyAllowDomains),
        ] {
            for index in indices {
                domains.append([mark] + list.entries.text[list.ruleDomains[Int(index)].range])
            }
        }
        return identity(
            Array(list.entries.text[rule.pattern.range]), rule.anchors,
            rule.traits.subtracting(.badFilter), rule.party, rule.typeMask,
            domains: domains.sorted { $0.lexicographicallyPrecedes($1) })
    }

    private static func identity(
        _ pattern: [UInt8], _ anchors: AdblockRule.Anchors, _ traits: AdblockRule.Traits,
        _ party: AdblockRule.Party, _ types: UInt16, domains: [[UInt8]]
    ) -> [UInt8] {
        var key = pattern
        key += [
            0, anchors.rawValue, traits.rawValue, party.rawValue, UInt8(types >> 8),
            UInt8(types & 0xFF),
        ]
        for domain in domains { key += [0] + domain }
        return key
    }
}
