import ArgumentParser
import KhienImage
import KhienMatcher
import KhienModel
import KhienRegex
import KhienText

/// Regular expressions behind the prefilter against trying each on each URL.
struct RegexesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "regexes",
        abstract: "Measure regular expressions behind the prefilter, and one by one.")

    @Option(help: "An image that holds the regexes and nothing else.")
    var image: String

    @Option(help: "The same regexes, one a line, as the list has them.")
    var regexes: String

    @Option(help: "URLs, one a line.")
    var urls = "-"

    @Option(help: "Rounds over the URLs.")
    var rounds = 3

    private struct Result: Encodable {
        var measure = "regexes"
        var regexes: Int
        var filtered: Rounds
        var linear: Rounds
        var ratio: Double
    }

    func run() throws {
        var judge = try Judge(image: image)
        let programs = try programs()
        let corpus = try parsed()
        guard let scratch = RegexScratch() else { throw ValidationError("no memory") }
        let filtered = Rounds.measure(rounds, operations: corpus.count) {
            Self.filtered(corpus, &judge)
        }
        let linear = Rounds.measure(rounds, operations: corpus.count) {
            Self.linear(corpus, programs, scratch)
        }
        guard filtered.hits == linear.hits else {
            throw ValidationError(
                "\(filtered.hits) hits behind the prefilter, \(linear.hits) one by one")
        }
        try Report.print(
            Result(
                regexes: programs.count, filtered: filtered, linear: linear,
                ratio: linear.fastest / filtered.fastest))
    }

    private func programs() throws -> [RegexProgram] {
        let lines = try Lines(path: regexes)
        return try (0..<lines.count).map {
            try RegexProgram(lines.bytes.span.extracting(lines.range($0)), isCaseless: true)
        }
    }

    /// URLs as the matcher gives them to a regex: as a browser writes them, without fragment.
    private func parsed() throws -> Lines {
        let raw = try Lines(path: urls)
        var url = WebURL()
        var result = Lines()
        for index in 0..<raw.count {
            do throws(WebURLError) {
                try url.parse(raw.bytes.span.extracting(raw.range(index)))
            } catch {
                continue
            }
            let end = url.fragment.map { $0.lowerBound - 1 } ?? url.bytes.count
            result.append(url.bytes[..<end])
        }
        return result
    }

    private static func filtered(_ urls: Lines, _ judge: inout Judge) -> Int {
        let none: [UInt8] = []
        let matcher = judge.matcher
        var url = WebURL()
        var hits = 0
        for index in 0..<urls.count {
            _ = Judge.judge(
                urls.bytes.span.extracting(urls.range(index)), source: none.span, type: .other,
                now: judge.now, matcher, &url, &judge.scratch)
            hits += judge.scratch.hits.count
        }
        return hits
    }

    private static func linear(
        _ urls: Lines, _ programs: [RegexProgram], _ scratch: RegexScratch
    ) -> Int {
        var hits = 0
        for index in 0..<urls.count {
            let url = urls.bytes.span.extracting(urls.range(index))
            for program in programs where scratch.match(program, url) == .match { hits += 1 }
        }
        return hits
    }
}
