import KhienImage
import KhienModel
import KhienText

/// One pass over a run of text, 64 windows at a time, in three steps:
///
/// 1. every window is hashed, eight at a time;
/// 2. asked for in the cells, without branching: a bit for each in a mask;
/// 3. those that pass are looked up, compared eight bytes at once, and verified.
@safe
struct LiteralPass {
    let table: LiteralTable
    /// Where windows are read; a place is an offset from here.
    let memory: UnsafeRawPointer

    @unsafe init(table: LiteralTable, memory: UnsafeRawPointer) {
        self.table = table
        unsafe self.memory = memory
    }

    /// Windows that are hashed before they are asked for.
    private static let windowsMax = 256

    /// Reads the windows at every second place of `windows`, its lower bound first; a few behind its
    /// end are read too.
    func run(
        _ windows: Range<Int>, _ text: Span<UInt8>, _ search: LiteralSearch,
        _ found: (UInt32, Range<Int>) -> Void
    ) {
        // 1,024 bytes: more would be taken from the heap.
        unsafe withUnsafeTemporaryAllocation(
            byteCount: Self.windowsMax * 4, alignment: 16
        ) { room in
            // SAFETY: the memory's size was asked for in the line above.
            guard let base = room.baseAddress else { return }
            let hashes = unsafe base.bindMemory(to: UInt16.self, capacity: 2 * Self.windowsMax)
            var place = windows.lowerBound
            while place < windows.upperBound {
                let count = min(Self.windowsMax, (windows.upperBound - place + 1) / 2)
                unsafe hash(place, (count + 7) & ~7, hashes)
                var first = 0
                while first < count {
                    let number = min(64, count - first)
                    // Windows behind the last one only fill the last step.
                    let wanted = UInt64.max >> UInt64(64 - number)
                    let passed = unsafe ask((number + 3) & ~3, hashes + first) & wanted
                    if passed != 0 { finish(place + 2 * first, passed, text, search, found) }
                    first += 64
                }
                place += 2 * Self.windowsMax
            }
        }
    }

    /// Cell and bit of each window, `count` of them, a multiple of eight: see `LiteralHash`.
    @inline(never)
    private func hash(_ place: Int, _ count: Int, _ hashes: UnsafeMutablePointer<UInt16>) {
        typealias Lanes = SIMD8<UInt16>
        let fold = Lanes(repeating: table.isCaseless ? 0x2020 : 0)
        let first = Lanes(repeating: table.hash.first)
        let second = Lanes(repeating: table.hash.second)
        let shift = Lanes(repeating: table.cellShift)
        let output = UnsafeMutableRawPointer(hashes)
        // Two, as the multiplier is odd. Loads that are known to overlap would be put together from
        // one by shuffling, which takes twice as long.
        let step = Int(table.hash.first & 1) &+ 1
        var offset = 0
        while offset < 2 * count {
            // b0 and b1, b2 and b3 of eight windows.
            let low = lanes(place &+ offset) | fold
            let high = lanes(place &+ offset &+ step) | fold
            var cell = low &* first &+ (high & 0xFF) &* second
            cell ^= cell &>> 8
            unsafe output.storeBytes(of: cell &>> shift, toByteOffset: offset, as: Lanes.self)
            unsafe output.storeBytes(
                of: ((high &>> 8) &+ cell) & 31, toByteOffset: offset &+ 2 * Self.windowsMax,
                as: Lanes.self)
            offset &+= 16
        }
    }

    /// Of up to 64 windows, a multiple of four, those whose bit is set in their cell, the first
    /// window's bit the lowest.
    @inline(never)
    private func ask(_ count: Int, _ hashes: UnsafeMutablePointer<UInt16>) -> UInt64 {
        // SAFETY: a hash has as many bits as the cells' number, which the table's reader checked.
        let cells = unsafe table.cells.base.assumingMemoryBound(to: UInt32.self)
        let bits = unsafe hashes + Self.windowsMax
        var passed: UInt64 = 0
        var window = count
        while window > 0 {
            for _ in 0..<4 {
                window &-= 1
                let cell = unsafe cells[Int(hashes[window])]
                let bit = unsafe UInt32(bits[window])
                passed = passed &+ passed &+ UInt64(cell &>> (bit & 31) & 1)
            }
        }
        return passed
    }

