/// What becomes of the `..` segments of a path that only unescaping shows.
public enum HiddenParents: Sendable {
    /// They are resolved: the lookup form, what an origin that unescapes first serves.
    case resolved
    /// They stay: what an origin that unescapes less takes for names below the segments before them.
    case kept
}

/// Slashes, dot segments and escapes of a decoded path.
enum PathResolution {
    /// Appends the resolved and escaped form of `path`, which begins with `/` at `output`'s end.
    ///
    /// A segment is written at most once and removed at most once: linear.
    ///
    /// - Returns: whether there was a `..` segment.
    static func append(
        _ path: Span<UInt8>, _ parents: HiddenParents, to output: inout [UInt8]
    ) -> Bool {
        let start = output.count
        var hasParents = false
        output.append(0x2F)
        var index = 0
        while index < path.count {
            while index < path.count, isSlash(path[index]) { index += 1 }
            let segmentStart = index
            while index < path.count, !isSlash(path[index]) { index += 1 }
            let segment = path.extracting(segmentStart..<index)
            let dots = dots(segment)
            hasParents = hasParents || dots == 2
            if dots == 2, parents == .resolved {
                removeLastSegment(of: &output, pathStart: start)
            } else if dots != 1, segment.count > 0 {
                appendEscaped(segment, to: &output)
                if index < path.count { output.append(0x2F) }
            }
        }
        return hasParents
    }

    @inline(__always)
    private static func isSlash(_ byte: UInt8) -> Bool { byte == 0x2F || byte == 0x5C }

    private static func dots(_ segment: Span<UInt8>) -> Int {
        if segment.count == 1, segment[0] == 0x2E { return 1 }
        return segment.count == 2 && segment[0] == 0x2E && segment[1] == 0x2E ? 2 : 0
    }

    /// `output` ends with a slash; what stands between it and the one before goes.
    private static func removeLastSegment(of output: inout [UInt8], pathStart: Int) {
        guard output.count - 1 > pathStart else { return }
        output.removeLast()
        while output[output.count - 1] != 0x2F { output.removeLast() }
    }

    private static func appendEscaped(_ segment: Span<UInt8>, to output: inout [UInt8]) {
        for index in segment.indices {
            let byte = segment[index]
            if LookupSpelling.escapes(byte, in: .path) {
                output.append(percentEncoded: byte)
            } else {
                output.append(byte)
            }
        }
    }
}
