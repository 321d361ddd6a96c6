/// The lookup form of path and query once more, written from its description (`LookupURL`): decode
/// until nothing changes, split, resolve, escape. Quadratic and plain.
enum NaiveLookup {
    static func pathAndQuery(
        path: [UInt8], query: [UInt8]?, keepingParents: Bool = false
    ) -> [UInt8] {
        var result = resolved(decoded(path), keepingParents)
        if let query, !query.isEmpty {
            result.append(UInt8(ascii: "?"))
            result += decoded(query).flatMap { escape($0, inPath: false) }
        }
        return result
    }

    /// Whole passes over the text, each decoding every escape once, until one changes nothing.
    static func decoded(_ text: [UInt8]) -> [UInt8] {
        var text = text
        while true {
            var next: [UInt8] = []
            var index = 0
            while index < text.count {
                if let value = escaped(text, at: index, anyCase: true) {
                    next.append(value)
                    index += 3
                } else {
                    next.append(text[index])
                    index += 1
                }
            }
            if next == text { return text }
            text = next
        }
    }

    /// The byte of the escape at `index`; nil where there is none. Upper case only, unless `anyCase`.
    static func escaped(_ text: [UInt8], at index: Int, anyCase: Bool = false) -> UInt8? {
        guard text[index] == UInt8(ascii: "%"), index + 2 < text.count else { return nil }
        let digits = String(decoding: text[index + 1...index + 2], as: UTF8.self)
        let isHexadecimal = digits.utf8.allSatisfy {
            Character(Unicode.Scalar($0)).isHexDigit && $0 < 0x80
        }
        guard isHexadecimal, anyCase || digits == digits.uppercased() else { return nil }
        return UInt8(digits, radix: 16)
    }

    static func needsEscape(_ byte: UInt8, inPath: Bool) -> Bool {
        byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "#") || byte == UInt8(ascii: "%")
            || (inPath && byte == UInt8(ascii: "?"))
    }

    private static func escape(_ byte: UInt8, inPath: Bool) -> [UInt8] {
        guard needsEscape(byte, inPath: inPath) else { return [byte] }
        let digits = String(byte, radix: 16, uppercase: true)
        return Array(("%" + (digits.count == 1 ? "0" : "") + digits).utf8)
    }

    private static func resolved(_ path: [UInt8], _ keepingParents: Bool) -> [UInt8] {
        let segments = path.split(omittingEmptySubsequences: false) {
            $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\")
        }.map(Array.init)
        let dot = [UInt8(ascii: ".")]
        var kept: [[UInt8]] = []
        for segment in segments where !segment.isEmpty && segment != dot {
            if segment != dot + dot || keepingParents {
                kept.append(segment)
            } else if !kept.isEmpty {
                kept.removeLast()
            }
        }
        // After an empty segment or dots the path ends with a slash.
        let last = segments.last ?? []
        let endsWithParent = last == dot + dot && !keepingParents
        if kept.isEmpty || last.isEmpty || last == dot || endsWithParent { kept.append([]) }
        return kept.flatMap { [UInt8(ascii: "/")] + $0.flatMap { escape($0, inPath: true) } }
    }
}
