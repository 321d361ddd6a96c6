import KhienModel

/// What a page about a request may depend on. Header values are as they came, joined by `, ` where
/// a header came more than once, and empty where it is missing.
public struct BlockQuestion: Sendable {
    public var judgement: Judgement
    public var subject: BlockSubject
    /// A part of the form is with the origin already; what followed it was not sent.
    public var partHasLeft = false
    public var reference: RequestReference
    /// As it came: `GET`, `CONNECT`.
    public var method: [UInt8]
    /// The whole URL in canonical form; `host:port` for CONNECT.
    public var url: [UInt8]
    /// Canonical; an IPv6 address is in brackets.
    public var host: [UInt8]
    public var port: UInt16
    /// Path and query in canonical form; empty for CONNECT.
    public var target: [UInt8]
    public var type: RequestType
    /// The value of `Referer`, unchecked.
    public var source: [UInt8]
    public var accept: [UInt8]
    public var acceptLanguage: [UInt8]
    public var cookie: [UInt8]
    public var client: IPAddress
}
