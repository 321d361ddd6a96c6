import KhienModel

/// The rules that `$badfilter` rules cancel, over the lists of one scope.
///
/// A scope is who speaks: the operator's lists are one, those of authorities are another, and each
/// confidential list is one of its own. So nobody's list switches off what another side asks for, and what
/// stands under an order is never cancelled: only the authority that gave the order may lift it.
///
/// A rule is cancelled if it is the same but for `badfilter`: pattern, anchors, options, and the
/// same names in `domain=` and `denyallow=` in any order. A plain `||name^`, which is a `domain`
/// entry, is cancelled by `||name^$badfilter`. A cancelled rule matches nothing.
public struct BadFilters: Sendable {
    /// What becomes of an entry.
    public enum Effect: Equatable, Sendable {
        case none
        case cancelled
        /// A rule would cancel it, and may not: the place of the first such rule's list, and its line.
        case refused(list: Int, line: UInt32)
    }

    private struct Place {
        var list: Int
        var line: UInt32
        var scopes: Set<Int>
    }

    /// The first of the rules that cancel each identity, and the scopes of all of them.
    private var places: [[UInt8]: Place] = [:]

    /// - Parameter scopes: of each list; nil: all have the same.
    public init(_ lists: [ParsedList], scopes: [Int]? = nil) {
        for (index, list) in lists.enumerated() {
            let scope = scopes?[index] ?? 0
            for rule in list.adblockRules where rule.traits.contains(.badFilter) {
                places[
                    Self.identity(of: rule, in: list),
                    default: Place(list: index, line: rule.line, scopes: [])
                ].scopes.insert(scope)
            }
        }
    }

    /// Whether there are no such rules at all: then nothing need be asked.
    public var isEmpty: Bool { places.isEmpty }

    /// Whether an entry of `list` is cancelled. It allocates.
    public func cancels(_ record: EntryRecord, in list: ParsedList, scope: Int = 0) -> Bool {
        effect(on: record, in: list, scope: scope) == .cancelled
    }

    /// What becomes of an entry of `list`. It allocates.
    public func effect(on record: EntryRecord, in list: ParsedList, scope: Int) -> Effect {
        if places.isEmpty { return .none }
        guard let identity = Self.identity(of: record, in: list), let place = places[identity]
        else { return .none }
        if record.order == EntryRecord.none, place.scopes.contains(scope) { return .cancelled }
        return .refused(list: place.list, line: place.line)
    }

    /// What a rule must be to cancel an entry; nil: none can.
    private static func identity(of record: EntryRecord, in list: ParsedList) -> [UInt8]? {
        // The rule of a phrase is another table's.
        if record.kind == .phrase || record.flags.contains(.fromURL) { return nil }
        if record.rule != EntryRecord.none {
            return identity(of: list.adblockRules[Int(record.rule)], in: list)
        }
        guard record.flags.contains(.fromAdblock) else { return nil }
        var traits: AdblockRule.Traits = []
        if record.flags.contains(.exception) { traits.insert(.exception) }
        let pattern = Array(list.entries.text[record.range]) + [Byte.caret]
        let types = AdblockOptions().typeMask(isNameOnly: true)
        return identity(pattern, .host, traits, .any, types, domains: [])
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
