import KhienModel

/// JSON on its way to people and tools.
///
/// An encoder leaves characters as they are that a terminal obeys (U+009B) or that turn text around
/// (U+202E). In JSON they stand inside strings only, and have a spelling that shows.
enum JSONText {
    /// The same JSON, with every character past U+007E that does not show as itself written as `\uXXXX`.
    ///
    /// - Parameter json: UTF-8.
    /// - Complexity: O(length); without such characters the text itself.
    static func escaped(_ json: [UInt8]) -> [UInt8] {
        if json.allSatisfy({ $0 < 0x7F }) { return json }
        var result: [UInt8] = []
        result.reserveCapacity(json.count)
        for scalar in String(decoding: json, as: UTF8.self).unicodeScalars {
            if scalar.value < 0x7F || PrintableText.isPrintable(scalar) {
                result += Array(String(scalar).utf8)
            } else {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: true)
                    result += Array(
                        "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
                }
            }
        }
        return result
    }
}
