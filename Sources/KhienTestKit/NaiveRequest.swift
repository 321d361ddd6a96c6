import KhienModel
import KhienText

/// A request in the forms that matching compares, made the slow and plain way.
public struct NaiveRequest: Sendable {
    /// The URL as a browser writes it, without fragment.
    public var exact: [UInt8]
    /// Where the host stands in `exact`.
    public var exactHost: Range<Int>
    /// Host, path and query in the lookup form.
    public var lookup: [UInt8]
    /// The canonical host.
    public var host: String
    /// The canonical host of the page that asks; empty: unknown.
    public var sourceHost: String
    public var type: RequestType
    /// The address, where the host is one.
    public var address: IPAddress?

    /// Nil: the URL has no host that could be matched.
    public init?(url: String, source: String, type: RequestType) {
        guard let parsed = try? WebURL(url) else { return nil }
        var form = LookupURL()
        guard (try? form.derive(from: parsed)) != nil else { return nil }
        let end = parsed.fragment.map { $0.lowerBound - 1 } ?? parsed.bytes.count
        exact = Array(parsed.bytes[..<end])
        exactHost = parsed.host
        lookup = form.bytes
        host = String(decoding: form.bytes[form.host], as: UTF8.self)
        switch form.hostKind {
        case .ipv4(let value): address = .v4(value)
        case .ipv6(let high, let low): address = IPAddress.v6(high: high, low: low).unmapped
        default: address = nil
        }
        self.type = type
        sourceHost = ""
        if let page = try? WebURL(source) {
            var pageForm = LookupURL()
            if (try? pageForm.derive(from: page)) != nil {
                sourceHost = String(decoding: pageForm.bytes[pageForm.host], as: UTF8.self)
            }
        }
    }
}
