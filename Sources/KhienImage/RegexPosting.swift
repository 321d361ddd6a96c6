import KhienModel

/// Why a regex may match: up to eight bytes that the URL has, and how far they may stand from its
/// ends. What the posting asks for holds for every match, so whatever lacks it need not be tried.
///
/// ```
/// offset  size  field
///      0     4  number of the regex
///      4     1  where the gram stands in the word
///      5     1  bytes of the word: 3 to 8; 0: there is no gram
///      6     1  the last byte of the URL in lower case; 0: any
///      7     1  reserved, 0
///      8     8  the word: bytes of the URL in lower case, the first the lowest; 0 behind them
///     16     4  bytes in front of the word: at least u16, at most u16 (65,535: any number)
///     20     4  bytes behind the word, likewise
/// ```
public struct RegexPosting: Sendable {
    @inlinable public static var byteCount: Int { 24 }
    @inlinable public static var wordBytes: Int { 8 }

    /// At least so many bytes, and at most.
    public struct Distance: Sendable, Hashable {
        public var least: UInt16
        /// `.max`: any number.
        public var most: UInt16

        public init(least: UInt16, most: UInt16) {
            self.least = least
            self.most = most
        }
    }

    public var regex: UInt32
    public var gramOffset: UInt8
    public var wordCount: UInt8
    public var lastByte: UInt8
    public var word: UInt64
    public var before: Distance
    public var behind: Distance

    public init(
        regex: UInt32, gramOffset: UInt8, wordCount: UInt8, lastByte: UInt8, word: UInt64,
        before: Distance, behind: Distance
    ) {
        self.regex = regex
        self.gramOffset = gramOffset
        self.wordCount = wordCount
        self.lastByte = lastByte
        self.word = word
        self.before = before
        self.behind = behind
    }

    /// A posting that no gram leads to.
    public init(regex: UInt32, lastByte: UInt8, lengthLeast: UInt16) {
        self.init(
            regex: regex, gramOffset: 0, wordCount: 0, lastByte: lastByte, word: 0,
            before: Distance(least: 0, most: .max), behind: Distance(least: lengthLeast, most: .max)
        )
    }

    /// The posting as it is stored.
    public var words: [UInt32] {
        [
            regex, UInt32(gramOffset) | UInt32(wordCount) << 8 | UInt32(lastByte) << 16,
            UInt32(truncatingIfNeeded: word), UInt32(truncatingIfNeeded: word >> 32),
            UInt32(before.least) | UInt32(before.most) << 16,
            UInt32(behind.least) | UInt32(behind.most) << 16,
        ]
    }

    /// Whether the gram lies inside a word of at most eight bytes.
    static func isSound(_ bytes: ImageBytes, at record: Int) -> Bool {
        let (offset, count) = (Int(bytes[record + 4]), Int(bytes[record + 5]))
        return count == 0 ? offset == 0 : count <= wordBytes && offset + Gram.length <= count
    }

    @inlinable @inline(__always) static func mayMatch(
        _ bytes: ImageBytes, at record: Int, place: Int, _ lowered: Span<UInt8>, end: Int
    ) -> Bool {
        let head = bytes.uint32(at: record + 4)
        let start = place - Int(head & 0xFF)
        let count = Int(head >> 8 & 0xFF)
        let rest = end - start - count
        guard start >= 0, rest >= 0 else { return false }
        if count > 0 {
            let difference = lowered.word(at: start) ^ bytes.uint64(at: record + 8)
            guard difference &<< UInt64(64 - count * 8) == 0 else { return false }
        }
        let lastByte = UInt8(truncatingIfNeeded: head >> 16)
        return isWithin(bytes.uint32(at: record + 16), start)
            && isWithin(bytes.uint32(at: record + 20), rest)
            && (lastByte == 0 || (end > 0 && lowered[end - 1] == lastByte))
    }

    @inlinable @inline(__always) static func isWithin(_ distance: UInt32, _ count: Int) -> Bool {
        let most = Int(distance >> 16)
        return count >= Int(distance & 0xFFFF) && (count <= most || most == Int(UInt16.max))
    }
}
