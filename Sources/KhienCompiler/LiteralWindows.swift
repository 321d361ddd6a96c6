import KhienImage
import KhienModel

/// Chooses the windows under which literals are found, and lays out the index of them.
///
/// The scanner looks at every second place of a text, so a literal is filed under two windows, one
/// byte apart. Those are chosen that are rarest on pages by `GramFrequency`: what a page costs is the
/// number of its windows that some literal waits for.
struct LiteralWindows {
    /// A window that the cells must let through.
    private struct Mark: Hashable {
        enum Kind { case four, open }

        /// Its first four bytes, or three.
        var window: UInt64
        /// `open`: nothing is known of the byte behind the first three.
        var kind: Kind
    }

    /// What is set in each byte of text and literals before they are hashed.
    private let fold: UInt8
    private var marks: [Mark] = []
    private var seen: Set<Mark> = []
    private var postings: [LiteralPosting] = []
    /// Pairs of bytes; single bytes and 2^16.
    private var pairs: Set<UInt32> = []
    /// By kind: the hashes that literals wait for.
    private var hashes = [Set<UInt32>](repeating: [], count: LiteralKind.allCases.count)
    private let frequency = GramFrequency.shared

    init(isCaseless: Bool) { fold = isCaseless ? 0x20 : 0 }

    /// Files a literal of 1 to 255 bytes.
    mutating func add(_ bytes: [UInt8], literal: UInt32) {
        let folded = bytes.map { $0 | fold }
        switch bytes.count {
        case 1: addPair(0x1_0000 | UInt32(folded[0]), folded, literal)
        case 2: addPair(UInt32(truncatingIfNeeded: Self.value(folded[...])), folded, literal)
        case 3: addTriple(folded, literal)
        case 4: addQuadruple(folded, literal)
        default: addLong(bytes, folded, literal)
        }
    }

    private mutating func addPair(_ pair: UInt32, _ bytes: [UInt8], _ literal: UInt32) {
        pairs.insert(pair)
        file(.pair, LiteralHash.pair(pair), bytes, literal, 0)
    }

    private mutating func addTriple(_ bytes: [UInt8], _ literal: UInt32) {
        let window = Self.value(bytes[...])
        mark(window, .open)
        file(.head, LiteralHash.head(window), bytes, literal, 0)
        // The window begins one byte before the literal, so every byte may be its first.
        for byte in UInt8.min...UInt8.max where byte | fold == byte {
            mark(window << 8 | UInt64(byte), .four)
        }
        file(.tail, LiteralHash.tail(window << 8), bytes, literal, -1)
    }

    /// The window that begins one byte behind the literal's begin shows three of its bytes, so the
    /// one before the window is asked for, too.
    private mutating func addQuadruple(_ bytes: [UInt8], _ literal: UInt32) {
        let whole = Self.value(bytes[...])
        mark(whole, .four)
        file(.four, LiteralHash.four(whole), bytes, literal, 0)
        mark(whole >> 8, .open)
        file(.back, LiteralHash.four(whole), bytes, literal, 1)
    }

    private mutating func mark(_ window: UInt64, _ kind: Mark.Kind) {
        let mark = Mark(window: window, kind: kind)
        if seen.insert(mark).inserted { marks.append(mark) }
    }

    private mutating func addLong(_ bytes: [UInt8], _ folded: [UInt8], _ literal: UInt32) {
        // Both windows are of one kind, so that occurrences of a literal are found in order.
        let isLong = bytes.count >= 7
        let length = isLong ? 6 : 4
        var best = Double.infinity
        var chosen = 0
        // Near its end: see `Limits.Literals.reachBytesMax`.
        let first = max(0, bytes.count - Limits.Literals.reachBytesMax)
        for offset in first...(bytes.count - length - 1) {
            let cost = (offset...offset + 1).reduce(0.0) {
                $0 + self.cost(bytes[$1..<$1 + length], Self.value(folded[$1..<$1 + length]))
            }
            if cost < best { (best, chosen) = (cost, offset) }
        }
        for offset in chosen...chosen + 1 {
            let window = Self.value(folded[offset..<offset + length])
            mark(window & 0xFFFF_FFFF, .four)
            let hash = isLong ? LiteralHash.six(window) : LiteralHash.four(window)
            file(isLong ? .six : .four, hash, folded, literal, offset)
        }
    }

    /// What a window costs on pages: it passes the cells where its first four bytes stand, and is
    /// looked up where all of it does.
    private func cost(_ window: ArraySlice<UInt8>, _ value: UInt64) -> Double {
        // One that waits already passes all the same.
        let isSeen = seen.contains(Mark(window: value & 0xFFFF_FFFF, kind: .four))
        return (frequency.share(window.prefix(4)) + 1e-9) * (isSeen ? 0.2 : 1)
            + 3 * (frequency.share(window) + 1e-9)
    }

    private mutating func file(
        _ kind: LiteralKind, _ hash: UInt32, _ bytes: [UInt8], _ literal: UInt32, _ offset: Int
    ) {
        let length = min(8, bytes.count)
        let start = max(0, min(bytes.count - 8, offset - 1))
        hashes[kind.rawValue].insert(hash)
        postings.append(
            LiteralPosting(
                value: Self.value(bytes[start..<start + length]), tag: hash ^ kind.mix,
                literal: literal, offset: offset, start: start, valueBytes: length))
    }

    private static func value(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        var value: UInt64 = 0
        for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
        return value
    }

}

// MARK: Layout

