import ArgumentParser
import Foundation
import KhienConfig
import KhienImage
import KhienMatcher
import KhienModel
import KhienPage
import KhienService
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
              khien scan --image lists.khien --config khien.yaml --group pupils pages/

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

    @Option(help: "The score at which a page is condemned; 100 where nothing says otherwise.")
    var limit: Int32?

    @Option(help: "The configuration whose limits, types and sizes hold; without it the defaults.")
    var config: String?

    @Option(help: "A group of clients of the configuration (client-groups): read as for it.")
    var group: String?

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
        if let limit, !(1...1_000_000).contains(limit) {
            throw ValidationError("--limit \(limit): expected a whole number from 1 to 1000000.")
        }
        guard group == nil || config != nil else {
            throw ValidationError("--group names a group of the configuration: give --config, too.")
        }
        guard limit == nil || config == nil else {
            throw ValidationError("The configuration has the limit: give --limit or --config.")
        }
        _ = try ImageQuestion.time(at)
    }

    func run() throws {
        let rules = try rules()
        let policy = try policy(rules)
        var settings = PageSettings()
        settings.limit = limit ?? Limits.Page.scoreLimitDefault
        settings.bodyBytesMax = .max
        if bench { return try measure(rules, limit: settings.limit) }
        let reader = PageReader(rules: rules, scope: forms ? .forms : .pages, settings: settings)
        if explain { reader.keepTrace() }
        let time = Self.pageTime(try ImageQuestion.time(at))
        var results: [ScanResult] = []
        for source in PageSource.all(files) {
            let result: ScanResult
            switch page(source) {
            case .success(let page):
                result = ScanResult(
                    page, reader, time, url: url, under: policy, showsWords: explain)
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

    /// How the configuration has pages of the group read; nil: no configuration was given.
    private func policy(_ rules: PageRules) throws -> PagePolicy? {
        guard let config else { return nil }
        let configuration: Configuration
        do throws(ConfigurationErrors) {
            configuration = try ConfigurationLoader.load(path: config)
        } catch {
            for diagnostic in error.diagnostics { Terminal.error(diagnostic.description) }
            throw ExitCode(1)
        }
        let known = configuration.clientGroups
        let found = known.first { $0.name == group }
        if let group, found == nil {
            let names = known.map(\.name).joined(separator: ", ")
            Terminal.error(
                "error: no group of clients is named `\(group)`"
                    + (names.isEmpty ? "; there are none" : "; there are: \(names)"))
            throw ExitCode(2)
        }
        guard
            let policy = PagePolicy(
                rules, configuration, group: found, scope: forms ? .forms : .pages)
        else {
            Terminal.error(
                "error: by this configuration \(forms ? "forms" : "pages") of"
                    + " \(group ?? "clients without a group") are not read"
            )
            throw ExitCode(1)
        }
        return policy
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
    private func measure(_ rules: PageRules, limit: Int32) throws {
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
