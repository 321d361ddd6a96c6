import KhienModel

/// What the scanner remembers of one stream of text: its last bytes, and how many there were.
///
/// It is made once and used again (`reset`); scanning allocates nothing. Under 1 KiB.
public struct LiteralStream: Sendable {
    /// Bytes before a settled end that an occurrence may begin at, with the sign before it, and
    /// those that are not settled yet.
    static let historyBytesMax =
        Limits.Literals.bytesMax + 2 * Limits.Literals.contextBytesMax
    /// How much of a piece is read behind the history: the windows of its head, with all that a
    /// literal has behind them, and the sign after it.
    static let borrowedBytesMax =
        headBytes(Limits.Literals.bytesMax) + Limits.Literals.reachBytesMax
        + Limits.Literals.contextBytesMax
    /// Windows before this place are looked at behind the history: a literal of theirs may begin
    /// there. Even.
    static func headBytes(_ bytesMax: Int) -> Int {
        (max(16, bytesMax + Limits.Literals.contextBytesMax) + 1) & ~1
    }
    /// What may be read before the first and behind the last window.
    static let marginBytes = 32
    /// The last bytes of a piece, copied so that windows may reach beyond its end.
    static let endBytesMax = 64

    static let seamStart = marginBytes
    static let endStart = seamStart + historyBytesMax + borrowedBytesMax + marginBytes

    /// Margin, history, the first bytes of the next piece, margin, its last bytes, margin.
    var bytes = [UInt8](repeating: 0, count: endStart + endBytesMax + marginBytes)
    var historyCount = 0
    /// Ends up to here were reported before their time: see `settle`.
    var settledCount = 0
    /// Bytes of the stream so far.
    public internal(set) var byteCount = 0

    public init() {}

    /// Makes it ready for another stream. Allocates nothing.
    public mutating func reset() {
        historyCount = 0
        byteCount = 0
        settledCount = 0
    }

    /// Says that all occurrences up to here have been reported, after a scan of nothing as if the
    /// stream ended here; it may go on.
    public mutating func settle() { settledCount = byteCount }

    /// Copies bytes of a piece to a place of the buffer.
    mutating func copy(_ piece: Span<UInt8>, _ range: Range<Int>, to place: Int) {
        var room = bytes.mutableSpan
        room.copy(piece.extracting(range), at: place)
    }

    /// Keeps the last bytes; the first `borrowed` ones of the piece stand behind the history.
    mutating func remember(_ piece: Span<UInt8>, borrowed: Int, most: Int) {
        if piece.count >= most {
            copy(piece, piece.count - most..<piece.count, to: Self.seamStart)
            historyCount = most
            return
        }
        let present = historyCount + borrowed
        let surplus = max(0, present - most)
        if surplus > 0 {
            let start = Self.seamStart
            var room = bytes.mutableSpan
            room.move(start + surplus..<start + present, to: start)
        }
        historyCount = present - surplus
    }
}
