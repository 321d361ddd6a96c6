import KhienModel
import KhienText

/// A listed target as the plainest URL that it blocks, in parts, for `Disguise` to write otherwise.
public struct DisguisedTarget: Sendable {
    public let kind: TargetKind
    /// The target as the list has it.
    public let listed: String
    /// Canonical, an IPv6 address in its brackets.
    public let host: String
    public let hostKind: WebURL.HostKind
    /// With its slash, in lookup form.
    public let path: String
    /// Without `?`; nil where there is none.
    public let query: String?

    /// - Parameters:
    ///   - target: as the parser keeps it: a host, an address, or a URL in lookup form.
    ///   - path: for targets that have none.
    public init?(kind: TargetKind, target: String, path: String = "/") {
        self.kind = kind
        var text = target
        if kind == .host || kind == .domain { text += path }
        if kind == .address {
            guard let address = IPAddressText.parse(Array(target.utf8).span) else { return nil }
            if case .v6 = address { text = "[\(target)]" }
            text += path
        }
        var form = LookupURL()
        do {
            try form.derive(from: try WebURL("http://" + text))
        } catch {
            return nil
        }
        func part(_ range: Range<Int>) -> String {
            String(decoding: form.bytes[range], as: UTF8.self)
        }
        host = part(form.host)
        hostKind = form.hostKind
        self.path = part(form.path)
        listed = target
        query = form.query.map(part)
    }

    public var isName: Bool { hostKind == .domain }
    public var hasPath: Bool { path != "/" }
    /// A URL or a prefix, so that path and query decide whether it is met.
    public var isURL: Bool { kind == .url || kind == .urlPrefix }

    public var ipv4: UInt32? {
        if case .ipv4(let value) = hostKind { value } else { nil }
    }

    public var ipv6: (high: UInt64, low: UInt64)? {
        if case .ipv6(let high, let low) = hostKind { (high, low) } else { nil }
    }

    /// The URL with some of its parts written otherwise.
    public func spelled(
        scheme: String = "http://", user: String = "", host: String? = nil, port: String = "",
        path: String? = nil, query: String? = nil, tail: String = ""
    ) -> String {
        let question = (query ?? self.query).map { "?" + $0 } ?? ""
        return scheme + user + (host ?? self.host) + port + (path ?? self.path) + question + tail
    }

    /// The URL as the list means it.
    public var plain: String { spelled() }
}
