import KhienModel

/// What is asked of the signs beside an occurrence.
public struct LiteralFlags: OptionSet, Sendable {
    public let rawValue: UInt8

    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// No word goes on before an occurrence.
    @inlinable public static var startsWord: LiteralFlags { LiteralFlags(rawValue: 1) }
    /// No word goes on after an occurrence.
    @inlinable public static var endsWord: LiteralFlags { LiteralFlags(rawValue: 2) }
}

/// Where a literal's bytes stand in the table's text, and what is asked of the signs beside it.
public struct LiteralRecord: Sendable {
    @usableFromInline let words: UInt64

    /// - Parameter words: as they stand in the image.
    @inlinable init(words: UInt64) { self.words = words }

    @inlinable public var offset: Int { Int(words & 0xFFFF_FFFF) }
    /// 1 to 255 bytes.
    @inlinable public var count: Int { Int(words >> 32 & 0xFF) }
    @inlinable public var flags: LiteralFlags {
        LiteralFlags(rawValue: UInt8(truncatingIfNeeded: words >> 40))
    }
}

/// The literals that the scanner looks for, with its index of them: section 13, `literals`.
///
/// A literal's number is its place in the list that the table was made of. The text is looked at in
/// *windows* of eight bytes from every second place. Each literal of three bytes or more has two
/// windows, one for each way in which it can lie; shorter ones are found by pairs of bytes.
///
/// ```
/// offset  size  field
///      0     4  literals (n), at most 2^20
///      4     4  flags: bit 0: ASCII letters match in either case
///      8     4  length of the longest literal; 0: there are none
///     12     2  cell hash: multiplier of b0 and b1     14  2  of b2
///     16     8  length of the text
///     24     4  postings (p)
///     28     4  bits of a cell's number (c): 1 to 16
///     32     4  bits of a bucket's number (b): 1 to 24
///     36   6*1  binary logarithm of the bits of each filter: six, back, four, head, tail, pair: 5 to 24
///     42    22  reserved, 0
///     64 4*2^c  cells, u32
///               filters, in this order
///     4*(2^b+2) buckets, u32: of each the first posting; then p, and 0
///         16*p  postings (`LiteralPosting`), by bucket: the upper bits of their tags
///          8*n  literals: text offset u32, length u8, flags u8, reserved u16
///               text
/// ```
public struct LiteralTable: Sendable {
    @inlinable public static var headerByteCount: Int { 64 }
    @inlinable public static var recordByteCount: Int { 8 }
    static let filterCount = LiteralKind.allCases.count

    public let count: Int
    /// Whether ASCII letters match in either case; the literals are stored in lower case then.
    public let isCaseless: Bool
    /// Bytes of the longest literal; 0 where there is none.
    public let bytesMax: Int
    public let hash: LiteralHash
    /// 16 less the bits of a cell's number.
    public let cellShift: UInt16
    /// Bit b of a cell: windows with this cell and bit are to be looked at.
    public let cells: ImageBytes
    public let six: LiteralFilter
    public let back: LiteralFilter
    public let four: LiteralFilter
    public let head: LiteralFilter
    public let tail: LiteralFilter
    public let pair: LiteralFilter
    /// Whether there are literals of one or two bytes.
    public let hasPairs: Bool
    /// The distinct literals of two bytes, with bit 5 set where case does not matter, where there are
    /// so few that text is compared with each; none where there are more, or some of one byte.
    public private(set) var pairs = InlineArray<16, UInt16>(repeating: 0)
    public private(set) var pairCount = 0
    /// The bits in which all of them are the same.
    public private(set) var pairMask = UInt16.max
    /// Of all literals of one and two bytes, in eight buckets: a bit for each bucket of which a pair
    /// has this lower half (16 bytes) or upper half (16 bytes) of its first byte, and so of its second.
    public private(set) var pairHalves = InlineArray<64, UInt8>(repeating: 0)
    /// Whether all of those begin with a byte beyond ASCII.
    public private(set) var pairsAreBeyondASCII = true
    public let postingCount: Int
    /// 32 less the bits of a bucket's number.
    @usableFromInline let bucketShift: UInt32
    @usableFromInline let buckets: ImageBytes
    public let postings: ImageBytes
    @usableFromInline let records: ImageBytes
    @usableFromInline let text: ImageBytes

