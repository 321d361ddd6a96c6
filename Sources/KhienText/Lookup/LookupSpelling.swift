/// How the lookup form spells single bytes of a path or query: for texts that are parts of URLs, and no URLs
/// themselves, such as patterns and expressions.
package enum LookupSpelling {
    /// Where in a URL a byte stands.
    package enum Part: Sendable {
        case path
        case query
    }

    /// Whether the lookup form writes `byte` as an escape. A `?` in a path would begin the query.
    @inline(__always)
    package static func escapes(_ byte: UInt8, in part: Part) -> Bool {
        ByteClass.escapeLookup.contains(byte: byte) || (byte == 0x3F && part == .path)
    }

    /// Whether a browser writes `byte` as an escape, so that the exact form of no URL has it as it is.
    ///
    /// Source: the percent-encode sets of the URL Standard, those of special schemes.
    package static func browserEscapes(_ byte: UInt8, in part: Part) -> Bool {
        let set: ByteClass = part == .path ? .encodePath : .encodeSpecialQuery
        return set.contains(byte: byte)
    }

    /// Appends `text` with its percent escapes undone until none is left: of `%2541`, first `%41`, then `A`.
    ///
    /// - Complexity: linear.
    package static func appendDecoded(_ text: Span<UInt8>, to output: inout [UInt8]) {
        RepeatedDecoding.decode(text, into: &output)
    }

    /// What a browser takes a segment of a path for, as it is written: 1 for `.`, 2 for `..`, else 0. A dot may be
    /// `%2e`.
    package static func dots(_ segment: Span<UInt8>) -> Int { WebURL.dots(segment) }
}
