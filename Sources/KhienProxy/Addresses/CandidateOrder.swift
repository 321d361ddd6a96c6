import KhienModel

/// The order in which the addresses of a name are tried: IPv6 first, then the families in turn,
/// each in the resolver's order, at most `Limits.Proxy.candidatesMax`. IPv4 inside IPv6 counts as
/// IPv4; an address that comes twice is tried once.
///
/// Source: RFC 8305, section 4.
package func candidateOrder(_ addresses: [IPAddress]) -> [IPAddress] {
    var seen: Set<IPAddress> = []
    var six: [IPAddress] = []
    var four: [IPAddress] = []
    for address in addresses.lazy.map(\.unmapped) where seen.insert(address).inserted {
        if case .v6 = address { six.append(address) } else { four.append(address) }
    }
    var ordered: [IPAddress] = []
    for position in 0..<max(six.count, four.count) {
        if position < six.count { ordered.append(six[position]) }
        if position < four.count { ordered.append(four[position]) }
    }
    return Array(ordered.prefix(Limits.Proxy.candidatesMax))
}
