import KhienImage
import KhienModel
import KhienText

/// Which prefix lengths occur in the table of addresses, so that a lookup tries no others.
struct AddressPrefixes: Sendable {
    /// Lengths from 0 to 32.
    private(set) var v4: [UInt8] = []
    /// Lengths from 0 to 128.
    private(set) var v6: [UInt8] = []

    init(_ table: KeyTable) {
        // The compiler stores one key for each length in use: family and 0xFF, then the length.
        for length in 0...128 {
            if length <= 32, table.hasAddressLength(4, UInt8(length)) { v4.append(UInt8(length)) }
            if table.hasAddressLength(6, UInt8(length)) { v6.append(UInt8(length)) }
        }
    }
}

extension KeyTable {
    fileprivate func hasAddressLength(_ family: UInt8, _ length: UInt8) -> Bool {
        let key: [UInt8] = [family, 0xFF, length]
        let hash = AddressKey.hash(key.span)
        return find(hash: hash, key: key.span, 0..<key.count) != nil
    }
}

extension Matcher {
    /// The address of a URL whose host is one.
    ///
    /// - Parameters:
    ///   - written: what the host is in the URL, where it may be an IPv6 address that leads to IPv4.
    ///   - canonical: what it is in the lookup form.
    func matchLiteralAddress(
        _ written: WebURL.HostKind, _ canonical: WebURL.HostKind, now: UnixTime,
        _ hits: inout [Hit]
    ) {
        if case .ipv6(let high, let low) = written {
            matchAddress(.v6(high: high, low: low), now: now, &hits)
            matchHidden(.v6(high: high, low: low), now: now, &hits)
        } else if case .ipv4(let address) = canonical {
            matchAddress(.v4(address), now: now, &hits)
            matchHidden(.v4(address), now: now, &hits)
        }
    }

    /// Looks up the address under every prefix length that occurs; an IPv6 address also as the IPv4
    /// address that it leads to.
    func matchAddress(_ address: IPAddress, now: UnixTime, _ hits: inout [Hit]) {
        var key = AddressKey()
        if case .v6 = address {
            for length in addressPrefixes.v6 { look(&key, address, length, now, &hits) }
        }
        let end = address.untranslated
        guard case .v4 = end else { return }
        for length in addressPrefixes.v4 { look(&key, end, length, now, &hits) }
    }

    private func look(
        _ key: inout AddressKey, _ address: IPAddress, _ length: UInt8, _ now: UnixTime,
        _ hits: inout [Hit]
    ) {
        key.set(address, prefixLength: length)
        let bytes = key.bytes.span
        let hash = AddressKey.hash(bytes)
        guard let found = addresses.find(hash: hash, key: bytes, 0..<key.count) else { return }
        for index in found.entries {
            append(index, entries[index], .ip, .exact, now, &hits)
        }
    }
}
