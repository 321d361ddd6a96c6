import KhienHTTP
import KhienModel
import NIOCore

// Phase 3: bound to an origin; bytes go both ways.
extension ClientConnection {
    var requestIsSent: Bool { exchange.requestIsRead && exchange.form == nil }
    var authenticatesConnection: Bool { exchange.authenticatesConnection }
    /// The client speaks HTTP/1.0 and does not know the chunked coding.
    var takesContentOnly: Bool { !exchange.clientIsModern }

    /// Sends the request, or begins the tunnel that CONNECT asked for.
    func attach(_ open: UpstreamConnection) {
        // A page about the response may depend on the request's fields.
        exchange.mayReadResponse = inspection.readsResponses
        // So does one about the address, where the request has to be sent once more.
        if !exchange.mayReadResponse, !exchange.isRepeatable || exchange.wasRepeated {
            dropOriginal()
        }
        if exchange.isConnect { return openTunnel(with: open) }
        phase = .exchanging
        upstream = open
        touch()
        let context = ResponseContext(
            method: exchange.method, forwardedUpgrade: exchange.wantsUpgrade)
        open.begin(for: self, sending: exchange.head, expecting: context)
        if !exchange.isRepeatable { exchange.head = ByteBuffer() }
        if exchange.firstBody.readableBytes > 0 {
            open.write(exchange.firstBody)
            exchange.firstBody = ByteBuffer()
        }
        if let form = exchange.form { settleForm(form) }
        takeBody()
        // What came while we connected may have been condemned: then nothing has left.
        guard upstream === open else { return }
        exchange.upstreamNeedsFlush = false
        exchange.formHasLeft = exchange.form != nil
        // One flush for head and body: both go out in one system call.
        open.flush()
        if let form = exchange.form { waitForMore(form) }
        endIfCutShort()
        updateGate()
    }

    /// What a page about this exchange depends on is let go of, unless a body is still read.
    func dropOriginal() {
        if exchange.form == nil, exchange.reading == nil { exchange.original = ByteBuffer() }
    }

    /// Takes what the inbox holds of the request's body: to be read, or to be passed on.
    func takeBody() {
        guard !exchange.requestIsRead, inbox.readableBytes > 0, !formIsBehind else { return }
        switch phase {
        case .holding: readFormFromInbox()
        case .exchanging: if exchange.form == nil { forwardBody() } else { readFormFromInbox() }
        case .head, .deciding, .lingering, .tunnel: break
        }
    }

    /// Ends the exchange where the client ended its side before its request was whole.
    func endIfCutShort() {
        guard inputHasEnded, !exchange.requestIsRead, !formIsBehind else { return }
        switch phase {
        case .holding: close()
        case .exchanging: cutOff()
        case .head, .deciding, .lingering, .tunnel: break
        }
    }

    /// What was written to the origin leaves.
    func flushUpstream() {
        guard exchange.upstreamNeedsFlush else { return }
        exchange.upstreamNeedsFlush = false
        upstream?.flush()
    }

    /// Passes on what the inbox holds of the request's body, in the buffer that it came in.
    private func forwardBody() {
        guard let upstream else { return }
        do throws(HTTPError) {
            let bytes = inbox
            let count = try body.consume(bytes.readableBytesUInt8Span).consumed
            if count == bytes.readableBytes {
                upstream.write(bytes)
                inbox = ByteBuffer()
            } else if let part = inbox.readSlice(length: count) {
                upstream.write(part)
            }
            exchange.upstreamNeedsFlush = true
        } catch {
            return bodyIsMalformed(error)
        }
        exchange.requestIsRead = body.isFinished
        touch()
    }

    /// The origin may have half a request and must not take it for a whole one: it is cut off.
    func bodyIsMalformed(_ error: HTTPError) {
        let fault = ProxyFault(.requestMalformed, status: error.status)
        if exchange.responseHasBegun { cutOff() } else { answer(fault) }
    }

    func upstreamWritabilityChanged(isWritable: Bool) {
        if isWritable { touch() }
        updateGate()
    }

    // MARK: what the origin answers

    /// A 1xx response. A client of HTTP/1.0 does not know them.
    func interimResponse(_ parser: borrowing ResponseHeadParser, in bytes: ByteBuffer) {
        guard exchange.clientIsModern else { return }
        writeHead(parser, in: bytes, connection: .implicit)
        flush()
    }

