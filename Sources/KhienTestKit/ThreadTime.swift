import Glibc

/// How long a thread works on something. What else the machine does makes little difference to it, so that the
/// quotient of two of them tells whether work grows with the square of a length.
public enum ThreadTime {
    /// - Returns: seconds, of the shortest of three runs; `body` does its work on the calling thread.
    public static func seconds(_ body: () throws -> Void) rethrows -> Double {
        try (0..<3).map { _ in
            let start = now()
            try body()
            return now() - start
        }.min() ?? 0
    }

    private static func now() -> Double {
        var time = timespec()
        // SAFETY: writes one `timespec` that lives for the call.
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
