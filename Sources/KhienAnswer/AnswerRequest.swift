import KhienModel

/// What of a request its answer depends on.
public struct AnswerRequest: Sendable {
    public var method: String
    /// What the request sends is what is judged, and not the request.
    public var isForm: Bool
    /// A part of the form was sent before it was judged.
    public var partHasLeft: Bool
    /// The canonical host; shown and signed.
    public var host: String
    /// Path and query as received, `/` first: where "continue" leads; for a form the page that it
    /// stands on.
    public var path: String
    /// The values of the fields; several lines joined by commas; nil: absent.
    public var accept: String?
    public var acceptLanguage: String?
    /// `Sec-Fetch-Dest`.
    public var fetchDestination: String?
    /// Who asks, as bytes that stay the same for a client: its address.
    public var client: [UInt8]
    public var now: UnixTime
    /// The code that page and event log share.
    public var reference: String

    public init(
        method: String = "GET", isForm: Bool = false, partHasLeft: Bool = false, host: String,
        path: String = "/", accept: String? = nil,
        acceptLanguage: String? = nil, fetchDestination: String? = nil, client: [UInt8],
        now: UnixTime, reference: String
    ) {
        self.method = method
        self.isForm = isForm
        self.partHasLeft = partHasLeft
        self.host = host
        self.path = path
        self.accept = accept
        self.acceptLanguage = acceptLanguage
        self.fetchDestination = fetchDestination
        self.client = client
        self.now = now
        self.reference = reference
    }
}
