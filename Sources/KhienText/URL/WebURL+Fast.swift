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

    /// A host of letters, digits, `-`, `_` and `.` whose last label does not begin with a digit.
    @inline(__always)
    private static func fastHost(
        _ input: Span<UInt8>, from start: Int
    ) -> (end: Int, hasUpper: Bool)? {
        var index = start
        var labelStart = start
        var hasUpper = false
        while index < input.count {
            let byte = input[index]
            guard ByteClass.plainHost.contains(byte: byte) else { break }
            if byte == 0x2E { labelStart = index + 1 }
            hasUpper = hasUpper || byte.isUpper
            index += 1
        }
        guard labelStart < index, !input[labelStart].isDigit else { return nil }
        guard index - start <= Limits.Text.hostInputBytesMax else { return nil }
        return (index, hasUpper)
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

    /// Path, query and fragment that are their own serialisation: the offsets of their ends.
    @inline(__always)
    private static func fastTail(
        _ input: Span<UInt8>, from start: Int
    ) -> (pathEnd: Int, queryEnd: Int, hasQuery: Bool)? {
        var index = start
        var previous: UInt8 = 0
        while index < input.count {
            let byte = input[index]
            if ByteClass.plainPath.contains(byte: byte) {
                if byte == 0x2E, previous == 0x2F { return nil }
            } else if byte == 0x25 {
                // `%2e` may be a dot segment.
                if index + 1 < input.count, input[index + 1] == 0x32 { return nil }
            } else {
                break
            }
            previous = byte
            index += 1
        }
        let pathEnd = index
        var hasQuery = false
        if index < input.count, input[index] == 0x3F {
            hasQuery = true
            index += 1
            while index < input.count, ByteClass.plainQuery.contains(byte: input[index]) {
                index += 1
            }
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
        return (pathEnd, queryEnd, hasQuery)
    }
}
