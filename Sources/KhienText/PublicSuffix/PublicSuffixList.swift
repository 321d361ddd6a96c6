import KhienModel

/// The rules of a public suffix list, and the registrable domain of a host under them.
///
/// The names stand one after another in `bytes`; a table of open addressing, keyed by a hash of the
/// name read from its end, leads to the rules. The hash of every suffix of a host so comes from one
/// walk over it, and each hit is confirmed by comparing the name.
///
/// Source: https://github.com/publicsuffix/list/wiki/Format
public struct PublicSuffixList: Sendable {
    /// All names, ASCII canonical form, without `*.` and `!`.
    public private(set) var bytes: [UInt8] = []
    /// The rules in the order of the list.
    public private(set) var rules: [Rule] = []
    /// Lines that are no rule, each with its reason.
    public private(set) var rejected: [RejectedLine] = []
    /// The index of a rule plus one; 0 is free.
    private var slots: [UInt32] = []

    /// One rule.
    public struct Rule: Hashable, Sendable {
        public let kind: Kind
        /// The section: `private` ends at names of companies, `icann` at names of registries.
        public let section: Section
        /// The name in `bytes`.
        public let name: Range<Int>
    }

    public enum Kind: UInt8, Sendable {
        /// `co.uk`: the name is a public suffix.
        case exact
        /// `*.ck`: every name one label below is a public suffix.
        case wildcard
        /// `!www.ck`: the name is none, in spite of a wildcard.
        case exception
    }

    public enum Section: UInt8, Sendable {
        case icann, `private`
    }

    /// A line that is not a rule.
    public struct RejectedLine: Hashable, Sendable {
        /// Counted from 1.
        public let line: Int
        public let reason: Reason
    }

    public enum Reason: Hashable, Sendable {
        case tooLong(bytes: Int, limit: Int)
        case tooManyRules(limit: Int)
        /// A wildcard elsewhere than as the whole first label.
        case misplacedWildcard
        case host(HostError)
    }

    /// Reads a list as published (`public_suffix_list.dat`), UTF-8. Lines that are no rule are
    /// collected in `rejected`.
    public init(parsing text: Span<UInt8>) {
        var section = Section.icann
        var scratch: [UInt8] = []
        var lineStart = 0
        var line = 0
        while lineStart < text.count {
            var lineEnd = lineStart
            while lineEnd < text.count, text[lineEnd] != 0x0A { lineEnd += 1 }
            line += 1
            let content = text.extracting(lineStart..<lineEnd)
            lineStart = lineEnd + 1
            if Self.isComment(content) {
                if Self.contains(content, "===BEGIN PRIVATE DOMAINS===") { section = .private }
                if Self.contains(content, "===END PRIVATE DOMAINS===") { section = .icann }
                continue
            }
            do throws(Rejection) {
                try addRule(content, section: section, scratch: &scratch)
            } catch {
                rejected.append(RejectedLine(line: line, reason: error.reason))
            }
        }
        buildTable()
    }

    /// The reason of a rejection on its way up.
    private struct Rejection: Error { let reason: Reason }

    private mutating func addRule(
        _ line: Span<UInt8>, section: Section, scratch: inout [UInt8]
    ) throws(Rejection) {
        // A rule ends at the first white space.
        var end = 0
        while end < line.count, line[end] > 0x20 { end += 1 }
        guard end > 0 else { return }
        guard end <= Limits.Text.suffixLineBytesMax else {
            throw Rejection(
                reason: .tooLong(bytes: end, limit: Limits.Text.suffixLineBytesMax))
        }
        guard rules.count < Limits.Text.suffixRulesMax else {
            throw Rejection(reason: .tooManyRules(limit: Limits.Text.suffixRulesMax))
        }
        var kind = Kind.exact
        var start = 0
        if line[0] == 0x21 {
            kind = .exception
            start = 1
        } else if end > 2, line[0] == 0x2A, line[1] == 0x2E {
            kind = .wildcard
            start = 2
        }
        let name = line.extracting(start..<end)
        for index in name.indices where name[index] == 0x2A {
            throw Rejection(reason: .misplacedWildcard)
        }
        do throws(HostError) {
            let kind = try HostCanonicalizer.canonicalize(name, into: &scratch)
            guard kind == .domain else { throw .badIPv4 }
        } catch {
            throw Rejection(reason: .host(error))
        }
        let offset = bytes.count
        bytes.append(contentsOf: scratch)
        rules.append(Rule(kind: kind, section: section, name: offset..<bytes.count))
    }

    private static func isComment(_ line: Span<UInt8>) -> Bool {
        line.count >= 2 && line[0] == 0x2F && line[1] == 0x2F
    }

