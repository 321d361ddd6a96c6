/// Where in a request or a page an entry matched.
@frozen public enum Layer: UInt8, Sendable, CaseIterable {
    /// The host name of the request.
    case host = 1
    /// The whole URL: exact URLs, prefixes, patterns, regular expressions.
    case url = 2
    /// The address that the connection really goes to.
    case ip = 3
    /// The server name of a TLS handshake.
    case sni = 4
    /// The text of a page.
    case text = 5

    public var name: String {
        switch self {
        case .host: "host"
        case .url: "url"
        case .ip: "ip"
        case .sni: "sni"
        case .text: "text"
        }
    }
}

/// Under which spelling of the input an entry matched.
@frozen public enum View: UInt8, Sendable, CaseIterable {
    /// As a browser writes it: the serialisation of the WHATWG URL Standard.
    case exact = 1
    /// The wider lookup form (`canon: 1`): unescaped until nothing changes, slashes folded.
    case lookup = 2
    /// The lookup form, but with the `..` segments kept that only unescaping shows.
    case unresolved = 3
    /// An expression of the lookup form, a suffix of its host with the beginning of its path, of
    /// which the list knows the SHA-256 only.
    case expression = 4
    /// Of a text: without diacritics.
    case plain = 5
    /// Of a text: with letters joined that stood apart.
    case joined = 6
    /// Of a text: in the legacy charset that it seems to be in.
    case legacy = 7

    public var name: String {
        switch self {
        case .exact: "exact"
        case .lookup: "lookup"
        case .unresolved: "unresolved"
        case .expression: "expression"
        case .plain: "plain"
        case .joined: "joined"
        case .legacy: "legacy"
        }
    }
}
