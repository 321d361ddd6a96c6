/// What a phrase rule does when it has been found.
///
/// The raw values are part of the image format.
@frozen public enum PhraseEffect: UInt8, Sendable, CaseIterable {
    /// Its weight is added to the score of its group; a negative one speaks for the page.
    case weigh = 0
    /// The page is condemned.
    case ban = 1
    /// The page is not condemned, whatever else is found.
    case exception = 2

    public var name: String {
        switch self {
        case .weigh: "weigh"
        case .ban: "ban"
        case .exception: "exception"
        }
    }

    /// The effect with this name, or nil.
    public init?(name: String) {
        guard let effect = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = effect
    }
}

/// Which bodies a phrase rule is for.
///
/// The raw values are part of the image format.
@frozen public struct PhraseScope: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Bodies of responses.
    public static let pages = PhraseScope(rawValue: 1)
    /// Bodies of requests: what is typed into a form.
    public static let forms = PhraseScope(rawValue: 2)
    public static let both: PhraseScope = [.pages, .forms]

    public var name: String {
        switch self {
        case .both: "both"
        case .forms: "forms"
        default: "pages"
        }
    }

    /// The scope with this name, or nil.
    public init?(name: String) {
        switch name {
        case "pages": self = .pages
        case "forms": self = .forms
        case "both": self = .both
        default: return nil
        }
    }
}

/// The hours of the week in which a rule holds, in the local time of the machine.
public struct PhraseWindow: Hashable, Sendable, CustomStringConvertible {
    /// Bit 0 is Monday, bit 6 Sunday.
    public var days: UInt8
    /// The first minute of the day, 0 to 1439.
    public var firstMinute: UInt16
    /// The last minute of the day, not before the first: `17:00` holds until 17:00:59.
    public var lastMinute: UInt16

    public static let minutesPerDay: UInt16 = 1440

    /// - Returns: nil where the window never holds or the numbers are none of a week.
    public init?(days: UInt8, firstMinute: UInt16, lastMinute: UInt16) {
        guard days & 0x7F == days, days != 0, firstMinute <= lastMinute,
            lastMinute < Self.minutesPerDay
        else { return nil }
        self.days = days
        self.firstMinute = firstMinute
        self.lastMinute = lastMinute
    }

    /// As lists have it: `mon,tue 07:00-17:00`, `daily 00:00-23:59`. Allocates.
    public var description: String {
        let all = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        let named = all.indices.filter { days >> UInt8($0) & 1 != 0 }.map { all[$0] }
        func time(_ minute: UInt16) -> String {
            [minute / 60, minute % 60].map { ($0 < 10 ? "0" : "") + String($0) }
                .joined(separator: ":")
        }
        return (named.count == 7 ? "daily" : named.joined(separator: ",")) + " "
            + "\(time(firstMinute))-\(time(lastMinute))"
    }

    /// Whether the rule holds on `day` (0: Monday) at `minute` of it. Allocates nothing.
    public func contains(day: Int, minute: Int) -> Bool {
        guard day >= 0, day < 7 else { return false }
        return days & 1 << UInt8(day) != 0 && minute >= Int(firstMinute)
            && minute <= Int(lastMinute)
    }
}

/// Phrase rules whose weights add up: those of one category.
public struct PhraseGroup: Hashable, Sendable {
    /// The category.
    public var name: String
    /// The score at which the group condemns a page; nil: the configuration's.
    public var limit: Int32?
    /// What all of the group takes off a page's score at most, below zero; nil: as much as it comes to.
    public var relief: Int32?

    public init(name: String, limit: Int32? = nil, relief: Int32? = nil) {
        self.name = name
        self.limit = limit
        self.relief = relief
    }
}
