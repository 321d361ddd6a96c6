import KhienModel

/// Response policy zones: a DNS zone whose owners are triggers and whose records are actions.
///
/// | record | becomes |
/// | --- | --- |
/// | `name CNAME .`, `name CNAME *.`, `name CNAME rpz-drop.` | host `name` |
/// | `*.name CNAME .` | domain `name` with `subdomainsOnly` |
/// | `name CNAME rpz-passthru.` | the same, an exception |
/// | `name A 0.0.0.0`, `AAAA ::`, loopback | host `name` |
/// | `24.0.2.0.192.rpz-ip CNAME .` | network `192.0.2.0/24` |
/// | other `A`, `AAAA`, `CNAME` | unsupported: local data |
/// | `rpz-client-ip`, `rpz-nsip`, `rpz-nsdname` | unsupported: triggers that a proxy does not see |
/// | SOA, NS, `$TTL`, `$ORIGIN` | structure |
///
/// A name that does not end in a dot goes on with the current origin. What is left of it without the
/// zone's own name is the trigger: behind `$ORIGIN b.rpz.example.`, `a` means `a.b`. Many lists leave the
/// zone's name to the server's configuration; their names are triggers as they stand.
///
/// Source: draft-vixie-dnsop-dns-rpz-00; RFC 1035 section 5.1 for the file.
struct ZoneGrammar: LineGrammar {
    /// The zone's own name with its final dot, in lower case: what the whole file says (`ZoneApex`), else the
    /// owner of the SOA record, before one the first `$ORIGIN`. Empty: nothing has named it, and names without
    /// a final dot are below it.
    private var apex: [UInt8]
    /// Whether the SOA record, with which a zone begins, has been read.
    private var hasStart = false
    /// What names without a final dot go on with.
    private var origin = ZoneOrigin()
    /// The owner of the last record: with a final dot, or below the zone's own name. A record that begins
    /// with white space has the same.
    private var owner: [UInt8] = []
    /// Whether a `(` is open: the SOA record goes on.
    private var isContinued = false

    /// - Parameter apex: the zone's own name with its final dot, in lower case; empty: it is not known.
    init(apex: [UInt8] = []) { self.apex = apex }

    mutating func read(_ line: Span<UInt8>, into builder: inout ListBuilder) -> LineOutcome {
        let content = Self.content(line)
        guard let first = content.first else { return .comment }
        if isContinued {
            isContinued = line.firstIndex(of: UInt8(ascii: ")"), in: content) == nil
            return .structure
        }
        if line[first] == Byte.dollar { return readDirective(line, content) }
        var words: [Range<Int>] = []
        var position = content.lowerBound
        while words.count < 6, let word = line.nextWord(in: position..<content.upperBound) {
            words.append(word)
            position = word.upperBound
        }
        // A record without an owner begins with white space.
        if !Byte.isBlank(line[0]), !words.isEmpty {
            owner = origin.whole(line, words.removeFirst())
        }
        do throws(LineFault) {
            return try readRecord(line, content, words, into: &builder)
        } catch {
            return .fault(error)
        }
    }

    /// The line without its comment and outer white space.
    static func content(_ line: Span<UInt8>) -> Range<Int> {
        line.trimmed(0..<(line.firstIndex(of: Byte.semicolon, in: 0..<line.count) ?? line.count))
    }

    private mutating func readDirective(_ line: Span<UInt8>, _ content: Range<Int>) -> LineOutcome {
        let start = content.lowerBound
        if line.hasPrefix("$origin", at: start, before: content.upperBound) {
            guard let name = line.nextWord(in: start + 7..<content.upperBound) else {
                return .structure
            }
            return setOrigin(origin.whole(line, name), at: name.lowerBound)
        }
        if line.hasPrefix("$ttl", at: start, before: content.upperBound) { return .structure }
        return .fault(.unsupported("zone.directive", "a directive that is not followed", at: start))
    }

    private mutating func setOrigin(_ name: [UInt8], at start: Int) -> LineOutcome {
        guard origin.set(name, hasStart: hasStart) else {
            return .fault(.rejected("zone.owner", "an origin that no name can have", at: start))
        }
        if apex.isEmpty, origin.name.last == Byte.dot { apex = origin.name }
        return .structure
    }

