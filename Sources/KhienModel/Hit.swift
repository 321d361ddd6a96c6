/// An entry that matched, with the layer and the view in which it did.
public struct Hit: Hashable, Sendable {
    public var entry: EntryIndex
    public var attributes: EntryAttributes
    public var layer: Layer
    public var view: View
    /// False where the entry's order is not yet or no longer in force: shown by `khien explain`,
    /// never enforced.
    public var isInForce: Bool

    @inlinable public init(
        entry: EntryIndex, attributes: EntryAttributes, layer: Layer, view: View, isInForce: Bool
    ) {
        self.entry = entry
        self.attributes = attributes
        self.layer = layer
        self.view = view
        self.isInForce = isInForce
    }
}
