import KhienModel
import KhienText

/// The path and query of a URL with stars, as the lookup form of URLs spells them: dot segments are resolved as
/// a browser does it, then escapes are undone until none is left, runs of slashes are one slash, the dot segments
/// that this shows are resolved, what that form escapes is escaped, and an empty query is none.
///
/// | written | browser | lookup form |
/// | --- | --- | --- |
/// | `/x//../y*` | `/x/y*`: what a `..` leaves may be empty | `/x/y*` |
/// | `/a/b%2fc/../y*` | `/a/y*`: what it leaves may hold an escaped slash | `/a/y*` |
/// | `/a/b/..%2fy*` | the same | `/a/y*` |
/// | `/y*z?` | the same | `/y*z` |
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
        let question = line.firstIndex(of: Byte.question, in: path) ?? path.upperBound
        var segments = Segments()
        for segment in try Self.browserSegments(line, path.lowerBound..<question) {
            try segments.add(line, segment)
        }
        var bytes = segments.joined
        if question + 1 < path.upperBound {
            bytes.append(Byte.question)
            Self.append(line, question + 1..<path.upperBound, .query, to: &bytes)
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

    /// The segments of a path that a browser keeps, as they are written: those without dots, and an empty one
    /// where the last has some.
    private static func browserSegments(
        _ line: Span<UInt8>, _ path: Range<Int>
    ) throws(LineFault) -> [Range<Int>] {
        // A URL has a `/` between its host and its query.
        var start = min(path.lowerBound + 1, path.upperBound)
        var kept: [Range<Int>] = []
        while true {
            var end = start
            while end < path.upperBound, line[end] != Byte.slash, line[end] != Byte.backslash {
                end += 1
            }
            let dots = LookupSpelling.dots(line.extracting(start..<end))
            if dots == 2, let left = kept.popLast(), line.firstIndex(of: Byte.star, in: left) != nil
            {
                throw fault(at: start)
            }
            if dots == 0 { kept.append(start..<end) }
            guard end < path.upperBound else {
                if dots > 0 { kept.append(end..<end) }
                return kept
            }
            start = end + 1
        }
    }

    private static func fault(at place: Int) -> LineFault {
        .rejected(
            "pattern.dot-segment", "a `..` behind a `*`: which folder it leaves is not known",
            at: place)
    }

    /// The segments of the lookup form.
    private struct Segments {
        /// None is empty.
        private var kept: [ArraySlice<UInt8>] = []
        private var endsInSlash = true

        /// Takes in what a browser takes for one segment: without its escapes, it may be several.
        mutating func add(_ line: Span<UInt8>, _ range: Range<Int>) throws(LineFault) {
            var spelled: [UInt8] = []
            StarredPath.append(line, range, .path, to: &spelled)
            for segment in spelled.split(separator: Byte.slash, omittingEmptySubsequences: false) {
                let isKept = segment.count > 2 || segment.contains { $0 != Byte.dot }
                if isKept {
                    kept.append(segment)
                } else if segment.count == 2, let left = kept.popLast(),
                    left.contains(StarredPath.wildcard)
                {
                    throw StarredPath.fault(at: range.lowerBound)
                }
                // What a dot segment at the end leaves ends in a slash.
                endsInSlash = !isKept
            }
        }

        /// The whole path, with a slash first.
        var joined: [UInt8] {
            var bytes: [UInt8] = []
            for segment in kept {
                bytes.append(Byte.slash)
                bytes += segment
            }
            if endsInSlash { bytes.append(Byte.slash) }
            return bytes
        }
    }

    // MARK: Spelling

    /// Appends the bytes of `range` as the lookup form has them, the escapes between the stars undone until none
    /// is left; of a path a backslash is a slash.
    private static func append(
        _ line: Span<UInt8>, _ range: Range<Int>, _ part: LookupSpelling.Part,
        to bytes: inout [UInt8]
    ) {
        var decoded: [UInt8] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let star = line.firstIndex(of: Byte.star, in: start..<range.upperBound)
            decoded.removeAll(keepingCapacity: true)
            LookupSpelling.appendDecoded(
                line.extracting(start..<(star ?? range.upperBound)), to: &decoded)
            for byte in decoded {
                if LookupSpelling.escapes(byte, in: part) {
                    Byte.appendEscape(byte, to: &bytes)
                } else {
                    bytes.append(part == .path && byte == Byte.backslash ? Byte.slash : byte)
                }
            }
            guard let star else { return }
            if bytes.last != wildcard { bytes.append(wildcard) }
            start = star + 1
        }
    }
}
