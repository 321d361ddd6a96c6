import Foundation
import Synchronization

/// Clients that fetch pages through the proxy, on connections that stay and on new ones, until they
/// are told to stop. Every answer is looked at.
final class Load: Sendable {
    struct Result: Sendable {
        var requests = 0
        var failures: [String] = []
    }

    private let state = Mutex((result: Result(), isStopping: false))
    private let group = DispatchGroup()

    init(_ site: Site, clients: Int) {
        let port = site.daemon.port
        let small = DaemonProcess.head(site.origin.url("/small.txt"))
        let blocked = DaemonProcess.head(Site.blockedByOrder)
        for client in 0..<clients {
            group.enter()
            Thread.detachNewThread { [self] in
                defer { group.leave() }
                while !isStopping {
                    // The last client makes a connection for each request.
                    run(port, small, blocked, exchanges: client == clients - 1 ? 1 : 50)
                }
            }
        }
    }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    private func run(_ port: UInt16, _ small: String, _ blocked: String, exchanges: Int) {
        guard let socket = try? RawSocket(port: port) else { return fail("not connected") }
        for number in 0..<exchanges where !isStopping {
            let isBlocked = number % 10 == 9
            socket.send(isBlocked ? blocked : small)
            guard let response = socket.takeResponse() else { return fail("no answer") }
            if response.status != (isBlocked ? 451 : 200) { fail(response.head) }
            if !isBlocked, response.text != NginxOrigin.smallText { fail(response.text) }
            state.withLock { $0.result.requests += 1 }
            // Bounded: the machine has other work.
            usleep(500)
        }
    }

    private func fail(_ text: String) {
        state.withLock { if $0.result.failures.count < 20 { $0.result.failures.append(text) } }
    }

    func stop() -> Result {
        state.withLock { $0.isStopping = true }
        group.wait()
        return state.withLock { $0.result }
    }
}
