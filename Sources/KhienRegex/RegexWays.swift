import KhienModel

/// In how many ways an expression may get to one of its places where PCRE2 counts nothing: machine code counts
/// quantifiers and calls, and no alternatives. To the `c` of `(a|b)(a|b)c` there are up to four, and each such group
/// before it doubles them.
///
/// Alternatives that are plain text exclude each other but where one begins like another (`com|comet`). What it
/// cannot read it takes for the most.
struct RegexWays {
    /// More do not help any more.
    static let most = 1 << 32

    /// The most ways to one of the pattern's places; 1: one.
    let count: Int

    private struct Group {
        /// The ways to where it begins.
        var reach: Int
        /// The ways through the alternatives before this one that are no plain text.
        var others = 0
        /// Those that are plain text.
        var texts: [[UInt8]] = []
        /// The alternative that is being read: the ways through it, and its text while it is nothing else.
        var ways = 1
        var text: [UInt8]? = []

        init(reach: Int) { self.reach = reach }

        /// The ways to where we are.
        var here: Int { RegexWays.product(reach, ways) }

        /// Reads a byte.
        mutating func add(_ byte: UInt8, isPlain: Bool) {
            guard isPlain else {
                text = nil
                return
            }
            text?.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
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

    init(_ pattern: Span<UInt8>) {
        guard pattern.contains(UInt8(ascii: "|")) else {
            count = 1
            return
        }
        count = Self.isPlainSyntax(pattern) ? Self.read(pattern) : Self.mostOf(pattern)
    }

    /// The ways that so many alternatives may give, however they stand in groups.
    private static func mostOf(_ pattern: Span<UInt8>) -> Int {
        var bars = 0
        for index in pattern.indices {
            // Groups that are there several times.
            if pattern[index] == UInt8(ascii: "{") { return most }
            if pattern[index] == UInt8(ascii: "|") { bars += 1 }
        }
        return power(2, bars)
    }

    /// Whether brackets are where they seem to be: no comments, no quotes, no other white space.
    private static func isPlainSyntax(_ pattern: Span<UInt8>) -> Bool {
        for index in 0..<pattern.count - 1 {
            let next = pattern[index + 1]
            switch pattern[index] {
            case UInt8(ascii: "\\") where next == UInt8(ascii: "Q"): return false
            case UInt8(ascii: "(") where next == UInt8(ascii: "*"): return false
            case UInt8(ascii: "?") where index > 0 && pattern[index - 1] == UInt8(ascii: "("):
                // `(?#` is a comment, an `x` among flags makes others; `(?C` has text of its own.
                if next == UInt8(ascii: "#") || next == UInt8(ascii: "C") { return false }
                var end = index + 1
                while end < pattern.count, pattern[end].isFlag {
                    if pattern[end] == UInt8(ascii: "x") { return false }
                    end += 1
                }
            default: break
            }
        }
        return true
    }

    private static func read(_ pattern: Span<UInt8>) -> Int {
        var groups: [Group] = []
        var group = Group(reach: 1)
        var highest = 1
        var index = 0
        while index < pattern.count {
            let byte = pattern[index]
            index += 1
            switch byte {
            case UInt8(ascii: "("):
                groups.append(group)
                group = Group(reach: group.here)
                index = contentStart(pattern, index)
                continue
            case UInt8(ascii: "|"):
                group.endAlternative()
                continue
            case UInt8(ascii: ")"):
                guard var outer = groups.popLast() else { return most }
                let ways = group.total()
                let count = copies(pattern, &index)
                outer.ways = product(outer.ways, power(ways, count))
                outer.text = nil
                // The last of several copies.
                if count > 1 { highest = max(highest, outer.here) }
                group = outer
                continue
            case UInt8(ascii: "["):
                index = classEnd(pattern, index)
                group.text = nil
            case UInt8(ascii: "\\"):
                guard index < pattern.count else { return most }
                group.add(pattern[index], isPlain: !pattern[index].isWordByte)
                index += escapedCount(pattern, index)
            default: group.add(byte, isPlain: !byte.isMeta)
            }
            highest = max(highest, group.here)
        }
        // Brackets that do not end.
        return groups.isEmpty ? highest : most
    }

    /// Behind what says which kind of group begins: `?:`, `?<name>`, `?i:`; none where it is a condition.
    private static func contentStart(_ pattern: Span<UInt8>, _ start: Int) -> Int {
        guard start < pattern.count, pattern[start] == UInt8(ascii: "?") else { return start }
        var index = start + 1
        while index < pattern.count {
            switch pattern[index] {
            case UInt8(ascii: "'"):
                index += 1
                while index < pattern.count, pattern[index].isWordByte || pattern[index] == 0x5F {
                    index += 1
                }
                return min(index + 1, pattern.count)
            case UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: ">"),
                UInt8(ascii: "|"):
                return index + 1
            case UInt8(ascii: "("), UInt8(ascii: ")"): return index
            default: index += 1
            }
        }
        return index
    }

