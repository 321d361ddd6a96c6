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

    /// Where the length stands in `range` if that is an address and the length of a network of its family:
    /// `192.0.2.0/24`. A URL that looks so is not what anybody means.
    static func networkSlash(_ line: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard let slash = line.firstIndex(of: Byte.slash, in: range),
            address(line, range.lowerBound..<slash) != nil,
            IPAddressText.parseNetwork(line.extracting(range)) != nil
        else { return nil }
        return slash
    }

    /// The address in `range`, which may carry a zone: `fe80::1%lo0` (RFC 4007 section 11).
    static func addressWithZone(_ line: Span<UInt8>, _ range: Range<Int>) -> IPAddress? {
        guard let percent = line.firstIndex(of: Byte.percent, in: range) else {
            return address(line, range)
        }
        return address(line, range.lowerBound..<percent)
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
