import Foundation
import KhienConfig
import KhienModel

/// What `khien compile` says about its work: written as JSON, read by the daemon and by programs.
public struct CompileSummary: Codable, Sendable {
    /// The image's path; nil where none was written.
    public var image: String?
    public var bytes: Int
    /// The image's fingerprint, 16 hexadecimal digits.
    public var fingerprint: String
    public var seconds: Double
    public var entries: Int
    /// By the names of `TargetKind`.
    public var entriesByKind: [String: Int]
    public var orders: Int
    /// Entries left out: repeated in their list; cancelled by `$badfilter`; phrases.
    public var duplicates: Int
    public var cancelled: Int
    public var notCompiled: Int
    /// Entries held for a person, because they would block a protected name.
    public var held: Int
    /// Entries of confidential lists that were refused; nil: by a version that had no such lists.
    public var notConfidential: Int?
    /// Lists that were not parsed again, because they had not changed; nil: there was no cache.
    public var cached: Int?
    /// Exceptions of the operator that were refused, because an order blocks what they name; nil: by a
    /// version that refused none.
    public var refusedExceptions: Int?
    /// Rules left out because they can never match; nil: by a version that kept them.
    public var neverMatching: Int?
    /// Overlaps and useless rules by the codes of docs/LISTS.md section 13, all of them; the first of
    /// each stand in `diagnostics`. Nil: by a version that told none.
    public var findings: [String: Int]?
    /// Rules and regexes that every request pays for.
    public var unindexedPatterns: Int
    public var unindexedRegexes: Int
    public var lists: [List]
    public var diagnostics: [Message]

    public init(
        image: String? = nil, bytes: Int = 0, fingerprint: String = "", seconds: Double = 0,
        entries: Int = 0, entriesByKind: [String: Int] = [:], orders: Int = 0,
        duplicates: Int = 0, cancelled: Int = 0, notCompiled: Int = 0, held: Int = 0,
        notConfidential: Int = 0, unindexedPatterns: Int = 0,
        unindexedRegexes: Int = 0, lists: [List] = [], diagnostics: [Message] = []
    ) {
        self.image = image
        self.bytes = bytes
        self.fingerprint = fingerprint
        self.seconds = seconds
        self.entries = entries
        self.entriesByKind = entriesByKind
        self.orders = orders
        self.duplicates = duplicates
        self.cancelled = cancelled
        self.notCompiled = notCompiled
        self.held = held
        self.notConfidential = notConfidential
        self.unindexedPatterns = unindexedPatterns
        self.unindexedRegexes = unindexedRegexes
        self.lists = lists
        self.diagnostics = diagnostics
    }

    /// One file of entries. A folder in the configuration becomes several.
    public struct List: Codable, Sendable {
        /// The configured list that it belongs to.
        public var source: String
        public var name: String
        public var path: String
        public var format: String
        public var category: String
        public var action: String
        public var authority: String
        public var serial: UInt64
        public var entries: Int
        /// Exceptions that were refused, because an order blocks what they name; nil: none.
        public var refused: Int?
        /// Entries that are held for a person or cancelled by `$badfilter`; nil: none.
        public var keptOut: Int?
        public var lines: Int
        public var blank: Int
        public var comments: Int
        public var structure: Int
        public var cosmetic: Int
        public var accepted: Int
        public var repaired: Int
        public var rejected: Int
        public var unsupported: Int
        /// How often each repair was made, and each reason to reject or not to support.
        public var repairs: [String: Int]
        public var rejections: [String: Int]
        public var unsupportedReasons: [String: Int]
        /// False where the file could not be read to its end.
        public var isComplete: Bool

        public init(
            source: String, name: String, path: String, format: String, category: String,
            action: String, authority: String, serial: UInt64, entries: Int, lines: Int,
            blank: Int, comments: Int, structure: Int, cosmetic: Int, accepted: Int,
            repaired: Int, rejected: Int, unsupported: Int, repairs: [String: Int],
            rejections: [String: Int], unsupportedReasons: [String: Int], isComplete: Bool
        ) {
            self.source = source
            self.name = name
            self.path = path
            self.format = format
            self.category = category
            self.action = action
            self.authority = authority
            self.serial = serial
            self.entries = entries
            self.lines = lines
            self.blank = blank
            self.comments = comments
            self.structure = structure
            self.cosmetic = cosmetic
            self.accepted = accepted
            self.repaired = repaired
            self.rejected = rejected
            self.unsupported = unsupported
            self.repairs = repairs
            self.rejections = rejections
            self.unsupportedReasons = unsupportedReasons
            self.isComplete = isComplete
        }
    }

    /// A diagnostic as JSON.
    public struct Message: Codable, Sendable, Hashable {
        public var severity: String
        public var code: String
        public var file: String
        public var line: Int
        public var column: Int
        public var message: String

        public init(_ diagnostic: Diagnostic) {
            severity = diagnostic.severity.rawValue
            code = diagnostic.code
            file = diagnostic.location.file
            line = diagnostic.location.line
            column = diagnostic.location.column
            message = diagnostic.message
        }

        public var diagnostic: Diagnostic {
            Diagnostic(
                Diagnostic.Severity(rawValue: severity) ?? .error, code,
                at: SourceLocation(file: file, line: line, column: column), message)
        }
    }

    /// Entries, content lines and rejected lines of each configured list.
    public var countsBySource: [String: SourceCounts] {
        var counts: [String: SourceCounts] = [:]
        for list in lists {
            counts[list.source, default: SourceCounts()].add(list)
        }
        return counts
    }

    /// The sums over the files of one configured list.
    public struct SourceCounts: Sendable, Hashable {
        /// What the guards count; never fewer than there are in the image.
        ///
        /// Refused exceptions are among them: that an order takes exceptions out of a list must not make
        /// the guards refuse the order. So are all rows of orders: that one has no force is told
        /// (`order.rejected`), and must not keep every other order out. Of a list of which nothing is
        /// left, because it is held or cancelled, the accepted lines count: it was no empty download.
        public var entries = 0
        /// Lines that say something, but those of orders, and how many of them are wrong.
        public var contentLines = 0
        public var rejected = 0
        public var isComplete = true
        public var path = ""

        mutating func add(_ list: List) {
            let kept = list.entries + (list.refused ?? 0)
            let accepted = list.accepted + list.repaired
            let content = accepted + list.rejected + list.unsupported
            if list.hasRowsOfOrders {
                entries += max(kept, content)
            } else {
                let isSetAside = kept == 0 && (list.keptOut ?? 0) > 0
                entries += isSetAside ? accepted : kept
                contentLines += content
                rejected += list.rejected
            }
            isComplete = isComplete && list.isComplete
            if path.isEmpty { path = list.path }
        }
    }
}

extension CompileSummary.List {
    /// Whether it is a file of orders whose columns were understood: each row was judged by itself.
    fileprivate var hasRowsOfOrders: Bool {
        format == ListConfiguration.Format.orders.rawValue && isComplete
            && !rejections.keys.contains { ["order.header", "order.no-header"].contains($0) }
    }
}
