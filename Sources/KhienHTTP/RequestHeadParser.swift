/// How far a head has been read.
public enum HeadProgress: Hashable, Sendable {
    /// Call again with more bytes.
    case needsMore
    /// The head ends at this offset.
    case complete(length: Int)
}

/// Reads request heads, one after the other.
///
/// The caller keeps the bytes received in one buffer with the head at offset 0 and calls `parse`
/// whenever more have arrived; the cost is linear in the bytes however they arrive. Allocates
/// nothing after `init`. After an error only `reset` is allowed.
public struct RequestHeadParser: Sendable {
    /// Valid once `parse` returned `complete`, until `reset`.
    public private(set) var head: RequestHead
    private var scanner: HeadScanner

    public init(limits: HTTPLimits = HTTPLimits()) {
        scanner = HeadScanner(limits: limits, fault: .client)
        head = RequestHead(fieldCountMax: limits.fieldCountMax)
    }

    /// Bytes looked at since `reset`: a measure of work.
    public var bytesScanned: Int { scanner.bytesScanned }

    /// Prepares for the next request; its head begins at offset 0 again.
    public mutating func reset() {
        scanner.reset()
        head.fields.removeAll()
    }

    /// Goes on with the head at offset 0 of `bytes`.
    ///
    /// - Parameter bytes: what the last call was given, with more behind it. What follows the head
    ///   is not looked at.
    /// - Throws: why the request is refused. The same error at the same offset however the bytes
    ///   were cut.
    public mutating func parse(_ bytes: Span<UInt8>) throws(HTTPError) -> HeadProgress {
        while true {
            switch try scanner.scan(bytes, into: &head.fields) {
            case .needsMore: return .needsMore
            case .startLine(let line): try parseRequestLine(bytes, line)
            case .complete(let length):
                head.length = length
                try derive(bytes)
                return .complete(length: length)
            }
        }
    }

    /// Reads `method SP request-target SP HTTP-version`. No byte of the line is a control character
    /// other than HTAB.
    ///
    /// Source: RFC 9112 section 3; the lenient splitting at any whitespace that it allows is what
    /// smuggling is made of, so not here.
    private mutating func parseRequestLine(_ bytes: Span<UInt8>, _ line: ByteRange)
        throws(HTTPError)
    {
        let start = Int(line.start)
        let end = Int(line.end)
        let limits = scanner.limits
        var index = start
        while index < end, bytes[index].isToken { index += 1 }
        if index == start || index == end || bytes[index] != .space {
            throw error(index == end ? .malformedStartLine : .invalidMethod, index)
        }
        if index - start > limits.methodBytesMax {
            throw error(.methodTooLong, index, limit: limits.methodBytesMax)
        }
        head.methodRange = ByteRange(start, index)
        head.method = HTTPMethod.identify(bytes, at: start, count: index - start)

        let targetStart = index + 1
        index = targetStart
        index = bytes.firstOutsideTarget(from: index, to: end)
        if index < end, bytes[index] != .space { throw error(.invalidTargetByte, index) }
        if index - targetStart > limits.targetBytesMax {
            throw error(.targetTooLong, index, limit: limits.targetBytesMax)
        }
        if index == targetStart { throw error(.invalidTarget, index) }
        // `GET /` alone is HTTP/0.9.
        if index == end { throw error(.unsupportedVersion, index) }
        if end - index != 9 { throw error(.malformedStartLine, index) }
        head.version = try HTTPVersion.parse(bytes, at: index + 1, fault: .client)
        head.target = try RequestTarget.parse(bytes, targetStart, index, method: head.method)
    }

    /// Decides from the fields what the caller needs to know.
    private mutating func derive(_ bytes: Span<UInt8>) throws(HTTPError) {
        var framing = FramingFields(fault: .client)
        var connection = ConnectionFields()
        var host: ByteRange?
        head.expectsContinue = false
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            switch field.id {
            case .host:
                if host != nil { throw error(.repeatedHost, Int(field.nameStart)) }
                host = field.value
            case .contentLength: try framing.addLength(bytes, field.value)
            case .transferEncoding:
                try framing.addTransferEncoding(bytes, field.value, version: head.version)
            case .connection, .proxyConnection:
                try connection.add(
                    field.value, in: bytes, fields: &head.fields, limits: scanner.limits,
                    fault: .client)
            case .expect:
                let value = field.value
                let token = KnownToken.identify(bytes, at: Int(value.start), count: value.count)
                // RFC 9110 section 10.1.1: a 100-continue expectation in HTTP/1.0 is ignored.
                if token == .continue100, head.version == .http11 { head.expectsContinue = true }
            default: break
            }
        }
        try checkHost(bytes, host)
        try checkFraming(framing.framing ?? .none)
        head.keepsAlive = head.version == .http11 && !connection.closes
        head.upgrade = .none
        if connection.upgrades, head.version == .http11 { head.upgrade = requestedUpgrade(bytes) }
    }

    /// Compares the Host field with the target.
    ///
    /// Source: RFC 9112 section 3.2: a request in HTTP/1.1 has exactly one Host field, and it is
    /// identical to the target's authority. An `http` URI has a host, so an empty field is refused.
    private mutating func checkHost(_ bytes: Span<UInt8>, _ value: ByteRange?) throws(HTTPError) {
        head.hostField = nil
        guard let value else {
            if head.version == .http11 { throw error(.missingHost, head.length) }
            return
        }
        let field: HostPort
        do throws(HostPort.Fault) {
            field = try HostPort.parse(bytes, Int(value.start), Int(value.end))
        } catch {
            throw self.error(.invalidHost, error.offset)
        }
        head.hostField = field
        guard let authority = head.target.authority else { return }
        let isSameHost = bytes.equalsIgnoringCase(field.host, bytes, authority.host)
        guard isSameHost, isSamePort(field.port, authority.port) else {
            throw error(.hostMismatch, Int(value.start))
        }
    }

    /// Whether two ports are the same with the scheme's default in the place of a missing one.
    /// With CONNECT a Host field without port stands for any: clients leave it out.
    private func isSamePort(_ field: UInt16?, _ target: UInt16?) -> Bool {
        if head.method == .connect, field == nil { return true }
        let standard = head.target.scheme.defaultPort
        return (field ?? standard) == (target ?? standard)
    }

    /// CONNECT has no content (RFC 9110 section 9.3.6). `Content-Length: 0` is accepted there:
    /// WinINet sends it.
    private mutating func checkFraming(_ framing: BodyFraming) throws(HTTPError) {
        head.framing = framing
        switch framing {
        case .length(let length):
            if head.method == .connect {
                if length > 0 { throw error(.bodyOnConnect, head.length) }
                head.framing = .none
            }
            if length > scanner.limits.bodyBytesMax {
                throw error(
                    .bodyTooLarge, head.length, limit: Int(scanner.limits.bodyBytesMax))
            }
        case .chunked:
            if head.method == .connect { throw error(.bodyOnConnect, head.length) }
        default: break
        }
    }

    private func requestedUpgrade(_ bytes: Span<UInt8>) -> UpgradeRequest {
        var result = UpgradeRequest.none
        for index in 0..<head.fields.count where head.fields[index].id == .upgrade {
            let value = head.fields[index].value
            let token = KnownToken.identify(bytes, at: Int(value.start), count: value.count)
            result = token == .websocket && result == .none ? .websocket : .other
        }
        return result
    }

    private func error(_ code: HTTPError.Code, _ offset: Int, limit: Int = 0) -> HTTPError {
        HTTPError(code, fault: .client, at: offset, limit: limit)
    }
}
