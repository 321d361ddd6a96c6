import ArgumentParser
import Foundation
import KhienImage
import KhienMatcher
import KhienModel
import KhienPage
import KhienText

struct ScanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Read pages by the phrase rules of an image, as the daemon would.",
        discussion: """
            Shows for each page its coding, charset, size, score by group and verdict, and each rule
            that was found, with layer, view and how far into that text (a class, not a place).
            --explain shows the words where they stand, on this terminal and nowhere else.

              khien scan --image lists.khien page.html
              curl -s http://example.test/ | khien scan --image lists.khien --explain -
              khien scan --image lists.khien --summary pages/
              khien scan --image lists.khien --bench pages/

            Exit status: 0 nothing condemned, 1 a page is condemned or cannot be read.
            """)

    @Option(help: "The image.")
    var image: String

    @Option(help: "The key file of confidential lists; the default is lists.key beside the image.")
    var key: String?

    @Option(help: "The Content-Type; without it the file's name tells, or the first bytes.")
    var type: String?

    @Option(help: "The Content-Encoding of the files.")
    var contentEncoding = ""

    @Option(help: "The URL, whose words are read too.")
    var url = ""

    @Option(help: "The score at which a page is condemned.")
    var limit = Limits.Page.scoreLimitDefault

    @Option(help: "Judge as at this time (ISO 8601).")
    var at: String?

    @Flag(help: "Read as bodies of requests: rules for forms.")
    var forms = false

    @Flag(help: "Show the words in their context.")
    var explain = false

    @Flag(help: "Print one line a page.")
    var summary = false

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Measure each stage, in MB of the bodies a second of CPU time.")
    var bench = false

    @Argument(help: "Files, folders, or - for standard input.")
    var files: [String]

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("Give a page to scan.") }
        _ = try ImageQuestion.time(at)
    }

    func run() throws {
        let rules = try rules()
        if bench { return try ScanBench.run(rules, try pages(), limit: limit) }
        var settings = PageSettings()
        settings.limit = limit
        settings.bodyBytesMax = .max
        let reader = PageReader(rules: rules, scope: forms ? .forms : .pages, settings: settings)
        if explain { reader.keepTrace() }
        let time = Self.pageTime(try ImageQuestion.time(at))
        var results: [ScanResult] = []
        for page in try pages() {
            let result = ScanResult(page, reader, time, url: url, showsWords: explain)
            if !json { Terminal.write(summary ? result.line : result.text) }
            results.append(result)
        }
        if json { try Terminal.json(results) }
        if summary, !json {
            let condemned = results.filter { $0.verdict != "allow" }.count
            Terminal.line("\(results.count) pages, \(condemned) condemned")
        }
        if results.contains(where: { $0.verdict == "block" || $0.failure != nil }) {
            throw ExitCode(1)
        }
    }

    private func rules() throws -> PageRules {
        do {
            let opened = try ImageQuestion.open(image, key: key)
            return try PageRules(image: opened.image, matcher: opened.matcher)
        } catch let error as ImageError {
            Terminal.error("error: \(error)")
            throw ExitCode(1)
        }
    }

    /// The day and minute where this machine stands.
    static func pageTime(_ now: UnixTime) -> PageTime {
        let date = Date(timeIntervalSince1970: Double(now.seconds))
        let parts = Calendar(identifier: .gregorian).dateComponents(
            [.weekday, .hour, .minute], from: date)
        return PageTime(
            now: now, day: ((parts.weekday ?? 2) + 5) % 7,
            minute: (parts.hour ?? 0) * 60 + (parts.minute ?? 0))
    }

    private func pages() throws -> [ScannedPage] {
        var result: [ScannedPage] = []
        for file in files {
            if file == "-" {
                let bytes = try FileHandle.standardInput.readToEnd() ?? Data()
                result.append(page("-", [UInt8](bytes)))
                continue
            }
            for path in Self.expand(file) {
                guard let data = FileManager.default.contents(atPath: path) else {
                    Terminal.error("error: \(path): cannot be read")
                    throw ExitCode(1)
                }
                result.append(page(path, [UInt8](data)))
            }
        }
        return result
    }

    private func page(_ path: String, _ bytes: [UInt8]) -> ScannedPage {
        ScannedPage(
            path: path, bytes: bytes, type: type ?? ScannedPage.type(ofName: path),
            coding: contentEncoding)
    }

    /// The files in a folder, in order of their names; a file is itself.
    private static func expand(_ path: String) -> [String] {
        var isFolder: ObjCBool = false
        // SAFETY: the call writes one flag, which lives for the call; so does the one below.
        guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
            isFolder.boolValue
        else { return [path] }
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return names.sorted().map { path + "/" + $0 }.filter {
            var isInner: ObjCBool = false
            return unsafe FileManager.default.fileExists(atPath: $0, isDirectory: &isInner)
                && !isInner.boolValue
        }
    }
}

/// A page that the tool reads.
struct ScannedPage {
    var path: String
    var bytes: [UInt8]
    var type: String
    var coding: String

    /// By the end of a name; empty: the first bytes tell.
    static func type(ofName name: String) -> String {
        switch name.split(separator: ".").last {
        case "html", "htm": "text/html"
        case "xml", "rss", "svg": "application/xml"
        case "json": "application/json"
        case "js": "text/javascript"
        case "css": "text/css"
        case "txt", "md": "text/plain"
        default: ""
        }
    }
}
