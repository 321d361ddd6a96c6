import KhienModel

/// Text from anywhere as text of a page.
enum HTMLText {
    /// `text` for element content and for attribute values in quotes. Controls and marks that turn
    /// the direction of text around are replaced, because they could make a page say something else.
    /// - Complexity: bounded by `scalarsMax`.
    static func escaped(
        _ text: String, scalarsMax: Int = Limits.Answer.valueScalarsMax
    ) -> [UInt8] {
        var result: [UInt8] = []
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < scalarsMax else {
                result += "…".utf8
                break
            }
            count += 1
            switch scalar {
            case "&": result += "&amp;".utf8
            case "<": result += "&lt;".utf8
            case ">": result += "&gt;".utf8
            case "\"": result += "&quot;".utf8
            case "'": result += "&#39;".utf8
            case "`": result += "&#96;".utf8
            default:
                result += isShown(scalar) ? Array(String(scalar).utf8) : Array("\u{FFFD}".utf8)
            }
        }
        return result
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1F, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF:
            false
        default: true
        }
    }
}
