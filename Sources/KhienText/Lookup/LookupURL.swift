/// The lookup form of a URL: host, path and query in one spelling, without scheme, credentials,
/// port and fragment. Entries and requests are compared in this form.
///
/// ```
/// example.test/a/b.html?x=1
///             |        |
///             hostEnd  pathEnd
/// ```
/// The rules follow the published canonicalisation of Safe Browsing, so that every spelling which
/// servers are known to treat alike has one form:
/// - host: `HostCanonicalizer`;
/// - path: percent-decoded until nothing changes; backslash is slash; runs of slashes are one
///   slash; `.` and `..` resolved; then bytes up to 0x20, from 0x7F, `#`, `%` and `?` are written
///   as `%XX` in upper case. An empty path is `/`;
/// - query: decoded and escaped likewise (`?` stays), nothing resolved; an empty one is left out.
///
/// The form is its own lookup form, if its `..` segments are resolved. A `?` from `%3F` in a path is
/// escaped, unlike in Safe Browsing, because a path that ends with it would otherwise lose it at the
/// next reading.
///
/// Source: https://developers.google.com/safe-browsing/reference/URLs.and.Hashing
public struct LookupURL: Sendable {
    /// Host, path and, where there is one, `?` and query. Empty before the first `derive`.
    public internal(set) var bytes: [UInt8] = []
    /// The length of the host, and the offset of the path's slash.
    public internal(set) var hostEnd = 0
    /// The offset after the path: of `?`, or the end.
    public internal(set) var pathEnd = 0
    /// What the host is: `.domain`, `.ipv4` or `.ipv6`.
    public internal(set) var hostKind: WebURL.HostKind = .none
    /// Whether `..` segments were resolved that only unescaping showed: `a/..%2fb`, `a/%252e%252e/b`.
    /// An origin that does not unescape as far serves something below `a`.
    public internal(set) var hidesParents = false
    /// The decoded path or query, before it is written. Kept for its memory.
    private var decoded: [UInt8] = []
    /// Of a host that is not canonical. Kept for its memory.
    private var domain = DomainScratch()

    public init() {}

    /// The host, an IPv6 address in its brackets.
    public var host: Range<Int> { 0..<hostEnd }
    /// The path with its leading slash.
    public var path: Range<Int> { hostEnd..<pathEnd }
    /// The query without `?`; nil where there is none.
    public var query: Range<Int>? { pathEnd < bytes.count ? pathEnd + 1..<bytes.count : nil }

    /// Replaces the value by the lookup form of `url`.
    ///
    /// - Parameter parents: what becomes of `..` segments that only unescaping shows.
    /// - Throws: `HostError` if the URL has no host or none with a canonical form; the value is
    ///   then empty.
    /// - Complexity: linear; allocates nothing for plain names once the value is warm.
    public mutating func derive(
        from url: borrowing WebURL, hiddenParents parents: HiddenParents = .resolved
    ) throws(HostError) {
        if url.plainParts == .all { return copyPlain(url) }
        try deriveHost(from: url)
        deriveRest(from: url, hiddenParents: parents)
    }

    /// Replaces the value by the host of `url` alone, as if path and query were empty: what most
    /// requests need. `deriveRest` completes it.
    ///
    /// - Throws: as `derive`.
    public mutating func deriveHost(from url: borrowing WebURL) throws(HostError) {
        bytes.removeAll(keepingCapacity: true)
        hostEnd = 0
        pathEnd = 0
        hostKind = .none
        hidesParents = false
        if url.plainParts.contains(.host) {
            hostKind = .domain
            bytes.append(bytesOf: url.bytes.span.extracting(url.host))
        } else {
            do throws(HostError) {
                hostKind = try Self.appendHost(of: url, to: &bytes, through: &domain)
            } catch {
                bytes.removeAll(keepingCapacity: true)
                throw error
            }
        }
        hostEnd = bytes.count
        pathEnd = hostEnd
    }

