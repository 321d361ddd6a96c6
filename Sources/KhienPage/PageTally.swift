import KhienModel

/// How often one term of a rule was found on a page, by reading and view.
struct TermCount {
    let term: UInt32
    /// Where it was found first, in the place that `seen` names first.
    var firstOffset: UInt32
    /// One bit for each layer and view: `PageTally.bit`.
    var seen: UInt64
    /// Exact, plain, joined; then the same of the legacy reading.
    var counts: InlineArray<6, UInt16>

    /// How often the term counts, in halves.
    ///
    /// An occurrence of the exact spelling counts once. The plain view shows it again, so there
    /// counts what is more than in the exact view, and each half; in the joined view, which repeats
    /// some of the plain one, what is more than in both. The legacy reading is another reading of
    /// the same bytes: the one that shows more counts.
    var halves: Int64 { max(halves(from: 0), halves(from: 3)) }

    private func halves(from first: Int) -> Int64 {
        let exact = Int64(counts[first])
        let plain = max(exact, Int64(counts[first + 1]))
        let joined = max(plain, Int64(counts[first + 2]))
        return 2 * exact + (joined - exact)
    }
}

/// What was found on a page: a hash table of terms that grows with what is found, at most to the
/// number of terms there are, and keeps its memory for the next page.
struct PageTally {
    private(set) var entries: [TermCount] = []
    /// Places in `entries`, plus one; zero is free. A power of two.
    private var slots: [UInt32]
    private var mask: Int
    private var last: (term: UInt32, place: Int)?
    /// Where the last counted occurrence of a term ended, for terms that ask for a distance.
    private var lastEnds: [UInt64: Int] = [:]
    /// Whether anything was found since it was asked last.
    var hasNews = false

    init() {
        slots = [UInt32](repeating: 0, count: 256)
        mask = 255
        entries.reserveCapacity(128)
    }

    /// Forgets everything; keeps its memory.
    mutating func reset() {
        for entry in entries {
            var slot = Self.hash(entry.term) & mask
            while slots[slot] != 0 {
                slots[slot] = 0
                slot = (slot + 1) & mask
            }
        }
        entries.removeAll(keepingCapacity: true)
        last = nil
        lastEnds.removeAll(keepingCapacity: true)
        hasNews = false
    }

    /// What was found of a term; nil: nothing.
    func count(of term: UInt32) -> TermCount? {
        var slot = Self.hash(term) & mask
        while slots[slot] != 0 {
            let place = Int(slots[slot]) - 1
            if entries[place].term == term { return entries[place] }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// Counts an occurrence.
    ///
    /// - Parameter view: 0 to 2, and 3 to 5 in the legacy reading.
    mutating func add(
        _ term: UInt32, layer: TextLayer, view: Int, range: Range<Int>, distanceMin: UInt32
    ) {
        if distanceMin > 0, !isFar(term, layer, view, range, distanceMin) { return }
        hasNews = true
        let place = place(of: term)
        let bit = Self.bit(layer, view)
        var all = entries.mutableSpan
        if all[place].seen & (bit | (bit &- 1)) == 0 {
            all[place].firstOffset = UInt32(clamping: range.lowerBound)
        }
        all[place].seen |= bit
        if all[place].counts[view] < Limits.Page.occurrencesMax { all[place].counts[view] += 1 }
    }

    /// Layers first, so that what is named is the title rather than the text, and the exact view
    /// rather than another.
    static func bit(_ layer: TextLayer, _ view: Int) -> UInt64 {
        1 &<< UInt64(Int(layer.rawValue) * 6 + view)
    }

    /// What bit number `index` stands for.
    static func place(ofBit index: Int) -> (layer: TextLayer, view: TextView, reading: TextReading)
    {
        let view = TextView(rawValue: UInt8(index % 3)) ?? .exact
        return (
            TextLayer(rawValue: UInt8(index / 6)) ?? .text, view,
            index % 6 < 3 ? .declared : .legacy
        )
    }

    private mutating func isFar(
        _ term: UInt32, _ layer: TextLayer, _ view: Int, _ range: Range<Int>,
        _ distanceMin: UInt32
    ) -> Bool {
        let key = UInt64(term) << 8 | UInt64(Int(layer.rawValue) * 6 + view)
        if let last = lastEnds[key], range.lowerBound < last + Int(distanceMin) { return false }
        lastEnds[key] = range.upperBound
        return true
    }

    private static func hash(_ term: UInt32) -> Int {
        Int(truncatingIfNeeded: (UInt64(term) &* 0x9E37_79B9_7F4A_7C15) &>> 40)
    }

    private mutating func place(of term: UInt32) -> Int {
        // A term is found in one view after the other.
        if let last, last.term == term { return last.place }
        let place = findPlace(of: term)
        last = (term, place)
        return place
    }

    private mutating func findPlace(of term: UInt32) -> Int {
        var slot = Self.hash(term) & mask
        while slots[slot] != 0 {
            let place = Int(slots[slot]) - 1
            if entries[place].term == term { return place }
            slot = (slot + 1) & mask
        }
        entries.append(
            TermCount(
                term: term, firstOffset: 0, seen: 0, counts: InlineArray(repeating: 0)))
        slots[slot] = UInt32(entries.count)
        if entries.count * 2 > slots.count { grow() }
        return entries.count - 1
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        mask = slots.count - 1
        for (place, entry) in entries.enumerated() {
            var slot = Self.hash(entry.term) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(place + 1)
        }
    }

    /// The memory that it holds, in bytes, without that of distances.
    var memoryBytes: Int {
        slots.capacity * 4 + entries.capacity * MemoryLayout<TermCount>.stride
    }
}
