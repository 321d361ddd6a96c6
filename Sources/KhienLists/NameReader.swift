import KhienModel

/// Reads one name as lists spell it and adds it as an entry. Shared by all formats that name hosts.
enum NameReader {
    /// What a format allows beyond a plain host.
    struct Allowance: OptionSet {
        let rawValue: UInt8

        /// A leading dot belongs to the format: `.example` in e2guardian and squidGuard lists.
        static let leadingDot = Allowance(rawValue: 1 << 0)
        /// One label alone: `.gov` in e2guardian lists.
        static let singleLabel = Allowance(rawValue: 1 << 1)
        /// `*.` belongs to the format.
        static let wildcard = Allowance(rawValue: 1 << 2)
    }

    /// Reads the name in `range` (no white space) and adds it.
    ///
    /// Repaired: `*.name` and `.name` (the domain is meant, also where `kind` is a host), `http://name/`,
    /// `name:80`, and what `HostReader` repairs. An address is added as the host that it is in a URL,
    /// never as an address entry: that would also block every name that resolves to it.
    static func addName(
        _ line: Span<UInt8>, _ range: Range<Int>, _ kind: TargetKind, flags: EntryFlags = [],
        allowing allowance: Allowance = [], into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        if addPlainName(line, range, kind, flags: flags, into: &builder) { return RepairSet() }
        return try addUnusualName(
            line, range, kind, flags: flags, allowing: allowance, into: &builder)
    }

    /// Adds the name in `range` if it is plain; false: it is not, and nothing was added.
    static func addPlainName(
        _ line: Span<UInt8>, _ range: Range<Int>, _ kind: TargetKind, flags: EntryFlags = [],
        into builder: inout ListBuilder
    ) -> Bool {
        guard PlainHost.isPlain(line, range) else { return false }
        let start = builder.text.count
        ByteCopy.append(line, range, to: &builder.text)
        builder.addEntry(kind, textFrom: start, flags: flags)
        return true
    }

    private static func addUnusualName(
        _ line: Span<UInt8>, _ range: Range<Int>, _ kind: TargetKind, flags: EntryFlags,
        allowing allowance: Allowance, into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        let visible = line.trimmedOfSpaces(range)
        var (host, repairs) = try SchemeReader.hostOnly(line, visible)
        if visible.count < range.count { repairs.insert(.whiteSpace) }
        if host.isEmpty { throw .rejected("host.empty", "no name", at: range.lowerBound) }
        let whole = host
        if line[host.lowerBound] == Byte.star, host.count > 2,
            line[host.lowerBound + 1] == Byte.dot
        {
            host = host.lowerBound + 2..<host.upperBound
            if !allowance.contains(.wildcard) { repairs.insert(.wildcard) }
        } else if line[host.lowerBound] == Byte.dot, host.count > 1 {
            host = host.lowerBound + 1..<host.upperBound
            if !allowance.contains(.leadingDot) { repairs.insert(.leadingDot) }
        }
        let start = builder.text.count
        let found = try HostReader.append(line, host, into: &builder)
        repairs.formUnion(found.repairs)
        if !found.isAddress, !allowance.contains(.singleLabel),
            builder.text[start...].firstIndex(of: Byte.dot) == nil,
            builder.topLevelNames?.contains(builder.text[start...]) != true
        {
            builder.text.removeSubrange(start...)
            throw .rejected(
                "host.single-label", "a name of one label; a name with a dot was expected",
                at: host.lowerBound)
        }
        let isOfSubdomains = kind == .host && host.lowerBound > whole.lowerBound
        builder.addEntry(
            found.isAddress ? .host : isOfSubdomains ? .domain : kind, textFrom: start, flags: flags
        )
        return repairs
    }

    /// The first word of `line`, where nothing but a comment may follow it.
    ///
    /// A comment begins with `#`, `;`, `!` or `//` after white space, or with `#` at once. The mark of a rule
    /// that hides parts of a page (`name##.ad`, `name#@#div`) begins none: its site is not meant.
    static func soleWord(
        _ line: Span<UInt8>, cuttingAtHash: Bool = true
    ) throws(LineFault) -> (Range<Int>, RepairSet) {
        let content = line.trimmedOfSpaces(0..<line.count)
        var repairs = RepairSet()
        if content.count < line.count { repairs.insert(.whiteSpace) }
        guard var word = line.nextWord(in: content) else { return (content, repairs) }
        if word.upperBound < content.upperBound,
            let rest = line.nextWord(in: word.upperBound..<content.upperBound)
        {
            guard isCommentStart(line, rest) else {
                throw .rejected(
                    "host.space", "white space inside an entry; one entry a line was expected",
                    at: word.upperBound)
            }
            let visible = line.trimmedOfSpaces(word)
            if visible.count < word.count { repairs.insert(.whiteSpace) }
            word = visible
        }
        if cuttingAtHash, let hash = line.firstIndex(of: Byte.hash, in: word) {
            if CosmeticRule.begins(line, hash..<word.upperBound) {
                throw CosmeticRule.fault(at: hash)
            }
            word = word.lowerBound..<hash
        }
        return (word, repairs)
    }

    /// Whether a comment begins at `range`: `#`, `;`, `!` or `//`.
    static func isCommentStart(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let start = range.first else { return false }
        switch line[start] {
        case Byte.hash, Byte.semicolon, Byte.exclamation: return true
        case Byte.slash: return range.count > 1 && line[start + 1] == Byte.slash
        default: return false
        }
    }
}
