import KhienModel

/// What a first answer needs of a key's entries, where they all agree in it. A table's keys have few
/// different ones, so that these stay in the processor's caches and the entries are not touched.
public struct KeyProfile: Hashable, Sendable {
    public var attributes: EntryAttributes
    public var order: OrderIndex?

    @inlinable public init(attributes: EntryAttributes, order: OrderIndex?) {
        self.attributes = attributes
        self.order = order
    }

    /// Whether the attributes' kind is one that exists.
    var hasKind: Bool { TargetKind(rawValue: UInt8(attributes.rawValue & 15)) != nil }
}

extension KeyTable {
    /// A profile by its number, which is below the table's number of profiles.
    @inlinable @inline(__always) public func profile(_ number: UInt8) -> KeyProfile {
        let word = profiles.uint64(at: Int(number) * Self.profileByteCount)
        let order = UInt32(truncatingIfNeeded: word >> 32)
        return KeyProfile(
            attributes: EntryAttributes(rawValue: UInt16(truncatingIfNeeded: word)),
            order: order == EntryTable.noOrder ? nil : OrderIndex(order))
    }
}
