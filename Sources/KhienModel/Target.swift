/// What an order or a list names: the kind of thing that an entry's target is.
///
/// The raw values are part of the image format (docs/FORMAT.md) and never change their meaning.
@frozen public enum TargetKind: UInt8, Sendable, CaseIterable {
    /// One URL: host, path and, where the target has one, query. Scheme and port are not compared.
    case url = 1
    /// A URL and everything below it: the target, then the end of the URL, `/`, `?`, `&` or `;`.
    case urlPrefix = 2
    /// One host name, without its subdomains.
    case host = 3
    /// A domain with all its subdomains.
    case domain = 4
    /// One IPv4 or IPv6 address.
    case address = 5
    /// An IPv4 or IPv6 network in CIDR notation.
    case network = 6
    /// A network rule in adblock syntax.
    case pattern = 7
    /// A regular expression (PCRE2) over the whole URL.
    case regex = 8
    /// A phrase in a page's text.
    case phrase = 9
    /// A host or a URL of which only a hash is known: the SHA-256 of an expression, a host's suffix
    /// with the beginning of a path (`b.example/`, `b.example/1/`), after Safe Browsing.
    case expression = 10

    /// The name in order files, messages and logs.
    public var name: String {
        switch self {
        case .url: "url"
        case .urlPrefix: "url-prefix"
        case .host: "host"
        case .domain: "domain"
        case .address: "ip"
        case .network: "cidr"
        case .pattern: "pattern"
        case .regex: "regex"
        case .phrase: "phrase"
        case .expression: "sha256"
        }
    }

    /// The kind with this name, or nil.
    public init?(name: String) {
        guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }
}