    /// The final response's head. With an inspector it may stay here, with what it begins, or be
    /// refused.
    func responseBegan(_ parser: borrowing ResponseHeadParser, in bytes: ByteBuffer) {
        exchange.head = ByteBuffer()
        exchange.responseHasCome = true
        if !exchange.mayReadResponse { dropOriginal() }
        touch()
        let endsWithConnection = parser.head.framing == .untilClose
        exchange.endsWithConnection = endsWithConnection || takesContentOnly
        // An answer before the end of the request: whoever sends on is cut off after it.
        let keepsAlive =
            exchange.keepsAlive && exchange.requestIsRead && !endsWithConnection
            && !worker.isDraining
        let connection = keepsAlive ? ConnectionDirective.implicit : .close
        if inspection.isExcluded, parser.head.hasBody { worker.count(.excluded) }
        // What a page about it needs is gone where a reload has only now begun to read responses.
        if inspection.readsResponses, exchange.mayReadResponse {
            switch askAboutResponse(parser, in: bytes) {
            case .passes: dropOriginal()
            case .isRefused: return
            case .isRead(let reading):
                reading.head = makeHead(parser, in: bytes, connection: connection)
                reading.keepsAlive = keepsAlive
                exchange.reading = reading
                return
            }
        }
        exchange.responseHasBegun = true
        exchange.keepsAlive = keepsAlive
        writeHead(parser, in: bytes, connection: connection)
    }

    /// Bytes of the response's body, as they came.
    ///
    /// - Parameter isLast: the response ends with them; `responseEnded` follows.
    func responseBody(_ buffer: ByteBuffer, isLast: Bool) {
        guard buffer.readableBytes > 0 else { return }
        guard let reading = exchange.reading else { return write(buffer) }
        reading.hold(buffer)
        // The last bytes wait for the verdict about the whole.
        if !isLast, !reading.isBehind { settleResponse(reading) }
    }

    /// The origin has sent all that came in one turn.
    func responseBurstEnded() {
        if let reading = exchange.reading { waitForMore(reading) }
        flush()
    }

    /// The response is whole.
    func responseEnded() {
        upstream = nil
        if let reading = exchange.reading {
            reading.finish(for: self)
            settleResponse(reading)
            guard phase == .exchanging else { return }
        }
        flush()
        let isWhole = exchange.requestIsRead
        endExchange(keepsAlive: exchange.keepsAlive && isWhole)
    }

    /// Ready for the next request, or done.
    func endExchange(keepsAlive: Bool) {
        endReadings()
        exchange = Exchange()
        guard keepsAlive, !worker.isDraining else { return linger() }
        phase = .head
        parser.reset()
        if inputHasEnded && inbox.readableBytes == 0 { return closeAfterFlush() }
        setDeadline(ticks: worker.ticks.keepAlive)
        updateGate()
        if inbox.readableBytes > 0 { readRequests() }
    }

    /// Ends this side and throws away what still comes, so that the answer is not lost to a reset.
    func linger() {
        phase = .lingering
        inbox = ByteBuffer()
        endReadings()
        exchange = Exchange()
        // Until the last byte is out; then `outputEnded` shortens it.
        setDeadline(ticks: worker.ticks.transferIdle)
        updateGate()
        flush()
        closeOutput()
    }

    /// The exchange cannot go on: the origin closed, or sent what is not HTTP.
    ///
    /// - Parameter isStale: an unused connection turned out to be closed before it answered.
    func upstreamFailed(_ fault: ProxyFault, isStale: Bool) {
        upstream = nil
        guard phase == .exchanging else { return }
        if isStale, exchange.isRepeatable, !exchange.wasRepeated, !exchange.responseHasBegun {
            exchange.wasRepeated = true
            worker.counters.upstreamRetries += 1
            phase = .deciding
            setDeadline(ticks: worker.ticks.connect)
            return route()
        }
        if exchange.responseHasBegun {
            worker.count(fault.kind)
            cutOff()
        } else {
            answer(fault)
        }
    }

    // MARK: tunnels

    /// CONNECT: the connection stands.
    private func openTunnel(with open: UpstreamConnection) {
        var bytes = ByteBuffer()
        bytes.writeStaticString("HTTP/1.1 200 Connection established\r\n\r\n")
        write(bytes)
        flush()
        joinTunnel(with: open)
    }

    /// 101: the head of the answer that ends HTTP on this connection.
    func protocolSwitched(_ parser: borrowing ResponseHeadParser, in bytes: ByteBuffer) {
        writeHead(parser, in: bytes, connection: .upgrade)
        flush()
    }

    /// Both sides become a tunnel; what each has sent early goes on to the other.
    func joinTunnel(with open: UpstreamConnection) {
        let early = inbox
        let isConnect = exchange.isConnect
        inbox = ByteBuffer()
        endReadings()
        exchange = Exchange()
        upstream = nil
        phase = .tunnel
        worker.tunnelBegan()
        if inspection.readsResponses { worker.count(isConnect ? .tunnel : .upgraded) }
        let answered = open.beginTunnel()
        if early.readableBytes > 0 { open.write(early) }
        if answered.readableBytes > 0 { write(answered) }
        open.flush()
        flush()
        SocketHandler.joinTunnel(self, open)
    }
}
