import KhienModel

/// All lists in force, compiled: one immutable file, mapped into memory and validated once.
///
/// Readers rely on that validation: every offset, index and rank that a lookup follows was checked
/// when the image was opened. The layout of each section stands with its type and in
/// docs/FORMAT.md.
public final class Image: Sendable {
    private let file: MappedFile
    public let path: String
    /// The length of the file.
    public let byteCount: Int
    public let created: UnixTime
    /// Two images with the same content have the same fingerprint.
    public let fingerprint: UInt64

    public let seed: UInt64
    public let lists: ListTable
    public let orders: OrderTable
    public let entries: EntryTable
    public let hosts: KeyTable
    public let urls: KeyTable
    public let addresses: KeyTable
    public let suffixes: KeyTable
    public let patterns: PatternTable
    public let regexes: RegexTable
    package let expressions: DigestTable
    package let confidential: DigestTable
    public let literals: LiteralTable
    public let phrases: PhraseTable
    /// The bytes of each section, for summaries.
    public let sectionByteCounts: [(section: SectionID, bytes: Int)]

    /// Maps and validates the image at `path`.
    ///
    /// - Throws: `ImageError` when the file cannot be read, is damaged, or was made by another
    ///   version; nothing of it is used then.
    /// - Complexity: linear in the file's size; a quarter of a gigabyte takes tens of milliseconds.
    public init(path: String) throws(ImageError) {
        let file = try MappedFile(path: path)
        do throws(ImageError) {
            let header = try ImageHeader(reading: file.bytes)
            let sections = try Self.checkedSections(header, in: file.bytes)
            func bytes(_ id: SectionID) throws(ImageError) -> ImageBytes {
                guard let found = sections[id] else { throw ImageError(.missingSection(id)) }
                return found
            }
            let strings = try bytes(.strings)
            lists = try ListTable(bytes(.lists), strings: strings)
            orders = try OrderTable(bytes(.orders), strings: strings)
            entries = try EntryTable(
                bytes(.entries), listCount: lists.count, orderCount: orders.count)
            let count = entries.count
            hosts = try KeyTable(bytes(.hosts), section: .hosts, entryCount: count)
            urls = try KeyTable(bytes(.urls), section: .urls, entryCount: count)
            addresses = try KeyTable(bytes(.addresses), section: .addresses, entryCount: count)
            try addresses.checkAddressKeys()
            suffixes = try KeyTable(bytes(.suffixes), section: .suffixes, entryCount: Int.max)
            patterns = try PatternTable(bytes(.patterns), entryCount: count)
            regexes = try RegexTable(bytes(.regexes), ruleCount: patterns.ruleCount)
            expressions = try DigestTable(
                bytes(.expressions), section: .expressions, width: .sha256, entryCount: count)
            confidential = try DigestTable(
                bytes(.confidential), section: .confidential, width: .keyed, entryCount: count)
            literals = try LiteralTable(bytes(.literals))
            phrases = try PhraseTable(
                bytes(.phrases), literalCount: literals.count, entryCount: count)
            seed = header.seed
            created = UnixTime(seconds: Int64(clamping: header.created))
            fingerprint = header.fingerprint
            sectionByteCounts = header.sections.map { ($0.id, $0.count) }
        } catch {
            throw ImageError(error.code, file: path)
        }
        self.file = file
        self.path = path
        byteCount = file.bytes.count
    }

    private static func checkedSections(
        _ header: ImageHeader, in bytes: ImageBytes
    ) throws(ImageError) -> [SectionID: ImageBytes] {
        var sections: [SectionID: ImageBytes] = [:]
        for section in header.sections {
            let content = bytes.slice(section.offset, section.count)
            guard Checksum.of(content) == section.checksum else {
                throw ImageError(.checksum(section.id))
            }
            guard sections.updateValue(content, forKey: section.id) == nil else {
                throw ImageError(.badHeader("section \(section.id) stands twice"))
            }
        }
        return sections
    }

    /// Number of lists, orders and entries.
    public var listCount: Int { lists.count }
    public var orderCount: Int { orders.count }
    public var entryCount: Int { entries.count }

    /// The table of hosts: its keys, and the bytes that its lookups read before a hit.
    public var hostFigures: (keys: Int, hotBytes: Int) { (hosts.keyCount, hosts.hotByteCount) }

    /// Whether it holds entries of confidential lists: a matcher then needs their key.
    public var needsKey: Bool { confidential.count > 0 }

    /// The record of a list. Allocates.
    public func list(_ index: ListIndex) -> ListInfo { lists[index] }

    /// The record of an order. Allocates.
    public func order(_ index: OrderIndex) -> Order { orders[index] }

    /// The record of an entry. Traps where there is none.
    public func entry(_ index: EntryIndex) -> Entry { entries[index.value] }
}
