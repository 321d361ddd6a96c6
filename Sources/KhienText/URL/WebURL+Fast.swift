import KhienModel

/// The fast path: a plain ASCII `http` or `https` URL that is its own serialisation but for the
/// case of its host. One pass over the input, one copy.
///
/// Whatever it does not know at once (credentials, numeric last label, dot segments, bytes to
/// encode, default ports) it leaves to the full parser by returning false; it never decides that
/// something is wrong. The tests hold both parsers against each other.
extension WebURL {
    mutating func parseFast(_ input: Span<UInt8>) -> Bool {
        guard let (kind, hostStart) = Self.fastScheme(input) else { return false }
        guard let host = Self.fastHost(input, from: hostStart) else { return false }
        guard let port = Self.fastPort(input, from: host.end, scheme: kind) else { return false }
        guard let tail = Self.fastTail(input, from: port.end) else { return false }

        bytes.removeAll(keepingCapacity: true)
        let shift: Int
        if tail.pathEnd == port.end {
            bytes.append(bytesOf: input.extracting(0..<port.end))
            bytes.append(0x2F)
            bytes.append(bytesOf: input.extracting(port.end..<input.count))
            shift = 1
        } else {
            bytes.append(bytesOf: input)
            shift = 0
        }
        if host.hasUpper {
            for index in 0..<host.end { bytes[index] = bytes[index].lowered }
        }
        hostKind = .domain
        self.port = port.number
        schemeKind = kind
        hasOpaquePath = false
        plainParts = host.isCanonical ? tail.plainParts.union(.host) : tail.plainParts
        offsets = Offsets(
            schemeEnd: hostStart - 3, usernameStart: hostStart, usernameEnd: hostStart,
            passwordEnd: hostStart, hostStart: hostStart, hostEnd: host.end, pathStart: port.end,
            queryStart: tail.hasQuery ? tail.pathEnd + shift : -1,
            fragmentStart: tail.queryEnd < input.count ? tail.queryEnd + shift : -1)
        return true
    }

    /// `http://` or `https://` in lower case: its kind and the offset after it.
    @inline(__always)
    private static func fastScheme(_ input: Span<UInt8>) -> (SchemeKind, Int)? {
        guard input.count > 8, input[0] == 0x68, input[1] == 0x74, input[2] == 0x74,
            input[3] == 0x70
        else { return nil }
        let isSecure = input[4] == 0x73
        let colon = isSecure ? 5 : 4
        guard input[colon] == 0x3A, input[colon + 1] == 0x2F, input[colon + 2] == 0x2F else {
            return nil
        }
        return (isSecure ? .https : .http, colon + 3)
    }

    private struct FastHost {
        var end: Int
        var hasUpper: Bool
        /// Whether it is canonical once it is in lower case: the lengths of its labels fit.
        var isCanonical: Bool
    }

    /// A host of letters, digits, `-`, `_` and `.` whose last label does not begin with a digit.
    @inline(__always)
    private static func fastHost(_ input: Span<UInt8>, from start: Int) -> FastHost? {
        var index = start
        var labelStart = start
        var hasUpper = false
        var isCanonical = true
        while index < input.count {
            let byte = input[index]
            guard ByteClass.plainHost.contains(byte: byte) else { break }
            if byte == 0x2E {
                isCanonical = isCanonical && HostCanonicalizer.isLabelLength(index &- labelStart)
                labelStart = index + 1
            }
            hasUpper = hasUpper || byte.isUpper
            index += 1
        }
        guard labelStart < index, !input[labelStart].isDigit else { return nil }
        guard index - start <= Limits.Text.hostInputBytesMax else { return nil }
        isCanonical =
            isCanonical && HostCanonicalizer.isLabelLength(index - labelStart)
            && index - start <= Limits.Text.hostBytesMax
        return FastHost(end: index, hasUpper: hasUpper, isCanonical: isCanonical)
    }

