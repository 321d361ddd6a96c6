import Foundation
import KhienCompiler
import KhienLists
import KhienMatcher
import KhienModel
import KhienRegex
import KhienTestKit
import KhienText
import Testing

/// The image agrees with the oracle: every hit, on seeded random lists and requests, and on real
/// adblock lists with requests of real traces.
@Suite struct OracleTests {
    static let suffixText = "test\nexample\nco.test\ncom\nvn\ncom.vn\n"

    @Test(arguments: 0..<60) func randomListsAndRequests(seed: Int) throws {
        var generators = Generators(seed: UInt64(seed))
        let formats: [(TargetKind, ListFormat, String)] = [
            (.domain, .domains, "list.txt"), (.host, .hosts, "hosts"),
            (.url, .urls, "list.txt"), (.urlPrefix, .ut1, "urls"),
            (.urlPrefix, .e2guardian, "bannedurllist"),
            (.address, .addresses, "list.txt"), (.network, .addresses, "list.txt"),
            (.pattern, .adblock, "list.txt"), (.pattern, .adblock, "other.txt"),
        ]
        var lists: [ParsedList] = []
        for (kind, format, file) in formats {
            var text = generators.list(kind, count: 5 + generators.random.below(60))
            if format == .hosts {
                text = text.split(separator: "\n").map { "0.0.0.0 \($0)\n" }.joined()
            }
            var options = ListParser.Options()
            options.format = format
            lists.append(
                ListParser.parse(
                    Array(text.utf8), name: "\(lists.count)", path: "x/\(file)", options: options))
        }
        let comparison = try Comparison(lists, suffixText: Self.suffixText)
        var hits = 0
        for _ in 0..<200 {
            let source = generators.random.chance(0.2) ? "" : generators.url()
            let type = generators.random.pick(RequestType.allCases)
            hits += try comparison.check(generators.url(), source: source, type: type)
        }
        #expect(hits > 0, "a comparison without hits says nothing")
    }

    /// One list, compiled, and its oracle.
    private static func comparison(_ lines: [String], _ format: ListFormat) throws -> Comparison {
        let source = CompiledImage.list(lines.joined(separator: "\n"), format: format)
        return try Comparison([source.list], suffixText: suffixText)
    }

    /// A piece behind a `*` that fails at many places is searched for in another way.
    @Test(arguments: 0..<8) func piecesThatFailOftenAgree(seed: UInt64) throws {
        var random = SplitMix64(seed: 900 + seed)
        func letters(_ count: Int) -> String {
            (0..<count).map { _ in random.pick(["a", "a", "a", "b"]) }.joined()
        }
        var lines: Set<String> = []
        while lines.count < 80 {
            let pieces = (0...random.below(3)).map { _ in letters(1 + random.below(12)) }
            let joint = random.pick(["*", "*", "^*", "*^", "^"])
            lines.insert(
                random.pick(["*", "", "||h.test/*", "|http://h.test/a*"])
                    + pieces.joined(separator: joint) + random.pick(["", "", "|", "^", "*"]))
        }
        let comparison = try Self.comparison(lines.sorted(), .adblock)
        var hits = 0
        for _ in 0..<60 {
            let words = (0..<6).map { _ in letters(random.below(40)) }
            hits += try comparison.check(
                "http://h.test/" + words.joined(separator: random.pick(["/", ".", "-"])),
                source: "", type: .other)
        }
        #expect(hits > 500, "a comparison without hits says nothing")
    }

    @Test func regexesAgree() throws {
        let patterns = [
            "casino", "^http://[^/]*ads", "(abc|d[ef]gh)i", "a+b", "\\.gif$", "x{2,3}y", "q=(1|2)",
            "^https?://([a-z0-9-]+\\.)*banner", "(foo)?bar", "[a]b[c]", "UPPER", "a.c", "\\d{4}",
            "(?:one|two)three", "z(?=y)y", "(ads|banner)(/|\\.)",
        ]
        let comparison = try Self.comparison(patterns, .regex)
        var random = SplitMix64(seed: 7)
        let pieces = [
            "casino", "ads", "abci", "degh", "dfghi", "aab", "x.gif", "xxy", "q=2", "banner.test",
            "bar", "abc", "upper", "UPPER", "2026", "twothree", "zy", "/", ".", "?",
        ]
        var hits = 0
        for _ in 0..<3_000 {
            let path = (0..<random.below(4)).map { _ in random.pick(pieces) }.joined()
            hits += try comparison.check(
                "http://\(random.pick(["ads", "h", "x.banner"])).test/\(path)", source: "",
                type: .other)
        }
        #expect(hits > 1_000)
    }

    /// What the compiler derives from a pattern (literals, where they may stand, lengths, the last
    /// byte) never hides a match: random patterns over few letters, so that many match.
    @Test(arguments: 0..<4) func randomRegexesAgree(seed: UInt64) throws {
        var random = SplitMix64(seed: 100 + seed)
        var patterns: Set<String> = []
        while patterns.count < 60 {
            let body = Self.randomPattern(depth: 2, &random)
            let start = random.pick([
                "", "", "^", "^http://h\\.test/", "^https?://", "\\A", "(?i)^",
            ])
            patterns.insert(start + body + random.pick(["", "", "$", "\\z", "\\b"]))
        }
        let comparison = try Self.comparison(patterns.sorted(), .regex)
        var hits = 0
        for _ in 0..<50 {
            let path = (0..<random.below(14)).map { _ in random.pick(Self.regexLetters) }.joined()
            hits += try comparison.check("http://h.test/\(path)", source: "", type: .other)
        }
        #expect(hits > 50, "a comparison without hits says nothing")
    }

