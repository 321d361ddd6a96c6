import Foundation
import KhienEvents
import KhienModel
import Testing

@Suite struct WriterTests {
    @Test func rotationAtMidnightWithAClosingRecord() {
        let scratch = Scratch()
        let clock = TestClock(1_795_435_200_000 + 43_199_000)
        let log = makeLog(scratch, clock)
        log.append(makeEvent(1, at: clock.now)) { _ in }
        _ = wait { log.status.waiting == 0 }
        clock.advance(1_000)
        log.append(makeEvent(2, at: clock.now)) { _ in }
        log.close()
        #expect(scratch.files() == ["events-2026-11-23.jsonl", "events-2026-11-24.jsonl"])
        let records = scratch.records()
        #expect(
            records.map { $0["khien.record"] as? String }
                == ["open", "event", "close", "open", "event"])
        #expect(records[1]["@timestamp"] as? String == "2026-11-23T23:59:59.000Z")
        #expect(records[2]["khien.log.first"] as? Int == 1)
        #expect(records[2]["khien.log.count"] as? Int == 3)
        #expect(records[3]["khien.log.previous"] as? String == "events-2026-11-23.jsonl")
        #expect(records[3]["khien.prev"] as? String == records[2]["khien.hash"] as? String)
        #expect(EventLogVerifier.verify(path: scratch.folder).finding == nil)
    }

    @Test func aClockThatGoesBackStaysInTheFile() {
        let scratch = Scratch()
        let clock = TestClock()
        let log = makeLog(scratch, clock)
        clock.advance(-86_400_000 * 3)
        log.append(makeEvent()) { _ in }
        log.close()
        #expect(scratch.files() == ["events-2026-11-23.jsonl"])
        let again = makeLog(scratch, clock)
        again.append(makeEvent()) { _ in }
        again.close()
        #expect(scratch.files() == ["events-2026-11-23.jsonl"])
        #expect(EventLogVerifier.verify(path: scratch.folder).events == 2)
    }

    @Test func reopenBeginsAnotherFile() {
        let scratch = Scratch()
        let log = makeLog(scratch)
        log.append(makeEvent(1)) { _ in }
        log.reopen()
        log.append(makeEvent(2)) { _ in }
        log.close()
        #expect(scratch.files() == ["events-2026-11-23.jsonl", "events-2026-11-23.jsonl.1"])
        let report = EventLogVerifier.verify(path: scratch.folder)
        #expect(report.finding == nil && report.events == 2)
    }

    @Test func aDeletedFileIsNoticed() {
        let scratch = Scratch()
        let collector = Collector()
        let log = makeLog(scratch, TestClock(), collector)
        try? FileManager.default.removeItem(atPath: scratch.folder + "/events-2026-11-23.jsonl")
        log.append(makeEvent(2), collector)
        log.close()
        #expect(collector.sequences == [3])
        let report = EventLogVerifier.verify(path: scratch.folder)
        #expect(report.finding == nil && report.firstSequence == 2)
    }

    @Test func aRestartGoesOnInTheFile() {
        let scratch = Scratch()
        for number in 0..<3 {
            let log = makeLog(scratch)
            log.append(makeEvent(number)) { _ in }
            log.close()
        }
        #expect(scratch.files() == ["events-2026-11-23.jsonl"])
        let report = EventLogVerifier.verify(path: scratch.folder)
        #expect(report.finding == nil && report.records == 4)
    }

    @Test func aRestartOnAnotherDayClosesTheOldFile() {
        let scratch = Scratch()
        let clock = TestClock()
        makeLog(scratch, clock).close()
        clock.advance(86_400_000)
        makeLog(scratch, clock).close()
        #expect(scratch.records().map { $0["khien.record"] as? String } == ["open", "close", "open"])
        #expect(EventLogVerifier.verify(path: scratch.folder).finding == nil)
    }

    /// What `kill -9` or a power failure can leave: the file cut anywhere in its last lines.
    @Test func aCutAtEveryByteOfTheLastLinesIsHealed() {
        let source = Scratch()
        let log = makeLog(source)
        for number in 0..<4 { log.append(makeEvent(number)) { _ in } }
        log.close()
        let name = source.files()[0]
        let good = source.bytes(name)
        let starts = good.indices.filter { $0 == 0 || good[$0 - 1] == 0x0A }
        var bad: [String] = []
        for cut in starts[3]..<good.count {
            let scratch = Scratch()
            scratch.write(Array(good[..<cut]), name)
            let before = EventLogVerifier.verify(path: scratch.folder)
            let collector = Collector()
            let again = makeLog(scratch, TestClock(), collector)
            again.append(makeEvent(9), collector)
            again.close()
            let after = EventLogVerifier.verify(path: scratch.folder)
            let wholeBefore = starts.filter { $0 > 0 && $0 <= cut }.count
            let isTorn = !starts.contains(cut)
            let expected = UInt64(wholeBefore + (isTorn ? 2 : 1))
            let isGood = before.isWhole && before.records == UInt64(wholeBefore)
                && (before.finding?.kind == .torn) == isTorn && after.finding == nil
                && after.records == expected && collector.sequences == [expected]
            if !isGood { bad.append("\(cut): \(before) \(after) \(collector.sequences)") }
        }
        #expect(bad.isEmpty, "\(bad.first ?? "")")
    }

    @Test(arguments: [1, 100, 70_000])
    func garbageAfterTheEndIsPutAside(count: Int) {
        let scratch = Scratch()
        makeLog(scratch).close()
        let name = scratch.files()[0]
        scratch.write(scratch.bytes(name) + [UInt8](repeating: 0, count: count), name)
        makeLog(scratch).close()
        let report = EventLogVerifier.verify(path: scratch.folder)
        #expect(report.finding == nil && report.notes.map(\.code) == ["log.was-torn"])
        #expect(scratch.bytes("torn-2-" + name).count == count)
        #expect(scratch.records()[1]["khien.log.torn_bytes"] as? Int == count)
    }

    @Test func anAlteredEndIsLeftAndANewFileBegun() {
        let scratch = Scratch()
        scratch.write(Array("nonsense\n".utf8), "events-2026-11-23.jsonl")
        let collector = Collector()
        let log = makeLog(scratch, TestClock(), collector)
        log.append(makeEvent(), collector)
        log.close()
        #expect(scratch.bytes("events-2026-11-23.jsonl") == Array("nonsense\n".utf8))
        #expect(scratch.files().count == 2)
        #expect(collector.failures.isEmpty)
        #expect(EventLogVerifier.verify(path: scratch.folder).finding?.kind == .altered)
    }

    @Test func eightThreadsKeepTheirOrder() {
        let scratch = Scratch()
        let collector = Collector()
        let log = makeLog(scratch, TestClock(), collector)
        let perThread = 2_000
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for number in 0..<perThread {
                log.append(makeEvent(thread * perThread + number), collector)
            }
        }
        log.close()
        #expect(collector.sequences == Array(2...UInt64(8 * perThread + 1)))
        var next = [Int](repeating: 0, count: 8)
        for record in scratch.records() where record["khien.record"] as? String == "event" {
            let rule = Int(record["rule.id"] as? String ?? "", radix: 16) ?? -1
            #expect(rule % perThread == next[rule / perThread])
            next[rule / perThread] += 1
        }
        #expect(next == [Int](repeating: perThread, count: 8))
        #expect(EventLogVerifier.verify(path: scratch.folder).finding == nil)
    }

    @Test func throughput() {
        let scratch = Scratch()
        let collector = Collector()
        let log = makeLog(scratch, TestClock(), collector)
        let event = makeEvent(1, order: Order(number: "12/QĐ-STTTT", authority: "Sở mẫu"))
        let count = 60_000
        let clock = ContinuousClock()
        let writing = clock.measure {
            for _ in 0..<count { log.append(event, collector) }
            log.close()
        }
        #expect(collector.sequences.count == count)
        var report = EventLogVerifier.verify(path: "/")
        let verifying = clock.measure { report = EventLogVerifier.verify(path: scratch.folder) }
        #expect(report.events == UInt64(count))
        print("events: \(count) written in \(writing), verified in \(verifying),"
            + " \(scratch.bytes(scratch.files()[0]).count / count) bytes each")
    }
}
