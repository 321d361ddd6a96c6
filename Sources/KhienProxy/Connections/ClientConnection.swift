import KhienHTTP
import KhienModel
import KhienText
import NIOCore

/// One connection of a client: reads requests, has them judged, sends them on and gives the answers
/// back in the same order.
///
/// ```
///          head whole           connected          answer out, request read
///   head ─────────────▶ deciding ────────▶ exchanging ─────────────────────▶ head
///    │                     │                   │ CONNECT, 101
///    │ malformed           │ blocked           └────────────▶ tunnel
///    └─────────────────────┴──▶ answered here ──▶ head or lingering ──▶ closed
/// ```
/// The files beside this one hold a phase each: `+Head` (read and judge), `+Route` (find an address
/// and a connection), `+Exchange` (carry bytes), `+Form` (hold a request's body
/// that is read), `+Sending` (send it while it is read on), `+Reading` (hold a response that is
/// read), `+Answer` (answer here).
final class ClientConnection: SocketHandler {
    let client: IPAddress
    /// What was looked up about the client, under which of the worker's judges.
    private var identity = Identity()
    var phase = Phase.head
    /// Bytes received and not used yet.
    var inbox = ByteBuffer()
    var parser: RequestHeadParser
    var body = BodyDecoder(.none, fault: .client)
    var exchange = Exchange()
    var judged: JudgedRequest
    /// The connection to the origin, while exchanging.
    var upstream: UpstreamConnection?
    var connector: Connector?
    /// An unused connection to an origin that was authenticated for this client.
    private(set) var owned: UpstreamConnection?
    /// Counts the requests of this connection: an answer to a question about an earlier one (a
    /// name, a record) is recognised as late by it.
    var requestNumber: UInt64 = 0
    /// Requests are being read; keeps answers that are ready at once from recursing.
    var isReadingRequests = false
    private var lingerBytes = 0
    /// How much is thrown away at most, and, where more than usual is, until when.
    private var lingerBytesMax = Limits.Proxy.lingerBytesMax
    private var lingerTickMax: UInt32?
    /// The worker has it on its list of bodies to be read on.
    var waitsForTurn = false

    enum Phase {
        /// Reading a request's head, or waiting for one.
        case head
        /// The head is whole; waiting for the log, a name or a connection.
        case deciding
        /// The body is being read; nothing of the request has left.
        case holding
        /// Bound to an origin.
        case exchanging
        /// Answered for the last time; what still arrives is thrown away.
        case lingering
        /// Part of a tunnel.
        case tunnel
    }

    init(worker: Worker, client: IPAddress) {
        self.client = client
        judged = JudgedRequest(client: client)
        parser = RequestHeadParser(limits: worker.settings.http)
        super.init(worker: worker)
        identify()
        setDeadline(ticks: worker.ticks.head)
    }

    // MARK: who it is

    private struct Identity {
        var group = ClientGroup.general
        var inspection = InspectionSettings.none
        var judgeNumber: UInt64 = 0
    }

    /// The client's group in the judge that is in force.
    var group: ClientGroup {
        identify()
        return identity.group
    }

    /// How its bodies are held.
    var inspection: InspectionSettings {
        identify()
        return identity.inspection
    }

    /// Looks the client up: when it connects, and once more after each reload.
    private func identify() {
        guard identity.judgeNumber != worker.judgeNumber else { return }
        identity.judgeNumber = worker.judgeNumber
        identity.group = worker.clientGroups.group(of: client)
        identity.inspection = worker.inspector?.settings(of: identity.group) ?? .none
    }

    // MARK: what the client sends

    override func received(_ buffer: ByteBuffer) {
        worker.counters.bytesFromClients += UInt64(buffer.readableBytes)
        if phase == .lingering {
            lingerBytes += buffer.readableBytes
            if lingerBytes > lingerBytesMax { close() }
            if let last = lingerTickMax, worker.tick < last, deadlineTick < last {
                setDeadline(ticks: worker.ticks.linger)
            }
            return
        }
        if inbox.readableBytes == 0 {
            inbox = buffer
        } else {
            inbox.writeImmutableBuffer(buffer)
        }
        switch phase {
        case .head: readRequests()
        case .holding, .exchanging: takeBody()
        case .deciding, .lingering, .tunnel: break
        }
        updateGate()
    }

    override func receivedAll() {
        if let form = exchange.form { waitForMore(form) }
        flushUpstream()
    }

    override func inputEnded() {
        switch phase {
        case .head, .lingering:
            // Nothing is owed to the client; half a request is of no use.
            closeAfterFlush()
        case .holding:
            // What came before is read first.
            if !formIsBehind { close() }
        case .deciding, .exchanging:
            // A client may end its side and still wait for the answer, if its request is whole.
            if requestCanEnd { return }
            // What came of a form before is read first.
            if exchange.form != nil, phase == .deciding || formIsBehind { return }
            cutOff()
        case .tunnel: break
        }
    }

