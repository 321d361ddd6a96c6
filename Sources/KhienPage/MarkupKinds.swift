import KhienText

/// A set of kinds of bodies.
public struct MarkupKinds: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public init(_ kind: MarkupKind) { rawValue = 1 << kind.rawValue }

    public static let all = MarkupKinds(MarkupKind.allCases.map { MarkupKinds($0) })

    public func contains(_ kind: MarkupKind) -> Bool { contains(MarkupKinds(kind)) }
}
