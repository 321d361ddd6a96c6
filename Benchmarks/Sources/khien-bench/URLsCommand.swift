import ArgumentParser
import KhienImage
import KhienMatcher
import KhienModel
import KhienText

/// Whole decisions on requests: parse, lookup form, all tables, policy.
struct URLsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "urls", abstract: "Measure decisions on whole requests.")

    @Option(help: "The image.")
    var image: String

    @Option(help: "Requests, one a line, tab-separated: URL, source URL, type.")
    var requests = "-"

    @Option(help: "Rounds over the requests.")
    var rounds = 7

    private struct Result: Encodable {
        var measure = "urls"
        var entries: Int
        var bytesPerURL: Double
        /// Parsing and lookup form alone.
        var canonicalise: Rounds
        /// The whole decision, these two steps included.
        var decide: Rounds
    }

    private struct Requests {
        var urls = Lines()
        var sources = Lines()
        var types: [RequestType] = []
    }

    func run() throws {
        var judge = try Judge(image: image)
        let corpus = try read()
        let count = corpus.urls.count
        // Kept from round to round, as an event loop keeps them.
        var url = WebURL()
        var lookup = LookupURL()
        let canonicalise = Rounds.measure(rounds, operations: count) {
            Self.canonicalise(corpus.urls, &url, &lookup)
        }
        let decide = Rounds.measure(rounds, operations: count) {
            Self.decide(corpus, judge.matcher, now: judge.now, &url, &judge.scratch)
        }
        try Report.print(
            Result(
                entries: judge.image.entryCount,
                bytesPerURL: Double(corpus.urls.bytes.count) / Double(max(1, count)),
                canonicalise: canonicalise, decide: decide))
    }

    private func read() throws -> Requests {
        let lines = try Lines(path: requests)
        var result = Requests()
        for index in 0..<lines.count {
            let fields = lines.bytes[lines.range(index)]
                .split(separator: 0x09, omittingEmptySubsequences: false)
            result.urls.append(fields[0])
            result.sources.append(fields.count > 1 ? fields[1] : [])
            let type = fields.count > 2 ? String(decoding: fields[2], as: UTF8.self) : ""
            result.types.append(RequestType(name: type) ?? .other)
        }
        return result
    }

    private static func canonicalise(
        _ urls: Lines, _ url: inout WebURL, _ lookup: inout LookupURL
    ) -> Int {
        var valid = 0
        for index in 0..<urls.count {
            do throws(WebURLError) {
                try url.parse(urls.bytes.span.extracting(urls.range(index)))
            } catch {
                continue
            }
            do throws(HostError) {
                try lookup.derive(from: url)
            } catch {
                continue
            }
            valid += 1
        }
        return valid
    }

    /// By this name profilers know it.
    @inline(never)
    private static func decide(
        _ corpus: Requests, _ matcher: borrowing Matcher, now: UnixTime, _ url: inout WebURL,
        _ scratch: inout Scratch
    ) -> Int {
        var hits = 0
        for index in 0..<corpus.urls.count {
            hits += Judge.judge(
                corpus.urls.bytes.span.extracting(corpus.urls.range(index)),
                source: corpus.sources.bytes.span.extracting(corpus.sources.range(index)),
                type: corpus.types[index], now: now, matcher, &url, &scratch)
        }
        return hits
    }
}
