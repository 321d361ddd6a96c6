public import KhienModel

/// An IP network: an address and the length of its prefix.
public struct IPNetwork: Hashable, Sendable {
    /// The first address of the network: host bits are zero.
    public let address: IPAddress
    /// The bits that count: 0 to 32, or 0 to 128.
    public let prefixLength: UInt8
    /// Whether the address as given had bits set after the prefix (`10.0.0.1/8`).
    public let hasHostBits: Bool

    /// The network that `address` lies in; nil if the length is not one of its family.
    public init?(address: IPAddress, prefixLength: Int) {
        guard prefixLength >= 0 else { return nil }
        let network: IPAddress
        switch address {
        case .v4(let value):
            guard prefixLength <= 32 else { return nil }
            // A shift by the whole width yields zero: Swift's smart shift, not the machine's.
            network = .v4(value & (UInt32.max << UInt32(32 - prefixLength)))
        case .v6(let high, let low):
            guard prefixLength <= 128 else { return nil }
            let highMask = UInt64.max << UInt64(max(0, 64 - prefixLength))
            let lowMask = UInt64.max << UInt64(min(64, 128 - prefixLength))
            network = .v6(high: high & highMask, low: low & lowMask)
        }
        self.address = network
        self.prefixLength = UInt8(prefixLength)
        hasHostBits = network != address
    }
}
