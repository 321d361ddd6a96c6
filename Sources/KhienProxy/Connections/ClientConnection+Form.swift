import KhienHTTP
import KhienModel
import KhienText
import NIOCore

// The body of a request that an inspector reads: held until it is whole or as much as is held has come.
//
// ```
//   judged ─▶ ask ─┬▶ pass: on to the origin, the body streams behind
//                  └▶ read: phase `holding`, the body is held
//                       │ whole, and not condemned
//                       ├──▶ on to the origin, head and body in one write
//                       │ more than `holdBytesMax`
//                       ├──▶ what was judged goes on, the rest is read while it streams (`+Sending`);
//                       │    where the policy refuses what is over the limit, it is refused here
//                       │ unreadable: the failure policy
//                       ├──▶ on, the rest streams unread; or refused
//                       │ condemned
//                       └──▶ event, then the page: nothing has left
// ```
// The query of a URL that a person may have filled in (`method=get`) is read before it, at once.
extension ClientConnection {
    /// The request was let through: its body is read first where an inspector wants that.
    func proceed() {
        if inspection.readsRequests, !exchange.isConnect, !queryPasses() { return }
        let isEmpty = exchange.requestIsRead && exchange.firstBody.readableBytes == 0
        guard inspection.readsRequests, !exchange.isConnect, !isEmpty else {
            if rewriteHead() { route() }
            return
        }
        exchange.subject = .form
        switch askAboutBody() {
        case .isRefused: return
        case .passes:
            exchange.subject = .request
            if rewriteHead() { route() }
        case .isRead(let reading):
            exchange.form = reading
            guard rewriteHead(omittingExpectation: true) else { return }
            phase = .holding
            setDeadline(ticks: worker.ticks.response)
            let first = exchange.firstBody
            exchange.firstBody = ByteBuffer()
            // Once more from the start: the first time nobody read what it holds.
            body = BodyDecoder(parser.head.framing, limits: worker.settings.http, fault: .client)
            if parser.head.expectsContinue, first.readableBytes == 0 { askForBody() }
            readForm(first)
        }
    }

    /// Reads the query of the URL as the fields of a form; where it is condemned the answer is under way.
    private func queryPasses() -> Bool {
        guard let query = judged.url.query, !query.isEmpty, judged.type.mayBeTyped,
            let inspector = worker.inspector
        else { return true }
        exchange.subject = .form
        worker.requestBody.contentType.removeAll(keepingCapacity: true)
        worker.requestBody.contentType.append(contentsOf: Self.formType)
        worker.requestBody.contentEncoding.removeAll(keepingCapacity: true)
        worker.requestBody.contentLength = UInt64(query.count)
        switch ask(inspector) {
        case .pass: break
        case .unreadable(let spot):
            if case .isRefused = cannotRead(spot) { return false }
        case .read(let inspection):
            let reading = makeReading(inspection, of: .form, .none)
            exchange.form = reading
            let bytes = judged.url.bytes
            reading.feed(bytes.span.extracting(query), for: self)
            // A target is shorter than a turn.
            while reading.isBehind { reading.catchUp(for: self) }
            reading.finish(for: self)
            endForm()
            if isRefused(reading) { return false }
        }
        exchange.subject = .request
        return true
    }

    private static let formType = Array("application/x-www-form-urlencoded".utf8)

    /// Refuses what was sent where its reading says so.
    private func isRefused(_ reading: BodyReading) -> Bool {
        switch reading.state {
        case .undecided, .cleared: return false
        case .condemned(let judgement): refuse(judgement, generation: reading.generation)
        case .unreadable(let spot):
            worker.count(spot)
            guard reading.settings.blocks(spot) else { return false }
            refuse(.unread(spot), generation: reading.generation)
        }
        return true
    }

    private func askAboutBody() -> ReadingStart {
        guard let inspector = worker.inspector else { return .passes }
        worker.requestBody.read(parser, in: exchange.original.readableBytesUInt8Span)
        switch ask(inspector) {
        case .pass(let spot):
            worker.count(spot)
            return .passes
        case .unreadable(let spot): return cannotRead(spot)
        case .read(let inspection):
            guard worker.mayRead(for: client) else { return hasTooMany() }
            guard worker.readings < Limits.Proxy.inspectionsMax else {
                return cannotRead(.overloaded)
            }
            return .isRead(makeReading(inspection, of: .form, parser.head.framing))
        }
    }

    private func ask(_ inspector: any BodyInspector) -> InspectionStart {
        worker.requestBody.method = exchange.method
        worker.requestBody.type = judged.type
        worker.requestBody.client = client
        worker.requestBody.group = group
        swap(&judged.url, &worker.requestBody.url)
        swap(&judged.source, &worker.requestBody.source)
        let start = inspector.begin(request: worker.requestBody)
        swap(&judged.url, &worker.requestBody.url)
        swap(&judged.source, &worker.requestBody.source)
        return start
    }

    /// The client waits to be asked for the body, and nobody but us may ask: the origin knows nothing
    /// of this request yet.
    ///
    /// Source: RFC 9110 section 10.1.1.
    private func askForBody() {
        var bytes = ByteBuffer()
        bytes.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
        write(bytes)
        flush()
    }
}

extension RequestType {
    /// Whether a person may have filled in the query of such a request: pages ask for the others.
    var mayBeTyped: Bool {
        switch self {
        case .document, .subdocument, .xmlhttprequest, .other: true
        default: false
        }
    }
}

extension RequestBodyDescription {
    /// Takes over what a head says. Allocates nothing once its arrays have grown.
    mutating func read(_ parser: borrowing RequestHeadParser, in bytes: Span<UInt8>) {
        contentType.removeAll(keepingCapacity: true)
        contentEncoding.removeAll(keepingCapacity: true)
        contentLength = nil
        if case .length(let length) = parser.head.framing { contentLength = length }
        for index in 0..<parser.head.fields.count {
            let field = parser.head.fields[index]
            switch field.id {
            case .contentType: contentType.append(bytes, field.value)
            case .contentEncoding: contentEncoding.append(bytes, field.value)
            default: break
            }
        }
    }
}
