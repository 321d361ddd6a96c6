import ArgumentParser
import Foundation
import KhienConfig
import KhienModel
import KhienService

/// Where the daemon's control socket is.
struct ControlOptions: ParsableArguments {
    @Option(help: "The daemon's configuration, for the path of its control socket.")
    var config: String?

    @Option(
        help:
            "The control socket. The default is the configuration's, else /run/khien/control.sock.")
    var control: String?

    func path() throws -> String {
        if let control { return control }
        guard let config else { return Configuration().control }
        do throws(ConfigurationErrors) {
            return try ConfigurationLoader.load(path: config).control
        } catch {
            Terminal.error(error.description)
            throw ExitCode(1)
        }
    }

    func ask(_ request: ControlRequest) throws -> [UInt8] {
        let path = try path()
        do throws(ServiceError) {
            return try ControlClient.ask(request, path: path)
        } catch {
            Terminal.error(error.description)
            throw ExitCode(1)
        }
    }
}

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the state of the running daemon.",
        discussion: """
            Generation on each worker, lists with serial and counts, listeners, the last reload and
            why it failed. Exit status 1: no daemon, or it is degraded (the last reload was refused,
            or events are being lost).
            """)

    @OptionGroup var options: ControlOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let bytes = try options.ask(ControlRequest(.status))
        let report = try ControlCoding.decode(StatusReport.self, bytes)
        if json { Terminal.json(bytes) } else { Self.printText(report) }
        if report.state != "serving" { throw ExitCode(1) }
    }

    private static func printText(_ report: StatusReport) {
        Terminal.line("khiend \(report.version), pid \(report.pid): \(report.state)")
        for listener in report.listeners {
            Terminal.line("listening   \(listener.kind):\(listener.address)")
        }
        Terminal.line(
            "image       \(report.image.fingerprint), \(Terminal.grouped(report.image.entries)) "
                + "entries, \(Terminal.grouped(report.image.bytes)) bytes, "
                + "\(report.image.orders) orders")
        for worker in report.workers {
            Terminal.line(
                "worker \(worker.worker)    generation \(worker.generation), "
                    + "\(worker.connections) connections, \(worker.requests) requests, "
                    + "\(worker.blocked) blocked, \(worker.warned) warned, "
                    + "\(worker.monitored) monitored")
            if let count = worker.regexesGivenUp, count > 0 {
                Terminal.line(
                    "  regexes   \(count) attempts reached their limits and count as not met")
            }
            printBodies(worker)
            for group in worker.clientGroups ?? [] { printGroup(group) }
        }
        for list in report.lists {
            Terminal.line(
                "list        \(list.name): \(Terminal.grouped(list.entries)) entries "
                    + "(\(list.format), \(list.action), serial \(list.serial)), "
                    + "\(list.repaired) repaired, \(list.rejected) rejected, "
                    + "\(list.unsupported) unsupported")
        }
        Terminal.line(
            "events      \(report.events.written) written, \(report.events.failed) lost"
                + (report.events.fault.map { "; NOW FAILING: \($0)" } ?? ""))
        if let reload = report.lastReload { ReloadPrinter.printText(reload) }
    }
}

extension StatusCommand {
    fileprivate static func printGroup(_ group: StatusReport.ClientGroup) {
        let name = group.name.isEmpty ? "(no group)" : group.name
        Terminal.line(
            "  \(name): \(group.requests) requests, \(group.blocked) blocked, \(group.warned) warned, "
                + "\(group.monitored) monitored, \(group.bodiesRead) bodies read")
    }

    /// What was read of bodies, and what was not; nothing where bodies are not looked at.
    fileprivate static func printBodies(_ worker: StatusReport.Worker) {
        let spots = worker.blindSpots ?? [:]
        let read = worker.bodiesRead ?? 0
        guard read > 0 || !spots.isEmpty else { return }
        let unread = spots.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        Terminal.line(
            "  bodies    \(read) read (\(worker.bodiesKnown ?? 0) known from before), \(worker.bodiesCut ?? 0) cut off, not read: "
                + (unread.isEmpty ? "none" : unread))
    }
}

struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Take changed lists in; wait, and say whether they are in force.",
        discussion: """
            Exit status 1: the lists were refused and the last good ones stay in force; the
            diagnostics say why, with file and line.
            """)

    @OptionGroup var options: ControlOptions

    @Flag(help: "Somebody has looked: do not judge how much lists shrank or grew.")
    var acceptSizes = false

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let bytes = try options.ask(ControlRequest(.reload, acceptsSizes: acceptSizes))
        let answer = try ControlCoding.decode(ReloadAnswer.self, bytes)
        if json { Terminal.json(bytes) } else { ReloadPrinter.printText(answer.reload) }
        if answer.reload.outcome != "in force" { throw ExitCode(1) }
    }
}

enum ReloadPrinter {
    static func printText(_ reload: StatusReport.ReloadState) {
        for message in reload.diagnostics { Terminal.error(message.diagnostic.description) }
        let seconds = Double(Int(reload.seconds * 1000)) / 1000
        Terminal.line(
            "last reload \(reload.outcome) at \(reload.at.formatted(.iso8601)), "
                + (reload.generation == 0
                    ? "nothing in force" : "generation \(reload.generation)")
                + ", \(seconds) s")
    }
}
