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