    /// Looks up the windows of a mask. Of one literal the earlier occurrence comes first.
    @inline(never)
    private func finish(
        _ place: Int, _ windows: UInt64,
        _ text: Span<UInt8>, _ search: LiteralSearch, _ found: (UInt32, Range<Int>) -> Void
    ) {
        var rest = windows
        while rest != 0 {
            let window = place &+ 2 &* rest.trailingZeroBitCount
            rest &= rest &- 1
            let bytes = load(window)
            look(table.six, LiteralHash.six(bytes), window, text, search, found)
            let head = LiteralHash.head(bytes)
            if table.head.mayHave(head) & 1 != 0 {
                let before = LiteralHash.four(load(window &- 1))
                look(table.back, before, window, text, search, found)
                look(table.four, LiteralHash.four(bytes), window, text, search, found)
                look(table.head, head, window, text, search, found)
            }
            look(table.tail, LiteralHash.tail(bytes), window, text, search, found)
        }
    }

    @inline(__always) func lanes(_ place: Int) -> SIMD8<UInt16> {
        // SAFETY: the caller's margins hold what the last step reads beyond the windows.
        unsafe memory.loadUnaligned(fromByteOffset: place, as: SIMD8<UInt16>.self)
    }

    /// Eight bytes, folded as literals are.
    @inline(__always) private func load(_ place: Int) -> UInt64 {
        let fold: UInt64 = table.isCaseless ? 0x2020_2020_2020_2020 : 0
        // SAFETY: eight bytes around a window lie within the margins.
        return unsafe memory.loadUnaligned(fromByteOffset: place, as: UInt64.self) | fold
    }

    @inline(__always)
    private func look(
        _ index: LiteralIndex, _ hash: UInt32, _ window: Int,
        _ text: Span<UInt8>, _ search: LiteralSearch, _ found: (UInt32, Range<Int>) -> Void
    ) {
        guard let run = index.postings(hash) else { return }
        for number in run.start..<run.start + run.count {
            let posting = table.posting(number)
            let bytes = load(window &+ Int(posting.delta))
            if (bytes ^ posting.value) &<< (64 &- 8 &* UInt64(posting.valueBytes)) == 0 {
                verify(posting.literal, window &- Int(posting.offset), text, search, found)
            }
        }
    }

    /// Reports the literal if it stands at a place of the text, between the right signs.
    @inline(never)
    func verify(
        _ literal: UInt32, _ place: Int, _ text: Span<UInt8>, _ search: LiteralSearch,
        _ found: (UInt32, Range<Int>) -> Void
    ) {
        let bytes = table.bytes(of: literal)
        let start = search.base + place
        let end = start + bytes.count
        guard search.starts.contains(start), end > search.settled, end <= search.settling,
            place + bytes.count <= text.count,
            equals(bytes, text, place)
        else { return }
        let flags = table.flags(of: literal)
        if !flags.isEmpty {
            if flags.contains(.startsWord), WordBoundary.continuesBefore(text, place) {
                return
            }
            if flags.contains(.endsWord),
                WordBoundary.continuesAfter(text, place + bytes.count)
            {
                return
            }
        }
        found(literal, start..<end)
    }

    private func equals(_ bytes: ImageBytes, _ text: Span<UInt8>, _ place: Int) -> Bool {
        guard table.isCaseless else {
            return bytes.equals(at: 0, text, place..<place + bytes.count)
        }
        for index in 0..<bytes.count {
            let byte = text[place + index]
            let isUpper = byte &- UInt8(ascii: "A") < 26
            if (isUpper ? byte | 0x20 : byte) != bytes[index] { return false }
        }
        return true
    }
}
