import KhienModel

/// What an adblock rule asks of a request besides its pattern.
public struct PatternFlags: OptionSet, Sendable, Hashable {
    public let rawValue: UInt16

    @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `||`: the pattern begins at the host or at one of its labels.
    @inlinable public static var hostAnchor: PatternFlags { PatternFlags(rawValue: 1 << 0) }
    /// `|` in front.
    @inlinable public static var startAnchor: PatternFlags { PatternFlags(rawValue: 1 << 1) }
    /// `|` at the end.
    @inlinable public static var endAnchor: PatternFlags { PatternFlags(rawValue: 1 << 2) }
    @inlinable public static var matchCase: PatternFlags { PatternFlags(rawValue: 1 << 3) }
    /// The text is a regular expression; it stands in the table of regexes.
    @inlinable public static var regex: PatternFlags { PatternFlags(rawValue: 1 << 4) }
    @inlinable public static var firstPartyOnly: PatternFlags { PatternFlags(rawValue: 1 << 5) }
    @inlinable public static var thirdPartyOnly: PatternFlags { PatternFlags(rawValue: 1 << 6) }
}

/// One rule of the pattern table, as it is stored.
public struct PatternRule: Sendable {
    public var textOffset: UInt32
    public var textCount: UInt16
    public var flags: PatternFlags
    /// Bit n: the rule speaks of the request type with raw value n.
    public var typeMask: UInt16
    public var includeCount: UInt16
    public var excludeCount: UInt16
    public var denyCount: UInt16
    /// The first of its domains: included ones, then excluded ones, then `denyallow` ones.
    public var domainStart: UInt32
    public var entry: UInt32
    /// Where the token or gram that the rule is filed under stands in its text, so that a URL need
    /// be compared at one place only; `noAlignment` where a `*` before it leaves that open.
    public var alignment: UInt16
    /// One byte of the pattern that its index does not speak of.
    public var probe: PatternProbe

    @inlinable public static var noAlignment: UInt16 { .max }

    @inlinable public init(
        textOffset: UInt32, textCount: UInt16, flags: PatternFlags, typeMask: UInt16,
        includeCount: UInt16, excludeCount: UInt16, denyCount: UInt16, domainStart: UInt32,
        entry: UInt32, alignment: UInt16, probe: PatternProbe
    ) {
        self.textOffset = textOffset
        self.textCount = textCount
        self.flags = flags
        self.typeMask = typeMask
        self.includeCount = includeCount
        self.excludeCount = excludeCount
        self.denyCount = denyCount
        self.domainStart = domainStart
        self.entry = entry
        self.alignment = alignment
        self.probe = probe
    }

    @inlinable public var domainCount: Int {
        Int(includeCount) + Int(excludeCount) + Int(denyCount)
    }
}

/// A byte that a URL must have at a distance from where the pattern begins: most URLs that share a
/// rule's token are told apart by it. In lower case.
public struct PatternProbe: Sendable, Hashable {
    public var offset: UInt8
    /// 0: there is none.
    public var byte: UInt8

    @inlinable public init(offset: UInt8, byte: UInt8) {
        self.offset = offset
        self.byte = byte
    }

    @inlinable public static var none: PatternProbe { PatternProbe(offset: 0, byte: 0) }
}

/// A run of rules.
public struct RuleRange: Sendable {
    public var start: UInt32
    public var count: UInt32

    @inlinable init(start: UInt32, count: UInt32) {
        self.start = start
        self.count = count
    }
}

