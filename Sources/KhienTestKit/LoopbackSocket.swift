import Glibc

/// TCP sockets on loopback for tests. Programs that a test starts inherit none of them.
public enum LoopbackSocket {
    /// What the system refused.
    public struct Fault: Error, CustomStringConvertible {
        public let description: String
    }

    /// Connects to 127.0.0.1.
    ///
    /// - Parameters:
    ///   - client: the address to connect from; nil: the system's choice.
    ///   - receiveBufferBytes: nil: the system's choice.
    /// - Returns: the descriptor, the caller's to close.
    public static func connect(
        port: UInt16, from client: String? = nil, receiveBufferBytes: Int32? = nil
    ) throws(Fault) -> Int32 {
        let descriptor = socket(
            AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Fault(description: "no socket: errno \(errno)") }
        if var size = receiveBufferBytes {
            // SAFETY: an integer and its size.
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4)
        }
        do throws(Fault) {
            if let client {
                // SAFETY: a string that ends with zero, for the call only.
                let own = unsafe address(inet_addr(client), port: 0)
                // SAFETY: the address is that of the call around.
                try unsafe call("bind to \(client)", own) { unsafe bind(descriptor, $0, $1) }
            }
            let loopback = address(UInt32(0x7F00_0001).bigEndian, port: port)
            // SAFETY: as above.
            try unsafe call("connect to port \(port)", loopback) {
                unsafe Glibc.connect(descriptor, $0, $1)
            }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func address(_ network: UInt32, port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = network
        return address
    }

    private static func call(
        _ name: String, _ address: sockaddr_in,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(Fault) {
        // SAFETY: the address lives as long as the calls, and its size goes with it.
        let result = unsafe withUnsafePointer(to: address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Fault(description: "\(name): errno \(errno)") }
    }
}