    private mutating func readRecord(
        _ line: Span<UInt8>, _ content: Range<Int>, _ found: [Range<Int>],
        into builder: inout ListBuilder
    ) throws(LineFault) -> LineOutcome {
        var words = found[...]
        // TTL and class, in either order, before the type.
        while let word = words.first, Self.isTimeOrClass(line, word) { words.removeFirst() }
        guard let type = words.popFirst() else {
            throw .rejected("zone.record", "an owner, a type and data were expected")
        }
        if line.equals("soa", in: type) {
            let open = line.firstIndex(of: UInt8(ascii: "("), in: content)
            isContinued = open != nil && line.firstIndex(of: UInt8(ascii: ")"), in: content) == nil
            if !hasStart, owner.last == Byte.dot {
                apex = owner
                origin.begin(at: owner)
            }
            hasStart = true
            return .structure
        }
        if line.equals("ns", in: type) { return .structure }
        let isName = line.equals("cname", in: type)
        guard isName || line.equals("a", in: type) || line.equals("aaaa", in: type) else {
            throw .unsupported(
                "zone.type", "only CNAME, A and AAAA records block", at: type.lowerBound)
        }
        guard let data = words.first else {
            throw .rejected("zone.record", "data were expected after the type", at: type.upperBound)
        }
        let flags = isName ? try policy(line, data) : try addressPolicy(line, data)
        return .entries(try addTrigger(flags, into: &builder))
    }

    /// Whether a word stands between the owner of a record and its type.
    static func isTimeOrClass(_ line: Span<UInt8>, _ word: Range<Int>) -> Bool {
        if line.equals("in", in: word) { return true }
        guard Byte.isDigit(line[word.lowerBound]) else { return false }
        return word.allSatisfy { Byte.isDigit(line[$0]) || Byte.isLetter(line[$0]) }
    }

    /// What a CNAME asks for.
    private func policy(_ line: Span<UInt8>, _ data: Range<Int>) throws(LineFault) -> EntryFlags {
        if line.equals(".", in: data) || line.equals("*.", in: data)
            || line.equals("rpz-drop.", in: data)
        {
            return []
        }
        if line.equals("rpz-passthru.", in: data) { return .exception }
        if line.hasPrefix("rpz-", at: data.lowerBound, before: data.upperBound) {
            throw .unsupported("zone.action", "an action other than blocking", at: data.lowerBound)
        }
        throw .unsupported(
            "zone.local-data", "the name is redirected, not blocked", at: data.lowerBound)
    }

    private func addressPolicy(
        _ line: Span<UInt8>, _ data: Range<Int>
    ) throws(LineFault) -> EntryFlags {
        guard let address = AddressReader.address(line, data) else {
            throw .rejected("zone.record", "an address was expected", at: data.lowerBound)
        }
        if address.leadsNowhere { return [] }
        throw .unsupported(
            "zone.local-data", "the name is redirected, not blocked", at: data.lowerBound)
    }

    /// Adds the owner as an entry.
    private func addTrigger(
        _ flags: EntryFlags, into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        var name = owner[...]
        if name.last == Byte.dot {
            if name.elementsEqual(apex) {
                throw .unsupported("zone.apex", "a record at the zone's own name")
            }
            guard !apex.isEmpty, name.count > apex.count, name.hasSuffix(apex),
                name[name.endIndex - apex.count - 1] == Byte.dot || apex == [Byte.dot]
            else {
                throw .rejected("zone.owner", "the owner is not inside the zone")
            }
            name = name.dropLast(apex == [Byte.dot] ? 1 : apex.count + 1)
        }
        if name.elementsEqual([Byte.at]) {
            throw .unsupported("zone.apex", "a record at the zone's own name")
        }
        for trigger in [".rpz-client-ip", ".rpz-nsip", ".rpz-nsdname"]
        where name.hasSuffix(Array(trigger.utf8)) {
            throw .unsupported("zone.trigger", "a trigger that a proxy does not see")
        }
        if name.hasSuffix(Array(".rpz-ip".utf8)) {
            let labels = name.dropLast(7).split(
                separator: Byte.dot, omittingEmptySubsequences: false)
            guard let network = ZoneAddress.network(labels) else {
                throw .rejected("zone.address", "prefix length, then an address backwards expected")
            }
            builder.commonFlags = flags
            AddressesGrammar.addBlock(network.address, network.prefixLength, into: &builder)
            builder.commonFlags = []
            return RepairSet()
        }
        let bytes = Array(name)
        let isBelow = bytes.count > 2 && bytes[0] == Byte.star && bytes[1] == Byte.dot
        return try NameReader.addName(
            bytes.span, 0..<bytes.count, isBelow ? .domain : .host,
            flags: isBelow ? flags.union(.subdomainsOnly) : flags,
            allowing: [.wildcard, .singleLabel], into: &builder)
    }
}

extension ArraySlice where Element == UInt8 {
    fileprivate func hasSuffix(_ suffix: [UInt8]) -> Bool {
        self.suffix(suffix.count) == suffix[...]
    }
}
