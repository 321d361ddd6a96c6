/// The field lines of one head in the order received. The storage is kept from message to message.
public struct FieldTable: Sendable {
    private var fields: [HeaderField]

    init(capacity: Int) {
        fields = []
        fields.reserveCapacity(capacity)
    }

    public var count: Int { fields.count }

    public subscript(index: Int) -> HeaderField {
        _read { yield fields[index] }
        _modify { yield &fields[index] }
    }

    /// The first field of this name.
    /// - Complexity: linear in the number of fields.
    public func first(_ id: HeaderID) -> HeaderField? {
        for index in 0..<fields.count where fields[index].id == id { return fields[index] }
        return nil
    }

    /// The value of the first field of this name.
    public func value(of id: HeaderID) -> ByteRange? { first(id)?.value }

    /// The first field of a name that has no `HeaderID`, compared without regard to case.
    public func first(named name: StaticString, in bytes: Span<UInt8>) -> HeaderField? {
        for index in 0..<fields.count {
            let field = fields[index]
            if bytes.equalsIgnoringCase(field.name, name) { return field }
        }
        return nil
    }

    mutating func removeAll() { fields.removeAll(keepingCapacity: true) }

    @inline(__always)
    mutating func append(_ field: HeaderField) { fields.append(field) }

    /// Marks the fields that a Connection field names, so that they are not forwarded.
    ///
    /// A sender could name a field that guards or frames the message (`Connection: authorization`,
    /// `host`, `content-length`, `x-forwarded-for`) and so have the proxy remove it for the next
    /// hop: RFC 9110 section 7.6.1 forbids naming a field that is meant for all recipients, and
    /// here such a name has no effect. Only hop-by-hop fields, which are removed anyway, and fields
    /// without a `HeaderID` can be named.
    mutating func markNominated(_ option: ByteRange, in bytes: Span<UInt8>) {
        for index in 0..<fields.count
        where fields[index].id == .other
            && bytes.equalsIgnoringCase(fields[index].name, bytes, option)
        {
            fields[index].isNominated = true
        }
    }
}
