import KhienModel

/// Match patterns of browser extensions: `scheme://host/path` with `*`.
///
/// | pattern | entry |
/// | --- | --- |
/// | `*://*.name/*` | domain `name` |
/// | `*://name/*` | host `name` |
/// | `*://name/path` | url `name/path` |
/// | `*://name/path*`, `*://*.name/path` | regular expression |
/// | `*://*/*` | rejected: everything |
///
/// The scheme is not compared. Source: "Match patterns", MDN Web Docs (WebExtensions).
enum MatchPattern {
    /// Whether `range` begins with `*://`, or with a web scheme and has a `*` in the host.
    static func isMatchPattern(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let hostStart = hostStart(line, range) else { return false }
        if line[range.lowerBound] == Byte.star { return true }
        let hostEnd = SchemeReader.hostEnd(line, hostStart..<range.upperBound) ?? range.upperBound
        return line.firstIndex(of: Byte.star, in: hostStart..<hostEnd) != nil
    }

    private static func hostStart(_ line: Span<UInt8>, _ range: Range<Int>) -> Int? {
        for scheme in ["*://", "http://", "https://", "http*://"]
        where line.hasPrefix(scheme, at: range.lowerBound, before: range.upperBound) {
            return range.lowerBound + scheme.utf8.count
        }
        return nil
    }

    static func add(
        _ line: Span<UInt8>, _ range: Range<Int>, into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        guard let start = hostStart(line, range) else {
            throw .rejected("pattern.form", "scheme://host/path was expected", at: range.lowerBound)
        }
        let hostEnd = SchemeReader.hostEnd(line, start..<range.upperBound) ?? range.upperBound
        var host = start..<hostEnd
        let path = hostEnd..<range.upperBound
        let hasSubdomains = line.hasPrefix("*.", at: start, before: hostEnd)
        if hasSubdomains { host = start + 2..<hostEnd }
        if let star = line.firstIndex(of: Byte.star, in: host) {
            if host.count == 1 {
                throw .rejected("pattern.everything", "a pattern for every host", at: star)
            }
            throw .unsupported(
                "pattern.host-wildcard", "a * inside the host; only a leading *. is allowed",
                at: star)
        }
        if path.count <= 1 || (path.count == 2 && line[path.lowerBound + 1] == Byte.star) {
            return try NameReader.addName(
                line, host, hasSubdomains ? .domain : .host, into: &builder)
        }
        if !hasSubdomains, line.firstIndex(of: Byte.star, in: path) == nil {
            return try URLReader.addURL(
                line, start..<range.upperBound, as: .init(url: .url, bareName: .host),
                into: &builder)
        }
        return try addExpression(line, host, path, hasSubdomains, into: &builder)
    }

    /// `^https?://(?:[^/?#]*\.)?name(?::[0-9]+)?/path.*`, every literal character escaped.
    private static func addExpression(
        _ line: Span<UInt8>, _ host: Range<Int>, _ path: Range<Int>, _ hasSubdomains: Bool,
        into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        let start = builder.text.count
        let found = try HostReader.append(line, host, into: &builder)
        let name = Array(builder.text[start...])
        builder.text.removeSubrange(start...)
        builder.text.append(contentsOf: "^https?://".utf8)
        if hasSubdomains { builder.text.append(contentsOf: #"(?:[^/?#]*\.)?"#.utf8) }
        for byte in name { appendLiteral(byte, to: &builder.text) }
        builder.text.append(contentsOf: "(?::[0-9]+)?".utf8)
        var repairs = found.repairs
        let spelled = lookupPath(line, path)
        if spelled.count != path.count { repairs.insert(.urlSpelling) }
        for byte in spelled {
            if byte == wildcard {
                builder.text.append(contentsOf: ".*".utf8)
            } else {
                appendLiteral(byte, to: &builder.text)
            }
        }
        if line[path.upperBound - 1] != Byte.star { builder.text.append(Byte.dollar) }
        builder.addEntry(.regex, textFrom: start)
        return repairs
    }

    /// A path with stars as the lookup form of URLs spells it: escapes are undone until none is left, runs
    /// of slashes are one, and what that form escapes is escaped. Expressions are matched against that
    /// form, too, so that one pattern meets every spelling of a URL, however the pattern is spelled.
    private static func lookupPath(_ line: Span<UInt8>, _ path: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        var isQuery = false
        var start = path.lowerBound
        while start < path.upperBound {
            var end = start
            while end < path.upperBound, line[end] != Byte.star, line[end] != Byte.question {
                end += 1
            }
            for byte in decoded(line, start..<end) {
                appendLookup(byte, isQuery: isQuery, to: &bytes)
            }
            if end < path.upperBound {
                if line[end] == Byte.question { isQuery = true }
                bytes.append(line[end] == Byte.star ? wildcard : Byte.question)
            }
            start = end + 1
        }
        return bytes
    }

    /// The bytes of `range`, percent escapes undone until none is left: of `%2541`, first `%41`, then `A`.
    ///
    /// - Complexity: linear; what an escape gives may only end an escape that began before it.
    private static func decoded(_ line: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in range {
            bytes.append(line[index])
            while bytes.count >= 3, bytes[bytes.count - 3] == Byte.percent,
                let high = hexadecimal(bytes[bytes.count - 2]),
                let low = hexadecimal(bytes[bytes.count - 1])
            {
                bytes.removeLast(3)
                bytes.append(high << 4 | low)
            }
        }
        return bytes
    }

    /// Appends a byte of a path or query as the lookup form has it.
    private static func appendLookup(_ byte: UInt8, isQuery: Bool, to bytes: inout [UInt8]) {
        let isEscaped =
            byte <= Byte.space || byte >= 0x7F || byte == Byte.hash || byte == Byte.percent
            || (byte == Byte.question && !isQuery)
        if isEscaped { return appendEscape(byte, to: &bytes) }
        if isQuery { return bytes.append(byte) }
        let spelled = byte == Byte.backslash ? Byte.slash : byte
        if spelled == Byte.slash, bytes.last == Byte.slash { return }
        bytes.append(spelled)
    }

    /// What stands for a `*`: a line holds no such byte, and a URL's is escaped.
    private static let wildcard: UInt8 = 0

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    private static func appendEscape(_ byte: UInt8, to text: inout [UInt8]) {
        text.append(Byte.percent)
        for digit in [byte >> 4, byte & 15] {
            text.append(digit < 10 ? 0x30 + digit : 0x37 + digit)
        }
    }

    private static func appendLiteral(_ byte: UInt8, to text: inout [UInt8]) {
        let isWord =
            Byte.isLetter(byte) || Byte.isDigit(byte) || byte == UInt8(ascii: "_")
            || byte == Byte.slash || byte >= 0x80
        if !isWord { text.append(Byte.backslash) }
        text.append(byte)
    }
}
