import KhienModel

/// What the image says about one list.
public struct ListInfo: Hashable, Sendable {
    /// The name in configuration, messages and logs.
    public var name: String
    /// Where it was read from, as the operator wrote it.
    public var path: String
    /// The format's name: `hosts`, `adblock` ...
    public var format: String
    public var category: String
    public var action: Action
    public var authority: Authority
    /// The list's own serial number where it has one, else 0.
    public var serial: UInt64
    /// Lines by what became of them.
    public var accepted: UInt32
    public var repaired: UInt32
    public var rejected: UInt32
    public var unsupported: UInt32
    /// Entries that stand in the image.
    public var entries: UInt32

    public init(
        name: String, path: String, format: String, category: String, action: Action,
        authority: Authority, serial: UInt64 = 0, accepted: UInt32 = 0, repaired: UInt32 = 0,
        rejected: UInt32 = 0, unsupported: UInt32 = 0, entries: UInt32 = 0
    ) {
        self.name = name
        self.path = path
        self.format = format
        self.category = category
        self.action = action
        self.authority = authority
        self.serial = serial
        self.accepted = accepted
        self.repaired = repaired
        self.rejected = rejected
        self.unsupported = unsupported
        self.entries = entries
    }
}

/// A string of the image: offset and length in the section of strings.
public struct StringReference: Sendable {
    public var offset: UInt32
    public var count: UInt32

    public init(offset: UInt32, count: UInt32) {
        self.offset = offset
        self.count = count
    }
}

/// All lists of an image.
///
/// ```
/// record, 64 bytes
///  0  4 x string (offset u32, length u32): name, path, format, category
/// 32  action u8, authority u8, reserved u16
/// 36  accepted u32, repaired u32, rejected u32, unsupported u32, entries u32
/// 56  serial u64
/// ```
public struct ListTable: Sendable {
    @inlinable public static var recordByteCount: Int { 64 }

    private let bytes: ImageBytes
    private let strings: ImageBytes
    public let count: Int

    public init(_ bytes: ImageBytes, strings: ImageBytes) throws(ImageError) {
        guard bytes.count % Self.recordByteCount == 0 else {
            throw ImageError(.badSection(.lists, "not whole records", offset: bytes.count))
        }
        self.bytes = bytes
        self.strings = strings
        count = bytes.count / Self.recordByteCount
        for index in 0..<count {
            let record = index * Self.recordByteCount
            guard (0..<4).allSatisfy({ strings.hasString(at: record + $0 * 8, in: bytes) }) else {
                throw ImageError(.badSection(.lists, "a string outside the table", offset: record))
            }
            guard Action(rawValue: bytes[record + 32]) != nil,
                Authority(rawValue: bytes[record + 33]) != nil
            else { throw ImageError(.badSection(.lists, "action or authority", offset: record)) }
        }
    }

    /// The list's record. Allocates.
    public subscript(index: ListIndex) -> ListInfo {
        let record = Int(index.value) * Self.recordByteCount
        return ListInfo(
            name: strings.string(at: record, in: bytes),
            path: strings.string(at: record + 8, in: bytes),
            format: strings.string(at: record + 16, in: bytes),
            category: strings.string(at: record + 24, in: bytes),
            action: Action(rawValue: bytes[record + 32]) ?? .block,
            authority: Authority(rawValue: bytes[record + 33]) ?? .operator,
            serial: bytes.uint64(at: record + 56),
            accepted: bytes.uint32(at: record + 36), repaired: bytes.uint32(at: record + 40),
            rejected: bytes.uint32(at: record + 44), unsupported: bytes.uint32(at: record + 48),
            entries: bytes.uint32(at: record + 52))
    }
}

extension ImageBytes {
    /// Whether the reference at `offset` of `records` lies inside these bytes.
    func hasString(at offset: Int, in records: ImageBytes) -> Bool {
        Int(records.uint32(at: offset)) + Int(records.uint32(at: offset + 4)) <= count
    }

    /// The string that the reference at `offset` of `records` names in these bytes.
    func string(at offset: Int, in records: ImageBytes) -> String {
        slice(Int(records.uint32(at: offset)), Int(records.uint32(at: offset + 4))).text()
    }
}
