import KhienHTTP
import KhienModel
import KhienText
import NIOCore

// Heads on their way through: what is sent is built from what was judged.
extension ClientConnection {
    /// Writes the request's head for the origin into `exchange.head`. False where the request can
    /// not be written; it is answered then.
    func rewriteHead() -> Bool {
        // A tunnel's origin gets no head.
        if exchange.isConnect { return true }
        let url = judged.url
        let urlBytes = url.bytes
        let bytes = urlBytes.span
        let original = exchange.original
        let pseudonym = worker.pseudonym
        let targetEnd = url.query?.upperBound ?? url.path.upperBound
        // The URL is absolute, so its path begins with `/` and host and port end there.
        let host = bytes.extracting(url.host.lowerBound..<url.path.lowerBound)
        var rewrite = HeadRewrite(connection: exchange.wantsUpgrade ? .upgrade : .implicit)
        let cookie = cookieForOrigin(&rewrite)
        worker.headScratch.removeAll(keepingCapacity: true)
        do throws(HTTPError) {
            let target = bytes.extracting(url.path.lowerBound..<targetEnd)
            if isServerWide {
                let asterisk: [UInt8] = [UInt8(ascii: "*")]
                try parser.head.write(
                    from: original.readableBytesUInt8Span, target: asterisk.span, host: host,
                    pseudonym: pseudonym.span, rewrite: rewrite, extraFields: cookie.span,
                    into: &worker.headScratch)
            } else {
                try parser.head.write(
                    from: original.readableBytesUInt8Span, target: target, host: host,
                    pseudonym: pseudonym.span, rewrite: rewrite, extraFields: cookie.span,
                    into: &worker.headScratch)
            }
        } catch {
            answer(ProxyFault(.requestMalformed))
            return false
        }
        exchange.head = worker.takeHeadScratch()
        return true
    }

    /// The `Cookie` line without our own cookies, where the request has some; empty: the fields go
    /// on as they came.
    private func cookieForOrigin(_ rewrite: inout HeadRewrite) -> [UInt8] {
        let fields = FieldReader(parser, in: exchange.original)
        guard fields.hasCookie(worker.ownCookieName) else { return [] }
        rewrite.omitted.insert(.cookie)
        guard let rest = worker.answerer.withoutOwnCookies(fields.joined(.cookie)) else {
            return []
        }
        return Array("Cookie: ".utf8) + rest + [0x0D, 0x0A]
    }

    /// `OPTIONS http://host` without a path asks about the server as a whole.
    ///
    /// Source: RFC 9112, section 3.2.4.
    private var isServerWide: Bool {
        exchange.method == .options && parser.head.target.pathAndQuery.isEmpty
    }

    /// Writes a response's head to the client.
    func writeHead(
        _ parser: borrowing ResponseHeadParser, in bytes: ByteBuffer,
        connection: ConnectionDirective
    ) {
        var rewrite = HeadRewrite(connection: connection)
        let pseudonym = worker.pseudonym
        if takesContentOnly && parser.head.framing == .chunked { rewrite.body = .untilClose }
        worker.headScratch.removeAll(keepingCapacity: true)
        parser.head.write(
            from: bytes.readableBytesUInt8Span, pseudonym: pseudonym.span,
            rewrite: rewrite, into: &worker.headScratch)
        write(worker.takeHeadScratch())
    }
}
