/// Text from outside on its way to a terminal or a journal.
///
/// A list's category, an order's number or a URL may hold escape sequences, which a terminal obeys, and
/// characters that turn text around, which let a message say something else than it does.
public enum PrintableText {
    /// The text with everything that does not show as itself written as `\xNN` (its bytes in UTF-8).
    /// Line feeds and tabs stay: messages are made of them.
    ///
    /// - Complexity: O(length); without such characters the text itself.
    public static func escaped(_ text: String) -> String {
        if text.utf8.allSatisfy(isPlain) { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar == "\n" || scalar == "\t" || isPrintable(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                for byte in Array(String(scalar).utf8) {
                    let digits = String(byte, radix: 16, uppercase: true)
                    result += digits.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
                }
            }
        }
        return result
    }

    /// Whether all of a text shows as itself.
    public static func isPrintable(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy(isPrintable)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F || byte == 0x0A || byte == 0x09
    }

    /// Whether a character shows as itself: controls, separators of lines, format characters
    /// (bidirectional overrides among them), private use and what is not assigned do not.
    public static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned,
            .surrogate:
            false
        default: true
        }
    }
}
