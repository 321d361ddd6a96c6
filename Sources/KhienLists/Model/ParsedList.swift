import KhienModel

/// One list as it was read: its entries in canonical form, and what became of each line.
public struct ParsedList: Sendable {
    /// The name for people: `gambling.txt`, `ut1/gambling/domains`.
    public var name: String
    /// The path in messages; a member of an archive stands after its archive: `a.tar/x/domains`.
    public var path: String
    public var format: ListFormat
    /// The category that the layout or the list itself names; nil: the configuration's.
    public var category: String?
    public var entries: EntryBatch
    /// Filled by order files only.
    public var orders: [Order]
    /// Filled by adblock lists only.
    public var adblockRules: [AdblockRule]
    /// The hosts that rules name in `domain=` and `denyallow=`, as places in `entries.text`.
    public var ruleDomains: [TextRange]
    /// Filled by phrase lists only; an entry of kind `phrase` has its number in `EntryRecord.rule`.
    public var phraseRules: [PhraseRule] = []
    public var phraseTerms: [PhraseTerm] = []
    public var phraseGroups: [PhraseGroup] = []
    /// Sets of windows: a rule holds while one of its set does.
    public var phraseWindows: [[PhraseWindow]] = []
    public var report: ListReport

    /// An entry's target for messages: a rule's pattern with its anchors, an expression between slashes.
    public func spelling(_ entry: EntryRecord) -> String {
        let text = entries.target(entry)
        if entry.kind == .regex { return "/\(text)/" }
        guard entry.kind == .pattern, !entry.flags.contains(.fromURL) else { return text }
        let anchors = adblockRules[Int(entry.rule)].anchors
        let begin = anchors.contains(.host) ? "||" : anchors.contains(.start) ? "|" : ""
        return begin + text + (anchors.contains(.end) ? "|" : "")
    }

    public init(
        name: String, path: String, format: ListFormat, category: String? = nil,
        entries: EntryBatch = EntryBatch(), orders: [Order] = [], adblockRules: [AdblockRule] = [],
        ruleDomains: [TextRange] = [], report: ListReport = ListReport()
    ) {
        self.name = name
        self.path = path
        self.format = format
        self.category = category
        self.entries = entries
        self.orders = orders
        self.adblockRules = adblockRules
        self.ruleDomains = ruleDomains
        self.report = report
    }
}
