/// What happens when the proxy cannot see or cannot record. None changes by itself.
public struct FailureConfiguration: Hashable, Sendable {
    public var logUnwritable = LogUnwritable.blockAndAlert
    public var textOverLimit = TextFailure.passAndCount
    public var textUnreadable = TextFailure.passAndCount
    public var textOverloaded = OverloadFailure.asUnreadable

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

    /// What becomes of a body that could be read, were not too many others being read.
    public enum OverloadFailure: String, Sendable, CaseIterable {
        /// What becomes of one that cannot be read.
        case asUnreadable = "as-unreadable"
        case passAndCount = "pass-and-count"
        case block
    }

    /// Whether a body is refused for which there is no reader.
    public var blocksOverloaded: Bool {
        switch textOverloaded {
        case .asUnreadable: textUnreadable == .block
        case .passAndCount: false
        case .block: true
        }
    }
}
