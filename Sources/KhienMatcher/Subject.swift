import KhienImage
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
    private(set) var source = SourcePage()

    init() {
        lowered = [UInt8](repeating: 0, count: 2048)
        tokenBits = [UInt64](repeating: 0, count: 64)
    }

    /// Fills `lowered` and `tokenBits`.
    mutating func lower(_ url: borrowing WebURL) {
        let bytes = url.bytes.span
        let count = url.fragment.map { $0.lowerBound - 1 } ?? bytes.count
        loweredCount = count
        if lowered.count < count + 2 * Self.padding {
            lowered = [UInt8](repeating: 0, count: count * 2 + 64)
            tokenBits = [UInt64](repeating: 0, count: lowered.count / 64 + 2)
        }
        Self.lower(bytes, count, &lowered, &tokenBits)
    }

    private static func lower(
        _ bytes: Span<UInt8>, _ count: Int, _ lowered: inout [UInt8], _ tokenBits: inout [UInt64]
    ) {
        var output = lowered.mutableSpan
        var marks = tokenBits.mutableSpan
        // SAFETY: any bytes are eight UInt8; `storeBytes` checks the bounds.
        var raw = unsafe output.mutableBytes
        var mark: UInt64 = 0
        var position = 0
        while position < count {
            var word: UInt64
            if position <= bytes.count - 8 {
                word = KeyHash.word(bytes, at: position)
                if count - position < 8 { word &= (1 &<< UInt64((count - position) * 8)) - 1 }
            } else {
                word = 0
                for index in position..<count {
                    word |= UInt64(bytes[index]) &<< UInt64((index - position) * 8)
                }
            }
            word = EightBytes.lowered(word)
            raw.storeBytes(of: word, toByteOffset: position, as: UInt64.self)
            mark |= EightBytes.tokenBits(word) &<< UInt64(position & 63)
            position += 8
            if position & 63 == 0 {
                marks[position >> 6 - 1] = mark
                mark = 0
            }
        }
        raw.storeBytes(of: 0, toByteOffset: position, as: UInt64.self)
        marks[position >> 6] = mark
    }

    /// Reads the page that the request comes from.
    mutating func readSource(_ text: Span<UInt8>, _ suffixes: KeyTable, seed: UInt64) {
        source.read(text, suffixes, seed: seed)
    }
}

/// Eight bytes in one word, the first the lowest. Source of the comparisons: H. S. Warren, "Hacker's
/// Delight", section 6-1: adding to the low seven bits of each byte carries into its top bit.
enum EightBytes {
    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var tops: UInt64 { 0x8080_8080_8080_8080 }

    /// ASCII letters in lower case, all else as it is.
    @inline(__always) static func lowered(_ word: UInt64) -> UInt64 {
        let low = word & ~tops
        let isUpper = (low &+ from(0x41)) & ~(low &+ from(0x5B)) & ~word & tops
        return word | isUpper &>> 2
    }

    /// One bit for each byte, the first the lowest: it is `a` to `z`, `0` to `9` or `%`.
    @inline(__always) static func tokenBits(_ word: UInt64) -> UInt64 {
        let low = word & ~tops
        let letter = (low &+ from(0x61)) & ~(low &+ from(0x7B))
        let digit = (low &+ from(0x30)) & ~(low &+ from(0x3A))
        let percent = ~((low ^ ones &* 0x25) &+ ~tops)
        let isToken = (letter | digit | percent) & ~word & tops
        // Each top bit moved to bit 56 and on, in the order of the bytes.
        return ((isToken &>> 7) &* 0x0102_0408_1020_4080) &>> 56
    }

    /// What to add so that the top bit tells whether a byte below 0x80 is `byte` or more.
    @inline(__always) private static func from(_ byte: UInt64) -> UInt64 {
        ones &* (0x80 - byte)
    }
}
