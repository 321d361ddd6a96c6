import KhienModel

/// The zone's own name, as far as the whole file says it before its first record is read.
///
/// It is the owner of the SOA record, wherever that stands. Where the record says `@` and no origin comes before
/// it, the zone has the name that the server's configuration gives it, and each `$ORIGIN` behind is that name or
/// one below it: what they have in common is taken, and told as a guess (`CommonOrigin`).
///
/// | origins behind `@ SOA` | name | |
/// | --- | --- | --- |
/// | `rpz.test.`, `com.rpz.test.` | `rpz.test.` | said |
/// | `com.rpz.test.`, `net.rpz.test.` | `rpz.test.` | guessed |
/// | `com.rpz.test.` | `rpz.test.` | guessed, where `com` is known for a registry's name |
/// | `com.rpz.test.`, with names like `bad.net` | `com.rpz.test.` | guessed |
/// | `rpz.test.`, `c.other.test.` | `rpz.test.` | guessed, where `rpz` and `other` are known for none |
/// | `rpz.test.`, `c.other.` | `rpz.test.` | the other one is outside |
struct ZoneApex {
    /// The name with its final dot, in lower case; empty: the file does not say.
    private(set) var name: [UInt8] = []
    /// The line of the last `$ORIGIN` that is neither what those before it have in common nor below that, from
    /// 1, or of the first one, where the name begins with a registry's; nil: the name is not guessed.
    private(set) var guessedAt: UInt32?

    /// Finds the name.
    ///
    /// - Parameter registries: the names of registries, which triggers end in; nil: they are not known.
    /// - Complexity: O(bytes), and for each `$ORIGIN` that differs from the one before it at most
    ///   `Limits.Lists.originBytesMax` steps more.
    init(in bytes: Span<UInt8>, lineEnd: UInt8, registries: TopLevelNames? = nil) {
        var origins = CommonOrigin(registries: registries)
        var last: [UInt8] = []
        var said: [UInt8] = []
        ZoneLines.walk(bytes, lineEnd) { lines, _, event in
            switch event {
            case .start(let owner):
                if owner.last == Byte.dot { said = owner }
            case .origin where lines.hasStart:
                // Nothing is compared twice in a row.
                if lines.origin.name.last == Byte.dot, lines.origin.name != last {
                    last = lines.origin.name
                    origins.take(last, lines.number)
                }
            default: break
            }
            return said.isEmpty
        }
        name = said
        if !said.isEmpty { return }
        name = origins.name
        guessedAt = origins.differsAt
        guard let registries, let chosen = origins.chosen else { return }
        name = chosen.name
        if !chosen.mayBeBelow { return }
        guessedAt = guessedAt ?? origins.firstLine
        let names = Self.names(behind: name, bytes, lineEnd, registries)
        let isKept = names.all > 0 ? 2 * names.whole > names.all : chosen.holdsRegistries
        if !isKept { name = registries.withoutFirst(of: name) }
    }

    /// How many names stand right below `origin`, and how many of them would be whole triggers there: of several
    /// labels, the last of which one may end in.
    private static func names(
        behind origin: [UInt8], _ bytes: Span<UInt8>, _ lineEnd: UInt8, _ registries: TopLevelNames
    ) -> (all: Int, whole: Int) {
        var count = (all: 0, whole: 0)
        var isBehind = false
        ZoneLines.walk(bytes, lineEnd) { lines, line, event in
            if case .origin = event { isBehind = lines.origin.name == origin }
            guard isBehind, case .record = event, !Byte.isBlank(line[0]),
                var name = line.nextWord(in: ZoneGrammar.content(line)),
                line[name.upperBound - 1] != Byte.dot, line[name.lowerBound] != Byte.at
            else { return true }
            if line.hasPrefix("*.", at: name.lowerBound, before: name.upperBound) {
                name = name.lowerBound + 2..<name.upperBound
            }
            count.all += 1
            guard let dot = line.lastIndex(of: Byte.dot, in: name) else { return true }
            let label = line.copy(dot + 1..<name.upperBound).map(Byte.lowered)
            if registries.mayEndTrigger(label[...]) { count.whole += 1 }
            return true
        }
        return count
    }
}

/// Where one is in a zone's lines, as far as the names in them depend on it.
private struct ZoneLines {
    private(set) var origin = ZoneOrigin()
    /// Whether the SOA record has been read.
    private(set) var hasStart = false
    /// Of the line, from 1.
    private(set) var number: UInt32 = 0

    enum Event {
        case origin
        /// The SOA record and its owner, which is empty where it has none.
        case start([UInt8])
        /// A line behind the SOA record.
        case record
        case other
    }

    /// Reads line by line until `visit` says that it is enough.
    static func walk(
        _ bytes: Span<UInt8>, _ lineEnd: UInt8,
        _ visit: (_ lines: Self, _ line: Span<UInt8>, _ event: Event) -> Bool
    ) {
        var lines = Self()
        var start = 0
        while start < bytes.count {
            let end = bytes.firstIndex(of: lineEnd, in: start..<bytes.count) ?? bytes.count
            let line = bytes.extracting(start..<bytes.contentEnd(start..<end))
            start = end + 1
            lines.number &+= 1
            guard line.count > 0, line.count <= Limits.Lists.lineBytesMax else { continue }
            let event = lines.read(line)
            if !visit(lines, line, event) { return }
        }
    }

    private mutating func read(_ line: Span<UInt8>) -> Event {
        let first = line.trimmed(0..<line.count).first
        if let first, line[first] == Byte.dollar {
            guard let name = Self.originName(line),
                origin.set(origin.whole(line, name), hasStart: hasStart)
            else { return .other }
            return .origin
        }
        if hasStart { return .record }
        guard let owner = Self.startOwner(line, origin) else { return .other }
        hasStart = true
        return .start(owner)
    }

    /// The name behind `$ORIGIN`; nil: the line is none.
    private static func originName(_ line: Span<UInt8>) -> Range<Int>? {
        let content = ZoneGrammar.content(line)
        guard let first = content.first, line[first] == Byte.dollar,
            line.hasPrefix("$origin", at: first, before: content.upperBound)
        else { return nil }
        return line.nextWord(in: first + 7..<content.upperBound)
    }

    /// The owner of a SOA record, empty where the line has none; nil: the line is no such record.
    private static func startOwner(_ line: Span<UInt8>, _ origin: ZoneOrigin) -> [UInt8]? {
        let content = ZoneGrammar.content(line)
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
}
