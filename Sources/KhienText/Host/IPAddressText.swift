public import KhienModel

/// IP addresses and networks as text: strict to read, one way to write.
///
/// For lists and configuration. URLs accept more spellings; see `HostCanonicalizer`.
public enum IPAddressText {
    /// An IPv4 address of four decimal numbers without leading zeros (RFC 6943 section 3.1.1), or
    /// an IPv6 address (RFC 4291 section 2.2) without brackets or zone. Nil for all else.
    public static func parse(_ text: Span<UInt8>) -> IPAddress? {
        if let address = parseIPv4(text) { return .v4(address) }
        if let address = IPv6Parser.parse(text) {
            return .v6(high: address.high, low: address.low)
        }
        return nil
    }

    /// A network as `address/length` (RFC 4632, RFC 4291 section 2.3), or nil. The host bits may
    /// be set in the text; `IPNetwork.hasHostBits` tells.
    public static func parseNetwork(_ text: Span<UInt8>) -> IPNetwork? {
        var slash = text.count
        while slash > 0, text[slash - 1] != 0x2F { slash -= 1 }
        guard slash > 0, let address = parse(text.extracting(0..<slash - 1)) else { return nil }
        let digits = text.extracting(slash..<text.count)
        guard (1...3).contains(digits.count), digits.count == 1 || digits[0] != 0x30 else {
            return nil
        }
        var length = 0
        for index in digits.indices {
            guard digits[index].isDigit else { return nil }
            length = length * 10 + Int(digits[index] &- 0x30)
        }
        return IPNetwork(address: address, prefixLength: length)
    }

    /// Appends the address: dotted decimal, or RFC 5952 without brackets. IPv4-mapped addresses
    /// are written in hexadecimal like all others, as the URL Standard does.
    public static func append(_ address: IPAddress, to output: inout [UInt8]) {
        switch address {
        case .v4(let value):
            for shift in stride(from: UInt32(24), through: 0, by: -8) {
                output.append(decimal: (value >> shift) & 0xFF)
                if shift > 0 { output.append(0x2E) }
            }
        case .v6(let high, let low):
            appendIPv6(high: high, low: low, to: &output)
        }
    }

    /// The address as text.
    public static func string(_ address: IPAddress) -> String {
        var bytes: [UInt8] = []
        append(address, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    static func parseIPv4(_ text: Span<UInt8>) -> UInt32? {
        guard text.count >= 7, text.count <= 15 else { return nil }
        var value: UInt32 = 0
        var part: UInt32 = 0
        var digits = 0
        var dots = 0
        for index in text.indices {
            let byte = text[index]
            if byte == 0x2E {
                guard digits > 0, dots < 3 else { return nil }
                value = value << 8 | part
                part = 0
                digits = 0
                dots += 1
            } else {
                guard byte.isDigit, digits < 3, digits == 0 || part > 0 else { return nil }
                part = part * 10 + UInt32(byte &- 0x30)
                guard part <= 255 else { return nil }
                digits += 1
            }
        }
        guard dots == 3, digits > 0 else { return nil }
        return value << 8 | part
    }

    private static func appendIPv6(high: UInt64, low: UInt64, to output: inout [UInt8]) {
        func piece(_ index: Int) -> UInt16 {
            let word = index < 4 ? high : low
            return UInt16(truncatingIfNeeded: word >> UInt64((3 - index & 3) * 16))
        }
        // The first of the longest runs of two or more zero pieces is written as `::`.
        var best = 0..<0
        var runStart = 0
        for index in 0...8 {
            if index < 8, piece(index) == 0 { continue }
            if index - runStart > max(best.count, 1) { best = runStart..<index }
            runStart = index + 1
        }
        var index = 0
        while index < 8 {
            if index == best.lowerBound, !best.isEmpty {
                output.append(0x3A)
                if index == 0 { output.append(0x3A) }
                index = best.upperBound
                continue
            }
            appendHexadecimal(piece(index), to: &output)
            index += 1
            if index < 8 { output.append(0x3A) }
        }
    }

    private static func appendHexadecimal(_ value: UInt16, to output: inout [UInt8]) {
        var shift = 12
        while shift > 0, value >> shift == 0 { shift -= 4 }
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: value >> shift) & 15
            output.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
            shift -= 4
        }
    }
}
