/// Percent escapes in an expression that the lookup form of no URL has, since escapes are undone there until
/// none is left: `%61`. Such an expression is met only by a URL that is spelled so.
///
/// An expression is left as it is written: what `%2B` or `%28` stands for would mean something else in it.
struct ExpressionEscape {
    /// As it is written.
    let text: String
    /// How the lookup form has it.
    let spelled: String

    /// The first one in `pattern`; nil: there is none. What stands in a class is passed over, and so is an
    /// escape whose last digit may be missing or repeated.
    ///
    /// - Complexity: O(length).
    static func first(in pattern: [UInt8], isCaseless: Bool) -> ExpressionEscape? {
        let ignoresCase = isCaseless || pattern.starts(with: "(?i)".utf8)
        var index = 0
        while index < pattern.count {
            switch pattern[index] {
            case Byte.backslash
            where index + 1 < pattern.count && pattern[index + 1] != Byte.percent:
                index += 1
            case UInt8(ascii: "["):
                index = LayoutExpression.classEnd(pattern[...], index) ?? index
            case Byte.percent:
                if let found = escape(pattern, at: index, ignoresCase: ignoresCase) { return found }
            default: break
            }
            index += 1
        }
        return nil
    }

    private static func escape(
        _ pattern: [UInt8], at start: Int, ignoresCase: Bool
    ) -> ExpressionEscape? {
        guard start + 2 < pattern.count, let high = Byte.hexadecimal(pattern[start + 1]),
            let low = Byte.hexadecimal(pattern[start + 2])
        else { return nil }
        if start + 3 < pattern.count, "?*+{".utf8.contains(pattern[start + 3]) { return nil }
        let text = String(decoding: pattern[start..<start + 3], as: UTF8.self)
        let byte = high << 4 | low
        guard isKept(byte) else {
            return ExpressionEscape(text: text, spelled: String(decoding: [byte], as: UTF8.self))
        }
        let capitals = text.uppercased()
        return ignoresCase || text == capitals
            ? nil : ExpressionEscape(text: text, spelled: capitals)
    }

    /// Whether the lookup form escapes the byte in a path; a `?` it does not in a query.
    private static func isKept(_ byte: UInt8) -> Bool {
        byte <= Byte.space || byte >= 0x7F || byte == Byte.hash || byte == Byte.percent
            || byte == Byte.question
    }
}
