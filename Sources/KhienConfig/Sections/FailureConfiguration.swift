/// What happens when the proxy cannot see or cannot record. None changes by itself.
public struct FailureConfiguration: Hashable, Sendable {
    public var logUnwritable = LogUnwritable.blockAndAlert
    public var textOverLimit = TextOverLimit.passAndCount

    public enum LogUnwritable: String, Sendable, CaseIterable {
        /// Requests that lists block stay blocked, unrecorded; counted and shouted.
        case blockAndAlert = "block-and-alert"
        /// Nothing passes while nothing can be recorded.
        case refuseAll = "refuse-all"
    }

    public enum TextOverLimit: String, Sendable, CaseIterable {
        /// The rest of the page is not read.
        case passAndCount = "pass-and-count"
        case block
    }
}
