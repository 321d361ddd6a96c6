import Glibc

/// A moment in UTC, in milliseconds since 1970-01-01T00:00:00Z.
public struct EventTime: Hashable, Sendable, Comparable {
    public let milliseconds: Int64

    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    public static func < (left: Self, right: Self) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// `2026-11-23T23:10:19.123Z` (RFC 3339).
    public var text: String {
        let inDay = Int(milliseconds - day * Self.dayMilliseconds)
        let seconds = inDay / 1_000
        let clock = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { Self.padded($0, 2) }
        return dayText + "T" + clock.joined(separator: ":") + "."
            + Self.padded(inDay % 1_000, 3) + "Z"
    }

    /// `2026-11-23`.
    public var dayText: String {
        let (year, month, dayOfMonth) = Self.civil(day)
        return [Self.padded(year, 4), Self.padded(month, 2), Self.padded(dayOfMonth, 2)]
            .joined(separator: "-")
    }

    /// Days since 1970-01-01, rounded down.
    public var day: Int64 {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(
            dividingBy: Self.dayMilliseconds)
        return remainder < 0 ? quotient - 1 : quotient
    }

    private static let dayMilliseconds: Int64 = 86_400_000

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The date of a day number in the proleptic Gregorian calendar. Years are counted from March,
    /// so that the leap day is the last of its year, in eras of 400 years.
    private static func civil(_ day: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = Int(day) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}

extension EventTime {
    /// The system's clock.
    public static var now: EventTime {
        var time = timespec()
        // SAFETY: `time` lives through the call.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return EventTime(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
