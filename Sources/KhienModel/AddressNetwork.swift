/// A network of IP addresses: all that share the first `length` bits of `address`.
public struct AddressNetwork: Hashable, Sendable, CustomStringConvertible {
    /// Bits past `length` are zero.
    public let address: IPAddress
    /// 0 to 32 (IPv4) or 128 (IPv6).
    public let length: Int

    /// Host bits of `address` are cleared.
    ///
    /// - Parameter length: 0 to 32 (IPv4) or 128 (IPv6).
    public init(address: IPAddress, length: Int) {
        self.length = length
        self.address = Self.masked(address, length)
    }

    /// A network of IPv4 addresses inside IPv6 (`::ffff:0:0/96` and smaller ones) as one of IPv4;
    /// others as they are.
    public var unmapped: AddressNetwork {
        guard case .v6 = address, length >= 96, case .v4 = address.unmapped else { return self }
        return AddressNetwork(address: address.unmapped, length: length - 96)
    }

    /// Whether `other` lies in the network. An IPv4 address inside IPv6 counts as IPv4.
    public func contains(_ other: IPAddress) -> Bool {
        Self.masked(other.unmapped, length) == address
    }

    private static func masked(_ address: IPAddress, _ length: Int) -> IPAddress {
        switch address {
        case .v4(let value):
            return .v4(length == 0 ? 0 : value & (UInt32.max << UInt32(32 - min(length, 32))))
        case .v6(let high, let low):
            let highMask = length == 0 ? 0 : UInt64.max << UInt64(64 - min(length, 64))
            let lowMask = length <= 64 ? 0 : UInt64.max << UInt64(128 - length)
            return .v6(high: high & highMask, low: low & lowMask)
        }
    }

    /// `10.0.0.0/8`, `fd00:0:0:0:0:0:0:0/8`.
    public var description: String {
        switch address {
        case .v4(let value):
            let octets = [24, 16, 8, 0].map { String(value >> UInt32($0) & 0xFF) }
            return octets.joined(separator: ".") + "/\(length)"
        case .v6(let high, let low):
            let groups = [high, low].flatMap { half in
                [48, 32, 16, 0].map { String(half >> UInt64($0) & 0xFFFF, radix: 16) }
            }
            return groups.joined(separator: ":") + "/\(length)"
        }
    }
}
