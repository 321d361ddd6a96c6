import KhienModel
import KhienText

/// Collects what a grammar finds. One builder a list; it is the only place that appends entries, so
/// that the canonical text and the records cannot disagree.
struct ListBuilder {
    var text: [UInt8] = []
    var records: [EntryRecord] = []
    var orders: [Order] = []
    var rules: [AdblockRule] = []
    var ruleDomains: [TextRange] = []
    var phraseRules: [PhraseRule] = []
    var phraseTerms: [PhraseTerm] = []
    var phraseGroups: [PhraseGroup] = []
    var phraseWindows: [[PhraseWindow]] = []
    /// Where each of them stands.
    var phraseWindowNumbers: [[PhraseWindow]: UInt32] = [:]
    var category: String?
    /// Names of one label that are read, to be held by the compiler.
    var topLevelNames: TopLevelNames?
    /// Memory for one canonical host at a time.
    var scratch: [UInt8] = []
    /// Memory for one URL at a time.
    var url = WebURL()
    var lookup = LookupURL()
    /// The line being read, from 1.
    var line: UInt32 = 0
    /// The action of the entries that follow; nil: the list's.
    var action: Action?
    /// The order of the entries that follow.
    var order = EntryRecord.none
    /// What the entries that follow have in common.
    var commonFlags: EntryFlags = []

    /// Networks that ranges of addresses have become so far, and how many they may.
    var rangeNetworks = 0
    var rangeNetworksMax = Limits.Lists.rangeNetworksMax
    /// Whether a range was refused because they would have become more.
    var hasRefusedRange = false

    /// Lines with a mark that only adblock syntax has: `||`, `@@`, an option, a header, `##`.
    var adblockMarks = 0

    /// A place to come back to when the rest of a line proves wrong.
    struct Mark {
        fileprivate var text: Int
        fileprivate var records: Int
        fileprivate var rules: Int
        fileprivate var ruleDomains: Int
        fileprivate var phraseRules: Int
        fileprivate var phraseTerms: Int
    }

    func mark() -> Mark {
        Mark(
            text: text.count, records: records.count, rules: rules.count,
            ruleDomains: ruleDomains.count, phraseRules: phraseRules.count,
            phraseTerms: phraseTerms.count)
    }

    /// Forgets everything that was added since `mark`.
    mutating func forget(since mark: Mark) {
        text.removeSubrange(mark.text...)
        records.removeSubrange(mark.records...)
        rules.removeSubrange(mark.rules...)
        ruleDomains.removeSubrange(mark.ruleDomains...)
        phraseRules.removeSubrange(mark.phraseRules...)
        phraseTerms.removeSubrange(mark.phraseTerms...)
    }

    /// Counts the networks of a range; false: they are too many, and none of them is counted.
    mutating func takeRange(of count: Int) -> Bool {
        guard count <= rangeNetworksMax - rangeNetworks else {
            hasRefusedRange = true
            return false
        }
        rangeNetworks += count
        return true
    }

    /// Adds an entry whose target is the text from `start` to the end of what was appended.
    mutating func addEntry(
        _ kind: TargetKind, textFrom start: Int, flags: EntryFlags = [],
        rule: UInt32 = EntryRecord.none
    ) {
        let allFlags = flags.union(commonFlags)
        records.append(
            EntryRecord(
                kind: kind, action: allFlags.contains(.exception) ? .allow : action,
                flags: allFlags, textStart: UInt32(truncatingIfNeeded: start),
                textLength: UInt32(truncatingIfNeeded: text.count - start), line: line,
                order: order, rule: rule))
    }

    /// The place of the text from `start` to the end.
    func textRange(from start: Int) -> TextRange {
        TextRange(
            start: UInt32(truncatingIfNeeded: start),
            length: UInt32(truncatingIfNeeded: text.count - start))
    }

    /// Appends the bytes of `range`.
    mutating func append(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        for index in range { text.append(bytes[index]) }
    }
}
