extension RequestHead {
    /// Appends the head as it goes to the origin, built from what was judged.
    ///
    /// The request line and Host come from the caller; Host stands first (RFC 9110 section 7.2).
    /// Every other field line goes on as it came, except those of one hop (RFC 9110 section 7.6.1).
    /// Transfer-Encoding is written anew from the framing; a TE field that asks for trailers
    /// becomes `TE: trailers`; Max-Forwards of TRACE and OPTIONS is one less; Via is added.
    ///
    /// - Parameters:
    ///   - bytes: what was parsed.
    ///   - target: the request target: path and query as the WHATWG URL Standard serialises them,
    ///     `*`, or the whole URL or `host:port` for a further proxy. Bytes 0x21 to 0x7E, no `#`.
    ///   - host: the value of Host, in canonical form, with the port where it is not the default.
    ///     Bytes as in `target`.
    ///   - pseudonym: this proxy's name in Via: a token.
    ///   - extraFields: whole field lines of the program's own, each with its CRLF; or empty.
    ///   - output: what is appended to. Allocates only where its capacity is not enough.
    /// - Throws: `invalidTarget`, `invalidHost` with the fault `proxy` where the caller's bytes
    ///   would break the message; `output` is then unchanged.
    public func write(
        from bytes: Span<UInt8>, target: Span<UInt8>, host: Span<UInt8>, pseudonym: Span<UInt8>,
        rewrite: HeadRewrite, extraFields: Span<UInt8> = Span(), into output: inout [UInt8]
    ) throws(HTTPError) {
        guard target.count > 0, target.isTargetBytes else {
            throw HTTPError(.invalidTarget, fault: .proxy, at: 0)
        }
        guard host.count > 0, host.isTargetBytes else {
            throw HTTPError(.invalidHost, fault: .proxy, at: 0)
        }
        output.append(bytes, methodRange)
        output.append(.space)
        output.append(target)
        output.append(" HTTP/1.1\r\nHost: ")
        output.append(host)
        output.append("\r\n")
        var omitted = rewrite.omitted
        omitted.insert(.host)
        // `Content-Length: 0` of a CONNECT: its framing is none.
        if method == .connect { omitted.insert(.contentLength) }
        let forwards = maxForwards(in: bytes)
        if forwards != nil { omitted.insert(.maxForwards) }
        fields.copyForwarded(
            from: bytes, end: length - 2, omitting: omitted,
            keepingUpgrade: rewrite.connection == .upgrade, into: &output)
        if let forwards {
            output.append("Max-Forwards: ")
            output.append(decimal: forwards == 0 ? 0 : forwards - 1)
            output.append("\r\n")
        }
        if framing == .chunked { output.append("Transfer-Encoding: chunked\r\n") }
        output.append(extraFields)
        output.appendVia(version, pseudonym)
        output.appendConnection(rewrite.connection, namingTE: acceptsTrailers(bytes))
        output.append("\r\n")
    }

    /// How many more proxies a TRACE or OPTIONS request may pass. At 0 it must not be forwarded:
    /// the proxy answers it. Nil for other methods, and where the field is missing or no number of
    /// up to ten digits.
    ///
    /// Source: RFC 9110 section 7.6.2.
    public func maxForwards(in bytes: Span<UInt8>) -> UInt64? {
        guard method == .trace || method == .options, let value = fields.value(of: .maxForwards),
            value.count >= 1, value.count <= 10
        else { return nil }
        var number: UInt64 = 0
        for index in value.range {
            guard bytes[index].isDigit else { return nil }
            number = number * 10 + UInt64(bytes[index] - 0x30)
        }
        return number
    }

    /// Whether a TE field asks for trailers. Codings in it are for us and not forwarded.
    func acceptsTrailers(_ bytes: Span<UInt8>) -> Bool {
        for index in 0..<fields.count where fields[index].id == .te {
            var list = ElementList(fields[index].value)
            while let element = list.next(in: bytes) {
                let token = KnownToken.identify(
                    bytes, at: Int(element.start), count: element.count)
                if token == .trailers { return true }
            }
        }
        return false
    }

    /// Whether a Via field names `pseudonym`: the request has been here before and would come
    /// again. Case is ignored. A comment that imitates an entry counts as one.
    ///
    /// ```
    /// Via = #( received-protocol RWS received-by [ RWS comment ] )
    /// ```
    /// Source: RFC 9110 section 7.6.3.
    public func hasPassed(_ pseudonym: Span<UInt8>, in bytes: Span<UInt8>) -> Bool {
        let wanted = ByteRange(0, pseudonym.count)
        for index in 0..<fields.count where fields[index].id == .via {
            var list = ElementList(fields[index].value)
            while let element = list.next(in: bytes) {
                var start = Int(element.start)
                let end = Int(element.end)
                while start < end, !bytes[start].isBlank { start += 1 }
                while start < end, bytes[start].isBlank { start += 1 }
                var last = start
                while last < end, !bytes[last].isBlank { last += 1 }
                if bytes.equalsIgnoringCase(ByteRange(start, last), pseudonym, wanted) {
                    return true
                }
            }
        }
        return false
    }
}
