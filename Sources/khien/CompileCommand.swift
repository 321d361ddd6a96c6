import ArgumentParser
import Foundation
import KhienConfig
import KhienImage
import KhienLists
import KhienModel
import KhienService

struct CompileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compile",
        abstract: "Compile lists into an image.",
        discussion: """
            A list may be a file, a folder or a tar archive, plain or compressed with gzip, xz or zstd.
            Its format is recognised; --format overrides. Every line is accepted, repaired, rejected or
            unsupported, and counted; the first of each kind of fault are shown with file and line.

              khien compile -o lists.khien domains.txt hosts.gz ut1.tar.zst
              khien compile -o lists.khien --category gambling --action warn casinos.txt
              khien compile -o lists.khien --config khien.yaml

            Exit status 1: a list could not be read, or none of its lines could be used; the image is
            written all the same, with everything that could be.
            """)

    @Option(name: [.short, .long], help: "The image to write.")
    var output: String

    @Option(help: "Take the lists from this configuration.")
    var config: String?

    @Option(
        help: """
            The format of all lists: \(ListFormat.allCases.map(\.name).joined(separator: ", ")).
            """)
    var format: String?

    @Option(help: "The category of lists that name none.")
    var category = ""

    @Option(help: "What the lists ask for: block, warn, monitor, allow.")
    var action = "block"

    @Option(help: "A public suffix list, for third-party rules.")
    var publicSuffixList = Configuration().publicSuffixList

    @Option(help: "Also write the summary as JSON to this file.")
    var report: String?

    @Flag(help: "Print the summary as JSON.")
    var json = false

    @Flag(help: "Print only diagnostics.")
    var quiet = false

    @Argument(help: "Lists: files, folders, archives.", completion: .file())
    var lists: [String] = []

    func validate() throws {
        guard config == nil || lists.isEmpty else {
            throw ValidationError("Give lists or --config, not both.")
        }
        guard config != nil || !lists.isEmpty else {
            throw ValidationError("Give the lists to compile, or --config.")
        }
        _ = try listFormat()
        guard Action(name: action) != nil else {
            throw ValidationError("--action takes block, warn, monitor or allow.")
        }
    }

    private func listFormat() throws -> ListFormat? {
        guard let format, format != "auto" else { return nil }
        guard let known = ListFormat(name: format) else {
            throw ValidationError("'\(format)' is no list format; --help names them.")
        }
        return known
    }

    func run() throws {
        let summary: CompileSummary
        do {
            var job = try makeJob()
            job.isQuiet = quiet || json
            summary = try job.run(output: output)
        } catch let errors as ConfigurationErrors {
            Terminal.error(errors.description)
            throw ExitCode(1)
        } catch let error as ImageError {
            Terminal.error("error: \(error)")
            throw ExitCode(1)
        }
        if let report {
            let bytes = ControlCoding.encode(summary)
            try Data(bytes).write(to: URL(fileURLWithPath: report), options: .atomic)
        }
        if json {
            try Terminal.json(summary)
        } else {
            // The daemon reads the report; what is in it need not stand in the journal twice.
            if !quiet || report == nil { SummaryPrinter.printDiagnostics(summary) }
            if !quiet { SummaryPrinter.printTotals(summary) }
        }
        let isFinding = summary.diagnostics.contains { message in
            message.severity == "error" || message.code == "list.no-entries"
        }
        if isFinding { throw ExitCode(1) }
    }

    private func makeJob() throws -> CompileJob {
        if let config { return CompileJob(try ConfigurationLoader.load(path: config)) }
        let format = try listFormat()
        var job = CompileJob(
            requests: lists.map { path in
                ListRequest(
                    path: path, format: format, category: category,
                    action: Action(name: action) ?? .block)
            })
        job.publicSuffixList = publicSuffixList
        return job
    }
}
