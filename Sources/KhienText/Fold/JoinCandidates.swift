import CIntrinsics
import KhienModel

/// Where the joined view looks closely: at three equal letters, at a letter or digit of ASCII that stands
/// alone, at a separator between two letters, or a letter and a digit, at the first of several signs behind one (two
/// that touch, or a symbol with spaces), and at the first of eight letters of ASCII or more. 62 places of a
/// block are told at once.
struct JoinCandidates {
    private static let placesCount = 62

    /// Places from here on are known; none yet.
    private var start = -placesCount
    /// Candidates from `start` on, the first in bit 0.
    private var bits: UInt64 = 0
    /// All ones where signs beside digits are of interest.
    private let digitsMask: UInt64

    init(hasDigits: Bool) { digitsMask = hasDigits ? ~0 : 0 }

    /// The next candidate at or behind `index`; `end` if there is none before. A byte stands before
    /// `index`, which only grows.
    @inline(__always)
    mutating func next(_ text: Span<UInt8>, from index: Int, before end: Int) -> Int {
        var index = index
        while index < end {
            if index &- start >= Self.placesCount { look(text, index) }
            let rest = bits &>> UInt64(truncatingIfNeeded: index &- start)
            if rest != 0 { return min(index &+ rest.trailingZeroBitCount, end) }
            index = start &+ Self.placesCount
        }
        return end
    }

    private mutating func look(_ text: Span<UInt8>, _ index: Int) {
        let known = text.bits(at: index - 1)
        let words = known.words
        // The bit of a place is one above that of the byte before it.
        let alone = ~(words &<< 1) & ~(words &>> 1)
        let thrice = known.repeats & known.repeats &>> 1
        let marks = known.letters | words & digitsMask
        let digits = marks & ~known.letters
        let between =
            known.separators & marks &<< 1 & marks &>> 1 & ~(digits &<< 1 & digits &>> 1)
        // Where others than such letters stand within eight bytes; what is beyond the 64 may be letters.
        let ascii = known.letters & ~known.beyond_ascii
        var others = ~ascii
        others |= others &>> 1
        others |= others &>> 2
        others |= others &>> 4
        let long = ~others & ~(ascii &<< 1)
        let found =
            words & ~known.beyond_ascii & (alone | thrice) | between | long
            | Self.runs(known, marks)
        start = index
        bits = found &>> 1 & (1 &<< UInt64(Self.placesCount) &- 1)
    }

    /// Where several signs may begin behind a letter or digit.
    @inline(__always)
    private static func runs(_ known: khien_text_bits, _ marks: UInt64) -> UInt64 {
        let gaps = ~known.words
        let starts = gaps & marks &<< 1
        // What ends beyond these places may have a symbol there.
        let last = ~(UInt64.max &>> UInt64(truncatingIfNeeded: known.words.leadingZeroBitCount))
        var wanted = known.separators & known.separators &>> 1 | last
        if known.symbols != 0 {
            var reach = known.symbols
            for _ in 1..<SignRun.bytesMax { reach |= reach &>> 1 & gaps }
            wanted |= reach
        }
        return starts & wanted
    }
}
