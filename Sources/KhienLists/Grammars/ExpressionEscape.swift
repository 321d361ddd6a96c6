import KhienModel
import KhienText

/// Percent escapes in an expression that the lookup form of no URL has, since escapes are undone there until
/// none is left: `%61`. Such an expression is met only by a URL that is spelled so.
///
/// An expression is left as it is written: what `%2B` or `%28` stands for would mean something else in it.
struct ExpressionEscape {
    /// As it is written.
    let text: String
    /// How the lookup form has it.
    let spelled: String

    /// The first one in `pattern`; nil: there is none, or the pattern is longer than an expression may be, and
    /// is refused. What stands in a class or a comment is passed over, and so is an escape whose last digit may
    /// be missing or repeated, and one that a browser writes itself (`%22`), so that the exact form has it.
    ///
    /// - Complexity: O(length).
    static func first(in pattern: [UInt8], isCaseless: Bool) -> ExpressionEscape? {
        if pattern.count > Limits.Regex.patternBytesMax { return nil }
        var reader = ExpressionReader(pattern, isCaseless: isCaseless)
        while let place = reader.nextPercent() {
            if let found = escape(pattern, at: place, reader) { return found }
        }
        return nil
    }

    private static func escape(
        _ pattern: [UInt8], at start: Int, _ reader: ExpressionReader
    ) -> ExpressionEscape? {
        guard start + 2 < pattern.count, let high = Byte.hexadecimal(pattern[start + 1]),
            let low = Byte.hexadecimal(pattern[start + 2])
        else { return nil }
        if start + 3 < pattern.count, "?*+{".utf8.contains(pattern[start + 3]) { return nil }
        let text = String(decoding: pattern[start..<start + 3], as: UTF8.self)
        let capitals = text.uppercased()
        let byte = high << 4 | low
        let isInLookup = reader.parts.contains { LookupSpelling.escapes(byte, in: $0) }
        let isInExact = reader.parts.contains { LookupSpelling.browserEscapes(byte, in: $0) }
        if isInLookup || isInExact, reader.ignoresCase || text == capitals { return nil }
        return ExpressionEscape(
            text: text, spelled: isInLookup ? capitals : String(decoding: [byte], as: UTF8.self))
    }
}
