import KhienModel

/// The full parser: the URL Standard's state machine, written as one function a group of states.
/// Every function takes the cleaned input and the offset at which it starts; offsets past the end
/// are the standard's EOF code point.
extension WebURL {
    /// Parses an absolute URL.
    ///
    /// - Parameter input: the URL's bytes, UTF-8 or not, at most `Limits.Text.urlBytesMax`.
    /// - Throws: what is wrong; the value is then empty.
    /// - Complexity: linear; allocates nothing for ASCII `http(s)` URLs once the value is warm.
    public mutating func parse(_ input: Span<UInt8>) throws(WebURLError) {
        guard input.count <= Limits.Text.urlBytesMax else {
            reset()
            throw .tooLong(bytes: input.count, limit: Limits.Text.urlBytesMax)
        }
        if parseFast(input) { return }
        try parseCleaning(input, base: Self.noBase)
    }

    /// Parses a URL that may be relative to `base`.
    ///
    /// - Throws: what is wrong; the value is then empty.
    public mutating func parse(
        _ input: Span<UInt8>, base: borrowing WebURL
    ) throws(WebURLError) {
        guard input.count <= Limits.Text.urlBytesMax else {
            reset()
            throw .tooLong(bytes: input.count, limit: Limits.Text.urlBytesMax)
        }
        if parseFast(input) { return }
        try parseCleaning(input, base: base)
    }

    /// The base of a URL without base; its `bytes` are empty.
    private static let noBase = WebURL()

    /// Parses with the full parser only. For the tests, which compare it with the fast path.
    package mutating func parseFully(_ input: Span<UInt8>) throws(WebURLError) {
        try parseCleaning(input, base: Self.noBase)
    }

    private mutating func parseCleaning(
        _ input: Span<UInt8>, base: borrowing WebURL
    ) throws(WebURLError) {
        reset()
        do throws(WebURLError) {
            if Self.needsCleaning(input) {
                try parseCleaned(input, base: base)
            } else {
                try parseScheme(input, base: base)
            }
        } catch {
            reset()
            throw error
        }
        lowerAll()
    }

    /// Fills `lowered` from `bytes`.
    mutating func lowerAll() {
        let end = offsets.fragmentStart >= 0 ? offsets.fragmentStart : bytes.count
        Self.lower(&bytes, end, into: &lowered)
    }

    /// Parts by reference, so that reading one while writing the other is allowed.
    private static func lower(
        _ bytes: inout [UInt8], _ end: Int, into lowered: inout LoweredText
    ) {
        lowered.fill(bytes.span.extracting(0..<end))
    }

    private mutating func parseCleaned(
        _ input: Span<UInt8>, base: borrowing WebURL
    ) throws(WebURLError) {
        if input.count <= Self.cleanedInlineMax {
            var cleaned = InlineArray<1024, UInt8>(repeating: 0)
            var room = cleaned.mutableSpan
            let count = Self.clean(input, into: &room)
            return try parseScheme(cleaned.span.extracting(0..<count), base: base)
        }
        // The scratch is moved out while it is read, so that the parser may change `self`.
        var cleaned: [UInt8] = []
        swap(&cleaned, &scratch)
        defer { swap(&cleaned, &scratch) }
        cleaned.removeAll(keepingCapacity: true)
        cleaned.append(contentsOf: repeatElement(0, count: input.count))
        var room = cleaned.mutableSpan
        let count = Self.clean(input, into: &room)
        try parseScheme(cleaned.span.extracting(0..<count), base: base)
    }

    /// What is no longer than this is cleaned on the stack: no reference to memory is counted for it.
    private static let cleanedInlineMax = 1024

    private static func needsCleaning(_ input: Span<UInt8>) -> Bool {
        guard input.count > 0 else { return false }
        if input[0] <= 0x20 || input[input.count - 1] <= 0x20 { return true }
        for index in input.indices where isStripped(input[index]) { return true }
        return false
    }

    @inline(__always)
    private static func isStripped(_ byte: UInt8) -> Bool {
        byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    /// Strips C0 controls and spaces at the ends, and tabs and newlines everywhere.
    ///
    /// - Parameter output: at least as long as the input.
    /// - Returns: how many bytes are left.
    private static func clean(_ input: Span<UInt8>, into output: inout MutableSpan<UInt8>) -> Int {
        var start = 0
        var end = input.count
        while start < end, input[start] <= 0x20 { start += 1 }
        while end > start, input[end - 1] <= 0x20 { end -= 1 }
        var count = 0
        for index in start..<end where !isStripped(input[index]) {
            output[count] = input[index]
            count += 1
        }
        return count
    }
}

// MARK: - Scheme and relative states

extension WebURL {
    /// The states "scheme start", "scheme", "no scheme" and the choice of what follows.
    private mutating func parseScheme(
        _ input: Span<UInt8>, base: borrowing WebURL
    ) throws(WebURLError) {
        var end = 0
        if input.count > 0, input[0].isAlpha {
            end = 1
            while end < input.count, ByteClass.scheme.contains(byte: input[end]) { end += 1 }
        }
        guard end > 0, end < input.count, input[end] == 0x3A else {
            return try parseWithoutScheme(input, base: base)
        }
        for index in 0..<end { bytes.append(input[index].lowered) }
        schemeKind = SchemeKind(bytes[...])
        endScheme()
        let next = end + 1
        let startsWithSlash = next < input.count && input[next] == 0x2F
        switch schemeKind {
        case .file:
            try parseFile(input, from: next, base: base)
        case .other:
            if !startsWithSlash {
                hasOpaquePath = true
                offsets.pathStart = bytes.count
                parseOpaquePath(input, from: next)
            } else if next + 1 < input.count, input[next + 1] == 0x2F {
                try parseAuthority(input, from: next + 2)
            } else {
                offsets.pathStart = bytes.count
                parsePath(input, from: next + 1)
            }
        default:
            let isDoubleSlash =
                startsWithSlash && next + 1 < input.count && input[next + 1] == 0x2F
            if !base.bytes.isEmpty, base.schemeKind == schemeKind, !isDoubleSlash {
                try parseRelative(input, from: next, base: base)
            } else {
                try parseAuthority(input, from: skipSlashes(input, from: next))
            }
        }
    }

