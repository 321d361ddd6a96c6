/// Derives from a PCRE2 pattern literals of which at least one occurs in every match.
///
/// A recursive descent over the pattern. It understands sequences, alternations, groups, quantifiers,
/// escapes and classes; where it meets anything else it gives up, which only costs speed. Literals
/// are in lower case, as the URL is that they are looked for in.
struct RegexLiterals {
    /// A set larger than this is not worth its postings.
    static let alternativesMax = 32
    static let depthMax = 32

    private let pattern: [UInt8]
    private var position = 0
    private var depth = 0
    /// Bytes whose literals are preferred to all others; nil: longer ones are.
    private var isSought: ((UInt8) -> Bool)?

    private struct GaveUp: Error {}

    /// What is known about a part of the pattern.
    private struct Part {
        /// The only text that it matches; nil: several.
        var exact: [UInt8]?
        /// One of these occurs in every match; nil: nothing known.
        var required: [[UInt8]]?
    }

    /// - Returns: literals of at least `lengthMin` bytes; nil where there are none.
    static func required(in pattern: [UInt8], lengthMin: Int) -> [[UInt8]]? {
        var parser = RegexLiterals(pattern: pattern)
        do throws(GaveUp) {
            let part = try parser.alternation()
            guard parser.position == pattern.count else { return nil }
            let literals = part.required ?? part.exact.map { [$0] }
            guard let literals, literals.allSatisfy({ $0.count >= lengthMin }) else { return nil }
            return literals
        } catch {
            return nil
        }
    }

    /// A byte for which `isSought` is true and which occurs, or another such byte does, in every match;
    /// nil: none is known.
    static func required(
        in pattern: [UInt8], _ isSought: @escaping (UInt8) -> Bool
    ) -> UInt8? {
        guard pattern.contains(where: isSought) else { return nil }
        var parser = RegexLiterals(pattern: pattern)
        parser.isSought = isSought
        do throws(GaveUp) {
            let part = try parser.alternation()
            guard parser.position == pattern.count,
                let literals = part.required ?? part.exact.map({ [$0] }), !literals.isEmpty,
                literals.allSatisfy({ $0.contains(where: isSought) })
            else { return nil }
            return literals[0].first(where: isSought)
        } catch {
            return nil
        }
    }