    /// Reads and checks the section; all that a scanner follows was checked here.
    public init(_ bytes: ImageBytes) throws(ImageError) {
        func fail(_ what: String, _ offset: Int) -> ImageError {
            ImageError(.badSection(.literals, what, offset: offset))
        }
        guard bytes.count >= Self.headerByteCount else { throw fail("no header", bytes.count) }
        let cellBits = Int(bytes.uint32(at: 28))
        guard cellBits >= 1, cellBits <= 16 else { throw fail("cells", 28) }
        let bucketBits = Int(bytes.uint32(at: 32))
        guard bucketBits >= 1, bucketBits <= 24 else { throw fail("buckets", 32) }
        postingCount = Int(bytes.uint32(at: 24))
        count = Int(bytes.uint32(at: 0))
        var lengths = [4 << cellBits]
        for index in 0..<Self.filterCount {
            let filterBits = Int(bytes[36 + index])
            guard filterBits >= 5, filterBits <= 24,
                index != LiteralKind.pair.rawValue || filterBits == 5 || filterBits == 16
            else { throw fail("filter", 36 + index) }
            lengths.append(1 << (filterBits - 3))
        }
        lengths += [
            4 * ((1 << bucketBits) + 2), postingCount * LiteralPosting.byteCount,
            count * Self.recordByteCount,
        ]
        let textOffset = lengths.reduce(Self.headerByteCount, +)
        guard count <= Limits.Literals.countMax, textOffset <= bytes.count,
            Int(clamping: bytes.uint64(at: 16)) == bytes.count - textOffset
        else { throw fail("offsets do not fit its counts", 0) }
        var parts: [ImageBytes] = []
        var offset = Self.headerByteCount
        for length in lengths {
            parts.append(bytes.slice(offset, length))
            offset += length
        }
        let filters = parts[1...Self.filterCount].compactMap { LiteralFilter($0) }
        guard filters.count == Self.filterCount else { throw fail("a filter", 64) }
        isCaseless = bytes.uint32(at: 4) & 1 != 0
        bytesMax = Int(bytes.uint32(at: 8))
        hash = LiteralHash(first: bytes.uint16(at: 12), second: bytes.uint16(at: 14))
        guard hash.first & hash.second & 1 == 1 else { throw fail("an even multiplier", 12) }
        guard postingCount <= 2 * count else { throw fail("too many postings", 24) }
        cellShift = UInt16(16 - cellBits)
        cells = parts[0]
        (six, back, four) = (filters[0], filters[1], filters[2])
        (head, tail, pair) = (filters[3], filters[4], filters[5])
        hasPairs = bytes[36 + LiteralKind.pair.rawValue] == 16
        bucketShift = UInt32(32 - bucketBits)
        buckets = parts[7]
        postings = parts[8]
        records = parts[9]
        text = bytes.slice(textOffset, bytes.count - textOffset)
        try check()
        if hasPairs { gatherPairs() }
    }

    private mutating func gatherPairs() {
        let fold: UInt8 = isCaseless ? 0x20 : 0
        var words: Set<UInt16> = []
        var singles: Set<UInt8> = []
        for literal in 0..<UInt32(count) {
            let bytes = bytes(of: literal)
            if bytes.count == 1 { singles.insert(bytes[0] | fold) }
            if bytes.count == 2 {
                words.insert(UInt16(bytes[0] | fold) | UInt16(bytes[1] | fold) << 8)
            }
        }
        // Pairs with the same first byte have the same bucket, if there is room.
        for (rank, pair) in words.sorted(by: { ($0 & 0xFF, $0) < ($1 & 0xFF, $1) }).enumerated() {
            let bucket: UInt8 = 1 << UInt8(rank * 8 / words.count)
            markHalves(of: UInt8(truncatingIfNeeded: pair), 0, bucket)
            markHalves(of: UInt8(truncatingIfNeeded: pair >> 8), 32, bucket)
        }
        for single in singles {
            markHalves(of: single, 0, 0x80)
            for half in 32..<64 { pairHalves[half] |= 0x80 }
        }
        guard words.count <= pairs.count, singles.isEmpty else { return }
        while let pair = words.popFirst() {
            pairs[pairCount] = pair
            pairCount += 1
            pairMask &= ~(pair ^ pairs[0])
        }
    }

