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

    /// One index while it is gathered: for each hash its postings.
    private struct Group {
        var postings: [UInt32: [LiteralPosting]] = [:]
    }

    private enum Kind: Int, CaseIterable {
        case six, four, back, head, tail, pair
    }

    /// What is set in each byte of text and literals before they are hashed.
    private let fold: UInt8
    private var marks: [Mark] = []
    private var seen: Set<Mark> = []
    /// What the filter of `head` knows besides: the first three bytes of the windows of others.
    private var heads: Set<UInt32> = []
    private var groups = [Group](repeating: Group(), count: Kind.allCases.count)
    private let frequency = GramFrequency.shared

    init(isCaseless: Bool) { fold = isCaseless ? 0x20 : 0 }

    /// Files a literal of 1 to 255 bytes.
    mutating func add(_ bytes: [UInt8], literal: UInt32) {
        let folded = bytes.map { $0 | fold }
        switch bytes.count {
        case 1: file(.pair, 0x1_0000 | UInt32(folded[0]), folded, literal, 0)
        case 2:
            file(.pair, UInt32(truncatingIfNeeded: Self.value(folded[...])), folded, literal, 0)
        case 3: addTriple(folded, literal)
        case 4: addQuadruple(folded, literal)
        default: addLong(bytes, folded, literal)
        }
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
        for offset in 0...(bytes.count - length - 1) {
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
        _ kind: Kind, _ hash: UInt32, _ bytes: [UInt8], _ literal: UInt32, _ offset: Int
    ) {
        let length = min(8, bytes.count)
        let start = max(0, min(bytes.count - 8, offset - 1))
        if kind == .four || kind == .back {
            heads.insert(LiteralHash.head(Self.value(bytes[offset..<offset + 3])))
        }
        groups[kind.rawValue].postings[hash, default: []].append(
            LiteralPosting(
                value: Self.value(bytes[start..<start + length]), literal: literal,
                delta: Int8(start - offset), valueBytes: UInt8(length), offset: Int16(offset)))
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
        var filterLogs: [UInt8] = []
        var columns: [SectionData.Column] = [.doubleWords(cells)]
        var postings: [UInt64] = []
        for kind in Kind.allCases {
            let also = kind == .head ? Array(heads) : []
            let (filter, slots) = Self.index(
                groups[kind.rawValue].postings, kind, also, &postings)
            header[8 + kind.rawValue] = UInt32(slots.count)
            filterLogs.append(UInt8((filter.count * 32).trailingZeroBitCount))
            columns += [.doubleWords(filter), .doubleWords(slots.words)]
        }
        header[0] = UInt32(records.count / 2)
        header[1] = flags
        header[2] = UInt32(longest)
        header[3] = UInt32(hash.first) | UInt32(hash.second) << 16
        header[4] = UInt32(text.count)
        header[6] = UInt32(postings.count / 2)
        header[7] = UInt32(cellBits)
        for (index, log) in filterLogs.enumerated() {
            header[14 + index / 4] |= UInt32(log) << UInt32(8 * (index % 4))
        }
        columns += [.quadWords(postings), .doubleWords(records), .bytes(text)]
        return SectionData(.literals, [.doubleWords(header)] + columns)
    }

    private static func index(
        _ groups: [UInt32: [LiteralPosting]], _ kind: Kind, _ also: [UInt32],
        _ postings: inout [UInt64]
    ) -> (filter: [UInt32], slots: SlotColumn) {
        // Few false answers among many windows: 32 bits a hash. Pairs have theirs by the pair itself.
        var bits = kind == .pair && !groups.isEmpty ? 1 << 16 : 32
        let count = groups.count + also.count
        while kind != .pair, bits < count * 32, bits < 1 << 20 { bits *= 2 }
        var filter = [UInt32](repeating: 0, count: bits / 32)
        var slots = SlotColumn(keyCount: groups.count)
        for hash in groups.keys.sorted() {
            let group = (groups[hash] ?? []).sorted {
                // Of one literal the earlier occurrence first.
                ($0.offset, $1.literal) > ($1.offset, $0.literal)
            }
            slots.insert(
                hash, hash: hash, start: UInt32(postings.count / 2), count: UInt32(group.count))
            for posting in group { postings += posting.words }
            if kind == .pair, hash >= 0x1_0000 {
                for next in UInt32(0)..<256 { set((hash & 0xFF) | next << 8) }
            } else {
                set(hash)
            }
        }
        for hash in also { set(hash) }
        return (filter, slots)

        func set(_ hash: UInt32) {
            let bit = Int(hash) & (bits - 1)
            filter[bit >> 5] |= 1 << UInt32(bit & 31)
        }
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
