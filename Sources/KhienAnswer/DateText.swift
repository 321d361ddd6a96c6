import KhienModel

/// A day as people of a language write it, in Vietnam's time (UTC+7), where orders are issued.
enum DateText {
    /// `23/11/2026` in Vietnamese, `2026-11-23` in English.
    static func text(_ time: UnixTime, _ language: Language) -> String {
        let (shifted, overflow) = time.seconds.addingReportingOverflow(7 * 3_600)
        // Orders are of this age: years 1900 to 2999.
        guard !overflow, (-2_208_988_800...32_503_680_000).contains(shifted) else { return "" }
        let dayNumber = Int((shifted - (shifted < 0 ? 86_399 : 0)) / 86_400)
        // Years are counted from March, so that the leap day is the last of its year.
        let days = dayNumber + 719_468
        let era = days / 146_097
        let ofEra = days % 146_097
        let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * fromMarch + 2) / 5 + 1
        let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return language == .vi
            ? "\(two(day))/\(two(month))/\(year)" : "\(year)-\(two(month))-\(two(day))"
    }
}
