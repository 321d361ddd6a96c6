import KhienImage
import KhienModel

/// From what was found on a page to its score and its verdict. Pure: the same findings give the same
/// verdict, in whatever order they came. One for each event loop; its memory is used again.
///
/// A rule counts when all its terms occur: as often as the rarest of them, at most `countMax` times.
/// Weights times counts add up by group. Then the first row that holds decides:
///
/// | | | verdict |
/// | --- | --- | --- |
/// | 1 | an authority's ban | its action; that of row 3, if stricter, where a milder one does not block |
/// | 2 | an exception | allow |
/// | 3 | bans of the operator, scores at or over a limit | the strictest action |
/// | 4 | | allow |
///
/// Scores are kept in halves, since what only a disguise shows counts half. A score for an action
/// is what lists of that action and stricter ones give: a list that warns never adds to what blocks.
/// What speaks for the page counts in all of them, of a group with a limit below zero so much at most.
/// Of a form someone may have leave to send what a category warns of: what is of that category then gives no
/// warning, and still counts for what blocks (`excuse`).
/// A group's own limit is met by its own score, less
/// what other groups that speak for the page give.
struct PageScore {
    private let rules: PageRules
    /// The limits.
    var policy: PagePolicy
    /// Nothing counts but what authorities ban.
    var isForBansOnly = false
    private var groups: [GroupScore]
    private var touched: [UInt16] = []
    private var bans = Slots()
    private var authorityBans = Slots()
    private var exception: Candidate?
    /// Categories whose warnings were passed over; mostly none.
    private var excused: [String] = []
    /// By rule, whether it is of these, once that was asked; empty where none was passed over.
    private var excuses: [Excuse] = []

    private enum Excuse { case unknown, given, none }

    /// What one group gives, in halves.
    private struct GroupScore {
        /// Of lists that block, of an excused category.
        static let excusedBlock = 4

        /// By action, then `excusedBlock`.
        var positive = InlineArray<5, Int64>(repeating: 0)
        var negative: Int64 = 0
        /// What `negative` counts for at most.
        var relief = Int64.min
        /// What contributed most, by the same.
        var top = InlineArray<5, Candidate?>(repeating: nil)
        var isTouched = false

        /// The score for lists of `action` and stricter ones.
        func score(for action: Action) -> Int64 {
            var sum = max(negative, relief)
            for index in Self.places(action) { sum += positive[index] }
            return sum
        }

        private static func places(_ action: Action) -> ClosedRange<Int> {
            Int(action.rawValue)...(action == .warn ? excusedBlock - 1 : excusedBlock)
        }

        func top(for action: Action) -> Candidate? {
            var best: Candidate?
            for index in Self.places(action) {
                guard let candidate = top[index] else { continue }
                if best.map({ candidate.isBefore($0) }) ?? true { best = candidate }
            }
            return best
        }
    }

    /// A rule that may be named, with what it contributes.
    struct Candidate: Hashable {
        var entry: EntryIndex
        var term: UInt32
        var weight: Int64

        /// More weight first, then the lower entry.
        func isBefore(_ other: Candidate) -> Bool {
            weight != other.weight ? weight > other.weight : entry < other.entry
        }
    }

    /// The lowest entry of each action.
    private struct Slots {
        var byAction = InlineArray<4, Candidate?>(repeating: nil)

        mutating func add(_ candidate: Candidate, _ action: Action) {
            let index = Int(action.rawValue)
            if let present = byAction[index], present.entry <= candidate.entry { return }
            byAction[index] = candidate
        }

        /// The strictest that is more than `allow`.
        var strictest: (action: Action, candidate: Candidate)? {
            for action in [Action.block, .warn, .monitor] {
                if let candidate = byAction[Int(action.rawValue)] { return (action, candidate) }
            }
            return nil
        }
    }

    init(_ rules: PageRules, _ policy: PagePolicy) {
        self.rules = rules
        self.policy = policy
        groups = Array(repeating: GroupScore(), count: rules.phrases.groupCount)
    }

