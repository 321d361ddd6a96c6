import KhienCoding
import KhienHTTP
import KhienModel
import KhienText
import NIOCore

// Heads on their way through: what is sent is built from what was judged.
extension ClientConnection {
    /// Writes the request's head for the origin into `exchange.head`. False where the request can
    /// not be written; it is answered then.
    ///
    /// - Parameter omittingExpectation: the body is here, or was asked for by us.
    func rewriteHead(omittingExpectation: Bool = false) -> Bool {
        // A tunnel's origin gets no head.
        if exchange.isConnect { return true }
        let urlBytes = judged.url.bytes
        let bytes = urlBytes.span
        let path = judged.url.path
        let targetEnd = judged.url.query?.upperBound ?? path.upperBound
        let original = exchange.original
        let pseudonym = worker.pseudonym
        // The URL is absolute, so its path begins with `/` and host and port end there.
        let host = bytes.extracting(judged.url.host.lowerBound..<path.lowerBound)
        var rewrite = HeadRewrite(connection: exchange.wantsUpgrade ? .upgrade : .implicit)
        worker.fieldScratch.removeAll(keepingCapacity: true)
        if omittingExpectation { rewrite.omitted.insert(.expect) }
        cookieForOrigin(&rewrite)
        if inspection.readsResponses { askForWhatIsRead(&rewrite) }
        let extra = worker.fieldScratch
        worker.headScratch.removeAll(keepingCapacity: true)
        do throws(HTTPError) {
            let target = bytes.extracting(path.lowerBound..<targetEnd)
            if isServerWide {
                let asterisk: [UInt8] = [UInt8(ascii: "*")]
                try parser.head.write(
                    from: original.readableBytesUInt8Span, target: asterisk.span, host: host,
                    pseudonym: pseudonym.span, rewrite: rewrite,
                    extraFields: extra.span,
                    into: &worker.headScratch)
            } else {
                try parser.head.write(
                    from: original.readableBytesUInt8Span, target: target, host: host,
                    pseudonym: pseudonym.span, rewrite: rewrite,
                    extraFields: extra.span,
                    into: &worker.headScratch)
            }
        } catch {
            answer(ProxyFault(.requestMalformed))
            return false
        }
        exchange.head = worker.takeHeadScratch()
        return true
    }

    /// Writes the `Cookie` line without our own cookies, where the request has some of ours; else the
    /// fields go on as they came.
    private func cookieForOrigin(_ rewrite: inout HeadRewrite) {
        let fields = FieldReader(parser, in: exchange.original)
        guard fields.hasCookie(worker.ownCookieName) else { return }
        rewrite.omitted.insert(.cookie)
        guard let rest = worker.answerer.withoutOwnCookies(fields.joined(.cookie)) else { return }
        worker.fieldScratch.append(contentsOf: "Cookie: ".utf8)
        worker.fieldScratch.append(contentsOf: rest)
        worker.fieldScratch.append(contentsOf: [0x0D, 0x0A])
    }

    /// Asks the origin for content codings that are decoded here, and for pages as a whole.
    ///
    /// A page that a browser shows is never asked for in parts, so a `Range` there is no loss (the
    /// origin answers with the whole, RFC 9110 section 14.2), and several ranges in one response
    /// could not be read. Other ranges (media, downloads that go on) stay; see `askAboutResponse`.
    private func askForWhatIsRead(_ rewrite: inout HeadRewrite) {
        let fields = FieldReader(parser, in: exchange.original)
        rewrite.omitted.insert(.acceptEncoding)
        worker.fieldScratch.append(contentsOf: "Accept-Encoding: ".utf8)
        fields.acceptedCodings().write(to: &worker.fieldScratch)
        worker.fieldScratch.append(contentsOf: [0x0D, 0x0A])
        let isPage = judged.type == .document || judged.type == .subdocument
        if isPage || fields.hasSeveralRanges {
            rewrite.omitted.insert(.range)
            rewrite.omitted.insert(.ifRange)
        }
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
        write(makeHead(parser, in: bytes, connection: connection))
    }

    /// A response's head as the client gets it.
    func makeHead(
        _ parser: borrowing ResponseHeadParser, in bytes: ByteBuffer,
        connection: ConnectionDirective
    ) -> ByteBuffer {
        var rewrite = HeadRewrite(connection: connection)
        let pseudonym = worker.pseudonym
        if takesContentOnly && parser.head.framing == .chunked { rewrite.body = .untilClose }
        worker.headScratch.removeAll(keepingCapacity: true)
        parser.head.write(
            from: bytes.readableBytesUInt8Span, pseudonym: pseudonym.span,
            rewrite: rewrite, into: &worker.headScratch)
        return worker.takeHeadScratch()
    }
}
