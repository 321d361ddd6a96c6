import KhienModel

/// What an operator may set about judging pages.
public struct PageSettings: Hashable, Sendable {
    /// How much of a body, as sent, is read before anything is decided; at least 1.
    public var holdBytes = Limits.Page.holdBytesDefault
    /// How much of a body is read at all, as sent and as it decodes to.
    public var bodyBytesMax = Limits.Page.bodyBytesDefault
    /// How much content is read before `catchUp` is asked for: a turn of an event loop. Tools read
    /// all at once.
    public var turnBytes = Int.max
    /// The score at which a page is condemned.
    public var limit = Limits.Page.scoreLimitDefault
    /// The scores at which single groups condemn a page. They stand above those of the lists.
    public var groupLimits: [String: Int32] = [:]
    /// The types of bodies that are read.
    public var kinds = MarkupKinds.all

    public init() {}
}

/// When a page is read.
public struct PageTime: Hashable, Sendable {
    /// Decides which orders are in force.
    public var now: UnixTime
    /// The day of the week where the proxy stands: 0 is Monday.
    public var day: Int
    /// The minute of that day.
    public var minute: Int

    public init(now: UnixTime, day: Int, minute: Int) {
        self.now = now
        self.day = day
        self.minute = minute
    }
}

/// Why a body was not read, or not to its end.
public enum PageFailure: String, Hashable, Sendable, CaseIterable {
    /// It is no text, or of a type that is not read.
    case type
    /// Its content coding is not known.
    case coding
    /// It is damaged inside.
    case damaged
    /// More of it came than is read, or reading it took more work than a page may take.
    case overLimit = "over-limit"
    /// It expands to more than is read.
    case expansion
    /// This machine cannot read its charset.
    case charset
    /// Decoders of other bodies hold all memory that they may.
    case overloaded
    /// Decoders of other bodies of the same client hold all that they may.
    case share
}

/// Where in a text something was found, to a power of four: enough to see whether it was found
/// before the first byte went on, too little to find the words by.
@frozen public enum OffsetClass: UInt8, Sendable, CaseIterable {
    case first1K, first4K, first16K, first64K, first256K, first1M, later

    public init(_ offset: Int) {
        var bound = 1024
        for candidate in Self.allCases {
            if offset < bound || candidate == .later {
                self = candidate
                return
            }
            bound *= 4
        }
        self = .later
    }

    public var name: String {
        switch self {
        case .first1K: "1K"
        case .first4K: "4K"
        case .first16K: "16K"
        case .first64K: "64K"
        case .first256K: "256K"
        case .first1M: "1M"
        case .later: "later"
        }
    }
}
