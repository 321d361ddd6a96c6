import KhienModel

/// One verdict other than plain allow, as the data path reports it: everything in clear. What of it
/// is written, the log's redaction decides.
public struct BlockEvent: Sendable {
    /// What was done with the request.
    public enum Deed: String, Sendable, CaseIterable {
        case block
        /// A page that explains was answered.
        case warn
        /// The client had chosen "continue" on such a page.
        case warnContinued = "warn-continued"
        case monitor
        /// An exception lifted a rule.
        case allow
    }

    public var time: EventTime
    public var deed: Deed
    /// The entry that decided.
    public var reason: Reason
    /// The whole URL, or `host:port` of a CONNECT; any bytes.
    public var url: [UInt8]
    /// The host alone; any bytes.
    public var host: [UInt8]
    public var method: [UInt8]
    /// The status of the answer; nil where the request went on.
    public var status: Int?
    /// A part of the response, or of the request's body, had passed when it was condemned: it was cut
    /// off there.
    public var isCut: Bool
    public var client: IPAddress?
    /// The name of the client's group; empty: it is in none.
    public var group: String
    /// The code that the page showed.
    public var reference: String
    public var worker: Int
    public var generation: Generation

    public init(
        time: EventTime, deed: Deed, reason: Reason, url: [UInt8], host: [UInt8],
        method: [UInt8], status: Int? = nil, isCut: Bool = false,
        client: IPAddress? = nil, group: String = "", reference: String = "",
        worker: Int = 0, generation: Generation = Generation(0)
    ) {
        self.time = time
        self.deed = deed
        self.reason = reason
        self.url = url
        self.host = host
        self.method = method
        self.status = status
        self.isCut = isCut
        self.client = client
        self.group = group
        self.reference = reference
        self.worker = worker
        self.generation = generation
    }
}
