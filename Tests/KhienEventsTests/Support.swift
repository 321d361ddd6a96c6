import Foundation
import KhienEvents
import KhienModel
import Synchronization

/// A folder of the test's own, removed with it. In memory where the system offers that.
final class Scratch: Sendable {
    let path: String

    init() {
        let base = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : "/tmp"
        path = base + "/khien-events-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var folder: String { path + "/events" }
    var key: String { path + "/key" }

    func files() -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { $0.hasPrefix("events-") }.sorted()
    }

    func bytes(_ name: String) -> [UInt8] {
        (try? [UInt8](Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))) ?? []
    }

    func write(_ bytes: [UInt8], _ name: String) {
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try? Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
    }

    /// Every record as JSON.
    func records() -> [[String: Any]] {
        var result: [[String: Any]] = []
        try? EventLogFiles.forEachRecord(path: folder) { _, line in
            let object = try? JSONSerialization.jsonObject(with: Data(line))
            result.append(object as? [String: Any] ?? [:])
            return true
        }
        return result
    }
}

/// A clock that the test turns.
final class TestClock: Sendable {
    private let time: Mutex<Int64>

    /// 2026-11-23T12:00:00Z
    init(_ milliseconds: Int64 = 1_795_435_200_000) { time = Mutex(milliseconds) }

    var now: EventTime { EventTime(milliseconds: time.withLock { $0 }) }
    func advance(_ milliseconds: Int64) { time.withLock { $0 += milliseconds } }
}

/// What a log answered and reported.
final class Collector: Sendable {
    let outcomes = Mutex<[AppendOutcome]>([])
    let notices = Mutex<[EventLogNotice]>([])

    var sequences: [UInt64] {
        outcomes.withLock { $0.compactMap { if case .written(let number) = $0 { number } else { nil } } }
    }
    var failures: [EventLogFailure] {
        outcomes.withLock { $0.compactMap { if case .failed(let failure) = $0 { failure } else { nil } } }
    }
}

func makeLog(
    _ scratch: Scratch, _ clock: TestClock = TestClock(), _ collector: Collector = Collector(),
    redaction: Redaction = Redaction()
) -> EventLog {
    EventLog(
        EventLogOptions(
            folder: scratch.folder, keyFile: scratch.key, node: "n1", redaction: redaction,
            sync: nil, clock: { clock.now },
            notify: { notice in collector.notices.withLock { $0.append(notice) } }))
}

extension EventLog {
    func append(_ event: BlockEvent, _ collector: Collector) {
        append(event) { outcome in collector.outcomes.withLock { $0.append(outcome) } }
    }
}

func makeEvent(
    _ number: Int = 0, at time: EventTime = TestClock().now, category: String = "gambling",
    url: String = "http://casino.test/play?u=1", host: String = "casino.test",
    kind: TargetKind = .domain, target: String = "casino.test", order: Order? = nil,
    client: IPAddress? = .v4(0x0A00_0001), deed: BlockEvent.Deed = .block
) -> BlockEvent {
    BlockEvent(
        time: time, deed: deed,
        reason: Reason(
            rule: RuleID(UInt64(number)), kind: kind, target: target, list: "l", line: 3,
            category: category, action: .block, authority: .operator, layer: .host, view: .exact,
            order: order),
        url: Array(url.utf8), host: Array(host.utf8), method: Array("GET".utf8), status: 403,
        client: client, reference: "R\(number)", worker: 1, generation: Generation(9))
}

func wait(_ seconds: Double = 10, until condition: () -> Bool) -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
        if condition() { return true }
        usleep(5_000)
    }
    return condition()
}
