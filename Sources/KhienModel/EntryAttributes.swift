/// What a rule says about itself, in 16 bits of its entry record.
///
/// ```
/// bits 0-3   kind (TargetKind)        bit 7   important
/// bits 4-5   action (Action)          bit 8   came from adblock syntax
/// bit  6     from an authority        bit 9   subdomains only (`*.name` of an RPZ zone)
/// bit  10    of a confidential list
/// ```
public struct EntryAttributes: Hashable, Sendable {
    public var rawValue: UInt16

    @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

    @inlinable public init(
        kind: TargetKind, action: Action, authority: Authority, isImportant: Bool = false,
        isAdblock: Bool = false, isSubdomainsOnly: Bool = false, isConfidential: Bool = false
    ) {
        rawValue =
            UInt16(kind.rawValue) | UInt16(action.rawValue) << 4
            | UInt16(authority.rawValue) << 6 | (isImportant ? 1 << 7 : 0)
            | (isAdblock ? 1 << 8 : 0) | (isSubdomainsOnly ? 1 << 9 : 0)
            | (isConfidential ? 1 << 10 : 0)
    }

    @inlinable public var kind: TargetKind { TargetKind(rawValue: UInt8(rawValue & 15)) ?? .phrase }
    @inlinable public var action: Action { Action(rawValue: UInt8(rawValue >> 4 & 3)) ?? .block }
    @inlinable public var authority: Authority { rawValue & 1 << 6 != 0 ? .authority : .operator }
    @inlinable public var isImportant: Bool { rawValue & 1 << 7 != 0 }
    @inlinable public var isAdblock: Bool { rawValue & 1 << 8 != 0 }
    /// Whether a rule is meant for every spelling of a URL that the lookup form folds, and not only
    /// for what a browser writes: all but an operator's adblock rules.
    @inlinable public var meansEverySpelling: Bool { !isAdblock || authority == .authority }
    @inlinable public var isSubdomainsOnly: Bool { rawValue & 1 << 9 != 0 }
    @inlinable public var isConfidential: Bool { rawValue & 1 << 10 != 0 }
}
