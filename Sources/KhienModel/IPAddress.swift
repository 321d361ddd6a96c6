/// An IPv4 or IPv6 address as a number.
public enum IPAddress: Hashable, Sendable {
    /// The four octets, the first in the most significant byte.
    case v4(UInt32)
    /// The sixteen octets, `high` the first eight.
    case v6(high: UInt64, low: UInt64)

    /// IPv4 addresses inside IPv6 (`::ffff:a.b.c.d`, RFC 4291 section 2.5.5.2) as IPv4; others as
    /// they are.
    public var unmapped: IPAddress {
        if case .v6(0, let low) = self, low >> 32 == 0xFFFF {
            return .v4(UInt32(low & 0xFFFF_FFFF))
        }
        return self
    }

    /// The IPv4 address that a connection to this address ends at: what `unmapped` gives, and what a
    /// NAT64 gateway makes of its well-known prefix (`64:ff9b::a.b.c.d`, RFC 6052 section 2.1).
    /// Others as they are.
    public var untranslated: IPAddress {
        if case .v6(0x0064_FF9B_0000_0000, let low) = self, low >> 32 == 0 {
            return .v4(UInt32(low))
        }
        return unmapped
    }
}
