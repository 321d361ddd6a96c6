/// A list entry taken apart as written, before anything is canonicalised: offsets only.
struct TargetText {
    /// After white space and scheme; before white space.
    let rest: Range<Int>
    /// The host as written.
    let host: Range<Int>
    /// Where host and port end: at `/`, `\`, `?`, `#` or the end of `rest`.
    let authorityEnd: Int
    /// Where the path ends: at `?`, `#` or the end of `rest`.
    let pathEnd: Int
    /// What taking it apart already shows.
    let repairs: Repair

    init(_ text: Span<UInt8>) throws(TargetError) {
        var repairs: Repair = []
        var start = 0
        var end = text.count
        while start < end, text[start] <= 0x20 { start += 1 }
        while end > start, text[end - 1] <= 0x20 { end -= 1 }
        guard start < end else { throw .empty }
        if end - start < text.count { repairs.insert(.whitespace) }
        let restStart = try Self.skipScheme(text, start..<end, &repairs)
        rest = restStart..<end

        var index = restStart
        var hostStart = restStart
        while index < end, !Self.endsAuthority(text[index]) {
            if text[index] == 0x40 {
                hostStart = index + 1
                repairs.insert(.userinfoRemoved)
            }
            index += 1
        }
        authorityEnd = index
        let hostEnd = Self.hostEnd(text, hostStart..<index)
        if hostEnd < index { repairs.insert(.portRemoved) }
        host = hostStart..<hostEnd
        while index < end, text[index] != 0x3F, text[index] != 0x23 {
            if text[index] == 0x5C { repairs.insert(.backslashes) }
            index += 1
        }
        pathEnd = index
        for position in restStart..<end where Self.isStripped(text[position]) {
            repairs.insert(.whitespace)
        }
        self.repairs = repairs.union(Self.hostRepairs(text.extracting(host)))
    }

    /// Tab, line feed, carriage return: the URL parser drops them anywhere.
    static func isStripped(_ byte: UInt8) -> Bool {
        byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == 0x2F || byte == 0x5C || byte == 0x3F || byte == 0x23
    }

    /// The offset of the port's colon outside brackets, or the end.
    private static func hostEnd(_ text: Span<UInt8>, _ range: Range<Int>) -> Int {
        var inBrackets = false
        for index in range {
            switch text[index] {
            case 0x5B: inBrackets = true
            case 0x5D: inBrackets = false
            case 0x3A where !inBrackets: return index
            default: break
            }
        }
        return range.upperBound
    }

    private static func hostRepairs(_ host: Span<UInt8>) -> Repair {
        var repairs: Repair = []
        var previous: UInt8 = 0x2E
        for index in host.indices {
            let byte = host[index]
            if byte.isUpper, host[0] != 0x5B { repairs.insert(.caseFolded) }
            if byte >= 0x80 { repairs.insert(.idnConverted) }
            if byte == 0x25 { repairs.insert(.unescaped) }
            if byte == 0x2E, previous == 0x2E { repairs.insert(.trailingDotRemoved) }
            previous = byte
        }
        if host.count > 0, previous == 0x2E { repairs.insert(.trailingDotRemoved) }
        return repairs
    }
}

// MARK: - Scheme

extension TargetText {
    /// Schemes whose URLs are matched by host and path. `hxxp` is how reports write `http` so that
    /// nobody follows it by accident.
    private static let matched = ["http", "https", "ws", "wss", "ftp", "hxxp", "hxxps"]
    /// Schemes without a host to match, recognised also without `//`.
    private static let hostless = [
        "about", "blob", "data", "file", "javascript", "mailto", "tel", "urn",
    ]

    /// The offset after the scheme and its slashes; where there is no scheme, the start.
    private static func skipScheme(
        _ text: Span<UInt8>, _ range: Range<Int>, _ repairs: inout Repair
    ) throws(TargetError) -> Int {
        let start = range.lowerBound
        var index = start
        while index < range.upperBound, ByteClass.scheme.contains(byte: text[index]) {
            index += 1
        }
        let name = text.extracting(start..<index)
        let hasColon = index < range.upperBound && text[index] == 0x3A
        let afterColon = hasColon ? index + 1 : index
        let afterSlashes = skipSlashes(text, afterColon..<range.upperBound)
        let slashes = afterSlashes - afterColon
        if name.count == 0, !hasColon {
            // One slash begins a path: there is no host.
            if slashes == 1 { throw .host(.empty) }
            guard slashes >= 2 else { return start }
        } else if matched.contains(where: { equals(name, $0) }) {
            // `http//host` lacks its colon; a host called `http` would have one slash.
            guard hasColon || slashes >= 2 else { return start }
        } else if hasColon {
            let isHostless = hostless.contains { equals(name, $0) }
            if isHostless || slashes >= 2 { throw .unsupportedScheme }
            return start
        } else {
            return start
        }
        repairs.insert(.schemeRemoved)
        for position in afterColon..<afterSlashes where text[position] == 0x5C {
            repairs.insert(.backslashes)
        }
        return afterSlashes
    }

    private static func skipSlashes(_ text: Span<UInt8>, _ range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index < range.upperBound, text[index] == 0x2F || text[index] == 0x5C { index += 1 }
        return index
    }

    /// Whether `text` is `name`, which is in lower case, in any case.
    private static func equals(_ text: Span<UInt8>, _ name: String) -> Bool {
        guard text.count == name.utf8.count else { return false }
        var index = 0
        for byte in name.utf8 {
            guard text[index].lowered == byte else { return false }
            index += 1
        }
        return true
    }
}