/// Adblock rules behind three indexes.
///
/// A token is a maximal run of letters, digits and `%` in a lower-case URL. A rule that surely needs
/// a token stands in the run of its rarest one; one that needs three bytes in a row, in the run of
/// its rarest gram; one that names the domains of the source, in the run of each of them. The rest
/// stands in the run `always`, which every request pays for.
///
/// ```
/// offset  size  field
///      0     4  rules (n)              20     4  domains (d)
///      4     4  token slots (s)        24     8  length of the text
///      8     4  filter words (f, p. 2) 32     4  gram slots (g)
///     12     4  first rule of `always` 36     4  source slots (h)
///     16     4  rules of the run       40    24  reserved, 0
///     64   8*f  filter: bit (hash >> 7) % (64 f) is set for each token
///         8192  filter of the grams of rules and of regular expressions (`Gram`)
///         12*s  token slots: by the token's hash (`SlotIndex`)
///         12*g  gram slots: by the gram
///         12*h  source slots: by the low half of a domain's hash
///         28*n  rules: text offset u32, text length u16, flags u16, type mask u16, included u16,
///               excluded u16, denied u16, first domain u32, entry u32, alignment u16,
///               probe offset u8, probe byte u8
///          8*d  domains: text offset u32, length u32
///               text
/// ```
public struct PatternTable: Sendable {
    @inlinable public static var headerByteCount: Int { 64 }
    @inlinable public static var ruleByteCount: Int { 28 }
    @inlinable public static var domainByteCount: Int { 8 }

    public let ruleCount: Int
    public let always: RuleRange
    /// The index of tokens.
    public let tokens: TokenIndex
    /// The grams of rules and of regular expressions; says where looking into either index pays.
    public let gramFilter: ImageBytes
    public let grams: SlotIndex
    /// By the low half of a host's hash.
    public let sources: SlotIndex
    @usableFromInline let rules: ImageBytes
    @usableFromInline let domains: ImageBytes
    public let text: ImageBytes

    public init(_ bytes: ImageBytes, entryCount: Int) throws(ImageError) {
        func fail(_ what: String, _ offset: Int) -> ImageError {
            ImageError(.badSection(.patterns, what, offset: offset))
        }
        guard bytes.count >= Self.headerByteCount else { throw fail("no header", bytes.count) }
        let counts = (0..<6).map { Int(bytes.uint32(at: $0 * 4)) }
        let slotCounts = [counts[1], Int(bytes.uint32(at: 32)), Int(bytes.uint32(at: 36))]
        let (ruleCount, filterWords, domainCount) = (counts[0], counts[2], counts[5])
        let lengths =
            [filterWords * 8, Gram.filterByteCount]
            + slotCounts.map { $0 * SlotIndex.slotByteCount }
            + [ruleCount * Self.ruleByteCount, domainCount * Self.domainByteCount]
        let textOffset = lengths.reduce(Self.headerByteCount, +)
        guard filterWords > 0, filterWords & (filterWords - 1) == 0,
            counts[3] + counts[4] <= ruleCount, textOffset <= bytes.count,
            Int(clamping: bytes.uint64(at: 24)) == bytes.count - textOffset
        else { throw fail("offsets do not fit its counts", 0) }
        var parts: [ImageBytes] = []
        var offset = Self.headerByteCount
        for length in lengths {
            parts.append(bytes.slice(offset, length))
            offset += length
        }
        guard let tokens = SlotIndex(parts[2], limit: ruleCount),
            let grams = SlotIndex(parts[3], limit: ruleCount),
            let sources = SlotIndex(parts[4], limit: ruleCount)
        else { throw fail("a slot", 0) }
        self.ruleCount = ruleCount
        always = RuleRange(start: UInt32(counts[3]), count: UInt32(counts[4]))
        self.tokens = TokenIndex(
            filter: parts[0], mask: UInt32(truncatingIfNeeded: filterWords * 64 - 1), slots: tokens)
        gramFilter = parts[1]
        self.grams = grams
        self.sources = sources
        rules = parts[5]
        domains = parts[6]
        text = bytes.slice(textOffset, bytes.count - textOffset)
        try check(domainCount: domainCount, entryCount: entryCount)
    }

    private func check(domainCount: Int, entryCount: Int) throws(ImageError) {
        for index in 0..<ruleCount {
            let rule = self[UInt32(index)]
            guard Int(rule.textOffset) + Int(rule.textCount) <= text.count,
                Int(rule.domainStart) + rule.domainCount <= domainCount,
                Int(rule.entry) < entryCount
            else { throw ImageError(.badSection(.patterns, "rule \(index)", offset: index)) }
        }
        for index in 0..<domainCount {
            let end =
                Int(domains.uint32(at: index * 8)) + Int(domains.uint32(at: index * 8 + 4))
            guard end <= text.count else {
                throw ImageError(.badSection(.patterns, "domain \(index)", offset: index))
            }
        }
    }

