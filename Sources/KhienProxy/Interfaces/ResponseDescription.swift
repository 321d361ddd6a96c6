import KhienHTTP
import KhienModel
import KhienText

/// What a body inspector sees of a response before its body, and of the request that it answers.
/// One value belongs to each event loop and keeps its memory, so that describing a response
/// allocates nothing.
///
/// Values of fields are as they came, joined by `, ` where a field came more than once, and empty
/// where it is missing.
public struct ResponseDescription: ~Copyable, Sendable {
    /// The request's method.
    public internal(set) var method = HTTPMethod.other
    /// The URL that was judged and asked for.
    public internal(set) var url = WebURL()
    public internal(set) var type = RequestType.other
    /// The value of the request's `Referer`.
    public internal(set) var source: [UInt8] = []
    public internal(set) var client = IPAddress.v4(0)
    public internal(set) var group = ClientGroup.general
    /// 200 to 999.
    public internal(set) var status: UInt16 = 0
    public internal(set) var contentType: [UInt8] = []
    public internal(set) var contentEncoding: [UInt8] = []
    /// nil: not known before the end.
    public internal(set) var contentLength: UInt64?
    public internal(set) var contentRange: [UInt8] = []
    public internal(set) var cacheControl: [UInt8] = []

    init() {}

    /// For tests of inspectors.
    public init(
        url: WebURL, method: HTTPMethod = .get, type: RequestType = .document,
        source: [UInt8] = [], client: IPAddress = .v4(0x7F00_0001),
        group: ClientGroup = .general, status: UInt16 = 200,
        contentType: [UInt8], contentEncoding: [UInt8] = [], contentLength: UInt64? = nil,
        contentRange: [UInt8] = [], cacheControl: [UInt8] = []
    ) {
        self.method = method
        self.url = url
        self.type = type
        self.source = source
        self.client = client
        self.group = group
        self.status = status
        self.contentType = contentType
        self.contentEncoding = contentEncoding
        self.contentLength = contentLength
        self.contentRange = contentRange
        self.cacheControl = cacheControl
    }
}
