import ArgumentParser
import KhienConfig

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Explain the keys of the configuration file.",
        discussion: "Without arguments all keys; with words, the keys that contain one of them.")

    @Flag(help: "Print JSON.")
    var json = false

    @Argument(help: "Words to look for.")
    var words: [String] = []

    private struct Key: Encodable {
        var key: String
        var type: String
        var defaultValue: String
        var meaning: String
    }

    func run() throws {
        let keys = Configuration.documentation.entries.filter { entry in
            words.isEmpty || words.contains { entry.key.contains($0) }
        }
        if json {
            return try Terminal.json(
                keys.map {
                    Key(
                        key: $0.key, type: $0.type, defaultValue: $0.defaultValue,
                        meaning: $0.meaning)
                })
        }
        for entry in keys {
            Terminal.line("\(entry.key): \(entry.type), default \(entry.defaultValue)")
            Terminal.line("    \(entry.meaning)")
        }
        if keys.isEmpty { throw ExitCode(1) }
    }
}
