import KhienModel
import KhienText

/// The marks (`LetterMarks`) of the last letters of one stream of text: an occurrence that ends in a piece may
/// have begun before it. Where pieces are left out no letter has one.
struct RecentMarks {
    /// As many bytes as an occurrence spans, with those after which it is told.
    private static let bytesMax = Limits.Literals.bytesMax + 2 * Limits.Literals.contextBytesMax
    private var marks: [UInt8] = []
    /// The offset behind the last of them.
    private var end = 0

    /// Begins with another text; the buffer keeps its memory.
    mutating func reset() {
        marks.removeAll(keepingCapacity: true)
        end = 0
    }

    /// The mark of the letter at an offset; zero where none is known.
    func mark(at offset: Int) -> UInt8 {
        let place = marks.count - (end - offset)
        return place >= 0 && place < marks.count ? marks[place] : 0
    }

    /// Adds those of a piece that begins at `start`, behind all before.
    mutating func add(_ piece: Span<UInt8>, at start: Int) {
        let gap = min(start - end, Self.bytesMax)
        let new = min(piece.count, Self.bytesMax)
        let surplus = marks.count + gap + new - Self.bytesMax
        if surplus > 0 { marks.removeFirst(min(surplus, marks.count)) }
        for _ in 0..<min(gap, Self.bytesMax - new) { marks.append(0) }
        marks.append(bytesOf: piece.extracting((piece.count - new)...))
        end = start + piece.count
    }
}
