import KhienModel

/// What an adblock rule asks of a request besides its pattern.
public struct PatternFlags: OptionSet, Sendable, Hashable {
    public let rawValue: UInt16

    @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `||`: the pattern begins at the host or at one of its labels.
    public static let hostAnchor = PatternFlags(rawValue: 1 << 0)
    /// `|` in front.
    public static let startAnchor = PatternFlags(rawValue: 1 << 1)
    /// `|` at the end.
    public static let endAnchor = PatternFlags(rawValue: 1 << 2)
    public static let matchCase = PatternFlags(rawValue: 1 << 3)
    /// The text is a regular expression; it stands in the table of regexes.
    public static let regex = PatternFlags(rawValue: 1 << 4)
    public static let firstPartyOnly = PatternFlags(rawValue: 1 << 5)
    public static let thirdPartyOnly = PatternFlags(rawValue: 1 << 6)
}

/// One rule of the pattern table, as it is stored.
package struct PatternRule: Sendable {
    package var textOffset: UInt32
    package var textCount: UInt16
    package var flags: PatternFlags
    /// Bit n: the rule speaks of the request type with raw value n.
    package var typeMask: UInt16
    package var includeCount: UInt16
    package var excludeCount: UInt16
    package var denyCount: UInt16
    /// The first of its domains: included ones, then excluded ones, then `denyallow` ones.
    package var domainStart: UInt32
    package var entry: UInt32

    package init(
        textOffset: UInt32, textCount: UInt16, flags: PatternFlags, typeMask: UInt16,
        includeCount: UInt16, excludeCount: UInt16, denyCount: UInt16, domainStart: UInt32,
        entry: UInt32
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
    }

    @usableFromInline package var domainCount: Int {
        Int(includeCount) + Int(excludeCount) + Int(denyCount)
    }
}

/// A run of rules.
package struct RuleRange: Sendable {
    package var start: UInt32
    package var count: UInt32

    @inlinable init(start: UInt32, count: UInt32) {
        self.start = start
        self.count = count
    }
}

