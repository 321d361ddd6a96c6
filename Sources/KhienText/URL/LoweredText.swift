import KhienModel

/// A URL without its fragment in lower case, with a mark for each byte that belongs to a token: what
/// rules of patterns are tried against.
///
/// A token is a maximal run of letters, digits and `%` (`Token` of KhienImage).
public struct LoweredText: Sendable {
    /// Zeros behind the text, at most so many and at least eight, so that eight bytes can be read at
    /// each of its bytes.
    static let padding = 32

    /// The text in lower case; then padding.
    public var bytes: [UInt8]
    /// The length of the text in `bytes`.
    public var count: Int
    /// One bit for each byte from `marksStart`, the first in the lowest bit of the first byte: it
    /// belongs to a token. Eight bytes can be read from each one that is in use; the bits behind the
    /// last are zero up to the end of its eight bytes, counted from the first mark.
    public var marks: [UInt8]
    /// 0, or where the host begins behind a scheme, which is then a token without marks.
    public var marksStart: Int

    // What stands above is written by this module only. It is public so that the initialiser can be
    // inlined: a caller that sees the empty arrays counts no references for them.
    @inlinable public init() {
        bytes = []
        count = 0
        marks = []
        marksStart = 0
    }

    /// The token in front of the marks; empty where there is none.
    public var scheme: Range<Int> { 0..<max(0, marksStart - 3) }

    /// Replaces the value by the lower case of `text`.
    public mutating func fill(_ text: Span<UInt8>) {
        makeRoom(for: text.count)
        marksStart = 0
        let all = Self.fill(text, &bytes, &marks)
        // The sums over eight bytes hold for ASCII only, which every URL is.
        if all & .highBits != 0 { Self.fillBytes(text, &bytes, &marks) }
    }

    /// Replaces the value by the lower case of a URL, and tells what else was seen in the one pass.
    ///
    /// - Parameter start: where the host begins, behind `http://` or `https://` in lower case.
    mutating func fill(url: Span<UInt8>, hostStart start: Int) -> URLBlocks {
        makeRoom(for: url.count)
        marksStart = start
        return Self.fill(url, from: start, &bytes, &marks)
    }

    private mutating func makeRoom(for count: Int) {
        self.count = count
        if bytes.count >= count + Self.padding { return }
        bytes = [UInt8](repeating: 0, count: max(256, count * 2) + Self.padding)
        marks = [UInt8](repeating: 0, count: bytes.count / 8 + 16)
    }

    // The parts are handed over by reference, so that both are written at once.

    private static func fill(
        _ url: Span<UInt8>, from start: Int, _ bytes: inout [UInt8], _ marks: inout [UInt8]
    ) -> URLBlocks {
        var output = bytes.mutableSpan
        var bits = marks.mutableSpan
        var blocks = URLBlocks()
        output.store(url.word(at: 0), at: 0)
        var position = start
        while position &+ 16 <= url.count {
            let block = blocks.add(url.vector(at: position), behind: url.vector(at: position &- 1))
            output.store(block.lowered, at: position)
            bits.store(block.bits, at: (position &- start) >> 3)
            position &+= 16
        }
        let block = blocks.add(lastBytesOf: url, from: position)
        output.store(block.lowered, at: block.place)
        output.store(0, at: url.count)
        output.store(0, at: url.count &+ 8)
        bits.store(block.bits, at: (position &- start) >> 3)
        return blocks
    }

    /// - Returns: all words of the text in one.
    private static func fill(
        _ text: Span<UInt8>, _ bytes: inout [UInt8], _ marks: inout [UInt8]
    ) -> UInt64 {
        var output = bytes.mutableSpan
        var bits = marks.mutableSpan
        var all: UInt64 = 0
        var position = 0
        while true {
            let word = lastWord(of: text, from: position)
            all |= word
            let block = PlainWord.lowered(word)
            output.store(block.lowered, at: position)
            bits.store(block.bits, at: position >> 3)
            if position &+ 8 > text.count { break }
            position &+= 8
        }
        output.store(0, at: position &+ 8)
        return all
    }

    /// The eight bytes from `position`; zeros stand for those behind the end.
    private static func lastWord(of text: Span<UInt8>, from position: Int) -> UInt64 {
        if text.count >= 8 { return text.paddedWord(at: position) }
        var word: UInt64 = 0
        for index in position..<max(position, text.count) {
            word |= UInt64(text[index]) &<< UInt64((index - position) * 8)
        }
        return word
    }

    /// As `fill`, byte by byte, for text that is not ASCII.
    private static func fillBytes(
        _ text: Span<UInt8>, _ bytes: inout [UInt8], _ marks: inout [UInt8]
    ) {
        for index in 0..<text.count / 8 + 8 { marks[index] = 0 }
        for index in text.indices {
            let byte = text[index].lowered
            bytes[index] = byte
            if byte.isAlpha || byte.isDigit || byte == 0x25 {
                marks[index >> 3] |= 1 << UInt8(index & 7)
            }
        }
        for index in text.count..<text.count + 8 { bytes[index] = 0 }
    }
}
