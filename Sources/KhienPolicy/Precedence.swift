import KhienModel

/// From hits to a verdict. Pure: the same hits give the same decision, in whatever order they come.
///
/// An authority stands above the operator, an exception above what it lifts; the first row that
/// holds decides:
///
/// | | hits in force | verdict |
/// | --- | --- | --- |
/// | 1 | an authority's `block` | block |
/// | 2 | an authority's `warn`, then `monitor`, where no authority's `allow` stands | that |
/// | 3 | an authority's `allow`, or an operator's from a list of exceptions | no operator's rule counts: allow |
/// | 4 | an operator's `block` | block |
/// | 5 | an operator's `warn`, then `monitor` | that |
/// | 6 | none | allow |
///
/// except that an operator's `block` may turn what row 2 gives into block. Adblock rules are
/// operator's rules; among themselves `@@…$important` lifts all, `$important` stands against `@@`,
/// `@@` lifts the rest. An adblock exception lifts nothing of another format: a list against
/// advertising must not open what a school blocks.
///
/// Among hits of equal rank the one with the lowest entry number is named: entries are numbered by
/// layer, key, list and line, so the answer does not depend on the order of discovery.
public enum Precedence {
    /// A verdict with the hit that decided; no hit: none was in force.
    public struct Decision: Hashable, Sendable {
        public var verdict: Action
        public var hit: Hit?

        @inlinable public init(verdict: Action, hit: Hit?) {
            self.verdict = verdict
            self.hit = hit
        }
    }

    /// Decides. Allocates nothing.
    public static func decide(_ hits: borrowing Span<Hit>) -> Decision {
        if hits.isEmpty { return Decision(verdict: .allow, hit: nil) }
        return decision(of: hits)
    }

    /// Apart, so that the usual case of no hit needs no room for ranks.
    @inline(never)
    private static func decision(of hits: borrowing Span<Hit>) -> Decision {
        var ranks = Ranks()
        for index in hits.indices where hits[index].isInForce { ranks.add(hits[index]) }
        return ranks.decision
    }
}

/// The lowest hit of each rank.
private struct Ranks {
    private var authority = Slots()
    private var ordinary = Slots()
    private var adblockImportant = Slots()
    private var adblock = Slots()

    mutating func add(_ hit: Hit) {
        let attributes = hit.attributes
        if attributes.authority == .authority {
            authority.add(hit)
        } else if !attributes.isAdblock {
            ordinary.add(hit)
        } else if attributes.isImportant {
            adblockImportant.add(hit)
        } else {
            adblock.add(hit)
        }
    }

    var decision: Precedence.Decision {
        if let hit = authority.block { return .init(verdict: .block, hit: hit) }
        let ordered = authority.allow == nil ? authority.softest : nil
        let exception = authority.allow ?? ordinary.allow
        let own = exception == nil ? operatorDecision : .init(verdict: .allow, hit: exception)
        guard let ordered, own.verdict <= ordered.verdict else { return own }
        return ordered
    }

    /// What the operator's rules say where no exception lifts them all.
    private var operatorDecision: Precedence.Decision {
        let stands = effectiveAdblock
        for action in [Action.block, .warn, .monitor] {
            if let hit = Self.first(ordinary[action], stands.rules[action]) {
                return .init(verdict: action, hit: hit)
            }
        }
        return .init(verdict: .allow, hit: stands.exception)
    }

    /// The adblock rules that their own exceptions leave, and the exception that lifted the others.
    private var effectiveAdblock: (rules: Slots, exception: Hit?) {
        if let exception = adblockImportant.allow { return (Slots(), exception) }
        if let exception = adblock.allow { return (adblockImportant, exception) }
        var rules = adblock
        for action in [Action.block, .warn, .monitor] {
            if let hit = adblockImportant[action] { rules.add(hit) }
        }
        return (rules, nil)
    }

    private static func first(_ left: Hit?, _ right: Hit?) -> Hit? {
        guard let left else { return right }
        guard let right else { return left }
        return left.entry < right.entry ? left : right
    }
}

/// The lowest hit of each action.
private struct Slots {
    private(set) var allow: Hit?
    private(set) var monitor: Hit?
    private(set) var warn: Hit?
    private(set) var block: Hit?

    /// `warn` before `monitor`.
    var softest: Precedence.Decision? {
        if let warn { return .init(verdict: .warn, hit: warn) }
        if let monitor { return .init(verdict: .monitor, hit: monitor) }
        return nil
    }

    subscript(action: Action) -> Hit? {
        switch action {
        case .allow: allow
        case .monitor: monitor
        case .warn: warn
        case .block: block
        }
    }

    mutating func add(_ hit: Hit) {
        switch hit.attributes.action {
        case .allow: Self.lower(&allow, hit)
        case .monitor: Self.lower(&monitor, hit)
        case .warn: Self.lower(&warn, hit)
        case .block: Self.lower(&block, hit)
        }
    }

    private static func lower(_ slot: inout Hit?, _ hit: Hit) {
        if let present = slot, present.entry <= hit.entry { return }
        slot = hit
    }
}
