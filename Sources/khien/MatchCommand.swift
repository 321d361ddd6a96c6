import ArgumentParser
import Foundation
import KhienMatcher
import KhienModel
import KhienPolicy
import KhienText

struct MatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "match",
        abstract: "Judge a corpus of requests, one a line.",
        discussion: """
            Input, one request a line, tab-separated: URL, source URL, type. Source and type may be
            missing; the type is then `other`. A URL without a scheme (name.test:443/x) is one of http. Output, one line each, tab-separated:

              verdict  layer  list:line  rule  URL

            with `-` where there is none, and the verdict `invalid` where the text is no URL or the type is
            none that `khien explain --help` names. How many attempts of regular expressions reached their
            limits stands on standard error. The same
            image and input give the same output.

              khien match --image lists.khien --requests trace.tsv > verdicts.tsv
              zstd -dc trace.zst | khien match --image lists.khien --summary
            """)

    @Option(help: "The image.")
    var image: String

    @Option(help: "The key file of confidential lists; the default is lists.key beside the image.")
    var key: String?

    @Option(help: "The file of requests; - for standard input.")
    var requests = "-"

    @Option(help: "Judge as at this time (ISO 8601).")
    var at: String?

    @Flag(help: "Print only counts by verdict.")
    var summary = false

    @Flag(help: "Print JSON: the counts, or one object a line.")
    var json = false

    private struct Row: Encodable {
        var verdict: String
        var layer: String?
        var list: String?
        var line: Int?
        var rule: String?
        var url: String
    }

    func run() throws {
        var question = try ImageQuestion(
            image: image, key: key, now: try ImageQuestion.time(at))
        let input = try read()
        var counts: [String: Int] = [:]
        var output: [UInt8] = []
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var start = 0
        let span = input.span
        while start < span.count {
            var end = start
            while end < span.count, span[end] != UInt8(ascii: "\n") { end += 1 }
            let line = span.extracting(start..<end)
            start = end + 1
            if line.isEmpty { continue }
            let row = Self.judge(line, &question, isSummary: summary)
            counts[row.verdict, default: 0] += 1
            if summary { continue }
            if json {
                output += JSONText.escaped(Array(try encoder.encode(row)))
                output.append(UInt8(ascii: "\n"))
            } else {
                Self.append(row, to: &output)
            }
            if output.count > 1 << 20 {
                Terminal.write(output)
                output.removeAll(keepingCapacity: true)
            }
        }
        Terminal.write(output)
        if summary { try printCounts(counts) }
        if question.regexesGivenUp > 0 {
            Terminal.error(
                "warning: \(question.regexesGivenUp) attempts of regular expressions reached their limits and "
                    + "count as not met")
        }
    }

    private func read() throws -> [UInt8] {
        do {
            let handle =
                requests == "-"
                ? FileHandle.standardInput
                : try FileHandle(forReadingFrom: URL(fileURLWithPath: requests))
            return [UInt8](try handle.readToEnd() ?? Data())
        } catch {
            Terminal.error("error: \(requests): cannot be read: \(error.localizedDescription)")
            throw ExitCode(1)
        }
    }

    private static func judge(
        _ line: Span<UInt8>, _ question: inout ImageQuestion, isSummary: Bool
    ) -> Row {
        let (url, source, typeName) = fields(line)
        func text(_ range: Range<Int>) -> String {
            String(decoding: range.map { line[$0] }, as: UTF8.self)
        }
        var row = Row(verdict: "invalid", url: isSummary ? "" : text(url))
        guard let type = typeName.isEmpty ? .other : RequestType(name: text(typeName)) else {
            return row
        }
        do throws(WebURLError) {
            let decision = try question.ask(
                line.extracting(url), source: line.extracting(source), type: type)
            row.verdict = decision.verdict.name
            if let hit = decision.hit, !isSummary {
                let reason = question.matcher.reason(for: hit)
                row.layer = reason.layer.name
                row.list = reason.list
                row.line = reason.line
                row.rule = reason.target
            }
        } catch {
            return row
        }
        return row
    }

    /// URL, source, type; a carriage return at the end is left out.
    private static func fields(
        _ line: Span<UInt8>
    ) -> (url: Range<Int>, source: Range<Int>, type: Range<Int>) {
        var parts: [Range<Int>] = []
        var start = 0
        var end = line.count
        if end > 0, line[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        for index in 0..<end where line[index] == UInt8(ascii: "\t") {
            parts.append(start..<index)
            start = index + 1
        }
        parts.append(start..<end)
        let none = end..<end
        return (parts[0], parts.count > 1 ? parts[1] : none, parts.count > 2 ? parts[2] : none)
    }

    private static func append(_ row: Row, to output: inout [UInt8]) {
        let place = row.list.map { "\($0):\(row.line ?? 0)" } ?? "-"
        let fields = [row.verdict, row.layer ?? "-", place, row.rule ?? "-", row.url]
        let clean = fields.map {
            PrintableText.escaped($0.replacing("\t", with: "%09").replacing("\n", with: "%0A"))
        }
        output += Array((clean.joined(separator: "\t") + "\n").utf8)
    }

    private func printCounts(_ counts: [String: Int]) throws {
        if json { return try Terminal.json(counts) }
        for name in ["block", "warn", "monitor", "allow", "invalid"] {
            if let count = counts[name] { Terminal.line("\(name)\t\(count)") }
        }
    }
}