    private mutating func parseWithoutScheme(
        _ input: Span<UInt8>, base: borrowing WebURL
    ) throws(WebURLError) {
        guard !base.bytes.isEmpty else { throw .missingScheme }
        let isFragment = input.count > 0 && input[0] == 0x23
        guard !base.hasOpaquePath || isFragment else { throw .missingScheme }
        schemeKind = base.schemeKind
        if base.hasOpaquePath {
            copyScheme(base)
            hasOpaquePath = true
            offsets.pathStart = bytes.count
            copyPath(base)
            copyQuery(base)
            parseTail(input, from: 0)
        } else if schemeKind == .file {
            copyScheme(base)
            try parseFile(input, from: 0, base: base)
        } else {
            copyScheme(base)
            try parseRelative(input, from: 0, base: base)
        }
    }

    /// The states "relative" and "relative slash".
    private mutating func parseRelative(
        _ input: Span<UInt8>, from start: Int, base: borrowing WebURL
    ) throws(WebURLError) {
        if isSlash(input, start) {
            if isSlash(input, start + 1) {
                let next = start + 2
                return try parseAuthority(
                    input, from: isSpecial ? skipSlashes(input, from: next) : next)
            }
            copyAuthority(base)
            return parsePath(input, from: start + 1)
        }
        copyAuthority(base)
        copyPath(base)
        guard start < input.count else { return copyQuery(base) }
        switch input[start] {
        case 0x3F: parseTail(input, from: start)
        case 0x23:
            copyQuery(base)
            parseTail(input, from: start)
        default:
            shortenPath()
            parsePath(input, from: start)
        }
    }

    private func skipSlashes(_ input: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < input.count, input[index] == 0x2F || input[index] == 0x5C { index += 1 }
        return index
    }

    /// Whether a slash, or for special schemes a backslash, stands at `index`.
    func isSlash(_ input: Span<UInt8>, _ index: Int) -> Bool {
        guard index < input.count else { return false }
        return input[index] == 0x2F || (isSpecial && input[index] == 0x5C)
    }
}

// MARK: - Copies from the base

extension WebURL {
    /// Ends the scheme, of which `bytes` holds the letters, with its colon.
    private mutating func endScheme() {
        bytes.append(0x3A)
        let end = bytes.count
        offsets = Offsets(
            schemeEnd: end - 1, usernameStart: end, usernameEnd: end, passwordEnd: end,
            hostStart: end, hostEnd: end, pathStart: end)
    }

    private mutating func copyScheme(_ base: borrowing WebURL) {
        bytes.append(contentsOf: base.bytes[base.scheme])
        endScheme()
    }

    /// Copies credentials, host and port; `bytes` must end with the scheme's colon.
    private mutating func copyAuthority(_ base: borrowing WebURL) {
        var copied = base.offsets
        // An inserted `/.` belongs to the path's serialisation, not to the authority.
        let end = base.authorityEnd
        bytes.append(contentsOf: base.bytes[base.offsets.schemeEnd + 1..<end])
        copied.pathStart = end
        copied.queryStart = -1
        copied.fragmentStart = -1
        offsets = copied
        hostKind = base.hostKind
        port = base.port
    }

    /// Where the authority ends; at the scheme's colon where there is none.
    private var authorityEnd: Int {
        hostKind == .none ? offsets.schemeEnd + 1 : offsets.pathStart
    }

    func copyFileHost(_ base: borrowing WebURL) -> (bytes: ArraySlice<UInt8>, kind: HostKind) {
        (base.bytes[base.host], base.hostKind)
    }

    mutating func copyPath(_ base: borrowing WebURL) {
        bytes.append(contentsOf: base.bytes[base.path])
    }

    mutating func copyQuery(_ base: borrowing WebURL) {
        finishPath()
        guard let query = base.query else { return }
        offsets.queryStart = bytes.count
        bytes.append(0x3F)
        bytes.append(contentsOf: base.bytes[query])
    }
}
