import KhienModel

/// Parts between boundaries: their names and, where they are no files, their values.
///
/// ```
///   --boundary CRLF                             ─▶ head
///   Content-Disposition: form-data; name="a" CRLF
///   CRLF                                        ─▶ value
///   what was typed CRLF
///   --boundary-- CRLF                           ─▶ preamble: read as nothing, until a next boundary
/// ```
/// A line break may be LF alone. The LF before a boundary belongs to the boundary; a CR before that
/// stays with the value, where it is white space. LF does not occur inside a boundary, so one that
/// began and failed can begin anew only at a LF.
///
/// A file name makes a part a file, and nothing else does: one with a name and without a file name, or with
/// an empty one, is a field, whatever its type. A part that has no name either, in multipart bodies that
/// are no forms, is a file if it has a type that is no text. Files are read where they say that they are
/// text, JSON or XML. A part whose head is longer than what is kept of it is read as text: rather too much
/// than too little.
///
/// Source: RFC 2046 section 5.1, RFC 7578 section 4.
struct MultipartReader {
    private enum State {
        case preamble
        /// Behind a boundary, on the rest of its line.
        case boundaryLine
        case head
        case value
        case file
    }

    private var state = State.preamble
    /// LF, two dashes, the boundary.
    private let delimiter: [UInt8]
    /// Bytes of `delimiter` that were met; 1 at the start of the body, as behind a LF.
    private var matched = 1
    /// The LF that was met belongs to the line before, and to no value.
    private var lineFeedIsBorrowed = true
    /// What stands between the delimiter and the end of its line.
    private var padding: [UInt8] = []
    /// Where bytes go on if the line is no boundary after all.
    private var stateBefore = State.preamble
    private var head: [UInt8] = []
    private var headIsTooLong = false
    private var lineIsEmpty = true
    private var output: [UInt8] = []
    private var escapes = ValueEscapes()
    private var sawBoundary = false
    private var sawContent = false
    private(set) var sawFile = false
    /// Bytes of parts that are files.
    private(set) var skippedBytes = 0

    init(boundary: [UInt8]) {
        delimiter = [0x0A, 0x2D, 0x2D] + boundary
    }

    /// More than white space came, and no boundary.
    var lacksBoundary: Bool { sawContent && !sawBoundary }

    mutating func feed(_ bytes: Span<UInt8>, _ emit: (Span<UInt8>, FormPart) -> Void) {
        if !sawContent { sawContent = bytes.indices.contains { bytes[$0] > 0x20 } }
        var index = 0
        while index < bytes.count {
            if matched == 0, state == .file || state == .preamble {
                // Nothing of these is given out: on to the next line.
                let start = index
                while index < bytes.count, bytes[index] != 0x0A { index += 1 }
                if state == .file { skippedBytes += index - start }
                if index == bytes.count { break }
            }
            if state == .file { skippedBytes += 1 }
            read(bytes[index], emit)
            index += 1
        }
        give(.value, emit)
    }

    mutating func finish(_ emit: (Span<UInt8>, FormPart) -> Void) {
        switch state {
        case .boundaryLine:
            sawBoundary = true
            if stateBefore == .value { output.append(0) }
        case .value:
            dropMatch()
            output.append(0)
        case .head:
            // A head without an end: whatever it is, it was sent.
            endHead(emit)
        case .preamble, .file: break
        }
        give(.value, emit)
        state = .preamble
    }

    private mutating func read(_ byte: UInt8, _ emit: (Span<UInt8>, FormPart) -> Void) {
        switch state {
        case .boundaryLine: readBoundaryLine(byte)
        case .head: readHead(byte, emit)
        case .preamble, .value, .file: readBody(byte)
        }
    }

    // MARK: bodies

    private mutating func readBody(_ byte: UInt8) {
        if byte == delimiter[matched] {
            matched += 1
            guard matched == delimiter.count else { return }
            matched = 0
            stateBefore = state
            state = .boundaryLine
            padding.removeAll(keepingCapacity: true)
            return
        }
        dropMatch()
        if byte == 0x0A {
            matched = 1
        } else if state == .value {
            output.append(byte)
        }
    }

    /// What looked like a boundary is text.
    private mutating func dropMatch() {
        if state == .value, matched > 0 {
            output.append(contentsOf: delimiter[(lineFeedIsBorrowed ? 1 : 0)..<matched])
        }
        matched = 0
        lineFeedIsBorrowed = false
    }

    // MARK: boundaries

