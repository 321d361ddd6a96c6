/// How many event loops serve clients.
public enum WorkerCount: Hashable, Sendable {
    /// One for each processor.
    case automatic
    /// 1 to `Limits.Config.workersMax`.
    case fixed(Int)
}
