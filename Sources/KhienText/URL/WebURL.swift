/// A URL, parsed and serialised as the URL Standard says, kept as one run of bytes with offsets.
///
/// ```
/// https://user:pass@example.test:1234/foo/bar?baz#quux
///      |  |    |    |            |  |        |   |
///      |  |    |    hostStart    |  |        |   fragmentStart (at `#`)
///      |  |    usernameEnd       |  |        queryStart (at `?`)
///      |  usernameStart          |  pathStart
///      schemeEnd                 hostEnd
/// ```
/// A value may be parsed into again and again: it keeps its memory, so that parsing an ASCII URL of
/// `http` or `https` into a warm value allocates nothing.
///
/// The input is bytes. Where the standard decodes to scalar values first, bytes that are not UTF-8
/// are percent-encoded here as they stand: a proxy must send on what it judged.
///
/// Source: https://url.spec.whatwg.org/ (sections 4.1 to 4.5).
public struct WebURL: Sendable {
    /// The serialisation: printable ASCII only; empty before the first parse and after a failed one.
    public internal(set) var bytes: [UInt8] = []
    /// What the host is.
    public internal(set) var hostKind: HostKind = .none
    /// The port, nil where it is absent or the scheme's default.
    public internal(set) var port: UInt16?
    /// The serialisation without its fragment in lower case; of the last URL that was parsed without
    /// a fault.
    public internal(set) var lowered = LoweredText()
    var offsets = Offsets()
    var schemeKind: SchemeKind = .other
    /// Parts that the fast path knows to be their own lookup form.
    var plainParts: PlainParts = []
    /// Whether the path is one opaque string (`mailto:a@b.test`) and not a list of segments.
    public internal(set) var hasOpaquePath = false
    /// The input without tabs, newlines and outer spaces, when it had any. Kept for its memory.
    var scratch: [UInt8] = []
    /// Of a host that is mapped. Kept for its memory.
    var domain = DomainScratch()

    /// What a host is.
    public enum HostKind: Hashable, Sendable {
        /// The URL has no host (`mailto:`, `data:`).
        case none
        /// The host is the empty string (`file:///`).
        case empty
        /// A domain name in ASCII form.
        case domain
        /// The host of a scheme that is not special, percent-encoded, not interpreted.
        case opaque
        /// An IPv4 address, the first octet in the most significant byte.
        case ipv4(UInt32)
        /// An IPv6 address, `high` the first eight octets.
        case ipv6(high: UInt64, low: UInt64)
    }

    struct Offsets: Sendable {
        var schemeEnd = 0
        var usernameStart = 0
        var usernameEnd = 0
        var passwordEnd = 0
        var hostStart = 0
        var hostEnd = 0
        var pathStart = 0
        /// At `?`; or -1.
        var queryStart = -1
        /// At `#`; or -1.
        var fragmentStart = -1
    }

    /// Parts of a URL that are their own lookup form. A part left out may be so, too.
    struct PlainParts: OptionSet, Sendable {
        let rawValue: UInt8

        static var host: PlainParts { PlainParts(rawValue: 1) }
        static var path: PlainParts { PlainParts(rawValue: 2) }
        static var query: PlainParts { PlainParts(rawValue: 4) }
        static var all: PlainParts { PlainParts(rawValue: 7) }
    }

    public init() {}
}

extension WebURL {
    /// The scheme, lower case, without its colon.
    public var scheme: Range<Int> { 0..<offsets.schemeEnd }
    /// The user name, percent-encoded; empty where there is none.
    public var username: Range<Int> { offsets.usernameStart..<offsets.usernameEnd }
    /// The password, percent-encoded; empty where there is none.
    public var password: Range<Int> {
        let start = offsets.usernameEnd
        return offsets.passwordEnd > start ? start + 1..<offsets.passwordEnd : start..<start
    }
    /// The host as serialised, an IPv6 address in its brackets; empty where there is none.
    public var host: Range<Int> { offsets.hostStart..<offsets.hostEnd }
    /// The path with its leading slash; the whole opaque path where there is one.
    public var path: Range<Int> {
        let queryStart = offsets.queryStart >= 0 ? offsets.queryStart : bytes.count
        let end =
            offsets.queryStart < 0 && offsets.fragmentStart >= 0
            ? offsets.fragmentStart : queryStart
        return offsets.pathStart..<end
    }
    /// The query without `?`; nil where there is none.
    public var query: Range<Int>? {
        guard offsets.queryStart >= 0 else { return nil }
        let end = offsets.fragmentStart >= 0 ? offsets.fragmentStart : bytes.count
        return offsets.queryStart + 1..<end
    }
    /// The fragment without `#`; nil where there is none.
    public var fragment: Range<Int>? {
        offsets.fragmentStart >= 0 ? offsets.fragmentStart + 1..<bytes.count : nil
    }
    /// Whether the scheme is one of `ftp`, `file`, `http`, `https`, `ws`, `wss`.
    public var isSpecial: Bool { schemeKind != .other }
    /// The port, or the scheme's default; nil for a scheme without default.
    public var effectivePort: UInt16? { port ?? schemeKind.defaultPort }

    /// Whether the URL without its fragment is known to be its scheme and its lookup form; false
    /// decides nothing.
    public var isOwnLookupForm: Bool { port == nil && isOwnLookupFormWithPort }

    /// Whether the URL without its fragment is known to be its scheme and its lookup form with the port, where
    /// there is one, behind the host; false decides nothing.
    public var isOwnLookupFormWithPort: Bool { plainParts == .all && query?.isEmpty != true }

    /// Whether there are credentials (RFC 3986's userinfo).
    public var hasCredentials: Bool { offsets.usernameStart < offsets.passwordEnd }

    /// Forgets the URL, keeps the memory.
    mutating func reset() {
        bytes.removeAll(keepingCapacity: true)
        hostKind = .none
        port = nil
        offsets = Offsets()
        schemeKind = .other
        hasOpaquePath = false
        plainParts = []
    }
}

extension WebURL {
    /// Parses the UTF-8 of `text`. For tools and tests: it allocates.
    public init(_ text: String) throws(WebURLError) {
        self.init()
        let utf8 = [UInt8](text.utf8)
        try parse(utf8.span)
    }

    /// Parses the UTF-8 of `text` against a base. For tools and tests: it allocates.
    public init(_ text: String, base: borrowing WebURL) throws(WebURLError) {
        self.init()
        let utf8 = [UInt8](text.utf8)
        try parse(utf8.span, base: base)
    }

    /// The bytes of a range as text. For tools and tests: it allocates.
    public func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }
}
