import KhienModel

/// The host parser of the URL Standard, section 3.5.
enum HostParser {
    /// Parses the host of a special URL (domain, IPv4 in any spelling, IPv6 in brackets) and
    /// appends its serialisation to `output`. After a throw, `output` may end with a part of it.
    static func parse(
        _ text: Span<UInt8>, into output: inout [UInt8], through scratch: inout DomainScratch
    ) throws(HostError) -> WebURL.HostKind {
        if text.count > 0, text[0] == 0x5B { return try parseBracketed(text, into: &output) }
        let start = output.count
        try appendDomain(text, into: &output, through: &scratch)
        return try finishDomain(in: &output, from: start)
    }

    /// Parses the host of a URL whose scheme is not special.
    static func parseOpaque(
        _ text: Span<UInt8>, into output: inout [UInt8]
    ) throws(HostError) -> WebURL.HostKind {
        if text.count > 0, text[0] == 0x5B { return try parseBracketed(text, into: &output) }
        if text.count == 0 { return .empty }
        for index in text.indices where ByteClass.forbiddenHost.contains(byte: text[index]) {
            throw .forbiddenByte(text[index], offset: index)
        }
        output.append(text, encoding: .encodeControl)
        return .opaque
    }

    /// Parses `[...]` and appends the address in its brackets.
    static func parseBracketed(
        _ text: Span<UInt8>, into output: inout [UInt8]
    ) throws(HostError) -> WebURL.HostKind {
        guard text.count > 2, text[text.count - 1] == 0x5D,
            let address = IPv6Parser.parse(text.extracting(1..<text.count - 1))
        else { throw .badIPv6 }
        output.append(0x5B)
        IPAddressText.append(.v6(high: address.high, low: address.low), to: &output)
        output.append(0x5D)
        return .ipv6(high: address.high, low: address.low)
    }

    /// Appends the ASCII form of a domain: percent-decoded, mapped by UTS 46, lower case, checked
    /// for forbidden code points; not yet looked at as an IPv4 address.
    static func appendDomain(
        _ text: Span<UInt8>, into output: inout [UInt8], through scratch: inout DomainScratch
    ) throws(HostError) {
        guard text.count > 0 else { throw .empty }
        guard text.count <= Limits.Text.hostInputBytesMax else {
            throw .inputTooLong(bytes: text.count, limit: Limits.Text.hostInputBytesMax)
        }
        var isPlain = true
        for index in text.indices where text[index] == 0x25 || text[index] >= 0x80 {
            isPlain = false
            break
        }
        if isPlain { return try appendASCII(text, into: &output) }
        scratch.decoded.removeAll(keepingCapacity: true)
        PercentEncoding.decode(text, into: &scratch.decoded)
        try appendDecoded(&scratch.decoded, into: &output, through: &scratch.steps)
    }

    /// Parts by reference, so that one is read while the other is written.
    private static func appendDecoded(
        _ decoded: inout [UInt8], into output: inout [UInt8],
        through steps: inout DomainScratch.Steps
    ) throws(HostError) {
        if decoded.allSatisfy({ $0 < 0x80 }) {
            return try appendASCII(decoded.span, into: &output)
        }
        let start = output.count
        try DomainMapping.appendASCII(ofDomain: decoded.span, to: &output, through: &steps)
        guard output.count > start else { throw .empty }
        for index in start..<output.count
        where ByteClass.forbiddenDomain.contains(byte: output[index]) {
            throw .forbiddenByte(output[index], offset: index - start)
        }
    }

    private static func appendASCII(
        _ text: Span<UInt8>, into output: inout [UInt8]
    ) throws(HostError) {
        for index in text.indices {
            let byte = text[index]
            guard !ByteClass.forbiddenDomain.contains(byte: byte) else {
                throw .forbiddenByte(byte, offset: index)
            }
            output.append(byte.lowered)
        }
    }

    /// Turns the domain that `output` ends with into an IPv4 address if its last label is a number.
    static func finishDomain(
        in output: inout [UInt8], from start: Int
    ) throws(HostError) -> WebURL.HostKind {
        guard let address = try ipv4(output.span.extracting(start..<output.count)) else {
            return .domain
        }
        output.removeSubrange(start...)
        IPAddressText.append(.v4(address), to: &output)
        return .ipv4(address)
    }

    private static func ipv4(_ domain: Span<UInt8>) throws(HostError) -> UInt32? {
        guard IPv4Parser.endsInNumber(domain) else { return nil }
        guard let address = IPv4Parser.parse(domain) else { throw .badIPv4 }
        return address
    }
}
