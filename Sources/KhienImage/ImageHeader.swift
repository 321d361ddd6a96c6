/// The first bytes of an image and its section table.
///
/// ```
/// offset  size  field
///      0     8  magic "KHIENIMG"
///      8     4  format version (6)
///     12     4  canonical form (1)
///     16     8  length of the file, bytes
///     24     8  seed of the key hashes
///     32     8  time of compilation, seconds since 1970
///     40     4  number of sections
///     44     4  reserved, 0
///     48     8  checksum of bytes 0..<48 and of the section table
///     56     8  fingerprint of the content: the sections' checksums, combined
///     64  32*n  section table: id u32, reserved u32, offset u64, length u64, checksum u64
/// ```
///
/// All numbers are little-endian. Sections begin at multiples of 64 bytes.
public struct ImageHeader {
    @inlinable public static var byteCount: Int { 64 }
    @inlinable public static var sectionRecordByteCount: Int { 32 }
    public static let formatVersion: UInt32 = 7
    public static let canonicalForm: UInt32 = 1
    public static let magic: [UInt8] = Array("KHIENIMG".utf8)
    @inlinable public static var sectionsMax: Int { 64 }
    @inlinable public static var alignment: Int { 64 }

    public var seed: UInt64
    public var created: UInt64
    public var fingerprint: UInt64
    public var sections: [Section]

    public struct Section: Sendable {
        public var id: SectionID
        public var offset: Int
        public var count: Int
        public var checksum: UInt64
    }

    /// Reads and checks header and section table; the sections' content is not touched.
    public init(reading bytes: ImageBytes) throws(ImageError) {
        guard bytes.count >= Self.byteCount else {
            throw ImageError(.truncated(needed: Self.byteCount, found: bytes.count))
        }
        guard Self.magic.indices.allSatisfy({ bytes[$0] == Self.magic[$0] }) else {
            throw ImageError(.notAnImage)
        }
        let version = bytes.uint32(at: 8)
        guard version == Self.formatVersion else {
            throw ImageError(.version(found: version, readable: Self.formatVersion))
        }
        let canonicalForm = bytes.uint32(at: 12)
        guard canonicalForm == Self.canonicalForm else {
            throw ImageError(
                .canonicalForm(found: canonicalForm, readable: Self.canonicalForm))
        }
        let fileLength = bytes.uint64(at: 16)
        guard fileLength == UInt64(bytes.count) else {
            throw ImageError(
                .truncated(needed: Int(clamping: fileLength), found: bytes.count))
        }
        let sectionCount = Int(bytes.uint32(at: 40))
        let tableEnd = Self.byteCount + sectionCount * Self.sectionRecordByteCount
        guard sectionCount <= Self.sectionsMax, tableEnd <= bytes.count else {
            throw ImageError(.badHeader("\(sectionCount) sections"))
        }
        guard Self.checksum(bytes, tableEnd: tableEnd) == bytes.uint64(at: 48) else {
            throw ImageError(.badHeader("its checksum differs"))
        }
        seed = bytes.uint64(at: 24)
        created = bytes.uint64(at: 32)
        fingerprint = bytes.uint64(at: 56)
        sections = []
        for index in 0..<sectionCount {
            let record = Self.byteCount + index * Self.sectionRecordByteCount
            sections.append(try Self.section(bytes, record: record, tableEnd: tableEnd))
        }
    }

    private static func section(
        _ bytes: ImageBytes, record: Int, tableEnd: Int
    ) throws(ImageError) -> Section {
        guard let id = SectionID(rawValue: bytes.uint32(at: record)) else {
            throw ImageError(.badHeader("unknown section \(bytes.uint32(at: record))"))
        }
        guard let offset = Int(exactly: bytes.uint64(at: record + 8)),
            let count = Int(exactly: bytes.uint64(at: record + 16)),
            offset >= tableEnd, offset % alignment == 0, count <= bytes.count,
            offset <= bytes.count - count
        else { throw ImageError(.badHeader("section \(id) does not lie inside the file")) }
        return Section(
            id: id, offset: offset, count: count, checksum: bytes.uint64(at: record + 24))
    }

    /// The checksum of header and section table, the stored checksum itself left out.
    public static func checksum(_ bytes: ImageBytes, tableEnd: Int) -> UInt64 {
        Checksum.of(bytes.slice(0, 48))
            ^ Checksum.of(bytes.slice(56, tableEnd - 56))
    }
}
