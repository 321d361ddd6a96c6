import KhienModel
import NIOCore
import NIOPosix

/// Connects to the first of some addresses that answers: they are started one after the other, each
/// `connectStagger` after the one before or at once when that one fails, and the first connection
/// wins. Every address here has been judged before; nothing else is connected to.
///
/// Source: RFC 8305, section 5.
final class Connector {
    typealias Outcome = Result<UpstreamConnection, ProxyFault>

    private let worker: Worker
    private var waiting: ArraySlice<JudgedEndpoint>
    private var running = 0
    /// An attempt failed for want of descriptors or memory here.
    private var wasShort = false
    private var stagger: Scheduled<Void>?
    /// nil once the outcome is known.
    private var completion: ((Outcome) -> Void)?

    /// - Parameters:
    ///   - candidates: in the order in which they are tried; not empty.
    ///   - completion: called once on the worker's loop, unless `cancel` comes first.
    init(
        worker: Worker, candidates: [JudgedEndpoint], completion: @escaping (Outcome) -> Void
    ) {
        self.worker = worker
        self.waiting = candidates[...]
        self.completion = completion
    }

    func start() {
        startNext()
    }

    /// Stops caring; a connection that comes about all the same is closed.
    func cancel() {
        completion = nil
        stagger?.cancel()
        stagger = nil
    }

    private func startNext() {
        stagger?.cancel()
        stagger = nil
        guard completion != nil, let candidate = waiting.popFirst() else { return }
        running += 1
        connect(to: candidate)
        guard !waiting.isEmpty else { return }
        let bound = NIOLoopBound(self, eventLoop: worker.loop)
        stagger = worker.loop.scheduleTask(in: worker.connectStagger) {
            bound.value.startNext()
        }
    }

    private func connect(to candidate: JudgedEndpoint) {
        let address: SocketAddress
        do {
            address = try SocketAddress(candidate.endpoint)
        } catch {
            return failed()
        }
        worker.counters.upstreamConnects += 1
        let bound = NIOLoopBound((connector: self, worker: worker), eventLoop: worker.loop)
        ClientBootstrap(group: worker.loop)
            .connectTimeout(worker.connectTimeout)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = UpstreamConnection(worker: bound.value.worker, judged: candidate)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .connect(to: address)
            .assumeIsolated()
            .whenComplete { [self] result in finished(result) }
    }

    private func finished(_ result: Result<any Channel, any Error>) {
        switch result {
        case .failure(let error):
            if let error = error as? IOError, error.isShortage { wasShort = true }
            failed()
        case .success(let channel):
            guard let completion else {
                channel.close(promise: nil)
                return
            }
            do {
                let handler = try channel.pipeline.syncOperations.handler(
                    type: UpstreamConnection.self)
                cancel()
                completion(.success(handler))
            } catch {
                // The connection was closed between its success and this callback.
                failed()
            }
        }
    }

    private func failed() {
        running -= 1
        guard let completion else { return }
        if !waiting.isEmpty { return startNext() }
        guard running == 0 else { return }
        cancel()
        completion(.failure(ProxyFault(wasShort ? .overloaded : .connectFailed)))
    }
}

/// An address that policy and lists allow to connect to.
struct JudgedEndpoint {
    let endpoint: Endpoint
    /// What the lists said about the address: `allow` or `monitor`, or `warn` passed over.
    var judgement: Judgement
    /// The image that said so.
    var generation: Generation
}
