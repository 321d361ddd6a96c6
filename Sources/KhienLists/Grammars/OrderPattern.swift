/// The pattern of an order in the spelling that it is compared in.
///
/// An order's patterns are also tried against the lookup form of a URL, in which escapes are undone until none is
/// left. So `/%41`, `/%2541` and `/A` are one pattern there, and `/a%2fb` is `/a/b`.
enum OrderPattern {
    /// Signs of the pattern's language, and what the lookup form escapes itself, stay escaped.
    private static let escaped = Array("*^|$%#?".utf8)

    /// The pattern with its escapes undone. One that begins with a slash may be an expression, and stays.
    ///
    /// - Complexity: linear; what an escape gives may only end an escape that began before it.
    static func unescaped(_ pattern: [UInt8]) -> [UInt8] {
        guard pattern.contains(Byte.percent), pattern.first != Byte.slash else { return pattern }
        var bytes: [(byte: UInt8, isDecoded: Bool)] = []
        for byte in pattern {
            bytes.append((byte, false))
            while bytes.count >= 3, bytes[bytes.count - 3].byte == Byte.percent,
                let high = Byte.hexadecimal(bytes[bytes.count - 2].byte),
                let low = Byte.hexadecimal(bytes[bytes.count - 1].byte)
            {
                bytes.removeLast(3)
                bytes.append((high << 4 | low, true))
            }
        }
        var result: [UInt8] = []
        var endsInDecoded = false
        for (byte, isDecoded) in bytes {
            let isKept = byte <= Byte.space || byte >= 0x7F || escaped.contains(byte)
            let spelled = isDecoded && byte == Byte.backslash ? Byte.slash : byte
            if isDecoded, isKept {
                Byte.appendEscape(byte, to: &result)
            } else if spelled != Byte.slash || result.last != Byte.slash
                || !(isDecoded || endsInDecoded)
            {
                // Of slashes side by side the lookup form has one.
                result.append(spelled)
            }
            endsInDecoded = isDecoded
        }
        return result
    }
}
