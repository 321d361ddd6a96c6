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
    /// - Parameters:
    ///   - destination: the address, where the judgement is about it.
    ///   - generation: the image that said so; nil: the one in force.
    ///   - partHasLeft: a part of the request's body is with the origin already.
    func refuse(
        _ judgement: Judgement, destination: IPAddress? = nil, generation: Generation? = nil,
        partHasLeft: Bool = false
    ) {
        endReadings()
        phase = .deciding
        // The log's time, where a body was under way already.
        setDeadline(ticks: worker.ticks.connect)
        if judgement.verdict == .warn {
            worker.counters.warned += 1
            worker.groupCounters[group.index].warned += 1
        } else {
            worker.counters.blocked += 1
            worker.groupCounters[group.index].blocked += 1
        }
        if partHasLeft { worker.counters.bodiesCut += 1 }
        var question = question(judgement)
        question.partHasLeft = partHasLeft
        let answer = worker.answerer.answer(question)
        let number = requestNumber
        let note = EventNote(
            status: answer.status, destination: destination, isCut: partHasLeft,
            generation: generation)
        let isForm = exchange.subject == .form
        record(question, note) { connection in
            guard connection.isDeciding(number) else { return }
            if isForm { connection.lingerForForm() }
            connection.send(answer)
        }
    }

    /// Ends an exchange that was condemned when a part of its response had left already: the event is
    /// recorded and nothing more of it leaves.
    func cut(_ judgement: Judgement, _ generation: Generation) {
        endReadings()
        phase = .deciding
        // The log's time, as for every verdict.
        setDeadline(ticks: worker.ticks.connect)
        worker.counters.blocked += 1
        worker.groupCounters[group.index].blocked += 1
        worker.counters.bodiesCut += 1
        let number = requestNumber
        let note = EventNote(isCut: true, generation: generation)
        record(question(judgement), note) { connection in
            guard connection.isDeciding(number) else { return }
            connection.reset()
        }
    }

    /// Whether the client may pass over this warning; asked once a request. The event is recorded,
    /// the request does not wait for it.
    func mayContinue(_ judgement: Judgement) -> Bool {
        if let known = exchange.mayContinue { return known }
        return passes(judgement, worker.generation)
    }

    /// Whether a judgement lets a message pass; if so it is recorded, and nothing waits for that.
    func passes(_ judgement: Judgement, _ generation: Generation) -> Bool {
        switch judgement.verdict {
        case .allow: return true
        case .block: return false
        case .monitor: countMonitored()
        case .warn:
            // Leave to send a form is not leave to see a page.
            let isForm = exchange.subject == .form
            let isAllowed =
                (isForm ? nil : exchange.mayContinue)
                ?? worker.answerer.mayContinue(question(judgement))
            if !isForm { exchange.mayContinue = isAllowed }
            guard isAllowed else { return false }
            worker.counters.continued += 1
        }
        record(question(judgement), EventNote(generation: generation)) { _ in }
        return true
    }

    /// Records a monitored request, which does not wait for it.
    func recordPassing(_ judgement: Judgement, destination: IPAddress?) {
        countMonitored()
        record(question(judgement), EventNote(destination: destination)) { _ in }
    }

    private func countMonitored() {
        worker.counters.monitored += 1
        worker.groupCounters[group.index].monitored += 1
    }

    /// Answers a request that may pass no further proxy, and so is meant for this one: OPTIONS asks
    /// for nothing that there is to tell here, and TRACE would show the client its own secrets.
    ///
    /// Source: RFC 9110, sections 7.6.2, 9.3.7 and 9.3.8.
    func answerAsLast() {
        let isOptions = exchange.method == .options
        let status: UInt16 = isOptions ? 200 : 405
        let allow = "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, CONNECT\r\n"
        send(
            BlockAnswer(
                status: status, reasonPhrase: "\(StatusReason.phrase(for: status))",
                headerLines: isOptions ? [] : Array(allow.utf8), body: []))
    }

    func answerReserved() {
        send(worker.answerer.answerReserved(question(.pass)))
    }

    /// What an event says besides what its question does.
    private struct EventNote {
        var status: UInt16 = 0
        var destination: IPAddress?
        var isCut = false
        /// nil: the one in force.
        var generation: Generation?
    }

    private func record(
        _ question: BlockQuestion, _ note: EventNote,
        then: @escaping (ClientConnection) -> Void
    ) {
        let event = BlockedRequest(
            judgement: question.judgement, reference: question.reference,
            method: question.method, scheme: exchange.isConnect ? [] : Array("http".utf8),
            host: question.host, port: question.port, target: recorded(question),
            type: question.type, client: client, group: worker.clientGroups.names[group.index],
            destination: note.destination,
            worker: worker.index, generation: note.generation ?? worker.generation,
            status: note.status, isCut: note.isCut)
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

    /// The target as events have it: of a form that is sent in the URL, nothing of what was typed.
    private func recorded(_ question: BlockQuestion) -> [UInt8] {
        guard question.subject == .form, let end = question.target.firstIndex(of: 0x3F) else {
            return question.target
        }
        return Array(question.target[..<end])
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
            judgement: judgement, subject: exchange.subject, reference: worker.makeReference(),
            method: Array(
                exchange.original.readableBytesView.dropFirst(
                    Int(parser.head.methodRange.start)
                ).prefix(parser.head.methodRange.count)),
            url: exchange.isConnect ? authority : url.bytes, host: host, port: exchange.port,
            target: target, type: judged.type, source: judged.source,
            accept: fields.joined(.accept),
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