    /// Begins with another body, by the limits of `policy`.
    mutating func begin(_ policy: PagePolicy) {
        self.policy = policy
        excused.removeAll()
        excuses = []
    }

    /// A warning was passed over: from here on its category gives none.
    mutating func excuse(_ verdict: PageVerdict) {
        guard let entry = verdict.entry else { return }
        excused.append(rules.category(of: entry, verdict.group))
        excuses = [Excuse](repeating: .unknown, count: rules.phrases.ruleCount)
    }

    /// Whether a rule is of a category that was passed over: names are compared once.
    private mutating func isExcused(_ number: UInt32, _ rule: PhraseRuleRecord) -> Bool {
        if excuses.isEmpty { return false }
        let place = Int(number)
        if excuses[place] == .unknown {
            let category = rules.category(of: rule.entry, rule.group)
            excuses[place] = excused.contains(category) ? .given : .none
        }
        return excuses[place] == .given
    }

    /// Judges what has been found.
    ///
    /// - Complexity: linear in the number of different terms found and of groups; allocates nothing, but the first time
    ///   behind `excuse`.
    mutating func judge(_ findings: inout PageFindings) -> PageVerdict {
        findings.settle(rules.phrases)
        reset()
        for count in findings.tally.entries { add(count, findings) }
        return verdict(findings)
    }

    private mutating func reset() {
        for group in touched { groups[Int(group)] = GroupScore() }
        touched.removeAll(keepingCapacity: true)
        bans = Slots()
        authorityBans = Slots()
        exception = nil
    }

    /// How often a rule counts, in halves; 0 where a term is missing.
    static func halves(
        _ rule: PhraseRuleRecord, _ tally: borrowing PageTally
    ) -> Int64 {
        var least = Int64.max
        for term in rule.firstTerm..<rule.firstTerm + UInt32(rule.termCount) {
            guard let count = tally.count(of: term) else { return 0 }
            least = min(least, count.halves)
        }
        return rule.countMax == 0 ? least : min(least, 2 * Int64(rule.countMax))
    }

    private mutating func add(_ count: TermCount, _ findings: borrowing PageFindings) {
        let number = rules.phrases.term(count.term).rule
        let rule = rules.phrases.rule(number)
        // A rule of several terms is looked at once.
        guard count.term == rule.firstTerm else { return }
        let entry = rules.entries[rule.entry.value]
        if let order = entry.order, !rules.orders.isInForce(order, at: findings.time.now) { return }
        let halves = Self.halves(rule, findings.tally)
        guard halves > 0 else { return }
        let isExcused = isExcused(number, rule)
        var candidate = Candidate(entry: rule.entry, term: count.term, weight: 0)
        switch rule.effect {
        case .ban where isExcused && entry.attributes.action == .warn: break
        case .ban:
            if entry.attributes.authority == .authority {
                authorityBans.add(candidate, entry.attributes.action)
            } else {
                bans.add(candidate, entry.attributes.action)
            }
        case .exception:
            if exception.map({ candidate.entry < $0.entry }) ?? true { exception = candidate }
        case .weigh:
            candidate.weight = Int64(rule.weight) * halves
            add(candidate, rule.group, entry.attributes.action, isExcused: isExcused)
        }
    }

    private mutating func add(
        _ candidate: Candidate, _ group: UInt16, _ action: Action, isExcused: Bool
    ) {
        let index = Int(group)
        if !groups[index].isTouched {
            groups[index].isTouched = true
            let relief = policy.groupReliefs[index]
            groups[index].relief = relief == .min ? .min : 2 * Int64(relief)
            touched.append(group)
        }
        if candidate.weight < 0 {
            groups[index].negative += candidate.weight
            return
        }
        // A list of exceptions has nothing to say against a page.
        guard action != .allow, !isExcused || action != .warn else { return }
        let isBlock = action == .block
        let place = isExcused && isBlock ? GroupScore.excusedBlock : Int(action.rawValue)
        groups[index].positive[place] += candidate.weight
        if groups[index].top[place].map({ candidate.isBefore($0) }) ?? true {
            groups[index].top[place] = candidate
        }
    }

