import KhienModel

/// Recognises a list's format: by its path where a layout fixes the name, else by trying each
/// grammar on the first lines.
///
/// The sample is `Limits.Lists.detectionBytesMax` bytes in `detectionWindows` pieces, or the whole
/// of a smaller file. The format whose grammar takes the most of them wins; on a tie the more
/// special one (order of `candidates`). At least half of the lines must be taken, and one entry
/// found; otherwise the sign that only one format can carry decides (`address=/`, `||name^`), so
/// that a broken list is named after what it tried to be. Else the format is unknown.
enum FormatDetector {
    /// Most special first: a hosts file's lines are no domains, but a list of domains is also a
    /// list of URLs and, line by line, of adblock rules.
    private static let candidates: [ListFormat] = [
        .sha256, .addresses, .hosts, .dnsmasq, .domains, .urls, .adblock, .rpz,
    ]

    /// The format, or nil.
    static func detect(_ text: PreparedText, path: String) -> ListFormat? {
        if let format = byPath(path) { return format }
        let sample = sample(of: text)
        if let format = byContent(text, sample, path: path) { return format }
        if fileName(path).contains("dnsmasq") { return .dnsmasq }
        return byMarks(sample)
    }

    /// The format that the content alone shows; nil: of no format at least half of the lines are. Prose has none,
    /// whatever a line of it begins with.
    static func recognise(_ text: PreparedText, path: String) -> ListFormat? {
        byContent(text, sample(of: text), path: path)
    }

    private static func byContent(
        _ text: PreparedText, _ sample: PreparedText, path: String
    ) -> ListFormat? {
        if isOrderHeader(sample) { return .orders }
        if hasPhraseLines(sample.bytes.span) || isPhraseDocument(sample) || hasRulesInBrackets(text)
        {
            return .phrases
        }
        var best: (format: ListFormat, score: Int)?
        var content = 0
        for format in candidates {
            let report = trial(format, sample)
            guard report.entries > 0 || report.report.cosmetic > 0 else { continue }
            // Any line is a substring in adblock syntax: without the marks of it, it is none.
            if format == .adblock, report.adblockMarks * 20 < report.report.contentLines {
                continue
            }
            var score = score(report, format)
            // A file that calls itself a list of URLs is one even where few lines have a path.
            if format == .urls, fileName(path).lowercased().contains("url") { score += 1 }
            content = max(content, report.report.contentLines + report.report.cosmetic)
            if score > best?.score ?? 0 { best = (format, score) }
        }
        guard let best, best.score * 2 >= content else { return nil }
        return best.format
    }

    /// The last component of a path, without the ending of a compressed file.
    static func fileName(_ path: String) -> String {
        var name = path.split(separator: "/").last.map(String.init) ?? path
        for ending in [".gz", ".xz", ".zst"] where name.hasSuffix(ending) {
            name.removeLast(ending.utf8.count)
        }
        return name
    }

    static func byPath(_ path: String) -> ListFormat? {
        let name = fileName(path)
        if UT1Layout.role(fileName: name) != nil { return .ut1 }
        if E2GuardianLayout.part(fileName: name) != nil { return .e2guardian }
        return nil
    }

    /// Lines from `detectionWindows` places: long lists are often sorted, so that all rules of one
    /// kind stand together. The first place is the beginning.
    private static func sample(of text: PreparedText) -> PreparedText {
        var sample = text
        sample.notes = []
        let bytes = text.bytes
        guard bytes.count > Limits.Lists.detectionBytesMax else { return sample }
        sample.bytes = []
        let windows = Limits.Lists.detectionWindows
        let length = Limits.Lists.detectionBytesMax / windows
        for window in 0..<windows {
            let start = (bytes.count - length) / windows * window
            let piece = bytes[start..<start + length]
            guard let last = piece.lastIndex(of: text.lineEnd) else { continue }
            // Only whole lines: what stands before the first line end may be the end of one.
            let first = window == 0 ? start : (piece.firstIndex(of: text.lineEnd) ?? last) + 1
            if first <= last { sample.bytes += bytes[first...last] }
        }
        return sample
    }

    private struct Trial {
        var report: ListReport
        var entries: Int
        /// Lines that only adblock syntax explains.
        var adblockMarks: Int
    }

    private static func trial(_ format: ListFormat, _ sample: PreparedText) -> Trial {
        var reader = ListReader(path: "", text: sample)
        switch format {
        case .sha256: run(SHA256Grammar(), sample, &reader)
        case .addresses: run(AddressesGrammar(), sample, &reader)
        case .hosts: run(HostsGrammar(), sample, &reader)
        case .dnsmasq: run(DnsmasqGrammar(), sample, &reader)
        case .domains: run(DomainsGrammar(), sample, &reader)
        case .urls: run(URLsGrammar(), sample, &reader)
        case .adblock: run(AdblockGrammar(), sample, &reader)
        default: run(ZoneGrammar(), sample, &reader)
        }
        return Trial(
            report: reader.report, entries: reader.builder.records.count,
            adblockMarks: reader.builder.adblockMarks)
    }

    /// How many lines a grammar takes; a line that it knows and does not support is one of its own.
    private static func score(_ trial: Trial, _ format: ListFormat) -> Int {
        let taken = trial.report.accepted + trial.report.repaired
        switch format {
        case .adblock: return taken + trial.report.unsupported + trial.report.cosmetic
        case .dnsmasq: return taken + trial.report.unsupported / 2
        default: return taken
        }
    }

