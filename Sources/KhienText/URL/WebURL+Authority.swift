/// The states "authority", "host", "port" and those of `file` URLs.
extension WebURL {
    /// The states from "authority" to "path start"; `bytes` ends with the scheme's colon.
    mutating func parseAuthority(_ input: Span<UInt8>, from start: Int) throws(WebURLError) {
        bytes.append(0x2F)
        bytes.append(0x2F)
        var end = start
        var credentialsEnd = -1
        while end < input.count, !endsAuthority(input[end]) {
            if input[end] == 0x40 { credentialsEnd = end }
            end += 1
        }
        offsets.usernameStart = bytes.count
        offsets.usernameEnd = bytes.count
        offsets.passwordEnd = bytes.count
        var hostStart = start
        if credentialsEnd >= 0 {
            guard credentialsEnd + 1 < end else { throw .missingHost }
            appendCredentials(input.extracting(start..<credentialsEnd))
            hostStart = credentialsEnd + 1
        }
        try parseHostAndPort(input.extracting(hostStart..<end))
        parsePathStart(input, from: end)
    }

    @inline(__always)
    private func endsAuthority(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x2F, 0x3F, 0x23: true
        case 0x5C: isSpecial
        default: false
        }
    }

    private mutating func appendCredentials(_ text: Span<UInt8>) {
        var colon = 0
        while colon < text.count, text[colon] != 0x3A { colon += 1 }
        bytes.append(text.extracting(0..<colon), encoding: .encodeUserinfo)
        offsets.usernameEnd = bytes.count
        offsets.passwordEnd = bytes.count
        if colon + 1 < text.count {
            bytes.append(0x3A)
            bytes.append(text.extracting(colon + 1..<text.count), encoding: .encodeUserinfo)
            offsets.passwordEnd = bytes.count
        }
        if offsets.passwordEnd > offsets.usernameStart { bytes.append(0x40) }
    }

    private mutating func parseHostAndPort(_ text: Span<UInt8>) throws(WebURLError) {
        var hostEnd = 0
        var inBrackets = false
        while hostEnd < text.count {
            let byte = text[hostEnd]
            if byte == 0x3A, !inBrackets { break }
            if byte == 0x5B { inBrackets = true }
            if byte == 0x5D { inBrackets = false }
            hostEnd += 1
        }
        if hostEnd == 0, isSpecial || text.count > 0 { throw .missingHost }
        offsets.hostStart = bytes.count
        try appendHost(text.extracting(0..<hostEnd))
        guard hostEnd + 1 < text.count else { return }
        var number: UInt32 = 0
        for index in hostEnd + 1..<text.count {
            guard text[index].isDigit else { throw .badPort }
            number = number * 10 + UInt32(text[index] &- 0x30)
            guard number <= 65535 else {
                // A later byte that is no digit makes it no port at all; both are refused.
                throw .portTooLarge
            }
        }
        guard UInt16(number) != schemeKind.defaultPort else { return }
        port = UInt16(number)
        bytes.append(0x3A)
        bytes.append(decimal: number)
    }

    private mutating func appendHost(_ text: Span<UInt8>) throws(WebURLError) {
        do throws(HostError) {
            hostKind =
                isSpecial
                ? try HostParser.parse(text, into: &bytes, through: &domain)
                : try HostParser.parseOpaque(text, into: &bytes)
        } catch {
            throw .host(error)
        }
        offsets.hostEnd = bytes.count
    }

    /// The state "path start".
    private mutating func parsePathStart(_ input: Span<UInt8>, from start: Int) {
        offsets.pathStart = bytes.count
        if isSpecial {
            parsePath(input, from: isSlash(input, start) ? start + 1 : start)
        } else if start < input.count, input[start] == 0x2F {
            parsePath(input, from: start + 1)
        } else {
            parseTail(input, from: start)
        }
    }
}

// MARK: - File URLs

extension WebURL {
    /// The states "file" and "file slash"; `bytes` ends with the scheme's colon.
    mutating func parseFile(
        _ input: Span<UInt8>, from start: Int, base: borrowing WebURL
    ) throws(WebURLError) {
        bytes.append(0x2F)
        bytes.append(0x2F)
        setEmptyHost()
        let hasFileBase = !base.bytes.isEmpty && base.schemeKind == .file
        if isSlash(input, start) {
            if isSlash(input, start + 1) { return try parseFileHost(input, from: start + 2) }
            if hasFileBase {
                copyHost(ofFile: base)
                if !Self.startsWithDriveLetter(input, at: start + 1) { copyDriveLetter(base) }
            }
            return parsePath(input, from: start + 1)
        }
        guard hasFileBase else { return parsePath(input, from: start) }
        copyHost(ofFile: base)
        copyPath(base)
        guard start < input.count else { return copyQuery(base) }
        switch input[start] {
        case 0x3F: parseTail(input, from: start)
        case 0x23:
            copyQuery(base)
            parseTail(input, from: start)
        default:
            if Self.startsWithDriveLetter(input, at: start) {
                bytes.removeSubrange(offsets.pathStart...)
            } else {
                shortenPath()
            }
            parsePath(input, from: start)
        }
    }

    private mutating func setEmptyHost() {
        let end = bytes.count
        offsets.usernameStart = end
        offsets.usernameEnd = end
        offsets.passwordEnd = end
        offsets.hostStart = end
        offsets.hostEnd = end
        offsets.pathStart = end
        hostKind = .empty
    }

    private mutating func copyHost(ofFile base: borrowing WebURL) {
        bytes.append(contentsOf: base.bytes[base.host])
        offsets.hostEnd = bytes.count
        offsets.pathStart = bytes.count
        hostKind = base.hostKind
    }

    /// Takes over the base path's first segment if it is a drive letter (`/C:`).
    private mutating func copyDriveLetter(_ base: borrowing WebURL) {
        let path = base.bytes[base.path]
        let start = path.startIndex
        guard path.count >= 3, path[start + 1].isAlpha, path[start + 2] == 0x3A,
            path.count == 3 || path[start + 3] == 0x2F
        else { return }
        bytes.append(contentsOf: path.prefix(3))
    }

    /// The state "file host".
    private mutating func parseFileHost(
        _ input: Span<UInt8>, from start: Int
    ) throws(WebURLError) {
        var end = start
        while end < input.count, !endsAuthority(input[end]) { end += 1 }
        let text = input.extracting(start..<end)
        if Self.isDriveLetter(text) { return parsePath(input, from: start) }
        if text.count > 0 {
            try appendHost(text)
            if bytes[host].elementsEqual("localhost".utf8) {
                bytes.removeSubrange(host)
                setEmptyHost()
            }
        }
        parsePathStart(input, from: end)
    }

    /// Whether a drive letter, and then the end or `/`, `\`, `?` or `#`, stands at `index`.
    private static func startsWithDriveLetter(_ input: Span<UInt8>, at index: Int) -> Bool {
        guard index + 1 < input.count,
            isDriveLetter(input.extracting(index..<index + 2))
        else { return false }
        guard index + 2 < input.count else { return true }
        switch input[index + 2] {
        case 0x2F, 0x5C, 0x3F, 0x23: return true
        default: return false
        }
    }
}