extension LiteralWindows {
    /// The finished section.
    mutating func section(
        records: [UInt32], text: [UInt8], flags: UInt32, longest: Int
    ) -> SectionData {
        let (cellBits, hash, cells) = self.cells()
        var header = [UInt32](repeating: 0, count: LiteralTable.headerByteCount / 4)
        var columns: [SectionData.Column] = [.doubleWords(cells)]
        for kind in LiteralKind.allCases {
            let filter =
                kind == .pair ? Self.pairFilter(pairs) : Self.filter(hashes[kind.rawValue])
            let log = UInt32((filter.count * 32).trailingZeroBitCount)
            header[9 + kind.rawValue / 4] |= log << UInt32(8 * (kind.rawValue % 4))
            columns.append(.doubleWords(filter))
        }
        let (bucketBits, starts) = sortByBucket()
        header[0] = UInt32(records.count / 2)
        header[1] = flags
        header[2] = UInt32(longest)
        header[3] = UInt32(hash.first) | UInt32(hash.second) << 16
        header[4] = UInt32(text.count)
        header[6] = UInt32(postings.count)
        header[7] = UInt32(cellBits)
        header[8] = UInt32(bucketBits)
        columns += [
            .doubleWords(starts), .quadWords(postings.flatMap(\.words)), .doubleWords(records),
            .bytes(text),
        ]
        return SectionData(.literals, [.doubleWords(header)] + columns)
    }

    /// Sorts the postings by bucket; returns where each bucket begins.
    private mutating func sortByBucket() -> (bits: Int, starts: [UInt32]) {
        // Four buckets a posting: most have one at most, and it is the one that was asked for.
        var bits = 4
        while bits < 24, 1 << bits < postings.count * 4 { bits += 1 }
        let shift = UInt32(32 - bits)
        postings.sort {
            // Of one literal the earlier occurrence first.
            ($0.tag, $1.offset, $0.literal) < ($1.tag, $0.offset, $1.literal)
        }
        var starts = [UInt32](repeating: 0, count: (1 << bits) + 2)
        for posting in postings { starts[Int(posting.tag >> shift) + 1] += 1 }
        for bucket in 0..<1 << bits { starts[bucket + 1] += starts[bucket] }
        return (bits, starts)
    }

    /// Windows that more than `least` literals share, each with one of these; of what shares several
    /// windows one. Called when the section is made, which sorts the postings.
    func crowds(over least: Int) -> [LiteralBuilder.Crowd] {
        var crowds: [UInt32: Int] = [:]
        var start = 0
        while start < postings.count {
            var end = start
            while end < postings.count, postings[end].tag == postings[start].tag { end += 1 }
            if end - start > least {
                let first = postings[start..<end].map(\.literal).min() ?? 0
                crowds[first] = max(crowds[first] ?? 0, end - start)
            }
            start = end
        }
        return crowds.map { LiteralBuilder.Crowd(literal: $0.key, count: $0.value) }
            .sorted { $0.literal < $1.literal }
    }

    /// Few false answers among many windows: 32 bits a hash.
    private static func filter(_ hashes: Set<UInt32>) -> [UInt32] {
        if hashes.isEmpty { return [0] }
        var log: UInt32 = 12
        while 1 << log < hashes.count * 32, log < 20 { log += 1 }
        var filter = [UInt32](repeating: 0, count: 1 << Int(log - 5))
        for hash in hashes {
            let bit = hash >> (32 - log)
            filter[Int(bit >> 5)] |= 1 << (bit & 31)
        }
        return filter
    }

    /// All pairs of bytes at which a short literal may begin.
    private static func pairFilter(_ pairs: Set<UInt32>) -> [UInt32] {
        if pairs.isEmpty { return [0] }
        var filter = [UInt32](repeating: 0, count: 1 << 11)
        for pair in pairs {
            let all = pair < 0x1_0000 ? [pair] : (0..<256).map { pair & 0xFF | $0 << 8 }
            for bit in all { filter[Int(bit >> 5)] |= 1 << (bit & 31) }
        }
        return filter
    }

    /// The cells under the multipliers, of a few that are tried, with which the fewest windows of
    /// pages pass that no literal waits for.
    private func cells() -> (bits: Int, LiteralHash, cells: [UInt32]) {
        var bits = 8
        while bits < 16, 1 << bits < marks.count * 4 { bits += 1 }
        let sample = frequency.sample
        var best = Double.infinity
        var chosen = (hash: LiteralHash(first: 1, second: 1), cells: [UInt32]())
        var state: UInt64 = 0x6B68_6965_6E00_000D
        for _ in 0..<(marks.count < 64 ? 4 : 32) {
            state = state &* 0x5851_F42D_4C95_7F2D &+ 0x1405_7B7E_F767_814F
            let hash = LiteralHash(
                first: UInt16(truncatingIfNeeded: state >> 48) | 1,
                second: UInt16(truncatingIfNeeded: state >> 24) | 1)
            let cells = cells(bits, hash)
            let cost = sample.reduce(0.0) {
                let window = UInt64($1.gram | folds)
                let cell = cells[Int(hash.cell(window) >> UInt16(16 - bits))]
                return cell >> UInt32(hash.bit(window)) & 1 != 0 ? $0 + $1.share : $0
            }
            if cost < best { (best, chosen) = (cost, (hash, cells)) }
        }
        return (bits, chosen.hash, chosen.cells)
    }

    private var folds: UInt32 { fold == 0 ? 0 : 0x2020_2020 }

    private func cells(_ bits: Int, _ hash: LiteralHash) -> [UInt32] {
        var cells = [UInt32](repeating: 0, count: 1 << bits)
        for mark in marks {
            let cell = Int(hash.cell(mark.window) >> UInt16(16 - bits))
            cells[cell] |= mark.kind == .open ? .max : 1 << UInt32(hash.bit(mark.window))
        }
        return cells
    }
}
