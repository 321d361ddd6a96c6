import KhienImage
import KhienModel

/// The suffixes of a host, shortest first, each with its hash: `example`, `b.example`,
/// `a.b.example`. One walk serves the tables of hosts and of public suffixes.
struct HostWalk: ~Copyable {
    /// A name of 253 bytes has at most 127 labels. A text with more is no canonical host; its
    /// longer suffixes are left out.
    static let suffixCountMax = 128

    /// Suffixes that a table is asked for at once, before the first answer is looked at. A name with
    /// more labels is asked for the rest one by one.
    private static let askedCountMax = 64

    private(set) var count = 0
    /// One bit for each suffix that the table may have, of those that were asked for at once.
    private var candidates: UInt64 = 0
    /// The first `count` are in use.
    private var suffixes = SuffixRoom(count: Self.suffixCountMax)

    init() {}

    func start(_ index: Int) -> Int { Int(suffixes[index].start) }

    func hash(_ index: Int) -> UInt64 { suffixes[index].hash }

    mutating func clear() {
        count = 0
        candidates = 0
    }

    mutating func walk(_ text: Span<UInt8>, _ host: Range<Int>, seed: UInt64) {
        clear()
        if host.isEmpty { return }
        if host.count <= 64 {
            walkShort(text, host, seed: seed) { _ in }
        } else {
            walkLong(text, host, seed: seed)
        }
    }

    /// The same for a host that `table` will be asked for: memory is asked for the line of each suffix
    /// as soon as its hash is known, while the next one is computed.
    @inline(__always)
    mutating func walk(
        _ text: Span<UInt8>, _ host: Range<Int>, seed: UInt64, askingSoon table: KeyTable
    ) {
        if host.isEmpty || host.count > 64 {
            walk(text, host, seed: seed)
            prefetchBuckets(in: table)
        } else {
            walkShort(text, host, seed: seed) { table.prefetchBucket(hash: $0) }
        }
    }

    /// Of nearly every host: all its dots at once.
    @inline(__always)
    private mutating func walkShort(
        _ text: Span<UInt8>, _ host: Range<Int>, seed: UInt64, _ hashed: (UInt64) -> Void
    ) {
        var dots = text.bits(of: UInt8(ascii: "."), in: host)
        var hash = KeyHash(seed: seed)
        var end = host.upperBound
        var found = 0
        while true {
            let length = 64 &- dots.leadingZeroBitCount
            let start = host.lowerBound &+ length
            hash.add(text, start..<end)
            hashed(hash.value)
            suffixes[found] = Suffix(
                hash: hash.value, start: Int32(truncatingIfNeeded: start))
            found &+= 1
            if dots == 0 { break }
            end = start &- 1
            dots ^= 1 &<< UInt64(truncatingIfNeeded: length &- 1)
        }
        count = found
    }

    private mutating func walkLong(_ text: Span<UInt8>, _ host: Range<Int>, seed: UInt64) {
        var hash = KeyHash(seed: seed)
        var end = host.upperBound
        var found = 0
        while found < Self.suffixCountMax {
            let start = Self.labelStart(text, before: end, from: host.lowerBound)
            hash.add(text, start..<end)
            suffixes[found] = Suffix(
                hash: hash.value, start: Int32(truncatingIfNeeded: start))
            found += 1
            if start == host.lowerBound { break }
            end = start - 1
        }
        count = found
    }

    /// Where the label that ends at `end` begins.
    @inline(__always)
    private static func labelStart(
        _ text: Span<UInt8>, before end: Int, from lowest: Int
    ) -> Int {
        var end = end
        while end - lowest >= 8 {
            let dots = text.word(at: end - 8).bytes(equalTo: UInt8(ascii: "."))
            if dots != 0 { return end - dots.leadingZeroBitCount / 8 }
            end -= 8
        }
        while end > lowest, text[end - 1] != UInt8(ascii: ".") { end -= 1 }
        return end
    }

    /// Calls `body` with the suffixes that the table has, shortest first: where each begins, its
    /// hash, and its key. The one way for a single host: asking and looking at the answers are not to be
    /// parted, since answers that nobody asked for say that nothing is there.
    @inline(__always)
    mutating func forEachFound(
        in table: KeyTable, _ text: Span<UInt8>, hostEnd: Int,
        _ body: (_ start: Int, _ hash: UInt64, _ found: FoundKey) -> Void
    ) {
        ask(in: table)
        forEachAnswer(in: table, text, hostEnd: hostEnd, body)
    }

    // MARK: Several hosts at once

    /// Asks memory for the lines that `ask` will read.
    @inline(__always)
    func prefetchBuckets(in table: KeyTable) {
        for index in 0..<count { table.prefetchBucket(hash: suffixes[index].hash) }
    }

    /// Asks the table's buckets which of the suffixes it may have.
    ///
    /// All their cache lines are asked for before the first answer is looked at.
    @inline(__always)
    mutating func ask(in table: KeyTable) {
        var bits: UInt64 = 0
        let asked = min(count, Self.askedCountMax)
        var index = 0
        while index < asked {
            let answer = table.ask(hash: suffixes[index].hash)
            suffixes[index].answer = answer
            bits |= answer.mayHave &<< UInt64(truncatingIfNeeded: index)
            index &+= 1
        }
        candidates = bits
    }

    /// Asks memory for the records that `forEachAnswer` will compare; after `ask`.
    @inline(__always)
    func prefetchRecords(in table: KeyTable) {
        var candidates = candidates
        while candidates != 0 {
            let suffix = suffixes[candidates.trailingZeroBitCount]
            candidates &= candidates &- 1
            table.prefetchRecord(hash: suffix.hash, suffix.answer)
        }
    }

    /// The second half of `forEachFound`, after `ask` of the same table.
    @inline(__always)
    func forEachAnswer(
        in table: KeyTable, _ text: Span<UInt8>, hostEnd: Int,
        _ body: (_ start: Int, _ hash: UInt64, _ found: FoundKey) -> Void
    ) {
        var candidates = candidates
        while candidates != 0 {
            let suffix = suffixes[candidates.trailingZeroBitCount]
            candidates &= candidates &- 1
            let start = Int(suffix.start)
            let key = start..<hostEnd
            let found = table.find(hash: suffix.hash, suffix.answer, key: text, key)
            if let found { body(start, suffix.hash, found) }
        }
        var index = Self.askedCountMax
        while index < count {
            let (start, hash) = (start(index), hash(index))
            if let found = table.find(hash: hash, key: text, start..<hostEnd) {
                body(start, hash, found)
            }
            index += 1
        }
    }
}

extension KeyTable {
    /// Where the registrable domain of a host begins: the public suffix and one label more; the
    /// host's start where there is no more.
    ///
    /// The table's keys are public suffixes; the number of a key's entries holds its rules' kinds:
    /// 1 exact, 2 wildcard, 4 exception, added up. Source: publicsuffix.org, "Algorithm".
    func registrableStart(_ walk: borrowing HostWalk, _ text: Span<UInt8>, hostEnd: Int) -> Int {
        guard walk.count > 0 else { return 0 }
        var suffix = 0
        for index in 0..<walk.count {
            let key = walk.start(index)..<hostEnd
            guard let found = find(hash: walk.hash(index), key: text, key) else { continue }
            let kinds = found.entries.count
            if kinds & 4 != 0 {
                suffix = index - 1
                break
            }
            if kinds & 1 != 0 { suffix = max(suffix, index) }
            if kinds & 2 != 0 { suffix = max(suffix, index + 1) }
        }
        return walk.start(min(suffix + 1, walk.count - 1))
    }
}
