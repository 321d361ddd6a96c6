import KhienModel

/// In how many ways an expression may get to one of its places where PCRE2 counts nothing: machine code counts
/// what repeats and calls, but neither alternatives nor look-arounds that may be left out (`(?=a)?`). To the `c` of
/// `(a|b)(a|b)c` there are up to four, and each such group before it doubles them.
///
/// What is a group, an alternative or text is not read from the pattern, but from the items that PCRE2 has read itself
/// (`RegexCounted`), in all its syntax: classes, comments, white space, escapes. Alternatives that are plain text exclude
/// each other but where one begins like another (`com|comet`). What is not known for sure is taken for the most; so is
/// what calls groups, since each call that ends leads through the rest of the group around it once more.
struct RegexWays {
    /// More do not help any more.
    static let most = 1 << 32

    /// The most ways to one of the pattern's places; 1: one.
    let count: Int

    /// - Parameter counted: the same pattern; nil: it is too large for that.
    init(_ pattern: Span<UInt8>, _ counted: RegexCounted?) {
        guard Self.mayLeadFurther(pattern) else {
            count = 1
            return
        }
        // Behind `\Q` brackets and bars may be text, and a callout's own text is no item.
        let isRead = !pattern.has("\\Q") && !pattern.has("(?C")
        guard isRead, let counted else {
            count = Self.mostOf(pattern)
            return
        }
        let ways = RegexToken.all(of: pattern, counted).map { Self.read($0, pattern) } ?? Self.most
        count = ways > 1 && pattern.mayCallGroups ? Self.most : ways
    }

    /// Whether there are alternatives, or look-arounds, which all begin so.
    private static func mayLeadFurther(_ pattern: Span<UInt8>) -> Bool {
        pattern.has("|") || mayLookAround(pattern)
    }

    private static func mayLookAround(_ pattern: Span<UInt8>) -> Bool {
        ["(?=", "(?!", "(?*", "(?<=", "(?<!", "(?<*", "(*"].contains { pattern.has($0) }
    }

    /// The ways that so many alternatives and quantifiers may give, however they stand in groups.
    private static func mostOf(_ pattern: Span<UInt8>) -> Int {
        // Groups that are there several times, or called.
        if pattern.has("{") || pattern.mayCallGroups || pattern.has("(*ACCEPT") { return most }
        let looksAround = mayLookAround(pattern)
        var signs = 0
        for index in pattern.indices {
            let isQuantifier =
                looksAround && "?*+".utf8.contains(pattern[index])
                && (index == 0 || pattern[index - 1] != UInt8(ascii: "("))
            if isQuantifier || pattern[index] == UInt8(ascii: "|") { signs += 1 }
        }
        return power(2, signs)
    }

    private struct Group {
        /// How often it stands in the code, all copies of the groups around it included.
        let copies: Int
        /// The ways to where it begins.
        let reach: Int
        let looksAround: Bool
        /// The ways through the alternatives before this one that are no plain text.
        var others = 0
        /// Those that are plain text.
        var texts: [[UInt8]] = []
        /// The alternative that is being read: the ways through it, and its text while it is nothing else.
        var ways = 1
        var text: [UInt8]? = []

        /// The ways to where we are.
        var here: Int { RegexWays.product(reach, ways) }

        /// Reads a byte that stands for itself; nil: something else.
        mutating func add(_ byte: UInt8?) {
            guard let byte else {
                text = nil
                return
            }
            text?.append(byte.withoutCase)
        }

        mutating func endAlternative() {
            if let text { texts.append(text) } else { others = RegexWays.sum(others, ways) }
            (ways, text) = (1, [])
        }

        /// The ways through the group.
        mutating func total() -> Int {
            endAlternative()
            return max(1, RegexWays.sum(others, RegexWays.longestChain(texts)))
        }
    }

    private static func read(_ tokens: [RegexToken], _ pattern: Span<UInt8>) -> Int {
        var groups: [Group] = []
        var group = Group(copies: 1, reach: 1, looksAround: false)
        var highest = 1
        for token in tokens {
            switch token.kind {
            case .open(let looksAround):
                groups.append(group)
                group = Group(copies: token.copies, reach: group.here, looksAround: looksAround)
            case .bar:
                group.endAlternative()
            case .close(let isQuantified):
                guard var outer = groups.popLast() else { return most }
                var ways = group.total()
                // Without it is a way, too. Of other groups each pass is counted.
                if isQuantified, group.looksAround { ways = sum(ways, 1) }
                let (whole, rest) = group.copies.quotientAndRemainder(dividingBy: outer.copies)
                let copies = whole + (rest > 0 ? 1 : 0)
                outer.ways = product(outer.ways, power(ways, copies))
                outer.text = nil
                // The last of several copies.
                if copies > 1 { highest = max(highest, outer.here) }
                group = outer
            case .item:
                group.add(token.text(pattern))
                highest = max(highest, group.here)
            }
        }
        // Brackets that do not end.
        return groups.isEmpty ? highest : most
    }

    /// How many of the texts one place may have at most: each begins like the next.
    private static func longestChain(_ texts: [[UInt8]]) -> Int {
        var longest = 0
        var chain: [[UInt8]] = []
        for text in texts.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            while let last = chain.last, !text.starts(with: last) { chain.removeLast() }
            chain.append(text)
            longest = max(longest, chain.count)
        }
        return longest
    }

    private static func sum(_ left: Int, _ right: Int) -> Int { min(left + right, most) }

    private static func product(_ left: Int, _ right: Int) -> Int {
        left.multipliedReportingOverflow(by: right).overflow ? most : min(left * right, most)
    }

    private static func power(_ base: Int, _ exponent: Int) -> Int {
        if base <= 1 { return 1 }
        var result = 1
        for _ in 0..<exponent {
            result = product(result, base)
            if result == most { break }
        }
        return result
    }
}

extension UInt8 {
    /// Without case, also that of Latin-1, which `(*UCP)` disregards.
    fileprivate var withoutCase: UInt8 {
        self &- 0x41 < 26 || self &- 0xC0 < 0x1F ? self | 0x20 : self
    }
}
