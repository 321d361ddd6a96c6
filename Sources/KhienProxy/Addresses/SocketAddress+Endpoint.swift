import Glibc
import KhienModel
import NIOCore

// Between the model's addresses, which are numbers, and the socket addresses of the system.

extension SocketAddress {
    /// - Throws: never in practice: NIO's initialiser accepts every 4 and 16 octets.
    init(_ endpoint: Endpoint) throws {
        var octets = ByteBuffer()
        switch endpoint.address {
        case .v4(let value):
            octets.writeInteger(value)
        case .v6(let high, let low):
            octets.writeInteger(high)
            octets.writeInteger(low)
        }
        try self.init(packedIPAddress: octets, port: Int(endpoint.port))
    }
}

extension Endpoint {
    /// nil for Unix sockets.
    init?(_ address: SocketAddress) {
        switch address {
        case .v4(let v4):
            self.init(IPAddress(v4.address.sin_addr), port: UInt16(bigEndian: v4.address.sin_port))
        case .v6(let v6):
            self.init(IPAddress(v6.address.sin6_addr), port: UInt16(bigEndian: v6.address.sin6_port))
        case .unixDomainSocket:
            return nil
        }
    }

    /// `127.0.0.1:8118`, `[::1]:8118`.
    public var text: String {
        let host = (try? SocketAddress(self))?.ipAddress ?? "?"
        if case .v6 = address { return "[\(host)]:\(port)" }
        return "\(host):\(port)"
    }
}

extension IPAddress {
    init(_ address: in_addr) {
        self = .v4(UInt32(bigEndian: address.s_addr))
    }

    init(_ address: in6_addr) {
        // SAFETY: the members of this C union are all plain integers over the same 16 octets; each
        // bit pattern is a valid value of each of them.
        let words = unsafe address.__in6_u.__u6_addr32
        let high = UInt64(UInt32(bigEndian: words.0)) << 32 | UInt64(UInt32(bigEndian: words.1))
        let low = UInt64(UInt32(bigEndian: words.2)) << 32 | UInt64(UInt32(bigEndian: words.3))
        self = .v6(high: high, low: low)
    }
}
