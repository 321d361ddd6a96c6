import KhienModel

/// What became of each line of a list.
///
/// Every line is in exactly one of `blank`, `comments`, `structure`, `cosmetic`, `accepted`,
/// `repaired`, `rejected` and `unsupported`; a line with several names counts as the worst of them.
public struct ListReport: Sendable {
    /// All lines of the file.
    public var lines = 0
    public var blank = 0
    public var comments = 0
    /// Lines that belong to the format and name nothing: headers, `$TTL`, SOA, `localhost`,
    /// directives that were followed.
    public var structure = 0
    /// Adblock rules that hide parts of a page: nothing that a request could be judged by.
    public var cosmetic = 0
    /// Lines taken as they stand.
    public var accepted = 0
    /// Lines taken after a repair.
    public var repaired = 0
    /// Lines that name nothing that could be enforced: a mistake in the list.
    public var rejected = 0
    /// Lines that are right, and ask for something that this program does not do.
    public var unsupported = 0
    /// How often each repair was made. A line may need several.
    public var repairs: [RepairKind: Int] = [:]
    /// Rejected lines by reason code.
    public var rejections: [String: Int] = [:]
    /// Unsupported lines by reason code.
    public var unsupportedReasons: [String: Int] = [:]
    /// The first `Limits.Lists.diagnosticsMax` messages of each code.
    public var diagnostics: [Diagnostic] = []

    public init() {}

    /// Lines that are neither blank nor comment, structure or cosmetic.
    public var contentLines: Int { accepted + repaired + rejected + unsupported }

    /// Whether every line is counted once, and every rejection and lack of support has its reason.
    public var isConsistent: Bool {
        lines == blank + comments + structure + cosmetic + contentLines
            && rejected == rejections.values.reduce(0, +)
            && unsupported == unsupportedReasons.values.reduce(0, +)
    }

    /// Counts what became of the lines that follow, too; messages are the reader's to keep.
    mutating func add(_ next: ListReport) {
        lines += next.lines
        blank += next.blank
        comments += next.comments
        structure += next.structure
        cosmetic += next.cosmetic
        accepted += next.accepted
        repaired += next.repaired
        rejected += next.rejected
        unsupported += next.unsupported
        repairs.merge(next.repairs, uniquingKeysWith: +)
        rejections.merge(next.rejections, uniquingKeysWith: +)
        unsupportedReasons.merge(next.unsupportedReasons, uniquingKeysWith: +)
        isComplete = isComplete && next.isComplete
    }

    /// Whether the file was read to its end; false: `diagnostics` says why not.
    public internal(set) var isComplete = true
}
