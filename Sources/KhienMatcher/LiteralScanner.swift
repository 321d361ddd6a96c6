import KhienImage
import KhienModel
import KhienText

/// Finds every occurrence of many literals in streams of text.
///
/// A plain value over the image's memory: copying it counts no references. One scanner serves any
/// number of streams; each has its own `LiteralStream`.
public struct LiteralScanner: Sendable {
    let table: LiteralTable

    /// - Parameter table: of an image that outlives the scanner.
    public init(_ table: LiteralTable) { self.table = table }

    /// Reads the next piece of a stream and reports every occurrence that is certain by now.
    ///
    /// An occurrence is reported once, when four bytes have come behind it (enough to tell whether a
    /// word goes on there) or the stream ends: so what is reported after n bytes of a stream does not
    /// depend on how they were cut. Occurrences overlap freely. Those of one literal come in
    /// ascending order; those of different literals in no order that means anything.
    ///
    /// - Parameters:
    ///   - piece: may be empty.
    ///   - isFinal: whether the stream ends here. The stream must be `reset` before another piece.
    ///   - found: gets the literal's number and its place, in bytes from the start of the stream.
    /// - Complexity: linear in the piece and the number of occurrences; allocates nothing.
    public func scan(
        _ piece: Span<UInt8>, isFinal: Bool, _ stream: inout LiteralStream,
        _ found: (_ literal: UInt32, _ range: Range<Int>) -> Void
    ) {
        let context = Limits.Literals.contextBytesMax
        let before = stream.byteCount
        let history = stream.historyCount
        let total = before + piece.count
        let borrowed = min(piece.count, LiteralStream.historyBytesMax)
        for index in 0..<borrowed { stream.seam[history + index] = piece[index] }
        // Ends up to here have been reported.
        let settled = max(0, before - context)
        let settling = isFinal ? total : max(0, total - context)
        // Occurrences that begin in the history, or so early that the sign before them does.
        let seamStart = before - history
        find(
            stream.seam.span.extracting(0..<history + borrowed), at: seamStart,
            starts: seamStart..<min(total, before + context), ends: settled..<settling, found)
        find(
            piece, at: before, starts: min(total, before + context)..<total,
            ends: settled..<settling, found)
        stream.byteCount = total
        remember(piece, borrowed, &stream)
    }

    /// Reports occurrences that begin in `starts` and end in `ends`, its lower bound excluded; all
    /// places are of the stream, `base` is that of `text`.
    private func find(
        _ text: Span<UInt8>, at base: Int, starts: Range<Int>, ends: Range<Int>,
        _ found: (UInt32, Range<Int>) -> Void
    ) {
        for start in starts {
            let local = start - base
            for place in table.range(first: text[local]) {
                let literal = table.literal(at: place)
                let bytes = table.bytes(of: literal)
                let end = start + bytes.count
                guard end > ends.lowerBound, end <= ends.upperBound, end - base <= text.count,
                    bytes.equals(at: 0, text, local..<local + bytes.count),
                    isBounded(table.flags(of: literal), text, local..<end - base)
                else { continue }
                found(literal, start..<end)
            }
        }
    }

    private func isBounded(
        _ flags: LiteralFlags, _ text: Span<UInt8>, _ range: Range<Int>
    ) -> Bool {
        if flags.contains(.startsWord), WordBoundary.continuesBefore(text, range.lowerBound) {
            return false
        }
        return !flags.contains(.endsWord) || !WordBoundary.continuesAfter(text, range.upperBound)
    }

    /// Keeps the last bytes; the first `borrowed` ones of the piece stand behind the history.
    private func remember(_ piece: Span<UInt8>, _ borrowed: Int, _ stream: inout LiteralStream) {
        let most = LiteralStream.historyBytesMax
        if piece.count >= most {
            for index in 0..<most { stream.seam[index] = piece[piece.count - most + index] }
            stream.historyCount = most
            return
        }
        let present = stream.historyCount + borrowed
        let surplus = max(0, present - most)
        if surplus > 0 {
            for index in surplus..<present { stream.seam[index - surplus] = stream.seam[index] }
        }
        stream.historyCount = present - surplus
    }
}
