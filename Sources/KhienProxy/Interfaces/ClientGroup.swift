/// The number of a group of clients: a place in the `ClientGroups` of the judge in force, and of no
/// other.
public struct ClientGroup: Hashable, Sendable {
    public let index: Int

    public init(_ index: Int) { self.index = index }

    /// Clients that no network names: the general settings hold.
    public static let general = ClientGroup(0)
}
