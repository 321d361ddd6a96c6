import KhienModel

/// The dates of order files: ISO 8601, `2026-01-31`, `2026-01-31T14:30:00Z`,
/// `2026-01-31T14:30:00+07:00`, seconds optional. A date alone means its first moment in UTC.
enum OrderDate {
    /// The moment, or nil for anything else, impossible days included.
    static func parse(_ text: [UInt8]) -> UnixTime? {
        guard text.count >= 10, text[4] == Byte.hyphen, text[7] == Byte.hyphen,
            let year = number(text[0..<4]), let month = number(text[5..<7]),
            let day = number(text[8..<10]), (1970...9999).contains(year),
            (1...12).contains(month), day >= 1, day <= daysIn(month, year)
        else { return nil }
        let midnight = Int64(days(year, month, day)) * 86_400
        if text.count == 10 { return UnixTime(seconds: midnight) }
        guard text[10] == UInt8(ascii: "T"), let seconds = timeOfDay(text[11...]) else {
            return nil
        }
        return UnixTime(seconds: midnight + seconds)
    }

    /// `14:30`, `14:30:00`, then `Z` or an offset; in seconds of UTC, which may be negative.
    private static func timeOfDay(_ found: ArraySlice<UInt8>) -> Int64? {
        var text = found
        var seconds: Int64 = 0
        for (unit, most) in [(Int64(3600), 23), (60, 59), (1, 59)] {
            if unit < 3600 {
                if text.first != Byte.colon {
                    if unit == 60 { return nil }
                    break
                }
                text = text.dropFirst()
            }
            guard let value = number(text.prefix(2)), value <= most else { return nil }
            seconds += Int64(value) * unit
            text = text.dropFirst(2)
        }
        return zone(text).map { seconds - $0 }
    }

    /// The offset from UTC in seconds: `Z`, `+07:00`, `-0330`.
    private static func zone(_ text: ArraySlice<UInt8>) -> Int64? {
        if text.elementsEqual([UInt8(ascii: "Z")]) { return 0 }
        guard let sign = text.first, sign == UInt8(ascii: "+") || sign == Byte.hyphen else {
            return nil
        }
        var digits = Array(text.dropFirst())
        if digits.count == 5, digits[2] == Byte.colon { digits.remove(at: 2) }
        guard digits.count == 4, let hours = number(digits[0..<2]),
            let minutes = number(digits[2..<4]), hours <= 14, minutes <= 59
        else { return nil }
        let offset = Int64(hours * 3600 + minutes * 60)
        return sign == Byte.hyphen ? -offset : offset
    }

    /// The value of a slice that is digits only, and not empty; two or four of them here.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard digits.count == 2 || digits.count == 4, digits.allSatisfy(Byte.isDigit) else {
            return nil
        }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func daysIn(_ month: Int, _ year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let before = year - 1
        let leapDays =
            before / 4 - before / 100 + before / 400 - (1969 / 4 - 1969 / 100 + 1969 / 400)
        var result = (year - 1970) * 365 + leapDays + day - 1
        for earlier in stride(from: 1, to: month, by: 1) { result += daysIn(earlier, year) }
        return result
    }
}
