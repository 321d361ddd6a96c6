import KhienModel

/// Match patterns of browser extensions: `scheme://host/path` with `*`. Lists write them without a scheme,
/// too.
///
/// | pattern | entry |
/// | --- | --- |
/// | `*://*.name/*`, `http://*.name/*` | domain `name` |
/// | `*://name/*`, `http://name/*`, `name/*` | host `name` |
/// | `*://name/path` | url `name/path` |
/// | `*://name/path*`, `name/a/*/b`, `*://*.name/path` | regular expression |
/// | `*://*/*` | rejected: everything |
///
/// A `*` in a URL is never read as the character: that is `%2A`. The scheme is not compared.
/// Source: "Match patterns", MDN Web Docs (WebExtensions).
enum MatchPattern {
    /// Whether `range` begins with `*://`, or is more than a name and has a `*` before its fragment or a
    /// dot before its host.
    static func isMatchPattern(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        if starredScheme(line, range) != nil { return true }
        let end = line.firstIndex(of: Byte.hash, in: range) ?? range.upperBound
        guard
            line.firstIndex(of: Byte.star, in: range.lowerBound..<end) != nil
                || beginsWithDot(line, range.lowerBound..<end)
        else { return false }
        return SchemeReader.hostEnd(line, range.lowerBound..<end) != nil
    }

    /// Whether the first dot is the first byte or stands behind a slash: `.name/path`, `http://.name/`.
    private static func beginsWithDot(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let dot = line.firstIndex(of: Byte.dot, in: range) else { return false }
        return dot == range.lowerBound || line[dot - 1] == Byte.slash
    }

    /// Where the host begins, behind a scheme with a `*`.
    private static func starredScheme(_ line: Span<UInt8>, _ range: Range<Int>) -> Int? {
        for scheme in ["*://", "http*://"]
        where line.hasPrefix(scheme, at: range.lowerBound, before: range.upperBound) {
            return range.lowerBound + scheme.utf8.count
        }
        return nil
    }

    /// Reads the pattern in `range` and adds it.
    ///
    /// - Parameter kind: what a row of an order names, `url` or `urlPrefix`: a `*` is a repair there, one at
    ///   the end behind `/`, `&` or `;` makes a url-prefix, and what is no domain, host or prefix ends as
    ///   its kind does. Nil: a list of URLs.
    static func add(
        _ line: Span<UInt8>, _ range: Range<Int>, as kind: TargetKind? = nil,
        into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        var parts = try parts(line, range)
        if let star = line.firstIndex(of: Byte.star, in: parts.host) {
            if parts.host.count == 1 {
                throw .rejected("pattern.everything", "a pattern for every host", at: star)
            }
            throw .unsupported(
                "pattern.host-wildcard", "a * inside the host; only a leading *. is allowed",
                at: star)
        }
        let star = line.firstIndex(of: Byte.star, in: parts.path)
        if kind != nil, star != nil || parts.hasStar { parts.repairs.insert(.wildcard) }
        if isWholeHost(line, parts.path) {
            parts.repairs.formUnion(
                try NameReader.addName(
                    line, parts.host, parts.hasSubdomains ? .domain : .host, into: &builder))
            return parts.repairs
        }
        if !parts.hasSubdomains {
            guard let star else {
                return try addURL(line, parts, parts.all, kind ?? .url, into: &builder)
            }
            if kind != nil, isPrefix(line, parts.path, star) {
                return try addURL(
                    line, parts, parts.all.lowerBound..<star, .urlPrefix, into: &builder)
            }
        }
        return try addExpression(line, parts, as: kind, into: &builder)
    }

    private static func addURL(
        _ line: Span<UInt8>, _ parts: Parts, _ range: Range<Int>, _ kind: TargetKind,
        into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        var repairs = try URLReader.addURL(
            line, range, as: .init(url: kind, bareName: .host), into: &builder)
        repairs.formUnion(parts.repairs)
        return repairs
    }

    // MARK: Parts

    private struct Parts {
        /// All behind the scheme.
        var all: Range<Int>
        /// Without credentials, `*.` and port.
        var host: Range<Int>
        /// With the query, without the fragment.
        var path: Range<Int>
        /// `*.` or a dot stands before the name.
        var hasSubdomains: Bool
        /// It is `*.`.
        var hasStar: Bool
        var repairs: RepairSet
    }

    private static func parts(
        _ line: Span<UInt8>, _ range: Range<Int>
    ) throws(LineFault) -> Parts {
        var found = SchemeReader.Found(rest: range)
        if let start = starredScheme(line, range) {
            found.rest = start..<range.upperBound
        } else {
            found = try SchemeReader.skip(line, range)
        }
        let rest = found.rest
        var repairs = found.repairs
        if let first = rest.first, line[first] == Byte.slash || line[first] == Byte.backslash {
            throw .rejected("url.no-host", "a path without a host", at: first)
        }
        let hash = line.firstIndex(of: Byte.hash, in: rest)
        let end = hash ?? rest.upperBound
        let hostEnd = SchemeReader.hostEnd(line, rest.lowerBound..<end) ?? end
        if let hash {
            if end - hostEnd <= 1, hash + 1 < rest.upperBound {
                throw URLReader.fragmentFault(at: hash)
            }
            repairs.insert(.fragmentDropped)
        }
        var host = rest.lowerBound..<hostEnd
        if let at = line.lastIndex(of: Byte.at, in: host) {
            host = at + 1..<hostEnd
            repairs.insert(.credentialsDropped)
        }
        if let colon = SchemeReader.portColon(line, host) {
            guard SchemeReader.isPort(line, colon + 1..<hostEnd) else {
                throw .rejected("url.port", "no port number after the colon", at: colon)
            }
            host = host.lowerBound..<colon
            repairs.insert(.portDropped)
        }
        let hasStar = line.hasPrefix("*.", at: host.lowerBound, before: host.upperBound)
        let hasDot = line.hasPrefix(".", at: host.lowerBound, before: host.upperBound)
        if hasStar { host = host.lowerBound + 2..<host.upperBound }
        if hasDot {
            host = host.lowerBound + 1..<host.upperBound
            repairs.insert(.leadingDot)
        }
        return Parts(
            all: rest, host: host, path: hostEnd..<end, hasSubdomains: hasStar || hasDot,
            hasStar: hasStar, repairs: repairs)
    }

