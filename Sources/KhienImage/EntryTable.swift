import KhienModel

/// One entry: where it stands and what it asks for.
public struct Entry: Sendable {
    public var list: ListIndex
    public var attributes: EntryAttributes
    /// From 1; 0 where the list has no lines.
    public var line: UInt32
    public var order: OrderIndex?

    @inlinable public init(
        list: ListIndex, attributes: EntryAttributes, line: UInt32, order: OrderIndex?
    ) {
        self.list = list
        self.attributes = attributes
        self.line = line
        self.order = order
    }
}

/// All entries of an image.
///
/// ```
/// record, 12 bytes: list u16, attributes u16, line u32, order u32 (0xFFFFFFFF: none)
/// ```
public struct EntryTable: Sendable {
    @inlinable public static var recordByteCount: Int { 12 }
    @inlinable public static var noOrder: UInt32 { .max }

    @usableFromInline let bytes: ImageBytes
    public let count: Int

    /// Checks every record against the number of lists and orders.
    ///
    /// - Parameter file: as for `KeyTable`.
    package init(
        _ bytes: ImageBytes, listCount: Int, orderCount: Int, file: MappedFile? = nil
    ) throws(ImageError) {
        guard bytes.count % Self.recordByteCount == 0 else {
            throw ImageError(.badSection(.entries, "not whole records", offset: bytes.count))
        }
        self.bytes = bytes
        count = bytes.count / Self.recordByteCount
        var passed = PassedPages(of: bytes, in: file)
        for index in 0..<count {
            let record = index * Self.recordByteCount
            let order = bytes.uint32(at: record + 8)
            guard Int(bytes.uint16(at: record)) < listCount,
                TargetKind(rawValue: UInt8(bytes.uint16(at: record + 2) & 15)) != nil,
                order == Self.noOrder || Int(order) < orderCount
            else { throw ImageError(.badSection(.entries, "list, kind or order", offset: record)) }
            if index & 0xFFFF == 0xFFFF { passed.pass(to: record) }
        }
        passed.pass(to: bytes.count)
    }

    @inlinable public subscript(index: UInt32) -> Entry {
        let record = Int(index) * Self.recordByteCount
        let order = bytes.uint32(at: record + 8)
        return Entry(
            list: ListIndex(bytes.uint16(at: record)),
            attributes: EntryAttributes(rawValue: bytes.uint16(at: record + 2)),
            line: bytes.uint32(at: record + 4),
            order: order == Self.noOrder ? nil : OrderIndex(order))
    }
}
