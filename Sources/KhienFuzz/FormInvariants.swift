import KhienText

/// Forms: any split of any body gives the same names and values, of no more bytes than were sent.
///
/// The input is a Content-Type, LF, the body.
enum FormInvariants {
    struct Fields: Equatable {
        var names: [UInt8] = []
        var values: [UInt8] = []
        var charsets: [[UInt8]] = []
        var sawFile = false
        var lacksBoundary = false
    }

    static func check(_ bytes: [UInt8]) -> String? {
        let end = bytes.firstIndex(of: 0x0A) ?? bytes.count
        guard let kind = FormKind(contentType: Array(bytes[..<end]).span) else { return nil }
        let body = Array(bytes[min(end + 1, bytes.count)...])
        let whole = read(kind, body, size: max(1, body.count))
        // Each name and each value has one end more than its bytes.
        if whole.names.count + whole.values.count > 2 * body.count + 2 {
            return "more was given out than came in"
        }
        for size in [1, 2, 3, 7] where read(kind, body, size: size) != whole {
            return "slices of \(size) bytes give other fields"
        }
        return nil
    }

    private static func read(_ kind: FormKind, _ body: [UInt8], size: Int) -> Fields {
        var fields = Fields()
        var reader = FormReader(kind)
        func take(_ piece: Span<UInt8>, _ part: FormPart) {
            if part == .charset {
                fields.charsets.append(piece.indices.map { piece[$0] })
                return
            }
            for index in piece.indices {
                if part == .name {
                    fields.names.append(piece[index])
                } else {
                    fields.values.append(piece[index])
                }
            }
        }
        var start = 0
        while start < body.count {
            let end = min(start + size, body.count)
            reader.feed(Array(body[start..<end]).span, take)
            start = end
        }
        reader.finish(take)
        fields.sawFile = reader.sawFile
        fields.lacksBoundary = reader.lacksBoundary
        return fields
    }
}
