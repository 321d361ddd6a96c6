import KhienHTTP
import KhienModel
import KhienText
import NIOCore

// Phase 1: read a head, make its URL canonical, have it judged.
extension ClientConnection {
    /// Reads requests from the inbox until one is under way or bytes are missing.
    func readRequests() {
        guard !isReadingRequests else { return }
        isReadingRequests = true
        defer { isReadingRequests = false }
        while phase == .head, inbox.readableBytes > 0 {
            let isFirstLook = parser.bytesScanned == 0
            let bytes = inbox
            do throws(HTTPError) {
                guard case .complete(let length) = try parser.parse(bytes.readableBytesUInt8Span)
                else {
                    // The time for a head runs from its first byte and is not extended by more.
                    if isFirstLook { setDeadline(ticks: worker.ticks.head) }
                    break
                }
                try begin(headLength: length)
            } catch {
                answer(ProxyFault(.requestMalformed, status: error.status))
            }
        }
        if phase == .head, inputHasEnded { closeAfterFlush() }
    }

    /// A head is whole: nothing more of it is read after this.
    private func begin(headLength: Int) throws(HTTPError) {
        worker.counters.requests += 1
        worker.groupCounters[group.index].requests += 1
        requestNumber += 1
        phase = .deciding
        setDeadline(ticks: worker.ticks.connect)
        exchange.method = parser.head.method
        exchange.isConnect = parser.head.method == .connect
        exchange.wantsUpgrade = parser.head.upgrade == .websocket
        exchange.clientIsModern = parser.head.version == .http11
        exchange.keepsAlive = parser.head.keepsAlive
        exchange.original = inbox
        inbox.moveReaderIndex(forwardBy: headLength)
        if inbox.readableBytes == 0 { inbox = ByteBuffer() }
        try readFirstBody()
        judge()
    }

    /// Takes the part of the body that is here already, so that a malformed one is found before a
    /// byte of the request leaves.
    private func readFirstBody() throws(HTTPError) {
        let framing = parser.head.framing
        if framing == .none {
            exchange.requestIsRead = true
            exchange.isRepeatable = exchange.method.isIdempotent && !exchange.wantsUpgrade
            return
        }
        body = BodyDecoder(framing, limits: worker.settings.http, fault: .client)
        let bytes = inbox
        let count = try body.consume(bytes.readableBytesUInt8Span).consumed
        if count > 0, let part = inbox.readSlice(length: count) { exchange.firstBody = part }
        exchange.requestIsRead = body.isFinished
    }

    /// Makes the URL and asks the judge.
    private func judge() {
        if let fault = readTarget() { return answer(fault) }
        readContext()
        if isReserved { return answerReserved() }
        let judgement = worker.judge.judge(judged)
        switch judgement.verdict {
        case .allow: break
        case .monitor: recordPassing(judgement, destination: nil)
        case .warn:
            guard mayContinue(judgement) else { return refuse(judgement, destination: nil) }
        case .block: return refuse(judgement, destination: nil)
        }
        let original = exchange.original
        if parser.head.maxForwards(in: original.readableBytesUInt8Span) == 0 {
            return answerAsLast()
        }
        proceed()
    }

    /// Parses the target into `judged.url`; says why it cannot be served.
    private func readTarget() -> ProxyFault? {
        let target = parser.head.target
        judged.kind = exchange.isConnect ? .tunnel : .plain
        let original = exchange.original
        let bytes = original.readableBytesUInt8Span
        do throws(WebURLError) {
            switch target.form {
            case .origin, .asterisk: return ProxyFault(.notForProxy)
            case .absolute:
                guard target.scheme == .http else { return ProxyFault(.schemeUnsupported) }
                try judged.url.parse(bytes.extracting(target.bytes.range))
            case .authority:
                // Only host and port are known; the scheme is what such tunnels nearly always
                // carry.
                var text = Array("https://".utf8)
                for index in target.bytes.range { text.append(bytes[index]) }
                text.append(UInt8(ascii: "/"))
                try judged.url.parse(text.span)
            }
        } catch {
            return ProxyFault(.requestMalformed)
        }
        guard let port = judged.url.effectivePort, port > 0 else {
            return ProxyFault(.requestMalformed)
        }
        exchange.port = port
        if exchange.isConnect, !worker.settings.connectPorts.contains(port) {
            return ProxyFault(.portRefused)
        }
        let pseudonym = worker.pseudonym
        if parser.head.hasPassed(pseudonym.span, in: bytes) { return ProxyFault(.loop) }
        return nil
    }

    /// Reads what else the judge looks at from the head's fields.
    private func readContext() {
        let fields = FieldReader(parser, in: exchange.original)
        judged.type = fields.requestType(
            method: exchange.method, upgrade: parser.head.upgrade)
        exchange.authenticatesConnection = fields.authenticatesConnection
        judged.source.removeAll(keepingCapacity: true)
        fields.appendFirst(.referer, to: &judged.source)
    }

    /// Whether the path is one that the proxy answers itself.
    private var isReserved: Bool {
        let reserved = worker.reservedPath
        let path = judged.url.path
        guard !reserved.isEmpty, !exchange.isConnect, path.count >= reserved.count else {
            return false
        }
        for index in reserved.indices
        where judged.url.bytes[path.lowerBound + index] != reserved[index] {
            return false
        }
        return true
    }
}
