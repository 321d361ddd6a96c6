import ArgumentParser
import KhienImage
import KhienText

/// Host decisions: a canonical host in, the exact entries out.
struct HostsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hosts", abstract: "Measure host decisions.")

    enum Order: String, ExpressibleByArgument {
        /// As in the file: with the locality of real traffic.
        case trace
        /// Each host once, in random order: the worst case for the caches.
        case random
    }

    @Option(help: "The image.")
    var image: String

    @Option(help: "Hosts, one a line; those without a canonical form are left out.")
    var hosts = "-"

    @Option(help: "trace: as in the file; random: each once, shuffled.")
    var order = Order.trace

    @Option(help: "Rounds over the hosts.")
    var rounds = 7

    @Option(help: "At most so many hosts.")
    var limit = 5_000_000

    @Flag(help: "Ask for the hosts in batches, whose waits for memory pass together.")
    var batch = false

    private struct Result: Encodable {
        var measure = "hosts"
        var order: String
        var isBatch: Bool
        var entries: Int
        var imageBytesPerEntry: Double
        var hotBytesPerKey: Double
        var time: Rounds
        var millionsPerSecond: Double
    }

    func run() throws {
        var judge = try Judge(image: image)
        let corpus = try canonical()
        let time = Rounds.measure(rounds, operations: corpus.count) {
            batch
                ? judge.judge(hosts: corpus.bytes.span, starts: corpus.starts.span)
                : Self.judgeAll(corpus, &judge)
        }
        let figures = judge.image.hostFigures
        try Report.print(
            Result(
                order: order.rawValue, isBatch: batch, entries: judge.image.entryCount,
                imageBytesPerEntry: Double(judge.image.byteCount)
                    / Double(max(1, judge.image.entryCount)),
                hotBytesPerKey: Double(figures.hotBytes) / Double(max(1, figures.keys)), time: time,
                millionsPerSecond: 1000 / time.fastest))
    }

    private func canonical() throws -> Lines {
        let raw = try Lines(path: hosts)
        var corpus = Lines()
        var host: [UInt8] = []
        for index in 0..<raw.count {
            do throws(HostError) {
                let line = raw.bytes.span.extracting(raw.range(index))
                _ = try HostCanonicalizer.canonicalize(line, into: &host)
            } catch {
                continue
            }
            corpus.append(host)
        }
        let ordered = order == .random ? corpus.distinct().shuffled(seed: 1) : corpus
        return ordered.prefix(limit)
    }

    private static func judgeAll(_ corpus: Lines, _ judge: inout Judge) -> Int {
        let bytes = corpus.bytes.span
        let starts = corpus.starts.span
        var hits = 0
        for index in 0..<starts.count - 1 {
            hits += judge.judge(host: bytes.extracting(starts[index]..<starts[index + 1]))
        }
        return hits
    }
}
