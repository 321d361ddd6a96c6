import CIntrinsics
import KhienImage
import KhienModel
import KhienText

/// One pass over a run of text. What few windows pass is asked of few: each step writes a list for the next
/// one, and none branches on what it finds.
///
/// 1. Every second place of the text is a window: it is hashed and asked for in the cells.
/// 2. Those that pass ask the filters of the five indexes (`LiteralKind`).
/// 3. What a filter knows is followed to its postings,
/// 4. which are compared with the text, eight bytes at once.
/// 5. What is left is verified, in the order of the text.
///
/// The first two steps have the words of wide vectors where the processor has them.
@safe
struct LiteralPass {
    let table: LiteralTable
    let vectors: LiteralVectors
    let parts: LiteralParts
    /// Where windows are read; a place is an offset from here.
    let memory: UnsafeRawPointer

    @unsafe init(
        table: LiteralTable, vectors: LiteralVectors, parts: LiteralParts, memory: UnsafeRawPointer
    ) {
        self.table = table
        self.vectors = vectors
        self.parts = parts
        unsafe self.memory = memory
    }

    /// Reads the windows at every second place of `windows`, its lower bound first; a few behind its
    /// end are read too.
    func run(
        _ windows: Range<Int>, _ text: Span<UInt8>, _ search: LiteralSearch,
        _ found: (UInt32, Range<Int>) -> Void
    ) {
        var base = windows.lowerBound
        while base < windows.upperBound {
            let count = min(LiteralRoom.windowsMax, (windows.upperBound - base + 1) / 2)
            let passed = ask(base, count)
            var first = 0
            while first < passed {
                let number = min(LiteralRoom.siftedMax, passed - first)
                look(base, first..<first + number, text, search, found)
                first += number
            }
            if table.hasPairs {
                // While the block is in the processor's nearest cache.
                let end = min(windows.upperBound, base + 2 * count)
                runPairs(base..<end, text, search, found)
            }
            base += 2 * count
        }
    }

    /// Takes windows that passed, by their numbers, through the steps that are left.
    private func look(
        _ base: Int, _ windows: Range<Int>,
        _ text: Span<UInt8>, _ search: LiteralSearch, _ found: (UInt32, Range<Int>) -> Void
    ) {
        let known = sift(base, windows.lowerBound, windows.count)
        if known == 0 || follow(base, known, text, search, found) { return }
        // Many literals have the same window.
        guard windows.count > LiteralRoom.siftedMax / 2 else {
            followOneByOne(base, known, text, search, found)
            return
        }
        let half = windows.lowerBound + LiteralRoom.siftedMax / 2
        look(base, windows.lowerBound..<half, text, search, found)
        look(base, half..<windows.upperBound, text, search, found)
    }

    /// Writes the places of windows that pass, from `base`; returns their number.
    private func ask(_ base: Int, _ count: Int) -> Int {
        #if arch(x86_64)
            // SAFETY: a hash has as many bits as the cells' number, which the table's reader checked.
            var cells = unsafe khien_cells(
                cells: table.cells.base.assumingMemoryBound(to: UInt32.self),
                first: table.hash.first, second: table.hash.second, shift: table.cellShift,
                fold: table.isCaseless ? 0x20 : 0)
            // SAFETY: the margins hold what is read behind the last window; the room holds
            // `LiteralRoom.windowsMax` places, and 32 more.
            return switch vectors {
            case .none: askPlain(base, count)
            case .avx2: unsafe khien_windows_avx2(memory + base, count, &cells, parts.places)
            case .avx512: unsafe khien_windows_avx512(memory + base, count, &cells, parts.places)
            case .avx512VBMI2:
                unsafe khien_windows_vbmi2(memory + base, count, &cells, parts.places)
            }
        #else
            return askPlain(base, count)
        #endif
    }

    /// Asks the filters for windows that passed; writes what they know and returns its number.
    private func sift(_ base: Int, _ first: Int, _ count: Int) -> Int {
        #if arch(x86_64)
            if vectors >= .avx512 {
                let kinds = (table.six, table.back, table.four, table.head, table.tail)
                var filters = unsafe khien_filters(
                    bits: (
                        words(kinds.0), words(kinds.1), words(kinds.2), words(kinds.3),
                        words(kinds.4)
                    ),
                    shifts: (
                        kinds.0.shift, kinds.1.shift, kinds.2.shift, kinds.3.shift, kinds.4.shift
                    ),
                    mixes: (
                        LiteralKind.six.mix, LiteralKind.back.mix, LiteralKind.four.mix,
                        LiteralKind.head.mix, LiteralKind.tail.mix
                    ), factors: (LiteralHash.factor, LiteralHash.secondFactor),
                    fold: table.isCaseless ? 0x20 : 0)
                // SAFETY: eight bytes around a window lie within the margins; the room holds five
                // entries for each of `LiteralRoom.siftedMax` windows, and sixteen more.
                return unsafe khien_sift_avx512(
                    memory + base, parts.places + first, count, &filters, parts.known,
                    parts.windows)
            }
        #endif
        return siftPlain(base, first, count)
    }

