/// A complete answer of the proxy itself. The proxy adds `Content-Length`, `Connection` and, where
/// the request was HEAD, leaves out the body.
public struct BlockAnswer: Sendable {
    /// 200 to 599.
    public var status: UInt16
    /// ASCII, without CR and LF: `Unavailable For Legal Reasons`.
    public var reasonPhrase: String
    /// Whole header lines, each ended by CR LF: `Content-Type: text/html\r\n`. Neither
    /// `Content-Length` nor `Transfer-Encoding` nor `Connection` is among them.
    public var headerLines: [UInt8]
    public var body: [UInt8]

    public init(status: UInt16, reasonPhrase: String, headerLines: [UInt8], body: [UInt8]) {
        self.status = status
        self.reasonPhrase = reasonPhrase
        self.headerLines = headerLines
        self.body = body
    }
}
