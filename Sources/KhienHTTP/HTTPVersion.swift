import KhienModel

/// The versions that this program speaks. A message in another is refused with 505.
public enum HTTPVersion: UInt8, Sendable {
    case http10
    case http11

    /// The version in the eight bytes at `start`, which must be there.
    ///
    /// `HTTP-version = "HTTP/" DIGIT "." DIGIT`, case-sensitive. Other numbers than 1.0 and 1.1
    /// are well-formed but not supported.
    ///
    /// Source: RFC 9112 section 2.3.
    static func parse(_ bytes: Span<UInt8>, at start: Int, fault: HTTPError.Fault)
        throws(HTTPError) -> HTTPVersion
    {
        // "HTTP/1.1" and "HTTP/1.0", the first byte the least significant.
        switch bytes.word(at: start) {
        case 0x312E_312F_5054_5448: return .http11
        case 0x302E_312F_5054_5448: return .http10
        default: break
        }
        guard bytes.matches("HTTP/", at: start), bytes[start + 5].isDigit,
            bytes[start + 6] == .dot, bytes[start + 7].isDigit
        else { throw HTTPError(.malformedStartLine, fault: fault, at: start) }
        throw HTTPError(.unsupportedVersion, fault: fault, at: start)
    }
}