    @inline(__always) private func words(_ filter: LiteralFilter) -> UnsafePointer<UInt32> {
        unsafe filter.base.assumingMemoryBound(to: UInt32.self)
    }

    /// Follows `count` entries to what they stand for. False where that is more than there is room for: nothing was
    /// done then.
    @inline(never)
    private func follow(
        _ base: Int, _ count: Int,
        _ text: Span<UInt8>, _ search: LiteralSearch, _ found: (UInt32, Range<Int>) -> Void
    ) -> Bool {
        let steps = SIMD4<UInt64>(0, 1, 2, 3)
        var number = 0
        for index in 0..<count {
            // SAFETY: `sift` wrote `count` entries.
            let (tag, window) = unsafe (parts.known[index], parts.windows[index])
            let (start, end) = table.bucket(tag)
            guard number &+ end &- start <= LiteralRoom.pairsMax else { return false }
            let first = UInt64(window) &<< 32 | UInt64(truncatingIfNeeded: start)
            // Four at once, and no branch on how many there are: what is too much is written over.
            // SAFETY: the room holds `LiteralRoom.pairsMax` pairs and tags, and sixteen more.
            unsafe UnsafeMutableRawPointer(parts.pairs + number).storeBytes(
                of: SIMD4(repeating: first) &+ steps, as: SIMD4<UInt64>.self)
            unsafe UnsafeMutableRawPointer(parts.tags + number).storeBytes(
                of: SIMD4(repeating: tag), as: SIMD4<UInt32>.self)
            for more in stride(from: 4, to: end &- start, by: 1) {
                unsafe parts.pairs[number &+ more] = first &+ UInt64(more)
                unsafe parts.tags[number &+ more] = tag
            }
            number &+= end &- start
        }
        let hits = compare(base, number)
        if hits > 0 { report(base, hits, text, search, found) }
        return true
    }

    /// What is added to the places of literals, which may begin before the first window.
    private static let bias = 512

    /// Compares `count` pairs with the text; returns how many are left: where a literal stands, and
    /// its number.
    private func compare(_ base: Int, _ count: Int) -> Int {
        #if arch(x86_64)
            if vectors >= .avx512 {
                // SAFETY: the pairs that were written name postings; their values lie within eight
                // bytes of a window, in the margins.
                return unsafe khien_compare_avx512(
                    memory + base, table.postings.base, table.isCaseless ? 0x20 : 0, parts.pairs,
                    parts.tags, count, UInt32(Self.bias))
            }
        #endif
        var hits = 0
        for index in 0..<count {
            // SAFETY: of the pairs that were written; what is written lies before what is read.
            let pair = unsafe parts.pairs[index]
            let tag = unsafe parts.tags[index]
            let window = Int(truncatingIfNeeded: pair >> 32)
            let posting = table.posting(Int(truncatingIfNeeded: pair & 0xFFFF_FFFF))
            let bytes = load(base &+ window &+ posting.delta)
            let start = window &- posting.offset &+ Self.bias
            unsafe parts.pairs[hits] =
                UInt64(truncatingIfNeeded: start) << 32 | UInt64(posting.literal)
            hits &+= posting.difference(from: bytes) | UInt64(posting.tag ^ tag) == 0 ? 1 : 0
        }
        return hits
    }

    /// Verifies what is left, in the order of the text: windows of one literal may be of two kinds.
    private func report(
        _ base: Int, _ count: Int,
        _ text: Span<UInt8>, _ search: LiteralSearch, _ found: (UInt32, Range<Int>) -> Void
    ) {
        for index in 1..<count {
            // SAFETY: of the pairs that were written.
            let pair = unsafe parts.pairs[index]
            var place = index
            while place > 0, unsafe parts.pairs[place &- 1] > pair {
                unsafe parts.pairs[place] = parts.pairs[place &- 1]
                place &-= 1
            }
            unsafe parts.pairs[place] = pair
        }
        for index in 0..<count {
            let pair = unsafe parts.pairs[index]
            // Tags of two kinds may be the same, by chance or on purpose.
            if index > 0, unsafe parts.pairs[index &- 1] == pair { continue }
            let place = base &+ Int(truncatingIfNeeded: pair >> 32) &- Self.bias
            verify(UInt32(truncatingIfNeeded: pair), place, text, search, found)
        }
    }

