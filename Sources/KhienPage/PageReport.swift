import KhienCoding
import KhienImage
import KhienMatcher
import KhienModel
import KhienText

/// Everything about a page that was read, for people. Built when a page is over; allocates.
public struct PageReport: Sendable {
    /// Content codings in the order in which they were applied.
    public var codings: [String]
    public var kind: String?
    public var charset: String?
    /// What says so: `bom`, `content-type`, `document`, `default`.
    public var charsetSource: String?
    /// The legacy charset that the page was also read in.
    public var alternative: String?
    public var bodyBytes: Int
    public var contentBytes: Int
    public var isTruncated: Bool
    public var verdict: PageVerdict
    /// The entry that decided, in full.
    public var reason: Reason?
    /// By group, for what is found in any list.
    public var scores: [(group: String, score: Int)]
    public var hits: [Hit]

    /// A rule that counts on this page, or one of its terms that was found.
    public struct Hit: Sendable {
        public var entry: EntryIndex
        /// The rule as its list has it.
        public var rule: String
        public var list: String
        public var line: Int
        /// The number of the order that names it, and whether that is in force now.
        public var order: (number: String, isInForce: Bool)?
        public var effect: PhraseEffect
        public var group: String
        /// What it adds to the score; 0 where a term is missing.
        public var weight: Double
        /// All of its terms were found.
        public var isWhole: Bool
        public var place: PagePlace
        /// How often the term was found, by view: exact, plain, joined, and the same in the legacy
        /// reading.
        public var counts: [Int]
        /// With a trace: the words where they stand.
        public var contexts: [(before: String, words: String, after: String)] = []
    }
}

extension PageReader {
    /// What became of the page.
    ///
    /// - Parameter contextBytes: with a trace, so much text is shown on each side of a hit.
    public func report(contextBytes: Int = 40) -> PageReport {
        let scores = groupScores.map {
            (group: rules.phrases.group($0.group).name, score: $0.score)
        }
        return PageReport(
            codings: (0..<coding.count).compactMap { coding[$0].map { "\($0.token)" } },
            kind: markup.map { "\($0)" }, charset: charset?.charset.name,
            charsetSource: charset?.source.rawValue, alternative: charset?.alternative?.name,
            bodyBytes: bodyBytes, contentBytes: contentBytes,
            isTruncated: contentNotes.contains(.truncated), verdict: verdict,
            reason: rules.reason(for: verdict), scores: scores,
            hits: findings.tally.entries.sorted { $0.term < $1.term }.map {
                hit($0, contextBytes)
            })
    }

    private func hit(_ count: TermCount, _ contextBytes: Int) -> PageReport.Hit {
        let number = rules.phrases.term(count.term).rule
        let rule = rules.phrases.rule(number)
        let entry = rules.entries[rule.entry.value]
        let halves = PageScore.halves(rule, findings.tally)
        var hit = PageReport.Hit(
            entry: rule.entry, rule: rules.phrases.ruleText(number),
            list: rules.image.list(entry.list).name, line: Int(entry.line),
            order: entry.order.map {
                (rules.orders[$0].number, rules.orders.isInForce($0, at: findings.time.now))
            },
            effect: rule.effect,
            group: rules.phrases.group(rule.group).name,
            weight: rule.effect == .weigh && count.term == rule.firstTerm
                ? Double(Int64(rule.weight) * halves) / 2 : 0,
            isWhole: halves > 0, place: PagePlace(count),
            counts: (0..<6).map { Int(count.counts[$0]) })
        if let trace = findings.trace {
            hit.contexts = trace.places.filter { $0.term == count.term }.prefix(3).map {
                trace.context(of: $0, bytes: contextBytes)
            }
        }
        return hit
    }
}
