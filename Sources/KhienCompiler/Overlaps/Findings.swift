import KhienLists
import KhienModel

/// Where an entry stands: its list, then its place in the list.
struct EntryPlace: Hashable, Comparable, Sendable {
    var list: UInt16
    var record: UInt32

    init(_ item: KeyItem) {
        list = item.list
        record = item.record
    }

    init(list: Int, record: Int) {
        self.list = UInt16(truncatingIfNeeded: list)
        self.record = UInt32(truncatingIfNeeded: record)
    }

    static func < (left: EntryPlace, right: EntryPlace) -> Bool {
        (left.list, left.record) < (right.list, right.record)
    }
}

/// What is found about entries beside each other, and about rules by themselves.
public enum FindingKind: Int, Sendable, CaseIterable {
    /// Left out: the list says the same on an earlier line.
    case repeated
    /// The same target stands in another list, or under another order, and gives at least as much.
    case duplicate
    /// A wider entry gives at least as much.
    case shadowed
    /// The same, of an entry under an order, which is kept as evidence of its order.
    case covered
    /// Left out: an exception of the operator for what an order blocks.
    case refusedException
    /// An exception of the operator that is wider than what an order blocks, or that an order will
    /// overrule: it does not hold there.
    case overruledException
    /// A `$badfilter` rule for what an order or an authority asks for: it cancels nothing there.
    case refusedBadFilter
    /// No request can match the rule: left out, but under an order.
    case neverMatches
    /// Every request pays for the rule.
    case unindexedRule
    case unindexedRegex
    /// An expression that backtracks past its budget.
    case costlyRegex
    /// Left out: a stronger rule has the same phrase.
    case weakerPhrase
    /// So many phrases share what the scanner looks for that a page which repeats it is too much work.
    case crowdedPhrase

    /// The stable word for programs.
    public var code: String {
        switch self {
        case .repeated: "entry.repeated"
        case .duplicate: "entry.duplicate"
        case .shadowed: "entry.shadowed"
        case .covered: "entry.covered"
        case .refusedException: "exception.refused"
        case .overruledException: "exception.overruled"
        case .refusedBadFilter: "order.badfilter"
        case .neverMatches: "rule.never-matches"
        case .unindexedRule: "rule.unindexed"
        case .unindexedRegex: "regex.unindexed"
        case .costlyRegex: "regex.cost"
        case .weakerPhrase: "phrase.weaker"
        case .crowdedPhrase: "phrase.crowded"
        }
    }

    /// How grave it is. A refused exception is an error of the operator's, and yet refuses no reload:
    /// an order must come into force whatever the operator wrote.
    var severity: Diagnostic.Severity {
        switch self {
        case .repeated, .duplicate, .shadowed, .covered, .weakerPhrase: .note
        case .refusedException, .refusedBadFilter: .error
        case .overruledException, .neverMatches, .unindexedRule, .unindexedRegex, .costlyRegex,
            .crowdedPhrase:
            .warning
        }
    }
}

/// Counts what is found, and keeps the first places of each kind.
struct Findings {
    struct Example: Equatable {
        var entry: EntryPlace
        /// The entry that makes it so; nil: the rule alone does.
        var other: EntryPlace?
        var detail = ""
    }

    private var counts = [Int](repeating: 0, count: FindingKind.allCases.count)
    private var examples = [[Example]](repeating: [], count: FindingKind.allCases.count)

    /// The places of a kind, by list and line.
    subscript(kind: FindingKind) -> [Example] { examples[kind.rawValue] }

    /// How many there are of a kind.
    func count(_ kind: FindingKind) -> Int { counts[kind.rawValue] }

    mutating func add(
        _ kind: FindingKind, _ entry: EntryPlace, by other: EntryPlace? = nil,
        detail: @autoclosure () -> String = ""
    ) {
        let index = kind.rawValue
        counts[index] += 1
        if examples[index].count >= Limits.Compiler.examplesMax {
            guard let last = examples[index].last, entry < last.entry else { return }
            examples[index].removeLast()
        }
        let place = examples[index].firstIndex { entry < $0.entry } ?? examples[index].count
        examples[index].insert(
            Example(entry: entry, other: other, detail: detail()), at: place)
    }

    /// Takes in what another found.
    mutating func add(_ other: Findings) {
        for kind in FindingKind.allCases {
            let index = kind.rawValue
            counts[index] += other.counts[index]
            let both = (examples[index] + other.examples[index]).sorted { $0.entry < $1.entry }
            examples[index] = Array(both.prefix(Limits.Compiler.examplesMax))
        }
    }
}

/// One bit for each entry of all lists.
struct EntryMarks {
    private var words: [[UInt64]]

    init(_ lists: [SourceList]) {
        words = lists.map { source in
            [UInt64](repeating: 0, count: source.list.entries.records.count / 64 + 1)
        }
    }

    mutating func insert(_ place: EntryPlace) {
        words[Int(place.list)][Int(place.record >> 6)] |= 1 << UInt64(place.record & 63)
    }

    func contains(_ place: EntryPlace) -> Bool {
        words[Int(place.list)][Int(place.record >> 6)] >> UInt64(place.record & 63) & 1 != 0
    }
}
