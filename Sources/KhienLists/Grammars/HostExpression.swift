import KhienModel

/// Keeps an expression that was written for a host inside the host of a URL.
///
/// | written | becomes | because a host has none of `/ ? # :` |
/// | --- | --- | --- |
/// | `.` | `[^/?#:]` | |
/// | `[^a]`, `[!-~]`, `[\W]` | `(?:(?![/?#:])[^a])` | `[a-z0-9.-]` and the like stay |
/// | `\S` `\D` `\W` `\N` `\H` `\V` `\X` `\R` `\C` `\p{…}` `\P{…}` | `(?:(?![/?#:])\S)` | |
/// | `^`, `\A` | `(?<=[/@])` | the begin of a host follows `//` or `@`, and nothing else in it does |
/// | `$`, `\z`, `\Z` | `(?=[/?#:]\|$)` | |
///
/// Characters that stand for themselves stay, a `/` too: such an expression matched nothing where it comes
/// from.
enum HostExpression {
    private static let outside = Array("(?![/?#:])".utf8)
    private static let anyByte = Array("[^/?#:]".utf8)
    private static let hostStart = Array("(?<=[/@])".utf8)
    private static let hostEnd = Array("(?=[/?#:]|$)".utf8)

    /// - Parameter pattern: brackets and classes in it match, and it quotes nothing with `\Q`.
    /// - Complexity: O(length).
    static func withinHost(_ pattern: ArraySlice<UInt8>) -> [UInt8] {
        let pattern = Array(pattern)
        var result: [UInt8] = []
        var index = 0
        while index < pattern.count {
            let start = index
            switch pattern[index] {
            case UInt8(ascii: "."):
                result += anyByte
                index += 1
            case Byte.caret:
                result += hostStart
                index += 1
            case Byte.dollar:
                result += hostEnd
                index += 1
            case UInt8(ascii: "["):
                index = (LayoutExpression.classEnd(pattern[...], index) ?? pattern.count - 1) + 1
                append(
                    pattern[start..<index], isWrapped: !isOfHosts(pattern[start..<index]), &result)
            case UInt8(ascii: "("):
                index = groupStart(pattern, index)
                result += pattern[start..<index]
            case Byte.backslash:
                index = escapeEnd(pattern, index)
                appendEscape(pattern[start..<index], to: &result)
            default:
                result.append(pattern[index])
                index += 1
            }
        }
        return result
    }

    private static func append(
        _ atom: ArraySlice<UInt8>, isWrapped: Bool, _ result: inout [UInt8]
    ) {
        if isWrapped { result += Array("(?:".utf8) + outside }
        result += atom
        if isWrapped { result.append(UInt8(ascii: ")")) }
    }

    /// Where the text of a group begins: behind `(`, `(?:`, `(?<name>`, `(?i`.
    private static func groupStart(_ pattern: [UInt8], _ start: Int) -> Int {
        guard start + 1 < pattern.count, pattern[start + 1] == Byte.question else {
            return start + 1
        }
        var index = start + 2
        // `(?^)` unsets options: its `^` is none.
        while index < pattern.count, "^imsxnJU-".utf8.contains(pattern[index]) { index += 1 }
        return index
    }

    private static func escapeEnd(_ pattern: [UInt8], _ start: Int) -> Int {
        guard start + 1 < pattern.count else { return pattern.count }
        guard "pP".utf8.contains(pattern[start + 1]), start + 2 < pattern.count else {
            return start + 2
        }
        guard pattern[start + 2] == UInt8(ascii: "{") else { return start + 3 }
        return (pattern[start...].firstIndex(of: UInt8(ascii: "}")) ?? pattern.count - 1) + 1
    }

    private static func appendEscape(_ escape: ArraySlice<UInt8>, to result: inout [UInt8]) {
        switch escape.dropFirst().first {
        case UInt8(ascii: "A"): result += hostStart
        case UInt8(ascii: "z"), UInt8(ascii: "Z"): result += hostEnd
        case .some(let byte): append(escape, isWrapped: "SDWNHVXRCpP".utf8.contains(byte), &result)
        case nil: result += escape
        }
    }

    /// Whether a class is made of what hosts are made of, so that it needs no guard.
    private static func isOfHosts(_ whole: ArraySlice<UInt8>) -> Bool {
        let members = Array(whole.dropFirst().dropLast())
        for (index, byte) in members.enumerated() {
            guard byte == Byte.hyphen else {
                if kind(byte) == nil { return false }
                continue
            }
            // A range of digits, or of letters of one case.
            guard index > 0, index + 1 < members.count else { continue }
            guard let first = kind(members[index - 1]), first == kind(members[index + 1]), first < 3
            else { return false }
        }
        return true
    }

    private static func kind(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: 0
        case 0x61...0x7A: 1
        case 0x41...0x5A: 2
        case Byte.dot, Byte.hyphen, UInt8(ascii: "_"): 3
        default: nil
        }
    }
}
