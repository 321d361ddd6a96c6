import KhienModel

/// IP addresses in their standard text forms, and networks.
///
/// Strict on purpose: no octal, no short forms, no zone. A configuration that could be read in two
/// ways is refused.
enum AddressText {
    /// Source: RFC 3986 section 3.2.2 `IPv4address`; RFC 4291 section 2.2.
    static func address(_ text: String) -> IPAddress? {
        let bytes = Array(text.utf8)
        if let value = version4(bytes[...]) { return .v4(value) }
        return version6(bytes[...])
    }

    /// `address/length` or a single address.
    static func network(_ text: String) -> AddressNetwork? {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ address(String($0)) }) else { return nil }
        let bits = if case .v4 = address { 32 } else { 128 }
        guard parts.count == 2 else { return AddressNetwork(address: address, length: bits) }
        guard let length = decimal(Array(parts[1].utf8)[...], max: bits) else { return nil }
        return AddressNetwork(address: address, length: length)
    }

    /// A decimal number of up to three digits without leading zeros.
    private static func decimal(_ bytes: ArraySlice<UInt8>, max limit: Int) -> Int? {
        guard let first = bytes.first, bytes.count <= 3 else { return nil }
        if bytes.count > 1, first == UInt8(ascii: "0") { return nil }
        var value = 0
        for byte in bytes {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value <= limit ? value : nil
    }

    private static func version4(_ bytes: ArraySlice<UInt8>) -> UInt32? {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard let octet = decimal(part, max: 255) else { return nil }
            value = value << 8 | UInt32(octet)
        }
        return value
    }

    private static func version6(_ bytes: ArraySlice<UInt8>) -> IPAddress? {
        let colon = UInt8(ascii: ":")
        var halves: [ArraySlice<UInt8>] = [bytes]
        if let gap = bytes.indices.dropLast().first(where: {
            bytes[$0] == colon && bytes[$0 + 1] == colon
        }) {
            halves = [bytes[..<gap], bytes[(gap + 2)...]]
        }
        var groups: [[UInt16]] = []
        for (index, half) in halves.enumerated() {
            let isLast = index == halves.count - 1
            guard let parsed = version6Groups(half, mayEndInVersion4: isLast) else { return nil }
            groups.append(parsed)
        }
        let count = groups.reduce(0) { $0 + $1.count }
        // "::" stands for at least one group (RFC 5952 section 4.2.2 asks for two when writing).
        guard halves.count == 1 ? count == 8 : count <= 7 else { return nil }
        let zeros = [UInt16](repeating: 0, count: 8 - count)
        let all = groups[0] + zeros + (groups.count == 2 ? groups[1] : [])
        let high = all[..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        let low = all[4...].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
        return .v6(high: high, low: low)
    }

    private static func version6Groups(
        _ bytes: ArraySlice<UInt8>, mayEndInVersion4: Bool
    ) -> [UInt16]? {
        if bytes.isEmpty { return [] }
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, mayEndInVersion4, part.contains(UInt8(ascii: ".")) {
                guard let value = version4(part) else { return nil }
                groups += [UInt16(value >> 16), UInt16(value & 0xFFFF)]
            } else {
                guard !part.isEmpty, part.count <= 4,
                    let text = String(validating: part, as: UTF8.self), text.first != "+",
                    text.first != "-", let value = UInt16(text, radix: 16)
                else { return nil }
                groups.append(value)
            }
        }
        return groups
    }
}
