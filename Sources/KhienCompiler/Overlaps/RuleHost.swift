/// The host that an adblock pattern after `||` names.
enum RuleHost {
    /// Where the name stands in the pattern: all before the first `^` or `/`, if that is a plain name
    /// of at least two labels. Every URL that the pattern matches is of that name or below it.
    static func name(_ pattern: Span<UInt8>) -> Range<Int>? {
        var end = 0
        var hasDot = false
        while end < pattern.count {
            let byte = pattern[end]
            if byte == UInt8(ascii: "^") || byte == UInt8(ascii: "/") { break }
            let isLower = byte &- 0x61 < 26
            let isDigit = byte &- 0x30 < 10
            if byte == UInt8(ascii: ".") {
                hasDot = true
            } else if !isLower, !isDigit, byte != UInt8(ascii: "-"), byte != UInt8(ascii: "_") {
                return nil
            }
            end += 1
        }
        guard end > 0, end < pattern.count, hasDot, pattern[0] != UInt8(ascii: "."),
            pattern[end - 1] != UInt8(ascii: ".")
        else { return nil }
        return 0..<end
    }
}
