import ArgumentParser

/// The figures of the matcher that need no peer's process: one JSON object a line.
@main
struct KhienBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "khien-bench",
        abstract: "Measure the matcher in this process.",
        discussion: """
            Times are the CPU time of the one thread that measures. Each command runs its corpus \
            several times and tells the fastest and the median round; on a shared machine only \
            ratios between figures of one run mean something.
            """,
        subcommands: [
            GenerateCommand.self, HostsCommand.self, URLsCommand.self, RegexesCommand.self,
            LiteralsCommand.self, OpenCommand.self, LatencyCommand.self,
        ])
}
