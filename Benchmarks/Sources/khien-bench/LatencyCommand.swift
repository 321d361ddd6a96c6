import ArgumentParser
import Foundation

/// What one wait for memory costs on this machine: what decisions about large lists are made of.
struct LatencyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency",
        abstract:
            "Measure reads of a file at random places, each known only when the last is done.",
        discussion: """
            A host that is listed waits for memory twice: for its bucket and for its record. Beside \
            this figure the times of `hosts --order random` say how much of them is waiting.
            """)

    @Option(help: "The file, mapped like an image.")
    var image: String

    @Option(help: "Reads in a round.")
    var reads = 2_000_000

    @Option(help: "Rounds.")
    var rounds = 5

    private struct Result: Encodable {
        var measure = "latency"
        var bytes: Int
        var time: Rounds
    }

    func run() throws {
        let file = try Data(contentsOf: URL(filePath: image), options: .alwaysMapped)
        guard !file.isEmpty else { throw ValidationError("\(image) is empty.") }
        let (reads, count) = (reads, UInt64(file.count))
        let time = Rounds.measure(rounds, operations: reads) {
            var state: UInt64 = 88_172_645_463_325_252
            var sum = 0
            for _ in 0..<reads {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                let byte = file[Int(state % count)]
                sum &+= Int(byte)
                // The next place depends on what stands here.
                state &+= UInt64(byte)
            }
            return sum & .max
        }
        try Report.print(Result(bytes: file.count, time: time))
    }
}
