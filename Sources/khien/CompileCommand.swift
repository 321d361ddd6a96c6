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

            Exit status 1: a list could not be read, it is empty, none of its lines could be used, an order
            is contested or a target of one has no force, an exception was refused because an order blocks
            what it names, or an entry cannot be kept confidential; the image is written all the same,
            with everything that could be. (An empty list is fine where the configuration gives
            it minimum-entries: 0, and so is an empty file in a folder that names something.)
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
    var category: String?

    @Option(help: "What the lists ask for: block (the default), warn, monitor, allow.")
    var action: String?

    @Flag(
        help: "The image holds keyed hashes of the lists' targets only; needs --key.")
    var confidential = false

    @Option(
        help: """
            The key file of confidential lists, made where it is missing. The default is lists.key in the
            state folder of --config.
            """)
    var key: String?

    @Option(
        help: """
            Keep parsed lists in this folder, made where it is missing, and take from it those that did not
            change. Confidential lists and orders are not kept there. A folder that cannot be used is a
            warning.
            """)
    var cache: String?

    @Option(
        help:
            "A public suffix list, for third-party rules; \(Configuration().publicSuffixList) if left out."
    )
    var publicSuffixList: String?

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
        guard !confidential || (key != nil && config == nil) else {
            throw ValidationError("--confidential needs --key, and goes without --config.")
        }
        _ = try listFormat()
        let ofLists = [format, category, action, publicSuffixList]
        guard config == nil || ofLists.allSatisfy({ $0 == nil }) else {
            throw ValidationError(
                "With --config the configuration says it; leave out --format, --category, --action, "
                    + "--public-suffix-list.")
        }
        guard Action(name: action ?? "block") != nil else {
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
            job.cache = cache
            summary = try job.run(output: output)
        } catch let errors as ConfigurationErrors {
            Terminal.error(errors.description)
            throw ExitCode(1)
        } catch let error as ImageError {
            let file = SourceLocation(file: error.file.isEmpty ? output : error.file)
            let reason = ImageError(error.code).description
            try fail(Diagnostic(.error, "image.unwritten", at: file, reason))
        } catch let error as ServiceError {
            try fail(error.diagnostic)
        }
        if let report { try Self.write(summary, to: report) }
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

    /// Says why there is no image, also in the report, where the daemon reads it.
    private func fail(_ diagnostic: Diagnostic) throws -> Never {
        let failed = CompileSummary(diagnostics: [CompileSummary.Message(diagnostic)])
        if let report { try Self.write(failed, to: report) }
        Terminal.error(diagnostic.description)
        throw ExitCode(1)
    }

    private static func write(_ summary: CompileSummary, to path: String) throws {
        let bytes = JSONText.escaped(ControlCoding.encode(summary))
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            Terminal.error("error: \(path): the report cannot be written: \(Self.reason(error))")
            throw ExitCode(1)
        }
    }

    /// The words for a failure of Foundation's, without its domain and number.
    private static func reason(_ error: any Error) -> String {
        let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        let named = cause ?? error as NSError
        return named.localizedFailureReason ?? named.localizedDescription
    }

    private func makeJob() throws -> CompileJob {
        var job: CompileJob
        var keyFile = key
        if let config {
            let configuration = try ConfigurationLoader.load(path: config)
            job = CompileJob(configuration)
            let state = StateFolder(path: configuration.state)
            if job.isConfidential, key == nil { try state.create() }
            keyFile = key ?? state.listKey
        } else {
            job = try makeJobFromArguments()
        }
        if job.isConfidential, let keyFile { job.key = try ListKeyFile.readOrMake(keyFile) }
        return job
    }

    private func makeJobFromArguments() throws -> CompileJob {
        let format = try listFormat()
        var job = CompileJob(
            requests: lists.map { path in
                ListRequest(
                    path: path, format: format, category: category ?? "",
                    action: action.flatMap { Action(name: $0) } ?? .block,
                    isConfidential: confidential)
            })
        if let publicSuffixList { job.publicSuffixList = publicSuffixList }
        return job
    }
}
