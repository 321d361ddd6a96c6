import KhienModel
import KhienText

/// Lists of addresses: `192.0.2.1`, `2001:db8::/32`, `192.0.2.1-192.0.2.9`, one a line, with an
/// optional comment (`#`, `;`, `!`, `//`).
///
/// Repaired: host bits in a network, ranges (split into networks), netmasks, ports, IPv6 in other
/// spellings than RFC 5952's, IPv4 inside IPv6 (mapped, NAT64), which is what addresses are compared as. Rejected:
/// leading zeros (some read them as octal), names, networks of length 0, which are everything, networks of IPv4 inside
/// IPv6 with a length of IPv4's, and ranges that together become too many networks
/// (`Limits.Lists.rangeNetworksMax`).
struct AddressesGrammar: StatelessGrammar {
    func read(_ line: Span<UInt8>, into builder: inout ListBuilder) -> LineOutcome {
        if NameReader.isCommentStart(line, line.trimmed(0..<line.count)) { return .comment }
        do throws(LineFault) {
            var (content, repairs) = try Self.content(line)
            repairs.formUnion(try Self.addAddresses(line, content, into: &builder))
            return .entries(repairs)
        } catch {
            return .fault(error)
        }
    }

    /// The line without its comment and outer white space. Inside, white space may stand around
    /// `-`.
    private static func content(_ line: Span<UInt8>) throws(LineFault) -> (Range<Int>, RepairSet) {
        let all = line.trimmedOfSpaces(0..<line.count)
        var repairs = RepairSet()
        if all.count < line.count { repairs.insert(.whiteSpace) }
        var end = all.lowerBound
        while let word = line.nextWord(in: end..<all.upperBound) {
            if NameReader.isCommentStart(line, word) { break }
            if let hash = line.firstIndex(of: Byte.hash, in: word)
                ?? line.firstIndex(of: Byte.semicolon, in: word)
            {
                end = hash
                break
            }
            end = word.upperBound
        }
        return (line.trimmedOfSpaces(all.lowerBound..<end), repairs)
    }

    /// Reads an address, network or range and adds its entries.
    static func addAddresses(
        _ line: Span<UInt8>, _ range: Range<Int>, into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        if let address = AddressReader.address(line, range) {
            return add(address, from: line, range, into: &builder)
        }
        if AddressReader.bracketedEnd(line, range) == range.upperBound,
            let address = AddressReader.address(
                line, range.lowerBound + 1..<range.upperBound - 1)
        {
            return add(address, from: line, range, into: &builder)
        }
        if let slash = line.firstIndex(of: Byte.slash, in: range) {
            return try addNetwork(line, range, slash, into: &builder)
        }
        if let hyphen = line.firstIndex(of: Byte.hyphen, in: range) {
            return try addRange(line, range, hyphen, into: &builder)
        }
        if let address = withoutPort(line, range) {
            let start = builder.text.count
            IPAddressText.append(address.untranslated, to: &builder.text)
            builder.addEntry(.address, textFrom: start)
            return RepairSet(.portDropped)
        }
        throw .rejected(
            "address.invalid",
            "an IPv4 or IPv6 address, a network or a range was expected", at: range.lowerBound)
    }

    private static func add(
        _ found: IPAddress, from line: Span<UInt8>, _ range: Range<Int>,
        into builder: inout ListBuilder
    ) -> RepairSet {
        let start = builder.text.count
        if case .v4 = found, line.firstIndex(of: Byte.colon, in: range) == nil {
            // The strict spelling of an IPv4 address is its canonical one.
            ByteCopy.append(line, range, to: &builder.text)
            builder.addEntry(.address, textFrom: start)
            return RepairSet()
        }
        IPAddressText.append(found.untranslated, to: &builder.text)
        builder.addEntry(.address, textFrom: start)
        return spelling(line, range, builder.text[start...])
    }

    /// Nothing if the text is already canonical.
    private static func spelling(
        _ line: Span<UInt8>, _ range: Range<Int>, _ canonical: ArraySlice<UInt8>
    ) -> RepairSet {
        if canonical.count == range.count,
            range.indices.allSatisfy({
                line[$0] == canonical[canonical.startIndex + $0 - range.lowerBound]
            })
        {
            return RepairSet()
        }
        return RepairSet(.addressSpelling)
    }

