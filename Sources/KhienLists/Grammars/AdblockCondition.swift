import KhienModel

/// Conditions of `!#if`: names, `!`, `&&`, `||`, parentheses.
///
/// Each name asks for something of a browser (`env_firefox`, `cap_html_filtering`, `ext_ubol`,
/// `adguard`): a proxy is none of these, so every name but `true` is false. What cannot be read is
/// false, in every position: a branch that was meant for somebody else is never taken.
enum AdblockCondition {
    static func isTrue(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty, range.count <= Limits.Lists.conditionBytesMax else { return false }
        var position = range.lowerBound
        guard let value = either(line, &position, range.upperBound, depth: 0),
            position == range.upperBound
        else { return false }
        return value
    }

    private static func either(
        _ line: Span<UInt8>, _ position: inout Int, _ end: Int, depth: Int
    ) -> Bool? {
        guard var value = both(line, &position, end, depth: depth) else { return nil }
        while take("||", line, &position, end) {
            guard let right = both(line, &position, end, depth: depth) else { return nil }
            value = value || right
        }
        return value
    }

    private static func both(
        _ line: Span<UInt8>, _ position: inout Int, _ end: Int, depth: Int
    ) -> Bool? {
        guard var value = single(line, &position, end, depth: depth) else { return nil }
        while take("&&", line, &position, end) {
            guard let right = single(line, &position, end, depth: depth) else { return nil }
            value = value && right
        }
        return value
    }

    private static func single(
        _ line: Span<UInt8>, _ position: inout Int, _ end: Int, depth: Int
    ) -> Bool? {
        guard depth < Limits.Lists.conditionDepthMax else { return nil }
        if take("!", line, &position, end) {
            return single(line, &position, end, depth: depth + 1).map { !$0 }
        }
        if take("(", line, &position, end) {
            guard let value = either(line, &position, end, depth: depth + 1),
                take(")", line, &position, end)
            else { return nil }
            return value
        }
        let start = position
        while position < end, isNameByte(line[position]) { position += 1 }
        if position == start { return nil }
        let value = line.equals("true", in: start..<position)
        skipBlanks(line, &position, end)
        return value
    }

    private static func take(
        _ text: String, _ line: Span<UInt8>, _ position: inout Int, _ end: Int
    ) -> Bool {
        skipBlanks(line, &position, end)
        guard line.hasPrefix(text, at: position, before: end) else { return false }
        position += text.utf8.count
        skipBlanks(line, &position, end)
        return true
    }

    private static func skipBlanks(_ line: Span<UInt8>, _ position: inout Int, _ end: Int) {
        while position < end, Byte.isBlank(line[position]) { position += 1 }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        Byte.isLetter(byte) || Byte.isDigit(byte) || byte == UInt8(ascii: "_")
    }
}
