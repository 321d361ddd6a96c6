import KhienModel
import NIOCore
import NIOPosix

/// Everything that belongs to one event loop: its judge, its pool of connections to origins, its
/// names, counters and clock. Used on that loop only, so nothing here is locked or shared.
final class Worker {
    let index: Int
    let loop: any EventLoop
    let settings: ProxySettings
    let ticks: TickCounts
    let connectStagger: TimeAmount
    let connectTimeout: TimeAmount
    let recorder: any EventRecorder
    let answerer: any BlockAnswerer
    let reservedPath: [UInt8]
    let ownCookieName: [UInt8]
    /// Our name in `Via`, by which a request that comes back is recognised: `khien-` and random
    /// digits, because several proxies of this kind may stand in a row.
    let pseudonym: [UInt8]
    let names: NameCache
    private(set) var judge: any RequestJudge
    private(set) var generation: Generation
    /// The judge's; nil: no body is read.
    private(set) var inspector: (any BodyInspector)?
    /// The judge's.
    private(set) var clientGroups = ClientGroups.none
    /// Counts the judges that have been in force: what was looked up under one is not used under
    /// another.
    private(set) var judgeNumber: UInt64 = 0
    /// Bodies that are being read now.
    private(set) var readings = 0
    private(set) var destinations: DestinationPolicy
    var pool: UpstreamPool
    var counters = WorkerCounters()
    /// By `ClientGroup`.
    var groupCounters: [ClientGroupCounters] = []
    /// The worker's clock: it rises by one each `Timeouts.tick`.
    private(set) var tick: UInt32 = 1
    private(set) var clientConnections = 0
    private(set) var tunnels = 0
    private(set) var isDraining = false

    private var watched: [SocketHandler] = []
    /// Clients whose bodies are to be read on, first come first.
    private var behind: [ClientConnection] = []
    private var turnIsSet = false
    private var perClient: [IPAddress: Int] = [:]
    private var readingsPerClient: [IPAddress: Int] = [:]
    private var ticker: RepeatedTask?
    private var listeners: [any Channel] = []
    /// Where heads are written; its memory is kept.
    var headScratch: [UInt8] = []
    /// The last head that was written; its memory is used again once the head has left.
    private var headBuffer = ByteBuffer()
    /// Where field lines of our own are written; its memory is kept.
    var fieldScratch: [UInt8] = []
    /// What an inspector is told; their memory is kept.
    var response = ResponseDescription()
    var requestBody = RequestBodyDescription()
    private var references = SystemRandomNumberGenerator()

    init(
        index: Int, loop: any EventLoop, settings: ProxySettings, judge: any RequestJudge,
        services: ProxyServices
    ) {
        self.index = index
        self.loop = loop
        self.settings = settings
        self.judge = judge
        self.generation = judge.generation
        self.recorder = services.recorder
        self.answerer = services.answerer
        self.reservedPath = services.answerer.reservedPath
        self.ownCookieName = services.answerer.ownCookieName
        self.pseudonym = Array(services.pseudonym.utf8)
        self.destinations = DestinationPolicy(
            scope: settings.destinations, listeners: [], ownAddresses: [])
        self.ticks = TickCounts(settings.timeouts)
        self.connectStagger = TimeAmount(settings.timeouts.connectStagger)
        self.connectTimeout = TimeAmount(settings.timeouts.connect)
        self.pool = UpstreamPool(bounds: settings.bounds)
        self.names = NameCache(
            resolver: services.resolver, loop: loop, positiveTicks: ticks.namePositive,
            negativeTicks: ticks.nameNegative)
        names.currentTick = { [unowned self] in self.tick }
        replaceJudge(judge)
    }

    // MARK: the clock

    func startClock() {
        let bound = NIOLoopBound(self, eventLoop: loop)
        let tick = TimeAmount(settings.timeouts.tick)
        ticker = loop.scheduleRepeatedTask(initialDelay: tick, delay: tick) { _ in
            bound.value.advance()
        }
    }

    func stopClock() {
        ticker?.cancel()
        ticker = nil
    }

    /// Looks at every deadline. A deadline's handler may remove itself and others, so the walk goes
    /// from the end, where a removal moves only what has been looked at.
    private func advance() {
        tick &+= 1
        var index = watched.count - 1
        while index >= 0 {
            if index < watched.count, watched[index].deadlineTick <= tick {
                watched[index].deadlineFired()
            }
            index -= 1
        }
        pool.removeEmpty()
    }

    func watch(_ handler: SocketHandler) {
        guard handler.watchIndex < 0 else { return }
        handler.watchIndex = watched.count
        watched.append(handler)
    }

    func unwatch(_ handler: SocketHandler) {
        let index = handler.watchIndex
        guard index >= 0 else { return }
        handler.watchIndex = -1
        let last = watched.removeLast()
        if index < watched.count {
            watched[index] = last
            last.watchIndex = index
        }
    }

    // MARK: turns

    /// Reads on in a body of this client in a later turn of the loop.
    ///
    /// One body a turn, and a gap between turns in which the loop looks at its sockets: it runs all
    /// tasks that are due before it does so, those that they make included.
    func readOnLater(_ client: ClientConnection) {
        behind.append(client)
        if !turnIsSet { setTurn() }
    }

