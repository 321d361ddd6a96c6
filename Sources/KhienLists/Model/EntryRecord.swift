import KhienModel

/// What is particular about one entry.
public struct EntryFlags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The entry lifts others: `@@`, `exceptionsitelist`, `rpz-passthru`. Its action is `allow`.
    public static let exception = EntryFlags(rawValue: 1 << 0)
    /// An adblock rule with `$important`.
    public static let important = EntryFlags(rawValue: 1 << 1)
    /// A domain that stood as `||name^`; a `$badfilter` rule may cancel it.
    public static let fromAdblock = EntryFlags(rawValue: 1 << 2)
    /// Only the names below the domain are meant, not the domain itself: `*.name` in a response
    /// policy zone.
    public static let subdomainsOnly = EntryFlags(rawValue: 1 << 3)
    /// The regular expression is matched without regard to case.
    public static let caseless = EntryFlags(rawValue: 1 << 4)
    /// A pattern that stood as a URL with a `*`. It means every spelling of its URLs, as a URL does, and is
    /// no adblock rule: none of those lifts or cancels it.
    public static let fromURL = EntryFlags(rawValue: 1 << 5)
    /// The entry stands for what its line means besides what it says: a host with `www.` before it. Nothing is told of
    /// it beside others.
    public static let derived = EntryFlags(rawValue: 1 << 6)
}

/// One entry of a list, without its text. 24 bytes.
public struct EntryRecord: Hashable, Sendable {
    /// The value of `order` and `rule` where there is none.
    public static let none = UInt32.max

    public var kind: TargetKind
    /// What the entry itself asks for; nil: what its list asks for.
    public var action: Action?
    public var flags: EntryFlags
    /// Where the canonical target begins in `EntryBatch.text`.
    public var textStart: UInt32
    /// Its length in bytes; 0 only for an adblock rule that stands on its options alone.
    public var textLength: UInt32
    /// The line in the source, from 1.
    public var line: UInt32
    /// Index into `ParsedList.orders`, or `none`.
    public var order: UInt32
    /// Index into `ParsedList.adblockRules`, of a phrase into `phraseRules`, or `none`. Never `none`
    /// where `kind` is `pattern`, `phrase` or an adblock regular expression.
    public var rule: UInt32

    public init(
        kind: TargetKind, action: Action? = nil, flags: EntryFlags = [], textStart: UInt32,
        textLength: UInt32, line: UInt32, order: UInt32 = none, rule: UInt32 = none
    ) {
        self.kind = kind
        self.action = action
        self.flags = flags
        self.textStart = textStart
        self.textLength = textLength
        self.line = line
        self.order = order
        self.rule = rule
    }

    /// The place of the target in `EntryBatch.text`.
    public var range: Range<Int> { Int(textStart)..<Int(textStart) + Int(textLength) }
}

/// The entries of one list: their canonical targets back to back, and one record for each.
///
/// What `text` holds for each kind:
///
/// | kind | text |
/// | --- | --- |
/// | host, domain | canonical host: lower case, A-labels, no trailing dot |
/// | address, network | canonical text: `192.0.2.1`, `2001:db8::/32` |
/// | url, urlPrefix | the lookup form: `host/path?query` |
/// | pattern | the body of an adblock rule, without anchors; of a URL with a `*` host and path |
/// | regex | the expression, without delimiters |
/// | expression | 64 hexadecimal digits in lower case |
/// | phrase | the rule as people write it, in canonical text: `<a>,<b><50>` |
public struct EntryBatch: Sendable {
    public var text: [UInt8]
    public var records: [EntryRecord]

    public init(text: [UInt8] = [], records: [EntryRecord] = []) {
        self.text = text
        self.records = records
    }

    /// The canonical target of a record, as text for messages. It allocates.
    public func target(_ record: EntryRecord) -> String {
        String(decoding: text[record.range], as: UTF8.self)
    }
}
