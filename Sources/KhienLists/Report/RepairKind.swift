/// How a line was repaired before it was accepted. The raw value is the bit in `RepairSet`.
public enum RepairKind: UInt8, Sendable, CaseIterable {
    /// White space before or after the entry.
    case whiteSpace = 0
    /// Upper-case letters in a host.
    case upperCase = 1
    /// A host that ends with a dot.
    case trailingDot = 2
    /// `.name` where a domain is meant.
    case leadingDot = 3
    /// `*.name` where a domain is meant; a `*` in an order's URL.
    case wildcard = 4
    /// A name in Unicode, turned into A-labels.
    case internationalised = 5
    /// `http:\\`, `http:/`, or other wrong slashes after the scheme.
    case schemeSlashes = 6
    /// `http//name`.
    case schemeColon = 7
    /// A scheme where only a name belongs.
    case schemeDropped = 8
    /// A port where only a name or an address belongs, or in a URL entry: ports are not compared.
    case portDropped = 9
    /// A URL that ends after its host: the host is meant.
    case urlIsHost = 10
    /// Bits of a network's address past its prefix length.
    case hostBits = 11
    /// A range `a-b` of addresses, split into networks.
    case rangeSplit = 12
    /// An address in an unusual spelling: leading zeros, hexadecimal, one number.
    case addressSpelling = 13
    /// uBlock's `redirect=`: the rule blocks, its replacement resource is not served.
    case redirectDropped = 14
    /// Percent escapes, dot segments, double slashes or other spellings of a URL.
    case urlSpelling = 15
    /// A fragment (`#…`) in a URL; it is never sent.
    case fragmentDropped = 16
    /// A whole file in UTF-16.
    case utf16 = 17
    /// Invisible characters, full-width forms or other look-alikes that IDNA maps away.
    case mappedCharacters = 18
    /// User name or password in a URL; they are not compared.
    case credentialsDropped = 19
    /// A phrase whose `<` or `>` is missing.
    case phraseBracket = 20
    /// A comma that is missing between two phrases.
    case phraseComma = 21
    /// Text behind the weight of a phrase, which e2guardian passes over.
    case trailingText = 22
    /// A line of a phrase list in a legacy charset.
    case legacyCharset = 23
    /// An expression over host names that stands for a name and its subdomains: the domain is meant.
    case hostExpression = 24
    /// Slashes around an expression, and the flag `i` behind them.
    case delimiters = 25

    /// The name in reports.
    public var name: String {
        switch self {
        case .whiteSpace: "white-space"
        case .upperCase: "upper-case"
        case .trailingDot: "trailing-dot"
        case .leadingDot: "leading-dot"
        case .wildcard: "wildcard"
        case .internationalised: "internationalised"
        case .schemeSlashes: "scheme-slashes"
        case .schemeColon: "scheme-colon"
        case .schemeDropped: "scheme-dropped"
        case .portDropped: "port-dropped"
        case .urlIsHost: "url-is-host"
        case .hostBits: "host-bits"
        case .rangeSplit: "range-split"
        case .addressSpelling: "address-spelling"
        case .redirectDropped: "redirect-dropped"
        case .urlSpelling: "url-spelling"
        case .fragmentDropped: "fragment-dropped"
        case .utf16: "utf-16"
        case .mappedCharacters: "mapped-characters"
        case .credentialsDropped: "credentials-dropped"
        case .phraseBracket: "phrase-bracket"
        case .phraseComma: "phrase-comma"
        case .trailingText: "trailing-text"
        case .legacyCharset: "legacy-charset"
        case .hostExpression: "host-expression"
        case .delimiters: "delimiters"
        }
    }
}

/// The repairs of one line.
struct RepairSet: Equatable, Sendable {
    var bits: UInt32 = 0

    var isEmpty: Bool { bits == 0 }

    init() {}

    init(_ kind: RepairKind) { bits = 1 << UInt32(kind.rawValue) }

    mutating func insert(_ kind: RepairKind) { bits |= 1 << UInt32(kind.rawValue) }

    mutating func formUnion(_ other: RepairSet) { bits |= other.bits }

    func contains(_ kind: RepairKind) -> Bool { bits & (1 << UInt32(kind.rawValue)) != 0 }
}
