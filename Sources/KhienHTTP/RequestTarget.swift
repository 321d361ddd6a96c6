/// The four forms of a request target.
///
/// Source: RFC 9112 section 3.2.
public enum TargetForm: UInt8, Sendable {
    /// `/path?query`: a request to an origin, or one that was diverted to us.
    case origin
    /// `http://host:port/path?query`: a request to a proxy.
    case absolute
    /// `host:port`, with CONNECT only.
    case authority
    /// `*`, with OPTIONS only.
    case asterisk
}

/// The scheme of a target in absolute form.
public enum TargetScheme: UInt8, Sendable {
    /// The target is not in absolute form.
    case none
    case http
    case https
    case ws
    case wss
    /// Any other, `ftp` for instance. The caller decides; there is no default port.
    case other

    /// The port that stands for a missing one.
    public var defaultPort: UInt16? {
        switch self {
        case .none, .http, .ws: 80
        case .https, .wss: 443
        case .other: nil
        }
    }
}

/// A request target, taken apart.
public struct RequestTarget: Hashable, Sendable {
    public var form: TargetForm
    public var scheme: TargetScheme
    /// The whole target as received.
    public var bytes: ByteRange
    /// Host and port of the absolute and the authority form.
    public var authority: HostPort?
    /// Path and query of the origin and the absolute form. In absolute form it may be empty or
    /// begin with `?`: the path is then `/`, and for OPTIONS with neither the origin's target is
    /// `*` (RFC 9112 section 3.2.4).
    public var pathAndQuery: ByteRange

    /// Takes the target in `start..<end` apart. Its bytes are known to be 0x21 to 0x7E.
    ///
    /// A fragment is refused: no sender may put one there (RFC 9112 section 3.2), and readers
    /// differ in whether it belongs to the path.
    static func parse(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, method: HTTPMethod)
        throws(HTTPError) -> RequestTarget
    {
        var target = RequestTarget(
            form: .origin, scheme: .none, bytes: ByteRange(start, end), authority: nil,
            pathAndQuery: .empty)
        if method == .connect {
            target.form = .authority
            let authority = try hostPort(bytes, start, end)
            // RFC 9110 section 9.3.6: an empty or missing port is answered with 400.
            if authority.port == nil { throw error(.invalidPort, end) }
            target.authority = authority
            return target
        }
        if bytes[start] == .slash {
            target.pathAndQuery = target.bytes
            return target
        }
        if bytes[start] == .asterisk, end == start + 1 {
            if method != .options { throw error(.invalidTarget, start) }
            target.form = .asterisk
            return target
        }
        target.form = .absolute
        let authorityStart = try scheme(bytes, start, end, &target)
        var index = authorityStart
        while index < end, bytes[index] != .slash, bytes[index] != .questionMark { index += 1 }
        target.authority = try hostPort(bytes, authorityStart, index)
        target.pathAndQuery = ByteRange(index, end)
        return target
    }

    /// Reads `scheme "://"` and returns the offset behind it.
    ///
    /// `scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )`. Source: RFC 3986 section 3.1.
    private static func scheme(
        _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ target: inout RequestTarget
    ) throws(HTTPError) -> Int {
        var index = start
        while index < end, bytes[index] != .colon {
            let byte = bytes[index]
            let isAllowed =
                byte.isLetter || byte.isDigit || byte == 0x2B || byte == 0x2D
                || byte == .dot
            guard isAllowed, index > start || byte.isLetter else {
                throw error(.invalidTarget, index)
            }
            index += 1
        }
        guard index > start, index + 2 < end, bytes.matches("://", at: index) else {
            throw error(.invalidTarget, index)
        }
        let name = ByteRange(start, index)
        if bytes.equalsIgnoringCase(name, "http") {
            target.scheme = .http
        } else if bytes.equalsIgnoringCase(name, "https") {
            target.scheme = .https
        } else if bytes.equalsIgnoringCase(name, "ws") {
            target.scheme = .ws
        } else if bytes.equalsIgnoringCase(name, "wss") {
            target.scheme = .wss
        } else {
            target.scheme = .other
        }
        return index + 3
    }

    private static func hostPort(_ bytes: Span<UInt8>, _ start: Int, _ end: Int)
        throws(HTTPError) -> HostPort
    {
        do throws(HostPort.Fault) {
            return try HostPort.parse(bytes, start, end)
        } catch {
            switch error.reason {
            case .userinfo: throw self.error(.userinfoInTarget, error.offset)
            case .host: throw self.error(.invalidTarget, error.offset)
            case .port: throw self.error(.invalidPort, error.offset)
            }
        }
    }

    private static func error(_ code: HTTPError.Code, _ offset: Int) -> HTTPError {
        HTTPError(code, fault: .client, at: offset)
    }
}
