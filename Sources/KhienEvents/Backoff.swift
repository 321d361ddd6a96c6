import KhienModel

/// When to try again after a failure: a wait that doubles.
struct Backoff {
    private(set) var failure: PosixFile.Failure?
    private var wait = Duration.milliseconds(Limits.Events.retryMillisecondsMin)
    private var until: ContinuousClock.Instant?

    var isWaiting: Bool { until.map { ContinuousClock.now < $0 } ?? false }

    mutating func succeed() { self = Backoff() }

    mutating func fail(_ failure: PosixFile.Failure) {
        self.failure = failure
        until = .now + wait
        wait = min(wait * 2, .milliseconds(Limits.Events.retryMillisecondsMax))
    }
}
