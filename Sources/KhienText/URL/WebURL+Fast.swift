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
        let blocks = lowered.fill(url: input, hostStart: hostStart)
        guard let host = Self.fastHost(input, from: hostStart) else { return false }
        guard let port = Self.fastPort(input, from: host.end, scheme: kind) else { return false }
        guard let tail = Self.tail(input, from: port.end, blocks) else { return false }

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
        if shift > 0 || tail.queryEnd < input.count { lowerAll() }
        return true
    }

    /// `http://` or `https://` in lower case: its kind and the offset after it.
    @inline(__always)
    private static func fastScheme(_ input: Span<UInt8>) -> (SchemeKind, Int)? {
        guard input.count > 8 else { return nil }
        let word = input.word(at: 0)
        // The eight bytes of `https://` and the seven of `http://`, the first the lowest.
        if word == 0x2F2F_3A73_7074_7468 { return (.https, 8) }
        return word &<< 8 == 0x2F2F_3A70_7474_6800 ? (.http, 7) : nil
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
        var uppers: UInt64 = 0
        var emptyLabels: UInt64 = 0
        /// The top bit of the lowest byte: a label begins at `index`.
        var dotBefore: UInt64 = 0x80
        while true {
            let word = input.paddedWord(at: index)
            let letters = PlainWord.letters(word)
            let others = ~(letters | PlainWord.digitsAndMarks(word)) | word
            let end = others & UInt64.highBits
            let mask = PlainWord.before(end)
            let dots = word.bytes(equalTo: 0x2E) & mask
            uppers |= letters & ~(word &<< 2) & mask
            emptyLabels |= dots & (dots &<< 8 | dotBefore)
            dotBefore = dots &>> 56
            if dots != 0 { labelStart = index &+ 8 &- dots.leadingZeroBitCount / 8 }
            if end != 0 {
                index &+= end.trailingZeroBitCount / 8
                break
            }
            index &+= 8
        }
        guard labelStart < index, !input[labelStart].isDigit else { return nil }
        let count = index &- start
        guard count <= Limits.Text.hostInputBytesMax else { return nil }
        let isCanonical =
            emptyLabels == 0
            && (HostCanonicalizer.isLabelLength(count) || hasCanonicalLengths(input, start..<index))
        return FastHost(end: index, hasUpper: uppers != 0, isCanonical: isCanonical)
    }

    /// Whether a host and its labels are no longer than a name's may be.
    @inline(never)
    private static func hasCanonicalLengths(_ input: Span<UInt8>, _ host: Range<Int>) -> Bool {
        var labelStart = host.lowerBound
        for index in host where input[index] == 0x2E {
            guard HostCanonicalizer.isLabelLength(index - labelStart) else { return false }
            labelStart = index + 1
        }
        return HostCanonicalizer.isLabelLength(host.upperBound - labelStart)
            && host.count <= Limits.Text.hostBytesMax
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
    private static func tail(
        _ input: Span<UInt8>, from start: Int, _ blocks: URLBlocks
    ) -> FastTail? {
        if blocks.hasOthers { return fastTail(input, from: start) }
        if !blocks.hasDoubledOrPercent {
            let end = blocks.hasQuestionMark ? queryMark(input, from: start) : input.count
            return FastTail(
                pathEnd: end, queryEnd: input.count, hasQuery: end < input.count,
                plainParts: [.path, .query])
        }
        return tailOfCommonBytes(input, from: start, blocks)
    }

    /// Path and query of bytes of which `URLBlocks` has no others.
    @inline(never)
    private static func tailOfCommonBytes(
        _ input: Span<UInt8>, from start: Int, _ blocks: URLBlocks
    ) -> FastTail? {
        let end = queryMark(input, from: start)
        var isSeen: UInt64 = 0
        var slashBefore: UInt64 = 0
        var index = start
        while index < end {
            let word = input.paddedWord(at: index)
            let slashes = word.bytes(equalTo: 0x2F)
            let doubled = PlainWord.dotsAndSlashes(word) & (slashes &<< 8 | slashBefore)
            slashBefore = slashes &>> 56
            var seen = doubled | word.bytes(equalTo: 0x25)
            if end &- index < 8 {
                seen &= (1 &<< UInt64(truncatingIfNeeded: (end &- index) &* 8)) &- 1
            }
            isSeen |= seen
            index &+= 8
        }
        if isSeen != 0 { return fastTail(input, from: start) }
        // A `%` is in the query then.
        return FastTail(
            pathEnd: end, queryEnd: input.count, hasQuery: end < input.count,
            plainParts: blocks.hasPercent ? .path : [.path, .query])
    }

    /// Where the first `?` stands; the end where there is none.
    @inline(__always)
    private static func queryMark(_ input: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < input.count {
            let marks = input.paddedWord(at: index).bytes(equalTo: 0x3F)
            if marks != 0 { return index &+ marks.trailingZeroBitCount / 8 }
            index &+= 8
        }
        return input.count
    }

    /// Path, query and fragment that are their own serialisation.
    @inline(never)
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
        while true {
            let word = input.paddedWord(at: index)
            let end = PlainWord.notInPath(word)
            let mask = PlainWord.before(end)
            let slashes = word.bytes(equalTo: 0x2F)
            // A dot or a slash behind a slash.
            let doubled = PlainWord.dotsAndSlashes(word) & (slashes &<< 8 | slashBefore) & mask
            if doubled != 0 {
                if doubled & ~slashes != 0 { return nil }
                isPlain = false
            }
            if end == 0 {
                slashBefore = slashes &>> 56
                index &+= 8
                continue
            }
            // A rarer byte of a path, `%`, or the end: one step past it, or out.
            let count = end.trailingZeroBitCount / 8
            index &+= count
            guard index < input.count else { return (index, isPlain) }
            let byte = input[index]
            if byte == 0x25 {
                // `%2e` may be a dot segment.
                if index + 2 < input.count, input[index + 1] == 0x32,
                    input[index + 2] | 0x20 == 0x65
                {
                    return nil
                }
                isPlain = false
            } else if !ByteClass.plainPath.contains(byte: byte) {
                return (index, isPlain)
            }
            slashBefore = 0
            index &+= 1
        }
    }

    /// The end of the query. Plain: nothing in it is escaped.
    @inline(__always)
    private static func fastQuery(
        _ input: Span<UInt8>, from start: Int
    ) -> (end: Int, isPlain: Bool) {
        var index = start
        var escapes: UInt64 = 0
        while true {
            let word = input.paddedWord(at: index)
            let end = PlainWord.notInQuery(word)
            let mask = PlainWord.before(end)
            escapes |= word.bytes(equalTo: 0x25) & mask
            if end != 0 { return (index &+ end.trailingZeroBitCount / 8, escapes == 0) }
            index &+= 8
        }
    }
}
