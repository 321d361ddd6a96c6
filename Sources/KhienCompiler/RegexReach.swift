import KhienModel
import KhienRegex

/// How much of what there is an expression matches.
package enum RegexReach {
    /// It matches whatever there is, and says nowhere what must not stand there.
    case everything
    /// It matches texts that have nothing in common.
    case broad
    case narrow

    package enum Subjects {
        case urls
        /// Canonical text of pages.
        case texts

        fileprivate var unlike: [[UInt8]] {
            switch self {
            case .urls: RegexReach.urls
            case .texts: RegexReach.texts
            }
        }
    }

    static let everythingMessage =
        "the expression matches the empty text and every other: is an alternative empty?"

    private static let all = ["", "http://a.invalid/", "zq"].map { Array($0.utf8) }
    private static let urls = [
        "http://a.invalid/", "https://zq.example:81/x?y", "http://192.0.2.7/",
    ]
    .map { Array($0.utf8) }
    private static let texts = [" zq ", " vt 12 ", " \u{1EDB}m "].map { Array($0.utf8) }

    /// Of an attempt: what needs more than is told as its cost is taken for none.
    static let budget = RegexBudget(steps: Limits.Regex.costStepsMax)

    package init(
        of program: RegexProgram, _ pattern: [UInt8], _ subjects: Subjects, _ scratch: RegexScratch
    ) {
        let budget = Self.budget
        func matchesAll(_ texts: [[UInt8]]) -> Bool {
            texts.allSatisfy {
                if case .match = scratch.match(program, $0.span, within: budget) {
                    true
                } else {
                    false
                }
            }
        }
        if matchesAll(Self.all) {
            self = Self.saysWhatMustNotStand(pattern) ? .narrow : .everything
        } else {
            self = matchesAll(subjects.unlike) ? .broad : .narrow
        }
    }

    /// Whether an expression begins by saying what must not stand, and goes on for all that is left:
    /// `^(?!https?://good\.test/)`, `^(?:(?!good).)*$`.
    ///
    /// With an alternative outside of that (`^(?!a)|.*`) it says nothing; nor without `^`, since what must not stand
    /// at one place does not stand at the next, nor of what stands before the begin (`^(?<!a)`).
    private static func saysWhatMustNotStand(_ pattern: [UInt8]) -> Bool {
        let text = pattern.dropFirst(optionsEnd(pattern))
        guard let begin = ["^", "\\A"].first(where: { text.starts(with: $0.utf8) }) else {
            return false
        }
        let rest = text.dropFirst(begin.utf8.count)
        let repeated = ["(?:", "("].contains { opening in
            rest.starts(with: opening.utf8)
                && beginsWithNegation(rest.dropFirst(opening.utf8.count))
        }
        let isBound = ["$", "\\z", "\\Z"].contains {
            pattern.reversed().starts(with: $0.utf8.reversed())
        }
        guard rest.starts(with: "(?!".utf8) || (repeated && isBound) else { return false }
        return !hasAlternative(pattern)
    }

    /// Behind the options that a pattern begins with: `(?i)`.
    private static func optionsEnd(_ pattern: [UInt8]) -> Int {
        guard pattern.starts(with: "(?".utf8) else { return 0 }
        let letters = pattern.dropFirst(2).prefix { "imsx".utf8.contains($0) }
        guard !letters.isEmpty, letters.endIndex < pattern.count,
            pattern[letters.endIndex] == UInt8(ascii: ")")
        else { return 0 }
        return letters.endIndex + 1
    }

    private static func beginsWithNegation(_ pattern: ArraySlice<UInt8>) -> Bool {
        pattern.starts(with: "(?!".utf8) || pattern.starts(with: "(?<!".utf8)
    }

    /// Whether a `|` stands outside of what must not stand. A bracket in a class counts as one: at worst
    /// an expression is refused that could have been spelled otherwise.
    private static func hasAlternative(_ pattern: [UInt8]) -> Bool {
        var negations: [Bool] = []
        var index = 0
        while index < pattern.count {
            switch pattern[index] {
            case UInt8(ascii: "\\"): index += 1
            case UInt8(ascii: "("):
                let isInside = negations.last ?? false
                negations.append(isInside || beginsWithNegation(pattern[index...]))
            case UInt8(ascii: ")"): _ = negations.popLast()
            case UInt8(ascii: "|") where !(negations.last ?? false): return true
            default: break
            }
            index += 1
        }
        return false
    }
}
