import Foundation
import KhienEvents
import KhienModel
import Testing

@Suite struct ChainTests {
    /// A closed log of two files, with `count` events in each.
    private func sample(_ scratch: Scratch, count: Int = 4) {
        let clock = TestClock()
        let log = makeLog(scratch, clock)
        for day in 0..<2 {
            for number in 0..<count { log.append(makeEvent(day * count + number)) { _ in } }
            log.append(makeEvent(99)) { _ in }
            _ = wait { log.status.waiting == 0 }
            if day == 0 { clock.advance(86_400_000) }
        }
        log.close()
    }

    private func verify(_ scratch: Scratch) -> VerificationReport {
        EventLogVerifier.verify(path: scratch.folder)
    }

    @Test func aWholeLogIsWhole() {
        let scratch = Scratch()
        sample(scratch)
        let report = verify(scratch)
        #expect(report.finding == nil && report.exitStatus == 0)
        #expect(report.files == 2 && report.events == 10)
        // open, 5 events, close; open, 5 events.
        #expect(report.records == 13 && report.firstSequence == 1 && report.lastSequence == 13)
    }

    /// As the page says: everything before `,"khien.hash"` under SHA-256, by another program.
    @Test func theHashIsWhatThePageSays() throws {
        let scratch = Scratch()
        sample(scratch)
        let script = """
            import sys, json, hashlib
            prev = "0" * 64
            for name in sys.argv[1:]:
                for line in open(name, "rb").read().splitlines():
                    record = json.loads(line)
                    assert record["khien.prev"] == prev, record
                    hashed = line[:line.rindex(b',"khien.hash":"')]
                    prev = hashlib.sha256(hashed).hexdigest()
                    assert record["khien.hash"] == prev, record
            print("whole")
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", script] + scratch.files().map { scratch.folder + "/" + $0 }
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        process.waitUntilExit()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(output == "whole\n")
    }

    @Test func anyChangedByteIsFound() {
        let scratch = Scratch()
        sample(scratch, count: 1)
        var undetected: [String] = []
        for name in scratch.files() {
            let good = scratch.bytes(name)
            for index in good.indices {
                for change: UInt8 in [0x01, 0x20, 0x80] {
                    var bad = good
                    bad[index] ^= change
                    scratch.write(bad, name)
                    if verify(scratch).finding == nil { undetected.append("\(name):\(index)") }
                }
            }
            scratch.write(good, name)
        }
        #expect(undetected.isEmpty)
        #expect(verify(scratch).finding == nil)
    }

    @Test func linesDeletedSwappedAndRepeatedAreNamed() {
        let scratch = Scratch()
        sample(scratch)
        let name = scratch.files()[0]
        let lines = scratch.bytes(name).split(separator: 0x0A).map { Array($0) + [0x0A] }
        typealias Kind = VerificationReport.Finding.Kind
        func expect(_ changed: [[UInt8]], _ kind: Kind, line: Int, file: Int = 0) {
            scratch.write(Array(changed.joined()), name)
            let finding = verify(scratch).finding
            #expect(finding?.kind == kind)
            #expect(finding?.location.line == line)
            #expect(finding?.location.file.hasSuffix(scratch.files()[file]) == true)
        }
        for index in lines.indices {
            var deleted = lines
            deleted.remove(at: index)
            // Without its last lines the file is whole; the next one's first record tells.
            let isLast = index == lines.count - 1
            expect(deleted, .missing, line: isLast ? 1 : index + 1, file: isLast ? 1 : 0)
            var repeated = lines
            repeated.insert(lines[index], at: index + 1)
            expect(repeated, .duplicate, line: index + 2)
            if index > 1 {
                var swapped = lines
                swapped.swapAt(index, index - 1)
                expect(swapped, .reordered, line: index)
            }
        }
    }

    @Test func aReplacedRecordWithItsOwnHashBreaksTheNext() {
        let one = Scratch()
        let other = Scratch()
        sample(one)
        let log = makeLog(other)
        for number in 50..<56 { log.append(makeEvent(number)) { _ in } }
        log.close()
        let name = one.files()[0]
        var lines = one.bytes(name).split(separator: 0x0A).map { Array($0) + [0x0A] }
        lines[2] = other.bytes(name).split(separator: 0x0A).map { Array($0) + [0x0A] }[2]
        one.write(Array(lines.joined()), name)
        let finding = verify(one).finding
        #expect(finding?.kind == .altered && finding?.location.line == 3)
    }

    @Test func aMissingFileIsFoundAndOldFilesMayGo() throws {
        let scratch = Scratch()
        let clock = TestClock()
        let log = makeLog(scratch, clock)
        for _ in 0..<3 {
            log.append(makeEvent()) { _ in }
            _ = wait { log.status.waiting == 0 }
            clock.advance(86_400_000)
        }
        log.close()
        let files = scratch.files()
        #expect(files.count >= 3)
        let second = scratch.bytes(files[1])
        try FileManager.default.removeItem(atPath: scratch.folder + "/" + files[1])
        #expect(verify(scratch).finding?.kind == .missing)
        scratch.write(second, files[1])
        try FileManager.default.removeItem(atPath: scratch.folder + "/" + files[0])
        let report = verify(scratch)
        #expect(report.finding == nil)
        #expect(report.notes.map(\.code) == ["log.begins-later"])
    }

    @Test(arguments: [
        ([UInt8](), "log.empty", true), (Array("hello\n".utf8), "log.altered", false),
        (Array("hello".utf8), "log.torn", true),
        ([UInt8](repeating: 0x61, count: Limits.Events.lineBytesMax + 1), "log.altered", false),
    ])
    func strangeFiles(content: [UInt8], code: String, whole: Bool) {
        let scratch = Scratch()
        scratch.write(content, "events-2026-11-23.jsonl")
        let report = verify(scratch)
        #expect(report.diagnostics.map(\.code) == [code])
        #expect(report.isWhole == whole)
    }

    @Test func aFolderThatIsNotThere() {
        let report = EventLogVerifier.verify(path: "/nonexistent/khien")
        #expect(report.finding?.kind == .unreadable && report.exitStatus == 1)
    }
}
