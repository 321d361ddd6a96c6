import KhienHTTP
import KhienModel
import KhienText

/// What a body inspector sees of a request before its body. Values of fields are as in
/// `ResponseDescription`.
public struct RequestBodyDescription: ~Copyable, Sendable {
    public internal(set) var method = HTTPMethod.other
    /// The URL that was judged.
    public internal(set) var url = WebURL()
    public internal(set) var type = RequestType.other
    /// The value of `Referer`.
    public internal(set) var source: [UInt8] = []
    public internal(set) var client = IPAddress.v4(0)
    public internal(set) var group = ClientGroup.general
    public internal(set) var contentType: [UInt8] = []
    public internal(set) var contentEncoding: [UInt8] = []
    /// nil: chunked.
    public internal(set) var contentLength: UInt64?

    init() {}

    /// For tests of inspectors.
    public init(
        url: WebURL, method: HTTPMethod = .post, type: RequestType = .document,
        source: [UInt8] = [], client: IPAddress = .v4(0x7F00_0001),
        group: ClientGroup = .general, contentType: [UInt8],
        contentEncoding: [UInt8] = [], contentLength: UInt64? = nil
    ) {
        self.method = method
        self.url = url
        self.type = type
        self.source = source
        self.client = client
        self.group = group
        self.contentType = contentType
        self.contentEncoding = contentEncoding
        self.contentLength = contentLength
    }
}
