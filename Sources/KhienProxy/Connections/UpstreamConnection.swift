import KhienHTTP
import KhienModel
import NIOCore

/// One connection to an origin: unused in the pool, or carrying one client's exchange, or one side
/// of a tunnel.
///
/// ```
///            send            head read          body read
///   idle ──────────▶ head ──────────────▶ body ───────────▶ idle (pool) or closed
///                     │ 101, CONNECT
///                     └──────────▶ tunnel (SocketHandler+Tunnel)
/// ```
final class UpstreamConnection: SocketHandler {
    /// The address as it was judged before it was connected to.
    private(set) var judged: JudgedEndpoint
    /// Whether it has carried an exchange before: its origin may be closing it at this moment.
    private(set) var isReused = false
    /// Who gets the response. The two hold each other while an exchange lasts; every way out of it
    /// lets go of both ends.
    private var client: ClientConnection?
    private var phase = Phase.idle
    /// Bytes of a head that is not whole yet.
    private var inbox = ByteBuffer()
    private var parser: ResponseHeadParser
    private var body = BodyDecoder(.none, fault: .origin)
    /// What came of a body while the inspection was behind: the rest of one burst of reads, and at the
    /// end of input what the kernel held.
    private var waiting: [ByteBuffer] = []
    private var expected = ResponseContext(method: .other)
    private var responseKeepsAlive = false
    private var interimResponses = 0
    /// The client that this connection was authenticated for (NTLM, Negotiate): nobody else may
    /// ever use it.
    private weak var owner: ClientConnection?
    private var isOwned = false

    private enum Phase {
        /// No exchange: nothing may arrive.
        case idle
        /// The next bytes are the head of a response.
        case head
        /// The next bytes belong to a response's body.
        case body
    }

    init(worker: Worker, judged: JudgedEndpoint) {
        self.judged = judged
        parser = ResponseHeadParser(limits: worker.settings.http)
        super.init(worker: worker)
    }

    var endpoint: Endpoint { judged.endpoint }

    /// Takes note of a newer judgement about the address.
    func rejudged(_ judgement: Judgement, generation: Generation) {
        judged.judgement = judgement
        judged.generation = generation
    }

    // MARK: an exchange

    /// Writes the first bytes of a request, without a flush, and from now on gives the response to
    /// `client`.
    func begin(
        for client: ClientConnection, sending bytes: ByteBuffer, expecting context: ResponseContext
    ) {
        self.client = client
        phase = .head
        interimResponses = 0
        expected = context
        parser.reset()
        clearDeadline()
        gate(closed: !client.isWritable)
        write(bytes)
    }

    /// Leaves the client and becomes a side of a tunnel; what has been read beyond the head is
    /// returned.
    func beginTunnel() -> ByteBuffer {
        client = nil
        phase = .idle
        clearDeadline()
        let rest = inbox
        inbox = ByteBuffer()
        return rest
    }

    /// Leaves the client in the middle of an exchange: the connection is of no further use.
    func abandon(byReset: Bool) {
        client = nil
        waiting = []
        if byReset { reset() } else { close() }
    }

    /// Goes back into the pool, or stays with its owner, reading again: a connection that is not
    /// read would not notice that its origin closes it, and a paused one would hang the next
    /// exchange.
    private func retire(after client: ClientConnection) {
        phase = .idle
        isReused = true
        gate(closed: false)
        guard !inputHasEnded, isActive else { return close() }
        if isOwned || client.authenticatesConnection {
            isOwned = true
            owner = client
            client.own(self)
        } else if !worker.pool.put(self) {
            return close()
        }
        setDeadline(ticks: worker.ticks.upstreamIdle)
    }

    // MARK: what the origin sends

    override func received(_ buffer: ByteBuffer) {
        worker.counters.bytesFromOrigins += UInt64(buffer.readableBytes)
        guard let client else {
            // Bytes without a request: whatever they are, the next response must not begin there.
            return close()
        }
        client.touch()
        switch phase {
        case .idle: close()
        case .body:
            if client.isBehind {
                waiting.append(buffer)
            } else {
                receivedBody(buffer, for: client)
            }
        case .head:
            if inbox.readableBytes == 0 {
                inbox = buffer
            } else {
                inbox.writeImmutableBuffer(buffer)
            }
            readHead(for: client)
        }
    }

