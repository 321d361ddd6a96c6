import Dispatch
import KhienModel
import Synchronization

/// Reads one large list on all processors: pieces that end where lines do are read at the same time, each
/// by a reader of its own, and put together in their order.
///
/// ```
/// bytes │ piece 0 │ piece 1 │ piece 2 │ ...
///           │          │         └ read by whoever is free
///           ▼          ▼
///       ListReader  ListReader ──▶ waits until those before it are taken in
///           └──────────┴─▶ whole: text and lines moved behind what is there
/// ```
///
/// While one piece takes long the others go on for so many pieces (`PieceOrder`), and then wait for it: what
/// is held besides the list and the whole does not grow with the list.
///
/// What comes out is what one reader gives, to the byte: a `StatelessGrammar` reads each line as if it
/// stood alone, and of messages those are kept that would have been.
final class PiecewiseReading<Grammar: StatelessGrammar>: Sendable {
    private let bytes: [UInt8]
    private let pieces: [Range<Int>]
    private let grammar: Grammar
    /// What every piece is read by.
    private let blank: ListReader
    private let state: Mutex<State>
    private let readers: Int
    private let isDone = DispatchSemaphore(value: 0)
    /// Readers that are ahead of the others as far as they may be.
    private let room = DispatchSemaphore(value: 0)

    private struct State {
        var order: PieceOrder<ListReader>
        var whole: ListReader
    }

    /// Reads all lines of `bytes`.
    ///
    /// - Parameters:
    ///   - reader: as it is before the first line.
    ///   - pieceBytes: how much is read at once, to the next line end.
    /// - Returns: nil: the list is over a limit, and where it ends, or what of it is refused, must be found line
    ///   by line.
    static func read(
        _ bytes: [UInt8], with grammar: Grammar, as reader: ListReader, pieceBytes: Int
    ) -> ListReader? {
        let reading = PiecewiseReading(bytes, grammar, reader, pieceBytes)
        return reading.run()
    }

    private init(_ bytes: [UInt8], _ grammar: Grammar, _ reader: ListReader, _ pieceBytes: Int) {
        self.bytes = bytes
        self.grammar = grammar
        pieces = Self.pieces(of: bytes, lineEnd: reader.lineEnd, pieceBytes: max(1, pieceBytes))
        var blank = reader
        blank.report = ListReport()
        self.blank = blank
        var whole = reader
        whole.reserve(for: bytes.count)
        readers = PieceOrder<ListReader>.readers(
            pieces: pieces.count, processors: Processors.count)
        let order = PieceOrder<ListReader>(
            count: pieces.count, openMax: PieceOrder<ListReader>.openMax(readers: readers))
        state = Mutex(State(order: order, whole: whole))
    }

    /// Where the pieces stand: each but the last ends behind a line end.
    private static func pieces(
        of bytes: [UInt8], lineEnd: UInt8, pieceBytes: Int
    ) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var start = 0
        while start < bytes.count {
            var end = start + min(pieceBytes, bytes.count - start)
            while end < bytes.count, bytes[end - 1] != lineEnd { end += 1 }
            pieces.append(start..<end)
            start = end
        }
        return pieces
    }

    private func run() -> ListReader? {
        // Others help as far as threads are free. Whoever comes late finds nothing to do, so nobody is
        // waited for but those who have a piece.
        for _ in 1..<readers { DispatchQueue.global().async { self.work() } }
        work()
        if !pieces.isEmpty { isDone.wait() }
        // Moved out, so that nothing of it is copied.
        var whole = state.withLock { state in
            let whole = state.whole
            state.whole = blank
            return whole
        }
        guard whole.report.isComplete, !whole.isOverLimit, !whole.hasTooManyNetworks else {
            return nil
        }
        whole.finish()
        return whole
    }

    private func work() {
        let bytes = bytes
        let span = bytes.span
        while let piece = takePiece() {
            var reader = blank
            var grammar = grammar
            reader.reserve(for: pieces[piece].count)
            _ = reader.readLines(span.extracting(pieces[piece]), with: &grammar)
            if putTogether(reader, piece) { isDone.signal() }
        }
    }

    /// The next piece to read; waits while those in front of it are too many.
    private func takePiece() -> Int? {
        while true {
            switch state.withLock({ $0.order.takeTurn() }) {
            case .read(let piece): return piece
            case .nothing: return nil
            case .wait: room.wait()
            }
        }
    }

    /// - Returns: whether it was the last that was missing.
    private func putTogether(_ reader: ListReader, _ piece: Int) -> Bool {
        let (woken, isDone) = state.withLock { state in
            var whole = blank
            // Out of the state while it grows, so that it is not copied.
            swap(&whole, &state.whole)
            defer { swap(&whole, &state.whole) }
            let woken = state.order.put(reader, piece) { whole.append($0) }
            return (woken, state.order.isDone)
        }
        for _ in 0..<woken { room.signal() }
        return isDone
    }
}
