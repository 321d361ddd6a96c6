import CIntrinsics
import KhienModel

extension Span<UInt8> {
    /// What the 64 bytes from `start` on are; spaces stand behind the end.
    func bits(at start: Int) -> khien_text_bits {
        let rest = extracting(start...)
        // SAFETY: it reads no more bytes than it is given the number of.
        return unsafe rest.withUnsafeBufferPointer { buffer in
            unsafe khien_text64(buffer.baseAddress, buffer.count)
        }
    }

    /// A bit for each of the 64 bytes from `start` on that is `wanted`; none behind the end.
    fileprivate func bits(of wanted: UInt8, at start: Int) -> UInt64 {
        let rest = extracting(start..<Swift.min(count, start &+ 64))
        // SAFETY: it reads no more bytes than it is given the number of.
        return unsafe rest.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            return unsafe khien_bytes64(base, buffer.count, wanted)
        }
    }
}

/// What stands around signs in 64 bytes of text, a bit for each: letters, digits, and signs of the same kind,
/// which are told from there on both sides at once.
struct LettersAround {
    /// One byte more than a word has tells that there is none.
    private static let reach = PhraseWords.bytesMax + 1

    private let words: UInt64
    private let letters: UInt64
    private let sameSigns: UInt64
    /// The bit of the first of the signs, and how many these are.
    private let place: Int
    private let signCount: Int
    /// Where the first bit stands in the text.
    let start: Int

    /// - Parameter signs: one to three; `PhraseWords.bytesMax` and four bytes stand before them.
    @inline(__always)
    init(_ text: Span<UInt8>, _ signs: Range<Int>) {
        place = Self.reach &+ signs.count
        signCount = signs.count
        start = signs.lowerBound &- place
        let known = text.bits(at: start)
        (words, letters) = (known.words, known.letters)
        sameSigns = text.bits(of: text[signs.lowerBound], at: start)
    }

    /// Whether a run that ends at `end` goes on there all the same: of signs that begin with the last known bytes the
    /// letter behind them is not known.
    @inline(__always)
    func goesOn(_ text: Span<UInt8>, at end: Int, withDigits: Bool) -> Bool {
        let next = end &+ signCount
        guard next &- start > 63, next < text.count else { return false }
        for index in end..<next where text[index] != text[start &+ place] { return false }
        if text[end &- 1].isDigit, text[next].isDigit { return false }
        return withDigits ? text[next].isWordByte : text[next].isLetterByte
    }

    /// Letters, perhaps digits, with such signs between them, as many at each place.
    struct Run {
        /// How many bytes stand before the signs and from them on; none of those that follow is part of it. Both may
        /// be as many as are known.
        let before: Int
        let behind: Int
        /// Bits of the letters and digits, from `LettersAround.start` on.
        let letters: UInt64
        /// The places with signs.
        let places: Int
    }

    /// The run that the signs are amid. Signs between two digits are no part of it.
    @inline(__always)
    func run(withDigits: Bool) -> Run {
        let parts = withDigits ? words : letters
        var first = sameSigns & parts &<< 1 & parts &>> UInt64(signCount)
        if signCount > 1 { first &= sameSigns &>> 1 }
        if signCount > 2 { first &= sameSigns &>> 2 }
        let digits = words & ~letters
        first &= ~(digits &<< 1 & digits &>> UInt64(signCount))
        var signs = first
        if signCount > 1 { signs |= first &<< 1 }
        if signCount > 2 { signs |= first &<< 2 }
        let all = parts | signs
        let before = (~(all &<< UInt64(64 &- place))).leadingZeroBitCount
        let behind = (~(all &>> UInt64(place))).trailingZeroBitCount
        let bits = (1 &<< UInt64(before &+ behind) &- 1) &<< UInt64(place &- before)
        return Run(
            before: before, behind: behind, letters: parts & bits,
            places: (first & bits).nonzeroBitCount)
    }
}
