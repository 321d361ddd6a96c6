/// A request method. Methods are case-sensitive (RFC 9110 section 9.1).
public enum HTTPMethod: UInt8, Sendable, CaseIterable {
    /// Any other token; its bytes are in `RequestHead.methodRange`.
    case other
    case get
    case head
    case post
    case put
    case delete
    case connect
    case options
    case trace
    case patch

    /// The method that stands at `start`; the bytes must be token characters.
    static func identify(_ bytes: Span<UInt8>, at start: Int, count: Int) -> HTTPMethod {
        switch count {
        case 3:
            if bytes.matches("GET", at: start) { return .get }
            if bytes.matches("PUT", at: start) { return .put }
        case 4:
            if bytes.matches("POST", at: start) { return .post }
            if bytes.matches("HEAD", at: start) { return .head }
        case 5:
            if bytes.matches("PATCH", at: start) { return .patch }
            if bytes.matches("TRACE", at: start) { return .trace }
        case 6:
            if bytes.matches("DELETE", at: start) { return .delete }
        case 7:
            if bytes.matches("CONNECT", at: start) { return .connect }
            if bytes.matches("OPTIONS", at: start) { return .options }
        default: break
        }
        return .other
    }
}
