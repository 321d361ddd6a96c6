import Foundation

/// A program that runs beside the test. It is killed, by its number, when the value goes.
final class ChildProcess: @unchecked Sendable {
    // SAFETY (Sendable): `process` is configured before `run`; after it only the number, which does
    // not change, and the semaphore are used.
    private let process = Process()
    private let ended = DispatchSemaphore(value: 0)
    let program: String

    /// Starts `program`. Output goes to files, which never block it.
    init(
        _ program: String, _ arguments: [String], input: String = "/dev/null",
        output: String = "/dev/null", errors: String = "/dev/null",
        environment: [String: String] = [:]
    ) throws {
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw Failure("\(program) is not there: swift build -c release --build-tests")
        }
        self.program = program
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        var variables = ProcessInfo.processInfo.environment
        for name in ["http_proxy", "https_proxy", "HTTP_PROXY", "NOTIFY_SOCKET", "WATCHDOG_USEC"] {
            variables[name] = nil
        }
        process.environment = variables.merging(environment) { $1 }
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: input))
        process.standardOutput = try Self.append(to: output)
        process.standardError = try Self.append(to: errors)
        let ended = ended
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
    }

    deinit { kill() }

    private static func append(to path: String) throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: path) {
            guard FileManager.default.createFile(atPath: path, contents: nil) else {
                throw Failure("\(path) cannot be made")
            }
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        if path != "/dev/null" { try file.seekToEnd() }
        return file
    }

    var pid: Int32 { process.processIdentifier }

    var isRunning: Bool { process.isRunning }

    /// Waits for the end; nil: it did not come.
    func wait(seconds: Double) -> Int32? {
        if process.isRunning {
            guard ended.wait(timeout: .now() + seconds) == .success else { return nil }
            ended.signal()
        }
        let status = process.terminationStatus
        return process.terminationReason == .uncaughtSignal ? -status : status
    }

    func signal(_ number: Int32) {
        if process.isRunning { Foundation.kill(pid, number) }
    }

    /// `kill -9`, and waits until it is gone.
    func kill() {
        signal(SIGKILL)
        _ = wait(seconds: 10)
    }
}