    private mutating func markHalves(of byte: UInt8, _ table: Int, _ bucket: UInt8) {
        if table == 0, byte < 0x80 { pairsAreBeyondASCII = false }
        pairHalves[table + Int(byte & 15)] |= bucket
        pairHalves[table + 16 + Int(byte >> 4)] |= bucket
    }

    private func check() throws(ImageError) {
        func fail(_ what: String, _ offset: Int) -> ImageError {
            ImageError(.badSection(.literals, what, offset: offset))
        }
        var first: UInt32 = 0
        for bucket in 0..<buckets.count / 4 - 1 {
            let next = buckets.uint32(at: 4 * bucket)
            guard next >= first, next <= postingCount, bucket > 0 || next == 0 else {
                throw fail("bucket \(bucket)", bucket)
            }
            first = next
        }
        guard first == postingCount else { throw fail("buckets end at \(first)", 32) }
        var longest = 0
        for index in 0..<count {
            let length = Int(records[index * Self.recordByteCount + 4])
            guard length > 0,
                Int(records.uint32(at: index * Self.recordByteCount)) + length <= text.count
            else { throw fail("literal \(index)", index) }
            longest = max(longest, length)
        }
        guard longest == bytesMax else { throw fail("the longest has \(longest) bytes", 8) }
        for index in 0..<postingCount {
            let posting = self.posting(index)
            // So a value lies within eight bytes of the window, and is whole where it is short.
            guard posting.literal < count else { throw fail("posting \(index)", index) }
            let length = Int(records[Int(posting.literal) * Self.recordByteCount + 4])
            guard posting.valueBytes == min(8, length),
                posting.offset < length,
                length - posting.offset <= Limits.Literals.reachBytesMax
            else { throw fail("posting \(index)", index) }
        }
    }

    /// What the image says of a literal. Traps where there is none.
    @inlinable @inline(__always) public func record(of literal: UInt32) -> LiteralRecord {
        LiteralRecord(words: records.uint64(at: Int(literal) &* Self.recordByteCount))
    }

    /// The bytes of a literal.
    @inlinable @inline(__always) public func bytes(of record: LiteralRecord) -> ImageBytes {
        text.slice(record.offset, record.count)
    }

    /// Eight bytes from a literal's begin; nil where the table ends before.
    @inlinable @inline(__always) public func word(of record: LiteralRecord) -> UInt64? {
        record.offset <= text.count &- 8 ? text.uint64(at: record.offset) : nil
    }

    /// The bytes of a literal. Traps where there is none.
    @inlinable public func bytes(of literal: UInt32) -> ImageBytes {
        bytes(of: record(of: literal))
    }

    /// The flags of a literal. Traps where there is none.
    @inlinable public func flags(of literal: UInt32) -> LiteralFlags { record(of: literal).flags }

    /// The postings among which those of a tag are; others may be there.
    @inlinable @inline(__always) public func bucket(_ tag: UInt32) -> (start: Int, end: Int) {
        // SAFETY: a bucket's number has as many bits as there are buckets, and one word follows;
        // `init` checked it.
        let two = unsafe buckets.base.loadUnaligned(
            fromByteOffset: Int(tag &>> bucketShift) &* 4, as: UInt64.self)
        return (Int(two & 0xFFFF_FFFF), Int(two &>> 32))
    }

    /// A posting. Traps where there is none.
    @inlinable @inline(__always) public func posting(_ index: Int) -> LiteralPosting {
        LiteralPosting(postings, at: index &* LiteralPosting.byteCount)
    }
}