    /// As `follow`, for any number of postings.
    @inline(never)
    private func followOneByOne(
        _ base: Int, _ count: Int,
        _ text: Span<UInt8>, _ search: LiteralSearch, _ found: (UInt32, Range<Int>) -> Void
    ) {
        // Entries of one window stand together then, and its kinds in the order of the text.
        for index in 1..<count {
            // SAFETY: of the entries that were written.
            let (tag, window) = unsafe (parts.known[index], parts.windows[index])
            var place = index
            while place > 0, unsafe parts.windows[place &- 1] > window {
                unsafe parts.windows[place] = parts.windows[place &- 1]
                unsafe parts.known[place] = parts.known[place &- 1]
                place &-= 1
            }
            unsafe (parts.known[place], parts.windows[place]) = (tag, window)
        }
        for index in 0..<count {
            let (tag, place) = unsafe (parts.known[index], parts.windows[index])
            let earlier = max(0, index &- LiteralKind.allCases.count)..<index
            if earlier.contains(where: {
                unsafe parts.windows[$0] == place && parts.known[$0] == tag
            }) {
                continue
            }
            let window = base &+ Int(place)
            // Of what is too much work, what few literals share goes on.
            let (start, end) = table.bucket(tag)
            guard
                end &- start <= LiteralRoom.fewPostings
                    || parts.mayLook(end &- start)
            else { continue }
            look(tag, window, text, search, found)
        }
    }

    /// Compares and verifies all postings of a tag.
    func look(
        _ tag: UInt32, _ window: Int,
        _ text: Span<UInt8>, _ search: LiteralSearch, _ found: (UInt32, Range<Int>) -> Void
    ) {
        let (start, end) = table.bucket(tag)
        for index in start..<end {
            let posting = table.posting(index)
            let bytes = load(window &+ posting.delta)
            if posting.difference(from: bytes) | UInt64(posting.tag ^ tag) == 0 {
                verify(posting.literal, window &- posting.offset, text, search, found)
            }
        }
    }

    @inline(__always) func lanes(_ place: Int) -> SIMD8<UInt16> {
        // SAFETY: the caller's margins hold what the last step reads beyond the windows.
        unsafe memory.loadUnaligned(fromByteOffset: place, as: SIMD8<UInt16>.self)
    }

    /// Eight bytes, folded as literals are.
    @inline(__always) func load(_ place: Int) -> UInt64 {
        let fold: UInt64 = table.isCaseless ? 0x2020_2020_2020_2020 : 0
        // SAFETY: eight bytes around a window lie within the margins.
        return unsafe memory.loadUnaligned(fromByteOffset: place, as: UInt64.self) | fold
    }

    /// Reports the literal if it stands at a place of the text, between the right signs.
    @inline(__always)
    private func verify(
        _ literal: UInt32, _ place: Int, _ text: Span<UInt8>, _ search: LiteralSearch,
        _ found: (UInt32, Range<Int>) -> Void
    ) {
        let record = table.record(of: literal)
        let (start, end) = (search.base &+ place, search.base &+ place &+ record.count)
        guard place >= 0, end > search.settled, end <= search.settling,
            place <= text.count &- record.count, isWhole(record, text, place)
        else { return }
        if !record.flags.isEmpty {
            if record.flags.contains(.startsWord), WordBoundary.continuesBefore(text, place) {
                return
            }
            if record.flags.contains(.endsWord),
                WordBoundary.continuesAfter(text, place + record.count)
            {
                return
            }
        }
        found(literal, start..<end)
    }

    /// Whether the literal stands at a place where a posting's value was found.
    @inline(__always)
    private func isWhole(_ record: LiteralRecord, _ text: Span<UInt8>, _ place: Int) -> Bool {
        let count = record.count
        if !table.isCaseless {
            return count <= 8
                || table.bytes(of: record).equals(at: 0, text, place..<place + count)
        }
        // The value was compared without regard to bit 5 of any byte.
        let bytes = table.bytes(of: record)
        if count < 8 {
            if let word = table.word(of: record), place <= text.count &- 8 {
                let all = UInt64.max &>> UInt64(64 &- 8 &* count)
                return (word ^ text.word(at: place).lowered) & all == 0
            }
            for index in 0..<count where bytes[index] != text[place + index].lowered {
                return false
            }
            return true
        }
        func difference(_ offset: Int) -> UInt64 {
            bytes.uint64(at: offset) ^ text.word(at: place + offset).lowered
        }
        // Four words, which overlap, and no branch on the length: nearly all have 32 bytes at most.
        let last = count - 8
        var all = difference(last) | difference(0) | difference(min(8, last))
        all |= difference(max(0, last - 8))
        for offset in stride(from: 16, to: last - 8, by: 8) { all |= difference(offset) }
        return all == 0
    }
}

extension UInt8 {
    /// Letters of ASCII in lower case.
    fileprivate var lowered: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}

extension UInt64 {
    /// Of eight bytes the letters of ASCII in lower case.
    fileprivate var lowered: UInt64 {
        let ascii = self & ~Self.highBits
        let upper =
            (ascii &+ 0x3F3F_3F3F_3F3F_3F3F) & ~(ascii &+ 0x2525_2525_2525_2525) & ~self
        return self | (upper & Self.highBits) >> 2
    }
}
