import ArgumentParser
import Foundation
import KhienImage
import KhienMatcher
import KhienModel
import KhienPage
import KhienPolicy
import KhienService
import KhienText

/// An image opened to be asked, with the scratch that asking needs.
struct ImageQuestion: ~Copyable {
    let matcher: Matcher
    private let image: Image
    private var scratch: Scratch
    private var url = WebURL()
    private let now: UnixTime

    /// - Parameter key: the key file of confidential lists; nil: `lists.key` beside the image.
    init(image path: String, key: String?, now: UnixTime) throws {
        let (image, matcher) = try Self.open(path, key: key)
        guard let scratch = Scratch() else {
            Terminal.error("error: no memory")
            throw ExitCode(1)
        }
        self.image = image
        self.matcher = matcher
        self.scratch = scratch
        self.now = now
    }

    /// Opens an image, with its key file where it needs one; says why it cannot.
    static func open(_ path: String, key: String?) throws -> (image: Image, matcher: Matcher) {
        do {
            let image = try Image(path: path)
            let beside = URL(fileURLWithPath: path).deletingLastPathComponent()
                .appendingPathComponent("lists.key").path
            let found = image.needsKey ? try ListKeyFile.read(key ?? beside) : nil
            return (image, try Matcher(image: image, key: found))
        } catch let error as ImageError where error.code == .keyMissing {
            Terminal.error("error: \(error); name their key file with --key")
            throw ExitCode(1)
        } catch {
            Terminal.error("error: \(error)")
            throw ExitCode(1)
        }
    }

    /// What reads the words of URLs by the image's phrase rules; nil: none of them is for URLs.
    func wordReader(at now: UnixTime) throws -> URLWordReader? {
        let phrases = image.phrases
        let isWanted = (0..<UInt32(phrases.termCount)).contains {
            phrases.term($0).layers.contains(.url)
        }
        guard isWanted else { return nil }
        do {
            return URLWordReader(try PageRules(image: image, matcher: matcher), at: now)
        } catch {
            Terminal.error("error: \(error)")
            throw ExitCode(1)
        }
    }

    /// What the image says about one request.
    struct Answer {
        var verdict: Action
        /// The hit that decided.
        var decider: Hit?
        var hits: [Hit]
        /// The URL as a browser writes it, and in the lookup form.
        var exact: String
        var lookup: String
        var lookupForm: LookupURL
        /// Attempts of regular expressions that reached their limits.
        var regexesGivenUp: UInt64
    }

    /// The same of all questions so far.
    var regexesGivenUp: UInt64 { scratch.regexesGivenUp }

    /// Asks about a URL; one without a scheme is taken for `http`.
    ///
    /// - Throws: `WebURLError` where the text is no URL.
    mutating func ask(
        _ text: Span<UInt8>, source: Span<UInt8>, type: RequestType
    ) throws(WebURLError) -> Precedence.Decision {
        try parse(text)
        matcher.match(url: url, type: type, source: source, now: now, &scratch)
        return Precedence.decide(scratch.hits.span)
    }

    private mutating func parse(_ text: Span<UInt8>) throws(WebURLError) {
        if let start = Self.startWithoutScheme(text) {
            var whole = Array("http://".utf8)
            for index in start..<text.count { whole.append(text[index]) }
            try url.parse(whole.span)
        } else {
            try url.parse(text)
        }
    }

    /// The same with everything that `khien explain` shows. A page that is opened is its own source there, as
    /// the daemon has it. Allocates.
    mutating func explain(
        _ text: String, source: String, type: RequestType
    ) throws(WebURLError) -> Answer {
        let text = Self.withoutBlanks(text)
        let givenUpBefore = regexesGivenUp
        try parse(Array(text.utf8).span)
        let ownText = Array(url.bytes)
        let decision = try ask(
            ownText.span, source: (type == .document ? ownText : Array(source.utf8)).span,
            type: type)
        var lookup = LookupURL()
        do throws(HostError) {
            try lookup.derive(from: url)
        } catch {
            // No host, no lookup form: it stays empty.
        }
        return Answer(
            verdict: decision.verdict, decider: decision.hit, hits: scratch.hits,
            exact: String(decoding: url.bytes, as: UTF8.self),
            lookup: String(decoding: lookup.bytes, as: UTF8.self), lookupForm: lookup,
            regexesGivenUp: regexesGivenUp - givenUpBefore)
    }

    /// A text without what a browser passes over in a URL: tabs and ends of lines, controls and spaces at its
    /// ends.
    private static func withoutBlanks(_ text: String) -> String {
        let scalars = text.unicodeScalars.filter { !["\t", "\n", "\r"].contains($0) }
        let isBlank = { (scalar: Unicode.Scalar) in scalar.value <= 0x20 }
        guard let first = scalars.firstIndex(where: { !isBlank($0) }),
            let last = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    /// Where a text begins that has no scheme, behind controls and spaces; nil: it has one.
    ///
    /// A scheme is one of the web's; a word with two slashes behind its colon, which a browser takes in either
    /// direction; or one without a dot that no port follows (`mailto:`). `name.test:443/x` and
    /// `localhost:8080` have none.
    private static func startWithoutScheme(_ text: Span<UInt8>) -> Int? {
        var start = 0
        while start < text.count, text[start] <= 0x20 { start += 1 }
        var colon = start
        while colon < text.count, isSchemeByte(text[colon]) { colon += 1 }
        guard colon > start, colon < text.count, text[colon] == UInt8(ascii: ":"),
            (text[start] | 0x20) &- 0x61 < 26
        else { return start }
        if SchemeKind.ofHosts.contains((start..<colon).map { text[$0] | 0x20 }) { return nil }
        var end = colon + 1
        if end + 1 < text.count, isSlash(text[end]), isSlash(text[end + 1]) { return nil }
        while end < text.count, text[end] &- 0x30 < 10 { end += 1 }
        let isPort =
            end > colon + 1
            && (end == text.count || isSlash(text[end]) || "?#".utf8.contains(text[end]))
        if isPort { return start }
        for index in start..<colon where text[index] == UInt8(ascii: ".") { return start }
        return nil
    }

    private static func isSlash(_ byte: UInt8) -> Bool { "/\\".utf8.contains(byte) }

    private static func isSchemeByte(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "+-.".utf8.contains(byte)
    }

    static func time(_ text: String?) throws -> UnixTime {
        guard let text else {
            return UnixTime(seconds: Int64(Date().timeIntervalSince1970))
        }
        guard let date = ISO8601DateFormatter().date(from: text) else {
            throw ValidationError("--at takes a time such as 2026-11-23T08:00:00Z.")
        }
        return UnixTime(seconds: Int64(date.timeIntervalSince1970))
    }
}
