import Foundation
import KhienModel

/// Runs `khien compile` as a child process: a malformed list can cost the child, never the daemon.
public struct CompilerProcess: Sendable {
    /// The path of the tool.
    public let tool: String
    /// The longest that a compilation may take; the child is ended then.
    public let timeout: Duration

    /// - Parameter tool: nil: `khien` beside the running program.
    public init(tool: String? = nil, timeout: Duration = .seconds(600)) {
        self.tool = tool ?? Self.siblingTool
        self.timeout = timeout
    }

    private static var siblingTool: String {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return own.deletingLastPathComponent().appendingPathComponent("khien").path
    }

    /// Compiles the lists of the configuration file at `configuration`.
    ///
    /// - Returns: the summary that the child wrote; the image stands where `state` says.
    /// - Throws: `ServiceError` where the child could not be run, failed without a summary or took
    ///   too long.
    public func run(
        configuration: String, state: StateFolder
    ) async throws(ServiceError) -> CompileSummary {
        state.removeNext()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: tool)
        process.arguments = [
            "compile", "--config", configuration, "-o", state.nextImage, "--report",
            state.nextSummary, "--key", state.listKey, "--cache", state.parsedLists, "--quiet",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let status = try await Self.finish(process, tool: tool, timeout: timeout)
        guard let summary = StateFolder.summary(state.nextSummary) else {
            throw ServiceError(
                "compile.failed", file: configuration,
                "the compiler ended with status \(status) and left no summary")
        }
        return summary
    }

    private static func finish(
        _ process: Process, tool: String, timeout: Duration
    ) async throws(ServiceError) -> Int32 {
        let (ended, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { process in
            continuation.yield(process.terminationStatus)
            continuation.finish()
        }
        do {
            try process.run()
        } catch {
            throw ServiceError(
                "compile.not-started", file: tool,
                "cannot be run: \(error.localizedDescription)")
        }
        let pid = process.processIdentifier
        let watch = Task {
            try await Task.sleep(for: timeout)
            kill(pid, SIGKILL)
        }
        var status: Int32 = -1
        for await value in ended { status = value }
        watch.cancel()
        return status
    }
}
