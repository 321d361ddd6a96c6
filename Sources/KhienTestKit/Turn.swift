import Synchronization

/// A lock for which tasks wait without blocking a thread. Tests that measure time or load the
/// machine take it, whatever target they are of, so that they do not starve each other.
public final class Turn: Sendable {
    public static let shared = Turn()

    private let state = Mutex((isTaken: false, waiting: [CheckedContinuation<Void, Never>]()))

    /// Runs `body` when nobody else has the turn.
    public func take(_ body: () async throws -> Void) async throws {
        await begin()
        do {
            try await body()
        } catch {
            end()
            throw error
        }
        end()
    }

    private func begin() async {
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

    private func end() {
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