    private static func withoutPort(
        _ line: Span<UInt8>, _ range: Range<Int>
    ) -> IPAddress? {
        guard let colon = SchemeReader.portColon(line, range),
            SchemeReader.isPort(line, colon + 1..<range.upperBound)
        else { return nil }
        var host = range.lowerBound..<colon
        if line[host.lowerBound] == UInt8(ascii: "["), host.count > 2 {
            host = host.lowerBound + 1..<host.upperBound - 1
        }
        return AddressReader.address(line, host)
    }

    private static func addNetwork(
        _ line: Span<UInt8>, _ range: Range<Int>, _ slash: Int, into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        guard let written = AddressReader.network(line, range, slash: slash) else {
            throw .rejected(
                "address.prefix-length", "an address and a prefix length of its family expected",
                at: slash)
        }
        let network = written.network
        if case .v6 = written.address, case .v4 = written.address.untranslated, network.hasHostBits,
            network.prefixLength <= 96
        {
            throw .rejected(
                "address.prefix-length",
                "a network of IPv4 inside IPv6 has a prefix length of 97 to 128: /120 is /24 of IPv4",
                at: slash)
        }
        let ofIPv4 = network.ofIPv4
        let isRespelled = written.isSpelledOddly || ofIPv4 != nil
        var repairs = isRespelled ? RepairSet(.addressSpelling) : RepairSet()
        if (ofIPv4 ?? network).prefixLength == 0 {
            throw .rejected(
                "address.everything", "a network of length 0 is every address", at: slash)
        }
        if network.hasHostBits { repairs.insert(.hostBits) }
        let start = builder.text.count
        addBlock(network.address, Int(network.prefixLength), into: &builder)
        if repairs.isEmpty, !network.isOfOneAddress {
            repairs.formUnion(spelling(line, range, builder.text[start...]))
        }
        return repairs
    }

    private static func addRange(
        _ line: Span<UInt8>, _ range: Range<Int>, _ hyphen: Int, into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        let left = line.trimmed(range.lowerBound..<hyphen)
        let right = line.trimmed(hyphen + 1..<range.upperBound)
        guard let first = AddressReader.address(line, left),
            let last = AddressReader.address(line, right),
            let blocks = AddressSplitter.blocks(from: first.unmapped, through: last.unmapped)
        else {
            throw .rejected(
                "address.range", "two addresses of one family, the lower first, expected",
                at: range.lowerBound)
        }
        if blocks.contains(where: { $0.prefixLength == 0 }) {
            throw .rejected(
                "address.everything", "a range of every address", at: range.lowerBound)
        }
        guard builder.takeRange(of: blocks.count) else {
            var fault = LineFault.rejected(
                "address.too-many",
                """
                the ranges of the list become too many networks with this one: a network such as \
                192.0.2.0/24 was expected
                """,
                at: range.lowerBound)
            fault.limit = builder.rangeNetworksMax
            throw fault
        }
        for block in blocks { addBlock(block.address, block.prefixLength, into: &builder) }
        return RepairSet(.rangeSplit)
    }

    /// Adds a network, or an address where the prefix is the whole address. One of IPv4 inside IPv6 is added as
    /// IPv4.
    static func addBlock(
        _ address: IPAddress, _ prefixLength: Int, into builder: inout ListBuilder
    ) {
        if let network = IPNetwork(address: address, prefixLength: prefixLength)?.ofIPv4 {
            return addBlock(network.address, Int(network.prefixLength), into: &builder)
        }
        let start = builder.text.count
        IPAddressText.append(address, to: &builder.text)
        let isWhole: Bool
        if case .v4 = address {
            isWhole = prefixLength == 32
        } else {
            isWhole = prefixLength == 128
        }
        if isWhole { return builder.addEntry(.address, textFrom: start) }
        builder.text.append(Byte.slash)
        builder.text.append(contentsOf: String(prefixLength).utf8)
        builder.addEntry(.network, textFrom: start)
    }
}
