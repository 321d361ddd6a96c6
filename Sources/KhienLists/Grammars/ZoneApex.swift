import KhienModel

/// The zone's own name, as far as the whole file says it before its first record is read.
///
/// It is the owner of the SOA record, wherever that stands. Where the record says `@` and no origin comes before
/// it, the zone has the name that the server's configuration gives it, and each `$ORIGIN` behind is that name or
/// one below it: what they have in common is taken, and told as a guess.
///
/// | origins behind `@ SOA` | name | |
/// | --- | --- | --- |
/// | `rpz.test.`, `com.rpz.test.` | `rpz.test.` | said |
/// | `com.rpz.test.`, `net.rpz.test.` | `rpz.test.` | guessed |
/// | `rpz.test.`, `c.other.test.` | `rpz.test.` | guessed, where `com` is known for a registry's name and `rpz` for none |
/// | `rpz.test.`, `c.other.` | `rpz.test.` | the other one is outside |
struct ZoneApex {
    /// The name with its final dot, in lower case; empty: the file does not say.
    private(set) var name: [UInt8] = []
    /// The line of the last `$ORIGIN` that is neither the name before it nor below that, from 1; nil: the name
    /// is not guessed.
    private(set) var guessedAt: UInt32?

    private let registries: TopLevelNames?

    /// Finds the name.
    ///
    /// - Parameter registries: the names of registries, which triggers end in; nil: they are not known.
    /// - Complexity: O(bytes), and for each `$ORIGIN` that differs from the one before it at most
    ///   `Limits.Lists.originBytesMax` steps more.
    init(in bytes: Span<UInt8>, lineEnd: UInt8, registries: TopLevelNames? = nil) {
        self.registries = registries
        var origin = ZoneOrigin()
        var last: [UInt8] = []
        var hasStart = false
        var lineNumber: UInt32 = 0
        var start = 0
        while start < bytes.count {
            let end = bytes.firstIndex(of: lineEnd, in: start..<bytes.count) ?? bytes.count
            let line = bytes.extracting(start..<bytes.contentEnd(start..<end))
            start = end + 1
            lineNumber &+= 1
            guard line.count > 0, line.count <= Limits.Lists.lineBytesMax else { continue }
            let first = line.trimmed(0..<line.count).first
            if let first, line[first] == Byte.dollar {
                guard let name = Self.originName(line),
                    origin.set(origin.whole(line, name), hasStart: hasStart)
                else { continue }
                // Nothing is compared twice in a row.
                if hasStart, origin.name.last == Byte.dot, origin.name != last {
                    last = origin.name
                    take(last, lineNumber)
                }
            } else if !hasStart, let owner = Self.startOwner(line, origin) {
                hasStart = true
                if owner.last == Byte.dot {
                    name = owner
                    return
                }
            }
        }
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

    // MARK: What origins have in common

    /// Shortens the name to the labels that it has in common with `origin`; where there are none it stays. The
    /// root says nothing: all names are below it.
    private mutating func take(_ origin: [UInt8], _ line: UInt32) {
        if origin == [Byte.dot] { return }
        if name.isEmpty {
            name = origin
            return
        }
        let shared = Self.sharedCount(name, origin)
        if shared == 0 || shared == name.count { return }
        guessedAt = line
        let isOrigin = shared == origin.count
        if isOrigin || mayEndTrigger(name, above: shared) && mayEndTrigger(origin, above: shared) {
            name.removeFirst(name.count - shared)
        }
    }

    /// How many bytes two names have in common at their ends, in whole labels, both dots included.
    private static func sharedCount(_ left: [UInt8], _ right: [UInt8]) -> Int {
        let most = min(left.count, right.count)
        var count = 0
        var shared = 0
        while count < most, left[left.count - 1 - count] == right[right.count - 1 - count] {
            // The dot at the end of both ends nothing.
            if count > 0, left[left.count - 1 - count] == Byte.dot { shared = count }
            count += 1
        }
        let isLabel = [left, right].allSatisfy {
            $0.count == count || $0[$0.count - 1 - count] == Byte.dot
        }
        return count > 1 && isLabel ? count : shared
    }

    /// Whether a trigger may end in the label of `name` in front of its last `count` bytes: a registry's name, or
    /// `rpz-ip`.
    private func mayEndTrigger(_ name: [UInt8], above count: Int) -> Bool {
        guard let registries else { return true }
        let above = name.dropLast(count + 1)
        let dot = above.lastIndex(of: Byte.dot)
        let label = above[(dot.map { $0 + 1 } ?? above.startIndex)...]
        return registries.contains(label) || label.starts(with: "rpz-".utf8)
    }
}
