import KhienModel

/// Lists of URLs, one a line, with or without scheme; and match patterns.
///
/// - `http://name/path`: this URL, `url`.
/// - `http://name/`: the host, `host`.
/// - `name`: the domain with its subdomains, as those who publish mixed lists of names and URLs
/// mean
///   it (the same lists offer `*://*.name/*`).
/// - `*://*.name/*`: `domain`; other match patterns: see `MatchPattern`.
///
/// Comments are lines that begin with `#`, `;`, `!` or `//`.
struct URLsGrammar: StatelessGrammar {
    private static let meaning = URLReader.Meaning(url: .url, bareName: .domain)

    func read(_ line: Span<UInt8>, into builder: inout ListBuilder) -> LineOutcome {
        do throws(LineFault) {
            if NameReader.isCommentStart(line, line.trimmed(0..<line.count)) { return .comment }
            var (word, repairs) = try NameReader.soleWord(line, cuttingAtHash: false)
            if MatchPattern.isMatchPattern(line, word) {
                repairs.formUnion(try MatchPattern.add(line, word, into: &builder))
            } else {
                repairs.formUnion(
                    try URLReader.addURL(line, word, as: Self.meaning, into: &builder))
            }
            return .entries(repairs)
        } catch {
            return .fault(error)
        }
    }
}
