/// Reads a PCRE2 pattern for what its matches need.
///
/// A recursive descent over sequences, alternations, groups, quantifiers, escapes and classes; where
/// it meets anything else it gives up. Everything is in lower case, as the URL is that literals are
/// looked for in.
struct RegexParser {
    static let depthMax = 32
    /// A class of no more bytes than this is as good as so many texts.
    static let classBytesMax = 12

    private let pattern: [UInt8]
    private let isSought: (UInt8) -> Bool
    private var position = 0
    private var depth = 0

    struct GaveUp: Error {}

    init(_ pattern: [UInt8], isSought: @escaping (UInt8) -> Bool) {
        self.pattern = pattern
        self.isSought = isSought
    }

    /// One alternative: its parts as one, and whether it is bound to the ends of the subject.
    private struct Branch {
        var part: RegexPart
        var isStartBound = false
        var isEndBound = false
        /// The byte that every match of it ends with; 0: not known.
        var lastByte: UInt8 = 0

        /// The part as it stands in a subject: what is not bound to an end may be any way from it.
        var placed: RegexPart {
            var part = part
            part.literals = part.literals?.map { literal in
                var literal = literal
                if !isStartBound { literal.before.most = RegexWidth.open }
                if !isEndBound { literal.behind.most = RegexWidth.open }
                return literal
            }
            return part
        }
    }

    private enum Atom {
        case part(RegexPart)
        case start
        case end
        /// Something that takes no bytes and says nothing.
        case nothing
    }

    private var next: UInt8? { position < pattern.count ? pattern[position] : nil }

    mutating func needs() throws(GaveUp) -> RegexNeeds {
        let branches = try alternatives()
        guard position == pattern.count else { throw GaveUp() }
        let whole = RegexPart.anyOf(branches.map(\.placed))
        let last = branches.count == 1 && branches[0].isEndBound ? branches[0].lastByte : 0
        return RegexNeeds(
            lengthLeast: whole.width.least, lastByte: last, literals: whole.literals,
            sought: whole.sought)
    }

    /// A part that matches these texts and no others.
    private func texts(_ exact: [[UInt8]]) -> RegexPart {
        var part = RegexPart(exact: exact)
        if exact.allSatisfy({ $0.contains(where: isSought) }) {
            part.sought = exact.first?.first(where: isSought)
        }
        return part
    }

    private mutating func alternatives() throws(GaveUp) -> [Branch] {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthMax else { throw GaveUp() }
        var branches = [try branch()]
        while next == UInt8(ascii: "|") {
            position += 1
            branches.append(try branch())
        }
        return branches
    }

