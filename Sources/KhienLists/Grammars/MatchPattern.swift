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
        for index in path {
            if line[index] == Byte.star {
                builder.text.append(contentsOf: ".*".utf8)
            } else {
                appendLiteral(line[index], to: &builder.text)
            }
        }
        if line[path.upperBound - 1] != Byte.star { builder.text.append(Byte.dollar) }
        builder.addEntry(.regex, textFrom: start)
        return found.repairs
    }

    private static func appendLiteral(_ byte: UInt8, to text: inout [UInt8]) {
        let isWord =
            Byte.isLetter(byte) || Byte.isDigit(byte) || byte == UInt8(ascii: "_")
            || byte == Byte.slash || byte >= 0x80
        if !isWord { text.append(Byte.backslash) }
        text.append(byte)
    }
}