    private mutating func readBoundaryLine(_ byte: UInt8) {
        if byte == 0x0A {
            sawBoundary = true
            if stateBefore == .value { output.append(0) }
            let isLast = padding.first == 0x2D
            state = isLast ? .preamble : .head
            matched = isLast ? 1 : 0
            lineFeedIsBorrowed = true
            head.removeAll(keepingCapacity: true)
            headIsTooLong = false
            lineIsEmpty = true
            return
        }
        padding.append(byte)
        if isPadding, padding.count <= Limits.Text.formBoundaryBytesMax { return }
        // A longer word that begins as the boundary does.
        state = stateBefore
        if state == .value {
            output.append(contentsOf: delimiter[(lineFeedIsBorrowed ? 1 : 0)...])
            output.append(contentsOf: padding)
        }
        lineFeedIsBorrowed = false
    }

    /// Blanks, or the two dashes of the last boundary and blanks.
    private var isPadding: Bool {
        var rest = padding[...]
        if rest.first == 0x2D {
            rest = rest.dropFirst()
            if rest.isEmpty { return true }
            guard rest.first == 0x2D else { return false }
            rest = rest.dropFirst()
        }
        return rest.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    }

    // MARK: heads

    private mutating func readHead(_ byte: UInt8, _ emit: (Span<UInt8>, FormPart) -> Void) {
        if byte == 0x0A, lineIsEmpty { return endHead(emit) }
        if head.count < Limits.Text.formHeadBytesMax {
            head.append(byte)
        } else {
            headIsTooLong = true
        }
        if byte == 0x0A {
            lineIsEmpty = true
        } else if byte != 0x0D {
            lineIsEmpty = false
        }
    }

    private mutating func endHead(_ emit: (Span<UInt8>, FormPart) -> Void) {
        // An empty value may have its boundary at once.
        matched = 1
        lineFeedIsBorrowed = true
        state = .value
        if headIsTooLong { return }
        let lines = head.split(separator: 0x0A)
        var fileName: [UInt8]?
        var isNamed = false
        var isTyped = false
        var isText = true
        for line in lines {
            let line = Array(line.last == 0x0D ? line.dropLast() : line)
            if let value = Self.value(of: "content-disposition", in: line) {
                let name = FieldParameters.value("name", in: value.span, from: 0)
                fileName =
                    FieldParameters.value("filename", in: value.span, from: 0)
                    ?? FieldParameters.value("filename*", in: value.span, from: 0)
                isNamed = isNamed || name != nil
                if let name, !name.isEmpty {
                    give(.value, emit)
                    output.append(contentsOf: name)
                    output.append(0)
                    give(.name, emit)
                }
            } else if let value = Self.value(of: "content-type", in: line) {
                isTyped = true
                isText = isText && Self.isText(value.span)
                let label = FieldParameters.value("charset", in: value.span, from: 0)
                if let label, !label.isEmpty {
                    give(.value, emit)
                    emit(label.span, .charset)
                }
            }
        }
        let hasFileName = fileName?.isEmpty == false
        if !isTyped, hasFileName { isText = false }
        if !isText, hasFileName || (fileName == nil && !isNamed) {
            state = .file
            sawFile = true
        }
    }

    /// Whether a part of this type is text: `text/...`, JSON, XML. Scripts of pages send JSON as a file that
    /// is named `blob`.
    private static func isText(_ value: Span<UInt8>) -> Bool {
        let type = FormKind.essence(of: value)
        func begins(_ text: String) -> Bool {
            let end = min(type.upperBound, type.lowerBound + text.utf8.count)
            return FormKind.equals(value, type.lowerBound..<end, text)
        }
        func ends(_ text: String) -> Bool {
            let start = max(type.lowerBound, type.upperBound - text.utf8.count)
            return FormKind.equals(value, start..<type.upperBound, text)
        }
        return begins("text/") || ends("/json") || ends("+json") || ends("/xml") || ends("+xml")
    }

    /// What follows the colon, where the line is the field of this name (in small letters).
    private static func value(of name: String, in line: [UInt8]) -> [UInt8]? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let span = line.span
        guard FormKind.equals(span, FormKind.trimmed(span, 0..<colon), name) else { return nil }
        return Array(line[FormKind.trimmed(span, colon + 1..<line.count)])
    }

    private mutating func give(_ part: FormPart, _ emit: (Span<UInt8>, FormPart) -> Void) {
        if output.isEmpty { return }
        if part == .value { escapes.decode(&output) }
        if !output.isEmpty { emit(output.span, part) }
        output.removeAll(keepingCapacity: true)
    }
}
