import KhienModel
import KhienText

/// A request in the forms that matching compares, made the slow and plain way.
public struct NaiveRequest: Sendable {
    /// The URL as a browser writes it, without fragment.
    public var exact: [UInt8]
    /// Where the host stands in `exact`.
    public var exactHost: Range<Int>
    /// The port with its colon; empty: the scheme's.
    public var port: [UInt8]
    /// Host, path and query in the lookup form.
    public var lookup: [UInt8]
    /// The lookup form with the `..` segments kept that only unescaping shows.
    public var unresolved: [UInt8]
    /// The canonical host.
    public var host: String
    /// The canonical host of the page that asks; empty: unknown.
    public var sourceHost: String
    public var type: RequestType
    /// The address, where the host is one.
    public var address: IPAddress?

    /// Nil: the URL has no host that could be matched.
    public init?(url: String, source: String, type: RequestType) {
        guard let (parsed, form) = Self.forms(of: url) else { return nil }
        let end = parsed.fragment.map { $0.lowerBound - 1 } ?? parsed.bytes.count
        exact = Array(parsed.bytes[..<end])
        exactHost = parsed.host
        port = parsed.port.map { Array(":\($0)".utf8) } ?? []
        lookup = form.bytes
        var unresolved = LookupURL()
        do {
            try unresolved.derive(from: parsed, hiddenParents: .kept)
        } catch {
            return nil
        }
        self.unresolved = unresolved.bytes
        host = String(decoding: form.bytes[form.host], as: UTF8.self)
        switch form.hostKind {
        case .ipv4(let value): address = .v4(value)
        case .ipv6(let high, let low): address = .v6(high: high, low: low)
        default: address = nil
        }
        self.type = type
        let page = Self.forms(of: source)?.lookup
        sourceHost = page.map { String(decoding: $0.bytes[$0.host], as: UTF8.self) } ?? ""
    }

    /// The request with each other form of its URL in the place of the exact one: the lookup form, and the one with
    /// hidden `..` segments kept, each also with the port.
    public var inOtherForms: [NaiveRequest] {
        let scheme = Array(exact.prefix { $0 != UInt8(ascii: ":") })
        let start = scheme.count + 3
        return [lookup, unresolved].flatMap { form in
            ([[]] + (port.isEmpty ? [] : [port])).map { port in
                var request = self
                let hostEnd = host.utf8.count
                request.exact =
                    scheme + Array("://".utf8) + form[..<hostEnd] + port + form[hostEnd...]
                request.exactHost = start..<start + hostEnd
                return request
            }
        }
    }

    /// The request with its URL as a browser writes it, but without user and port.
    public var bare: NaiveRequest {
        var request = self
        request.exact.removeSubrange(exactHost.upperBound..<exactHost.upperBound + port.count)
        let start = exact.prefix { $0 != UInt8(ascii: ":") }.count + 3
        request.exact.removeSubrange(start..<exactHost.lowerBound)
        request.exactHost = start..<start + exactHost.count
        return request
    }

    /// Both forms of a URL; nil: it has no host that could be matched.
    private static func forms(of url: String) -> (exact: WebURL, lookup: LookupURL)? {
        do {
            let exact = try WebURL(url)
            var lookup = LookupURL()
            try lookup.derive(from: exact)
            return (exact, lookup)
        } catch {
            return nil
        }
    }
}
