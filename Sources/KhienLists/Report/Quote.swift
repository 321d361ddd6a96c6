import KhienModel

/// Makes the text of a hostile line fit for a message: printable, short, in quotes.
enum Quote {
    /// The line in double quotes: control characters and bytes that are not UTF-8 as `\xNN`, cut to
    /// `Limits.Lists.quoteBytesMax` bytes around `offset`, with `…` where something is left out.
    static func text(_ line: Span<UInt8>, around offset: Int = 0) -> String {
        let limit = Limits.Lists.quoteBytesMax
        var start = 0
        if offset > limit / 2, line.count > limit { start = min(offset, line.count) - limit / 2 }
        let end = min(line.count, start + limit)
        var result = start > 0 ? "\"…" : "\""
        var index = start
        while index < end {
            let (scalar, length) = scalar(in: line, at: index, before: end)
            if let scalar, PrintableText.isPrintable(scalar) {
                if scalar == "\"" || scalar == "\\" { result.unicodeScalars.append("\\") }
                result.unicodeScalars.append(scalar)
            } else {
                for position in index..<index + length { result += escape(line[position]) }
            }
            index += length
        }
        result += end < line.count ? "…\"" : "\""
        return result
    }

    /// A name from outside, such as one in an archive, in the same way.
    static func name(_ name: String) -> String { text(Array(name.utf8).span) }

    private static func escape(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
    }

    /// The scalar that begins at `index` and its length; nil and 1 where the bytes are not UTF-8.
    private static func scalar(
        in line: Span<UInt8>, at index: Int, before end: Int
    ) -> (Unicode.Scalar?, Int) {
        let lead = line[index]
        if lead < 0x80 { return (Unicode.Scalar(lead), 1) }
        let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        guard index + length <= end else { return (nil, 1) }
        var decoder = UTF8()
        var iterator = line.copy(index..<index + length).makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator),
            UTF8.encode(scalar)?.count == length
        else { return (nil, 1) }
        return (scalar, length)
    }
}
