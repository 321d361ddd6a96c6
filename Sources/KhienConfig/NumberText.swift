/// Numbers with a unit as people write them: `30s`, `64KiB`, `10%`, `12.5%`.
enum NumberText {
    /// A number without sign and exponent.
    struct Number {
        let integer: Int
        /// The digits after the point; empty: none.
        let fraction: Substring

        /// The number if it has no fraction.
        var whole: Int? { fraction.isEmpty ? integer : nil }

        /// Ten times the number, if one digit after the point says it all.
        var tenths: Int? {
            guard fraction.count <= 1 else { return nil }
            let (tens, overflow) = integer.multipliedReportingOverflow(by: 10)
            guard !overflow, let digit = Int("0" + fraction) else { return nil }
            let (sum, overflowed) = tens.addingReportingOverflow(digit)
            return overflowed ? nil : sum
        }
    }

    static let sizeUnits: [(name: String, bytes: Int)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1), ("", 1),
    ]

    static let durationUnits: [(name: String, milliseconds: Int)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// The number at the start of `text` and what follows it; nil if it does not start with a
    /// digit or the number is too large.
    static func split(_ text: String) -> (Number, unit: String)? {
        let digits = text.prefix(while: isDigit)
        guard !digits.isEmpty, let integer = Int(digits) else { return nil }
        var rest = text[digits.endIndex...]
        var fraction: Substring = ""
        if rest.first == "." {
            fraction = rest.dropFirst().prefix(while: isDigit)
            guard !fraction.isEmpty else { return nil }
            rest = rest[fraction.endIndex...]
        }
        if rest.first == " " { rest = rest.dropFirst() }
        return (Number(integer: integer, fraction: fraction), String(rest))
    }

    private static func isDigit(_ character: Character) -> Bool {
        "0" <= character && character <= "9"
    }

    /// `bytes` in the largest unit that divides it.
    @Sendable static func size(_ bytes: Int) -> String {
        let unit = sizeUnits.first { bytes >= $0.bytes && bytes % $0.bytes == 0 }
        guard let unit, unit.bytes > 1 else { return "\(bytes)B" }
        return "\(bytes / unit.bytes)\(unit.name)"
    }

    /// `duration` in the largest unit that divides it.
    @Sendable static func duration(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let milliseconds = Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
        guard milliseconds > 0,
            let unit = durationUnits.first(where: { milliseconds % $0.milliseconds == 0 })
        else { return "0s" }
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
}
