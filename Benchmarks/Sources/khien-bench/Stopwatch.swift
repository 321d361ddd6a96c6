import Foundation

/// Time that passed or was used.
struct Stopwatch {
    enum Clock {
        /// CPU time of the calling thread.
        case thread
        /// CPU time of all threads of the process.
        case process
        /// What a clock on the wall shows.
        case wall

        fileprivate var id: clockid_t {
            switch self {
            case .thread: CLOCK_THREAD_CPUTIME_ID
            case .process: CLOCK_PROCESS_CPUTIME_ID
            case .wall: CLOCK_MONOTONIC
            }
        }
    }

    private let clock: Clock
    private let start: Double

    init(_ clock: Clock) {
        self.clock = clock
        start = Self.now(clock)
    }

    /// Nanoseconds since the watch was made.
    var nanoseconds: Double { Self.now(clock) - start }

    private static func now(_ clock: Clock) -> Double {
        var time = timespec()
        _ = unsafe clock_gettime(clock.id, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
}

/// What several rounds over one corpus took.
struct Rounds: Encodable {
    /// Nanoseconds for one operation, in the fastest round and in the middle one.
    var fastest: Double
    var median: Double
    var rounds: Int
    var operations: Int
    /// What every round found; a run in which two rounds differ is no measurement.
    var hits: Int

    /// Runs `body`, which returns its number of hits, once to warm up and then `rounds` times.
    static func measure(
        _ rounds: Int, operations: Int, clock: Stopwatch.Clock = .thread, _ body: () -> Int
    ) -> Rounds {
        let hits = body()
        var times: [Double] = []
        for _ in 0..<max(1, rounds) {
            let watch = Stopwatch(clock)
            let found = body()
            times.append(watch.nanoseconds / Double(max(1, operations)))
            precondition(found == hits, "a round found \(found), the first one \(hits)")
        }
        times.sort()
        return Rounds(
            fastest: times[0], median: times[times.count / 2], rounds: times.count,
            operations: operations, hits: hits)
    }
}

enum Report {
    /// Prints a value as one line of JSON, at once.
    static func print(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        Swift.print(String(decoding: try encoder.encode(value), as: UTF8.self))
        fflush(nil)
    }
}
