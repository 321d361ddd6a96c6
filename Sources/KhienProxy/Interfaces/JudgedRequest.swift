import KhienModel
import KhienText

/// What a judge sees of a request: the URL as it will be asked for upstream and what adblock rules
/// depend on. One value belongs to each client connection and keeps its memory.
public struct JudgedRequest: ~Copyable, Sendable {
    /// With CONNECT only host and port are known: `https://host:port/`.
    public internal(set) var url = WebURL()
    public internal(set) var type = RequestType.other
    /// The page that the request comes from: the value of `Referer`, unchecked; empty where it is
    /// missing.
    public internal(set) var source: [UInt8] = []
    public internal(set) var kind = Kind.plain
    /// IPv4 inside IPv6 is IPv4.
    public internal(set) var client: IPAddress

    /// What the request wants.
    public enum Kind: Sendable {
        /// One response to one request.
        case plain
        /// CONNECT: a tunnel whose contents nobody here sees.
        case tunnel
    }

    public init(client: IPAddress) { self.client = client }

    /// For tests of judges.
    public init(
        url: WebURL, type: RequestType, source: [UInt8], kind: Kind, client: IPAddress
    ) {
        self.url = url
        self.type = type
        self.source = source
        self.kind = kind
        self.client = client
    }
}