    /// Nothing, or `:` and a port of one to four digits that is not the default and has no leading
    /// zero, up to the end of the authority.
    @inline(__always)
    private static func fastPort(
        _ input: Span<UInt8>, from start: Int, scheme: SchemeKind
    ) -> (end: Int, number: UInt16?)? {
        guard start < input.count else { return (start, nil) }
        switch input[start] {
        case 0x2F, 0x3F, 0x23: return (start, nil)
        case 0x3A: break
        default: return nil
        }
        var index = start + 1
        var number: UInt16 = 0
        while index < input.count, input[index].isDigit, index < start + 5 {
            number = number * 10 + UInt16(input[index] &- 0x30)
            index += 1
        }
        guard index > start + 1, input[start + 1] != 0x30, number != scheme.defaultPort else {
            return nil
        }
        if index < input.count {
            let byte = input[index]
            guard byte == 0x2F || byte == 0x3F || byte == 0x23 else { return nil }
        }
        return (index, number)
    }

    private struct FastTail {
        var pathEnd: Int
        var queryEnd: Int
        var hasQuery: Bool
        var plainParts: PlainParts
    }

    /// Path, query and fragment that are their own serialisation.
    @inline(__always)
    private static func fastTail(_ input: Span<UInt8>, from start: Int) -> FastTail? {
        guard let path = fastPath(input, from: start) else { return nil }
        var plainParts: PlainParts = path.isPlain ? .path : []
        var index = path.end
        let hasQuery = index < input.count && input[index] == 0x3F
        if hasQuery {
            let query = fastQuery(input, from: index + 1)
            index = query.end
            if query.isPlain { plainParts.insert(.query) }
        } else {
            plainParts.insert(.query)
        }
        let queryEnd = index
        if index < input.count {
            guard input[index] == 0x23 else { return nil }
            index += 1
            while index < input.count {
                guard ByteClass.plainFragment.contains(byte: input[index]) else { return nil }
                index += 1
            }
        }
        return FastTail(
            pathEnd: path.end, queryEnd: queryEnd, hasQuery: hasQuery, plainParts: plainParts)
    }

    /// The end of the path; nil where a segment begins with a dot. Plain: nothing in it is escaped
    /// or would be folded.
    @inline(__always)
    private static func fastPath(
        _ input: Span<UInt8>, from start: Int
    ) -> (end: Int, isPlain: Bool)? {
        var index = start
        var isPlain = true
        /// The top bit of the lowest byte: a slash stands before `index`.
        var slashBefore: UInt64 = 0
        var next = start
        while true {
            while index <= input.count - 8 {
                let word = input.word(at: index)
                guard ByteClass.plainPath.containsAll(word) else { break }
                let slashes = word.bytes(equalTo: 0x2F)
                let afterSlash = slashes &<< 8 | slashBefore
                if word.bytes(equalTo: 0x2E) & afterSlash != 0 { return nil }
                isPlain = isPlain && slashes & afterSlash == 0
                slashBefore = slashes &>> 56
                index += 8
            }
            // A word that holds something else, or the end: byte by byte past it.
            next = min(index + 8, input.count)
            if index == next { return (index, isPlain) }
            while index < next {
                let byte = input[index]
                if ByteClass.plainPath.contains(byte: byte) {
                    if slashBefore != 0 {
                        if byte == 0x2E { return nil }
                        isPlain = isPlain && byte != 0x2F
                    }
                } else if byte == 0x25 {
                    // `%2e` may be a dot segment.
                    if index + 1 < input.count, input[index + 1] == 0x32 { return nil }
                    isPlain = false
                } else {
                    return (index, isPlain)
                }
                slashBefore = byte == 0x2F ? 0x80 : 0
                index += 1
            }
        }
    }

    /// The end of the query. Plain: nothing in it is escaped.
    @inline(__always)
    private static func fastQuery(
        _ input: Span<UInt8>, from start: Int
    ) -> (end: Int, isPlain: Bool) {
        var index = start
        var escapes: UInt64 = 0
        while index <= input.count - 8 {
            let word = input.word(at: index)
            guard ByteClass.plainQuery.containsAll(word) else { break }
            escapes |= word.bytes(equalTo: 0x25)
            index += 8
        }
        var isPlain = escapes == 0
        while index < input.count, ByteClass.plainQuery.contains(byte: input[index]) {
            isPlain = isPlain && input[index] != 0x25
            index += 1
        }
        return (index, isPlain)
    }
}
