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

            A folder stands for all files below it, hidden ones included. Symbolic links are followed,
            each folder is read once. What cannot be read is told, and the rest is read all the same.

            Exit status: 0 nothing condemned, 1 a page is condemned or something could not be read.
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
        guard (1...1_000_000).contains(limit) else {
            throw ValidationError("--limit \(limit): expected a whole number from 1 to 1000000.")
        }
        _ = try ImageQuestion.time(at)
    }

    func run() throws {
        let rules = try rules()
        if bench { return try measure(rules) }
        var settings = PageSettings()
        settings.limit = limit
        settings.bodyBytesMax = .max
        let reader = PageReader(rules: rules, scope: forms ? .forms : .pages, settings: settings)
        if explain { reader.keepTrace() }
        let time = Self.pageTime(try ImageQuestion.time(at))
        var results: [ScanResult] = []
        for source in PageSource.all(files) {
            let result: ScanResult
            switch page(source) {
            case .success(let page):
                result = ScanResult(page, reader, time, url: url, showsWords: explain)
                if !json { Terminal.write(summary ? result.line : result.text) }
            case .failure(let fault):
                // The others are read all the same; the exit status tells.
                Terminal.error("error: \(fault.path): \(fault.reason)")
                result = ScanResult(fault)
            }
            results.append(result)
        }
        if json { try Terminal.json(results) }
        if summary, !json { Terminal.line(Self.totals(results)) }
        if results.contains(where: { $0.isCondemned || $0.failure != nil }) {
            throw ExitCode(1)
        }
    }

    /// What follows the lines of `--summary`.
    private static func totals(_ results: [ScanResult]) -> String {
        let unread = results.count { $0.isUnreadable }
        let condemned = results.count(where: \.isCondemned)
        let pages = "\(results.count - unread) pages, \(condemned) condemned"
        return unread == 0 ? pages : pages + ", \(unread) cannot be read"
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

    private func page(_ source: PageSource) -> Result<ScannedPage, PageSource.Fault> {
        do throws(PageSource.Fault) {
            let bytes = try source.read()
            return .success(
                ScannedPage(
                    path: source.path, bytes: bytes,
                    type: type ?? ScannedPage.type(ofName: source.path), coding: contentEncoding))
        } catch {
            return .failure(error)
        }
    }

    /// All pages at once, for measuring. What cannot be read is told, and the rest measured.
    private func measure(_ rules: PageRules) throws {
        var pages: [ScannedPage] = []
        var hasFault = false
        for source in PageSource.all(files) {
            switch page(source) {
            case .success(let page): pages.append(page)
            case .failure(let fault):
                Terminal.error("error: \(fault.path): \(fault.reason)")
                hasFault = true
            }
        }
        try ScanBench.run(rules, pages, limit: limit)
        if hasFault { throw ExitCode(1) }
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
