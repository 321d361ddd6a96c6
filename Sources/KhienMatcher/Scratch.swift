import KhienModel
import KhienRegex
import KhienText

/// What one match writes: one for each event loop, reused, so that matching allocates nothing once
/// its arrays have grown to the longest request seen.
public struct Scratch: ~Copyable {
    /// The hits of the last match, in the order in which they were found.
    public internal(set) var hits: [Hit] = []
    /// Attempts of regular expressions, in all matches, that reached a limit: what could not be judged.
    public internal(set) var regexesGivenUp: UInt64 = 0

    var subject = Subject()
    /// The hosts of a batch that are under way.
    var batch: [8 of HostWalk]
    var candidates = RuleCandidates()
    /// The lookup form with its scheme, while rules are tried against it.
    var lookupText: [UInt8] = []
    var lookupLowered = LoweredText()
    var triedRegexes = TriedBits()
    /// Rules of no certain place that were tried on a long URL.
    var triedRules = TriedBits()
    /// How often rules were tried on it at places of their own.
    var placedTries = 0
    let regexScratch: RegexScratch
    /// What is left in this match for the expressions of the operator, and for those of authorities.
    var regexBudget = RegexBudget()
    var orderBudget = RegexBudget()

    /// Most requests have no hits, and removing none takes as long as removing some.
    @inline(__always) mutating func forgetHits() {
        // Of several hits at once all are removed by a function of 70 instructions.
        switch hits.count {
        case 0: return
        case 1: hits.removeLast()
        default: hits.removeAll(keepingCapacity: true)
        }
    }

    /// - Returns: nil when there is no memory.
    public init?() {
        guard let regexScratch = RegexScratch() else { return nil }
        self.regexScratch = regexScratch
        batch = .init { _ in HostWalk() }
        hits.reserveCapacity(64)
    }
}
