import KhienModel
import KhienText

/// Addresses as lists spell them.
enum AddressReader {
    /// The address in `range`, strictly: four decimal numbers, or RFC 4291 section 2.2.
    static func address(_ line: Span<UInt8>, _ range: Range<Int>) -> IPAddress? {
        guard range.count >= 2, range.count <= 45 else { return nil }
        let first = line[range.lowerBound]
        // Most words that are asked about are names: two looks decide.
        guard Byte.isDigit(first) || first == Byte.colon || (first | 0x20) &- 0x61 < 6 else {
            return nil
        }
        return IPAddressText.parse(line.extracting(range))
    }

    /// Where an IPv6 address in brackets ends that `range` begins with, behind its bracket; nil: there is none.
    static func bracketedEnd(_ line: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard let first = range.first, line[first] == UInt8(ascii: "["),
            let close = line.firstIndex(of: UInt8(ascii: "]"), in: range),
            case .v6 = address(line, first + 1..<close)
        else { return nil }
        return close + 1
    }

    /// A network as it is written.
    struct WrittenNetwork {
        var network: IPNetwork
        /// With its host bits.
        var address: IPAddress
        /// In brackets, or with a mask for its length.
        var isSpelledOddly: Bool
    }

    /// The network in `range`: `192.0.2.0/24`, `192.0.2.0/255.255.255.0`, `2001:db8::/32`, `[2001:db8::]/32`. A URL
    /// that looks so is not what anybody means.
    ///
    /// - Parameter slash: the first one in `range`.
    static func network(
        _ line: Span<UInt8>, _ range: Range<Int>, slash: Int
    ) -> WrittenNetwork? {
        var host = range.lowerBound..<slash
        let isInBrackets = bracketedEnd(line, host) == slash
        if isInBrackets { host = host.lowerBound + 1..<slash - 1 }
        guard let address = address(line, host) else { return nil }
        let rest = slash + 1..<range.upperBound
        if let length = prefixLength(line, rest) {
            return IPNetwork(address: address, prefixLength: length).map {
                WrittenNetwork(network: $0, address: address, isSpelledOddly: isInBrackets)
            }
        }
        guard let length = maskLength(line, rest) else { return nil }
        return IPNetwork(address: address, prefixLength: length).map {
            WrittenNetwork(network: $0, address: address, isSpelledOddly: true)
        }
    }

    /// One to three digits without a leading zero.
    private static func prefixLength(_ line: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard (1...3).contains(range.count),
            range.count == 1 || line[range.lowerBound] != UInt8(ascii: "0")
        else { return nil }
        var length = 0
        for index in range {
            guard Byte.isDigit(line[index]) else { return nil }
            length = length * 10 + Int(line[index] - UInt8(ascii: "0"))
        }
        return length
    }

    /// The prefix length that a netmask (`255.255.255.0`) stands for.
    private static func maskLength(_ line: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard case .v4(let mask) = address(line, range) else { return nil }
        let length = (~mask).leadingZeroBitCount
        return mask == (length == 0 ? 0 : UInt32.max << UInt32(32 - length)) ? length : nil
    }

    /// The address in `range`, which may carry a zone: `fe80::1%lo0` (RFC 4007 section 11).
    static func addressWithZone(_ line: Span<UInt8>, _ range: Range<Int>) -> IPAddress? {
        guard let percent = line.firstIndex(of: Byte.percent, in: range) else {
            return address(line, range)
        }
        return address(line, range.lowerBound..<percent)
    }
}

extension IPNetwork {
    /// Whether it is one address.
    var isOfOneAddress: Bool {
        if case .v4 = address { return prefixLength == 32 }
        return prefixLength == 128
    }

    /// The network of IPv4 that this one of IPv6 stands for: `::ffff:0:0/96` and those inside of it, and those inside
    /// of NAT64's `64:ff9b::/96` (RFC 6052), which as a whole is the gateway. Nil: it stands for itself.
    ///
    /// Addresses are asked about as IPv4 where they are that (`IPAddress.unmapped`, `untranslated`).
    var ofIPv4: IPNetwork? {
        guard case .v6 = address, case .v4 = address.untranslated,
            prefixLength > 96 || prefixLength == 96 && address.unmapped != address
        else { return nil }
        return IPNetwork(address: address.untranslated, prefixLength: Int(prefixLength) - 96)
    }
}

extension IPAddress {
    /// Addresses by which hosts files block: unspecified and loopback, those of IPv4 also inside of IPv6
    /// (`::ffff:0.0.0.0`).
    var leadsNowhere: Bool {
        switch unmapped {
        case .v4(let value): value == 0 || value >> 24 == 127
        case .v6(let high, let low): high == 0 && low <= 1
        }
    }
}