    /// Behind the bracket that ends a class.
    private static func classEnd(_ pattern: Span<UInt8>, _ start: Int) -> Int {
        var index = start
        if index < pattern.count, pattern[index] == UInt8(ascii: "^") { index += 1 }
        if index < pattern.count, pattern[index] == UInt8(ascii: "]") { index += 1 }
        while index < pattern.count, pattern[index] != UInt8(ascii: "]") {
            let isName =
                pattern[index] == UInt8(ascii: "[") && index + 1 < pattern.count
                && ":.=".utf8.contains(pattern[index + 1])
            if isName, let end = nameEnd(pattern, index + 2) {
                index = end
            } else {
                index +=
                    pattern[index] == UInt8(ascii: "\\") ? 1 + escapedCount(pattern, index + 1) : 1
            }
        }
        return min(index + 1, pattern.count)
    }

    /// How many bytes behind a backslash are no syntax: two of a control character, `\c[`.
    private static func escapedCount(_ pattern: Span<UInt8>, _ index: Int) -> Int {
        index < pattern.count && pattern[index] == UInt8(ascii: "c") ? 2 : 1
    }

    /// Behind `:]` of a class of POSIX; nil: there is none.
    private static func nameEnd(_ pattern: Span<UInt8>, _ start: Int) -> Int? {
        var index = start
        while index < pattern.count, pattern[index] &- 0x61 < 26 || pattern[index] == 0x5E {
            index += 1
        }
        guard index + 1 < pattern.count, ":.=".utf8.contains(pattern[index]),
            pattern[index + 1] == UInt8(ascii: "]")
        else { return nil }
        return index + 2
    }

    /// How often a group stands in the code by the quantifiers behind it, which are passed over.
    private static func copies(_ pattern: Span<UInt8>, _ index: inout Int) -> Int {
        var count = 1
        while index < pattern.count {
            if pattern[index] == UInt8(ascii: "{") {
                guard let (number, end) = number(pattern, index + 1) else { return count }
                count = product(count, max(1, number))
                index = end
            } else if "*+?".utf8.contains(pattern[index]) {
                index += 1
            } else {
                return count
            }
        }
        return count
    }

    /// The higher number of a quantifier `{2,3}` whose first number begins at `start`, and where it ends; nil: that is
    /// none.
    private static func number(_ pattern: Span<UInt8>, _ start: Int) -> (Int, end: Int)? {
        var highest = 0
        var value = 0
        for index in start..<pattern.count {
            switch pattern[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                value = min(value * 10 + Int(pattern[index] & 0xF), most)
                highest = max(highest, value)
            case UInt8(ascii: ","): value = 0
            case UInt8(ascii: " "): continue
            case UInt8(ascii: "}"): return (highest, index + 1)
            default: return nil
            }
        }
        return nil
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

extension Span where Element == UInt8 {
    fileprivate func contains(_ byte: UInt8) -> Bool {
        for index in indices where self[index] == byte { return true }
        return false
    }
}

extension UInt8 {
    fileprivate var isWordByte: Bool { (self | 0x20) &- 0x61 < 26 || self &- 0x30 < 10 }
    fileprivate var isFlag: Bool { (self | 0x20) &- 0x61 < 26 || "^-".utf8.contains(self) }
    fileprivate var isMeta: Bool { ".^$*+?{}".utf8.contains(self) }
}
