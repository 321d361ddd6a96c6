/// What the Connection field of a forwarded head shall say.
public enum ConnectionDirective: UInt8, Sendable {
    /// Nothing: HTTP/1.1 keeps connections alive.
    case implicit
    /// `keep-alive`, for recipients that may speak HTTP/1.0.
    case keepAlive
    /// `close`.
    case close
    /// `upgrade`; the Upgrade fields are forwarded.
    case upgrade
}

/// How the body behind a forwarded head is sent.
public enum BodyForwarding: UInt8, Sendable {
    /// As received: the same bytes, the same framing fields.
    case asReceived
    /// Content only, to the end of the connection, for a client that speaks HTTP/1.0 and a chunked
    /// response: take the content from `BodyDecoder.forEachPayload` and close.
    case untilClose
}

/// How a head is rewritten on its way through the proxy.
public struct HeadRewrite: Sendable {
    public var connection: ConnectionDirective
    public var body: BodyForwarding
    /// Known fields that are not forwarded, besides those that never are.
    public var omitted: HeaderSet

    public init(
        connection: ConnectionDirective, body: BodyForwarding = .asReceived,
        omitted: HeaderSet = []
    ) {
        self.connection = connection
        self.body = body
        self.omitted = omitted
    }
}

extension FieldTable {
    /// Appends the field lines that are forwarded, as they came, in as few copies as possible.
    ///
    /// A line was checked when it was parsed, so its bytes mean the same to the next reader. Lines
    /// that stand together are copied together.
    ///
    /// - Parameter end: the offset of the empty line behind the fields.
    func copyForwarded(
        from bytes: Span<UInt8>, end: Int, omitting omitted: HeaderSet, keepingUpgrade: Bool,
        into output: inout [UInt8]
    ) {
        var runStart = -1
        for index in 0..<count {
            let field = self[index]
            let isDropped =
                field.isNominated || omitted.contains(field.id)
                || (field.id.isHopByHop && !(keepingUpgrade && field.id == .upgrade))
            let start = Int(field.nameStart)
            if isDropped {
                if runStart >= 0 { output.append(bytes.extracting(runStart..<start)) }
                runStart = -1
            } else if runStart < 0 {
                runStart = start
            }
        }
        if runStart >= 0 { output.append(bytes.extracting(runStart..<end)) }
    }
}

extension [UInt8] {
    /// Appends `Via: 1.1 pseudonym`; one line more in the list of those already there.
    ///
    /// Source: RFC 9110 section 7.6.3.
    mutating func appendVia(_ version: HTTPVersion, _ pseudonym: Span<UInt8>) {
        append(version == .http11 ? "Via: 1.1 " : "Via: 1.0 ")
        append(pseudonym)
        append("\r\n")
    }

    /// Appends the Connection field, with `TE` where the TE field is sent along (RFC 9110 section
    /// 10.1.4).
    mutating func appendConnection(_ directive: ConnectionDirective, namingTE: Bool = false) {
        if namingTE { append("TE: trailers\r\n") }
        switch (directive, namingTE) {
        case (.implicit, false): break
        case (.implicit, true): append("Connection: TE\r\n")
        case (.keepAlive, false): append("Connection: keep-alive\r\n")
        case (.keepAlive, true): append("Connection: keep-alive, TE\r\n")
        case (.close, false): append("Connection: close\r\n")
        case (.close, true): append("Connection: close, TE\r\n")
        case (.upgrade, false): append("Connection: upgrade\r\n")
        case (.upgrade, true): append("Connection: upgrade, TE\r\n")
        }
    }
}