    private mutating func branch() throws(GaveUp) -> Branch {
        var parts: [RegexPart] = []
        var branch = Branch(part: RegexPart(exact: [[]]))
        while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            switch try atom() {
            case .nothing: continue
            case .start: if parts.isEmpty { branch.isStartBound = true }
            case .end: branch.isEndBound = true
            case .part(let part):
                branch.isEndBound = false
                parts += part.repeated(try quantifier())
            }
        }
        branch.part = RegexPart.sequence(parts)
        if let ends = parts.last?.exact?.map({ $0.last ?? 0 }), Set(ends).count == 1 {
            branch.lastByte = ends[0]
        }
        return branch
    }

    private mutating func atom() throws(GaveUp) -> Atom {
        guard let byte = next else { throw GaveUp() }
        position += 1
        switch byte {
        case UInt8(ascii: "^"): return .start
        case UInt8(ascii: "$"): return .end
        case UInt8(ascii: "."): return .part(Self.oneByte)
        case UInt8(ascii: "["): return .part(try characterClass())
        case UInt8(ascii: "("): return try group()
        case UInt8(ascii: "\\"): return try escape()
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"):
            throw GaveUp()
        default: return .part(texts([[Self.lowered(byte)]]))
        }
    }

    /// One byte of which nothing is known.
    private static let oneByte = RegexPart(width: RegexWidth(least: 1, most: 1))

    private mutating func group() throws(GaveUp) -> Atom {
        var takesBytes = true
        if next == UInt8(ascii: "*") { throw GaveUp() }
        if next == UInt8(ascii: "?") {
            position += 1
            guard let kind = next else { throw GaveUp() }
            position += 1
            switch kind {
            case UInt8(ascii: ":"), UInt8(ascii: ">"): break
            case UInt8(ascii: "="), UInt8(ascii: "!"): takesBytes = false
            case UInt8(ascii: "<"):
                guard next == UInt8(ascii: "=") || next == UInt8(ascii: "!") else { throw GaveUp() }
                position += 1
                takesBytes = false
            case UInt8(ascii: "i"):
                // `(?i)`: case does not matter to lower-case literals.
                guard next == UInt8(ascii: ")") else { throw GaveUp() }
                position += 1
                return .nothing
            default: throw GaveUp()
            }
        }
        let part = RegexPart.anyOf(try alternatives().map(\.part))
        guard next == UInt8(ascii: ")") else { throw GaveUp() }
        position += 1
        return takesBytes ? .part(part) : .nothing
    }

    private mutating func escape() throws(GaveUp) -> Atom {
        guard let byte = next else { throw GaveUp() }
        position += 1
        switch byte {
        case UInt8(ascii: "A"): return .start
        case UInt8(ascii: "z"), UInt8(ascii: "Z"): return .end
        case UInt8(ascii: "b"), UInt8(ascii: "B"): return .nothing
        case UInt8(ascii: "d"): return .part(texts(Self.digits.map { [$0] }))
        case UInt8(ascii: "D"), UInt8(ascii: "w"), UInt8(ascii: "W"), UInt8(ascii: "s"),
            UInt8(ascii: "S"):
            return .part(Self.oneByte)
        default:
            guard !Self.isLetterOrDigit(byte) else { throw GaveUp() }
            return .part(texts([[byte]]))
        }
    }

    private static let digits = Array("0123456789".utf8)

    /// A class of few bytes is a set of texts, any other one unknown byte.
    private mutating func characterClass() throws(GaveUp) -> RegexPart {
        var members: Set<UInt8> = []
        var isSmall = true
        if next == UInt8(ascii: "^") {
            isSmall = false
            position += 1
        }
        var isFirst = true
        while let byte = next, byte != UInt8(ascii: "]") || isFirst {
            isFirst = false
            guard let first = try classMember() else {
                isSmall = false
                continue
            }
            guard next == UInt8(ascii: "-"), position + 1 < pattern.count,
                pattern[position + 1] != UInt8(ascii: "]")
            else {
                members.insert(Self.lowered(first))
                continue
            }
            position += 1
            guard let last = try classMember(), first <= last else { throw GaveUp() }
            if Int(last - first) >= Self.classBytesMax { isSmall = false }
            if isSmall { for byte in first...last { members.insert(Self.lowered(byte)) } }
        }
        guard next != nil else { throw GaveUp() }
        position += 1
        guard isSmall, members.count <= Self.classBytesMax else { return Self.oneByte }
        return texts(members.sorted().map { [$0] })
    }

    /// One byte of a class; nil for `\d` and the like, which are several.
    private mutating func classMember() throws(GaveUp) -> UInt8? {
        guard let byte = next, byte != UInt8(ascii: "[") else { throw GaveUp() }
        position += 1
        guard byte == UInt8(ascii: "\\") else { return byte }
        guard let escaped = next else { throw GaveUp() }
        position += 1
        if "dDwWsS".utf8.contains(escaped) { return nil }
        guard !Self.isLetterOrDigit(escaped) else { throw GaveUp() }
        return escaped
    }

    /// How often the atom before stands.
    private mutating func quantifier() throws(GaveUp) -> RegexWidth {
        let counts: RegexWidth
        switch next {
        case UInt8(ascii: "*"): counts = RegexWidth(least: 0, most: RegexWidth.open)
        case UInt8(ascii: "?"): counts = RegexWidth(least: 0, most: 1)
        case UInt8(ascii: "+"): counts = RegexWidth(least: 1, most: RegexWidth.open)
        case UInt8(ascii: "{"): counts = try interval()
        default: return RegexWidth(least: 1, most: 1)
        }
        position += 1
        if next == UInt8(ascii: "?") || next == UInt8(ascii: "+") { position += 1 }
        return counts
    }

    /// `{n}`, `{n,}`, `{n,m}`, up to the closing brace; gives up on anything else that begins so.
    private mutating func interval() throws(GaveUp) -> RegexWidth {
        position += 1
        guard let least = try number() else { throw GaveUp() }
        var most = least
        if next == UInt8(ascii: ",") {
            position += 1
            most = try number() ?? RegexWidth.open
        }
        guard next == UInt8(ascii: "}"), least <= most else { throw GaveUp() }
        return RegexWidth(least: least, most: most)
    }

    private mutating func number() throws(GaveUp) -> Int? {
        var value = 0
        let start = position
        while let byte = next, byte &- 0x30 < 10 {
            guard position - start < 5 else { throw GaveUp() }
            value = value * 10 + Int(byte &- 0x30)
            position += 1
        }
        return position > start ? value : nil
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
