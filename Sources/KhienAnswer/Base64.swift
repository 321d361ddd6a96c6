/// Base64 (RFC 4648 section 4) and its URL-safe form without padding (section 5).
enum Base64 {
    private static let standard = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let safe = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func text(_ data: [UInt8], urlSafe: Bool) -> String {
        let alphabet = urlSafe ? safe : standard
        var result: [UInt8] = []
        for start in stride(from: 0, to: data.count, by: 3) {
            let group = data[start..<min(start + 3, data.count)]
            var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bits <<= UInt32(8 * (3 - group.count))
            for position in 0..<4 where position <= group.count {
                result.append(alphabet[Int(bits >> UInt32(18 - 6 * position) & 63)])
            }
            if !urlSafe { result += [UInt8](repeating: UInt8(ascii: "="), count: 3 - group.count) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The bytes of URL-safe text; nil for any other character, length or spare bits: each value has
    /// one spelling.
    static func bytes(urlSafe text: Substring) -> [UInt8]? {
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in text.utf8 {
            guard let value = safe.firstIndex(of: byte) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
                bits &= (1 << UInt32(count)) - 1
            }
        }
        return count < 6 && bits == 0 ? result : nil
    }
}