/// Adblock rules behind an index of tokens.
///
/// A token is a maximal run of letters, digits and `%` in a lower-case URL. Every rule that surely
/// needs a token stands in the run of its rarest one; the others stand in the run `always`.
///
/// ```
/// offset  size  field
///      0     4  rules (n)              16     4  rules of the run `always`
///      4     4  slots (s, power of 2)  20     4  domains (d)
///      8     4  filter words (f, p. 2) 24     8  length of the text
///     12     4  first rule of `always` 32    32  reserved, 0
///     64   8*f  filter: bit (hash >> 7) % (64 f) is set for each token
///         12*s  slots: token hash u32, first rule u32, rules u32 (0: empty); linear probing
///         24*n  rules: text offset u32, text length u16, flags u16, type mask u16, included u16,
///               excluded u16, denied u16, first domain u32, entry u32
///          8*d  domains: text offset u32, length u32
///               text
/// ```
package struct PatternTable: Sendable {
    package static let headerByteCount = 64
    package static let slotByteCount = 12
    package static let ruleByteCount = 24
    package static let domainByteCount = 8

    package let ruleCount: Int
    package let always: RuleRange
    @usableFromInline let filterMask: UInt32
    @usableFromInline let slotMask: UInt32
    @usableFromInline let filter: ImageBytes
    @usableFromInline let slots: ImageBytes
    @usableFromInline let rules: ImageBytes
    @usableFromInline let domains: ImageBytes
    package let text: ImageBytes

    package init(_ bytes: ImageBytes, entryCount: Int) throws(ImageError) {
        func fail(_ what: String, _ offset: Int) -> ImageError {
            ImageError(.badSection(.patterns, what, offset: offset))
        }
        guard bytes.count >= Self.headerByteCount else { throw fail("no header", bytes.count) }
        let counts = (0..<6).map { Int(bytes.uint32(at: $0 * 4)) }
        let textCount = Int(clamping: bytes.uint64(at: 24))
        let (slotCount, filterWords, domainCount) = (counts[1], counts[2], counts[5])
        guard slotCount > 0, slotCount & (slotCount - 1) == 0, filterWords > 0,
            filterWords & (filterWords - 1) == 0, counts[3] + counts[4] <= counts[0]
        else { throw fail("counts", 0) }
        let slotsOffset = Self.headerByteCount + filterWords * 8
        let rulesOffset = slotsOffset + slotCount * Self.slotByteCount
        let domainsOffset = rulesOffset + counts[0] * Self.ruleByteCount
        let textOffset = domainsOffset + domainCount * Self.domainByteCount
        guard textOffset <= bytes.count, textCount == bytes.count - textOffset else {
            throw fail("offsets do not fit its counts", 0)
        }
        ruleCount = counts[0]
        always = RuleRange(start: UInt32(counts[3]), count: UInt32(counts[4]))
        filterMask = UInt32(truncatingIfNeeded: filterWords * 64 - 1)
        slotMask = UInt32(truncatingIfNeeded: slotCount - 1)
        filter = bytes.slice(Self.headerByteCount, filterWords * 8)
        slots = bytes.slice(slotsOffset, slotCount * Self.slotByteCount)
        rules = bytes.slice(rulesOffset, counts[0] * Self.ruleByteCount)
        domains = bytes.slice(domainsOffset, domainCount * Self.domainByteCount)
        text = bytes.slice(textOffset, textCount)
        try check(slotCount: slotCount, domainCount: domainCount, entryCount: entryCount)
    }

    private func check(slotCount: Int, domainCount: Int, entryCount: Int) throws(ImageError) {
        var empty = 0
        for slot in 0..<slotCount {
            let start = slots.uint32(at: slot * Self.slotByteCount + 4)
            let count = slots.uint32(at: slot * Self.slotByteCount + 8)
            if count == 0 { empty += 1 }
            guard Int(start) + Int(count) <= ruleCount else {
                throw ImageError(.badSection(.patterns, "a slot's rules", offset: slot))
            }
        }
        // Probing ends at an empty slot, so there must be one.
        guard empty > 0 else { throw ImageError(.badSection(.patterns, "no free slot", offset: 0)) }
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

    @inlinable package subscript(index: UInt32) -> PatternRule {
        let record = Int(index) * Self.ruleByteCount
        return PatternRule(
            textOffset: rules.uint32(at: record), textCount: rules.uint16(at: record + 4),
            flags: PatternFlags(rawValue: rules.uint16(at: record + 6)),
            typeMask: rules.uint16(at: record + 8), includeCount: rules.uint16(at: record + 10),
            excludeCount: rules.uint16(at: record + 12), denyCount: rules.uint16(at: record + 14),
            domainStart: rules.uint32(at: record + 16), entry: rules.uint32(at: record + 20))
    }

    /// The rules of a token; nil where no rule waits for it. Allocates nothing.
    @inlinable package func rules(token hash: UInt32) -> RuleRange? {
        let bit = (hash >> 7) & filterMask
        guard filter.uint64(at: Int(bit >> 6) * 8) >> UInt64(bit & 63) & 1 != 0 else { return nil }
        var slot = hash & slotMask
        while true {
            let offset = Int(slot) * Self.slotByteCount
            let count = slots.uint32(at: offset + 8)
            if count == 0 { return nil }
            if slots.uint32(at: offset) == hash {
                return RuleRange(start: slots.uint32(at: offset + 4), count: count)
            }
            slot = (slot &+ 1) & slotMask
        }
    }

    /// A domain of a rule: offset and length in `text`.
    @inlinable package func domain(_ index: Int) -> (offset: Int, count: Int) {
        (Int(domains.uint32(at: index * 8)), Int(domains.uint32(at: index * 8 + 4)))
    }
}