    private static func run<Grammar: LineGrammar>(
        _ grammar: Grammar, _ sample: PreparedText, _ reader: inout ListReader
    ) {
        var grammar = grammar
        reader.read(sample.bytes, with: &grammar)
    }

    /// Whether the first line names columns of an order file.
    private static func isOrderHeader(_ sample: PreparedText) -> Bool {
        let span = sample.bytes.span
        var start = 0
        while start < span.count {
            let end = span.firstIndex(of: sample.lineEnd, in: start..<span.count) ?? span.count
            let line = span.trimmed(start..<end)
            start = end + 1
            guard let first = line.first, span[first] != Byte.hash else { continue }
            let words = String(decoding: span.copy(line), as: UTF8.self).lowercased()
                .split { $0 == "," || $0 == ";" || $0 == "\t" }
                .map { $0.filter { $0 != "\"" && $0 != "\r" && $0 != " " } }
            if words.count <= 1, words.first?.hasPrefix("sep=") ?? true { continue }
            return words.contains("order") && words.contains("target")
        }
        return false
    }

    /// Whether half of the lines, comments aside, are phrases in brackets with a weight or another
    /// phrase behind: `<a><50>`, `<a>,<b>`. Markup has neither.
    static func hasPhraseLines(_ bytes: Span<UInt8>) -> Bool {
        var counts = (phrases: 0, content: 0)
        var start = 0
        while start < bytes.count, counts.content < 1_000 {
            let end = bytes.firstIndex(of: Byte.lineFeed, in: start..<bytes.count) ?? bytes.count
            let line = bytes.trimmed(start..<end)
            start = end + 1
            guard let first = line.first, bytes[first] != Byte.hash,
                bytes[first] != Byte.carriageReturn
            else { continue }
            counts.content += 1
            guard bytes[first] == UInt8(ascii: "<"),
                let close = bytes.firstIndex(of: UInt8(ascii: ">"), in: line),
                close + 2 < line.upperBound
            else { continue }
            let next = (bytes[close + 1], bytes[close + 2])
            let isWeight =
                next.0 == UInt8(ascii: "<") && (Byte.isDigit(next.1) || next.1 == Byte.hyphen)
            let isCombined = next.0 == Byte.comma && next.1 == UInt8(ascii: "<")
            if isWeight || isCombined { counts.phrases += 1 }
        }
        return counts.phrases > 0 && counts.phrases * 2 >= counts.content
    }

    /// Whether the first line that is no comment begins with a phrase in brackets or includes a
    /// file: e2guardian's form, where YAML is the other.
    static func beginsWithPhrase(_ bytes: Span<UInt8>) -> Bool {
        var start = 0
        while start < bytes.count {
            let end = bytes.firstIndex(of: Byte.lineFeed, in: start..<bytes.count) ?? bytes.count
            let line = bytes.trimmed(start..<end)
            start = end + 1
            guard let first = line.first, bytes[first] != Byte.hash,
                bytes[first] != Byte.carriageReturn
            else { continue }
            return bytes[first] == UInt8(ascii: "<")
                || bytes.hasPrefix(".include<", at: first, before: line.upperBound)
        }
        return false
    }

    /// Whether a line is `rules:` and another begins a phrase: our own YAML.
    private static func isPhraseDocument(_ sample: PreparedText) -> Bool {
        let span = sample.bytes.span
        var hasRules = false
        var start = 0
        while start < span.count {
            let end = span.firstIndex(of: sample.lineEnd, in: start..<span.count) ?? span.count
            let line = span.trimmed(start..<end)
            if span.hasPrefix("rules:", at: start, before: end) { hasRules = true }
            for key in ["- phrase:", "- phrases:", "- all:", "- regex:", "- {", "- effect:"]
            where hasRules && span.hasPrefix(key, at: line.lowerBound, before: end) {
                return true
            }
            start = end + 1
        }
        return false
    }

    /// Whether a line near the beginning is `rules: [`: our own YAML with its rules in brackets, which may be one
    /// line of any length. So it is looked for in the text, not in the sample of whole lines.
    private static func hasRulesInBrackets(_ text: PreparedText) -> Bool {
        let span = text.bytes.span
        let limit = min(span.count, Limits.Lists.detectionBytesMax)
        var start = 0
        while start < limit {
            let end = span.firstIndex(of: text.lineEnd, in: start..<limit) ?? limit
            if span.hasPrefix("rules:", at: start, before: end),
                let value = span.trimmed(start + 6..<end).first,
                span[value] == UInt8(ascii: "[")
            {
                return true
            }
            start = end + 1
        }
        return false
    }

    /// The format whose mark stands on some line.
    private static func byMarks(_ sample: PreparedText) -> ListFormat? {
        let span = sample.bytes.span
        var start = 0
        while start < span.count {
            let end = span.firstIndex(of: sample.lineEnd, in: start..<span.count) ?? span.count
            let line = span.trimmed(start..<end)
            start = end + 1
            for (mark, format) in [
                ("address=/", ListFormat.dnsmasq), ("server=/", .dnsmasq), ("local=/", .dnsmasq),
                ("[adblock", .adblock), ("||", .adblock), ("@@", .adblock), ("$ttl", .rpz),
                ("0.0.0.0 ", .hosts), ("127.0.0.1 ", .hosts), ("http://", .urls),
                ("https://", .urls),
            ] where span.hasPrefix(mark, at: line.lowerBound, before: line.upperBound) {
                return format
            }
        }
        return nil
    }
}