    /// Whether what has been received holds the rest of the request.
    private var requestCanEnd: Bool {
        exchange.isConnect || exchange.requestIsRead
    }

    /// The gate for reads: closed while there is no use for more bytes.
    func updateGate() {
        switch phase {
        case .head, .lingering: gate(closed: false)
        case .holding: gate(closed: formIsBehind)
        case .deciding: gate(closed: inbox.readableBytes >= Limits.Proxy.lookAheadBytesMax)
        case .exchanging:
            if exchange.requestIsRead {
                gate(closed: inbox.readableBytes >= Limits.Proxy.lookAheadBytesMax)
            } else {
                gate(closed: formIsBehind || upstream.map { !$0.isWritable } ?? false)
            }
        case .tunnel: break
        }
    }

    // MARK: time and ends

    override func writabilityChanged() {
        touch()
        upstream?.updateGate()
    }

    /// Something moved: the exchange lives on.
    func touch() {
        switch phase {
        case .exchanging:
            let isDue = exchange.requestIsRead && !exchange.responseHasCome
            setDeadline(ticks: isDue ? worker.ticks.response : worker.ticks.transferIdle)
        case .holding: setDeadline(ticks: worker.ticks.response)
        case .head, .deciding, .lingering, .tunnel: break
        }
    }

    override func deadlineReached() {
        switch phase {
        case .head:
            if inbox.readableBytes == 0 {
                // The end of the last answer is on its way.
                if stillTakes() { return setDeadline(ticks: worker.ticks.transferIdle) }
                return giveUp()
            }
            answer(ProxyFault(.headTimeout))
        case .holding: answer(ProxyFault(.headTimeout))
        case .deciding:
            // The log did not take in time that this response is cut off.
            if exchange.responseHasBegun { return reset() }
            answer(ProxyFault(.connectTimeout))
        case .exchanging:
            // Taking slowly is taking.
            if stillTakes() || upstream?.stillTakes() ?? false { return touch() }
            if exchange.responseHasBegun {
                // A client that takes nothing is not the origin's fault.
                if isWritable { worker.count(.originTimeout) }
                cutOff()
            } else {
                answer(ProxyFault(exchange.requestIsRead ? .originTimeout : .headTimeout))
            }
        case .lingering:
            if stillTakes() { return setDeadline(ticks: worker.ticks.transferIdle) }
            giveUp()
        case .tunnel: close()
        }
    }

    /// Ends an exchange midway so that the client sees that its response is not whole: a length or a
    /// last chunk is missing, or, where its end would be the connection's, there is a reset and no end.
    func cutOff() {
        abandonUpstream()
        flush()
        if exchange.endsWithConnection { reset() } else { close() }
    }

    /// The proxy stops, whatever is under way.
    func endNow() {
        if exchange.responseHasBegun { cutOff() } else { giveUp() }
    }

    /// The rest of a form is on its way, and who sends it looks at the answer afterwards: more of it is
    /// thrown away than of other requests, for as long as more comes.
    func lingerForForm() {
        lingerBytesMax = Limits.Proxy.lingerFormBytesMax
        lingerTickMax = worker.tick &+ worker.ticks.response
    }

    override func outputEnded() {
        if phase == .lingering { setDeadline(ticks: worker.ticks.linger) }
    }

    override func closed() {
        worker.clientClosed(client)
        requestNumber += 1
        abandonUpstream()
        let owned = self.owned
        self.owned = nil
        owned?.close()
        endReadings()
        exchange = Exchange()
    }

    // MARK: a connection of its own

    /// Keeps a connection that nobody else may use.
    func own(_ open: UpstreamConnection) {
        let former = owned
        owned = open
        if former !== open { former?.close() }
    }

    /// The connection is about to end.
    func disown(_ open: UpstreamConnection) {
        if owned === open { owned = nil }
    }

    /// Takes the connection of its own, if it goes to one of these addresses.
    func takeOwned(_ addresses: [IPAddress]) -> UpstreamConnection? {
        guard let open = owned, open.isActive, open.endpoint.port == exchange.port,
            addresses.contains(open.endpoint.address)
        else { return nil }
        owned = nil
        return open
    }

    /// Lets go of the origin in the middle of an exchange or of connecting.
    ///
    /// - Parameter byReset: what it has not been given yet is lost, and it sees no end.
    func abandonUpstream(byReset: Bool = false) {
        connector?.cancel()
        connector = nil
        let upstream = self.upstream
        self.upstream = nil
        upstream?.abandon(byReset: byReset)
    }

    /// The proxy is being stopped: closed at once when nothing is under way, else after it.
    func drain() {
        if phase == .head && inbox.readableBytes == 0 { closeAfterFlush() }
    }
}
