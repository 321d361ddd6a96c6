import KhienModel

/// One network rule in adblock syntax, without its text.
///
/// A request matches when all of these hold:
///
/// 1. the pattern matches the URL (`AdblockSyntax` describes how),
/// 2. the request's type is in `typeMask`,
/// 3. the request is of the asked `party`,
/// 4. `includeDomains` is empty or names the source's host; `excludeDomains` does not name it,
/// 5. `denyAllowDomains` does not name the request's host.
///
/// A domain names a host that is it or ends in `.` and it. A domain that ends in `.*` names every
/// host `name.suffix` and the hosts below it, `suffix` being its public suffix.
public struct AdblockRule: Hashable, Sendable {
    /// Where the pattern is bound.
    public struct Anchors: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// `||`: the pattern begins at the host or at a label of it.
        public static let host = Anchors(rawValue: 1 << 0)
        /// `|` before: the pattern begins with the URL.
        public static let start = Anchors(rawValue: 1 << 1)
        /// `|` after: the pattern ends with the URL.
        public static let end = Anchors(rawValue: 1 << 2)
        /// The pattern begins with the whole host, of `http` or `https`: as a URL with a `*` does. Adblock syntax
        /// has no sign for it.
        public static let wholeHost: Anchors = [.host, .start]

        /// Whether the pattern begins with the whole host.
        public var bindsWholeHost: Bool { isSuperset(of: .wholeHost) }
    }

    /// What else is said of the rule.
    public struct Traits: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8

        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// `@@`: what it matches is not blocked.
        public static let exception = Traits(rawValue: 1 << 0)
        /// `$important`: exceptions that are not important do not lift it.
        public static let important = Traits(rawValue: 1 << 1)
        /// `$match-case`; otherwise the pattern is in lower case and so must be the URL.
        public static let matchCase = Traits(rawValue: 1 << 2)
        /// `/…/`: the pattern is a regular expression; `anchors` is empty.
        public static let regex = Traits(rawValue: 1 << 3)
        /// `$badfilter`: matches nothing, cancels the rules that are otherwise the same.
        public static let badFilter = Traits(rawValue: 1 << 4)
    }

    /// The relation of the request's site to the source's site (registrable domains).
    public enum Party: UInt8, Sendable {
        case any = 0
        /// `$first-party`, `$1p`, `$~third-party`.
        case first = 1
        /// `$third-party`, `$3p`.
        case third = 2
    }

    /// The body in `EntryBatch.text`; never empty but for a rule that stands on its options alone.
    public var pattern: TextRange
    public var anchors: Anchors
    public var traits: Traits
    public var party: Party
    /// One bit for each `RequestType`.
    public var typeMask: UInt16
    /// Indices into `ParsedList.ruleDomains`.
    public var includeDomains: Range<UInt32>
    public var excludeDomains: Range<UInt32>
    public var denyAllowDomains: Range<UInt32>
    /// From 1.
    public var line: UInt32

    /// All types that an adblock rule without type options applies to: all but `document` and
    /// `popup`. A rule that is only `||name^` applies to documents as well.
    public static let networkTypes = allTypes & ~(1 << 9) & ~(1 << 12)

    /// Every type.
    public static let allTypes = RequestType.allCases.reduce(UInt16(0)) { $0 | 1 << $1.rawValue }

    /// Whether the rule applies to requests of `type`.
    public func applies(to type: RequestType) -> Bool { typeMask & (1 << type.rawValue) != 0 }
}
