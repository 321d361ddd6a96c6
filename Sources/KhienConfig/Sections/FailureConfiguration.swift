/// What happens when the proxy cannot see or cannot record. None changes by itself.
public struct FailureConfiguration: Hashable, Sendable {
    public var logUnwritable = LogUnwritable.blockAndAlert
    public var textOverLimit = TextFailure.passAndCount
    public var textUnreadable = TextFailure.passAndCount

    public enum LogUnwritable: String, Sendable, CaseIterable {
        /// Requests that lists block stay blocked, unrecorded; counted and shouted.
        case blockAndAlert = "block-and-alert"
        /// Nothing passes while nothing can be recorded.
        case refuseAll = "refuse-all"
    }

    /// What becomes of a body that is not read, or not to its end.
    public enum TextFailure: String, Sendable, CaseIterable {
        /// It passes unread, and is counted.
        case passAndCount = "pass-and-count"
        case block
    }
}
