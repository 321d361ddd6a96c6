import KhienModel

/// Plain domain lists: one name a line, meant with its subdomains.
///
/// `name`, `.name`, `*.name`; a comment line begins with `#`, `;`, `!` or `//`, a comment after the
/// entry the same way.
struct DomainsGrammar: StatelessGrammar {
    func read(_ line: Span<UInt8>, into builder: inout ListBuilder) -> LineOutcome {
        if NameReader.addPlainName(line, 0..<line.count, .domain, into: &builder) {
            return .accepted
        }
        do throws(LineFault) {
            if NameReader.isCommentStart(line, line.trimmed(0..<line.count)) { return .comment }
            var (word, repairs) = try NameReader.soleWord(line)
            repairs.formUnion(try NameReader.addName(line, word, .domain, into: &builder))
            return .entries(repairs)
        } catch {
            return .fault(error)
        }
    }
}
