/// Reads response heads, one after the other. Used as `RequestHeadParser`; every error is the
/// origin's fault.
///
/// Where real origins deviate and nobody can disagree about the meaning, it is lenient: the reason
/// phrase may be missing, with or without the space before it; a status up to 999 passes; a 204 or
/// 1xx may carry Content-Length or Transfer-Encoding (they are not forwarded, and the connection is
/// not used again). Refused: `ICY 200`, HTTP/0.9, HTTP/2.0, a bare LF.
public struct ResponseHeadParser: Sendable {
    /// Valid once `parse` returned `complete`, until `reset`.
    public private(set) var head: ResponseHead
    private var scanner: HeadScanner

    public init(limits: HTTPLimits = HTTPLimits()) {
        scanner = HeadScanner(limits: limits, fault: .origin)
        head = ResponseHead(fieldCountMax: limits.fieldCountMax)
    }

    /// Bytes looked at since `reset`: a measure of work.
    public var bytesScanned: Int { scanner.bytesScanned }

    /// Prepares for the next response, the one behind an interim response included.
    public mutating func reset() {
        scanner.reset()
        head.fields.removeAll()
    }

    /// Goes on with the head at offset 0 of `bytes`; see `RequestHeadParser.parse`.
    public mutating func parse(_ bytes: Span<UInt8>, for context: ResponseContext)
        throws(HTTPError) -> HeadProgress
    {
        while true {
            switch try scanner.scan(bytes, into: &head.fields) {
            case .needsMore: return .needsMore
            case .startLine(let line): try parseStatusLine(bytes, line)
            case .complete(let length):
                head.length = length
                try derive(bytes, context)
                return .complete(length: length)
            }
        }
    }

    /// Reads `HTTP-version SP 3DIGIT SP [ reason-phrase ]`, the last space optional.
    ///
    /// Source: RFC 9112 section 4.
    private mutating func parseStatusLine(_ bytes: Span<UInt8>, _ line: ByteRange)
        throws(HTTPError)
    {
        let start = Int(line.start)
        guard line.count >= 8 else { throw error(.malformedStartLine, start) }
        head.version = try HTTPVersion.parse(bytes, at: start, fault: .origin)
        guard line.count >= 12, bytes[start + 8] == .space else {
            throw error(.malformedStartLine, start + 8)
        }
        var status: UInt16 = 0
        for index in start + 9..<start + 12 {
            guard bytes[index].isDigit else { throw error(.invalidStatus, index) }
            status = status * 10 + UInt16(bytes[index] - 0x30)
        }
        if status < 100 { throw error(.invalidStatus, start + 9) }
        if line.count > 12, bytes[start + 12] != .space {
            throw error(.invalidStatus, start + 12)
        }
        head.status = status
        head.reason = ByteRange(min(start + 13, Int(line.end)), Int(line.end))
    }

    private mutating func derive(_ bytes: Span<UInt8>, _ context: ResponseContext)
        throws(HTTPError)
    {
        var fields = FramingFields(fault: .origin)
        var connection = ConnectionFields()
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            switch field.id {
            case .contentLength: try fields.addLength(bytes, field.value)
            case .transferEncoding:
                try fields.addTransferEncoding(bytes, field.value, version: head.version)
            case .connection:
                try connection.add(
                    field.value, in: bytes, fields: &head.fields, limits: scanner.limits,
                    fault: .origin)
            default: break
            }
        }
        head.framing = try framing(fields.framing, context)
        let persists = head.version == .http11 || connection.keepsAlive
        head.keepsAlive = persists && !connection.closes
        switch head.framing {
        case .untilClose, .tunnel: head.keepsAlive = false
        case .none where head.forbidsFraming && fields.framing ?? .length(0) != .length(0):
            head.keepsAlive = false
        default: break
        }
    }

    /// The framing by request method and status, per RFC 9112 section 6.3. A 204 to
    /// CONNECT opens a tunnel as every 2xx does.
    private func framing(_ fields: BodyFraming?, _ context: ResponseContext)
        throws(HTTPError) -> BodyFraming
    {
        if head.status == 101 {
            guard context.forwardedUpgrade else { throw error(.unexpectedUpgrade, 0) }
            return .tunnel
        }
        if context.method == .connect, 200..<300 ~= head.status { return .tunnel }
        if head.forbidsFraming || head.status == 304 || context.method == .head { return .none }
        return fields ?? .untilClose
    }

    private func error(_ code: HTTPError.Code, _ offset: Int) -> HTTPError {
        HTTPError(code, fault: .origin, at: offset)
    }
}

extension ResponseHead {
    /// A status with which no Content-Length or Transfer-Encoding may be sent (RFC 9110
    /// section 8.6, RFC 9112 section 6.1).
    var forbidsFraming: Bool { status < 200 || status == 204 }
}
