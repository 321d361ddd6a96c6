import KhienModel
import KhienText

/// Addresses as response policy zones spell them: prefix length, then the parts backwards.
enum ZoneAddress {
    /// The network of the labels before `rpz-ip`: `24.0.2.0.192`, `48.zz.2.2001`; nil: not one.
    ///
    /// Source: draft-vixie-dnsop-dns-rpz-00 section 4.1.1.
    static func network(_ labels: [ArraySlice<UInt8>]) -> AddressSplitter.Block? {
        guard labels.count >= 3, let first = labels.first, first.count <= 3,
            let length = Int(String(decoding: first, as: UTF8.self)), length > 0
        else { return nil }
        let parts = labels.dropFirst().reversed().map { String(decoding: $0, as: UTF8.self) }
        var text = ""
        if parts.count == 4, !parts.contains("zz") {
            text = parts.joined(separator: ".")
        } else {
            guard let gap = parts.firstIndex(of: "zz") else {
                return network(parts.joined(separator: ":"), length)
            }
            text =
                parts[..<gap].joined(separator: ":") + "::"
                + parts[(gap + 1)...].joined(separator: ":")
        }
        return network(text, length)
    }

    private static func network(_ text: String, _ length: Int) -> AddressSplitter.Block? {
        let bytes = Array(text.utf8)
        guard let address = IPAddressText.parse(bytes.span),
            let network = IPNetwork(address: address, prefixLength: length), !network.hasHostBits
        else { return nil }
        let meant = network.ofIPv4 ?? network
        // Every address, as with the length 0 of IPv4.
        guard meant.prefixLength > 0 else { return nil }
        return AddressSplitter.Block(address: meant.address, prefixLength: Int(meant.prefixLength))
    }
}
