import KhienImage
import KhienModel
import KhienRegex

extension Matcher {
    /// Tries the regexes of a run of postings that this match has not tried yet.
    ///
    /// - Parameters:
    ///   - place: where the gram that led here stands; 0: none did.
    ///   - lowered: `text` in lower case, and padding.
    func tryRegexes(
        _ range: RuleRange, at place: Int, _ text: Span<UInt8>, _ lowered: Span<UInt8>,
        _ context: inout RuleContext, _ scratch: inout Scratch
    ) {
        // Where the subject that PCRE2 sees ends.
        let end = min(text.count, Limits.Regex.subjectBytesMax)
        for posting in range.start..<range.start + range.count
        where regexes.mayMatch(posting, at: place, lowered, end: end) {
            let index = regexes.posting(posting)
            guard scratch.triedRegexes.mayTry(index) else { continue }
            let number = regexes.rule(of: index)
            guard patterns.speaks(number, of: context.type.rawValue) else { continue }
            let rule = patterns[number]
            guard means(rule.entry, context), optionsHold(rule, &context, &scratch.subject)
            else { continue }
            // What an operator's lists cost takes nothing from an authority's.
            let isOrdered = entries.attributes(of: rule.entry).authority == .authority
            let outcome =
                isOrdered
                ? scratch.regexScratch.match(programs, index, text, &scratch.orderBudget)
                : scratch.regexScratch.match(programs, index, text, &scratch.regexBudget)
            switch outcome {
            case .match: addOnce(rule.entry, context, &scratch.hits)
            case .noMatch: break
            case .gaveUp: scratch.regexesGivenUp += 1
            }
        }
    }
}
