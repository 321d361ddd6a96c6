import KhienCompiler
import KhienLists
import KhienMatcher
import KhienModel
import KhienPolicy
import KhienTestKit
import KhienText

struct NoMemory: Error {}

/// The images that decisions are made by.
enum Images {
    static let listed = Corpus.names(20_000, seed: 1)

    /// Names only.
    static func names() throws -> CompiledImage { try CompiledImage([domains]) }

    /// Names, URLs, adblock rules and expressions.
    static func all() throws -> CompiledImage {
        try CompiledImage([
            domains,
            CompiledImage.list(Corpus.urlList(4_000), format: .urls, name: "urls"),
            CompiledImage.list(Corpus.ruleList(4_000), format: .adblock, name: "rules"),
            CompiledImage.list(Corpus.expressionList(100), format: .regex, name: "expressions"),
        ])
    }

    private static var domains: SourceList {
        CompiledImage.list(listed.joined(separator: "\n"), format: .domains, name: "domains")
    }
}

/// A canonical host, as of a TLS handshake.
struct HostMeasurement: ~Copyable, Measurement {
    static let isOnDataPath = true
    private let texts: Texts
    private let matcher: Matcher
    private var scratch: Scratch
    private let isListed: Bool

    init(listed: Bool) throws {
        let matcher = try Images.names().matcher
        guard let scratch = Scratch() else { throw NoMemory() }
        self.init(matcher, scratch, listed: listed)
    }

    private init(_ matcher: Matcher, _ scratch: consuming Scratch, listed: Bool) {
        self.matcher = matcher
        self.scratch = scratch
        isListed = listed
        texts = Texts(
            listed
                ? Images.listed[..<4_000].enumerated().map { $0 % 2 == 0 ? $1 : "www." + $1 }
                : Corpus.names(4_000, seed: 9))
    }

    var operations: Int { texts.count }

    mutating func run() -> Int {
        let texts = texts
        let bytes = texts.bytes.span
        let ends = texts.ends.span
        var start = 0
        var hits = 0
        for index in ends.indices {
            matcher.match(
                host: bytes.extracting(start..<ends[index]), layer: .sni,
                now: UnixTime(seconds: 0), &scratch)
            hits += scratch.hits.isEmpty ? 0 : 1
            start = ends[index]
        }
        return isListed ? hits : ends.count - hits
    }
}

/// Both canonical forms of a URL.
struct CanonicalMeasurement: Measurement {
    static let isOnDataPath = true
    private let texts: Texts
    private var url = WebURL()
    private var lookup = LookupURL()

    init(_ texts: Texts) { self.texts = texts }

    var operations: Int { texts.count }

    mutating func run() -> Int {
        let texts = texts
        let bytes = texts.bytes.span
        let ends = texts.ends.span
        var start = 0
        var sum = 0
        for index in ends.indices {
            do {
                try url.parse(bytes.extracting(start..<ends[index]))
                try lookup.derive(from: url)
                sum += lookup.bytes.count
            } catch {
                // A few disguises are no URLs: their refusal is counted too.
            }
            start = ends[index]
        }
        return sum
    }
}

/// A whole decision from the URL's text to the verdict.
struct DecisionMeasurement: ~Copyable, Measurement {
    static let isOnDataPath = true
    private let urls: Texts
    private let sources: Texts
    private let types: [RequestType]
    private let matcher: Matcher
    private var scratch: Scratch
    private var url = WebURL()

    init(_ image: CompiledImage) throws {
        let requests = Corpus.requests(2_000)
        urls = Texts(requests.map { $0.url })
        sources = Texts(requests.map { $0.source })
        types = requests.map { $0.type }
        matcher = image.matcher
        guard let scratch = Scratch() else { throw NoMemory() }
        self.scratch = scratch
    }

    var operations: Int { urls.count }

    mutating func run() -> Int {
        // Copies, since a span of `self` would forbid changing it: a few references a round.
        let urls = urls
        let sources = sources
        let allTypes = types
        let bytes = urls.bytes.span
        let ends = urls.ends.span
        let sourceBytes = sources.bytes.span
        let sourceEnds = sources.ends.span
        let types = allTypes.span
        var start = 0
        var sourceStart = 0
        var blocked = 0
        for index in ends.indices {
            do throws(WebURLError) {
                try url.parse(bytes.extracting(start..<ends[index]))
                matcher.match(
                    url: url, type: types[index],
                    source: sourceBytes.extracting(sourceStart..<sourceEnds[index]),
                    now: UnixTime(seconds: 0), &scratch)
                let verdict = Precedence.decide(scratch.hits.span).verdict
                blocked += verdict == .allow ? 0 : 1
            } catch {
                // The corpus has none; the count of blocked requests would show one.
            }
            start = ends[index]
            sourceStart = sourceEnds[index]
        }
        return blocked
    }
}
