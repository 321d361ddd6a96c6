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
            var raw = v4.address
            guard
                let endpoint = unsafe withUnsafeBytes(
                    of: &raw, { unsafe Endpoint(socketAddress: $0) })
            else { return nil }
            self = endpoint
        case .v6(let v6):
            var raw = v6.address
            guard
                let endpoint = unsafe withUnsafeBytes(
                    of: &raw, { unsafe Endpoint(socketAddress: $0) })
            else { return nil }
            self = endpoint
        case .unixDomainSocket:
            return nil
        }
    }

    /// Reads the system's `sockaddr_in` or `sockaddr_in6`, as the kernel lays it out on Linux:
    ///
    /// | offset | bytes | `sockaddr_in` | `sockaddr_in6` |
    /// | --- | --- | --- | --- |
    /// | 0 | 2 | family, native order | the same |
    /// | 2 | 2 | port, network order | the same |
    /// | 4 | 4 | address | flow information |
    /// | 8 | 16 | - | address |
    ///
    /// nil where the bytes are too few or the family is another.
    init?(socketAddress bytes: UnsafeRawBufferPointer) {
        // SAFETY: each load is bounds-checked in debug builds by the buffer and preceded by a check
        // of the buffer's length here; integers have no invalid bit patterns.
        guard bytes.count >= 16 else { return nil }
        let family = unsafe Int32(bytes.loadUnaligned(fromByteOffset: 0, as: UInt16.self))
        let port = unsafe UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        if family == AF_INET {
            let value = unsafe bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
            self.init(.v4(UInt32(bigEndian: value)), port: port)
        } else if family == AF_INET6, bytes.count >= 24 {
            let high = unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            let low = unsafe bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
            self.init(.v6(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low)), port: port)
        } else {
            return nil
        }
    }

    /// `127.0.0.1:8118`, `[::1]:8118`.
    public var text: String {
        let host: String
        do {
            host = try SocketAddress(self).ipAddress ?? "?"
        } catch {
            host = "?"
        }
        if case .v6 = address { return "[\(host)]:\(port)" }
        return "\(host):\(port)"
    }
}
