import Glibc
import NIOCore

extension NIOBSDSocket.Option {
    /// `SO_REUSEPORT`: several listeners share a port and the kernel spreads connections over them.
    static let reusePort = NIOBSDSocket.Option(rawValue: SO_REUSEPORT)
}
