import Foundation
import KhienService

/// The real daemon with a configuration of the test's own. It is killed when the value goes.
final class DaemonProcess: Sendable {
    let folder: TemporaryFolder
    let child: ChildProcess
    /// Of the proxy, on 127.0.0.1.
    let port: UInt16

    /// Starts the daemon on `FOLDER/khien.yaml` and waits until it listens.
    init(
        _ folder: TemporaryFolder, arguments: [String] = [], environment: [String: String] = [:],
        seconds: Double = 30
    ) throws {
        self.folder = folder
        let before = Self.log(folder).count
        let child = try ChildProcess(
            Programs.khiend, ["--config", folder.file("khien.yaml")] + arguments,
            errors: folder.file("khiend.log"), environment: environment)
        self.child = child
        var found: UInt16?
        let isUp = eventually(seconds: seconds) {
            let text = Self.log(folder).dropFirst(before)
            for line in text.split(separator: "\n")
            where line.hasPrefix("khiend: listening on explicit:") {
                found = line.split(separator: ":").last.flatMap { UInt16($0) }
            }
            return found != nil || !child.isRunning
        }
        guard isUp, let found, child.isRunning else {
            child.kill()
            throw Failure("khiend does not listen: \(Self.log(folder).suffix(4_000))")
        }
        port = found
    }

    // Before the folder goes: what still runs would write into it again.
    deinit { child.kill() }

    private static func log(_ folder: TemporaryFolder) -> String {
        String(decoding: (try? folder.read("khiend.log")) ?? [], as: UTF8.self)
    }

    /// What the daemon wrote to stderr, earlier runs in the same folder included.
    var log: String { Self.log(folder) }

    var proxy: String { "http://127.0.0.1:\(port)" }
    var configuration: String { folder.file("khien.yaml") }

    // MARK: requests

    /// curl through the proxy.
    func curl(_ arguments: String..., seconds: Double = 60) throws -> Command.Result {
        try Command.curl(["--noproxy", "", "--proxy", proxy] + arguments, seconds: seconds)
    }

    /// One request on a connection of its own.
    func request(
        _ url: String, method: String = "GET", fields: [String] = [], body: String = ""
    ) throws -> Response {
        let socket = try RawSocket(port: port)
        socket.send(Self.head(url, method: method, fields: fields) + body)
        guard let response = socket.takeResponse(isHead: method == "HEAD") else {
            throw Failure("no whole response to \(method) \(url)")
        }
        return response
    }

    static func head(_ url: String, method: String = "GET", fields: [String] = []) -> String {
        let rest = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
        let host = method == "CONNECT" ? url : rest.count > 1 ? String(rest[1]) : ""
        return (["\(method) \(url) HTTP/1.1", "Host: \(host)"] + fields)
            .joined(separator: "\r\n") + "\r\n\r\n"
    }

    // MARK: control

    func status() throws -> StatusReport {
        let result = try statusCommand("--json")
        return try ControlCoding.decode(StatusReport.self, result.output)
    }

    func statusCommand(_ arguments: String...) throws -> Command.Result {
        try Command.run(Programs.khien, ["status", "--config", configuration] + arguments)
    }

    func reload(_ arguments: String...) throws -> Command.Result {
        // The configuration may be what is broken: the socket is named itself.
        try Command.run(
            Programs.khien, ["reload", "--control", folder.file("control.sock")] + arguments)
    }

    // MARK: events

    /// The records of the kind `event`, in order, from all files of the log.
    func events() throws -> [[String: Any]] {
        try records().filter { $0["khien.record"] as? String == "event" }
    }

    func records() throws -> [[String: Any]] {
        var records: [[String: Any]] = []
        for name in try folder.names(in: "state/events") where name.hasPrefix("events-") {
            for line in try folder.read("state/events/" + name).split(separator: 10) {
                guard let record = try? JSONSerialization.jsonObject(with: Data(line)) else {
                    continue
                }
                records.append(record as? [String: Any] ?? [:])
            }
        }
        return records
    }

    /// The event whose page showed this reference.
    func event(_ reference: String?) throws -> [String: Any]? {
        guard let reference else { return nil }
        return try events().first { $0["event.id"] as? String == reference }
    }

    func verifyLog() throws -> Command.Result {
        try Command.khien("log", "verify", folder.file("state/events"))
    }
}

extension Response {
    /// A member of a JSON body.
    func member(_ name: String) -> String? {
        let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
        return (object?[name]).map { "\($0)" }
    }
}
