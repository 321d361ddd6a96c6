/// An item of an expression as PCRE2 has read it, in the order of the pattern: brackets, bars and what stands between them.
///
/// PCRE2 tells place and length of each (`pcre2_callout_enumerate`): of a group that begins, what follows its bracket
/// belongs to it (`(?<name>`); of one that ends, its quantifier, with white space and comments.
struct RegexToken {
    enum Kind: Equatable {
        case open(looksAround: Bool)
        case bar
        case close(isQuantified: Bool)
        case item
    }

    let kind: Kind
    private let place: Int
    private let count: Int
    /// Of a bracket: how often its group stands in the code.
    private(set) var copies = 1

    /// All of `pattern`; nil where one of them is not known, or brackets do not match.
    ///
    /// - Parameter counted: the same pattern.
    static func all(of pattern: Span<UInt8>, _ counted: RegexCounted) -> [RegexToken]? {
        var tokens: [RegexToken] = []
        var open: [Int] = []
        // An item stands there as often as it is in the code.
        let places = counted.places.sorted { $0.place < $1.place }
        for (place, count) in places where count > 0 {
            if let last = tokens.indices.last, tokens[last].place == place {
                tokens[last].copies += 1
                continue
            }
            guard let kind = Kind(pattern.extracting(place..<place + count)) else { return nil }
            tokens.append(RegexToken(kind: kind, place: place, count: count))
        }
        for index in tokens.indices {
            switch tokens[index].kind {
            case .open: open.append(index)
            case .close:
                guard let start = open.popLast() else { return nil }
                // Before a group PCRE2 calls back once, within it in each copy.
                tokens[start].copies = tokens[index].copies
            case .bar, .item: break
            }
        }
        return open.isEmpty ? tokens : nil
    }

    /// The byte that an item stands for; nil: it is none, or more than that.
    func text(_ pattern: Span<UInt8>) -> UInt8? {
        let first = pattern[place]
        if count == 1 { return ".^$*+?{}".utf8.contains(first) ? nil : first }
        guard count == 2, first == UInt8(ascii: "\\") else { return nil }
        // A letter or digit behind it has a meaning of its own.
        return pattern[place + 1].isLetter || pattern[place + 1].isDigit ? nil : pattern[place + 1]
    }
}

extension RegexToken.Kind {
    /// - Parameter item: of one byte at least.
    /// - Returns: nil: not known.
    fileprivate init?(_ item: Span<UInt8>) {
        switch item[0] {
        case UInt8(ascii: "|"): self = .bar
        case UInt8(ascii: ")"):
            self = .close(
                isQuantified: (1..<item.count).contains { "*+?{".utf8.contains(item[$0]) })
        case UInt8(ascii: "("):
            guard let kind = Self.bracket(item) else { return nil }
            self = kind
        default: self = .item
        }
    }

    /// Which kind of group begins, or what is no group: `(?i)`, `(?1)`, `(*FAIL)`.
    private static func bracket(_ item: Span<UInt8>) -> Self? {
        let second = item.count > 1 ? item[1] : 0
        if second == UInt8(ascii: "*") { return verb(item) }
        // Before a condition that looks around PCRE2 tells `(?` alone.
        guard second == UInt8(ascii: "?"), item.count > 2 else { return .open(looksAround: false) }
        let fourth = item.count > 3 ? item[3] : 0
        switch item[2] {
        case UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "*"):
            return .open(looksAround: true)
        case UInt8(ascii: "<"): return .open(looksAround: "=!*".utf8.contains(fourth))
        case UInt8(ascii: ":"), UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "'"),
            UInt8(ascii: "("):
            return .open(looksAround: false)
        case UInt8(ascii: "P"):
            if fourth == UInt8(ascii: "<") { return .open(looksAround: false) }
            return "=>".utf8.contains(fourth) ? .item : nil
        case UInt8(ascii: "R"), UInt8(ascii: "&"), UInt8(ascii: "+"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            return .item
        case UInt8(ascii: "-") where fourth.isDigit: return .item
        default: return options(item)
        }
    }

    /// `(?i:` or `(?i)`.
    private static func options(_ item: Span<UInt8>) -> Self? {
        for index in 2..<item.count {
            switch item[index] {
            case UInt8(ascii: ":"): return .open(looksAround: false)
            case UInt8(ascii: ")"): return .item
            case UInt8(ascii: "^"), UInt8(ascii: "-"): continue
            default: if !item[index].isLetter { return nil }
            }
        }
        return nil
    }

    /// Groups with names in small letters (`(*positive_lookahead:`), which are all taken for such as look around, and verbs.
    /// `(*ACCEPT)` ends in the midst of groups.
    private static func verb(_ item: Span<UInt8>) -> Self? {
        guard item.count > 3 else { return nil }
        switch item[2] {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): return .open(looksAround: true)
        case UInt8(ascii: ":"), UInt8(ascii: "B")...UInt8(ascii: "Z"): return .item
        default: return nil
        }
    }
}

extension Span where Element == UInt8 {
    /// Whether `text` stands somewhere in it; `text` has one byte at least.
    func has(_ text: StaticString) -> Bool {
        let text = Array(text.description.utf8)
        guard count >= text.count else { return false }
        for start in 0...count - text.count where self[start] == text[0] {
            if text.indices.allSatisfy({ self[start + $0] == text[$0] }) { return true }
        }
        return false
    }

    /// Whether an expression may call groups, or itself: `(?1)`, `(?-1)`, `(?R)`, `(?&name)`, `(?P>name)`, `\g<1>`. They look
    /// the same wherever they stand.
    var mayCallGroups: Bool {
        guard count > 3 else { return false }
        for index in 0..<count - 2 {
            let third = self[index + 2]
            if self[index] == UInt8(ascii: "\\"), self[index + 1] == UInt8(ascii: "g") {
                if "<'".utf8.contains(third) { return true }
            } else if self[index] == UInt8(ascii: "("), self[index + 1] == UInt8(ascii: "?") {
                let fourth = index + 3 < count ? self[index + 3] : 0
                if third.isDigit || "R&+".utf8.contains(third) { return true }
                if third == UInt8(ascii: "P"), fourth == UInt8(ascii: ">") { return true }
                if third == UInt8(ascii: "-"), fourth.isDigit { return true }
            }
        }
        return false
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }
    fileprivate var isDigit: Bool { self &- 0x30 < 10 }
}
