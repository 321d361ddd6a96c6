import KhienModel

/// Phrase rules: from the literals of section 13 to terms, rules, groups and windows.
///
/// ```
/// offset  size  field
///      0     4  literals (l)           16     4  regular expressions (x)
///      4     4  postings (p)           20     4  groups (g)
///      8     4  terms (t)              24     4  windows (w)
///     12     4  rules (r)              28     4  reserved, 0
///     32     8  length of the text     40    24  reserved, 0
///     64 4*l+4  first posting of each literal, u32, then the number of postings
///          8*p  postings: term or expression u32, layers u16, views u8, kind u8
///          8*t  terms: rule u32, layers u16, views u8, place u8
///         40*r  rules, in the order of their entries
///         16*x  expressions: term u32, flags u32 (bit 0: always), text offset u32, length u32
///         16*g  groups: name offset u32, length u32, limit i32 (-2^31: none; below zero: what the group takes off at
///               most), the same below zero beside a limit i32 (0: none)
///          8*w  windows: days u8, more u8, first minute u16, last minute u16, reserved u16
///               text: rules as people write them, expressions, names of groups
///
/// rule, 40 bytes
///      0     4  entry                  20     2  group
///      4     4  first term             22     2  first window (0xFFFF: none)
///      8     4  weight, i32            24     4  text offset
///     12     4  count at most (0: all) 28     4  text length
///     16     4  distance at least      32     1  terms, 1 to 32
///                                      33     1  effect
///                                      34     1  scope
///                                      35     5  reserved, 0
/// ```
///
/// A posting of kind 1 names an expression: an occurrence of its literal says where to try it.
/// A rule with several windows names the first; `more` is 1 where the next record belongs to it.
public struct PhraseTable: Sendable {
    @inlinable public static var headerByteCount: Int { 64 }
    @inlinable public static var postingByteCount: Int { 8 }
    @inlinable public static var termByteCount: Int { 8 }
    @inlinable public static var ruleByteCount: Int { 40 }
    public static let regexByteCount = 16
    public static let groupByteCount = 16
    public static let windowByteCount = 8
    /// The window of a rule that always holds.
    @inlinable public static var noWindow: UInt16 { .max }
    /// The limit of a group that has none of its own.
    public static let noLimit = Int32.min

    public let literalCount: Int
    public let postingCount: Int
    public let termCount: Int
    public let ruleCount: Int
    public let regexCount: Int
    public let groupCount: Int
    public let windowCount: Int
    @usableFromInline let starts: ImageBytes
    @usableFromInline let postings: ImageBytes
    @usableFromInline let terms: ImageBytes
    @usableFromInline let rules: ImageBytes
    private let regexes: ImageBytes
    private let groups: ImageBytes
    private let windows: ImageBytes
    public let text: ImageBytes

    /// Checks every record.
    ///
    /// - Parameter literalCount: the literals of section 13.
    public init(
        _ bytes: ImageBytes, literalCount: Int, entryCount: Int
    ) throws(ImageError) {
        guard bytes.count >= Self.headerByteCount else {
            throw ImageError(.badSection(.phrases, "no header", offset: bytes.count))
        }
        let counts = (0..<7).map { Int(bytes.uint32(at: $0 * 4)) }
        let sizes = [
            counts[0] * 4 + 4, counts[1] * Self.postingByteCount, counts[2] * Self.termByteCount,
            counts[3] * Self.ruleByteCount, counts[4] * Self.regexByteCount,
            counts[5] * Self.groupByteCount, counts[6] * Self.windowByteCount,
        ]
        let textOffset = sizes.reduce(Self.headerByteCount, +)
        guard textOffset <= bytes.count,
            Int(clamping: bytes.uint64(at: 32)) == bytes.count - textOffset
        else {
            throw ImageError(.badSection(.phrases, "offsets do not fit its counts", offset: 0))
        }
        var offset = Self.headerByteCount
        func next(_ size: Int) -> ImageBytes {
            defer { offset += size }
            return bytes.slice(offset, size)
        }
        guard counts[0] == literalCount else { throw Self.fail("number of literals", counts[0]) }
        self.literalCount = counts[0]
        postingCount = counts[1]
        termCount = counts[2]
        ruleCount = counts[3]
        regexCount = counts[4]
        groupCount = counts[5]
        windowCount = counts[6]
        starts = next(sizes[0])
        postings = next(sizes[1])
        terms = next(sizes[2])
        rules = next(sizes[3])
        regexes = next(sizes[4])
        groups = next(sizes[5])
        windows = next(sizes[6])
        text = next(bytes.count - textOffset)
        try checkPostings()
        try checkRules(entryCount: entryCount)
        try checkRest()
    }

    // MARK: Checks

    private static func fail(_ what: String, _ index: Int) -> ImageError {
        ImageError(.badSection(.phrases, "\(what) \(index)", offset: index))
    }