    private static func contains(_ line: Span<UInt8>, _ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard line.count >= wanted.count else { return false }
        for start in 0...line.count - wanted.count {
            var length = 0
            while length < wanted.count, line[start + length] == wanted[length] { length += 1 }
            if length == wanted.count { return true }
        }
        return false
    }
}

// MARK: - Lookup

extension PublicSuffixList {
    /// The part of `host` that somebody registered: the public suffix and one label more; nil if
    /// the host is itself a public suffix, or an address, or empty labels stand in it.
    ///
    /// ICANN and private rules both count; a name under no rule has its last label as suffix.
    ///
    /// - Parameter host: a canonical host.
    /// - Complexity: linear in the host; allocates nothing.
    public func registrableDomain(of host: Span<UInt8>) -> Range<Int>? {
        guard let suffix = publicSuffix(of: host), suffix.lowerBound > 1 else { return nil }
        var start = suffix.lowerBound - 1
        guard host[start - 1] != 0x2E else { return nil }
        while start > 0, host[start - 1] != 0x2E { start -= 1 }
        return start..<host.count
    }

    /// The public suffix of `host`, a canonical host; nil for addresses and names that begin or
    /// end with a dot.
    public func publicSuffix(of host: Span<UInt8>) -> Range<Int>? {
        guard host.count > 0, host[0] != 0x5B, host[0] != 0x2E, host[host.count - 1] != 0x2E,
            !IPv4Parser.endsInNumber(host)
        else { return nil }
        var hash = SuffixHash()
        var suffixStart = -1
        // The start of the label to the right of the one being read.
        var labelStart = host.count
        var index = host.count
        while true {
            if index == 0 || host[index - 1] == 0x2E {
                let kinds = kinds(of: host.extracting(index..<host.count), hash: hash.value)
                if kinds.contains(.exception) { return labelStart..<host.count }
                if suffixStart < 0 || kinds.contains(.exact) { suffixStart = index }
                if index == 0 { return suffixStart..<host.count }
                if kinds.contains(.wildcard) {
                    var start = index - 1
                    while start > 0, host[start - 1] != 0x2E { start -= 1 }
                    suffixStart = start
                }
                labelStart = index
            }
            index -= 1
            hash.add(host[index])
        }
    }

    private struct KindSet: OptionSet {
        let rawValue: UInt8
        static let exact = KindSet(rawValue: 1)
        static let wildcard = KindSet(rawValue: 2)
        static let exception = KindSet(rawValue: 4)

        init(rawValue: UInt8) { self.rawValue = rawValue }
        init(_ kind: Kind) { rawValue = 1 << kind.rawValue }
    }

    private func kinds(of name: Span<UInt8>, hash: UInt64) -> KindSet {
        guard !slots.isEmpty else { return [] }
        var kinds: KindSet = []
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let rule = rules[Int(slots[slot]) - 1]
            if isEqual(rule.name, name) { kinds.formUnion(KindSet(rule.kind)) }
            slot = (slot + 1) & (slots.count - 1)
        }
        return kinds
    }

    private func isEqual(_ range: Range<Int>, _ name: Span<UInt8>) -> Bool {
        guard range.count == name.count else { return false }
        for index in name.indices where bytes[range.lowerBound + index] != name[index] {
            return false
        }
        return true
    }

    private func isSame(_ left: Rule, _ right: Rule) -> Bool {
        left.kind == right.kind && isEqual(left.name, bytes.span.extracting(right.name))
    }

    private mutating func buildTable() {
        guard !rules.isEmpty else { return }
        var capacity = 16
        while capacity < rules.count * 2 { capacity *= 2 }
        slots = [UInt32](repeating: 0, count: capacity)
        for (number, rule) in rules.enumerated() {
            var hash = SuffixHash()
            for index in rule.name.reversed() { hash.add(bytes[index]) }
            // A rule that is there already needs no slot: else a list of equal rules would cost
            // quadratic time.
            var slot = Int(truncatingIfNeeded: hash.value) & (capacity - 1)
            while slots[slot] != 0, !isSame(rules[Int(slots[slot]) - 1], rule) {
                slot = (slot + 1) & (capacity - 1)
            }
            if slots[slot] == 0 { slots[slot] = UInt32(number) + 1 }
        }
    }

    /// FNV-1a over a name from its end, finished by a multiplication so that the low bits of the
    /// table index see every byte.
    private struct SuffixHash {
        private var state: UInt64 = 0xCBF2_9CE4_8422_2325

        mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }

        var value: UInt64 {
            let mixed = (state ^ (state >> 32)) &* 0x9E37_79B9_7F4A_7C15
            return mixed ^ (mixed >> 29)
        }
    }
}
