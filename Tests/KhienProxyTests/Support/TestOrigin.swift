import Dispatch
import Glibc
import Synchronization

/// An origin on loopback that does exactly what a test says: each connection runs `body` on a
/// thread of its own.
final class TestOrigin: Sendable {
    let port: UInt16
    private let descriptor: Int32
    private let state = Mutex(State())

    private struct State {
        var connections = 0
        var ended = 0
        var received = ""
    }

    typealias Body = @Sendable (TestSocket, _ connection: Int) -> Void

    init(port: UInt16 = 0, _ body: @escaping Body) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in.loopback(port: port)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 1_024) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw TestFailure("the test origin cannot listen: errno \(errno)") }
        self.port = UInt16(bigEndian: address.sin_port)
        start(body)
    }

    /// Wakes the accepting thread, which closes the socket: its number must not be used anew
    /// before.
    deinit { stop() }

    /// How many connections have been accepted.
    var connections: Int { state.withLock { $0.connections } }

    /// How many connections' bodies have returned.
    var endedConnections: Int { state.withLock { $0.ended } }

    /// What `note` has been given.
    var received: String { state.withLock { $0.received } }

    func note(_ text: String) { state.withLock { $0.received += text } }

    func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private func start(_ body: @escaping Body) {
        let descriptor = descriptor
        Thread.run { [weak self] in
            defer { close(descriptor) }
            while true {
                let accepted = accept(descriptor, nil, nil)
                guard accepted >= 0 else { return }
                // For programs that other tests start at the same time.
                _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
                guard let self else {
                    close(accepted)
                    return
                }
                let number = self.state.withLock { state in
                    state.connections += 1
                    return state.connections
                }
                let socket = TestSocket(descriptor: accepted)
                Thread.run { [weak self] in
                    body(socket, number)
                    socket.close()
                    self?.state.withLock { $0.ended += 1 }
                }
            }
        }
    }

    /// Answers every request of every connection with what `answer` makes of its head.
    static func answering(
        port: UInt16 = 0, _ answer: @escaping @Sendable (_ head: String) -> String
    ) throws -> TestOrigin {
        try TestOrigin(port: port) { socket, _ in
            while true {
                let head = socket.take(through: "\r\n\r\n")
                guard head.hasSuffix("\r\n\r\n") else { return }
                socket.send(answer(head))
            }
        }
    }

    /// Answers with `text` and its length.
    static func saying(
        _ text: String, port: UInt16 = 0, type: String? = nil
    ) throws -> TestOrigin {
        try answering(port: port) { _ in
            "HTTP/1.1 200 OK\r\n" + (type.map { "Content-Type: \($0)\r\n" } ?? "")
                + "Content-Length: \(text.utf8.count)\r\n\r\n\(text)"
        }
    }
}

/// Threads without Foundation.
enum Thread {
    static func run(_ body: @escaping @Sendable () -> Void) {
        DispatchQueue(label: "test").async(execute: body)
    }
}