    private func checkPostings() throws(ImageError) {
        var last: UInt32 = 0
        for literal in 0...literalCount {
            let start = starts.uint32(at: literal * 4)
            guard start >= last, Int(start) <= postingCount, literal > 0 || start == 0 else {
                throw Self.fail("first posting of literal", literal)
            }
            last = start
        }
        guard Int(last) == postingCount else { throw Self.fail("number of postings", literalCount) }
        for index in 0..<postingCount {
            let place = index * Self.postingByteCount
            let number = Int(postings.uint32(at: place))
            guard Self.areSets(postings, at: place + 4),
                let kind = PhrasePosting.Kind(rawValue: postings[place + 7]),
                number < (kind == .term ? termCount : regexCount)
            else { throw Self.fail("posting", index) }
        }
    }

    /// Whether a set of layers and one of views stand at `offset`, none of them empty.
    private static func areSets(_ bytes: ImageBytes, at offset: Int) -> Bool {
        let layers = TextLayers(rawValue: bytes.uint16(at: offset))
        let views = TextViews(rawValue: bytes[offset + 2])
        return !layers.isEmpty && TextLayers.all.isSuperset(of: layers)
            && !views.isDisjoint(with: .all) && TextViews.everyReading.isSuperset(of: views)
    }

    private func checkRules(entryCount: Int) throws(ImageError) {
        var term = 0
        var entry = -1
        for index in 0..<ruleCount {
            let place = index * Self.ruleByteCount
            let termsOfRule = Int(rules[place + 32])
            let window = rules.uint16(at: place + 22)
            let scope = rules[place + 34]
            guard Int(rules.uint32(at: place)) > entry,
                Int(rules.uint32(at: place)) < entryCount,
                Int(rules.uint32(at: place + 4)) == term,
                termsOfRule > 0, termsOfRule <= Limits.Phrases.termsPerRuleMax,
                term + termsOfRule <= termCount,
                Int(rules.uint16(at: place + 20)) < groupCount,
                window == Self.noWindow || Int(window) < windowCount,
                PhraseEffect(rawValue: rules[place + 33]) != nil, scope > 0, scope <= 3,
                isText(rules, at: place + 24), rules[place + 35] == 0,
                rules.uint32(at: place + 36) == 0
            else { throw Self.fail("rule", index) }
            let weight = Int32(bitPattern: rules.uint32(at: place + 8))
            guard weight.magnitude <= Limits.Phrases.weightMax.magnitude else {
                throw Self.fail("weight of rule", index)
            }
            entry = Int(rules.uint32(at: place))
            for number in term..<term + termsOfRule {
                let record = number * Self.termByteCount
                guard Int(terms.uint32(at: record)) == index,
                    Int(terms[record + 7]) == number - term, Self.areSets(terms, at: record + 4)
                else { throw Self.fail("term", number) }
            }
            term += termsOfRule
        }
        guard term == termCount else { throw Self.fail("number of terms", term) }
    }

    private func checkRest() throws(ImageError) {
        for index in 0..<regexCount {
            let place = index * Self.regexByteCount
            guard Int(regexes.uint32(at: place)) < termCount, regexes.uint32(at: place + 4) < 2,
                isText(regexes, at: place + 8)
            else { throw Self.fail("expression", index) }
        }
        for index in 0..<groupCount {
            let (limit, relief) = limits(ofGroup: index)
            let most = Limits.Phrases.weightMax.magnitude
            guard isText(groups, at: index * Self.groupByteCount),
                limit == Self.noLimit || limit.magnitude <= most,
                relief == 0 || relief < 0 && limit > 0 && relief.magnitude <= most
            else { throw Self.fail("group", index) }
        }
        for index in 0..<windowCount {
            let more = windows[index * Self.windowByteCount + 1]
            guard window(index) != nil, more < 2, more == 0 || index + 1 < windowCount else {
                throw Self.fail("window", index)
            }
        }
    }

    /// Whether the offset and the length at `offset` lie inside the text.
    private func isText(_ bytes: ImageBytes, at offset: Int) -> Bool {
        Int(bytes.uint32(at: offset)) + Int(bytes.uint32(at: offset + 4)) <= text.count
    }

    private func window(_ index: Int) -> PhraseWindow? {
        let place = index * Self.windowByteCount
        return PhraseWindow(
            days: windows[place], firstMinute: windows.uint16(at: place + 2),
            lastMinute: windows.uint16(at: place + 4))
    }
}

// MARK: Reading

extension PhraseTable {
    /// The postings of a literal. Allocates nothing. Traps where there is no such literal.
    @inlinable @inline(__always) public func postings(of literal: UInt32) -> Range<Int> {
        let place = Int(literal) * 4
        let (start, end) = (starts.uint32(at: place), starts.uint32(at: place + 4))
        return Int(start)..<Int(end)
    }

