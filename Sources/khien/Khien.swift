import ArgumentParser
import KhienService

/// The tool: lists in, answers out. Exit status: 0 fine, 1 findings, 2 wrong usage.
@main
struct Khien: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "khien",
        abstract: "Compile, check and question the lists of the Khiên filtering proxy.",
        discussion: """
            Compile lists of any usual format into an image, and ask it:

              khien compile -o lists.khien blocklists/
              khien explain --image lists.khien http://casino.test/

            Check a configuration as a reload would, and talk to a running daemon:

              khien check --config khien.yaml
              khien status
              khien reload

            Exit status: 0 fine, 1 findings (a list refused, a rule that cannot be used, no daemon),
            2 wrong usage.
            """,
        version: Daemon.version,
        subcommands: [
            CompileCommand.self, CheckCommand.self, ExplainCommand.self, MatchCommand.self,
            ScanCommand.self,
            StatusCommand.self, ReloadCommand.self, LogCommand.self, ConfigCommand.self,
        ])

    /// ArgumentParser's own status for wrong usage is 64; ours is 2.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            let code = exitCode(for: error)
            if code == .validationFailure {
                Terminal.error(fullMessage(for: error))
                Terminal.exit(2)
            }
            exit(withError: error)
        }
    }
}
