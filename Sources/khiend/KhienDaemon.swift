import ArgumentParser
import KhienConfig
import KhienModel
import KhienService

/// The daemon. Runs in the foreground and writes its own messages to stderr.
@main
struct KhienDaemon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "khiend",
        abstract: "The Khiên filtering proxy.",
        discussion: """
            SIGHUP takes changed lists in, SIGUSR1 reopens the event log, SIGTERM finishes what is
            open and stops.
            """,
        version: Daemon.version)

    @Option(help: "The configuration file (docs/CONFIGURATION.md).")
    var config: String

    @Option(help: "The tool that compiles lists; by default `khien` beside this program.")
    var tool: String?

    func run() async throws {
        let console = Console()
        do {
            let daemon = try Daemon(configurationFile: config, tool: tool)
            try await daemon.run()
        } catch let errors as ConfigurationErrors {
            for diagnostic in errors.diagnostics { console.say(diagnostic.description) }
            throw ExitCode(1)
        } catch {
            console.say("error: \(error)")
            throw ExitCode(1)
        }
    }
}
