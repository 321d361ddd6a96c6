import KhienHTTP
import KhienModel
import KhienText
import NIOCore

// Answers of the proxy itself: blocked, warned, reserved, failed.
extension ClientConnection {
    // MARK: judged

    /// Answers a request that is not let through: the page is made, the event is recorded, and when
    /// it is in the kernel the page leaves.
    ///
    /// - Parameter destination: the address, where the judgement is about it.
    func refuse(_ judgement: Judgement, destination: IPAddress?) {
        phase = .deciding
        if judgement.verdict == .warn {
            worker.counters.warned += 1
        } else {
            worker.counters.blocked += 1
        }
        let question = question(judgement)
        let answer = worker.answerer.answer(question)
        let number = requestNumber
        record(question, status: answer.status, destination: destination) { connection in
            guard connection.isDeciding(number) else { return }
            connection.send(answer)
        }
    }

    /// Whether the client may pass over this warning; asked once a request. The event is recorded,
    /// the request does not wait for it.
    func mayContinue(_ judgement: Judgement) -> Bool {
        if let known = exchange.mayContinue { return known }
        let question = question(judgement)
        let isAllowed = worker.answerer.mayContinue(question)
        exchange.mayContinue = isAllowed
        if isAllowed {
            worker.counters.continued += 1
            record(question, status: 0, destination: nil) { _ in }
        }
        return isAllowed
    }

    /// Records a monitored request, which does not wait for it.
    func recordPassing(_ judgement: Judgement, destination: IPAddress?) {
        worker.counters.monitored += 1
        record(question(judgement), status: 0, destination: destination) { _ in }
    }

    func answerReserved() {
        send(worker.answerer.answerReserved(question(.pass)))
    }

    private func record(
        _ question: BlockQuestion, status: UInt16, destination: IPAddress?,
        then: @escaping (ClientConnection) -> Void
    ) {
        let event = BlockedRequest(
            judgement: question.judgement, reference: question.reference,
            method: question.method, scheme: exchange.isConnect ? [] : Array("http".utf8),
            host: question.host, port: question.port, target: question.target,
            type: question.type, client: client, destination: destination,
            worker: worker.index, generation: worker.generation, status: status)
        let bound = NIOLoopBound((connection: self, then: then), eventLoop: worker.loop)
        worker.recorder.record(event) { outcome in
            // Always a turn later, even when called on the loop: no recursion.
            let loop = bound.eventLoop
            loop.execute {
                let (connection, then) = bound.value
                if case .lost = outcome { connection.worker.counters.eventsLost += 1 }
                then(connection)
            }
        }
    }

    private func question(_ judgement: Judgement) -> BlockQuestion {
        let fields = FieldReader(parser, in: exchange.original)
        let url = judged.url
        var target: [UInt8] = []
        if !exchange.isConnect {
            target = Array(url.bytes[url.path])
            if let query = url.query {
                target.append(UInt8(ascii: "?"))
                target.append(contentsOf: url.bytes[query])
            }
        }
        let host = Array(url.bytes[url.host])
        let authority = host + Array(":\(exchange.port)".utf8)
        return BlockQuestion(
            judgement: judgement, reference: worker.makeReference(),
            method: Array(
                exchange.original.readableBytesView.dropFirst(
                    Int(parser.head.methodRange.start)
                ).prefix(parser.head.methodRange.count)),
            url: exchange.isConnect ? authority : url.bytes, host: host, port: exchange.port,
            target: target, type: judged.type, accept: fields.joined(.accept),
            acceptLanguage: fields.joined(.acceptLanguage), cookie: fields.joined(.cookie),
            client: client)
    }

    // MARK: failures

    /// Answers with a failure. The connection ends after it, except where the request was whole and
    /// the failure is not the client's.
    func answer(_ fault: ProxyFault) {
        worker.count(fault.kind)
        if fault.kind.party == .client { exchange.requestIsRead = false }
        let (vietnamese, english) = fault.kind.sentences
        let text = "\(vietnamese)\n\(english)\n"
        let headers = """
            Content-Type: text/plain; charset=utf-8\r
            Cache-Control: no-store\r
            Proxy-Status: \(worker.settings.name); error=\(fault.kind.proxyStatusError)\r\n
            """
        send(
            BlockAnswer(
                status: fault.status, reasonPhrase: "\(StatusReason.phrase(for: fault.status))",
                headerLines: Array(headers.utf8), body: Array(text.utf8)))
    }

    /// Sends a whole answer and ends the exchange.
    private func send(_ answer: BlockAnswer) {
        abandonUpstream()
        // The rest of an unread request cannot be told from a next one: the connection ends.
        // CONNECT too, because a client may have begun to speak TLS already.
        let keepsAlive =
            exchange.keepsAlive && exchange.requestIsRead && !exchange.isConnect
            && !worker.isDraining
        var bytes: [UInt8] = []
        bytes.reserveCapacity(answer.headerLines.count + answer.body.count + 128)
        bytes.append(contentsOf: "HTTP/1.1 \(answer.status) \(answer.reasonPhrase)\r\n".utf8)
        bytes.append(contentsOf: answer.headerLines)
        bytes.append(contentsOf: "Content-Length: \(answer.body.count)\r\n".utf8)
        if !keepsAlive { bytes.append(contentsOf: "Connection: close\r\n".utf8) }
        bytes.append(contentsOf: "\r\n".utf8)
        if exchange.method != .head { bytes.append(contentsOf: answer.body) }
        write(ByteBuffer(bytes: bytes))
        flush()
        endExchange(keepsAlive: keepsAlive)
    }
}
