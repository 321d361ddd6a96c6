import KhienModel

/// The text of a pattern in the form in which it is compared with a URL as a browser serialises it.
enum AdblockPatternText {
    /// Appends the pattern: in lower case unless `match-case`, hosts in A-labels, IPv6 addresses as URLs
    /// have them, other bytes of Unicode as percent escapes.
    ///
    /// - Throws: `rule.too-long` past `Limits.Lists.patternBytesMax`; and what a host is refused for.
    /// - Returns: whether the pattern is `||name^` and nothing else.
    static func append(
        _ line: Span<UInt8>, _ body: Range<Int>, _ anchors: AdblockRule.Anchors,
        _ traits: AdblockRule.Traits, _ repairs: inout RepairSet, into builder: inout ListBuilder
    ) throws(LineFault) -> Bool {
        let start = builder.text.count
        var rest = body
        var isNameOnly = false
        let matchCase = traits.contains(.matchCase)
        if anchors.contains(.host) {
            let host = hostPart(line, body)
            isNameOnly =
                !anchors.contains(.end) && host.upperBound == body.upperBound - 1
                && line[host.upperBound] == Byte.caret
            if AddressReader.bracketedEnd(line, host) == host.upperBound {
                try appendAddress(line, host, into: &builder)
                rest = host.upperBound..<body.upperBound
            } else if host.contains(where: { line[$0] >= 0x80 }) {
                repairs.formUnion(try HostReader.append(line, host, into: &builder).repairs)
                rest = host.upperBound..<body.upperBound
            }
        } else if let address = addressBehindScheme(line, body) {
            append(line, body.lowerBound..<address.lowerBound, matchCase, &repairs, into: &builder)
            try appendAddress(line, address, into: &builder)
            rest = address.upperBound..<body.upperBound
        }
        append(line, rest, matchCase, &repairs, into: &builder)
        guard builder.text.count - start <= Limits.Lists.patternBytesMax else {
            throw .rejected(
                "rule.too-long", "the pattern is longer than 65535 bytes once Unicode is escaped",
                at: body.lowerBound)
        }
        return isNameOnly
    }

    @inline(__always)
    private static func append(
        _ line: Span<UInt8>, _ range: Range<Int>, _ matchCase: Bool, _ repairs: inout RepairSet,
        into builder: inout ListBuilder
    ) {
        for index in range {
            let byte = line[index]
            if byte >= 0x80 {
                repairs.insert(.urlSpelling)
                appendEscape(byte, upperCase: matchCase, to: &builder.text)
            } else {
                builder.text.append(matchCase ? byte : Byte.lowered(byte))
            }
        }
    }

    /// Appends an address without its brackets, so that IPv4 inside of IPv6 stays what a URL has; the reader writes
    /// them.
    private static func appendAddress(
        _ line: Span<UInt8>, _ host: Range<Int>, into builder: inout ListBuilder
    ) throws(LineFault) {
        _ = try HostReader.append(
            line, host.lowerBound + 1..<host.upperBound - 1, into: &builder)
    }

    /// An IPv6 address in brackets behind a scheme, or what may be the end of one, that a pattern begins with:
    /// `|http://[2001:db8:0::b]/x`, `://[2001:db8:0::b]/x`. In a query an address stays as it is written.
    private static func addressBehindScheme(
        _ line: Span<UInt8>, _ body: Range<Int>
    ) -> Range<Int>? {
        var colon = body.lowerBound
        while colon < body.upperBound, Byte.isLetter(line[colon]) || line[colon] == Byte.star {
            colon += 1
        }
        // Byte by byte: nearly every rule ends here.
        guard colon + 3 < body.upperBound, line[colon] == Byte.colon,
            line[colon + 1] == Byte.slash, line[colon + 2] == Byte.slash,
            let end = AddressReader.bracketedEnd(line, colon + 3..<body.upperBound)
        else { return nil }
        return colon + 3..<end
    }

    /// The part of a `||` pattern up to the first `/`, `^`, `*`, `?`, `:` or `|`, or an IPv6 address in
    /// brackets.
    private static func hostPart(_ line: Span<UInt8>, _ body: Range<Int>) -> Range<Int> {
        if let end = AddressReader.bracketedEnd(line, body) { return body.lowerBound..<end }
        for index in body {
            switch line[index] {
            case Byte.slash, Byte.caret, Byte.star, Byte.question, Byte.colon, Byte.pipe:
                return body.lowerBound..<index
            default: continue
            }
        }
        return body
    }

    private static func appendEscape(
        _ byte: UInt8, upperCase: Bool, to text: inout [UInt8]
    ) {
        text.append(Byte.percent)
        for digit in [byte >> 4, byte & 15] {
            let letter = upperCase ? UInt8(ascii: "A") : UInt8(ascii: "a")
            text.append(digit < 10 ? 0x30 + digit : letter + digit - 10)
        }
    }
}