    private func verdict(_ findings: borrowing PageFindings) -> PageVerdict {
        let ordered = authorityBans.strictest.map {
            verdict($0.action, .ban, $0.candidate, findings)
        }
        if isForBansOnly { return ordered ?? .pass(limit: Int(policy.limit)) }
        if let ordered, ordered.action == .block { return ordered }
        let own = operatorVerdict(findings)
        // What an authority only watches or warns of the operator may still block.
        if let ordered, ordered.action >= own.action { return ordered }
        return own
    }

    /// The verdict as if no authority banned anything.
    private func operatorVerdict(_ findings: borrowing PageFindings) -> PageVerdict {
        if let exception { return verdict(.allow, .exception, exception, findings) }
        let ban = bans.strictest
        for action in [Action.block, .warn, .monitor] {
            if let ban, ban.action == action {
                return verdict(action, .ban, ban.candidate, findings)
            }
            if let found = overLimit(for: action, findings) { return found }
        }
        return passed(findings)
    }

    /// The page's score for an action, in halves.
    private func total(for action: Action) -> Int64 {
        touched.reduce(0) { $0 + groups[Int($1)].score(for: action) }
    }

    private func overLimit(
        for action: Action, _ findings: borrowing PageFindings
    ) -> PageVerdict? {
        var relief: Int64 = 0
        for group in touched { relief += min(0, groups[Int(group)].score(for: .monitor)) }
        var best: (group: UInt16, score: Int64)?
        for group in touched {
            let limit = policy.groupLimits[Int(group)]
            let score = groups[Int(group)].score(for: action) + relief
            guard limit != .max, score >= 2 * Int64(limit),
                groups[Int(group)].top(for: action) != nil
            else { continue }
            if best.map({ ($0.score, group) < (score, $0.group) }) ?? true {
                best = (group, score)
            }
        }
        if let best, let top = groups[Int(best.group)].top(for: action) {
            var result = verdict(action, .group, top, findings)
            result.group = best.group
            result.score = Int(best.score / 2)
            result.limit = Int(policy.groupLimits[Int(best.group)])
            return result
        }
        guard let group = highest(for: action), total(for: action) >= 2 * Int64(policy.limit),
            let top = groups[Int(group)].top(for: action)
        else { return nil }
        return verdict(action, .score, top, findings)
    }

    /// The group with the highest score for an action; the lowest number among equals.
    private func highest(for action: Action) -> UInt16? {
        var best: (group: UInt16, score: Int64)?
        for group in touched where groups[Int(group)].top(for: action) != nil {
            let score = groups[Int(group)].score(for: action)
            if let present = best {
                guard score > present.score || (score == present.score && group < present.group)
                else { continue }
            }
            best = (group, score)
        }
        return best?.group
    }

    private func verdict(
        _ action: Action, _ cause: PageVerdict.Cause, _ candidate: Candidate,
        _ findings: borrowing PageFindings
    ) -> PageVerdict {
        let rule = rules.phrases.rule(rules.phrases.term(candidate.term).rule)
        return PageVerdict(
            action: action, cause: cause, entry: candidate.entry,
            place: findings.tally.count(of: candidate.term).map { PagePlace($0) },
            score: Int(total(for: action == .allow ? .monitor : action) / 2),
            limit: Int(policy.limit),
            group: rule.group)
    }

    private func passed(_ findings: borrowing PageFindings) -> PageVerdict {
        var result = PageVerdict.pass(limit: Int(policy.limit))
        result.score = Int(total(for: .monitor) / 2)
        result.group = highest(for: .monitor)
        return result
    }

    /// The score of each group that anything was found of, for people.
    func groupScores() -> [(group: UInt16, score: Int)] {
        touched.sorted().map { ($0, Int(groups[Int($0)].score(for: .monitor) / 2)) }
    }
}
