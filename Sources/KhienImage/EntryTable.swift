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
    init(
        _ pass: inout SectionPass, listCount: Int, orderCount: Int
    ) throws(ImageError) {
        let bytes = pass.bytes
        guard bytes.count % Self.recordByteCount == 0 else {
            throw ImageError(.badSection(.entries, "not whole records", offset: bytes.count))
        }
        self.bytes = bytes
        count = bytes.count / Self.recordByteCount
        let bounds = Bounds(listCount: listCount, orderCount: orderCount)
        var passed = PassedPages(of: bytes, in: pass.file)
        var start = 0
        while start < count {
            let end = min(start + Self.checkedAtOnce, count)
            pass.read(to: end * Self.recordByteCount)
            guard Self.areGood(bytes, start..<end, bounds) else {
                // Once more, one by one, to say where.
                let bad = (start..<end).first { !Self.areGood(bytes, $0..<$0 + 1, bounds) } ?? start
                throw ImageError(
                    .badSection(
                        .entries, "list, kind or order", offset: bad * Self.recordByteCount))
            }
            start = end
            passed.pass(to: start * Self.recordByteCount)
        }
        passed.end(at: bytes.count)
    }

    /// Their bytes stay in a core's own cache between the checksum and the check.
    private static let checkedAtOnce = 1 << 13

    /// What a record may hold.
    private struct Bounds {
        /// Lists and orders that exist.
        let lists: UInt32
        let orders: UInt32
        /// Bit k: k is a kind of target.
        let kinds: UInt32

        init(listCount: Int, orderCount: Int) {
            lists = UInt32(clamping: listCount)
            orders = UInt32(clamping: orderCount)
            kinds = (UInt8(0)..<16).reduce(0) { kinds, value in
                TargetKind(rawValue: value) == nil ? kinds : kinds | 1 << UInt32(value)
            }
        }
    }

    /// Whether all of these records are within the bounds. It does not branch on what it reads, so that
    /// five million records pass at the speed of memory.
    @inline(__always)
    private static func areGood(
        _ bytes: ImageBytes, _ records: Range<Int>, _ bounds: Bounds
    ) -> Bool {
        let part = bytes.slice(
            records.lowerBound * recordByteCount, records.count * recordByteCount)
        var (lists, orders, kinds): (UInt32, UInt32, UInt32) = (0, 0, 0)
        var offset = 0
        while offset < part.count {
            let (head, order) = part.firstAndThirdWord(at: offset)
            lists = max(lists, head & 0xFFFF)
            kinds |= 1 &<< (head &>> 16 & 15)
            // That there is none is all ones: one more is 0, which is no more than any count.
            orders = max(orders, order &+ 1)
            offset &+= recordByteCount
        }
        return lists < bounds.lists && orders <= bounds.orders && kinds & ~bounds.kinds == 0
    }

    @inlinable public func attributes(of index: UInt32) -> EntryAttributes {
        EntryAttributes(rawValue: bytes.uint16(at: Int(index) * Self.recordByteCount + 2))
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
