/// What must be known of a request to read the response to it.
public struct ResponseContext: Hashable, Sendable {
    /// The request's method: the answer to HEAD has no body, a 2xx to CONNECT opens a tunnel.
    public var method: HTTPMethod
    /// Whether an Upgrade was forwarded, so that 101 is an answer.
    public var forwardedUpgrade: Bool

    public init(method: HTTPMethod, forwardedUpgrade: Bool = false) {
        self.method = method
        self.forwardedUpgrade = forwardedUpgrade
    }
}

/// The head of a response: what was decided about it, and where its parts stand in the buffer.
public struct ResponseHead: Sendable {
    /// 100 to 999.
    public internal(set) var status: UInt16 = 0
    public internal(set) var version: HTTPVersion = .http11
    /// The reason phrase; often empty.
    public internal(set) var reason: ByteRange = .empty
    public internal(set) var framing: BodyFraming = .none
    /// Whether the origin's connection can carry another request once this response is read.
    public internal(set) var keepsAlive = false
    /// The field lines in the order received.
    public internal(set) var fields: FieldTable
    /// The bytes of the head, the empty line at its end included.
    public internal(set) var length = 0

    init(fieldCountMax: Int) { fields = FieldTable(capacity: fieldCountMax) }

    /// A 1xx answer other than 101: the final one is still to come.
    public var isInterim: Bool { status < 200 && status != 101 }
}
