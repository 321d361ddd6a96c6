/// The scheme of a URL as lists spell it, right or wrong.
enum SchemeReader {
    /// What stands after the scheme, and how it stood.
    struct Found {
        /// Where the host begins.
        var rest: Range<Int>
        /// Whether there was a scheme.
        var hasScheme = false
        var repairs = RepairSet()
    }

    /// Skips `http://`, `https://`, `ws://`, `wss://`.
    ///
    /// Repaired: `http:\\`, `http:/`, `http:///` (wrong slashes), `http//` (missing colon).
    /// Another scheme followed by `://` is unsupported: a proxy never sees it.
    static func skip(_ line: Span<UInt8>, _ range: Range<Int>) throws(LineFault) -> Found {
        var index = range.lowerBound
        while index < range.upperBound, isSchemeByte(line[index]) { index += 1 }
        let word = range.lowerBound..<index
        guard index < range.upperBound else { return Found(rest: range) }
        let isWeb =
            line.equals("http", in: word) || line.equals("https", in: word)
            || line.equals("ws", in: word) || line.equals("wss", in: word)
        guard isWeb else {
            if !word.isEmpty, line.hasPrefix("://", at: index, before: range.upperBound) {
                throw .unsupported(
                    "url.scheme", "a scheme that does not pass a web proxy", at: word.lowerBound)
            }
            return Found(rest: range)
        }
        var repairs = RepairSet()
        let hasColon = line[index] == Byte.colon
        if hasColon { index += 1 }
        var slashes = 0
        var backslashes = 0
        while index < range.upperBound {
            if line[index] == Byte.slash {
                slashes += 1
            } else if line[index] == Byte.backslash {
                backslashes += 1
            } else {
                break
            }
            index += 1
        }
        // `http.example` is a name, `http:8080` a name with its port; `http//name` is a mistake.
        if slashes + backslashes < (hasColon ? 1 : 2) { return Found(rest: range) }
        if !hasColon { repairs.insert(.schemeColon) }
        if slashes != 2 || backslashes > 0 { repairs.insert(.schemeSlashes) }
        return Found(rest: index..<range.upperBound, hasScheme: true, repairs: repairs)
    }

    /// Reads `range` where only a host belongs: drops a scheme, a port and a path of `/` alone.
    static func hostOnly(
        _ line: Span<UInt8>, _ range: Range<Int>
    ) throws(LineFault) -> (Range<Int>, RepairSet) {
        let found = try skip(line, range)
        var repairs = found.repairs
        if found.hasScheme { repairs.insert(.schemeDropped) }
        var host = found.rest
        if let end = hostEnd(line, host) {
            guard end == host.upperBound - 1, line[end] == Byte.slash, end > host.lowerBound else {
                throw .rejected(
                    "host.path", "a name alone was expected; this is a URL with a path", at: end)
            }
            host = host.lowerBound..<end
            repairs.insert(.urlIsHost)
        }
        if let colon = portColon(line, host) {
            guard isPort(line, colon + 1..<host.upperBound) else {
                throw .rejected("host.port", "no port number after the colon", at: colon)
            }
            host = host.lowerBound..<colon
            repairs.insert(.portDropped)
        }
        return (host, repairs)
    }

    /// Where the host ends: the first `/`, `?`, `#` or `\`; nil: with the text.
    static func hostEnd(_ line: Span<UInt8>, _ range: Range<Int>) -> Int? {
        for index in range {
            switch line[index] {
            case Byte.slash, Byte.question, Byte.hash, Byte.backslash: return index
            default: continue
            }
        }
        return nil
    }

    /// The colon before a port: the only colon outside brackets.
    static func portColon(_ line: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard let colon = line.lastIndex(of: Byte.colon, in: range) else { return nil }
        if line[range.lowerBound] == UInt8(ascii: "[") {
            return colon > range.lowerBound && line[colon - 1] == UInt8(ascii: "]") ? colon : nil
        }
        return line.firstIndex(of: Byte.colon, in: range) == colon ? colon : nil
    }

    /// Whether `range` holds one to five digits.
    static func isPort(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard (1...5).contains(range.count) else { return false }
        return range.allSatisfy { Byte.isDigit(line[$0]) }
    }

    private static func isSchemeByte(_ byte: UInt8) -> Bool {
        Byte.isLetter(byte) || Byte.isDigit(byte) || byte == UInt8(ascii: "+")
    }
}
