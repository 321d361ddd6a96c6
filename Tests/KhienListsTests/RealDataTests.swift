import Foundation
import KhienLists
import KhienModel
import KhienTestKit
import Testing

/// Reads all real lists and holds what became of every line. The golden file has counts only.
///
/// To take new counts after a deliberate change: run with `KHIEN_UPDATE_GOLDEN=1`, and explain each
/// difference in the commit.
@Suite(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.comment)))
struct RealDataTests {
    private static let golden = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Golden/real-lists.tsv").path

    @Test func everyLineOfEveryRealListIsAccountedFor() throws {
        var rows: [String] = []
        for folder in ["blocklists", "adblock"] {
            for path in try Self.files(SharedData.path(folder)) {
                let found = try ListInput.find(path)
                for file in found.files {
                    let list = try file.parse()
                    #expect(list.report.isConsistent, "\(list.name)")
                    #expect(list.report.isComplete)
                    rows.append(Self.row(list))
                }
            }
        }
        let text = rows.joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["KHIEN_UPDATE_GOLDEN"] != nil {
            try text.write(toFile: Self.golden, atomically: true, encoding: .utf8)
        }
        let expected = try String(contentsOfFile: Self.golden, encoding: .utf8)
            .split(separator: "\n").map(String.init)
        #expect(rows.count == expected.count)
        for (row, wanted) in zip(rows, expected) { #expect(row == wanted) }
    }

    @Test func theListOfBrokenLinesIsRejectedAsAWhole() throws {
        let path = SharedData.path("blocklists/blocklistproject/malformed/malware-dnsmasq.txt.zst")
        let list = try #require(try ListInput.find(path).files.first).parse()
        #expect(list.entries.records.isEmpty)
        #expect(list.report.rejected == 456_348)
        #expect(list.report.rejections.count == 1)
        #expect(list.report.diagnostics.count == Limits.Lists.diagnosticsMax)
    }

    private static func files(_ folder: String) throws -> [String] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return names.sorted().map { "\(folder)/\($0)" }.filter {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
    }

    /// name, format, lines, then each count that is not 0, and each reason.
    static func row(_ list: ParsedList) -> String {
        let report = list.report
        var fields = [list.name, list.format.name, "lines=\(report.lines)"]
        for (name, count) in [
            ("blank", report.blank), ("comments", report.comments),
            ("structure", report.structure), ("cosmetic", report.cosmetic),
            ("accepted", report.accepted), ("repaired", report.repaired),
            ("rejected", report.rejected), ("unsupported", report.unsupported),
            ("entries", list.entries.records.count), ("rules", list.adblockRules.count),
        ] where count > 0 {
            fields.append("\(name)=\(count)")
        }
        fields += report.repairs.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { "+\($0.key.name)=\($0.value)" }
        fields += report.rejections.sorted { $0.key < $1.key }.map { "-\($0.key)=\($0.value)" }
        fields += report.unsupportedReasons.sorted { $0.key < $1.key }
            .map { "?\($0.key)=\($0.value)" }
        return fields.joined(separator: "\t")
    }
}
