import KhienHTTP
import KhienModel
import KhienText
import NIOCore

// A response that an inspector reads: held until it may pass, a piece at a time.
//
// ```
//   head read ─▶ ask ─┬▶ pass: on, in the buffers that it comes in
//                     └▶ read: head and body are held
//                          │ released, or nothing more came for a while
//                          ├──▶ head and released bytes leave; the rest stays held
//                          │ cleared, or over without a verdict
//                          ├──▶ all leaves; what follows is not held any more
//                          │ condemned
//                          ├──▶ nothing has left: event, then the page in its place
//                          └──▶ something has left: event, then the connection is reset
// ```
extension ClientConnection {
    /// The response's body that is being read; nil: its bytes just pass.
    var reading: BodyReading? { exchange.reading }

    /// What is done with a message that has a body.
    enum ReadingStart {
        case passes
        case isRead(BodyReading)
        /// It was refused unread; the answer is under way.
        case isRefused
    }

    /// Asks the inspector about a response whose head is whole.
    ///
    /// A part of a whole (206) of a kind that is read is read on its own, and counted: what it says is
    /// judged without the rest, so who fetches a page in small parts gets each judged alone. Where the
    /// failure policy refuses what cannot be read, such parts are refused.
    func askAboutResponse(
        _ parser: borrowing ResponseHeadParser, in bytes: ByteBuffer
    ) -> ReadingStart {
        if parser.head.status == 304 { worker.count(.notModified) }
        guard let inspector = worker.inspector, parser.head.hasBody else { return .passes }
        exchange.subject = .page
        worker.response.read(parser, in: bytes.readableBytesUInt8Span)
        worker.response.method = exchange.method
        worker.response.type = judged.type
        worker.response.client = client
        worker.response.group = group
        swap(&judged.url, &worker.response.url)
        swap(&judged.source, &worker.response.source)
        let start = inspector.begin(response: worker.response)
        swap(&judged.url, &worker.response.url)
        swap(&judged.source, &worker.response.source)
        switch start {
        case .pass(let spot):
            worker.count(spot)
            return .passes
        case .unreadable(let spot): return cannotRead(spot)
        case .read(let inspection):
            if worker.response.isPartial, case .isRefused = cannotRead(.partial) {
                return .isRefused
            }
            guard worker.mayRead(for: client) else { return hasTooMany() }
            guard worker.readings < Limits.Proxy.inspectionsMax else {
                return cannotRead(.overloaded)
            }
            return .isRead(makeReading(inspection, of: .page, parser.head.framing))
        }
    }

    func makeReading(
        _ inspection: any BodyInspection, of subject: BlockSubject, _ framing: BodyFraming
    ) -> BodyReading {
        worker.readingBegan(client)
        worker.groupCounters[group.index].bodiesRead += 1
        // A client of HTTP/1.0 gets what the chunks hold, up to the end of the connection.
        let isResponse = subject == .page
        let isBare = isResponse && takesContentOnly && framing == .chunked
        return BodyReading(
            inspection, of: subject,
            held: HeldBytes(
                isBare ? .untilClose : framing, limits: worker.settings.http,
                fault: isResponse ? .origin : .client),
            settings: self.inspection, generation: worker.generation,
            isStream: isResponse && worker.response.isEventStream)
    }

    /// Counts a message that is not read and refuses it where the policy says so.
    func cannotRead(_ spot: BlindSpot) -> ReadingStart {
        worker.count(spot)
        guard inspection.blocks(spot) else { return .passes }
        abandonUpstream()
        refuse(.unread(spot))
        return .isRefused
    }

    /// The client has as many bodies under way as may be read of one.
    func hasTooMany() -> ReadingStart {
        worker.count(BlindSpot.overloaded)
        abandonUpstream()
        answer(ProxyFault(.overloaded))
        return .isRefused
    }

    /// Lets pass what may pass, or ends the response: called after every change of its reading.
    func settleResponse(_ reading: BodyReading) {
        switch reading.state {
        case .undecided:
            if reading.isCrowded {
                // Framing fills what is held, and not content: what is there is judged before it leaves.
                reading.judge(for: self)
                guard case .undecided = reading.state else { return settleResponse(reading) }
            }
            reading.takeReleased { bytes in
                beginResponse(reading)
                write(bytes)
            }
        case .cleared: passRest(reading)
        case .condemned(let judgement): condemn(judgement, reading)
        case .unreadable(let spot):
            worker.count(spot)
            if reading.settings.blocks(spot) {
                condemn(.unread(spot), reading)
            } else {
                passRest(reading)
            }
        }
    }

    /// The response's first byte is about to leave: its head goes before it.
    private func beginResponse(_ reading: BodyReading) {
        if exchange.responseHasBegun { return }
        exchange.responseHasBegun = true
        exchange.keepsAlive = reading.keepsAlive
        write(reading.head)
        reading.head = ByteBuffer()
    }

    /// Nothing more is held.
    private func passRest(_ reading: BodyReading) {
        beginResponse(reading)
        reading.takeAll { write($0) }
        endReading()
        dropOriginal()
    }

    private func condemn(_ judgement: Judgement, _ reading: BodyReading) {
        let generation = reading.generation
        abandonUpstream()
        exchange.subject = .page
        if exchange.responseHasBegun {
            cut(judgement, generation)
        } else {
            refuse(judgement, generation: generation)
        }
    }

    // MARK: turns

    /// The response is whole: what its reading put off is read.
    func responseIsWhole() { exchange.reading?.complete(for: self) }

