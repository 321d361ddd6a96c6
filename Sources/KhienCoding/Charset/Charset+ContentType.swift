import KhienModel

// The charset that Content-Type names, where there may be several fields, joined by commas:
//
//     text/plain; charset=utf-8, text/html; charset="gb\18030", */*
//
// The last that is a type counts. What stands in quotes parts nothing.

extension Charset {
    /// The charset that a Content-Type field names, or several joined by commas, as Chromium takes it.
    ///
    /// Of several types the last one counts that has a slash and is not a bare `*/*`. Where it names no
    /// charset, that of the same type before it does. Of several `charset` the first counts.
    ///
    /// - Returns: nil where there is none or its label is unknown.
    /// - Complexity: O(*n*); allocates only for a label with a backslash in quotes.
    ///
    /// Source: Fetch Standard, section 2.2.2 "extract a MIME type"; WHATWG MIME Sniffing Standard,
    /// section 4.4 "parse a MIME type".
    public init?(contentType value: Span<UInt8>) {
        var last: MediaType?
        var start = 0
        while start <= value.count {
            let end = Self.fieldEnd(value, from: start)
            if let type = MediaType(value.extracting(start..<end), at: start) {
                let isSame = last.map { value.equalIgnoringCase($0.essence, type.essence) }
                let before = isSame == true ? last?.label : nil
                last = type
                last?.label = type.label ?? before
            }
            start = end + 1
        }
        guard let label = last?.label else { return nil }
        let text = value.extracting(label.range)
        if label.isQuoted, text.contains(UInt8(ascii: "\\")) {
            self.init(label: text.withoutBackslashes.span)
        } else {
            self.init(label: text)
        }
    }

    /// The next comma outside of quotes, or the end.
    private static func fieldEnd(_ value: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < value.count, value[index] != UInt8(ascii: ",") {
            index = value[index] == UInt8(ascii: "\"") ? value.quoteEnd(from: index) : index + 1
        }
        return min(index, value.count)
    }
}

/// A media type and the label of its charset, as places in a field.
private struct MediaType {
    var essence: Range<Int>
    var label: Label?

    struct Label {
        var range: Range<Int>
        var isQuoted: Bool
    }

    /// - Parameter base: where `field` begins; the places are counted from there.
    init?(_ field: Span<UInt8>, at base: Int) {
        var start = 0
        while start < field.count, field[start].isSpaceASCII { start += 1 }
        var end = start
        var hasSlash = false
        while end < field.count, !field[end].isSpaceASCII, field[end] != UInt8(ascii: ";"),
            field[end] != UInt8(ascii: "(")
        {
            hasSlash = hasSlash || field[end] == UInt8(ascii: "/")
            end += 1
        }
        let isBare = field.trimmed(end..<field.count).isEmpty
        guard hasSlash, !(isBare && field.equalsIgnoringCase(start..<end, "*/*")) else {
            return nil
        }
        essence = base + start..<base + end
        label = Self.label(field, from: end).map {
            Label(
                range: base + $0.range.lowerBound..<base + $0.range.upperBound,
                isQuoted: $0.isQuoted)
        }
    }

    /// The first parameter `charset`.
    private static func label(_ field: Span<UInt8>, from start: Int) -> Label? {
        var index = start
        while index < field.count, field[index] != UInt8(ascii: ";") { index += 1 }
        while index < field.count {
            index += 1
            while index < field.count, field[index].isSpaceASCII { index += 1 }
            let name = index
            while index < field.count, field[index] != UInt8(ascii: ";"),
                field[index] != UInt8(ascii: "=")
            { index += 1 }
            let isCharset = field.equalsIgnoringCase(name..<index, "charset")
            guard index < field.count, field[index] == UInt8(ascii: "=") else { continue }
            index += 1
            let value = parameterValue(field, &index)
            // Without quotes nothing is no value.
            if isCharset, value.isQuoted || !value.range.isEmpty { return value }
        }
        return nil
    }

    /// The value at `index`, which is left at the `;` behind it or at the end.
    private static func parameterValue(_ field: Span<UInt8>, _ index: inout Int) -> Label {
        let isQuoted = index < field.count && field[index] == UInt8(ascii: "\"")
        var start = index
        var end = index
        if isQuoted {
            start += 1
            index = field.quoteEnd(from: index)
            let isClosed =
                index <= field.count && index > start
                && field[index - 1] == UInt8(ascii: "\"")
            end = isClosed ? index - 1 : field.count
        }
        while index < field.count, field[index] != UInt8(ascii: ";") { index += 1 }
        if !isQuoted { end = index }
        return Label(range: start..<max(start, end), isQuoted: isQuoted)
    }
}

extension Span where Element == UInt8 {
    /// Behind the quoted string that begins at `start`; past the end where it is not closed.
    fileprivate func quoteEnd(from start: Int) -> Int {
        var index = start + 1
        while index < count, self[index] != UInt8(ascii: "\"") {
            index += self[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return index + 1
    }

    fileprivate func contains(_ byte: UInt8) -> Bool {
        for index in indices where self[index] == byte { return true }
        return false
    }

    fileprivate func equalIgnoringCase(_ one: Range<Int>, _ other: Range<Int>) -> Bool {
        guard one.count == other.count else { return false }
        for offset in 0..<one.count
        where self[one.lowerBound + offset].lowercasedASCII
            != self[other.lowerBound + offset].lowercasedASCII
        { return false }
        return true
    }

    /// The text of a quoted string: a backslash stands for what follows it.
    fileprivate var withoutBackslashes: [UInt8] {
        var text: [UInt8] = []
        var index = 0
        while index < count {
            if self[index] == UInt8(ascii: "\\"), index + 1 < count { index += 1 }
            text.append(self[index])
            index += 1
        }
        return text
    }
}
