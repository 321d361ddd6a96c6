/// The head of a request: what was decided about it, and where its parts stand in the buffer.
///
/// It holds offsets only; every use takes the bytes that were parsed along.
public struct RequestHead: Sendable {
    public internal(set) var method: HTTPMethod = .other
    public internal(set) var version: HTTPVersion = .http11
    public internal(set) var framing: BodyFraming = .none
    /// The method as received.
    public internal(set) var methodRange: ByteRange = .empty
    public internal(set) var target = RequestTarget(
        form: .origin, scheme: .none, bytes: .empty, authority: nil, pathAndQuery: .empty)
    /// The value of the Host field; nil only in HTTP/1.0.
    public internal(set) var hostField: HostPort?
    /// Whether the client's connection can carry another request after this one.
    ///
    /// HTTP/1.1 unless it said `close`; never HTTP/1.0, whose `keep-alive` a proxy must not honour
    /// (RFC 9112 section 9.3).
    public internal(set) var keepsAlive = false
    /// The client waits for 100 (Continue) before it sends the body.
    public internal(set) var expectsContinue = false
    /// What the client wants to go over to.
    public internal(set) var upgrade: UpgradeRequest = .none
    /// The field lines in the order received.
    public internal(set) var fields: FieldTable
    /// The bytes of the head, empty lines before and after it included.
    public internal(set) var length = 0

    init(fieldCountMax: Int) { fields = FieldTable(capacity: fieldCountMax) }

    /// The host and port that the request is for: the target's, else the Host field's.
    public var authority: HostPort? { target.authority ?? hostField }
}

/// What a request's Upgrade field asks for, where the Connection field names it.
///
/// Source: RFC 9110 section 7.8.
public enum UpgradeRequest: UInt8, Sendable {
    case none
    /// Exactly `websocket` (RFC 6455).
    case websocket
    /// Anything else. `h2c` behind a proxy is a way around it: do not forward it.
    case other
}
