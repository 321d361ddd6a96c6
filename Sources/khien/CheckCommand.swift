import ArgumentParser
import Foundation
import KhienConfig
import KhienImage
import KhienMatcher
import KhienModel
import KhienPage
import KhienService

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a configuration and its lists as a reload would; change nothing.",
        discussion: """
            Prints what is wrong as a compiler does (file:line:column: error: ...), and exits with 1
            where a reload would be refused, or where something that an order names would not be in
            force. The guards compare with the last good lists in the
            configuration's state folder.
            """)

    @Option(help: "The configuration file.")
    var config: String

    @Flag(help: "Print JSON.")
    var json = false

    private struct Answer: Encodable {
        var wouldReload: Bool
        var diagnostics: [CompileSummary.Message]
        var summary: CompileSummary?
    }

    func run() throws {
        let configuration: Configuration
        do throws(ConfigurationErrors) {
            configuration = try ConfigurationLoader.load(path: config)
        } catch {
            try finish(error.diagnostics, nil)
        }
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("khien-check-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let outcome = Self.outcome(configuration, folder: folder, isQuiet: json)
        try FileManager.default.removeItem(at: folder)
        try finish(outcome.diagnostics, outcome.summary)
    }

    /// Compiles into a folder of its own and asks the guards.
    private static func outcome(
        _ configuration: Configuration, folder: URL, isQuiet: Bool
    ) -> (diagnostics: [Diagnostic], summary: CompileSummary?) {
        do {
            let path = folder.appendingPathComponent("check.khien").path
            var job = CompileJob(configuration)
            job.isQuiet = isQuiet
            let state = StateFolder(path: configuration.state)
            // Nothing is changed here: where there is no key yet, one for this process will do.
            if job.isConfidential { job.key = try ListKeyFile.read(state.listKey) ?? .random() }
            let summary = try job.run(output: path)
            let image = try Image(path: path)
            let matcher = try Matcher(image: image, key: job.key)
            let now = UnixTime(seconds: Int64(Date().timeIntervalSince1970))
            let faults =
                ReloadGuards.faults(
                    in: summary, lastGood: state.lastGoodSummary(), configuration: configuration)
                + ReloadGuards.pageFaults(configuration)
                + ReloadGuards.canaryFaults(matcher, configuration: configuration, now: now)
                + ReloadGuards.textFaults(
                    try PageRules(image: image, matcher: matcher), configuration: configuration,
                    now: now)
            let unknown = unknownGroups(configuration, in: image)
            return (summary.diagnostics.map(\.diagnostic) + faults + unknown, summary)
        } catch {
            return ([Self.diagnostic(error)], nil)
        }
    }

    /// Limits for groups of phrases that no list has: a slip, or a list that is gone.
    private static func unknownGroups(
        _ configuration: Configuration, in image: Image
    ) -> [Diagnostic] {
        let names = Set(
            (0..<image.phrases.groupCount).map {
                image.phrases.group(UInt16(truncatingIfNeeded: $0)).name
            })
        let general = configuration.text.limits
        // What a group has of the general limits is told once.
        let own = configuration.clientGroups.flatMap { group in
            group.text.limits.filter { !general.contains($0) }
                .map { ("client-groups, \(group.name): text.limits", $0) }
        }
        return (general.map { ("text.limits", $0) } + own).filter { !names.contains($0.1.group) }
            .map { key, limit in
                Diagnostic(
                    .warning, "config.unknown-category",
                    at: SourceLocation(file: configuration.file),
                    "\(key): no list has phrases of the category `\(limit.group)`")
            }
    }

    private static func diagnostic(_ error: any Error) -> Diagnostic {
        if let error = error as? ServiceError { return error.diagnostic }
        let image = error as? ImageError
        return Diagnostic(
            .error, "image.refused", at: SourceLocation(file: image?.file ?? ""),
            image.map { ImageError($0.code).description } ?? "\(error)")
    }

    private func finish(_ diagnostics: [Diagnostic], _ summary: CompileSummary?) throws -> Never {
        let isRefused = diagnostics.contains(where: ReloadGuards.refusesReload)
        let concernsOrders = diagnostics.contains(where: ReloadGuards.concernsOrder)
        if json {
            try Terminal.json(
                Answer(
                    wouldReload: !isRefused,
                    diagnostics: diagnostics.map { CompileSummary.Message($0) },
                    summary: summary))
        } else {
            for diagnostic in diagnostics { Terminal.error(diagnostic.description) }
            if let summary, !isRefused {
                let sizes = "\(summary.entries) entries in \(summary.lists.count) lists"
                Terminal.line(
                    concernsOrders
                        ? "would be taken, without what the errors about orders name: \(sizes)"
                        : "ok: \(sizes)")
            }
        }
        throw ExitCode(isRefused || concernsOrders ? 1 : 0)
    }
}
