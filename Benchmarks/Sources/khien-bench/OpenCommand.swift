import ArgumentParser
import KhienImage
import KhienMatcher

/// Mapping and validating an image, as the daemon does at a reload.
struct OpenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Measure mapping and validating an image.")

    @Option(help: "The image.")
    var image: String

    @Option(help: "How often.")
    var rounds = 7

    private struct Result: Encodable {
        var measure = "open"
        var bytes: Int
        var entries: Int
        /// Wall time, since two threads read; and what both of them used.
        var time: Rounds
        var milliseconds: Double
        var processorMilliseconds: Double
    }

    func run() throws {
        let first = try Image(path: image)
        let path = image
        func measure(_ clock: Stopwatch.Clock) -> Rounds {
            Rounds.measure(rounds, operations: 1, clock: clock) {
                do {
                    return try Matcher(image: try Image(path: path)).image.entryCount
                } catch {
                    return -1
                }
            }
        }
        let time = measure(.wall)
        try Report.print(
            Result(
                bytes: first.byteCount, entries: first.entryCount, time: time,
                milliseconds: time.fastest / 1e6,
                processorMilliseconds: measure(.process).fastest / 1e6))
    }
}
