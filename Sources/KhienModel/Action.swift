/// What a list or an order asks for when one of its entries matches.
///
/// The raw values are part of the image format.
@frozen public enum Action: UInt8, Sendable, CaseIterable, Comparable {
    /// An exception: lifts what a list of the same or a lower authority asks for.
    case allow = 0
    /// Let it pass and record it.
    case monitor = 1
    /// Show a page that explains, with a way to continue.
    case warn = 2
    /// Refuse.
    case block = 3

    /// The milder action is the lesser one.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The name in lists, configuration, messages and logs.
    public var name: String {
        switch self {
        case .allow: "allow"
        case .monitor: "monitor"
        case .warn: "warn"
        case .block: "block"
        }
    }

    /// The action with this name, or nil.
    public init?(name: String) {
        guard let action = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = action
    }
}

/// Who stands behind a list.
@frozen public enum Authority: UInt8, Sendable {
    /// The operator of the proxy: a school, an ISP's own rules.
    case `operator` = 0
    /// A competent authority, by an order.
    case authority = 1
}
