import KhienCompiler
import KhienImage
import KhienLists
import KhienMatcher
import KhienModel
import KhienRegex
import KhienTestKit
import KhienText

/// What must hold for one list and one request: the compiled image finds what the naive matcher
/// finds.
///
/// ```
/// line 1   format and request type: `adblock script`; what is neither is `adblock`, `other`
/// line 2   the URL
/// line 3   the page that it comes from
/// rest     the list
/// ```
public enum MatchInvariants {
    private static let suffixText = "test\nexample\nco.test\ncom\nvn\ncom.vn\n"
    private static let suffixes = NaiveSuffixes(suffixText)
    private static let suffixList = PublicSuffixList(parsing: Array(suffixText.utf8).span)

    public static func check(_ bytes: [UInt8]) -> String? {
        let lines = bytes.split(
            separator: UInt8(ascii: "\n"), maxSplits: 3, omittingEmptySubsequences: false)
        guard lines.count == 4 else { return nil }
        let words = text(lines[0]).split(separator: " ").map(String.init)
        var options = ListParser.Options()
        options.format = words.compactMap { ListFormat(name: $0) }.first ?? .adblock
        let list = ListParser.parse(
            Array(lines[3]), name: "list", path: "x/urls", options: options)
        return check(
            list, url: text(lines[1]), source: text(lines[2]),
            type: words.compactMap { RequestType(name: $0) }.first ?? .other)
    }

    private static func text(_ line: ArraySlice<UInt8>) -> String {
        String(decoding: line, as: UTF8.self)
    }

    /// Compares the hits of one request.
    static func check(
        _ list: ParsedList, url: String, source: String, type: RequestType
    ) -> String? {
        guard let request = NaiveRequest(url: url, source: source, type: type),
            hasKnownScheme(request)
        else { return nil }
        do {
            let compiled = try CompiledImage([SourceList(list)], suffixes: suffixList)
            // The naive matcher holds nothing for a person.
            if compiled.report.held > 0 { return nil }
            let hits = try compiled.ask(url, source: source, type: type).hits
            let found = Set(hits.map { name($0, compiled) })
            let naive = NaiveMatcher([list], suffixes: suffixes, regexMatches: linear)
            let wanted = Set(naive.records(request).map { name($0.record, list) })
            let complaint = try complaint(found, wanted) {
                try compiled.unjudged(url, source: source, type: type)
            }
            return complaint.map {
                "\($0), lookup form: " + String(decoding: request.lookup, as: UTF8.self)
            }
        } catch {
            return "not compiled: \(error)"
        }
    }

    /// Nobody asks for others, so that rules which begin with none of these are left out.
    private static func hasKnownScheme(_ request: NaiveRequest) -> Bool {
        SchemeKind.ofHosts.contains { request.exact.starts(with: $0 + "://".utf8) }
    }

    /// Compares what the image and the naive matcher find, by name.
    ///
    /// - Parameter unjudged: how many expressions the image gave up. All of them together have the steps that the
    ///   naive matcher gives to each, so where there are some, the image may find less, but nothing else.
    /// - Returns: what differs; nil: nothing does.
    package static func complaint(
        _ found: Set<String>, _ wanted: Set<String>, unjudged: () throws -> Int
    ) rethrows -> String? {
        if found == wanted { return nil }
        if found.isSubset(of: wanted), try unjudged() > 0 { return nil }
        return "image: \(found.sorted()), naive: \(wanted.sorted())"
    }

    /// Equal names are one entry in an image; rules are told apart by their line.
    private static func name(_ hit: Hit, _ compiled: CompiledImage) -> String {
        let entry = compiled.image.entry(hit.entry)
        let kind = entry.attributes.kind
        if kind == .pattern || kind == .regex { return "\(kind.name) of line \(entry.line)" }
        return "\(kind.name) \(compiled.matcher.target(of: hit.entry))"
    }

    private static func name(_ record: EntryRecord, _ list: ParsedList) -> String {
        let kind = record.kind
        if kind == .pattern || kind == .regex { return "\(kind.name) of line \(record.line)" }
        if kind == .expression { return "\(kind.name) sha256:\(list.entries.target(record))" }
        let star = record.flags.contains(.subdomainsOnly) ? "*." : ""
        return "\(kind.name) \(star)\(list.entries.target(record))"
    }

    /// Whether an expression matches whatever there is: the compiler refuses it then.
    static func isForEverything(
        _ pattern: [UInt8], _ program: RegexProgram, _ scratch: RegexScratch
    ) -> Bool {
        RegexReach(of: program, pattern, .urls, scratch) == .everything
    }

    /// PCRE2 over the whole URL, without any index.
    private static func linear(_ pattern: [UInt8], _ url: [UInt8], _ isCaseless: Bool) -> Bool {
        guard let scratch = RegexScratch(),
            let program = try? RegexProgram(pattern.span, isCaseless: isCaseless),
            !isForEverything(pattern, program, scratch),
            case .match = scratch.match(program, url.span)
        else { return false }
        return true
    }
}

/// What must hold for regular expressions: behind their index they find what PCRE2 alone finds.
///
/// ```
/// line 1   path and query of the URL
/// rest     expressions, one a line; `(?i)` and the like as PCRE2 has them
/// ```
public enum RegexInvariants {
    public static func check(_ bytes: [UInt8]) -> String? {
        let lines = bytes.split(
            separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        guard lines.count == 2 else { return nil }
        let path = String(decoding: lines[0], as: UTF8.self)
        // Without and with regard to case: squidGuard's expressions do not regard it.
        for format in [ListFormat.regex, .ut1] {
            var options = ListParser.Options()
            options.format = format
            let list = ListParser.parse(
                Array(lines[1]), name: "list", path: "x/expressions", options: options)
            let url = "http://Regex.test/" + path
            if let complaint = checkRefusals(list)
                ?? MatchInvariants.check(list, url: url, source: "", type: .other)
            {
                return "\(format.name): \(complaint)"
            }
        }
        return nil
    }

    /// Each expression that PCRE2 or a limit refuses is told, and no other.
    private static func checkRefusals(_ list: ParsedList) -> String? {
        var refused = 0
        for record in list.entries.records where record.kind == .regex {
            let pattern = Array(list.entries.text[record.range])
            do throws(RegexError) {
                let program = try RegexProgram(
                    pattern.span, isCaseless: record.flags.contains(.caseless))
                if let scratch = RegexScratch(),
                    MatchInvariants.isForEverything(pattern, program, scratch)
                {
                    refused += 1
                }
            } catch {
                refused += 1
                if error.offset < 0 || error.offset > pattern.count { return "\(error)" }
            }
        }
        do {
            let report = try CompiledImage([SourceList(list)]).report
            let told = report.diagnostics.count {
                $0.code == "regex.invalid" || $0.code == "regex.everything"
            }
            return report.refusedRegexes == refused && told == refused
                ? nil : "\(refused) refused, \(report.refusedRegexes) counted, \(told) told"
        } catch {
            return "not compiled: \(error)"
        }
    }
}
