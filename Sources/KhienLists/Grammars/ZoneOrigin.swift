import KhienModel

/// The current origin of a zone file: what names without a final dot go on with.
///
/// Source: RFC 1035 section 5.1.
struct ZoneOrigin {
    /// In lower case; empty: the zone's own name, which nothing has said.
    private(set) var name: [UInt8] = []

    var isKnown: Bool { !name.isEmpty }

    /// The name in `range`, in lower case, with the origin behind it unless it ends in a dot; `@` alone where
    /// the origin is not known.
    func whole(_ line: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        if range.count == 1, line[range.lowerBound] == Byte.at {
            return name.isEmpty ? [Byte.at] : name
        }
        var whole = line.copy(range).map(Byte.lowered)
        if whole.last == Byte.dot || name.isEmpty { return whole }
        whole.append(Byte.dot)
        if name != [Byte.dot] { whole += name }
        return whole
    }

    /// Takes the name that a `$ORIGIN` gives.
    ///
    /// - Parameter hasStart: whether the zone's SOA record has been read. Before it the first origin may lack
    ///   its dot.
    /// - Returns: false: the name is one that no name can have (`Limits.Lists.originBytesMax`), and no name
    ///   below it is inside a zone.
    mutating func set(_ new: [UInt8], hasStart: Bool) -> Bool {
        guard new.count <= Limits.Lists.originBytesMax else {
            name = [Byte.dot, Byte.dot]
            return false
        }
        if new == [Byte.at] { return true }
        name = new
        if name.last != Byte.dot, !hasStart { name.append(Byte.dot) }
        return true
    }

    /// Takes the owner of the SOA record where no origin has been given.
    mutating func begin(at owner: [UInt8]) {
        if name.isEmpty { name = owner }
    }
}

/// The zone's own name, as far as the whole file says it before its first record is read.
///
/// It is the owner of the SOA record, wherever that stands. Where the record says `@` and no origin comes before
/// it, the zone has the name that the server's configuration gives it, and each `$ORIGIN` behind is that name or
/// one below it: what they have in common is taken.
enum ZoneApex {
    /// The name with its final dot, in lower case; empty: the file does not say.
    ///
    /// - Complexity: O(bytes).
    static func find(in bytes: Span<UInt8>, lineEnd: UInt8) -> [UInt8] {
        var origin = ZoneOrigin()
        var common: [UInt8] = []
        var hasStart = false
        var start = 0
        while start < bytes.count {
            let end = bytes.firstIndex(of: lineEnd, in: start..<bytes.count) ?? bytes.count
            let line = bytes.extracting(start..<end)
            start = end + 1
            guard line.count > 0, line.count <= Limits.Lists.lineBytesMax else { continue }
            let first = line.trimmed(0..<line.count).first
            if let first, line[first] == Byte.dollar {
                guard let name = originName(line),
                    origin.set(origin.whole(line, name), hasStart: hasStart)
                else { continue }
                if hasStart, origin.name.last == Byte.dot { take(origin.name, into: &common) }
            } else if !hasStart, let owner = startOwner(line, origin) {
                hasStart = true
                if owner.last == Byte.dot { return owner }
            }
        }
        return common
    }

    /// The name behind `$ORIGIN`; nil: the line is none.
    private static func originName(_ line: Span<UInt8>) -> Range<Int>? {
        let content = content(line)
        guard let first = content.first, line[first] == Byte.dollar,
            line.hasPrefix("$origin", at: first, before: content.upperBound)
        else { return nil }
        return line.nextWord(in: first + 7..<content.upperBound)
    }

    /// The owner of a SOA record, empty where the line has none; nil: the line is no such record.
    private static func startOwner(_ line: Span<UInt8>, _ origin: ZoneOrigin) -> [UInt8]? {
        let content = content(line)
        let hasOwner = !Byte.isBlank(line[0])
        guard let first = line.nextWord(in: content) else { return nil }
        var position = hasOwner ? first.upperBound : content.lowerBound
        while let word = line.nextWord(in: position..<content.upperBound) {
            if line.equals("soa", in: word) { return hasOwner ? origin.whole(line, first) : [] }
            guard ZoneGrammar.isTimeOrClass(line, word) else { return nil }
            position = word.upperBound
        }
        return nil
    }

    /// The line without its comment, end and outer white space.
    private static func content(_ line: Span<UInt8>) -> Range<Int> {
        var end = line.firstIndex(of: Byte.semicolon, in: 0..<line.count) ?? line.count
        while end > 0, line[end - 1] == Byte.carriageReturn { end -= 1 }
        return line.trimmed(0..<end)
    }

    /// Shortens `common` to the labels that it has in common with `name`; where there are none it stays.
    private static func take(_ name: [UInt8], into common: inout [UInt8]) {
        guard !common.isEmpty else {
            common = name
            return
        }
        let labels = common.dropLast().split(separator: Byte.dot)
        let others = name.dropLast().split(separator: Byte.dot)
        let count = zip(labels.reversed(), others.reversed()).prefix { $0.0 == $0.1 }.count
        guard count > 0, count < labels.count else { return }
        common = Array(labels.suffix(count).joined(separator: [Byte.dot])) + [Byte.dot]
    }
}
