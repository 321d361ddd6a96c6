import KhienImage
import KhienModel
import KhienText

/// One pass over a run of text, 128 windows at a time, in three steps that hardly branch:
///
/// 1. every window is hashed, eight at a time, and asked for in the cells; places of those that pass
///    are gathered;
/// 2. these are asked for in the filters of the three indexes and gathered again, one list for each;
/// 3. what is left is looked up, compared eight bytes at once, and verified.
@safe
struct LiteralPass {
    let table: LiteralTable
    /// Where windows are read; a place is an offset from here.
    let memory: UnsafeRawPointer

    @unsafe init(table: LiteralTable, memory: UnsafeRawPointer) {
        self.table = table
        unsafe self.memory = memory
    }

    private static let windowsMax = 128

    /// Reads the windows at every second place of `windows`, its lower bound first; a few behind its
    /// end are read too.
    func run(
        _ windows: Range<Int>, _ text: Span<UInt8>, _ search: LiteralSearch,
        _ found: (UInt32, Range<Int>) -> Void
    ) {
        // 1,024 bytes: more would be taken from the heap.
        unsafe withUnsafeTemporaryAllocation(
            byteCount: Self.windowsMax * 8, alignment: 16
        ) { room in
            // SAFETY: the memory's size was asked for in the line above.
            guard let base = room.baseAddress else { return }
            let hashes = unsafe base.bindMemory(to: UInt16.self, capacity: 2 * Self.windowsMax)
            let lists = unsafe (base + 4 * Self.windowsMax).bindMemory(
                to: UInt8.self, capacity: 4 * Self.windowsMax)
            var place = windows.lowerBound
            while place < windows.upperBound {
                let count = min(Self.windowsMax, (windows.upperBound - place + 1) / 2)
                unsafe hash(place, (count + 7) & ~7, hashes)
                var passed = unsafe askCells((count + 3) & ~3, hashes, lists)
                // Windows behind the last one, which only fill a step, come last.
                while passed > 0, unsafe Int(lists[passed - 1]) >= count { passed -= 1 }
                if passed > 0 {
                    unsafe finish(place, passed, lists, text, search, found)
                }
                place += 2 * Self.windowsMax
            }
        }
    }

    /// Cell and bit of each window, `count` of them, a multiple of eight.
    @inline(never)
    private func hash(_ place: Int, _ count: Int, _ hashes: UnsafeMutablePointer<UInt16>) {
        typealias Lanes = SIMD8<UInt16>
        let fold = Lanes(repeating: table.isCaseless ? 0x2020 : 0)
        let first = Lanes(repeating: table.hash.first)
        let second = Lanes(repeating: table.hash.second)
        let shift = Lanes(repeating: table.cellShift)
        let output = UnsafeMutableRawPointer(hashes)
        var offset = 0
        while offset < 2 * count {
            let low = lanes(place &+ offset) | fold
            let high = lanes(place &+ offset &+ 2) | fold
            let hash = low &* first &+ high &* second
            unsafe output.storeBytes(of: hash &>> shift, toByteOffset: offset, as: Lanes.self)
            unsafe output.storeBytes(
                of: (high &>> 8) &+ hash, toByteOffset: offset &+ 2 * Self.windowsMax,
                as: Lanes.self)
            offset &+= 16
        }
    }

    /// Gathers the numbers of the windows whose bit is set in their cell; `count` is a multiple of 4.
    @inline(never)
    private func askCells(
        _ count: Int, _ hashes: UnsafeMutablePointer<UInt16>, _ list: UnsafeMutablePointer<UInt8>
    ) -> Int {
        // SAFETY: a hash has as many bits as the cells' number, which the table's reader checked;
        // the list holds as many numbers as there are windows.
        let cells = unsafe table.cells.base.assumingMemoryBound(to: UInt32.self)
        var passed = 0
        var window = 0
        while window < count {
            for step in 0..<4 {
                let cell = unsafe cells[Int(hashes[window &+ step])]
                let bit = unsafe UInt32(hashes[window &+ step &+ Self.windowsMax])
                unsafe list[passed] = UInt8(truncatingIfNeeded: window &+ step)
                passed &+= Int((cell &>> (bit & 31)) & 1)
            }
            window &+= 4
        }
        return passed
    }

