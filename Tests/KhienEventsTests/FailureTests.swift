import Foundation
import KhienEvents
import KhienModel
import Testing

@Suite struct FailureTests {
    @Test func aFolderThatCannotBeMade() {
        let scratch = Scratch()
        // A file where the folder should be: this refuses root as well.
        #expect(FileManager.default.createFile(atPath: scratch.folder, contents: Data()))
        let collector = Collector()
        let log = makeLog(scratch, TestClock(), collector)
        #expect(log.status.failure != nil)
        log.append(makeEvent(), collector)
        #expect(wait { collector.failures.count == 1 })
        #expect(collector.failures[0].code == .waiting && collector.failures[0].systemCode != 0)
        try? FileManager.default.removeItem(atPath: scratch.folder)
        #expect(wait { log.status.failure == nil })
        log.append(makeEvent(), collector)
        log.close()
        #expect(collector.sequences.count == 1)
        #expect(log.status.lost == 1 && log.status.written == 1)
        #expect(collector.notices.withLock { $0.contains(.recovered(lost: 1)) })
        let records = scratch.records()
        #expect(records.map { $0["khien.record"] as? String } == ["open", "gap", "event"])
        #expect(records[1]["khien.log.lost"] as? Int == 1)
        #expect(EventLogVerifier.verify(path: scratch.folder).finding == nil)
    }

    /// In a process of its own, because the limit is the process's. SIGXFSZ would end it.
    @Test func aFileSizeLimitEndsNothing() async {
        await #expect(processExitsWith: .success) {
            let scratch = Scratch()
            let collector = Collector()
            let log = makeLog(scratch, TestClock(), collector)
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(1), &limit)
            limit.rlim_cur = 20_000
            guard setrlimit(__rlimit_resource_t(1), &limit) == 0 else { exit(2) }
            for number in 0..<100 { log.append(makeEvent(number), collector) }
            // An event is told of behind the time from which it waits no more.
            let isTold = { collector.sequences.count + collector.failures.count == 100 }
            guard wait(until: { log.status.waiting == 0 && isTold() }) else { exit(3) }
            let written = collector.sequences.count
            guard written > 5, written < 60, collector.failures.count == 100 - written,
                collector.failures.contains(where: { $0.systemCode == EFBIG })
            else { exit(4) }
            let cut = EventLogVerifier.verify(path: scratch.folder)
            guard cut.finding == nil, cut.events == UInt64(written) else { exit(5) }
            limit.rlim_cur = limit.rlim_max
            guard setrlimit(__rlimit_resource_t(1), &limit) == 0 else { exit(6) }
            guard wait(until: { log.status.failure == nil }) else { exit(7) }
            log.append(makeEvent(), collector)
            log.close()
            let report = EventLogVerifier.verify(path: scratch.folder)
            guard report.finding == nil, report.events == UInt64(written + 1),
                report.notes.map(\.code) == ["log.gap"]
            else { exit(8) }
            try? FileManager.default.removeItem(atPath: scratch.path)
            exit(0)
        }
    }

    private static func run(_ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    private static let canMount: Bool = {
        let scratch = Scratch()
        guard run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", scratch.path]) else {
            return false
        }
        return run(["umount", scratch.path])
    }()

    @Test(.enabled(if: canMount, "LEFT OUT: a tmpfs cannot be mounted here (needs root)"))
    func aFullDiskLosesNothingThatWasConfirmed() {
        let scratch = Scratch()
        #expect(Self.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", scratch.path]))
        defer { _ = Self.run(["umount", "-l", scratch.path]) }
        let collector = Collector()
        let log = makeLog(scratch, TestClock(), collector)
        for number in 0..<300 { log.append(makeEvent(number), collector) }
        #expect(wait { log.status.waiting == 0 })
        let written = collector.sequences.count
        #expect(written > 10 && written < 120)
        #expect(collector.failures.contains { $0.systemCode == ENOSPC })
        let report = EventLogVerifier.verify(path: scratch.folder)
        #expect(report.finding == nil && report.events == UInt64(written))
        // Room again: the log recovers by itself and says how much is missing.
        #expect(Self.run(["mount", "-o", "remount,size=4m", scratch.path]))
        #expect(wait { log.status.failure == nil })
        log.append(makeEvent(), collector)
        log.close()
        let after = EventLogVerifier.verify(path: scratch.folder)
        #expect(after.finding == nil && after.events == UInt64(written + 1))
        let gaps = scratch.records().compactMap { $0["khien.log.lost"] as? Int }
        #expect(gaps.reduce(0, +) == 300 - written)
    }

    @Test func theQueueIsBounded() {
        let scratch = Scratch()
        let collector = Collector()
        let log = makeLog(scratch, TestClock(), collector)
        let gate = DispatchSemaphore(value: 0)
        let isStalled = DispatchSemaphore(value: 0)
        log.append(makeEvent()) { _ in
            isStalled.signal()
            gate.wait()
        }
        isStalled.wait()
        let event = makeEvent()
        for _ in 0..<Limits.Events.queueEventsMax { log.append(event, collector) }
        #expect(collector.failures.isEmpty)
        log.append(event, collector)
        #expect(collector.failures.map(\.code) == [.queueFull])
        gate.signal()
        log.close()
        #expect(collector.sequences.count == Limits.Events.queueEventsMax)
        #expect(log.status.lost == 1)
    }

    @Test func afterCloseEventsFail() {
        let log = makeLog(Scratch())
        log.close()
        let collector = Collector()
        log.append(makeEvent(), collector)
        #expect(collector.failures.map(\.code) == [.closed])
    }

    @Test func twoLogsDoNotShareAFolder() {
        let scratch = Scratch()
        let first = makeLog(scratch)
        let second = makeLog(scratch)
        #expect(first.status.failure == nil)
        #expect(second.status.failure?.contains("lock") == true)
        first.close()
        #expect(wait { second.status.failure == nil })
        second.close()
    }

    @Test func aLinkInPlaceOfTheFileIsNotFollowed() throws {
        let scratch = Scratch()
        try FileManager.default.createDirectory(
            atPath: scratch.folder, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: scratch.folder + "/events-2026-11-23.jsonl", withDestinationPath: "/dev/full")
        let log = makeLog(scratch)
        #expect(log.status.failure != nil)
        log.close()
    }
}
