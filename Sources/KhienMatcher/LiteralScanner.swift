import KhienImage
import KhienModel
import KhienText

/// Finds every occurrence of many literals in streams of text.
///
/// A plain value over the image's memory: copying it counts no references. One scanner serves any
/// number of streams; each has its own `LiteralStream`. How it works: docs/TEXT.md, section 6.
public struct LiteralScanner: Sendable {
    let table: LiteralTable
    private let vectors: LiteralVectors
    /// What a stream has to remember, and how much of a piece is looked at behind that, for the longest
    /// literal here.
    private let historyBytes: Int
    private let headBytes: Int

    /// - Parameter table: of an image that outlives the scanner.
    public init(_ table: LiteralTable) {
        self.init(table, vectors: .widest)
    }

    /// - Parameter vectors: the widest that it uses; fewer where the processor has less.
    package init(_ table: LiteralTable, vectors: LiteralVectors) {
        self.table = table
        self.vectors = min(vectors, .widest)
        let context = Limits.Literals.contextBytesMax
        historyBytes = table.bytesMax + 2 * context
        headBytes = LiteralStream.headBytes(table.bytesMax)
    }

    /// Reads the next piece of a stream and reports every occurrence that is certain by now.
    ///
    /// An occurrence is reported once, when four bytes have come behind it (enough to tell whether a
    /// word goes on there) or the stream ends: so what is reported after n bytes of a stream does not
    /// depend on how they were cut. Occurrences overlap freely. Those of one literal come in
    /// ascending order; those of different literals in no order that means anything.
    ///
    /// - Parameters:
    ///   - piece: may be empty.
    ///   - isFinal: whether the stream ends here. The stream must be `reset` before another piece,
    ///     or `settle`d: then it goes on behind a word's end.
    ///   - room: is used for the time of the call.
    ///   - found: gets the literal's number and its place, in bytes from the start of the stream.
    /// - Complexity: linear in the piece and the number of occurrences; a piece costs as much as
    ///   twice the longest literal besides. Where a text repeats what thousands of literals share, the
    ///   room says that it is exhausted, and occurrences are missing. Allocates nothing.
    public func scan(
        _ piece: Span<UInt8>, isFinal: Bool, _ stream: inout LiteralStream,
        _ room: inout LiteralRoom, _ found: (_ literal: UInt32, _ range: Range<Int>) -> Void
    ) {
        guard table.count > 0 else {
            stream.byteCount += piece.count
            return
        }
        room.withParts { scan(piece, isFinal, &stream, $0, found) }
    }

    private func scan(
        _ piece: Span<UInt8>, _ isFinal: Bool, _ stream: inout LiteralStream,
        _ parts: LiteralParts, _ found: (UInt32, Range<Int>) -> Void
    ) {
        let context = Limits.Literals.contextBytesMax
        let before = stream.byteCount
        let history = stream.historyCount
        let total = before + piece.count
        let head = min(piece.count, headBytes)
        let borrowed = min(piece.count, headBytes + Limits.Literals.reachBytesMax + context)
        stream.copy(piece, 0..<borrowed, to: LiteralStream.seamStart + history)
        // Ends up to here have been reported; ends up to `settling` are reported now.
        let settled = max(stream.settledCount, before - context)
        let settling = isFinal ? total : max(settled, total - context)
        let search = LiteralSearch(base: before - history, settled: settled, settling: settling)
        // Literals that were not settled have their windows from here on; an even number of bytes
        // before those of the piece, so that each has one window among them all.
        let again = (context + Limits.Literals.reachBytesMax + 3) & ~1
        let first = max(history - again, -2 + history & 1)
        find(
            search, windows: first..<history + head, in: stream, LiteralStream.seamStart,
            count: history + borrowed, parts, found)
        if piece.count > head {
            findInPiece(
                piece, LiteralSearch(base: before, settled: settled, settling: settling), &stream,
                parts, found)
        }
        stream.byteCount = total
        stream.remember(piece, borrowed: borrowed, most: historyBytes)
    }

    /// Windows behind the head of a piece: in the piece itself as long as they lie well within it, then
    /// in a copy of its end.
    private func findInPiece(
        _ piece: Span<UInt8>, _ search: LiteralSearch, _ stream: inout LiteralStream,
        _ parts: LiteralParts, _ found: (UInt32, Range<Int>) -> Void
    ) {
        let first = headBytes
        // The last window that is read in the piece lies a margin before its end.
        let last = max(first, (piece.count - LiteralStream.marginBytes) & ~15 | first & 15)
        let inner = last > piece.count - LiteralStream.marginBytes ? max(first, last - 16) : last
        if inner > first {
            find(search, piece, windows: first..<inner, around: piece, shift: 0, parts, found)
        }
        let copied = max(0, inner - 16)
        stream.copy(piece, copied..<piece.count, to: LiteralStream.endStart)
        find(
            search, piece, windows: inner..<piece.count, around: stream, LiteralStream.endStart,
            count: piece.count - copied, shift: copied, parts, found)
    }

    /// Looks in a part of the stream's buffer.
    private func find(
        _ search: LiteralSearch, windows: Range<Int>, in stream: borrowing LiteralStream,
        _ place: Int, count: Int, _ parts: LiteralParts, _ found: (UInt32, Range<Int>) -> Void
    ) {
        let text = stream.bytes.span.extracting(place..<place + count)
        find(search, text, windows: windows, around: text, shift: 0, parts, found)
    }

    /// Looks in a text whose windows are read from a part of the stream's buffer.
    private func find(
        _ search: LiteralSearch, _ text: Span<UInt8>, windows: Range<Int>,
        around stream: borrowing LiteralStream, _ place: Int, count: Int, shift: Int,
        _ parts: LiteralParts, _ found: (UInt32, Range<Int>) -> Void
    ) {
        let memory = stream.bytes.span.extracting(place..<place + count)
        find(search, text, windows: windows, around: memory, shift: shift, parts, found)
    }

    /// - Parameters:
    ///   - windows: places in the search's text; every second one is looked at.
    ///   - memory: the bytes that windows are read from, `shift` bytes into the text. Sixteen bytes
    ///     before the first window and a margin behind the last one must be readable.
    private func find(
        _ search: LiteralSearch, _ text: Span<UInt8>, windows: Range<Int>,
        around memory: Span<UInt8>, shift: Int, _ parts: LiteralParts,
        _ found: (UInt32, Range<Int>) -> Void
    ) {
        // SAFETY: what the callers promise about `memory`; the buffer is used within the call.
        unsafe memory.withUnsafeBufferPointer { buffer in
            guard let base = unsafe UnsafeRawPointer(buffer.baseAddress) else { return }
            let windowBase = unsafe base - shift
            let pass = unsafe LiteralPass(
                table: table, vectors: vectors, parts: parts, memory: windowBase)
            pass.run(windows, text, search, found)
        }
    }
}

/// Where occurrences are looked for, and which are to be reported.
struct LiteralSearch {
    /// Where the text stands in the stream.
    let base: Int
    /// It must end behind `settled`, and at `settling` at the latest.
    let settled: Int
    let settling: Int
}
