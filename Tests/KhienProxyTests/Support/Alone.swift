import Synchronization
import Testing

/// Tests of this target block threads and look at the clock, so they run one at a time: on a
/// machine with two cores they would starve each other otherwise.
struct Alone: TestTrait, SuiteTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        // Asked for the suite, for the test function and for each of its cases: only cases are run.
        guard testCase != nil else { return try await function() }
        await Turn.shared.take()
        do {
            try await function()
        } catch {
            Turn.shared.give()
            throw error
        }
        Turn.shared.give()
    }
}

extension Trait where Self == Alone {
    static var alone: Alone { Alone() }
}

/// A lock for which tasks wait without blocking a thread.
private final class Turn: Sendable {
    static let shared = Turn()
    private let state = Mutex((isTaken: false, waiting: [CheckedContinuation<Void, Never>]()))

    func take() async {
        await withCheckedContinuation { continuation in
            let isMine = state.withLock { state in
                if state.isTaken {
                    state.waiting.append(continuation)
                    return false
                }
                state.isTaken = true
                return true
            }
            if isMine { continuation.resume() }
        }
    }

    func give() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.waiting.isEmpty {
                state.isTaken = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
