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
            guard scratch.mayTry(index) else { continue }
            let number = regexes.rule(of: index)
            guard patterns.speaks(number, of: context.type.rawValue) else { continue }
            let rule = patterns[number]
            guard means(rule.entry, context), optionsHold(rule, &context, &scratch.subject)
            else { continue }
            switch scratch.regexScratch.match(programs, index, text, &scratch.regexBudget) {
            case .match: addOnce(rule.entry, context, &scratch.hits)
            case .noMatch: break
            case .gaveUp: scratch.regexesGivenUp += 1
            }
        }
    }
}

extension Scratch {
    /// Marks a regex as tried.
    ///
    /// - Returns: false where it was.
    mutating func mayTry(_ index: Int) -> Bool {
        let bit = UInt64(1) << UInt64(index & 63)
        guard triedRegexes[index >> 6] & bit == 0 else { return false }
        triedRegexes[index >> 6] |= bit
        hasTriedRegexes = true
        return true
    }

    @inline(__always)
    mutating func forgetTriedRegexes(count: Int) {
        let words = (count + 63) / 64
        if !hasTriedRegexes, triedRegexes.count >= words { return }
        if triedRegexes.count < words {
            triedRegexes = [UInt64](repeating: 0, count: words)
        } else if hasTriedRegexes {
            for index in triedRegexes.indices { triedRegexes[index] = 0 }
        }
        hasTriedRegexes = false
    }
}