    override func receivedAll() {
        client?.responseBurstEnded()
    }

    /// Reads heads until the final one is whole or bytes are missing.
    private func readHead(for client: ClientConnection) {
        // At the end of an exchange this connection may have begun the next one already, without a
        // byte of its response.
        while phase == .head, inbox.readableBytes > 0 {
            do throws(HTTPError) {
                let bytes = inbox
                guard
                    case .complete(let length) = try parser.parse(
                        bytes.readableBytesUInt8Span, for: expected)
                else { return }
                headRead(length, for: client)
            } catch {
                return fail(ProxyFault(.originMalformed))
            }
        }
    }

    private func headRead(_ length: Int, for client: ClientConnection) {
        if parser.head.framing == .tunnel {
            // What a request still has to send is no part of a tunnel (RFC 9110, section 7.8), and of a
            // form it has not been judged.
            guard client.requestIsSent else { return fail(ProxyFault(.originMalformed)) }
            return switchProtocols(length, for: client)
        }
        if parser.head.isInterim {
            interimResponses += 1
            guard interimResponses <= Limits.Proxy.interimResponsesMax else {
                return fail(ProxyFault(.originMalformed))
            }
            client.interimResponse(parser, in: inbox)
            inbox.moveReaderIndex(forwardBy: length)
            parser.reset()
            return
        }
        finalHeadRead(length, for: client)
    }

    private func finalHeadRead(_ length: Int, for client: ClientConnection) {
        body = BodyDecoder(parser.head.framing, limits: worker.settings.http, fault: .origin)
        responseKeepsAlive = parser.head.keepsAlive
        phase = .body
        let head = inbox
        inbox.moveReaderIndex(forwardBy: length)
        let rest = inbox
        inbox = ByteBuffer()
        client.responseBegan(parser, in: head)
        // It may have refused the response unread.
        guard self.client === client else { return }
        receivedBody(rest, for: client)
    }

    private func receivedBody(_ buffer: ByteBuffer, for client: ClientConnection) {
        var buffer = buffer
        do throws(HTTPError) {
            if client.takesContentOnly && parser.head.framing == .chunked {
                try receivedChunks(&buffer, for: client)
            } else {
                let count = try consume(buffer, for: client)
                if count == buffer.readableBytes {
                    client.responseBody(buffer, isLast: body.isFinished)
                    // Not `clear`: that takes as much new memory where the client holds the bytes.
                    buffer = ByteBuffer()
                } else if let part = buffer.readSlice(length: count) {
                    client.responseBody(part, isLast: body.isFinished)
                }
            }
        } catch {
            return fail(ProxyFault(.originMalformed))
        }
        // The response may have been condemned: then this connection is closed already.
        guard self.client === client else { return }
        // What follows a response is not ours to interpret, and nothing can follow it later.
        if buffer.readableBytes > 0 { responseKeepsAlive = false }
        if body.isFinished { client.responseIsWhole() }
        if client.isBehind {
            gate(closed: true)
            client.catchUpLater()
        } else if body.isFinished {
            finish(for: client)
        } else if !client.isWritable {
            gate(closed: true)
        }
    }

    /// The inspection has read all that it was given: what waited is read on, and what happened
    /// meanwhile happens.
    func caughtUp() {
        guard let client else { return }
        if body.isFinished { return finish(for: client) }
        client.settleReading()
        while isCarrying(client), !waiting.isEmpty {
            receivedBody(waiting.removeFirst(), for: client)
        }
        guard isCarrying(client) else { return }
        client.responseBurstEnded()
        if inputHasEnded {
            inputEnded()
        } else if !isActive {
            originClosed(client)
        } else {
            updateGate()
        }
    }

