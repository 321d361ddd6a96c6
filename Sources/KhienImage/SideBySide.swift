import Dispatch
import Synchronization

/// Two pieces of work at the same time: the reading of an image's two largest sections, which are most of
/// it; or two parts of its making.
package enum SideBySide {
    /// The smaller of two readings must have so many bytes, or waking a thread costs more than it saves.
    static let leastByteCount = 1 << 20

    /// Both values. A machine with one core makes them one after the other.
    ///
    /// - Parameter isWorthIt: whether there is enough to do for a second thread.
    /// - Throws: the first one's error before the second one's.
    package static func both<First: Sendable, Second: Sendable>(
        isWorthIt: Bool,
        _ first: @Sendable () throws(ImageError) -> First,
        _ second: @Sendable () throws(ImageError) -> Second
    ) throws(ImageError) -> (First, Second) {
        guard isWorthIt else { return (try first(), try second()) }
        let results = Mutex<(Result<First, ImageError>?, Result<Second, ImageError>?)>((nil, nil))
        // The caller's own thread takes part, so that this never waits for a thread that does not come.
        DispatchQueue.concurrentPerform(iterations: 2) { index in
            if index == 0 {
                let result = Result(catching: first)
                results.withLock { $0.0 = result }
            } else {
                let result = Result(catching: second)
                results.withLock { $0.1 = result }
            }
        }
        let (one, other) = results.withLock { $0 }
        guard let one, let other else { preconditionFailure("a piece of work was left out") }
        return (try one.get(), try other.get())
    }
}
