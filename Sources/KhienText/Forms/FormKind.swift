import KhienModel

/// How the fields of a form stand in a body.
///
/// Source: HTML Standard, section 4.10.21.7 (the three encodings), RFC 7578 (multipart/form-data).
public enum FormKind: Hashable, Sendable {
    /// `application/x-www-form-urlencoded`: `name=value&name=value`.
    case urlencoded
    /// `multipart/...`: parts between lines of this boundary, without the dashes before it.
    case multipart(boundary: [UInt8])
    /// A `multipart/...` whose boundary is missing, or is another one for each server: all of the body
    /// is one value.
    case whole

    /// The kind that a Content-Type names first; nil: none.
    ///
    /// Servers that read forms cut the value at the first `;`, `,` or white space, whatever follows, and
    /// a boundary likewise. A boundary behind which, after white space or a comma, more stands is none: some
    /// take it for a part of it.
    public init?(contentType value: Span<UInt8>) {
        let type = Self.essence(of: value)
        if Self.equals(value, type, "application/x-www-form-urlencoded") {
            self = .urlencoded
            return
        }
        let prefix = "multipart/"
        guard type.count > prefix.utf8.count,
            Self.equals(
                value, type.lowerBound..<type.lowerBound + prefix.utf8.count, prefix)
        else { return nil }
        let boundary =
            FieldParameters.value("boundary", in: value, from: type.upperBound, isType: true) ?? []
        let isUsable =
            1...Limits.Text.formBoundaryBytesMax ~= boundary.count
            && !boundary.contains { $0 == 0x0A || $0 == 0x0D } && Self.hasOneBoundary(value)
        self = isUsable ? .multipart(boundary: boundary) : .whole
    }

    /// Whether the word stands there once: some servers take the first, whatever it is a part of.
    private static func hasOneBoundary(_ value: Span<UInt8>) -> Bool {
        let word = "boundary"
        let places = value.indices.filter { place in
            let end = min(value.count, place + word.utf8.count)
            return equals(value, place..<end, word)
        }
        return places.count == 1
    }

    /// Where the first type of a Content-Type stands, as servers cut it: up to `;`, `,` or white space.
    public static func essence(of value: Span<UInt8>) -> Range<Int> {
        var start = 0
        while start < value.count, isBlank(value[start]) { start += 1 }
        var end = start
        while end < value.count, !isBlank(value[end]), value[end] != UInt8(ascii: ";"),
            value[end] != UInt8(ascii: ",")
        {
            end += 1
        }
        return start..<end
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    static func trimmed(_ value: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var first = range.lowerBound
        var last = range.upperBound
        while first < last, isBlank(value[first]) { first += 1 }
        while last > first, isBlank(value[last - 1]) { last -= 1 }
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
    /// - Parameters:
    ///   - start: where the first `;` is looked for.
    ///   - isType: the field is a Content-Type, of which servers make a list: a `,` ends a parameter as
    ///     well, and white space a value. One with more words behind that is empty.
    static func value(
        _ name: String, in bytes: Span<UInt8>, from start: Int, isType: Bool = false
    ) -> [UInt8]? {
        var index = start
        while index < bytes.count {
            // At a separator or at blanks before a name.
            while index < bytes.count,
                isEnd(bytes[index], isType) || FormKind.isBlank(bytes[index])
            {
                index += 1
            }
            let nameStart = index
            while index < bytes.count, bytes[index] != UInt8(ascii: "="),
                !isEnd(bytes[index], isType)
            {
                index += 1
            }
            let range = FormKind.trimmed(bytes, nameStart..<index)
            guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else { continue }
            index += 1
            let value = readValue(bytes, &index, isType)
            if FormKind.equals(bytes, range, name) { return value }
        }
        return nil
    }

    private static func isEnd(_ byte: UInt8, _ isType: Bool) -> Bool {
        byte == UInt8(ascii: ";") || (isType && byte == UInt8(ascii: ","))
    }

    private static func readValue(
        _ bytes: Span<UInt8>, _ index: inout Int, _ isType: Bool
    ) -> [UInt8] {
        var value: [UInt8] = []
        while index < bytes.count, FormKind.isBlank(bytes[index]) { index += 1 }
        if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
            index += 1
            while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { index += 1 }
                value.append(bytes[index])
                index += 1
            }
            while index < bytes.count, !isEnd(bytes[index], isType) { index += 1 }
            return value
        }
        let start = index
        while index < bytes.count, !isEnd(bytes[index], isType) { index += 1 }
        // What stands behind it is a part of it for some servers, and not for others.
        if isType, index < bytes.count, bytes[index] == UInt8(ascii: ",") { return [] }
        for place in FormKind.trimmed(bytes, start..<index) {
            if isType, FormKind.isBlank(bytes[place]) { return [] }
            value.append(bytes[place])
        }
        return value
    }
}
