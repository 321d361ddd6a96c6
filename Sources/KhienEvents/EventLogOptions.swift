/// Where and how an event log is written.
public struct EventLogOptions: Sendable {
    /// Made where it is missing; its parent must be there.
    public var folder: String
    /// The key for keyed hashes; made on first use, with mode 0600.
    public var keyFile: String
    /// This machine's name in records.
    public var node: String
    public var redaction: Redaction
    /// How often the data is forced to the disk; nil: when the system does it.
    public var sync: Duration?
    /// Now in UTC; names files and dates the log's own records.
    public var clock: @Sendable () -> EventTime
    /// Told when writing begins to fail, when it works again, and what was found at the start.
    public var notify: @Sendable (EventLogNotice) -> Void

    public init(
        folder: String, keyFile: String, node: String, redaction: Redaction = Redaction(),
        sync: Duration? = .seconds(1),
        clock: @escaping @Sendable () -> EventTime = { EventTime.now },
        notify: @escaping @Sendable (EventLogNotice) -> Void = { _ in }
    ) {
        self.folder = folder
        self.keyFile = keyFile
        self.node = node
        self.redaction = redaction
        self.sync = sync
        self.clock = clock
        self.notify = notify
    }
}

/// News of the log, one sentence for the operator.
public enum EventLogNotice: Sendable, Hashable {
    /// Events are being lost from now on.
    case failing(String)
    /// Events are written again; so many were lost.
    case recovered(lost: UInt64)
    /// Something was found at the start and dealt with: a torn line, a key that cannot be read.
    case note(String)
}
