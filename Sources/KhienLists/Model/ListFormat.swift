/// The source formats that lists are published in.
///
/// The raw value is the name in the configuration, on the command line and in messages.
public enum ListFormat: String, Sendable, CaseIterable {
    /// One domain a line; the domain is meant with its subdomains.
    case domains
    /// A hosts file: address, then names. A name is meant exactly, without subdomains.
    case hosts
    /// dnsmasq `address=/name/…`, `local=/name/`, `server=/name/`: domains with subdomains.
    case dnsmasq
    /// A DNS response policy zone.
    case rpz
    /// One URL a line, or one match pattern (`*://*.name/*`) a line.
    case urls
    /// squidGuard and Université Toulouse: `domains`, `urls`, `expressions` in a category's folder.
    case ut1
    /// e2guardian: `bannedsitelist`, `exceptionurllist`, `bannedregexpurllist`, …
    case e2guardian
    /// Network rules in adblock syntax.
    case adblock
    /// One regular expression (PCRE2) a line, over the whole URL.
    case regex
    /// IPv4 and IPv6 addresses, networks and ranges.
    case addresses
    /// SHA-256 of canonical expressions, one a line: lists without clear text.
    case sha256
    /// Phrases in a page's text: Khiên's own YAML, or lines of `<phrase><weight>` as e2guardian has.
    case phrases
    /// Khiên's own CSV of orders and their targets.
    case orders

    public var name: String { rawValue }

    /// Whether names of one label belong to the format: `.gov` in e2guardian's lists, `*.` in a zone.
    public var namesTopLevels: Bool {
        switch self {
        case .dnsmasq, .rpz, .e2guardian: true
        default: false
        }
    }

    /// The format with this name, or nil.
    public init?(name: String) { self.init(rawValue: name) }
}