    /// The literal text right after a `^` with which the pattern begins; nil: it begins otherwise, or
    /// several alternatives do.
    static func beginning(of pattern: [UInt8]) -> [UInt8]? {
        guard pattern.first == UInt8(ascii: "^"), !pattern.contains(UInt8(ascii: "|")) else {
            return nil
        }
        var literal: [UInt8] = []
        var index = 1
        while index < pattern.count {
            var byte = pattern[index]
            switch byte {
            case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "{"):
                // The byte before may be missing.
                return Array(literal.dropLast())
            case UInt8(ascii: "."), UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: ")"),
                UInt8(ascii: "+"), UInt8(ascii: "$"), UInt8(ascii: "^"):
                return literal
            case UInt8(ascii: "\\"):
                guard index + 1 < pattern.count else { return literal }
                index += 1
                byte = pattern[index]
                if (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 { return literal }
            default: break
            }
            literal.append(byte)
            index += 1
        }
        return literal
    }

    private init(pattern: [UInt8]) { self.pattern = pattern }

    private var next: UInt8? { position < pattern.count ? pattern[position] : nil }

    private mutating func alternation() throws(GaveUp) -> Part {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthMax else { throw GaveUp() }
        var parts = [try sequence()]
        while next == UInt8(ascii: "|") {
            position += 1
            parts.append(try sequence())
        }
        if parts.count == 1 { return parts[0] }
        var union: [[UInt8]] = []
        for part in parts {
            guard let literals = part.required ?? part.exact.map({ [$0] }) else {
                return Part()
            }
            union += literals
        }
        return union.count <= Self.alternativesMax ? Part(required: union) : Part()
    }

    private mutating func sequence() throws(GaveUp) -> Part {
        var best: [[UInt8]]?
        var run: [UInt8] = []
        var isExact = true
        let isSought = isSought
        func offer(_ literals: [[UInt8]]) {
            if Self.worth(literals, isSought) > Self.worth(best, isSought) { best = literals }
        }
        while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            guard let part = try atom() else { continue }
            let repetition = try quantifier()
            if repetition.isOptional || part.exact == nil || !repetition.isOnce {
                if !repetition.isOptional, let exact = part.exact { run += exact }
                offer([run])
                run = []
                isExact = false
                if !repetition.isOptional, let required = part.required { offer(required) }
            } else if let exact = part.exact {
                run += exact
            }
        }
        if isExact { return Part(exact: run) }
        offer([run])
        return Part(required: best)
    }

    /// Longer literals first, then fewer of them; before all, those that have what is sought.
    private static func worth(_ literals: [[UInt8]]?, _ isSought: ((UInt8) -> Bool)?) -> Int {
        guard let literals, let shortest = literals.map(\.count).min(), shortest > 0 else {
            return 0
        }
        if let isSought, literals.allSatisfy({ $0.contains(where: isSought) }) { return 10_000 }
        return min(shortest, 8) * 100 - literals.count
    }

    /// One atom; nil for an assertion that matches no text (`^`, `$`).
    private mutating func atom() throws(GaveUp) -> Part? {
        guard let byte = next else { return nil }
        position += 1
        switch byte {
        case UInt8(ascii: "^"), UInt8(ascii: "$"): return nil
        case UInt8(ascii: "."): return Part()
        case UInt8(ascii: "["): return try characterClass()
        case UInt8(ascii: "("): return try group()
        case UInt8(ascii: "\\"): return try escape()
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"): throw GaveUp()
        default: return Part(exact: [Self.lowered(byte)])
        }
    }

    private mutating func group() throws(GaveUp) -> Part? {
        var counts = true
        if next == UInt8(ascii: "*") { throw GaveUp() }
        if next == UInt8(ascii: "?") {
            position += 1
            guard let kind = next else { throw GaveUp() }
            position += 1
            switch kind {
            case UInt8(ascii: ":"): break
            case UInt8(ascii: "="), UInt8(ascii: "!"): counts = false
            case UInt8(ascii: "<"):
                if next == UInt8(ascii: "=") || next == UInt8(ascii: "!") {
                    counts = false
                } else {
                    throw GaveUp()
                }
            case UInt8(ascii: "i"):
                // `(?i)`: case does not matter to lower-case literals.
                guard next == UInt8(ascii: ")") else { throw GaveUp() }
                position += 1
                return nil
            default: throw GaveUp()
            }
        }
        let part = try alternation()
        guard next == UInt8(ascii: ")") else { throw GaveUp() }
        position += 1
        return counts ? part : nil
    }

    private mutating func escape() throws(GaveUp) -> Part? {
        guard let byte = next else { throw GaveUp() }
        position += 1
        switch byte {
        case UInt8(ascii: "b"), UInt8(ascii: "B"), UInt8(ascii: "A"), UInt8(ascii: "z"),
            UInt8(ascii: "Z"):
            return nil
        case UInt8(ascii: "d"), UInt8(ascii: "D"), UInt8(ascii: "w"), UInt8(ascii: "W"),
            UInt8(ascii: "s"), UInt8(ascii: "S"):
            return Part()
        default:
            let isLetterOrDigit = (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
            if isLetterOrDigit { throw GaveUp() }
            return Part(exact: [byte])
        }
    }

    private mutating func characterClass() throws(GaveUp) -> Part {
        var count = 0
        var only: UInt8 = 0
        var isNegated = false
        if next == UInt8(ascii: "^") {
            isNegated = true
            position += 1
        }
        var isFirst = true
        while let byte = next, byte != UInt8(ascii: "]") || isFirst {
            isFirst = false
            position += 1
            count += 1
            only = byte
            if byte == UInt8(ascii: "[") { throw GaveUp() }
            if byte == UInt8(ascii: "\\") {
                guard let escaped = next else { throw GaveUp() }
                position += 1
                only = escaped
                if (escaped | 0x20) &- 0x61 < 26 || escaped &- 0x30 < 10 { count += 2 }
            }
        }
        guard next != nil else { throw GaveUp() }
        position += 1
        return count == 1 && !isNegated ? Part(exact: [Self.lowered(only)]) : Part()
    }

    private struct Repetition {
        var isOptional = false
        var isOnce = true
    }

    private mutating func quantifier() throws(GaveUp) -> Repetition {
        var repetition = Repetition()
        switch next {
        case UInt8(ascii: "*"), UInt8(ascii: "?"):
            repetition = Repetition(isOptional: true, isOnce: false)
            position += 1
        case UInt8(ascii: "+"):
            repetition.isOnce = false
            position += 1
        case UInt8(ascii: "{"):
            repetition = try interval()
        default: return repetition
        }
        if next == UInt8(ascii: "?") || next == UInt8(ascii: "+") { position += 1 }
        return repetition
    }

    /// `{n}`, `{n,}`, `{n,m}`; anything else that begins with `{` is left alone.
    private mutating func interval() throws(GaveUp) -> Repetition {
        position += 1
        var least = 0
        var digits = 0
        while let byte = next, byte &- 0x30 < 10, digits < 6 {
            least = least * 10 + Int(byte &- 0x30)
            digits += 1
            position += 1
        }
        guard digits > 0 else { throw GaveUp() }
        while let byte = next, byte != UInt8(ascii: "}") {
            guard byte == UInt8(ascii: ",") || byte &- 0x30 < 10 else { throw GaveUp() }
            position += 1
        }
        guard next != nil else { throw GaveUp() }
        position += 1
        return Repetition(isOptional: least == 0, isOnce: false)
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
