import KhienImage

/// The first two steps of a pass with what every processor has: windows are hashed eight at a time and
/// asked for one by one; so are filters.
extension LiteralPass {
    /// Windows that are hashed before they are asked for.
    private static let windowsMax = 256

    /// As `ask`.
    func askPlain(_ base: Int, _ count: Int) -> Int {
        // 1,024 bytes: more would be taken from the heap.
        unsafe withUnsafeTemporaryAllocation(
            byteCount: Self.windowsMax * 4, alignment: 16
        ) { room in
            // SAFETY: the memory's size was asked for in the line above.
            guard let start = room.baseAddress else { return 0 }
            let hashes = unsafe start.bindMemory(to: UInt16.self, capacity: 2 * Self.windowsMax)
            var passed = 0
            for block in stride(from: 0, to: count, by: Self.windowsMax) {
                let blockCount = min(Self.windowsMax, count - block)
                unsafe hash(base + 2 * block, (blockCount + 7) & ~7, hashes)
                for first in stride(from: 0, to: blockCount, by: 64) {
                    let number = min(64, blockCount - first)
                    // Windows behind the last one only fill the last step.
                    let wanted = UInt64.max >> UInt64(64 - number)
                    var bits = unsafe cells((number + 3) & ~3, hashes + first) & wanted
                    while bits != 0 {
                        let window = block + first + bits.trailingZeroBitCount
                        unsafe parts.places[passed] = UInt16(truncatingIfNeeded: 2 * window)
                        passed += 1
                        bits &= bits &- 1
                    }
                }
            }
            return passed
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
    private func cells(_ count: Int, _ hashes: UnsafeMutablePointer<UInt16>) -> UInt64 {
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

    /// As `sift`.
    @inline(never)
    func siftPlain(_ base: Int, _ first: Int, _ count: Int) -> Int {
        var known = 0
        for index in first..<first + count {
            // SAFETY: of the places that were written; five entries at most for each.
            let place = unsafe parts.places[index]
            let before = load(base &+ Int(place) &- 1)
            let window = before >> 8
            note(table.six, .six, LiteralHash.six(window), place, &known)
            note(table.back, .back, LiteralHash.four(before), place, &known)
            note(table.four, .four, LiteralHash.four(window), place, &known)
            note(table.head, .head, LiteralHash.head(window), place, &known)
            note(table.tail, .tail, LiteralHash.tail(window), place, &known)
        }
        return known
    }

    /// Writes an entry; it counts where the filter knows the hash.
    @inline(__always)
    private func note(
        _ filter: LiteralFilter, _ kind: LiteralKind, _ hash: UInt32, _ place: UInt16,
        _ known: inout Int
    ) {
        unsafe parts.known[known] = hash ^ kind.mix
        unsafe parts.windows[known] = UInt32(place)
        known &+= Int(filter.mayHave(hash) & 1)
    }
}