    /// Drops path and query where `url` has the host that was derived last: what `deriveHost` would
    /// leave, for a comparison. Requests of one page often go to one host in a row.
    ///
    /// - Returns: false where the host has to be derived; the value is then as it was.
    public mutating func keepHost(of url: borrowing WebURL) -> Bool {
        guard hostEnd > 0, url.plainParts.contains(.host), url.host.count == hostEnd,
            ByteCompare.equal(url.bytes.span, url.host, bytes.span, host)
        else { return false }
        if bytes.count > hostEnd { bytes.removeSubrange(hostEnd...) }
        pathEnd = hostEnd
        hidesParents = false
        return true
    }

    /// Appends path and query of `url`, whose host was derived last.
    public mutating func deriveRest(
        from url: borrowing WebURL, hiddenParents parents: HiddenParents = .resolved
    ) {
        let source = url.bytes.span
        hidesParents = Self.appendPath(
            source.extracting(url.path), parents, to: &bytes, through: &decoded)
        pathEnd = bytes.count
        if let query = url.query, !query.isEmpty {
            Self.appendQuery(source.extracting(query), to: &bytes, through: &decoded)
        }
    }

    /// A URL that is its own lookup form but for scheme, port and fragment.
    private mutating func copyPlain(_ url: borrowing WebURL) {
        bytes.removeAll(keepingCapacity: true)
        hidesParents = false
        let source = url.bytes.span
        let path = url.path
        var end = path.upperBound
        if let query = url.query, !query.isEmpty { end = query.upperBound }
        hostKind = .domain
        hostEnd = url.host.count
        pathEnd = hostEnd + path.count
        if url.host.upperBound == path.lowerBound {
            bytes.append(bytesOf: source.extracting(url.host.lowerBound..<end))
        } else {
            bytes.append(bytesOf: source.extracting(url.host))
            bytes.append(bytesOf: source.extracting(path.lowerBound..<end))
        }
    }

    private static func appendHost(
        of url: borrowing WebURL, to bytes: inout [UInt8], through domain: inout DomainScratch
    ) throws(HostError) -> WebURL.HostKind {
        let host = url.bytes.span.extracting(url.host)
        switch url.hostKind {
        case .none, .empty: throw .empty
        case .ipv4, .ipv6:
            if let address = HostCanonicalizer.ipv4(behind: url.hostKind) {
                return HostCanonicalizer.append(address, to: &bytes)
            }
            bytes.append(bytesOf: host)
            return url.hostKind
        case .domain, .opaque:
            return try HostCanonicalizer.append(
                canonicalFormOf: host, to: &bytes, through: &domain)
        }
    }

    /// - Returns: whether there are `..` segments; those that a browser sees are gone already.
    private static func appendPath(
        _ path: Span<UInt8>, _ parents: HiddenParents, to bytes: inout [UInt8],
        through decoded: inout [UInt8]
    ) -> Bool {
        if isPlainPath(path) {
            bytes.append(bytesOf: path)
            return false
        }
        decoded.removeAll(keepingCapacity: true)
        RepeatedDecoding.decode(path, into: &decoded)
        return PathResolution.append(decoded.span, parents, to: &bytes)
    }

    private static func appendQuery(
        _ query: Span<UInt8>, to bytes: inout [UInt8], through decoded: inout [UInt8]
    ) {
        bytes.append(0x3F)
        var isPlain = true
        for index in query.indices where ByteClass.escapeLookup.contains(byte: query[index]) {
            isPlain = false
            break
        }
        if isPlain { return bytes.append(bytesOf: query) }
        decoded.removeAll(keepingCapacity: true)
        RepeatedDecoding.decode(query, into: &decoded)
        bytes.append(decoded.span, encoding: .escapeLookup)
    }

    /// Whether a path is its own lookup form: nothing to decode, fold, resolve or escape.
    @inline(__always)
    private static func isPlainPath(_ path: Span<UInt8>) -> Bool {
        guard path.count > 0, path[0] == 0x2F else { return false }
        var previous: UInt8 = 0
        for index in path.indices {
            let byte = path[index]
            guard ByteClass.plainPath.contains(byte: byte) else { return false }
            if previous == 0x2F, byte == 0x2F || byte == 0x2E { return false }
            previous = byte
        }
        return true
    }
}
