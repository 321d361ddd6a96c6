import KhienLists
import KhienModel
import KhienTestKit
import Testing

/// Bytes that nobody would write: no grammar traps, every line is counted once, and every entry is
/// well formed.
@Suite struct HostileBytesTests {
    @Test(arguments: [nil] + ListFormat.allCases.map(Optional.some))
    func noBytesTrapAndEveryLineIsCounted(format: ListFormat?) {
        var generators = Generators(seed: 20_261_123)
        for round in 0..<400 {
            var bytes = generators.hostileBytes(generators.random.below(600))
            if round % 2 == 0 {
                // Half of the rounds: sense, with nonsense put in.
                bytes = Array(generators.list(generators.random.pick(TargetKind.allCases), count: 8).utf8)
                for _ in 0..<generators.random.below(12) {
                    let place = generators.random.below(bytes.count)
                    bytes.replaceSubrange(place..<place, with: generators.hostileBytes(3))
                }
            }
            if format == .orders, round % 4 < 2 {
                bytes = Array("order,target-type,target,expires\n".utf8) + bytes
            }
            var options = ListParser.Options()
            options.format = format
            let list = ListParser.parse(bytes, name: "x", path: "x/domains", options: options)
            check(list, bytes)
        }
    }

    private func check(_ list: ParsedList, _ bytes: [UInt8]) {
        #expect(list.report.isConsistent)
        #expect(list.report.isComplete)
        for record in list.entries.records {
            #expect(record.range.upperBound <= list.entries.text.count)
            #expect(record.line >= 1 && Int(record.line) <= list.report.lines)
            let target = list.entries.text[record.range]
            switch record.kind {
            case .host, .domain:
                #expect(target.allSatisfy { $0 > 0x20 && $0 < 0x7F && !(0x41...0x5A).contains($0) })
                #expect(!target.isEmpty && !target.contains(UInt8(ascii: "*")))
            case .url, .urlPrefix, .address, .network:
                #expect(!target.isEmpty && target.allSatisfy { $0 > 0x20 && $0 != 0x7F })
            default: break
            }
        }
    }

    /// What was accepted as a host is accepted again, unchanged, without repair.
    @Test func canonicalTargetsAreTheirOwnCanonicalForm() {
        var generators = Generators(seed: 7)
        var options = ListParser.Options()
        options.format = .urls
        for _ in 0..<300 {
            let list = ListParser.parse(
                Array(generators.list(.url, count: 5).utf8), name: "", path: "", options: options)
            for record in list.entries.records where record.kind != .host {
                let target = list.entries.target(record)
                let again = ListParser.parse(
                    Array(target.utf8), name: "", path: "", options: options)
                #expect(again.report.repaired == 0, "\(target)")
                #expect(again.entries.records.map { again.entries.target($0) } == [target])
            }
        }
    }
}