    private static let regexLetters = ["a", "b", "c", "A", "B", "1", "2", "-", "."]

    private static func randomPattern(depth: Int, _ random: inout SplitMix64) -> String {
        var text = ""
        for _ in 0...random.below(5) {
            switch random.below(depth > 0 ? 9 : 6) {
            case 0: text += random.pick(["[ab]", "[^a]", "[a-c]", "[1-9]", "[-.]", "[a-z0-9]"])
            case 1: text += random.pick([".", "\\d", "\\w", "\\."])
            case 6: text += "(" + randomPattern(depth: depth - 1, &random) + ")"
            case 7:
                text += "(?:" + randomPattern(depth: depth - 1, &random) + "|"
                text += randomPattern(depth: depth - 1, &random) + ")"
            case 8:
                text += random.pick(["(?=", "(?!"])
                text += randomPattern(depth: 0, &random) + ")"
                continue
            default: text += random.pick(["a", "b", "ab", "ba", "bab", "abc", "1", "12"])
            }
            text += random.pick(["", "", "", "", "?", "*", "+", "{2}", "{1,2}", "{2,}", "{0,3}"])
        }
        return text
    }

    @Test(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.comment)))
    func realAdblockListsAndRequests() throws {
        let files = ["easylist", "easyprivacy", "ublock-filters", "abpvn"]
        let lists = try files.map { name in
            try #require(
                ListInput.find(SharedData.path("adblock/\(name).txt.zst")).files.first
            ).parse()
        }
        let suffixText = String(
            decoding: try SharedData.bytes("vectors/psl/public_suffix_list.dat.zst"), as: UTF8.self)
        let comparison = try Comparison(lists, suffixText: suffixText)
        let trace = try Trace.rows("requests/browser-trace-2019.tsv.zst")
        var hits = 0
        for row in stride(from: 11, to: trace.count, by: trace.count / 25) {
            let request = trace[row]
            hits += try comparison.check(
                request.url, source: request.source, type: request.type)
        }
        #expect(hits > 10)
    }
}

/// Lists compiled, and the oracle over the same lists.
struct Comparison {
    let compiled: CompiledImage
    let naive: NaiveMatcher
    private let lists: [ParsedList]
    /// The first line that says the same as a line: the compiler keeps that one.
    private let firstLines: [String: Int]

    init(_ lists: [ParsedList], suffixText: String) throws {
        self.lists = lists
        compiled = try CompiledImage(
            lists.map { SourceList($0) },
            suffixes: PublicSuffixList(parsing: Array(suffixText.utf8).span))
        naive = NaiveMatcher(lists, suffixes: NaiveSuffixes(suffixText)) { pattern, url, caseless in
            guard let scratch = RegexScratch(),
                let program = try? RegexProgram(pattern.span, isCaseless: caseless)
            else { return false }
            // The compiler refuses what matches everything, unless it says what must not stand there.
            let reach = RegexReach(of: program, pattern, .urls, scratch)
            if reach == .everything { return false }
            if case .match = scratch.match(program, url.span) { return true }
            return false
        }
        var firstLines: [String: Int] = [:]
        for (index, list) in lists.enumerated() {
            for record in list.entries.records {
                let key = Self.key(index, record, list)
                firstLines[key] = min(firstLines[key] ?? Int.max, Int(record.line))
            }
        }
        self.firstLines = firstLines
    }

    private static func key(_ list: Int, _ record: EntryRecord, _ parsed: ParsedList) -> String {
        let isRule = record.kind == .pattern || record.kind == .regex
        let line = isRule ? record.line : 0
        return "\(list) \(record.kind) \(record.flags.rawValue) \(line) "
            + parsed.entries.target(record)
    }

    /// Compares all hits of a request.
    ///
    /// - Returns: how many there are.
    func check(_ url: String, source: String, type: RequestType) throws -> Int {
        guard let request = NaiveRequest(url: url, source: source, type: type) else { return 0 }
        let hits = try compiled.ask(url, source: source, type: type).hits
        let found = Set(
            hits.map { hit in
                let entry = compiled.image.entry(hit.entry)
                return "list \(entry.list.value) line \(entry.line)"
            })
        let wanted = Set(
            naive.hits(request).map { hit in
                "list \(hit.list) line \(firstLine(hit))"
            })
        #expect(found == wanted, "\(url) from \(source) as \(type)")
        return wanted.count
    }

    /// The oracle names every line; several records of a line are told apart by kind.
    private func firstLine(_ hit: NaiveMatcher.Hit) -> Int {
        let list = lists[hit.list]
        let lines = list.entries.records.lazy.filter {
            Int($0.line) == hit.line && $0.kind == hit.kind
        }.map { firstLines[Self.key(hit.list, $0, list)] ?? hit.line }
        return lines.first ?? hit.line
    }
}

/// A request of a trace with the verdict of the reference engine.
struct Trace {
    var type: RequestType
    var source: String
    var url: String
    /// `B`, `X`, `-` or `E`.
    var verdict: String

    static func rows(_ path: String) throws -> [Trace] {
        let text = String(decoding: try SharedData.bytes(path), as: UTF8.self)
        return text.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count >= 5 else { return nil }
            return Trace(
                type: RequestType(name: String(fields[0])) ?? .other, source: String(fields[1]),
                url: String(fields[3]), verdict: String(fields[4]))
        }
    }
}
