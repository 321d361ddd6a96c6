/// The state of an event log, for `khien status` and metrics.
public struct EventLogStatus: Sendable, Hashable {
    /// Events written since the start.
    public var written: UInt64 = 0
    /// Events that could not be written since the start.
    public var lost: UInt64 = 0
    /// Events that wait for the writer.
    public var waiting = 0
    /// Why the last attempt failed; nil while all is well.
    public var failure: String?
    public var syncFailures: UInt64 = 0
    /// The current file's name; nil: none is open.
    public var file: String?
    /// The last record's number and hash: what to note elsewhere, so that a log cut short at its
    /// end can be told from a whole one.
    public var sequence: UInt64 = 0
    public var head = ""
}
