import KhienModel

/// Network rules in adblock syntax, as EasyList, uBlock Origin and AdGuard publish them.
///
/// | line | becomes |
/// | --- | --- |
/// | `\|\|name^` | `domain` entry with `fromAdblock` (`@@`: and `exception`) |
/// | `name` alone, `0.0.0.0 name` | as in lists for name servers: `domain`, `host` |
/// | other network rules | `pattern` or `regex` entry with an `AdblockRule` |
/// | a rule with an option that is not supported | nothing: never half applied |
/// | cosmetic and HTML rules | counted and skipped |
/// | `! …`, `[Adblock Plus 2.0]` | comment, structure |
/// | `!#if …`, `!#else`, `!#endif` | followed; see `AdblockCondition` |
/// | `!#include` | unsupported |
struct AdblockGrammar: LineGrammar {
    /// For each open `!#if`, whether its branch is in force; true also inside a branch that is not.
    private var branches: [Bool] = []
    /// `!#if` past the limit of depth; their lines are out of force.
    private var depthOverLimit = 0

    mutating func read(_ line: Span<UInt8>, into builder: inout ListBuilder) -> LineOutcome {
        let content = line.trimmedOfSpaces(0..<line.count)
        guard let first = content.first else { return .blank }
        if line[first] == Byte.exclamation {
            if content.count > 1, line[first + 1] == Byte.hash {
                return readDirective(line, content)
            }
            return .comment
        }
        if line[first] == UInt8(ascii: "["), line[content.upperBound - 1] == UInt8(ascii: "]"),
            line.hasPrefix("[adblock", at: first, before: content.upperBound)
                || line.hasPrefix("[ublock", at: first, before: content.upperBound)
                || line.hasPrefix("[adguard", at: first, before: content.upperBound)
        {
            builder.adblockMarks += 1
            return .structure
        }
        if isComment(line, content) { return .comment }
        if branches.contains(false) || depthOverLimit > 0 {
            return .fault(
                .unsupported(
                    "adblock.preprocessor", "a rule for browsers only, inside !#if", at: first))
        }
        if CosmeticRule.isCosmetic(line, content) {
            builder.adblockMarks += 1
            return .cosmetic
        }
        return Self.readRule(line, content, into: &builder)
    }

    /// A `#` alone, or followed by white space or more `#` and `=`: comments of hosts files.
    private func isComment(_ line: Span<UInt8>, _ content: Range<Int>) -> Bool {
        guard line[content.lowerBound] == Byte.hash else { return false }
        guard content.count > 1 else { return true }
        switch line[content.lowerBound + 1] {
        case Byte.space, Byte.tab, Byte.equals, Byte.hyphen: return true
        case Byte.hash: return content.allSatisfy { line[$0] == Byte.hash }
        default: return !CosmeticRule.isCosmetic(line, content)
        }
    }

    private static func readRule(
        _ line: Span<UInt8>, _ content: Range<Int>, into builder: inout ListBuilder
    ) -> LineOutcome {
        if HostsGrammar.looksLikeHosts(line, content),
            let address = line.nextWord(in: content)
        {
            return HostsGrammar.readNames(line, content, address, RepairSet(), into: &builder)
        }
        let mark = builder.mark()
        do throws(LineFault) {
            return .entries(try AdblockRuleReader.add(line, content, into: &builder))
        } catch {
            builder.forget(since: mark)
            return .fault(error)
        }
    }

    /// `!#if`, `!#else`, `!#endif`, `!#include`, and hints for one product only.
    private mutating func readDirective(
        _ line: Span<UInt8>, _ content: Range<Int>
    ) -> LineOutcome {
        let start = content.lowerBound + 2
        let end = content.upperBound
        let isInForce = !branches.contains(false) && depthOverLimit == 0
        if line.hasPrefix("if", at: start, before: end) {
            let condition = line.trimmed(start + 2..<end)
            if branches.count >= Limits.Lists.conditionDepthMax {
                depthOverLimit += 1
                return .fault(
                    .unsupported("adblock.preprocessor", "!#if is nested too deeply", at: start))
            }
            branches.append(AdblockCondition.isTrue(line, condition))
            return .structure
        }
        if line.hasPrefix("else", at: start, before: end) {
            guard let last = branches.popLast() else { return Self.unmatched(start) }
            branches.append(!last)
            return .structure
        }
        if line.hasPrefix("endif", at: start, before: end) {
            if depthOverLimit > 0 {
                depthOverLimit -= 1
                return .structure
            }
            return branches.popLast() == nil ? Self.unmatched(start) : .structure
        }
        if line.hasPrefix("include", at: start, before: end), isInForce {
            return .fault(
                .unsupported(
                    "adblock.include", "name the included file as a list of its own", at: start))
        }
        return .structure
    }

    private static func unmatched(_ start: Int) -> LineOutcome {
        .fault(.rejected("adblock.directive", "there is no !#if that this belongs to", at: start))
    }
}
