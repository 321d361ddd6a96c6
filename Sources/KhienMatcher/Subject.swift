import KhienImage
import KhienModel
import KhienText

/// The request being matched, in the forms that the tables ask for. Written first, then only read.
struct Subject: ~Copyable {
    /// Zeros behind the lowered URL, so that eight bytes can be read at each of its bytes.
    static let padding = 8

    var lookup = LookupURL()
    /// The lookup form with hidden `..` segments kept; of the last URL that had some.
    var unresolved = LookupURL()
    var hostWalk = HostWalk()
    /// The URL in lower case, without its fragment; then padding.
    private(set) var lowered: [UInt8] = []
    /// The length of the URL in `lowered`.
    private(set) var loweredCount = 0
    /// One bit for each byte of `lowered`: it belongs to a token.
    private(set) var tokenBits: [UInt64] = []
    /// One bit for each byte of `lowered`: a gram that an index may have begins there.
    private(set) var gramBits: [UInt64] = []
    var source = SourcePage()

    init() {
        lowered = [UInt8](repeating: 0, count: 2048)
        tokenBits = [UInt64](repeating: 0, count: 64)
        gramBits = tokenBits
    }

    /// Fills `lowered` and `tokenBits` from a URL without fragment.
    mutating func lower(_ bytes: Span<UInt8>) {
        loweredCount = bytes.count
        if lowered.count < bytes.count + 2 * Self.padding {
            lowered = [UInt8](repeating: 0, count: bytes.count * 2 + 64)
            tokenBits = [UInt64](repeating: 0, count: lowered.count / 64 + 2)
            gramBits = tokenBits
        }
        Self.lower(bytes, &lowered, &tokenBits)
    }

    private static func lower(
        _ bytes: Span<UInt8>, _ lowered: inout [UInt8], _ tokenBits: inout [UInt64]
    ) {
        var output = lowered.mutableSpan
        var marks = tokenBits.mutableSpan
        var mark: UInt64 = 0
        var position = 0
        while position < bytes.count {
            var word: UInt64 = 0
            if position <= bytes.count - 8 {
                word = bytes.word(at: position)
            } else if bytes.count >= 8 {
                // The word that ends with the URL; what was written before is shifted out.
                let shift = UInt64(truncatingIfNeeded: (8 - (bytes.count - position)) * 8)
                word = bytes.word(at: bytes.count - 8) &>> shift
            } else {
                for index in position..<bytes.count {
                    word |= UInt64(bytes[index]) &<< UInt64((index - position) * 8)
                }
            }
            word = word.asciiLowered
            output.store(word, at: position)
            mark |= Token.bits(word) &<< UInt64(position & 63)
            position += 8
            if position & 63 == 0 {
                marks[position >> 6 - 1] = mark
                mark = 0
            }
        }
        output.store(0, at: position)
        marks[position >> 6] = mark
    }

    /// Marks in `gramBits` where a gram stands that the filter may have.
    ///
    /// The parts are handed over by reference, so that one is read while the other is written.
    mutating func markGrams(_ filter: ImageBytes) {
        Self.markGrams(filter, &lowered, count: loweredCount, &gramBits)
    }

    private static func markGrams(
        _ filter: ImageBytes, _ lowered: inout [UInt8], count: Int, _ gramBits: inout [UInt64]
    ) {
        let lowered = lowered.span
        var marks = gramBits.mutableSpan
        // Grams begin in front of this place; those that the last word has behind it are dropped.
        let end = count - (Gram.length - 1)
        var mark: UInt64 = 0
        var position = 0
        while position < end {
            let word = lowered.word(at: position)
            var found: UInt64 = 0
            for place in 0..<4 as Range<UInt64> {
                let bytes = UInt32(truncatingIfNeeded: word &>> (place &* 8))
                found |= Gram.filterBit(ofLowBytes: bytes, in: filter) &<< place
            }
            mark |= found &<< UInt64(truncatingIfNeeded: position & 63)
            position += 4
            if position & 63 == 0 {
                marks[position >> 6 - 1] = mark
                mark = 0
            }
        }
        marks[position >> 6] = mark
        if end > 0, end & 63 != 0 {
            marks[end >> 6] &= (1 &<< UInt64(truncatingIfNeeded: end & 63)) &- 1
        }
    }

    /// Writes the lookup form of `url`, which is in `lookup`, with the URL's scheme before it.
    ///
    /// - Returns: where the host stands in `text`.
    func writeLookup(of url: borrowing WebURL, to text: inout [UInt8]) -> Range<Int> {
        text.removeAll(keepingCapacity: true)
        text.append(bytesOf: url.bytes.span.extracting(url.scheme))
        for byte in "://".utf8 { text.append(byte) }
        let start = text.count
        text.append(bytesOf: lookup.bytes.span)
        return start..<start + lookup.hostEnd
    }
}
