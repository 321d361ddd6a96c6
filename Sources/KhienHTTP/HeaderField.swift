/// One field line of a head: where its name and value stand. 16 bytes.
public struct HeaderField: Hashable, Sendable {
    var nameStart: UInt32
    var valueStart: UInt32
    var valueCount: UInt16
    var nameCount: UInt16
    /// The name, where this program knows it.
    public var id: HeaderID
    /// Whether a Connection field names this field. See `FieldTable.markNominated`.
    public internal(set) var isNominated: Bool

    /// The name, without the colon.
    public var name: ByteRange { ByteRange(Int(nameStart), Int(nameStart) + Int(nameCount)) }

    /// The value, without the blanks around it; may be empty.
    public var value: ByteRange { ByteRange(Int(valueStart), Int(valueStart) + Int(valueCount)) }
}
