import KhienModel

/// The path and query of a URL with stars, as the lookup form of URLs spells them: escapes are undone until
/// none is left, runs of slashes are one slash, dot segments are resolved, and what that form escapes is
/// escaped.
///
/// Rules are matched against that form, too, so that one of them meets every spelling of a URL, however the
/// rule is spelled.
struct StarredPath {
    /// What stands for a `*`: a line holds no such byte, and a URL's is escaped.
    static let wildcard: UInt8 = 0

    /// A slash first; the first `?` begins the query; stars side by side are one.
    let bytes: [UInt8]

    /// - Parameter path: not empty; begins with a slash, a backslash or `?`, and ends before the fragment.
    /// - Throws: `pattern.dot-segment` for a `..` behind a segment with a star: a star stands for slashes,
    ///   too, so nobody knows which folder is left.
    /// - Complexity: linear.
    init(_ line: Span<UInt8>, _ path: Range<Int>) throws(LineFault) {
        guard let bytes = Self.resolved(Self.spelled(line, path)) else {
            throw .rejected(
                "pattern.dot-segment", "a `..` behind a `*`: which folder it leaves is not known",
                at: path.lowerBound)
        }
        self.bytes = bytes
    }

    /// Whether nothing is asked of a URL but its host.
    var isOfWholeHost: Bool { bytes == [Byte.slash] || bytes == [Byte.slash, Self.wildcard] }

    var endsInStar: Bool { bytes.last == Self.wildcard }

    var hasQuery: Bool { bytes.contains(Byte.question) }

    /// What stands between the stars.
    var parts: [ArraySlice<UInt8>] {
        bytes.split(separator: Self.wildcard, omittingEmptySubsequences: false)
    }

    // MARK: Dot segments

    /// Without `.` and `..` segments; nil: one stands behind a star.
    private static func resolved(_ bytes: [UInt8]) -> [UInt8]? {
        let end = bytes.firstIndex(of: Byte.question) ?? bytes.count
        let segments = bytes[1..<end].split(
            separator: Byte.slash, omittingEmptySubsequences: false)
        guard segments.contains(where: { dots($0) > 0 }) else { return bytes }
        var kept: [ArraySlice<UInt8>] = []
        for (number, segment) in segments.enumerated() {
            let count = dots(segment)
            if count == 2, let left = kept.popLast(), left.contains(wildcard) { return nil }
            if count == 0 {
                kept.append(segment)
            } else if number == segments.count - 1 {
                // What a dot segment at the end leaves ends in a slash.
                kept.append([])
            }
        }
        return [Byte.slash] + kept.joined(separator: [Byte.slash]) + bytes[end...]
    }

    /// 1 for `.`, 2 for `..`, else 0.
    private static func dots(_ segment: ArraySlice<UInt8>) -> Int {
        segment.count <= 2 && segment.allSatisfy { $0 == Byte.dot } ? segment.count : 0
    }

    // MARK: Spelling

    private static func spelled(_ line: Span<UInt8>, _ path: Range<Int>) -> [UInt8] {
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
}
