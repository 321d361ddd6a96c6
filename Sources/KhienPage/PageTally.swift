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

/// What was found on a page, by term. Grows with what is found, at most to the number of terms there
/// are, and keeps its memory for the next page.
struct PageTally {
    private(set) var entries: [TermCount] = []
    private var places = KeyPlaces()
    /// Where the last counted occurrence of a term ended, for terms that ask for a distance.
    private var lastEnds: [UInt64: Int] = [:]
    /// Whether anything was found since it was asked last.
    var hasNews = false

    init() { entries.reserveCapacity(128) }

    /// Forgets everything; keeps its memory, unless a page needed much more than pages do.
    mutating func reset() {
        guard entries.capacity <= Limits.Page.talliesKept else {
            self = PageTally()
            return
        }
        places.removeAll(entries.lazy.map(\.term))
        entries.removeAll(keepingCapacity: true)
        lastEnds.removeAll(keepingCapacity: true)
        hasNews = false
    }

    /// What was found of a term; nil: nothing.
    func count(of term: UInt32) -> TermCount? { places.find(term).map { entries[$0] } }

    /// Counts occurrences.
    ///
    /// - Parameters:
    ///   - view: 0 to 2, and 3 to 5 in the legacy reading.
    ///   - firstOffset: where the first of them stands.
    mutating func add(
        _ term: UInt32, layer: TextLayer, view: Int, count: UInt16, firstOffset: UInt32
    ) {
        hasNews = true
        let (place, isNew) = places.place(of: term)
        if isNew {
            entries.append(
                TermCount(term: term, firstOffset: 0, seen: 0, counts: InlineArray(repeating: 0)))
        }
        let bit = Self.bit(layer, view)
        var all = entries.mutableSpan
        let before = all[place].seen & (bit | (bit &- 1))
        if before == 0 || (before == bit && firstOffset < all[place].firstOffset) {
            all[place].firstOffset = firstOffset
        }
        all[place].seen |= bit
        let rest = Limits.Page.occurrencesMax - all[place].counts[view]
        all[place].counts[view] += min(count, rest)
    }

    /// Whether an occurrence is so far from the last one that counted that it counts too.
    ///
    /// - Parameter distance: bytes that must lie between them.
    mutating func isFar(
        _ term: UInt32, layer: TextLayer, view: Int, range: Range<Int>, distance: UInt32
    ) -> Bool {
        let key = UInt64(term) << 8 | UInt64(Int(layer.rawValue) * 6 + view)
        if let last = lastEnds[key], range.lowerBound < last + Int(distance) { return false }
        lastEnds[key] = range.upperBound
        return true
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
}