    @inlinable public subscript(index: UInt32) -> PatternRule {
        @inline(__always) get {
            // One check of bounds for all fields.
            let rule = rules.slice(Int(index) * Self.ruleByteCount, Self.ruleByteCount)
            return PatternRule(
                textOffset: rule.uint32(at: 0), textCount: rule.uint16(at: 4),
                flags: PatternFlags(rawValue: rule.uint16(at: 6)),
                typeMask: rule.uint16(at: 8), includeCount: rule.uint16(at: 10),
                excludeCount: rule.uint16(at: 12), denyCount: rule.uint16(at: 14),
                domainStart: rule.uint32(at: 16), entry: rule.uint32(at: 20),
                alignment: rule.uint16(at: 24),
                probe: PatternProbe(offset: rule[26], byte: rule[27]))
        }
    }

    /// Whether a rule speaks of requests of a type.
    @inlinable @inline(__always) public func speaks(_ index: UInt32, of type: UInt8) -> Bool {
        rules.uint16(at: Int(index) * Self.ruleByteCount + 8) >> UInt16(type) & 1 != 0
    }

    /// Whether a rule may match; false says surely not. Reads twelve bytes of the rule.
    ///
    /// - Parameters:
    ///   - type: the raw value of the request's type.
    ///   - place: where the rule's token or gram stands; negative: not known.
    ///   - lowered: the URL in lower case; its first `count` bytes are in use.
    @inlinable @inline(__always) public func mayMatch(
        _ index: UInt32, type: UInt8, at place: Int, _ lowered: Span<UInt8>, count: Int
    ) -> Bool {
        // One check of bounds for both words.
        let rule = rules.slice(Int(index) * Self.ruleByteCount, Self.ruleByteCount)
        let types = rule.uint32(at: 8)
        guard types &>> UInt32(type) & 1 != 0 else { return false }
        let tail = rule.uint32(at: 24)
        let alignment = Int(tail & 0xFFFF)
        if place < 0 || alignment == Int(PatternRule.noAlignment) { return true }
        let start = place - alignment
        guard start >= 0 else { return false }
        let byte = UInt8(tail >> 24)
        if byte == 0 { return true }
        let probe = start + Int(tail >> 16 & 0xFF)
        return probe < count && lowered[probe] == byte
    }

    /// A domain of a rule: offset and length in `text`.
    @inlinable public func domain(_ index: Int) -> (offset: Int, count: Int) {
        (Int(domains.uint32(at: index * 8)), Int(domains.uint32(at: index * 8 + 4)))
    }
}

/// The runs of rules that wait for a token, behind a bitmap of all tokens.
public struct TokenIndex: Sendable {
    @usableFromInline let filter: ImageBytes
    /// Bits of the filter less one; the filter has a power of two of them.
    @usableFromInline let mask: UInt32
    @usableFromInline let slots: SlotIndex

    /// 1 where rules may wait for a token; 0 says surely not. Not checked against bounds: measured in
    /// the loop over a URL's tokens (Benchmarks/README.md).
    @inlinable @inline(__always) @unsafe public func mayHaveUnchecked(_ hash: UInt32) -> UInt32 {
        let bit = (hash &>> 7) & mask
        // SAFETY: `mask` is one less than the number of the filter's bits, which the table's reader
        // took from the filter's length.
        let byte = unsafe filter.base.load(fromByteOffset: Int(bit &>> 3), as: UInt8.self)
        return UInt32(byte &>> UInt8(truncatingIfNeeded: bit & 7)) & 1
    }

    /// The rules of a token; nil where no rule waits for it. Allocates nothing.
    @inlinable @inline(__always) public func find(_ hash: UInt32) -> RuleRange? {
        slots.find(hash, hash: hash)
    }
}
