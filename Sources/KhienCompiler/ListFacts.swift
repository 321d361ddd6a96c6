import KhienLists
import KhienModel

/// What a list gives to its entries. It holds no memory of others, so that asking for it, as is done for
/// each of millions of entries, counts no references.
struct ListFacts: Sendable {
    var action: Action
    var authority: Authority
    var isAdblock: Bool
    var isConfidential: Bool

    init(_ source: SourceList) {
        action = source.action
        authority = source.authority
        isAdblock = source.list.format == .adblock
        isConfidential = source.isConfidential
    }

    /// Whether an entry without an order or an action of its own is an operator's block, warning or
    /// record: what nearly all entries are.
    var isPlain: Bool { authority == .operator && action != .allow }

    /// What a record asks for, the list's defaults filled in. An entry under an order speaks for
    /// the authority, whatever list it stands in.
    @inline(__always) func attributes(_ record: EntryRecord) -> EntryAttributes {
        let isOrdered = record.order != EntryRecord.none
        return EntryAttributes(
            kind: record.kind,
            action: record.action ?? (record.flags.contains(.exception) ? .allow : action),
            authority: isOrdered ? .authority : authority,
            isImportant: record.flags.contains(.important),
            isAdblock: record.flags.contains(.fromAdblock)
                || (record.kind == .pattern && !record.flags.contains(.fromURL))
                || (record.kind == .regex && isAdblock),
            isSubdomainsOnly: record.flags.contains(.subdomainsOnly),
            isConfidential: isConfidential)
    }
}
