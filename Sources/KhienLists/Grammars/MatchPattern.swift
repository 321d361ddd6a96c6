import KhienModel

/// Match patterns of browser extensions: `scheme://host/path` with `*`. Lists write them without a scheme,
/// too.
///
/// | pattern | entry |
/// | --- | --- |
/// | `*://*.name/*`, `http://*.name/*` | domain `name` |
/// | `*://name/*`, `http://name/*`, `name/*` | host `name` |
/// | `*://name/path` | url `name/path` |
/// | `*://name/path*`, `name/a/*/b`, `*://*.name/path` | pattern, bound to the host |
/// | the same with `%2A` or `^`; of an order with an end that patterns have no sign for | regular expression |
/// | `*://*/*` | rejected: everything |
///
/// A `*` in a URL is never read as the character: that is `%2A`. The scheme as written says nothing: entries and
/// patterns of `*.name` mean any, other patterns and expressions `http` and `https`, the two that a proxy is asked
/// for.
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
            parts.repairs.formUnion(try addHost(line, parts, into: &builder))
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
        return try addStarred(line, parts, as: kind, into: &builder)
    }

    private static func addHost(
        _ line: Span<UInt8>, _ parts: Parts, into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        try NameReader.addName(
            line, parts.host, parts.hasSubdomains ? .domain : .host, into: &builder)
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

    // MARK: Stars

    /// Adds what a URL with stars, or one of a name with its subdomains, stands for: a pattern where there is
    /// one that says the same, else an expression, which costs more to compile and to try.
    private static func addStarred(
        _ line: Span<UInt8>, _ parts: Parts, as kind: TargetKind?, into builder: inout ListBuilder
    ) throws(LineFault) -> RepairSet {
        let path = try StarredPath(line, parts.path)
        var repairs = parts.repairs
        if path.bytes.count != parts.path.count { repairs.insert(.urlSpelling) }
        if path.isOfWholeHost {
            repairs.formUnion(try addHost(line, parts, into: &builder))
            return repairs
        }
        let start = builder.text.count
        let found = try HostReader.append(line, parts.host, into: &builder)
        repairs.formUnion(found.repairs)
        let name = Array(builder.text[start...])
        builder.text.removeSubrange(start...)
        if !found.isAddress, !name.contains(Byte.dot) {
            throw .rejected(
                "host.single-label", "a name of one label; a name with a dot was expected",
                at: parts.host.lowerBound)
        }
        let ending = ending(of: path, as: kind)
        if isPattern(name, path, ending, kind) {
            addPattern(name, path, hasSubdomains: parts.hasSubdomains, into: &builder)
        } else {
            addExpression(
                name, path, ending, hasSubdomains: parts.hasSubdomains, as: kind, into: &builder)
        }
        return repairs
    }

    /// What may follow the path: of a row of an order the same as for its kind.
    private static func ending(of path: StarredPath, as kind: TargetKind?) -> String {
        guard let last = path.bytes.last, !path.endsInStar else { return "" }
        switch kind {
        case .url: return path.hasQuery ? "$" : #"(?:\?|$)"#
        case .urlPrefix: return "/?&;".utf8.contains(last) ? "" : "(?:[/?&;]|$)"
        default: return "$"
        }
    }

    /// Whether a pattern says the same as the expression. None has a sign for one of several ends, nor for a
    /// url-prefix's `www.`, nor for the characters `*` and `^` themselves; and an expression that is too long is
    /// refused, as a pattern would not be.
    private static func isPattern(
        _ name: [UInt8], _ path: StarredPath, _ ending: String, _ kind: TargetKind?
    ) -> Bool {
        (ending.isEmpty || ending == "$") && kind != .urlPrefix
            && !path.bytes.contains(Byte.star) && !path.bytes.contains(Byte.caret)
            && name.count + path.bytes.count <= Limits.Regex.patternBytesMax
    }

    /// `name/path*` as the body of a rule, bound to the host or to a label of it.
    ///
    /// It says nothing of a port: the lookup form, which it is tried against as well, has none.
    private static func addPattern(
        _ name: [UInt8], _ path: StarredPath, hasSubdomains: Bool, into builder: inout ListBuilder
    ) {
        let start = builder.text.count
        builder.text += name
        builder.text += path.bytes.map { $0 == StarredPath.wildcard ? Byte.star : $0 }
        if path.endsInStar { builder.text.removeLast() }
        var anchors: AdblockRule.Anchors = hasSubdomains ? .host : .wholeHost
        if !path.endsInStar { anchors.insert(.end) }
        let rule = AdblockRule(
            pattern: builder.textRange(from: start), anchors: anchors, traits: .matchCase,
            party: .any, typeMask: AdblockRule.allTypes, includeDomains: 0..<0,
            excludeDomains: 0..<0, denyAllowDomains: 0..<0, line: builder.line)
        let index = UInt32(truncatingIfNeeded: builder.rules.count)
        builder.rules.append(rule)
        builder.addEntry(.pattern, textFrom: start, flags: .fromURL, rule: index)
    }

    /// `^https?://(?:[^/?#]*\.)?name(?::[0-9]+)?/path.*`, every literal character escaped.
    private static func addExpression(
        _ name: [UInt8], _ path: StarredPath, _ ending: String, hasSubdomains: Bool,
        as kind: TargetKind?, into builder: inout ListBuilder
    ) {
        let start = builder.text.count
        builder.text.append(contentsOf: "^https?://".utf8)
        if hasSubdomains {
            builder.text.append(contentsOf: #"(?:[^/?#]*\.)?"#.utf8)
        } else if kind == .urlPrefix {
            builder.text.append(contentsOf: #"(?:www\.)?"#.utf8)
        }
        for byte in name { appendLiteral(byte, to: &builder.text) }
        builder.text.append(contentsOf: "(?::[0-9]+)?".utf8)
        appendParts(path.parts, to: &builder.text)
        builder.text.append(contentsOf: ending.utf8)
        builder.addEntry(.regex, textFrom: start)
    }

    /// Appends what stands between the stars. Behind each but the last the first place that meets it is as good as
    /// any, and none other is tried: else a long query could make an attempt of several stars too costly to end.
    private static func appendParts(_ parts: [ArraySlice<UInt8>], to text: inout [UInt8]) {
        for (number, part) in parts.enumerated() {
            let isInner = number > 0 && number < parts.count - 1
            if number > 0 { text.append(contentsOf: (isInner ? "(?>.*?" : ".*").utf8) }
            for byte in part { appendLiteral(byte, to: &text) }
            if isInner { text.append(contentsOf: ")".utf8) }
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
