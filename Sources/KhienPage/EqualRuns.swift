/// The parts of a layer's text in which the plain view says the same as the exact one: the last few.
///
/// There only the exact view is scanned, and what is found counts in both. An occurrence is told at
/// the latest a few bytes behind its end, so more than the last few parts are never asked for.
struct EqualRuns {
    private static let count = 4
    /// The offset in the exact view at which each run begins and ends; the newest at `newest`.
    private var starts = InlineArray<4, Int>(repeating: 0)
    private var ends = InlineArray<4, Int>(repeating: 0)
    /// What to add to an exact offset to have that in the plain view.
    private var shifts = InlineArray<4, Int>(repeating: 0)
    private var newest = 0

    /// Adds a piece.
    mutating func add(exact range: Range<Int>, plainStart: Int) {
        if range.isEmpty { return }
        let shift = plainStart - range.lowerBound
        if ends[newest] == range.lowerBound, shifts[newest] == shift, ends[newest] > 0 {
            ends[newest] = range.upperBound
            return
        }
        newest = (newest + 1) % Self.count
        starts[newest] = range.lowerBound
        ends[newest] = range.upperBound
        shifts[newest] = shift
    }

    /// What to add to the offsets of an occurrence to have them in the plain view; nil where a part
    /// of it is not the same there.
    @inline(__always)
    func shift(ofExact range: Range<Int>) -> Int? {
        for index in 0..<Self.count
        where range.lowerBound >= starts[index] && range.upperBound <= ends[index] {
            return shifts[index]
        }
        return nil
    }

    /// Whether an occurrence in the plain view was seen in the exact one.
    @inline(__always)
    func contains(plain range: Range<Int>) -> Bool {
        for index in 0..<Self.count
        where range.lowerBound >= starts[index] + shifts[index]
            && range.upperBound <= ends[index] + shifts[index]
        {
            return true
        }
        return false
    }
}
