import KhienLists
import KhienModel
import KhienPage
import KhienTestKit

/// What must hold for a body, whatever its bytes: fed whole, in pieces and byte by byte it gives the
/// same verdict, score and hits, what it shows lies in bounds, and a reader that may know it from before
/// comes to the same end.
///
/// The first byte chooses the type of the body, the second the content coding and the cuts.
public enum PageInvariants {
    private static let types = [
        "text/html", "application/xml", "application/json", "text/javascript", "text/css",
        "text/plain", "", "text/html; charset=windows-1252", "text/html; charset=utf-16le",
        "text/html; charset=iso-2022-jp",
    ]
    private static let codings = ["", "gzip", "deflate", "br", "zstd", "gzip, br"]

    private static let list = """
        < casino ><50>
        <sex><20>
        < đánh bạc ><40>
        < xổ số >,< đề ><-30>
        < abc ><10>
        <ma>,<bc>,<c a><5>
        <a><1>
        """

    private static let rules: PageRules? = {
        do {
            let compiled = try CompiledImage([
                CompiledImage.list(list, format: .phrases, name: "words", category: "c")
            ])
            return try PageRules(image: compiled.image, matcher: compiled.matcher)
        } catch {
            return nil
        }
    }()

    public static func check(_ bytes: [UInt8]) -> String? {
        guard bytes.count > 2 else { return nil }
        guard let rules else { return "the list does not compile" }
        let body = Array(bytes.dropFirst(2))
        let type = types[Int(bytes[0]) % types.count]
        let coding = codings[Int(bytes[1]) % codings.count]
        func read(_ step: Int, isTraced: Bool = false) -> String {
            var settings = PageSettings()
            settings.holdBytes = 700
            let reader = PageReader(rules: rules, scope: .pages, settings: settings)
            // With a trace each rule hears of each occurrence at once.
            if isTraced { reader.keepTrace() }
            return outcome(reader, body, type, coding, step)
        }
        // Where brotli data turn out to be damaged, their decoder keeps what it had not passed on yet: what
        // the piece held before the damage. So more is seen of such a body in small pieces.
        func isTheSame(_ one: String, _ other: String) -> Bool {
            let damaged = "\(PageStep.unreadable(.damaged))"
            return one == other
                || coding.hasSuffix("br") && (one.hasPrefix(damaged) || other.hasPrefix(damaged))
        }
        let whole = read(body.count)
        for step in [1, 1 + Int(bytes[1]), 64 + Int(bytes[0])] {
            let cut = read(step)
            if !isTheSame(cut, whole) { return "whole: \(whole); in pieces of \(step): \(cut)" }
        }
        let traced = read(body.count, isTraced: true)
        if traced != whole { return "whole: \(whole); with a trace: \(traced)" }
        let cache = CleanCache(bodies: 4)
        for step in [1 + Int(bytes[1]), 64 + Int(bytes[0]), body.count] {
            let end = cachedOutcome(cache, body, type, coding, step)
            if !whole.hasPrefix(end), !isTheSame(end, whole) {
                return "whole: \(whole); where it may be known: \(end)"
            }
        }
        return nil
    }

    private static func cachedOutcome(
        _ cache: CleanCache, _ body: [UInt8], _ type: String, _ coding: String, _ size: Int
    ) -> String {
        guard let rules else { return "" }
        var settings = PageSettings()
        settings.holdBytes = 700
        settings.turnBytes = 900
        let reader = CachedPageReader(
            rules: rules, scope: .pages, settings: settings, cache: cache)
        let head = PageHead(contentType: Array(type.utf8), contentEncoding: Array(coding.utf8))
        if let failure = reader.begin(head, at: time) { return failure.rawValue }
        let end = feed(body, size) { piece in
            var step = reader.feed(piece)
            while case .undecided = step, reader.isBehind { step = reader.catchUp() }
            return step
        }
        return "\(end ?? reader.finish()) "
    }

    private static func outcome(
        _ reader: PageReader, _ body: [UInt8], _ type: String, _ coding: String, _ size: Int
    ) -> String {
        let head = PageHead(contentType: Array(type.utf8), contentEncoding: Array(coding.utf8))
        if let failure = reader.begin(head, at: time) { return failure.rawValue }
        return describe(feed(body, size) { reader.feed($0) } ?? reader.finish(), reader)
    }

    private static let time = PageTime(now: UnixTime(seconds: 0), day: 0, minute: 0)

    /// Gives a body in pieces of `size` to `take`.
    ///
    /// - Returns: what it was ended by; nil: nothing is decided.
    private static func feed(
        _ body: [UInt8], _ size: Int, _ take: (Span<UInt8>) -> PageStep
    ) -> PageStep? {
        var start = 0
        while start < body.count {
            let end = min(start + max(size, 1), body.count)
            let step = take(body.span.extracting(start..<end))
            guard case .undecided = step else { return step }
            start = end
        }
        return nil
    }

    private static func describe(_ step: PageStep, _ reader: PageReader) -> String {
        let report = reader.report()
        let hits = report.hits.map {
            "\($0.rule) \($0.place.layer.name) \($0.place.viewName) \($0.place.offset.name)"
                + " \($0.counts)"
        }
        return "\(step) \(report.contentBytes) \(report.scores) \(hits)"
    }
}
