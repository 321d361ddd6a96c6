import KhienModel

/// One regular expression, as it is stored.
public struct RegexRecord: Sendable {
    public var textOffset: UInt32
    public var textCount: UInt32
    public var isCaseless: Bool
    /// The rule whose options apply, in the pattern table.
    public var rule: UInt32

    @inlinable init(textOffset: UInt32, textCount: UInt32, isCaseless: Bool, rule: UInt32) {
        self.textOffset = textOffset
        self.textCount = textCount
        self.isCaseless = isCaseless
        self.rule = rule
    }
}

/// Regular expressions behind an index of three-byte grams.
///
/// The compiler derives, where it can, literals of which one must occur in every match, and files
/// the regex under one gram of each. A regex that asks for one of certain sources is filed under
/// these instead. Regexes with neither stand in the run `always`. Grams are taken from the
/// lower-case URL. A posting says what else the URL must have, so that PCRE2 is rarely called.
///
/// ```
/// offset  size  field
///      0     4  regexes (n)            16     4  postings of the run `always`
///      4     4  gram slots (s)         20     4  source slots (h)
///      8     4  postings (p)           24     8  length of the text
///     12     4  first posting of `always`  32  32  reserved, 0
///     64  8192  filter: bit hash % 65536 is set for each gram
///         12*s  slots by gram (`SlotIndex`): runs of postings
///         12*h  slots by the low half of a source's hash
///         24*p  postings (`RegexPosting`)
///         16*n  regexes: text offset u32, text length u32, flags u32 (bit 0: caseless), rule u32
///               text: PCRE2 patterns
/// ```
public struct RegexTable: Sendable {
    @inlinable public static var headerByteCount: Int { 64 }
    @inlinable public static var recordByteCount: Int { 16 }

    public let count: Int
    public let always: RuleRange
    @usableFromInline let filter: ImageBytes
    public let grams: SlotIndex
    /// By the low half of a host's hash; the runs are of postings.
    public let sources: SlotIndex
    @usableFromInline let postings: ImageBytes
    @usableFromInline let records: ImageBytes
    public let text: ImageBytes

    public init(_ bytes: ImageBytes, ruleCount: Int) throws(ImageError) {
        func fail(_ what: String, _ offset: Int) -> ImageError {
            ImageError(.badSection(.regexes, what, offset: offset))
        }
        guard bytes.count >= Self.headerByteCount + Gram.filterByteCount else {
            throw fail("no header", bytes.count)
        }
        let counts = (0..<6).map { Int(bytes.uint32(at: $0 * 4)) }
        let (slotCount, postingCount) = (counts[1], counts[2])
        let slotsOffset = Self.headerByteCount + Gram.filterByteCount
        let sourcesOffset = slotsOffset + slotCount * SlotIndex.slotByteCount
        let postingsOffset = sourcesOffset + counts[5] * SlotIndex.slotByteCount
        let recordsOffset = postingsOffset + postingCount * RegexPosting.byteCount
        let textOffset = recordsOffset + counts[0] * Self.recordByteCount
        guard textOffset <= bytes.count,
            Int(clamping: bytes.uint64(at: 24)) == bytes.count - textOffset,
            counts[3] + counts[4] <= postingCount,
            let grams = SlotIndex(
                bytes.slice(slotsOffset, slotCount * SlotIndex.slotByteCount),
                limit: postingCount),
            let sources = SlotIndex(
                bytes.slice(sourcesOffset, counts[5] * SlotIndex.slotByteCount),
                limit: postingCount)
        else { throw fail("offsets do not fit its counts", 0) }
        count = counts[0]
        always = RuleRange(start: UInt32(counts[3]), count: UInt32(counts[4]))
        self.grams = grams
        self.sources = sources
        filter = bytes.slice(Self.headerByteCount, Gram.filterByteCount)
        postings = bytes.slice(postingsOffset, postingCount * RegexPosting.byteCount)
        records = bytes.slice(recordsOffset, counts[0] * Self.recordByteCount)
        text = bytes.slice(textOffset, bytes.count - textOffset)
        try check(postingCount: postingCount, ruleCount: ruleCount)
    }

    private func check(postingCount: Int, ruleCount: Int) throws(ImageError) {
        func fail(_ what: String, _ offset: Int) -> ImageError {
            ImageError(.badSection(.regexes, what, offset: offset))
        }
        for index in 0..<postingCount {
            guard posting(UInt32(index)) < count,
                RegexPosting.isSound(postings, at: index * RegexPosting.byteCount)
            else { throw fail("posting \(index)", index) }
        }
        for index in 0..<count {
            let record = self[index]
            guard Int(record.textOffset) + Int(record.textCount) <= text.count,
                Int(record.rule) < ruleCount
            else { throw fail("regex \(index)", index) }
        }
    }

    public subscript(index: Int) -> RegexRecord {
        let record = index * Self.recordByteCount
        return RegexRecord(
            textOffset: records.uint32(at: record), textCount: records.uint32(at: record + 4),
            isCaseless: records.uint32(at: record + 8) & 1 != 0,
            rule: records.uint32(at: record + 12))
    }

    /// The rule of a regex. Allocates nothing.
    @inlinable @inline(__always) public func rule(of index: Int) -> UInt32 {
        records.uint32(at: index * Self.recordByteCount + 12)
    }

    /// The postings of a gram; nil where no regex waits for it. Allocates nothing.
    @inlinable @inline(__always) public func postings(gram: UInt32) -> RuleRange? {
        let hash = Gram.hash(gram)
        guard Gram.mayHave(hash, in: filter) else { return nil }
        return grams.find(gram, hash: hash)
    }

    /// The number of the regex in a posting.
    @inlinable @inline(__always) public func posting(_ index: UInt32) -> Int {
        Int(postings.uint32(at: Int(index) * RegexPosting.byteCount))
    }

    /// Whether a URL has what a posting asks for; false says that the regex does not match it.
    ///
    /// - Parameters:
    ///   - place: where the posting's gram stands in `lowered`; 0 for a posting without gram.
    ///   - lowered: the URL in lower case, eight bytes of padding behind it.
    ///   - end: where the subject ends in `lowered`.
    @inlinable @inline(__always) public func mayMatch(
        _ index: UInt32, at place: Int, _ lowered: Span<UInt8>, end: Int
    ) -> Bool {
        RegexPosting.mayMatch(
            postings, at: Int(index) * RegexPosting.byteCount, place: place, lowered, end: end)
    }
}
