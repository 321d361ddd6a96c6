import KhienImage
import KhienModel
import KhienText

/// Places of a URL about which the indexes of rules are to be asked.
struct RuleCandidates: ~Copyable {
    struct Candidate {
        /// The low half: a token's hash. Above it the place; the top bit: a gram stands there.
        let word: UInt64

        @inline(__always)
        static func token(_ hash: UInt32, at place: Int) -> UInt64 {
            UInt64(truncatingIfNeeded: place) &<< 32 | UInt64(hash)
        }

        @inline(__always)
        static func gram(at place: Int) -> UInt64 {
            UInt64(truncatingIfNeeded: place) &<< 32 | 1 &<< 63
        }

        var hash: UInt32 { UInt32(truncatingIfNeeded: word) }
        var place: Int { Int(truncatingIfNeeded: (word & ~(1 &<< 63)) &>> 32) }
        var isGram: Bool { word &>> 63 != 0 }
    }

    /// The first `count` are in use.
    private var words: [UInt64] = []
    private(set) var count = 0

    init() { words = [UInt64](repeating: 0, count: 4096) }

    subscript(index: Int) -> Candidate { Candidate(word: words[index]) }

    /// Finds each token that the index may have and, around the ends of tokens, each gram that the
    /// filter may have; of a text with a scheme those behind it.
    ///
    /// - Parameter grams: nil: there are none, or they are looked for in another way, as in a text
    ///   without marks for its scheme (`LoweredText.marksStart`).
    mutating func find(
        in text: borrowing LoweredText, _ tokens: TokenIndex, grams: ImageBytes?
    ) {
        // Of each token, of which every second byte may be one, its hash and two grams; and one that
        // is written and then not counted.
        if words.count < text.count * 2 + 8 {
            words = [UInt64](repeating: 0, count: text.count * 4 + 8)
        }
        count = Self.find(
            text.bytes.span, text.marks.span, marks: text.marksStart..<text.count, tokens, grams,
            &words)
    }

    private static func find(
        _ text: Span<UInt8>, _ bits: Span<UInt8>, marks: Range<Int>, _ tokens: TokenIndex,
        _ grams: ImageBytes?, _ candidates: inout [UInt64]
    ) -> Int {
        precondition(bits.count >= marks.count / 8 + 8 && text.count >= marks.upperBound + 8)
        precondition(candidates.count >= marks.upperBound * 2 + 8)
        precondition(
            grams.map { $0.count == Gram.filterByteCount && marks.lowerBound > 1 } ?? true)
        let base = marks.lowerBound
        // SAFETY: the buffers are used inside of the closures only. Marks are set for bytes of the
        // text, behind which eight bytes can be read; of each token, of which every second byte may
        // be one, at most three candidates are written, and one that is not counted.
        return unsafe candidates.withUnsafeMutableBufferPointer { output in
            guard let start = output.baseAddress else { return 0 }
            return unsafe text.withUnsafeBufferPointer { bytes in
                guard let first = bytes.baseAddress else { return 0 }
                var finder = unsafe CandidateFinder(
                    text: UnsafeRawPointer(first), tokens: tokens, grams: grams?.base,
                    output: start)
                finder.walk(bits, count: marks.count, base: base, span: text)
                return unsafe finder.output - start
            }
        }
    }
}

/// Writes a candidate for each token that the index may have, and for each gram around its ends that
/// the filter may have. Hardly branches: whether a token is in the filter moves the output on.
@safe
private struct CandidateFinder {
    let text: UnsafeRawPointer
    let tokens: TokenIndex
    let grams: UnsafeRawPointer?
    var output: UnsafeMutablePointer<UInt64>

    @unsafe init(
        text: UnsafeRawPointer, tokens: TokenIndex, grams: UnsafeRawPointer?,
        output: UnsafeMutablePointer<UInt64>
    ) {
        unsafe self.text = text
        self.tokens = tokens
        unsafe self.grams = grams
        unsafe self.output = output
    }

    /// Takes in the runs of ones.
    @inline(__always)
    mutating func walk(_ bits: Span<UInt8>, count: Int, base: Int, span: Span<UInt8>) {
        // Of a token that has not ended yet; negative: there is none.
        var open = -1
        var before: UInt64 = 0
        var base = base
        for index in 0...count >> 6 {
            let word = bits.word(at: index &* 8)
            // Where a bit differs from the one in front of it.
            var edges = word ^ (word &<< 1 | before)
            before = word &>> 63
            if open >= 0, edges != 0 {
                addOutOfLine(open, base &+ edges.trailingZeroBitCount, span: span)
                edges &= edges &- 1
                open = -1
            }
            while edges != 0 {
                let start = base &+ edges.trailingZeroBitCount
                edges &= edges &- 1
                if edges == 0 {
                    open = start
                    break
                }
                add(start, base &+ edges.trailingZeroBitCount, span: span)
                edges &= edges &- 1
            }
            base &+= 64
        }
    }

    @inline(never)
    private mutating func addOutOfLine(_ start: Int, _ end: Int, span: Span<UInt8>) {
        add(start, end, span: span)
    }

    /// Takes in the token from `start` to `end`.
    @inline(__always)
    mutating func add(_ start: Int, _ end: Int, span: Span<UInt8>) {
        // SAFETY: see `RuleCandidates.find`; a token's hash finds a byte of the filter, whose length
        // the table's reader checked.
        let length = end &- start
        let hash =
            length < 8
            ? Token.hash(word(start), length: length)
            : length < 16
                ? Token.hash(word(start), word(start &+ 8), length: length)
                : Token.hash(span, from: start, to: end)
        unsafe output.pointee = RuleCandidates.Candidate.token(hash, at: start)
        unsafe output += unsafe Int(truncatingIfNeeded: tokens.mayHaveUnchecked(hash))
        guard let grams = unsafe grams else { return }
        // Behind a scheme no token begins or ends at the first bytes.
        unsafe addGram(word(start &- 1), at: start &- 1, grams)
        unsafe addGram(word(end &- 2), at: end &- 2, grams)
    }

    @inline(__always)
    private func word(_ place: Int) -> UInt64 {
        // SAFETY: eight bytes can be read at each byte of the text.
        unsafe UInt64(
            littleEndian: text.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    }

    @inline(__always) @unsafe
    private mutating func addGram(_ word: UInt64, at place: Int, _ grams: UnsafeRawPointer) {
        let slot = Gram.filterSlot(lowBytes: word)
        // SAFETY: the filter has a byte for each slot.
        let byte = unsafe grams.load(fromByteOffset: slot.byte, as: UInt8.self)
        if byte != 0, byte &>> slot.bit & 1 != 0 {
            unsafe output.pointee = RuleCandidates.Candidate.gram(at: place)
            unsafe output += 1
        }
    }
}
