import KhienImage

/// Looks for a piece of a pattern, which holds no `*`, at all places of a URL together: as many bits as the piece has
/// bytes say which beginnings of it end at the byte that is being read.
///
/// ```
///      piece  a ^ b        read  a  /  b
///      bits   0 1 2              1  2  4: bit 2 stands, the piece ends here
/// ```
///
/// A byte of the URL moves all bits on by one and keeps those whose byte of the piece it is, so that what the piece
/// says costs nothing: pieces of separators, each of which stands for many bytes, fit nearly everywhere. Behind the
/// end of the URL only `^` fits.
///
/// Source: R. Baeza-Yates, G. Gonnet, "A New Approach to Text Searching", CACM 35 (10), 1992 (shift-and).
struct PieceSearch {
    private let text: ImageBytes
    private let piece: Range<Int>
    private let wordCount: Int
    /// Of each byte that the piece names the row in `bits`, of others row 0.
    private var rows = [Int](repeating: 0, count: 256)
    /// In each row which bytes of the piece stand for themselves and are that; `^` is in `separators`.
    private var bits: [UInt64]
    private var separators: [UInt64]

    /// - Parameter piece: in `text`, not empty, without `*`.
    init(_ text: ImageBytes, _ piece: Range<Int>) {
        self.text = text
        self.piece = piece
        wordCount = (piece.count + 63) / 64
        bits = [UInt64](repeating: 0, count: wordCount)
        separators = bits
        for (index, place) in piece.enumerated() {
            let bit = UInt64(1) << UInt64(index & 63)
            let byte = Int(text[place])
            guard byte != UInt8(ascii: "^") else {
                separators[index >> 6] |= bit
                continue
            }
            if rows[byte] == 0 {
                rows[byte] = bits.count / wordCount
                bits.append(contentsOf: repeatElement(0, count: wordCount))
            }
            bits[rows[byte] * wordCount + index >> 6] |= bit
        }
    }

    /// The first place from `start` where the piece fits; the URL's end where there is none.
    ///
    /// - Complexity: O((URL + piece) x piece / 64), words of 64 bits.
    func first(in url: Span<UInt8>, from start: Int) -> Int {
        var state = [UInt64](repeating: 0, count: wordCount)
        let last = piece.count - 1
        var position = start
        while position < url.count + piece.count {
            let isInside = position < url.count
            let byte = isInside ? url[position] : 0
            let row = rows[isInside ? Int(byte) : 0] * wordCount
            let takesSeparators: UInt64 =
                !isInside || PatternText.isSeparator(byte) ? .max : 0
            var carry: UInt64 = 1
            for word in 0..<wordCount {
                let moved = state[word] << 1 | carry
                carry = state[word] >> 63
                state[word] = moved & (bits[row + word] | separators[word] & takesSeparators)
            }
            if state[last >> 6] >> UInt64(last & 63) & 1 != 0 {
                return min(position - last, url.count)
            }
            position += 1
        }
        return url.count
    }
}
