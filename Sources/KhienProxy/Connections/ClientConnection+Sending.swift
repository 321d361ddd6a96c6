import KhienHTTP
import KhienModel
import NIOCore

// The body of a request that is read: taken in, and sent on while more of it is read.
//
// ```
//   holding ─┬▶ whole, cleared, or over without a verdict: all goes on, the rest streams unread
//            │ as much as is held has come, and nothing is condemned
//            └▶ connect ─▶ exchanging: what was judged leaves, the rest is held behind it
//                            │ cleared, or over without a verdict
//                            ├──▶ all leaves, the rest streams unread
//                            │ condemned
//                            ├──▶ the origin's connection is reset; no response has begun: event, then
//                            │    the page in its place
//                            └──▶ a response has begun: event, then the client's connection is reset
// ```
// An origin may answer before it has the whole form: its response is read beside it, and whichever is
// condemned first ends both.
extension ClientConnection {
    /// Reads what the inbox holds of the body.
    func readFormFromInbox() {
        let bytes = inbox
        inbox = ByteBuffer()
        touch()
        readForm(bytes)
    }

    /// Reads more of the body; what follows it goes back to the inbox.
    func readForm(_ bytes: ByteBuffer) {
        guard let reading = exchange.form else { return }
        var bytes = bytes
        do throws(HTTPError) {
            let count = try feed(bytes, to: reading)
            if let part = bytes.readSlice(length: count) { reading.hold(part) }
        } catch {
            return bodyIsMalformed(error)
        }
        if bytes.readableBytes > 0 { restore(bytes) }
        exchange.requestIsRead = body.isFinished
        // From now on it is the origin that is waited for, and not as long.
        if body.isFinished { touch() }
        advanceForm(reading)
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

    /// Decides what can be decided with what has been read.
    private func advanceForm(_ reading: BodyReading) {
        if reading.isBehind { return catchUpLater() }
        if body.isFinished {
            reading.finish(for: self)
        } else if phase == .holding, reading.isOverfull, reading.settings.blocksOverLimit {
            // Nothing leaves of what is not read as a whole.
            reading.overflow(for: self)
        }
        settleForm(reading)
    }

    /// The inspection has read all that it was given: what came meanwhile is read on.
    func formCaughtUp(_ reading: BodyReading) {
        advanceForm(reading)
        takeBody()
        if let form = exchange.form { waitForMore(form) }
        flushUpstream()
        endIfCutShort()
        updateGate()
    }

    /// What is held of a form that has begun to leave has waited long enough.
    func formWaitIsOver(_ reading: BodyReading) {
        reading.pause(for: self)
        settleForm(reading)
        flushUpstream()
        updateGate()
    }

    /// Lets leave what may, or ends the exchange: called after every change of the form's reading.
    func settleForm(_ reading: BodyReading) {
        switch reading.state {
        case .undecided:
            if reading.isCrowded, !reading.settings.blocksOverLimit {
                // Framing fills what is held, and not content: what is there is judged before it leaves.
                reading.judge(for: self)
                guard case .undecided = reading.state else { return settleForm(reading) }
            }
            sendJudged(reading)
        case .cleared: sendAll(reading)
        case .condemned(let judgement): condemnForm(judgement, reading)
        case .unreadable(let spot):
            worker.count(spot)
            if reading.settings.blocks(spot) {
                condemnForm(.unread(spot), reading)
            } else {
                sendAll(reading)
            }
        }
    }

    /// What was judged of a form that is not decided about goes on, first of all to where it is to go.
    private func sendJudged(_ reading: BodyReading) {
        if phase == .exchanging {
            reading.takeReleased { bytes in
                upstream?.write(bytes)
                exchange.upstreamNeedsFlush = true
            }
        } else if phase == .holding, reading.mayLeave, !reading.settings.blocksOverLimit {
            leave()
        }
    }

    /// The body may go: to the origin with what was held of it.
    private func sendAll(_ reading: BodyReading) {
        guard phase == .exchanging else {
            var held = ByteBuffer()
            reading.takeAll { part in
                if held.readableBytes == 0 { held = part } else { held.writeImmutableBuffer(part) }
            }
            endForm()
            exchange.firstBody = held
            return leave()
        }
        reading.takeAll { bytes in
            upstream?.write(bytes)
            exchange.upstreamNeedsFlush = true
        }
        endForm()
        if !exchange.mayReadResponse || exchange.responseHasCome { dropOriginal() }
    }

    private func leave() {
        exchange.subject = .request
        phase = .deciding
        setDeadline(ticks: worker.ticks.connect)
        route()
    }

    /// Nothing more of the form leaves, and what the origin's connection has not taken yet does not
    /// either: it must not look like the whole.
    private func condemnForm(_ judgement: Judgement, _ reading: BodyReading) {
        let hasLeft = exchange.formHasLeft
        abandonUpstream(byReset: true)
        exchange.subject = .form
        if exchange.responseHasBegun {
            cut(judgement, reading.generation)
        } else {
            refuse(judgement, generation: reading.generation, partHasLeft: hasLeft)
        }
    }
}
