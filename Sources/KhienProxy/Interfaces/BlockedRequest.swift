import KhienModel

/// One event: a request that was blocked, warned about or monitored.
public struct BlockedRequest: Sendable {
    public var judgement: Judgement
    public var reference: RequestReference
    /// As it came: `GET`, `CONNECT`.
    public var method: [UInt8]
    /// `http`, or empty for CONNECT.
    public var scheme: [UInt8]
    /// Canonical; an IPv6 address is in brackets.
    public var host: [UInt8]
    public var port: UInt16
    /// Path and query in canonical form; empty for CONNECT.
    public var target: [UInt8]
    public var type: RequestType
    public var client: IPAddress
    /// The name of the client's group; empty: it is in none.
    public var group = ""
    /// The address that would have been connected to, where the judgement is about it.
    public var destination: IPAddress?
    /// The number of the event loop.
    public var worker: Int
    public var generation: Generation
    /// The status that is sent; 0 where the request passes (monitor, a warning passed over) or the
    /// response is cut off.
    public var status: UInt16
    /// The response, or the request's body, had begun to pass when it was condemned: nothing more of
    /// it passes, and the connection that it passed on is cut off. With a status the client was shown a
    /// page all the same, as no part of a response had passed.
    public var isCut = false
}
