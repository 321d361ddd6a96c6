import KhienModel

/// How much of requests and clients the log holds.
public struct Redaction: Sendable, Hashable {
    public enum URLMode: String, Sendable, CaseIterable {
        /// Nothing.
        case none
        /// The host.
        case host
        /// HMAC-SHA-256 of URL and host under the node's key: the node can tell whether a URL that
        /// somebody names was in the log, and nobody can read URLs out of it.
        case keyedHash = "keyed-hash"
        case full
    }

    public enum ClientMode: String, Sendable, CaseIterable {
        case none
        /// HMAC-SHA-256 of the address under a key that is made anew each day (UTC) and at each
        /// start, and never leaves memory.
        case pseudonym
    }

    public var url: URLMode
    public var client: ClientMode
    /// Categories whose URLs and targets are written as keyed hashes at most.
    public var gravest: Set<String>

    public init(url: URLMode = .host, client: ClientMode = .none, gravest: Set<String> = []) {
        self.url = url
        self.client = client
        self.gravest = gravest
    }

    /// The mode for an event with this reason: never more than keyed hashes for the gravest
    /// categories and for what met a confidential list, else the log would become the list.
    func mode(_ reason: Reason) -> URLMode {
        switch url {
        case .none, .keyedHash: url
        case .host, .full:
            reason.isConfidential || gravest.contains(reason.category) ? .keyedHash : url
        }
    }
}
