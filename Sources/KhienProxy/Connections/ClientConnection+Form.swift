import KhienHTTP
import KhienModel
import KhienText
import NIOCore

// The body of a request that an inspector reads: held as a whole before a byte of the request leaves.
//
// ```
//   judged ─▶ ask ─┬▶ pass: on to the origin, the body streams behind
//                  └▶ read: phase `holding`, the body is held
//                       │ whole, and not condemned
//                       ├──▶ on to the origin, head and body in one write
//                       │ more than `holdBytesMax`, or unreadable: the failure policy
//                       ├──▶ on, the rest streams unread; or refused
//                       │ condemned
//                       └──▶ event, then the page: nothing has left
// ```
extension ClientConnection {
    /// The request was let through: its body is read first where an inspector wants that.
    func proceed() {
        let isEmpty = exchange.requestIsRead && exchange.firstBody.readableBytes == 0
        guard worker.inspection.readsRequests, !exchange.isConnect, !isEmpty else {
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
            exchange.reading = reading
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

    private func askAboutBody() -> ReadingStart {
        guard let inspector = worker.inspector else { return .passes }
        worker.requestBody.read(parser, in: exchange.original.readableBytesUInt8Span)
        worker.requestBody.method = exchange.method
        worker.requestBody.type = judged.type
        worker.requestBody.client = client
        swap(&judged.url, &worker.requestBody.url)
        swap(&judged.source, &worker.requestBody.source)
        let start = inspector.begin(request: worker.requestBody)
        swap(&judged.url, &worker.requestBody.url)
        swap(&judged.source, &worker.requestBody.source)
        switch start {
        case .pass(let spot):
            worker.count(spot)
            return .passes
        case .unreadable(let spot): return cannotRead(spot)
        case .read(let inspection):
            guard worker.readings < Limits.Proxy.inspectionsMax else {
                return cannotRead(.overloaded)
            }
            return .isRead(makeReading(inspection, parser.head.framing, fault: .client))
        }
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

    /// Reads what the inbox holds of the body.
    func readFormFromInbox() {
        let bytes = inbox
        inbox = ByteBuffer()
        touch()
        readForm(bytes)
    }

    /// Reads more of the body; what follows it goes back to the inbox.
    private func readForm(_ bytes: ByteBuffer) {
        guard let reading = exchange.reading else { return }
        var bytes = bytes
        do throws(HTTPError) {
            let count = try feed(bytes, to: reading)
            if let part = bytes.readSlice(length: count) { reading.hold(part) }
        } catch {
            return answer(ProxyFault(.requestMalformed, status: error.status))
        }
        if bytes.readableBytes > 0 { restore(bytes) }
        exchange.requestIsRead = body.isFinished
        advanceForm(reading)
    }

    /// Decides what can be decided with what has been read.
    private func advanceForm(_ reading: BodyReading) {
        if !body.isFinished, reading.held.count > reading.settings.holdBytesMax {
            reading.overflow()
        }
        if reading.isBehind { return catchUpLater() }
        if body.isFinished { reading.finish(for: self) }
        settleForm(reading)
    }

    /// The inspection has read all that it was given: what came meanwhile is read on.
    func formCaughtUp(_ reading: BodyReading) {
        advanceForm(reading)
        if phase == .holding, inbox.readableBytes > 0 { readFormFromInbox() }
        // The client ended its side before its request was whole.
        if phase == .holding, !isBehind, inputHasEnded { close() }
        updateGate()
    }

    /// What came behind the body stays in front of what the inbox holds.
    private func restore(_ bytes: ByteBuffer) {
        var bytes = bytes
        let rest = inbox
        if rest.readableBytes > 0 { bytes.writeImmutableBuffer(rest) }
        inbox = bytes
    }

    private func feed(
        _ bytes: ByteBuffer, to reading: BodyReading
    ) throws(HTTPError) -> Int {
        let span = bytes.readableBytesUInt8Span
        var offset = 0
        while true {
            switch try body.next(span, from: offset) {
            case .payload(let range):
                reading.feed(span.extracting(range), for: self)
                offset = range.upperBound
            case .needsMore: return span.count
            case .finished(let end): return end
            }
        }
    }

    private func settleForm(_ reading: BodyReading) {
        switch reading.state {
        case .undecided: return
        case .cleared: sendForm(reading)
        case .condemned(let judgement):
            endReading()
            refuse(judgement, generation: reading.generation)
        case .unreadable(let spot):
            worker.count(spot)
            if reading.settings.blocks(spot) {
                endReading()
                refuse(.unread(spot), generation: reading.generation)
            } else {
                sendForm(reading)
            }
        }
    }

    /// The body may go: to the origin with what was held of it.
    private func sendForm(_ reading: BodyReading) {
        var held = ByteBuffer()
        reading.takeAll { part in
            if held.readableBytes == 0 { held = part } else { held.writeImmutableBuffer(part) }
        }
        endReading()
        exchange.subject = .request
        exchange.firstBody = held
        phase = .deciding
        setDeadline(ticks: worker.ticks.connect)
        route()
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
