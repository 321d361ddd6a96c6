import Foundation
import KhienCompiler
import KhienModel
import KhienPage
import KhienTestKit

/// An image of phrases, and pages read by it.
struct PageBench {
    let compiled: CompiledImage
    let rules: PageRules
    static let time = PageTime(now: UnixTime(seconds: 1_764_300_000), day: 2, minute: 600)

    init(_ lists: [SourceList]) throws {
        compiled = try CompiledImage(lists)
        rules = try PageRules(image: compiled.image, matcher: compiled.matcher)
    }

    func reader(
        _ scope: PhraseScope = .pages, in workspace: PageWorkspace? = nil,
        _ change: (inout PageSettings) -> Void = { _ in }
    ) -> PageReader {
        var settings = PageSettings()
        change(&settings)
        return PageReader(rules: rules, scope: scope, settings: settings, workspace: workspace)
    }
}

extension PageReader {
    /// Reads a whole body, cut as given, and says what came of it.
    func read(
        _ bytes: [UInt8], type: String = "text/html; charset=utf-8", coding: String = "",
        url: String = "", cuts: [Int] = []
    ) -> PageStep {
        let head = PageHead(
            contentType: Array(type.utf8), contentEncoding: Array(coding.utf8),
            url: Array(url.utf8))
        if let failure = begin(head, at: PageBench.time) { return .unreadable(failure) }
        var start = 0
        for cut in cuts + [bytes.count] where cut > start {
            let step = feed(bytes.span.extracting(start..<cut))
            if case .undecided = step { start = cut } else { return step }
        }
        return finish()
    }

    /// Verdict, score and hits as text, to be compared.
    var summary: String {
        let report = report()
        let hits = report.hits.map {
            "\($0.rule) \($0.place.layer.name) \($0.place.viewName) \($0.place.offset.name)"
                + " \($0.counts)"
        }
        return "\(report.verdict.action.name) \(report.verdict.cause) \(report.verdict.score)"
            + " \(report.contentBytes) \(report.scores.map { "\($0.group)=\($0.score)" }) \(hits)"
    }
}

/// Programs that make content codings.
enum Coder {
    static let arePresent = ["gzip", "brotli", "zstd", "python3"].allSatisfy { name in
        ["/usr/bin", "/bin", "/usr/local/bin"].contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
        }
    }

    static func encode(_ bytes: [UInt8], _ coding: String) throws -> [UInt8] {
        if coding.isEmpty { return bytes }
        let command: [String] =
            switch coding {
            case "gzip": ["gzip", "-c"]
            case "br": ["brotli", "-c"]
            case "zstd": ["zstd", "-qc"]
            default:
                [
                    "python3", "-c",
                    "import sys,zlib;sys.stdout.buffer.write("
                        + "zlib.compress(sys.stdin.buffer.read()))",
                ]
            }
        let file = FileManager.default.temporaryDirectory.appending(
            path: "khien-page-\(UUID().uuidString)")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = try FileHandle(forReadingFrom: file)
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return [UInt8](data)
    }
}
