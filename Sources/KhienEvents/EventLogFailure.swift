/// Why an event was not written.
public struct EventLogFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// `Limits.Events.queueEventsMax` events wait already.
        case queueFull = "queue-full"
        /// A write failed a moment ago and the time to try again has not come.
        case waiting
        /// The system refused: no space, no permission, no folder.
        case system
        /// The log was closed.
        case closed
    }

    public let code: Code
    /// The system's error number; 0: none.
    public let systemCode: Int32
    /// In words, for the operator.
    public let description: String
}

/// What became of one event.
public enum AppendOutcome: Sendable {
    /// It is in the kernel, under this sequence number: no end of this process loses it.
    case written(sequence: UInt64)
    case failed(EventLogFailure)
}
