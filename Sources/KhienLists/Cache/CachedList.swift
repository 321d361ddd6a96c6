import Crypto
import Foundation
import KhienModel

/// A parsed list as a file: what `ListCache` keeps, little-endian.
///
/// ```
///  0   8  "KHIENPL" and the version of this layout
///  8  32  the list's key (SHA-256)
/// 40  56  seven counts u64: bytes of text, records, links (0, or as many as records), rules, names of
///         rules, bytes of the report, bytes of the whole file
/// 96      text, padded with zeros to eight bytes
///         records, 16 bytes: kind u8, action u8 (255: the list's), flags u16, text start u32,
///         text length u32, line u32
///         links, 4 bytes, padded: the rule of each record, u32
///         rules, 48 bytes: pattern start u32 and length u32; anchors u8, traits u8, party u8, 0;
///         type mask u16, 0 u16; three ranges of names, u32 and u32 each; line u32; 0 u32
///         names, 8 bytes: start u32, length u32
///         report as JSON, padded
///     32  SHA-256 of all before
/// ```
///
/// A file that is torn, cut, changed by accident or of another version is no list; one that was changed on
/// purpose, checksum and all, is read without harm, because every number is checked against what it
/// points into.
package enum CachedList {
    static let magic = UInt64(0x4C_50_4E_45_49_48_4B) | UInt64(version) << 56
    static let version: UInt8 = 1
    static let headerByteCount = 96
    static let checkByteCount = 32

    /// The counts of the header.
    struct Counts: Equatable {
        var text = 0
        var records = 0
        var links = 0
        var rules = 0
        var names = 0
        var report = 0

        var fields: [Int] { [text, records, links, rules, names, report] }

        /// Where each part begins, and where the last ends; nil: more than a file may hold.
        var starts: [Int]? {
            let sizes = [text, records, links, rules, names, report]
            let widths = [1, 16, 4, 48, 8, 1]
            var starts = [CachedList.headerByteCount]
            for (count, width) in zip(sizes, widths) {
                guard count >= 0, count <= Limits.Cache.fileBytesMax else { return nil }
                let end = starts[starts.count - 1] + (count * width + 7) / 8 * 8
                guard end <= Limits.Cache.fileBytesMax else { return nil }
                starts.append(end)
            }
            return starts
        }
    }

    /// What is said of a list beside its entries.
    struct Remarks: Codable {
        struct Message: Codable {
            var severity: String
            var code: String
            var line: Int
            var column: Int
            var message: String
        }

        var name: String
        var path: String
        var format: String
        var category: String?
        var counts: [Int]
        var repairs: [String: Int]
        var rejections: [String: Int]
        var unsupported: [String: Int]
        var messages: [Message]

        init(_ list: ParsedList) {
            let report = list.report
            name = list.name
            path = list.path
            format = list.format.name
            category = list.category
            counts = [
                report.lines, report.blank, report.comments, report.structure, report.cosmetic,
                report.accepted, report.repaired, report.rejected, report.unsupported,
            ]
            repairs = Dictionary(
                uniqueKeysWithValues: report.repairs.map { ($0.key.name, $0.value) })
            rejections = report.rejections
            unsupported = report.unsupportedReasons
            messages = report.diagnostics.map { diagnostic in
                Message(
                    severity: diagnostic.severity.rawValue, code: diagnostic.code,
                    line: diagnostic.location.line, column: diagnostic.location.column,
                    message: diagnostic.message)
            }
        }

        /// The report; nil: the counts do not fit each other.
        var report: ListReport? {
            guard counts.count == 9, counts.allSatisfy({ (0...Int(UInt32.max)).contains($0) })
            else { return nil }
            var report = ListReport()
            report.lines = counts[0]
            report.blank = counts[1]
            report.comments = counts[2]
            report.structure = counts[3]
            report.cosmetic = counts[4]
            report.accepted = counts[5]
            report.repaired = counts[6]
            report.rejected = counts[7]
            report.unsupported = counts[8]
            for kind in RepairKind.allCases { report.repairs[kind] = repairs[kind.name] }
            report.rejections = rejections
            report.unsupportedReasons = unsupported
            let all = [repairs, rejections, unsupported].flatMap(\.values)
            guard all.allSatisfy({ (0...Int(UInt32.max)).contains($0) }), report.isConsistent,
                report.repairs.count == repairs.count
            else { return nil }
            for message in messages {
                guard let severity = Diagnostic.Severity(rawValue: message.severity) else {
                    return nil
                }
                report.diagnostics.append(
                    Diagnostic(
                        severity, message.code,
                        at: SourceLocation(
                            file: path, line: message.line, column: message.column),
                        message.message))
            }
            return report
        }
    }
}
