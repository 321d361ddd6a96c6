import ArgumentParser
import KhienEvents
import KhienModel
import KhienService

struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Check the event log.",
        subcommands: [VerifyCommand.self])

    struct VerifyCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Check that no event was altered, removed or reordered.",
            discussion: """
                Walks the hash chain through one file or all files of a folder, and names the first
                break with file, line and kind. A torn last line is what a power cut or a kill
                leaves; it is told, and no finding. Exit status 1: the chain is broken.
                """)

        @Flag(help: "Print JSON.")
        var json = false

        @Argument(help: "An event log file, or the folder of the log.", completion: .file())
        var path: String

        func run() throws {
            let report = EventLogVerifier.verify(path: path)
            if json {
                try Terminal.json(Answer(report))
            } else {
                for diagnostic in report.diagnostics { Terminal.error(diagnostic.description) }
                // Nothing was read: that says nothing about a chain.
                let isUnread = report.files == 0 && !report.isWhole
                if isUnread { throw ExitCode(1) }
                let range = report.firstSequence.map { "\($0) to \(report.lastSequence ?? $0)" }
                Terminal.line(
                    "\(report.isWhole ? "whole" : "BROKEN"): \(report.events) events in "
                        + "\(report.files) files, records \(range ?? "none"), "
                        + "head \(report.head ?? "-")")
            }
            if !report.isWhole { throw ExitCode(1) }
        }

        private struct Answer: Encodable {
            var isWhole: Bool
            var files: Int
            var records: UInt64
            var events: UInt64
            var firstSequence: UInt64?
            var lastSequence: UInt64?
            var head: String?
            var diagnostics: [CompileSummary.Message]

            init(_ report: VerificationReport) {
                isWhole = report.isWhole
                files = report.files
                records = report.records
                events = report.events
                firstSequence = report.firstSequence
                lastSequence = report.lastSequence
                head = report.head
                diagnostics = report.diagnostics.map { CompileSummary.Message($0) }
            }
        }
    }
}
