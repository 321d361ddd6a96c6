/// The states "path", "opaque path", "query" and "fragment".
extension WebURL {
    /// The state "path": reads segments until `?`, `#` or the end, then what follows.
    ///
    /// The path so far stands in `bytes` from `offsets.pathStart`; `start` is after the slash that
    /// began the segment, if there was one.
    mutating func parsePath(_ input: Span<UInt8>, from start: Int) {
        var index = start
        while true {
            let segmentStart = index
            while index < input.count, !endsSegment(input[index]) { index += 1 }
            let segment = input.extracting(segmentStart..<index)
            let atSlash = isSlash(input, index)
            switch Self.dots(segment) {
            case 2:
                shortenPath()
                if !atSlash { bytes.append(0x2F) }
            case 1:
                if !atSlash { bytes.append(0x2F) }
            default:
                let isFirst = bytes.count == offsets.pathStart
                bytes.append(0x2F)
                if schemeKind == .file, isFirst, Self.isDriveLetter(segment) {
                    bytes.append(segment[0])
                    bytes.append(0x3A)
                } else {
                    bytes.append(segment, encoding: .encodePath)
                }
            }
            guard atSlash else { break }
            index += 1
        }
        parseTail(input, from: index)
    }

    @inline(__always)
    private func endsSegment(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x2F, 0x3F, 0x23: true
        case 0x5C: isSpecial
        default: false
        }
    }

    /// The state "opaque path".
    mutating func parseOpaquePath(_ input: Span<UInt8>, from start: Int) {
        var end = start
        while end < input.count, input[end] != 0x3F, input[end] != 0x23 { end += 1 }
        bytes.append(input.extracting(start..<end), encoding: .encodeControl)
        // A space just before `?` or `#` would be stripped by the next parse: it is encoded.
        if end < input.count, bytes.count > offsets.pathStart, bytes[bytes.count - 1] == 0x20 {
            bytes.removeLast()
            bytes.append(percentEncoded: 0x20)
        }
        parseTail(input, from: end)
    }

    /// The states "query" and "fragment", from `?`, `#` or the end.
    mutating func parseTail(_ input: Span<UInt8>, from start: Int) {
        finishPath()
        var index = start
        if index < input.count, input[index] == 0x3F {
            var end = index + 1
            while end < input.count, input[end] != 0x23 { end += 1 }
            offsets.queryStart = bytes.count
            bytes.append(0x3F)
            bytes.append(
                input.extracting(index + 1..<end),
                encoding: isSpecial ? .encodeSpecialQuery : .encodeQuery)
            index = end
        }
        if index < input.count, input[index] == 0x23 {
            offsets.fragmentStart = bytes.count
            bytes.append(0x23)
            bytes.append(input.extracting(index + 1..<input.count), encoding: .encodeFragment)
        }
    }

    /// Puts `/.` before a path that would otherwise read as an authority (`web+x:/.//path`).
    mutating func finishPath() {
        let start = offsets.pathStart
        guard hostKind == .none, !hasOpaquePath, start + 1 < bytes.count, bytes[start] == 0x2F,
            bytes[start + 1] == 0x2F, offsets.queryStart < 0, bytes[start - 1] == 0x3A
        else { return }
        bytes.insert(contentsOf: [0x2F, 0x2E], at: start)
        offsets.pathStart = start + 2
    }

    /// Removes the last segment, but never a drive letter.
    mutating func shortenPath() {
        let start = offsets.pathStart
        guard let slash = bytes[start...].lastIndex(of: 0x2F) else { return }
        if schemeKind == .file, slash == start, bytes.count == start + 3,
            bytes[start + 1].isAlpha, bytes[start + 2] == 0x3A
        {
            return
        }
        bytes.removeSubrange(slash...)
    }

    /// 1 for a single-dot segment, 2 for a double-dot segment, else 0.
    static func dots(_ segment: Span<UInt8>) -> Int {
        guard segment.count <= 6 else { return 0 }
        var count = 0
        var index = 0
        while index < segment.count {
            if segment[index] == 0x2E {
                index += 1
            } else if segment[index] == 0x25, index + 2 < segment.count,
                segment[index + 1] == 0x32, segment[index + 2] | 0x20 == 0x65
            {
                index += 3
            } else {
                return 0
            }
            count += 1
        }
        return count <= 2 ? count : 0
    }

    /// A letter and `:` or `|`.
    static func isDriveLetter(_ segment: Span<UInt8>) -> Bool {
        segment.count == 2 && segment[0].isAlpha && (segment[1] == 0x3A || segment[1] == 0x7C)
    }
}