    /// Whether a response that is read is not read as far as it came.
    var isBehind: Bool { exchange.reading?.isBehind ?? false }

    /// The same of a request's body.
    var formIsBehind: Bool { exchange.form?.isBehind ?? false }

    /// The body is read on in a later turn of the loop.
    func catchUpLater() {
        guard !waitsForTurn else { return }
        waitsForTurn = true
        worker.readOnLater(self)
    }

    /// The turn to read on.
    func catchUp() {
        waitsForTurn = false
        guard isActive else { return }
        if let reading = exchange.reading, reading.isBehind {
            touch()
            reading.catchUp(for: self)
            if !reading.isBehind { upstream?.caughtUp() }
        } else if let form = exchange.form, form.isBehind {
            touch()
            form.catchUp(for: self)
            if !form.isBehind { formCaughtUp(form) }
        }
        if isBehind || formIsBehind { catchUpLater() }
    }

    /// The response's reading has come as far as the response.
    func settleReading() {
        if let reading = exchange.reading { settleResponse(reading) }
    }

    /// Lets go of the response's reading and of what is held.
    func endReading() {
        guard let reading = exchange.reading else { return }
        exchange.reading = nil
        end(reading)
    }

    /// Lets go of the reading of the request's body and of what is held.
    func endForm() {
        guard let form = exchange.form else { return }
        exchange.form = nil
        end(form)
    }

    func endReadings() {
        endForm()
        endReading()
    }

    private func end(_ reading: BodyReading) {
        worker.readingEnded(client)
        reading.end()
        if let spot = reading.skipped { worker.count(spot) }
        if reading.isKnown { worker.counters.bodiesKnown += 1 }
    }

    // MARK: waiting

    /// Bytes are held and no more are here: they do not wait for ever.
    func waitForMore(_ reading: BodyReading) {
        guard reading.timer == nil, reading.isWaiting, !reading.isBehind, phase == .exchanging
        else { return }
        let bound = NIOLoopBound((connection: self, reading: reading), eventLoop: worker.loop)
        reading.timer = worker.loop.scheduleTask(deadline: reading.due) {
            let (connection, reading) = bound.value
            connection.waitIsOver(reading)
        }
    }

    private func waitIsOver(_ reading: BodyReading) {
        let isUnderWay = exchange.reading === reading || exchange.form === reading
        guard isUnderWay, phase == .exchanging else { return }
        reading.timer = nil
        // Behind, it waits for us; the timer is set again when it is not.
        guard reading.isWaiting, !reading.isBehind else { return }
        // More came meanwhile; the timer is not set anew for each read.
        guard reading.due <= NIODeadline.now() else { return waitForMore(reading) }
        if reading.subject == .form { return formWaitIsOver(reading) }
        if reading.holdsContent {
            reading.pause(for: self)
            settleResponse(reading)
            // Asked once more when it has been read.
            if isBehind {
                upstream?.updateGate()
                catchUpLater()
            }
        } else {
            beginResponse(reading)
        }
        flush()
    }
}

extension ResponseHead {
    /// Whether a byte of a body may follow.
    var hasBody: Bool {
        switch framing {
        case .none, .tunnel, .length(0): false
        case .length, .chunked, .untilClose: true
        }
    }
}

extension Judgement {
    /// The failure policy refuses what could not be read.
    static func unread(_ spot: BlindSpot) -> Judgement {
        let category =
            switch spot {
            case .overLimit, .expansion: "text-over-limit"
            case .overloaded, .share: "text-overloaded"
            default: "text-unreadable"
            }
        return Judgement(
            verdict: .block,
            reason: Reason(
                rule: RuleID(0), kind: .phrase, target: "unread: \(spot.name)", list: "khien",
                line: 0, category: category,
                action: .block, authority: .operator, layer: .text, view: .exact))
    }
}

extension ResponseDescription {
    /// Takes over what a head says. Allocates nothing once its arrays have grown.
    mutating func read(_ parser: borrowing ResponseHeadParser, in bytes: Span<UInt8>) {
        status = parser.head.status
        contentType.removeAll(keepingCapacity: true)
        contentEncoding.removeAll(keepingCapacity: true)
        contentRange.removeAll(keepingCapacity: true)
        cacheControl.removeAll(keepingCapacity: true)
        contentLength = nil
        if case .length(let length) = parser.head.framing { contentLength = length }
        for index in 0..<parser.head.fields.count {
            let field = parser.head.fields[index]
            switch field.id {
            case .contentType: contentType.append(bytes, field.value)
            case .contentEncoding: contentEncoding.append(bytes, field.value)
            case .contentRange: contentRange.append(bytes, field.value)
            case .cacheControl: cacheControl.append(bytes, field.value)
            default: break
            }
        }
    }

    /// One part of a whole.
    var isPartial: Bool { status == 206 || !contentRange.isEmpty }

    /// Server-sent events: each is of use at once.
    var isEventStream: Bool {
        let name: StaticString = "text/event-stream"
        guard contentType.count >= name.utf8CodeUnitCount else { return false }
        return zip(contentType, "text/event-stream".utf8).allSatisfy { $0 | 0x20 == $1 }
    }
}

extension [UInt8] {
    /// Appends one more value of a field that may come several times.
    mutating func append(_ bytes: Span<UInt8>, _ value: ByteRange) {
        if !isEmpty { append(contentsOf: [0x2C, 0x20]) }
        for index in value.range { append(bytes[index]) }
    }
}
