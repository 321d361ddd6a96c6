/// Writes what was blocked, warned about or monitored.
public protocol EventRecorder: Sendable {
    /// Records one event and then calls `then`, once, on any thread.
    ///
    /// The proxy sends the answer to a blocked or warned request only after `then`: the event is in
    /// the kernel by then. It does not wait for monitored requests.
    func record(_ event: BlockedRequest, then: @escaping @Sendable (RecordOutcome) -> Void)
}

/// What became of an event.
public enum RecordOutcome: Sendable {
    /// It is in the kernel.
    case written
    /// It could not be written; the failure policy says that the answer leaves all the same.
    case lost
}