    /// Whether the path is nothing, `/` or `/*`.
    private static func isWholeHost(_ line: Span<UInt8>, _ path: Range<Int>) -> Bool {
        guard path.count > 1 else { return true }
        return line[path.lowerBound] != Byte.question
            && path.dropFirst().allSatisfy { line[$0] == Byte.star }
    }

    /// Whether nothing but stars stands from `star` on, and a url-prefix that ends there matches the same.
    /// One that ends in `?` does not: an empty query is none.
    private static func isPrefix(_ line: Span<UInt8>, _ path: Range<Int>, _ star: Int) -> Bool {
        guard star > path.lowerBound,
            (star..<path.upperBound).allSatisfy({ line[$0] == Byte.star })
        else { return false }
        switch line[star - 1] {
        case Byte.slash, UInt8(ascii: "&"), Byte.semicolon: return true
        default: return false
        }
    }

    // MARK: Expressions

    /// `^https?://(?:[^/?#]*\.)?name(?::[0-9]+)?/path.*`, every literal character escaped.
    private static func addExpression(
        _ line: Span<UInt8>, _ parts: Parts, as kind: TargetKind?, into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        let start = builder.text.count
        let found = try HostReader.append(line, parts.host, into: &builder)
        let name = Array(builder.text[start...])
        builder.text.removeSubrange(start...)
        if !found.isAddress, !name.contains(Byte.dot) {
            throw .rejected(
                "host.single-label", "a name of one label; a name with a dot was expected",
                at: parts.host.lowerBound)
        }
        builder.text.append(contentsOf: "^https?://".utf8)
        if parts.hasSubdomains {
            builder.text.append(contentsOf: #"(?:[^/?#]*\.)?"#.utf8)
        } else if kind == .urlPrefix {
            builder.text.append(contentsOf: #"(?:www\.)?"#.utf8)
        }
        for byte in name { appendLiteral(byte, to: &builder.text) }
        builder.text.append(contentsOf: "(?::[0-9]+)?".utf8)
        var repairs = parts.repairs
        repairs.formUnion(found.repairs)
        let spelled = lookupPath(line, parts.path)
        if spelled.count != parts.path.count { repairs.insert(.urlSpelling) }
        appendParts(of: spelled, to: &builder.text)
        builder.text.append(contentsOf: ending(of: spelled, as: kind).utf8)
        builder.addEntry(.regex, textFrom: start)
        return repairs
    }

    /// Appends what stands between the stars. Behind each but the last the first place that meets it is as good as
    /// any, and none other is tried: else a long query could make an attempt of several stars too costly to end.
    private static func appendParts(of path: [UInt8], to text: inout [UInt8]) {
        let parts = path.split(separator: wildcard, omittingEmptySubsequences: false)
        for (number, part) in parts.enumerated() {
            let isInner = number > 0 && number < parts.count - 1
            if number > 0 { text.append(contentsOf: (isInner ? "(?>.*?" : ".*").utf8) }
            for byte in part { appendLiteral(byte, to: &text) }
            if isInner { text.append(contentsOf: ")".utf8) }
        }
    }

    /// What may follow the path: of a row of an order the same as for its kind.
    private static func ending(of path: [UInt8], as kind: TargetKind?) -> String {
        guard let last = path.last, last != wildcard else { return "" }
        switch kind {
        case .url: return path.contains(Byte.question) ? "$" : #"(?:\?|$)"#
        case .urlPrefix: return "/?&;".utf8.contains(last) ? "" : "(?:[/?&;]|$)"
        default: return "$"
        }
    }

    /// A path with stars as the lookup form of URLs spells it: escapes are undone until none is left, runs
    /// of slashes are one, and what that form escapes is escaped. Expressions are matched against that
    /// form, too, so that one pattern meets every spelling of a URL, however the pattern is spelled.
    private static func lookupPath(_ line: Span<UInt8>, _ path: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        var isQuery = false
        var start = path.lowerBound
        // A URL has a `/` between its host and its query.
        if start < path.upperBound, line[start] == Byte.question { bytes.append(Byte.slash) }
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
                let byte = line[end] == Byte.star ? wildcard : Byte.question
                if byte != wildcard || bytes.last != wildcard { bytes.append(byte) }
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
                let high = Byte.hexadecimal(bytes[bytes.count - 2]),
                let low = Byte.hexadecimal(bytes[bytes.count - 1])
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
        if isEscaped { return Byte.appendEscape(byte, to: &bytes) }
        if isQuery { return bytes.append(byte) }
        let spelled = byte == Byte.backslash ? Byte.slash : byte
        if spelled == Byte.slash, bytes.last == Byte.slash { return }
        bytes.append(spelled)
    }

    /// What stands for a `*`: a line holds no such byte, and a URL's is escaped.
    private static let wildcard: UInt8 = 0

    private static func appendLiteral(_ byte: UInt8, to text: inout [UInt8]) {
        let isWord =
            Byte.isLetter(byte) || Byte.isDigit(byte) || byte == UInt8(ascii: "_")
            || byte == Byte.slash || byte >= 0x80
        if !isWord { text.append(Byte.backslash) }
        text.append(byte)
    }
}