    /// Allocates nothing.
    @inlinable @inline(__always) public func posting(_ index: Int) -> PhrasePosting {
        let place = index * Self.postingByteCount
        return PhrasePosting(
            number: postings.uint32(at: place),
            layers: TextLayers(rawValue: postings.uint16(at: place + 4)),
            views: TextViews(rawValue: postings[place + 6]),
            kind: postings[place + 7] == 0 ? .term : .regex)
    }

    /// Allocates nothing.
    @inlinable @inline(__always) public func term(_ index: UInt32) -> PhraseTermRecord {
        let place = Int(index) * Self.termByteCount
        return PhraseTermRecord(
            rule: terms.uint32(at: place),
            layers: TextLayers(rawValue: terms.uint16(at: place + 4)),
            views: TextViews(rawValue: terms[place + 6]), place: terms[place + 7])
    }

    /// Allocates nothing.
    @inlinable @inline(__always) public func rule(_ index: UInt32) -> PhraseRuleRecord {
        let place = Int(index) * Self.ruleByteCount
        return PhraseRuleRecord(
            entry: EntryIndex(rules.uint32(at: place)), firstTerm: rules.uint32(at: place + 4),
            termCount: rules[place + 32],
            effect: PhraseEffect(rawValue: rules[place + 33]) ?? .weigh,
            scope: PhraseScope(rawValue: rules[place + 34]),
            weight: Int32(bitPattern: rules.uint32(at: place + 8)),
            countMax: rules.uint32(at: place + 12), distanceMin: rules.uint32(at: place + 16),
            group: rules.uint16(at: place + 20), window: rules.uint16(at: place + 22))
    }

    /// The rule as people write it: `<a>,<b><50>`. Allocates.
    public func ruleText(_ index: UInt32) -> String {
        let place = Int(index) * Self.ruleByteCount
        return string(rules, at: place + 24)
    }

    /// The rule of an entry; nil: the entry is no phrase. Rules stand in the order of their entries.
    public func rule(holding entry: EntryIndex) -> UInt32? {
        var (low, high) = (0, ruleCount)
        while low < high {
            let middle = (low + high) / 2
            let found = rules.uint32(at: middle * Self.ruleByteCount)
            if found == entry.value { return UInt32(middle) }
            if found < entry.value { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    public func regex(_ index: Int) -> PhraseRegexRecord {
        let place = index * Self.regexByteCount
        return PhraseRegexRecord(
            term: regexes.uint32(at: place), isAlways: regexes.uint32(at: place + 4) & 1 != 0,
            textOffset: regexes.uint32(at: place + 8), textCount: regexes.uint32(at: place + 12))
    }

    /// The pattern of an expression (PCRE2, in canonical text).
    public func pattern(ofRegex index: Int) -> ImageBytes {
        let record = regex(index)
        return text.slice(Int(record.textOffset), Int(record.textCount))
    }

    /// Allocates.
    public func group(_ index: UInt16) -> PhraseGroup {
        let place = Int(index) * Self.groupByteCount
        let (limit, relief) = limits(ofGroup: Int(index))
        var group = PhraseGroup(name: string(groups, at: place))
        if limit > 0 {
            group.limit = limit
            group.relief = relief < 0 ? relief : nil
        } else if limit < 0, limit != Self.noLimit {
            group.relief = limit
        }
        return group
    }

    /// The two numbers of a group as they stand. Allocates nothing.
    private func limits(ofGroup index: Int) -> (limit: Int32, relief: Int32) {
        let place = index * Self.groupByteCount
        return (
            Int32(bitPattern: groups.uint32(at: place + 8)),
            Int32(bitPattern: groups.uint32(at: place + 12))
        )
    }

    /// Whether one of the windows from `first` on holds. Allocates nothing.
    ///
    /// - Parameters:
    ///   - day: 0 is Monday.
    ///   - minute: of the day, from 0.
    public func isOpen(window first: UInt16, day: Int, minute: Int) -> Bool {
        guard first != Self.noWindow else { return true }
        var index = Int(first)
        while true {
            if window(index)?.contains(day: day, minute: minute) ?? false { return true }
            if windows[index * Self.windowByteCount + 1] == 0 { return false }
            index += 1
        }
    }

    /// The windows of a rule, for people. Allocates.
    public func windows(from first: UInt16) -> [PhraseWindow] {
        guard first != Self.noWindow else { return [] }
        var result: [PhraseWindow] = []
        var index = Int(first)
        while true {
            if let window = window(index) { result.append(window) }
            if windows[index * Self.windowByteCount + 1] == 0 { return result }
            index += 1
        }
    }

    private func string(_ bytes: ImageBytes, at offset: Int) -> String {
        text.slice(Int(bytes.uint32(at: offset)), Int(bytes.uint32(at: offset + 4))).text()
    }
}
