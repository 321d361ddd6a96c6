import KhienModel

/// What an entry asks for, with what weight and when: enough to say whether another entry makes it
/// say nothing new.
package struct EntryForce: Equatable, Sendable {
    /// Who is heard before whom, after the table in `KhienPolicy/Precedence.swift`: what lifts a rule
    /// of one rank lifts every rule of a lower one.
    package enum Rank: UInt8, Comparable, Sendable {
        case adblock
        case adblockImportant
        case `operator`
        case authority

        package static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
    }

    package var attributes: EntryAttributes
    package var rank: Rank
    /// In force from this second on; the least number: always was.
    package var from = Int64.min
    /// In force until before this second; the greatest number: has no end.
    package var until = Int64.max
    package var hasOrder: Bool

    /// - Parameter order: nil: none.
    package init(_ attributes: EntryAttributes, order: Order?) {
        self.attributes = attributes
        hasOrder = order != nil
        from = order?.effective?.seconds ?? from
        until = order?.expires?.seconds ?? until
        if attributes.authority == .authority {
            rank = .authority
        } else if attributes.isAdblock {
            rank = attributes.isImportant ? .adblockImportant : .adblock
        } else {
            rank = .operator
        }
    }

    package var action: Action { attributes.action }

    /// Whether this gives at least the verdict that `other` gives, whenever that one does: wherever
    /// both match, leaving `other` out would change no verdict.
    package func includes(_ other: EntryForce) -> Bool {
        guard rank >= other.rank, from <= other.from, until >= other.until else { return false }
        if other.action == .allow { return action == .allow }
        return action >= other.action
    }

    /// Whether it is an exception of the operator's own lists. Exceptions in adblock syntax are not
    /// meant: they lift rules of their own syntax and claim nothing else.
    var isOperatorException: Bool { action == .allow && rank == .operator }

    /// Whether it is what no exception of the operator may lift.
    var isOrderedBlock: Bool { action == .block && rank == .authority }

    /// Whether it is in force at `now`; where nobody knows the time, as if it were.
    func isInForce(at now: UnixTime?) -> Bool {
        guard let now else { return true }
        return from <= now.seconds && now.seconds < until
    }

    /// Whether it has ended at `now`.
    func isOver(at now: UnixTime?) -> Bool { now.map { until <= $0.seconds } ?? false }
}
