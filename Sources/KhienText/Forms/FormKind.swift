import KhienModel

/// How the fields of a form stand in a body.
///
/// Source: HTML Standard, section 4.10.21.7 (the three encodings), RFC 7578 (multipart/form-data).
public enum FormKind: Hashable, Sendable {
    /// `application/x-www-form-urlencoded`: `name=value&name=value`.
    case urlencoded
    /// `multipart/...`: parts between lines of this boundary, without the dashes before it.
    case multipart(boundary: [UInt8])

    /// The kind that a Content-Type names; nil: none, or a `multipart` without a usable boundary.
    public init?(contentType value: Span<UInt8>) {
        var end = 0
        while end < value.count, value[end] != UInt8(ascii: ";") { end += 1 }
        let type = Self.trimmed(value, 0..<end)
        if Self.equals(value, type, "application/x-www-form-urlencoded") {
            self = .urlencoded
            return
        }
        let prefix = "multipart/"
        guard type.count > prefix.utf8.count,
            Self.equals(
                value, type.lowerBound..<type.lowerBound + prefix.utf8.count, prefix),
            let boundary = FieldParameters.value("boundary", in: value, from: end),
            1...Limits.Text.formBoundaryBytesMax ~= boundary.count,
            !boundary.contains(where: { $0 == 0x0A || $0 == 0x0D })
        else { return nil }
        self = .multipart(boundary: boundary)
    }

    static func trimmed(_ value: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var first = range.lowerBound
        var last = range.upperBound
        while first < last, value[first] == 0x20 || value[first] == 0x09 { first += 1 }
        while last > first, value[last - 1] == 0x20 || value[last - 1] == 0x09 { last -= 1 }
        return first..<last
    }

    /// Whether the range holds `text`, which is in small letters; ASCII letters match in either case.
    static func equals(_ value: Span<UInt8>, _ range: Range<Int>, _ text: String) -> Bool {
        guard range.upperBound <= value.count, range.count == text.utf8.count else {
            return false
        }
        var index = range.lowerBound
        for wanted in text.utf8 {
            let byte = value[index]
            let folded = byte &- 0x41 < 26 ? byte | 0x20 : byte
            if folded != wanted { return false }
            index += 1
        }
        return true
    }
}

/// The parameters behind a field's value: `; name=token; name="quoted \" text"`.
///
/// Source: RFC 9110 section 5.6.6.
enum FieldParameters {
    /// The value of the first parameter of this name (in small letters), unquoted.
    ///
    /// - Parameter start: where the first `;` is looked for.
    static func value(
        _ name: String, in bytes: Span<UInt8>, from start: Int
    ) -> [UInt8]? {
        var index = start
        while index < bytes.count {
            // At `;` or at blanks before a name.
            while index < bytes.count, isSeparator(bytes[index]) { index += 1 }
            let nameStart = index
            while index < bytes.count, bytes[index] != UInt8(ascii: "="),
                bytes[index] != UInt8(ascii: ";")
            {
                index += 1
            }
            let range = FormKind.trimmed(bytes, nameStart..<index)
            guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else { continue }
            index += 1
            let value = readValue(bytes, &index)
            if FormKind.equals(bytes, range, name) { return value }
        }
        return nil
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ";") || byte == 0x20 || byte == 0x09
    }

    private static func readValue(_ bytes: Span<UInt8>, _ index: inout Int) -> [UInt8] {
        var value: [UInt8] = []
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
        if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
            index += 1
            while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { index += 1 }
                value.append(bytes[index])
                index += 1
            }
            while index < bytes.count, bytes[index] != UInt8(ascii: ";") { index += 1 }
            return value
        }
        let start = index
        while index < bytes.count, bytes[index] != UInt8(ascii: ";") { index += 1 }
        for place in FormKind.trimmed(bytes, start..<index) { value.append(bytes[place]) }
        return value
    }
}
