import KhienModel
import NIOCore
import NIOPosix

/// The explicit forward proxy: one event loop a worker, each with a listener of its own on every
/// address (`SO_REUSEPORT`: the kernel spreads new connections over them).
///
/// ```
/// let server = try await ProxyServer.start(settings, services: services) { worker in Judge(...) }
/// print(server.addresses)
/// await server.replaceJudges { worker in Judge(...) }      // a reload
/// await server.drain(for: .seconds(30))                    // stop
/// ```
public final class ProxyServer: Sendable {
    /// Where the proxy listens: `ProxySettings.listen` with the ports that the system chose.
    public let addresses: [Endpoint]
    private let group: MultiThreadedEventLoopGroup
    private let workers: [NIOLoopBound<Worker>]
    private let tick: Duration

    /// Makes the judge of one worker; called on the worker's loop.
    public typealias JudgeMaker = @Sendable (_ worker: Int) -> any RequestJudge

    private init(
        addresses: [Endpoint], group: MultiThreadedEventLoopGroup,
        workers: [NIOLoopBound<Worker>], tick: Duration
    ) {
        self.addresses = addresses
        self.group = group
        self.workers = workers
        self.tick = tick
    }

    // MARK: life

    /// Starts the event loops and listens.
    ///
    /// - Throws: `IOError` where an address cannot be listened on; nothing is left running then.
    public static func start(
        _ settings: ProxySettings, services: ProxyServices, makeJudge: @escaping JudgeMaker
    ) async throws -> ProxyServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.workers)
        do {
            let loops = Array(group.makeIterator())
            let workers = try await makeWorkers(settings, services, loops, makeJudge)
            var settings = settings
            var bound: [Endpoint] = []
            for place in settings.listen.indices {
                for worker in workers {
                    let endpoint = try await listen(settings.listen[place], on: worker)
                    // The first listener finds the port; the others share it.
                    settings.listen[place] = endpoint
                }
                bound.append(settings.listen[place])
            }
            let own = try DestinationPolicy.interfaceAddresses()
            let policy = DestinationPolicy(
                scope: settings.destinations, listeners: bound, ownAddresses: own)
            for worker in workers {
                try await worker.eventLoop.submit { worker.value.open(policy) }.get()
            }
            return ProxyServer(
                addresses: bound, group: group, workers: workers, tick: settings.timeouts.tick)
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
    }

    private static func makeWorkers(
        _ settings: ProxySettings, _ services: ProxyServices, _ loops: [any EventLoop],
        _ makeJudge: @escaping JudgeMaker
    ) async throws -> [NIOLoopBound<Worker>] {
        var workers: [NIOLoopBound<Worker>] = []
        for (index, loop) in loops.enumerated() {
            let worker = try await loop.submit {
                let worker = Worker(
                    index: index, loop: loop, settings: settings, judge: makeJudge(index),
                    services: services)
                return NIOLoopBound(worker, eventLoop: loop)
            }.get()
            workers.append(worker)
        }
        return workers
    }

    /// Listens on one address for one worker, and says on which port. Connections wait in the
    /// kernel until the worker is opened.
    private static func listen(
        _ endpoint: Endpoint, on worker: NIOLoopBound<Worker>
    ) async throws -> Endpoint {
        let address = try SocketAddress(endpoint)
        let channel = try await ServerBootstrap(group: worker.eventLoop)
            .serverChannelOption(.backlog, value: 4_096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.socketOption(.reusePort), value: 1)
            .serverChannelOption(.autoRead, value: false)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        AcceptPause(worker: worker.value))
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try worker.value.accept(channel)
                }
            }
            .bind(to: address).get()
        try await worker.eventLoop.submit { worker.value.addListener(channel) }.get()
        guard let local = channel.localAddress, let bound = Endpoint(local) else { return endpoint }
        return bound
    }

    /// Closes the listeners. Connections that exist go on.
    public func stopAccepting() async {
        await onEachWorker { $0.stopAccepting() }
    }

    /// Stops: no new connections; idle ones are closed, others when their exchange is over; tunnels
    /// and whatever else is left are cut off after `deadline`. Returns when all is closed and the
    /// event loops have ended. To be called once.
    ///
    /// - Returns: how many client connections had to be cut off.
    @discardableResult
    public func drain(for deadline: Duration) async -> Int {
        await onEachWorker { worker in
            worker.stopAccepting()
            worker.beginDraining()
        }
        let end = ContinuousClock.now + deadline
        while ContinuousClock.now < end {
            if await clientConnections() == 0 { break }
            do { try await Task.sleep(for: min(tick, .milliseconds(50))) } catch { break }
        }
        let left = await clientConnections()
        await onEachWorker { worker in
            worker.stopClock()
            worker.closeAll()
        }
        do {
            try await group.shutdownGracefully()
        } catch {
            // Only possible when it was shut down before: then there is nothing left to do.
            return left
        }
        return left
    }

    // MARK: reload and state

    /// Puts new judges in force; returns when every event loop uses its own. Requests judged before
    /// go on; the next request of each connection meets the new judge.
    public func replaceJudges(_ make: @escaping JudgeMaker) async {
        await onEachWorker { worker in worker.replaceJudge(make(worker.index)) }
    }

    /// The state of each worker, in their order.
    public func snapshots() async -> [WorkerSnapshot] {
        await onEachWorker { $0.snapshot }
    }

    private func clientConnections() async -> Int {
        await onEachWorker { $0.clientConnections }.reduce(0, +)
    }

    /// Runs `body` on every worker's loop at the same time and waits for all of them. Workers whose
    /// loop has ended are left out.
    @discardableResult
    private func onEachWorker<Value: Sendable>(
        _ body: @escaping @Sendable (Worker) -> Value
    ) async -> [Value] {
        let futures = workers.map { worker in
            worker.eventLoop.submit { body(worker.value) }
        }
        var values: [Value] = []
        for future in futures {
            do { values.append(try await future.get()) } catch { continue }
        }
        return values
    }
}
