import KhienModel

/// How often one literal stands in one layer, by view and reading: exact, plain, joined; then the same
/// of the legacy reading.
struct LiteralCount {
    let literal: UInt32
    let layer: TextLayer
    /// Whether the terms that it stands for have not heard of the last occurrences.
    fileprivate(set) var hasNews = false
    fileprivate(set) var counts = InlineArray<6, UInt16>(repeating: 0)
    /// What the terms have heard of.
    fileprivate(set) var told = InlineArray<6, UInt16>(repeating: 0)
    /// The offset of the first occurrence.
    fileprivate(set) var firstOffsets = InlineArray<6, UInt32>(repeating: 0)

    fileprivate init(_ literal: UInt32, _ layer: TextLayer) {
        self.literal = literal
        self.layer = layer
    }
}

/// Which literals stand on a page, and how often.
///
/// A common word is a term of hundreds of combinations. Its occurrences are counted here, one
/// addition each; the terms hear of their number when a verdict is wanted (`PageFindings.settle`).
/// Grows with the different literals found, and keeps its memory for the next page.
struct LiteralTally {
    private var counts: [LiteralCount] = []
    private var places = KeyPlaces()
    /// Those with news.
    private var news: [UInt32] = []

    /// Forgets everything; keeps its memory, unless a page needed much more than pages do.
    mutating func reset() {
        guard counts.capacity <= Limits.Page.talliesKept else {
            self = LiteralTally()
            return
        }
        places.removeAll(counts.lazy.map { Self.key($0.literal, $0.layer) })
        counts.removeAll(keepingCapacity: true)
        news.removeAll(keepingCapacity: true)
    }

    /// Counts an occurrence.
    ///
    /// - Parameter view: 0 to 2, and 3 to 5 in the legacy reading.
    @inline(__always)
    mutating func add(_ literal: UInt32, _ layer: TextLayer, view: Int, offset: Int) {
        let (place, isNew) = places.place(of: Self.key(literal, layer))
        if isNew { counts.append(LiteralCount(literal, layer)) }
        var all = counts.mutableSpan
        if all[place].counts[view] == 0 {
            all[place].firstOffsets[view] = UInt32(clamping: offset)
        }
        if all[place].counts[view] < Limits.Page.occurrencesMax { all[place].counts[view] += 1 }
        if !all[place].hasNews {
            all[place].hasNews = true
            news.append(UInt32(place))
        }
    }

    /// How many counts the terms have not heard of.
    var newsCount: Int { news.count }

    /// The count of one of those, which the terms hear of now.
    mutating func tell(_ index: Int) -> LiteralCount {
        let place = Int(news[index])
        var all = counts.mutableSpan
        let count = all[place]
        all[place].hasNews = false
        all[place].told = count.counts
        return count
    }

    /// The terms have heard of all.
    mutating func forgetNews() { news.removeAll(keepingCapacity: true) }

    /// A literal's number is under 2^28 (`Limits.Literals.countMax`), a layer's under 16.
    @inline(__always)
    private static func key(_ literal: UInt32, _ layer: TextLayer) -> UInt32 {
        literal &<< 4 | UInt32(layer.rawValue)
    }
}
