import KhienModel

/// What kind of network an address belongs to.
package enum AddressScope: Hashable, Sendable {
    /// The public Internet.
    case global
    /// This machine, a private network, or an address with a special meaning.
    case special
}

extension IPAddress {
    /// Whether a connection to this address stays within the operator's own networks (or is not a
    /// connection to one host at all). IPv6 forms that carry an IPv4 address count as what they
    /// carry: a gateway may turn them back.
    ///
    /// Source: the IANA special-purpose address registries (RFC 6890); RFC 1122, 1918, 3927, 4193,
    /// 4291, 5737, 6598; RFC 6052 (NAT64); RFC 3056 (6to4).
    package var scope: AddressScope {
        switch self {
        case .v4(let value):
            return Self.specialNetworks4.contains { value >> $0.shift == $0.prefix >> $0.shift }
                ? .special : .global
        case .v6(let high, let low):
            if let carried = Self.carried(high: high, low: low) {
                return carried.scope
            }
            // Everything that is assigned to hosts of the Internet is in 2000::/3; loopback,
            // unspecified, link-local, unique local and multicast are outside it.
            guard high >> 61 == 0b001 else { return .special }
            let top32 = high >> 32
            // 2001:db8::/32 documentation, 2001::/32 Teredo, 3fff::/20 documentation,
            // 2001:2::/48 benchmarking, 2001:10::/28 ORCHID.
            if top32 == 0x2001_0DB8 || top32 == 0x2001_0000 { return .special }
            if high >> 44 == 0x3FFF0 || high >> 16 == 0x2001_0002_0000 { return .special }
            if high >> 36 == 0x200_1001 { return .special }
            return .global
        }
    }

    /// Whether the address is one of this machine by its form alone: loopback or unspecified.
    var isLoopbackOrUnspecified: Bool {
        switch unmapped {
        case .v4(let value): value >> 24 == 127 || value == 0
        case .v6(let high, let low): high == 0 && low <= 1
        }
    }

    /// The IPv4 address inside an IPv6 address that a gateway or the system itself would turn back
    /// into it: mapped (::ffff:0:0/96), compatible (::/96, deprecated), translated
    /// (::ffff:0:0:0/96), NAT64 (64:ff9b::/96), 6to4 (2002::/16). nil for others, for `::` and for
    /// `::1`.
    private static func carried(high: UInt64, low: UInt64) -> IPAddress? {
        let lower32 = IPAddress.v4(UInt32(truncatingIfNeeded: low))
        if high == 0 {
            let middle = low >> 32
            let isMapped = middle == 0xFFFF || middle == 0xFFFF_0000
            if isMapped || (middle == 0 && low > 1) { return lower32 }
            return nil
        }
        if high == 0x0064_FF9B_0000_0000 && low >> 32 == 0 { return lower32 }
        if high >> 48 == 0x2002 { return .v4(UInt32(truncatingIfNeeded: high >> 16)) }
        return nil
    }

    /// Networks with a special meaning; a prefix and how many bits of an address are not compared.
    private static let specialNetworks4: [(prefix: UInt32, shift: UInt32)] = [
        (0x0000_0000, 24),  // 0.0.0.0/8 "this network"
        (0x0A00_0000, 24),  // 10.0.0.0/8 private
        (0x6440_0000, 22),  // 100.64.0.0/10 carrier-grade NAT
        (0x7F00_0000, 24),  // 127.0.0.0/8 loopback
        (0xA9FE_0000, 16),  // 169.254.0.0/16 link-local
        (0xAC10_0000, 20),  // 172.16.0.0/12 private
        (0xC000_0000, 8),  // 192.0.0.0/24 protocol assignments
        (0xC000_0200, 8),  // 192.0.2.0/24 documentation
        (0xC058_6300, 8),  // 192.88.99.0/24 6to4 relays
        (0xC0A8_0000, 16),  // 192.168.0.0/16 private
        (0xC612_0000, 17),  // 198.18.0.0/15 benchmarking
        (0xC633_6400, 8),  // 198.51.100.0/24 documentation
        (0xCB00_7100, 8),  // 203.0.113.0/24 documentation
        (0xE000_0000, 28),  // 224.0.0.0/4 multicast
        (0xF000_0000, 28),  // 240.0.0.0/4 reserved, broadcast
    ]
}
