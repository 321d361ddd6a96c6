import KhienModel

/// Hosts files: an address, then one or more names, each meant exactly but for `*.name` and `.name`.
///
/// The address must be one that leads nowhere (`0.0.0.0`, `0`, `127.0.0.0/8`, `::`, `::1`): a line that
/// maps a name to another address is somebody's name service, not a block, and is unsupported.
/// Lines for `localhost`, `broadcasthost`, `ip6-…` belong to every hosts file and are `structure`.
struct HostsGrammar: StatelessGrammar {
    func read(_ line: Span<UInt8>, into builder: inout ListBuilder) -> LineOutcome {
        let content = line.trimmed(0..<line.count)
        if NameReader.isCommentStart(line, content) { return .comment }
        guard let address = line.nextWord(in: content) else { return .blank }
        var repairs = RepairSet()
        // Trailing spaces are common and mean nothing; leading ones are not usual.
        if content.count < line.count { repairs.insert(.whiteSpace) }
        return Self.readNames(line, content, address, repairs, into: &builder)
    }

    /// Whether `line` begins with an address and white space, as hosts files do.
    static func looksLikeHosts(_ line: Span<UInt8>, _ content: Range<Int>) -> Bool {
        guard let first = line.nextWord(in: content), first.upperBound < content.upperBound else {
            return false
        }
        return Self.address(line, first) != nil
    }

    /// The address that a line of a hosts file begins with; `0` is one (inet_aton(3)).
    private static func address(_ line: Span<UInt8>, _ word: Range<Int>) -> IPAddress? {
        line.equals("0", in: word) ? .v4(0) : AddressReader.addressWithZone(line, word)
    }

    static func readNames(
        _ line: Span<UInt8>, _ content: Range<Int>, _ address: Range<Int>, _ found: RepairSet,
        into builder: inout ListBuilder
    ) -> LineOutcome {
        guard let number = Self.address(line, address) else {
            return .fault(
                .rejected(
                    "hosts.address", "an address, then names were expected",
                    at: address.lowerBound))
        }
        var repairs = found
        var fault: LineFault?
        var names = 0
        var entries = 0
        var position = address.upperBound
        while let word = line.nextWord(in: position..<content.upperBound) {
            if line[word.lowerBound] == Byte.hash { break }
            position = word.upperBound
            var name = word
            if let hash = line.firstIndex(of: Byte.hash, in: word) {
                name = word.lowerBound..<hash
                position = content.upperBound
            }
            names += 1
            if names > Limits.Lists.namesPerLineMax {
                fault = .rejected(
                    "hosts.too-many", "too many names on one line", at: name.lowerBound)
                break
            }
            if isStandardName(line, name) || AddressReader.address(line, name) != nil { continue }
            guard number.leadsNowhere else {
                fault =
                    fault
                    ?? .unsupported(
                        "hosts.mapping", "the name is mapped to an address, not blocked",
                        at: address.lowerBound)
                continue
            }
            do throws(LineFault) {
                repairs.formUnion(try NameReader.addName(line, name, .host, into: &builder))
                entries += 1
            } catch {
                fault = fault ?? error
            }
        }
        if let fault { return .fault(fault) }
        if entries > 0 { return .entries(repairs) }
        if names > 0 { return .structure }
        return .fault(
            .rejected("hosts.no-name", "a name was expected after the address", at: nil))
    }

    /// Names that operating systems put into their hosts files.
    private static func isStandardName(_ line: Span<UInt8>, _ name: Range<Int>) -> Bool {
        switch name.count {
        case 5: line.equals("local", in: name)
        case 9: line.equals("localhost", in: name)
        case 13: line.equals("broadcasthost", in: name) || isInternet6Name(line, name)
        case 21: line.equals("localhost.localdomain", in: name)
        case 22: line.equals("localhost4.localdomain", in: name)
        default: isInternet6Name(line, name)
        }
    }

    private static func isInternet6Name(_ line: Span<UInt8>, _ name: Range<Int>) -> Bool {
        guard line.hasPrefix("ip6-", at: name.lowerBound, before: name.upperBound) else {
            return false
        }
        return line.firstIndex(of: Byte.dot, in: name) == nil
    }
}
