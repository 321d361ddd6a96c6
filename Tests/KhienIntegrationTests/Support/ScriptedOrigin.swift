import Foundation
import Synchronization

/// An origin of a few lines, in this process: each connection gets a thread that runs the script.
/// Counts what reaches it.
final class ScriptedOrigin: Sendable {
    typealias Script = @Sendable (RawSocket) -> Void

    let port: UInt16
    private let descriptor: Int32
    private let counts = Mutex((connections: 0, heads: [String]()))

    /// - Parameter script: nil: a request without a body is answered 200 `origin`.
    init(_ script: Script? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in.loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard result else { throw Failure("no socket to listen on: errno \(errno)") }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(descriptor, nil, nil)
                if client < 0 { return }
                _ = fcntl(client, F_SETFD, FD_CLOEXEC)
                let socket = RawSocket(descriptor: client)
                self?.counts.withLock { $0.connections += 1 }
                Thread.detachNewThread { [weak self] in
                    if let script { script(socket) } else { self?.answer(socket) }
                }
            }
        }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    var connections: Int { counts.withLock { $0.connections } }

    /// The heads that came, in their order.
    var heads: [String] { counts.withLock { $0.heads } }

    private func answer(_ socket: RawSocket) {
        while let head = socket.takeHead() {
            counts.withLock { $0.heads.append(head) }
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\norigin")
        }
    }
}
