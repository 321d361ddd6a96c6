extension ResponseHead {
    /// Appends the head as it goes to the client: our version, the origin's status and reason, its
    /// fields without those of one hop, Via added.
    ///
    /// Content-Length is left out where no such field may stand (1xx, 204, tunnels), so that a
    /// client that takes it seriously is not led astray.
    ///
    /// - Parameters:
    ///   - bytes: what was parsed.
    ///   - pseudonym: this proxy's name in Via: a token.
    ///   - extraFields: whole field lines of the program's own, each with its CRLF; or empty.
    ///   - output: what is appended to. Allocates only where its capacity is not enough.
    public func write(
        from bytes: Span<UInt8>, pseudonym: Span<UInt8>, rewrite: HeadRewrite,
        extraFields: Span<UInt8> = Span(), into output: inout [UInt8]
    ) {
        output.append("HTTP/1.1 ")
        output.append(decimal: UInt64(status))
        output.append(.space)
        output.append(bytes, reason)
        output.append("\r\n")
        var omitted = rewrite.omitted
        if forbidsFraming || framing == .tunnel { omitted.insert(.contentLength) }
        fields.copyForwarded(
            from: bytes, end: length - 2, omitting: omitted,
            keepingUpgrade: rewrite.connection == .upgrade, into: &output)
        if framing == .chunked, rewrite.body == .asReceived {
            output.append("Transfer-Encoding: chunked\r\n")
        }
        output.append(extraFields)
        output.appendVia(version, pseudonym)
        output.appendConnection(rewrite.body == .untilClose ? .close : rewrite.connection)
        output.append("\r\n")
    }
}