    /// Steps 2 and 3 for `passed` windows; the lists follow one another, 128 bytes each.
    @inline(never)
    private func finish(
        _ place: Int, _ passed: Int, _ lists: UnsafeMutablePointer<UInt8>,
        _ text: Span<UInt8>, _ search: LiteralSearch, _ found: (UInt32, Range<Int>) -> Void
    ) {
        let fold: UInt64 = table.isCaseless ? 0x2020_2020_2020_2020 : 0
        // Three loops: one over all indexes runs out of registers.
        let sixes = unsafe lists + Self.windowsMax
        let six = unsafe gather(place, passed, lists, sixes) {
            table.six.mayHave(LiteralHash.six($0 | fold))
        }
        let fours = unsafe sixes + Self.windowsMax
        let four = unsafe gather(place, passed, lists, fours) {
            table.four.mayHave(LiteralHash.four($0 | fold))
        }
        let threes = unsafe fours + Self.windowsMax
        let three = unsafe gather(place, passed, lists, threes) {
            table.head.mayHave(LiteralHash.head($0 | fold))
                | table.tail.mayHave(LiteralHash.tail($0 | fold))
        }
        for index in 0..<six {
            let number = unsafe sixes[index]
            let window = place &+ 2 &* Int(number)
            let bytes = load(window) | fold
            look(table.six, LiteralHash.six(bytes), window, fold, text, search, found)
        }
        for index in 0..<four {
            let number = unsafe fours[index]
            let window = place &+ 2 &* Int(number)
            let bytes = load(window) | fold
            look(table.four, LiteralHash.four(bytes), window, fold, text, search, found)
        }
        for index in 0..<three {
            let number = unsafe threes[index]
            let window = place &+ 2 &* Int(number)
            let bytes = load(window) | fold
            look(table.head, LiteralHash.head(bytes), window, fold, text, search, found)
            look(table.tail, LiteralHash.tail(bytes), window, fold, text, search, found)
        }
    }

    /// Gathers those windows of a list of which `ask` gives 1 in the lowest bit.
    @inline(__always)
    private func gather(
        _ place: Int, _ count: Int, _ list: UnsafeMutablePointer<UInt8>,
        _ output: UnsafeMutablePointer<UInt8>, _ ask: (UInt64) -> UInt32
    ) -> Int {
        var passed = 0
        for index in 0..<count {
            // SAFETY: both lists have room for every window; windows lie within the margins.
            let window = unsafe list[index]
            unsafe output[passed] = window
            passed &+= Int(ask(load(place &+ 2 &* Int(window))) & 1)
        }
        return passed
    }

    @inline(__always) private func lanes(_ place: Int) -> SIMD8<UInt16> {
        // SAFETY: the caller's margins hold what the last step reads beyond the windows.
        unsafe memory.loadUnaligned(fromByteOffset: place, as: SIMD8<UInt16>.self)
    }

    @inline(__always) private func load(_ place: Int) -> UInt64 {
        // SAFETY: eight bytes around a window lie within the margins.
        unsafe memory.loadUnaligned(fromByteOffset: place, as: UInt64.self)
    }

    @inline(__always)
    private func look(
        _ index: LiteralIndex, _ hash: UInt32, _ window: Int, _ fold: UInt64,
        _ text: Span<UInt8>, _ search: LiteralSearch, _ found: (UInt32, Range<Int>) -> Void
    ) {
        guard let run = index.postings(hash) else { return }
        for number in run.start..<run.start + run.count {
            let posting = table.posting(number)
            let bytes = load(window &+ Int(posting.delta)) | fold
            if (bytes ^ posting.value) &<< (64 &- 8 &* UInt64(posting.valueBytes)) == 0 {
                Self.verify(
                    table, posting.literal, window &- Int(posting.offset), text, search, found)
            }
        }
    }

    /// Reports the literal if it stands at a place of the text, between the right signs.
    @inline(never)
    static func verify(
        _ table: LiteralTable, _ literal: UInt32, _ place: Int, _ text: Span<UInt8>,
        _ search: LiteralSearch,
        _ found: (UInt32, Range<Int>) -> Void
    ) {
        let bytes = table.bytes(of: literal)
        let start = search.base + place
        let end = start + bytes.count
        guard search.starts.contains(start), end > search.settled, end <= search.settling,
            place + bytes.count <= text.count,
            equals(bytes, text, place, isCaseless: table.isCaseless)
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

    private static func equals(
        _ bytes: ImageBytes, _ text: Span<UInt8>, _ place: Int, isCaseless: Bool
    ) -> Bool {
        guard isCaseless else {
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
