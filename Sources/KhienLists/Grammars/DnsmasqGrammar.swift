import KhienModel

/// dnsmasq configuration lines that block: `address=/name/`, `address=/a/b/0.0.0.0`,
/// `local=/name/`,
/// `server=/name/`. A name is meant with its subdomains.
///
/// `address=` with another address than one that leads nowhere (`0.0.0.0`, `127.0.0.0/8`, `::`, `::1`) maps
/// the name, as in a hosts file, and is unsupported. `server=/name/192.0.2.1` and `server=/name/#` only
/// choose who resolves the name and are unsupported, as are all other directives. Source: dnsmasq(8).
struct DnsmasqGrammar: StatelessGrammar {
    func read(_ line: Span<UInt8>, into builder: inout ListBuilder) -> LineOutcome {
        let content = line.trimmed(0..<line.count)
        guard let first = content.first else { return .blank }
        if line[first] == Byte.hash || line[first] == Byte.semicolon { return .comment }
        var repairs = RepairSet()
        if content.count < line.count { repairs.insert(.whiteSpace) }
        do throws(LineFault) {
            repairs.formUnion(try Self.readDirective(line, content, into: &builder))
            return .entries(repairs)
        } catch {
            return .fault(error)
        }
    }

    private static func readDirective(
        _ line: Span<UInt8>, _ content: Range<Int>, into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        guard let equals = line.firstIndex(of: Byte.equals, in: content) else {
            throw .rejected(
                "dnsmasq.form", "address=/name/, local=/name/ or server=/name/ expected")
        }
        let key = line.trimmed(content.lowerBound..<equals)
        let isAddress = line.equals("address", in: key)
        guard isAddress || line.equals("local", in: key) || line.equals("server", in: key) else {
            if key.isEmpty || key.contains(where: { !isKeyByte(line[$0]) }) {
                throw .rejected(
                    "dnsmasq.form", "address=/name/, local=/name/ or server=/name/ expected")
            }
            throw .unsupported(
                "dnsmasq.directive", "a directive that blocks no name", at: key.lowerBound)
        }
        var value = line.trimmed(equals + 1..<content.upperBound)
        if let end = line.nextWord(in: value)?.upperBound { value = value.lowerBound..<end }
        guard let start = value.first, line[start] == Byte.slash,
            let last = line.lastIndex(of: Byte.slash, in: value), last > start
        else {
            throw .rejected(
                "dnsmasq.form", "names between slashes were expected", at: value.lowerBound)
        }
        let answer = last + 1..<value.upperBound
        try checkAnswer(line, answer, isAddress: isAddress)
        return try readNames(line, start + 1..<last, into: &builder)
    }

    private static func checkAnswer(
        _ line: Span<UInt8>, _ answer: Range<Int>, isAddress: Bool
    ) throws(LineFault) {
        guard let first = answer.first else { return }
        if !isAddress {
            throw .unsupported(
                "dnsmasq.forward", "the name is only resolved elsewhere, not blocked", at: first)
        }
        if answer.count == 1, line[first] == Byte.hash { return }
        guard let address = AddressReader.address(line, answer) else {
            throw .rejected("dnsmasq.answer", "an address, # or nothing was expected", at: first)
        }
        guard address.leadsNowhere else {
            throw .unsupported(
                "dnsmasq.mapping", "the name is mapped to an address, not blocked", at: first)
        }
    }

    private static func readNames(
        _ line: Span<UInt8>, _ range: Range<Int>, into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        let mark = builder.mark()
        var repairs = RepairSet()
        var names = 0
        var start = range.lowerBound
        do throws(LineFault) {
            while start <= range.upperBound {
                let end =
                    line.firstIndex(of: Byte.slash, in: start..<range.upperBound)
                    ?? range.upperBound
                let name = start..<end
                if name.isEmpty || (name.count == 1 && line[start] == Byte.hash) {
                    throw .rejected(
                        "dnsmasq.everything",
                        "no name between the slashes: it would block every name",
                        at: start)
                }
                names += 1
                if names > Limits.Lists.namesPerLineMax {
                    throw .rejected("dnsmasq.too-many", "too many names on one line", at: start)
                }
                repairs.formUnion(
                    try NameReader.addName(
                        line, name, .domain, allowing: [.singleLabel, .leadingDot], into: &builder))
                start = end + 1
            }
        } catch {
            builder.forget(since: mark)
            throw error
        }
        return repairs
    }

    private static func isKeyByte(_ byte: UInt8) -> Bool {
        Byte.isLetter(byte) || Byte.isDigit(byte) || byte == Byte.hyphen
    }
}