    /// Whether more of the body may be taken for this client now.
    private func isCarrying(_ client: ClientConnection) -> Bool {
        self.client === client && phase == .body && !client.isBehind
    }

    /// The gate for reads: closed while the client does not take, or the inspection does not follow.
    func updateGate() {
        gate(closed: client.map { !$0.isWritable || $0.isBehind } ?? false)
    }

    /// How many of these bytes belong to the response. Their content is given to an inspector, where
    /// there is one that reads it.
    private func consume(
        _ buffer: ByteBuffer, for client: ClientConnection
    ) throws(HTTPError) -> Int {
        let bytes = buffer.readableBytesUInt8Span
        guard let reading = client.reading else { return try body.consume(bytes).consumed }
        var offset = 0
        while true {
            switch try body.next(bytes, from: offset) {
            case .payload(let range):
                reading.feed(bytes.extracting(range), for: client)
                offset = range.upperBound
            case .needsMore: return bytes.count
            case .finished(let end): return end
            }
        }
    }

    /// Passes on what the chunks hold, for a client of HTTP/1.0.
    private func receivedChunks(
        _ buffer: inout ByteBuffer, for client: ClientConnection
    ) throws(HTTPError) {
        var offset = 0
        while true {
            switch try body.next(buffer.readableBytesUInt8Span, from: offset) {
            case .payload(let range):
                let start = buffer.readerIndex + range.lowerBound
                if let part = buffer.getSlice(at: start, length: range.count) {
                    client.reading?.feed(part.readableBytesUInt8Span, for: client)
                    client.responseBody(part, isLast: body.isFinished)
                }
                guard self.client === client else { return }
                offset = range.upperBound
            case .needsMore:
                buffer = ByteBuffer()
                return
            case .finished(let end):
                buffer.moveReaderIndex(forwardBy: end)
                return
            }
        }
    }

    /// The response is whole. Nothing of this connection may be touched after `responseEnded`: the
    /// client may have begun its next exchange on it.
    private func finish(for client: ClientConnection) {
        self.client = nil
        if !waiting.isEmpty {
            responseKeepsAlive = false
            waiting = []
        }
        if responseKeepsAlive && client.requestIsSent {
            retire(after: client)
        } else {
            phase = .idle
            close()
        }
        client.responseEnded()
    }

    private func switchProtocols(_ length: Int, for client: ClientConnection) {
        phase = .idle
        client.protocolSwitched(parser, in: inbox)
        inbox.moveReaderIndex(forwardBy: length)
        client.joinTunnel(with: self)
    }

    /// The exchange cannot go on for the origin's fault.
    private func fail(_ fault: ProxyFault) {
        phase = .idle
        waiting = []
        guard let client else { return close() }
        self.client = nil
        close()
        client.upstreamFailed(fault, isStale: false)
    }

    // MARK: ends

    override func inputEnded() {
        guard let client else { return close() }
        // What came before the end is read first.
        if client.isBehind { return }
        if phase == .body && parser.head.framing == .untilClose {
            client.responseIsWhole()
            if client.isBehind { return client.catchUpLater() }
            responseKeepsAlive = false
            return finish(for: client)
        }
        originClosed(client)
    }

    override func closed() {
        if let client {
            if !client.isBehind { originClosed(client) }
        } else if phase == .idle {
            leaveIdle()
        }
    }

    /// No longer offered for use.
    private func leaveIdle() {
        if isOwned {
            owner?.disown(self)
        } else {
            worker.pool.remove(self)
        }
    }

    private func originClosed(_ client: ClientConnection) {
        let hasAnswered = phase == .body || inbox.readableBytes > 0 || interimResponses > 0
        self.client = nil
        waiting = []
        phase = .idle
        close()
        client.upstreamFailed(ProxyFault(.originClosed), isStale: isReused && !hasAnswered)
    }

    /// Unused for too long.
    override func deadlineReached() {
        leaveIdle()
        close()
    }

    override func writabilityChanged() {
        client?.upstreamWritabilityChanged(isWritable: isWritable)
    }
}
