import KhienModel

/// What `khien log verify` found.
public struct VerificationReport: Sendable {
    /// Files read.
    public internal(set) var files = 0
    /// Whole records, the log's own included, up to the finding.
    public internal(set) var records: UInt64 = 0
    /// Records of verdicts among them.
    public internal(set) var events: UInt64 = 0
    public internal(set) var firstSequence: UInt64?
    public internal(set) var lastSequence: UInt64?
    /// The last whole record's hash, 64 hexadecimal digits.
    public internal(set) var head: String?
    /// The first break; nothing after it was read. nil: the chain is whole.
    public internal(set) var finding: Finding?
    /// What is no break but worth knowing.
    public internal(set) var notes: [Diagnostic] = []

    /// The first thing that is wrong.
    public struct Finding: Sendable, Hashable {
        public enum Kind: String, Sendable {
            /// The newest file ends inside a line: the process or the machine stopped while it wrote.
            /// No event in it was ever confirmed.
            case torn
            /// A record's content does not have its hash, or it does not continue the one before.
            case altered
            /// Records are not there.
            case missing
            /// Records stand in another order than they were written in.
            case reordered
            /// A record stands twice.
            case duplicate
            /// A file could not be read.
            case unreadable
        }

        public let kind: Kind
        public let location: SourceLocation
        public let message: String
    }

    /// No finding, or only a torn last line, which the next start puts aside and records.
    public var isWhole: Bool { finding == nil || finding?.kind == .torn }

    /// For a tool: 0 where the chain is whole, 1 where it is not.
    public var exitStatus: Int32 { isWhole ? 0 : 1 }

    /// The finding and the notes as messages.
    public var diagnostics: [Diagnostic] {
        notes
            + (finding.map { finding in
                [
                    Diagnostic(
                        finding.kind == .torn ? .warning : .error,
                        "log." + finding.kind.rawValue, at: finding.location, finding.message)
                ]
            } ?? [])
    }
}
