import KhienImage
import KhienModel

/// The suffixes of a host, shortest first, each with its hash: `example`, `b.example`,
/// `a.b.example`. One walk serves the tables of hosts and of public suffixes.
struct HostWalk: ~Copyable {
    /// A name of 253 bytes has at most 127 labels. A text with more is no canonical host; its
    /// longer suffixes are left out.
    static let suffixCountMax = 128

    /// One suffix: its hash, and where it begins in the text.
    private struct Suffix {
        var hash: UInt64 = 0
        var start = 0
    }

    private(set) var count = 0
    /// The first `count` are in use. An array, because an inline one is copied whole at each call.
    private var suffixes = [Suffix](repeating: Suffix(), count: Self.suffixCountMax)

    init() {}

    func start(_ index: Int) -> Int { suffixes[index].start }

    func hash(_ index: Int) -> UInt64 { suffixes[index].hash }

    mutating func clear() { count = 0 }

    mutating func walk(_ text: Span<UInt8>, _ host: Range<Int>, seed: UInt64) {
        count = 0
        if host.isEmpty { return }
        var hash = KeyHash(seed: seed)
        var end = host.upperBound
        var found = 0
        var suffixes = suffixes.mutableSpan
        while found < Self.suffixCountMax {
            let start = Self.labelStart(text, before: end, from: host.lowerBound)
            hash.add(text, start..<end)
            suffixes[found] = Suffix(hash: hash.value, start: start)
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

    /// Asks for the lines that `forEachFound` will read first.
    @inline(__always)
    func prefetchBuckets(in table: KeyTable) {
        for index in 0..<count { table.prefetchBucket(hash: suffixes[index].hash) }
    }

    /// Asks for the records of the keys that `forEachFound` will compare; reads the buckets.
    @inline(__always)
    func prefetchRecords(in table: KeyTable) {
        for index in 0..<count { table.prefetchRecord(hash: suffixes[index].hash) }
    }

    /// Calls `body` with the suffixes that the table has, shortest first: where each begins, its
    /// hash, and its key.
    @inline(__always)
    func forEachFound(
        in table: KeyTable, _ text: Span<UInt8>, hostEnd: Int,
        _ body: (_ start: Int, _ hash: UInt64, _ found: FoundKey) -> Void
    ) {
        var first = 0
        while first < count {
            var candidates = candidates(from: first, in: table)
            while candidates != 0 {
                let suffix = suffixes[first + candidates.trailingZeroBitCount]
                candidates &= candidates &- 1
                let key = suffix.start..<hostEnd
                guard let found = table.find(hash: suffix.hash, key: text, key) else { continue }
                body(suffix.start, suffix.hash, found)
            }
            first += 64
        }
    }

    /// One bit for each of the 64 suffixes from `index` that the table may have.
    ///
    /// All their cache lines are asked for before the first answer is looked at.
    @inline(__always)
    private func candidates(from index: Int, in table: KeyTable) -> UInt64 {
        var bits: UInt64 = 0
        let suffixes = suffixes.span
        for next in index..<min(index + 64, count) {
            let bit = table.mayHave(hash: suffixes[next].hash)
            bits |= bit &<< UInt64(truncatingIfNeeded: next - index)
        }
        return bits
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