    private func setTurn() {
        turnIsSet = true
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: .microseconds(Limits.Proxy.turnGapMicroseconds)) {
            bound.value.takeTurn()
        }
    }

    private func takeTurn() {
        if !behind.isEmpty { behind.removeFirst().catchUp() }
        turnIsSet = false
        if !behind.isEmpty { setTurn() }
    }

    // MARK: clients

    /// Counts a new client connection, or refuses it.
    func admit(_ client: IPAddress) -> Bool {
        let share = max(1, settings.bounds.connections / settings.workers)
        guard !isDraining, clientConnections < share,
            perClient[client, default: 0] < settings.bounds.connectionsPerClient
        else {
            counters.connectionsRefused += 1
            return false
        }
        counters.connectionsAccepted += 1
        clientConnections += 1
        perClient[client, default: 0] += 1
        return true
    }

    func clientClosed(_ client: IPAddress) {
        clientConnections -= 1
        if let count = perClient[client] {
            perClient[client] = count > 1 ? count - 1 : nil
        }
    }

    /// Whether one more body of this client may be read now.
    func mayRead(for client: IPAddress) -> Bool {
        readingsPerClient[client, default: 0] < settings.bounds.readingsPerClient
    }

    func readingBegan(_ client: IPAddress) {
        readings += 1
        counters.bodiesRead += 1
        readingsPerClient[client, default: 0] += 1
    }

    func readingEnded(_ client: IPAddress) {
        readings -= 1
        if let count = readingsPerClient[client] {
            readingsPerClient[client] = count > 1 ? count - 1 : nil
        }
    }

    func tunnelBegan() {
        tunnels += 1
        counters.tunnelsOpened += 1
    }

    func tunnelEnded() { tunnels -= 1 }

    func count(_ spot: BlindSpot) {
        counters.blindSpots[Int(spot.rawValue)] += 1
    }

    func count(_ kind: ProxyFault.Kind) {
        counters.faults[Int(kind.rawValue)] += 1
    }

    /// What was written into `headScratch`, in a buffer that nobody else writes to.
    func takeHeadScratch() -> ByteBuffer {
        // Cleared while an earlier head still waits, it takes as much memory anew; so what is kept is
        // no larger than what a head commonly takes.
        if headBuffer.capacity > Limits.Proxy.headBytesKept
            || headScratch.count > headBuffer.capacity
        {
            headBuffer = ByteBufferAllocator().buffer(capacity: max(headScratch.count, 1_024))
        } else {
            headBuffer.clear()
        }
        headBuffer.writeBytes(headScratch)
        return headBuffer
    }

    func makeReference() -> RequestReference {
        RequestReference(references.next())
    }

    // MARK: life

    /// Begins to accept, now that it is known where the proxy itself listens.
    func open(_ destinations: DestinationPolicy) {
        self.destinations = destinations
        startClock()
        for listener in listeners {
            // Reading a listener is accepting; it was held back until now.
            listener.setOption(.autoRead, value: true).whenFailure { _ in }
        }
    }

    /// Makes the handler of a new client connection, or throws to have it closed.
    func accept(_ channel: any Channel) throws {
        guard let remote = channel.remoteAddress, let client = Endpoint(remote),
            admit(client.address.unmapped)
        else { throw ProxyFault(.overloaded) }
        let handler = ClientConnection(worker: self, client: client.address.unmapped)
        do {
            try channel.pipeline.syncOperations.addHandler(handler)
        } catch {
            clientClosed(client.address.unmapped)
            throw error
        }
    }

    func replaceJudge(_ judge: any RequestJudge) {
        // At the start it takes its own place.
        if self.judge !== judge { counters.regexesGivenUp += self.judge.regexesGivenUp }
        self.judge = judge
        generation = judge.generation
        inspector = judge.inspector
        clientGroups = judge.clientGroups
        judgeNumber += 1
        let known = groupCounters
        groupCounters = clientGroups.names.map { name in
            known.first { $0.name == name } ?? ClientGroupCounters(name)
        }
    }

    func addListener(_ channel: any Channel) { listeners.append(channel) }

    func stopAccepting() {
        for listener in listeners { listener.close(promise: nil) }
        listeners.removeAll()
    }

    /// Ends what is idle now and everything else when its exchange is over.
    func beginDraining() {
        isDraining = true
        for case let client as ClientConnection in watched { client.drain() }
        for connection in pool.all { connection.close() }
    }

    func closeAll() {
        for handler in watched {
            if let client = handler as? ClientConnection {
                client.endNow()
            } else {
                handler.giveUp()
            }
        }
        behind.removeAll()
    }

    var snapshot: WorkerSnapshot {
        var counters = counters
        counters.namesResolved = names.lookups
        counters.regexesGivenUp += judge.regexesGivenUp
        return WorkerSnapshot(
            worker: index, generation: generation, clientConnections: clientConnections,
            tunnels: tunnels, idleUpstreams: pool.count, readings: readings,
            counters: counters, groups: groupCounters)
    }
}

@available(*, unavailable)
extension Worker: Sendable {}
