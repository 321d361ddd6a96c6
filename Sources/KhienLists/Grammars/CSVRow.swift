import KhienModel

/// One row of values with commas between them, or with what a spreadsheet put in their place. Source: RFC 4180, but a field never holds a line end: a row
/// is a line, so that a missing quote costs one row and not the rest of the file.
struct CSVRow {
    /// A field's text, and where it begins in the line.
    struct Field {
        var bytes: [UInt8]
        var offset: Int
    }

    var fields: [Field] = []

    /// - Parameter separator: of the fields: a comma, a semicolon or a tab.
    init(_ line: Span<UInt8>, separator: UInt8 = Byte.comma) throws(LineFault) {
        var position = 0
        while true {
            if fields.count == Limits.Lists.orderFieldsMax {
                throw .rejected("order.column-count", "too many fields", at: position)
            }
            let field = try Self.readField(line, &position, separator)
            fields.append(field)
            if position >= line.count { return }
            // `readField` ends at a separator or at the end.
            position += 1
        }
    }

    private static func readField(
        _ line: Span<UInt8>, _ position: inout Int, _ separator: UInt8
    ) throws(LineFault) -> Field {
        let start = position
        guard start < line.count, line[start] == Byte.quote else {
            while position < line.count, line[position] != separator {
                if line[position] == Byte.quote {
                    throw .rejected(
                        "order.quote", "a quote inside a field without quotes", at: position)
                }
                position += 1
            }
            return Field(bytes: line.copy(line.trimmed(start..<position)), offset: start)
        }
        var bytes: [UInt8] = []
        position += 1
        while position < line.count {
            let byte = line[position]
            if byte == Byte.quote {
                let next = position + 1
                if next < line.count, line[next] == Byte.quote {
                    position += 1
                } else {
                    position = next
                    guard next == line.count || line[next] == separator else {
                        throw .rejected(
                            "order.quote",
                            "the end of the field was expected after the closing quote", at: next)
                    }
                    return Field(bytes: bytes, offset: start + 1)
                }
            }
            bytes.append(byte)
            position += 1
        }
        throw .rejected("order.quote", "the closing quote is missing", at: start)
    }
}
