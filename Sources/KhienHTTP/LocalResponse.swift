/// Responses that the proxy itself gives.
public enum LocalResponse {
    /// Appends a whole response with a body of known length.
    ///
    /// - Parameters:
    ///   - status: 200 to 599, other than 204 and 304.
    ///   - contentType: the value of Content-Type.
    ///   - fields: whole field lines, each with its CRLF; or empty. The caller answers for them:
    ///     they are not checked.
    ///   - body: the content; with `isHead` only its length is used.
    ///   - isHead: the request's method was HEAD.
    ///   - connection: what the Connection field says.
    public static func write(
        status: UInt16, contentType: StaticString, fields: Span<UInt8> = Span(),
        body: Span<UInt8>, isHead: Bool = false, connection: ConnectionDirective = .close,
        into output: inout [UInt8]
    ) {
        output.append("HTTP/1.1 ")
        output.append(decimal: UInt64(status))
        output.append(.space)
        output.append(StatusReason.phrase(for: status))
        output.append("\r\nContent-Type: ")
        output.append(contentType)
        output.append("\r\nContent-Length: ")
        output.append(decimal: UInt64(body.count))
        output.append("\r\nCache-Control: no-store\r\n")
        output.append(fields)
        output.appendConnection(connection)
        output.append("\r\n")
        if !isHead { output.append(body) }
    }

    /// Appends the answer to a message that was refused: plain text that names status and code,
    /// nothing of what was received, and the end of the connection.
    public static func write(
        for error: HTTPError, isHead: Bool = false, into output: inout [UInt8]
    ) {
        let status = error.status
        var text: [UInt8] = []
        text.append(decimal: UInt64(status))
        text.append(.space)
        text.append(StatusReason.phrase(for: status))
        text.append("\n")
        text.append(contentsOf: error.code.rawValue.utf8)
        switch error.fault {
        case .client: text.append(" in the request\n")
        case .origin: text.append(" in the answer of the origin\n")
        case .proxy: text.append(" in this proxy\n")
        }
        write(
            status: status, contentType: "text/plain; charset=utf-8", body: text.span,
            isHead: isHead, into: &output)
    }
}
