import KhienModel

/// All lists in force, compiled: one immutable file, mapped into memory and validated once.
///
/// Readers rely on that validation: every offset, index and rank that a lookup follows was checked
/// when the image was opened. The layout of each section stands with its type and in
/// docs/FORMAT.md.
public final class Image: Sendable {
    let file: MappedFile
    /// What requests read before they meet an entry, in the order of the file.
    let hotParts: [ImageBytes]
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
    /// The pages that were checked are dropped again from the process's memory, so that an image is
    /// checked beside the one in force without standing in memory whole; `populate` maps what
    /// requests will read.
    /// - Complexity: linear in the file's size; a quarter of a gigabyte takes tens of milliseconds.
    public init(path: String) throws(ImageError) {
        let file = try MappedFile(path: path)
        do throws(ImageError) {
            let header = try ImageHeader(reading: file.bytes)
            let sections = try CheckedSections(header, in: file)
            func bytes(_ id: SectionID) throws(ImageError) -> ImageBytes {
                try sections.bytes(id)
            }
            let strings = try bytes(.strings)
            lists = try ListTable(bytes(.lists), strings: strings)
            orders = try OrderTable(bytes(.orders), strings: strings)
            let (listCount, orderCount) = (lists.count, orders.count)
            let count = try sections.byteCount(.entries) / EntryTable.recordByteCount
            @Sendable func keys(_ id: SectionID, _ entryCount: Int) throws(ImageError) -> KeyTable {
                try sections.read(id) { pass throws(ImageError) in
                    try KeyTable(
                        &pass, section: id, entryCount: entryCount, orderCount: orderCount)
                }
            }
            @Sendable func readEntries() throws(ImageError) -> EntryTable {
                try sections.read(.entries) { pass throws(ImageError) in
                    try EntryTable(&pass, listCount: listCount, orderCount: orderCount)
                }
            }
            let smaller = min(
                try sections.byteCount(.entries), try sections.byteCount(.hosts))
            (entries, hosts) = try SideBySide.both(
                isWorthIt: smaller >= SideBySide.leastByteCount, readEntries
            ) { () throws(ImageError) in
                try keys(.hosts, count)
            }
            urls = try keys(.urls, count)
            addresses = try keys(.addresses, count)
            try addresses.checkAddressKeys()
            suffixes = try keys(.suffixes, Int.max)
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
            hotParts =
                [
                    hosts.hotBytes, urls.hotBytes, addresses.hotBytes, expressions.hotBytes,
                    confidential.hotBytes,
                ]
                + (try [.suffixes, .patterns, .regexes, .literals, .phrases].map {
                    (id: SectionID) throws(ImageError) in try bytes(id)
                })
        } catch {
            throw ImageError(error.code, file: path)
        }
        self.file = file
        self.path = path
        byteCount = file.bytes.count
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
