import KhienModel

/// Who reads which piece of a list next, and in which order what was read is taken in.
///
/// ```
///   taken in │ being taken │ came early, waits │ being read │ nobody's yet
///            └──────────── at most `openMax` ──────────────┘
/// ```
///
/// Pieces are handed out in their order, so the one that is waited for is always in somebody's hands: who
/// is told to wait waits for a reader that runs, never for one that waits itself.
package struct PieceOrder<Part> {
    /// Pieces of the list.
    private let count: Int
    /// Pieces that may have been handed out and not be taken in: so many are held in memory besides the
    /// whole, however long the first of them takes.
    private let openMax: Int
    /// The next piece that nobody reads.
    private var next = 0
    /// Pieces that have been taken in.
    package private(set) var taken = 0
    /// Pieces that came before one in front of them.
    private var early: [Int: Part] = [:]
    /// Readers that were told to wait.
    private var waiting = 0

    package enum Turn: Equatable, Sendable {
        case read(Int)
        /// As many as may be are open: ask again when woken.
        case wait
        /// All pieces have their readers.
        case nothing
    }

    package init(count: Int, openMax: Int) {
        self.count = count
        self.openMax = max(1, openMax)
    }

    /// How many threads read a list of so many pieces.
    package static func readers(pieces: Int, processors: Int) -> Int {
        max(1, min(pieces, processors, Limits.Lists.readersMax))
    }

    /// How many pieces may be open with so many readers.
    package static func openMax(readers: Int) -> Int {
        readers * Limits.Lists.piecesPerReaderMax
    }

    package var isDone: Bool { taken == count }

    /// What the reader that asks does now.
    package mutating func takeTurn() -> Turn {
        guard next < count else { return .nothing }
        guard next - taken < openMax else {
            waiting += 1
            return .wait
        }
        next += 1
        return .read(next - 1)
    }

    /// A piece has been read: gives those that can be taken in to `body`, in order.
    ///
    /// - Returns: how many readers wait and are to be woken.
    package mutating func put(_ part: Part, _ piece: Int, into body: (Part) -> Void) -> Int {
        early[piece] = part
        let before = taken
        while let next = early.removeValue(forKey: taken) {
            body(next)
            taken += 1
        }
        guard taken > before else { return 0 }
        let woken = waiting
        waiting = 0
        return woken
    }
}
