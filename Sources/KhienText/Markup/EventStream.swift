import KhienModel

/// Server-sent events: the data of each message, its lines joined as a page gets them; JSON in it is read
/// as JSON, other text as a page may show it, as HTML.
///
/// ```
///   event: note                ─▶ hidden, like everything but data
///   data: đánh                 ─▶ text: "đánh bạc", then a break
///   data: bạc
///
///   data: {"delta": "h\u00f4m"} ─▶ text: "delta", "hôm"
/// ```
/// Source: HTML Standard, section 9.2.6 (interpreting an event stream).
struct EventStream: ~Copyable {
    private enum State: UInt8 {
        case lineStart, field, space, first, opening, text, json, other
        /// A message that is a string of JSON; what stands behind it is text.
        case quoted
    }

    private static let name = Array("data:".utf8)

    private var state = State.lineStart
    /// Bytes of `name` that the line began with.
    private var matched = 0
    /// How the message's data are read, once its first byte is known.
    private var message = State.first
    private var opening: UInt8 = 0
    /// The last byte was CR: LF behind it is no line of its own.
    private var isAfterReturn = false
    private var json = ScriptStrings(isJSON: true, layer: .text, readsBare: true)
    private var markup = StringMarkup()

    /// Reads on. Linear; allocates nothing but room in `buffers`.
    mutating func feed(_ input: Span<UInt8>, into buffers: inout LayerBuffers) {
        var index = 0
        while index < input.count {
            let byte = input[index]
            if isAfterReturn {
                isAfterReturn = false
                if byte == 0x0A {
                    index += 1
                    continue
                }
            }
            switch state {
            case .text, .json, .quoted, .other: index = line(input, index, &buffers)
            default: if takes(byte, &buffers) { index += 1 }
            }
        }
    }

    /// The stream is over.
    mutating func finish(into buffers: inout LayerBuffers) {
        if state == .opening { buffers.append(opening, to: .text) }
        if state == .field, matched > 0 {
            buffers.append(Self.name.span.extracting(..<matched), to: .hidden)
        }
        endMessage(&buffers)
        reset()
    }

    mutating func reset() {
        state = .lineStart
        message = .first
        isAfterReturn = false
        json.reset()
        markup.reset()
    }

    /// Reads a byte before what a line says; false where it belongs to that.
    private mutating func takes(_ byte: UInt8, _ buffers: inout LayerBuffers) -> Bool {
        let isEnd = byte == 0x0A || byte == 0x0D
        switch state {
        case .lineStart:
            if isEnd {
                endMessage(&buffers)
                isAfterReturn = byte == 0x0D
                return true
            }
            matched = 0
            state = .field
        case .field:
            if byte == Self.name[matched] {
                matched += 1
                if matched == Self.name.count { state = .space }
                return true
            }
            buffers.breakLine(in: .hidden)
            if matched > 0 {
                buffers.append(Self.name.span.extracting(..<matched), to: .hidden)
            }
            state = .other
        case .space:
            state = message
            return byte == 0x20
        default: return begins(byte, isEnd, &buffers)
        }
        return false
    }

    /// The first bytes of a message's data decide how they are read.
    private mutating func begins(
        _ byte: UInt8, _ isEnd: Bool, _ buffers: inout LayerBuffers
    ) -> Bool {
        if byte == 0x20 || byte == 0x09 { return true }
        if state == .first {
            if isEnd {
                endLine(byte)
                return true
            }
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                opening = byte
                state = .opening
                return true
            }
            message = byte == UInt8(ascii: "\"") ? .quoted : .text
        } else {
            let isObject = opening == UInt8(ascii: "{")
            let isJSON =
                isEnd || byte == UInt8(ascii: "\"")
                || (isObject
                    ? byte == UInt8(ascii: "}")
                    : byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{")
                        || byte == UInt8(ascii: "]"))
            message = isJSON ? .json : .text
            if !isJSON { buffers.append(opening, to: .text) }
        }
        state = message
        return false
    }

    private mutating func line(
        _ input: Span<UInt8>, _ start: Int, _ buffers: inout LayerBuffers
    ) -> Int {
        // U+0000 would read as a break.
        let end = input.first(0x0A, 0x0D, from: start)
        let piece = input.extracting(start..<end)
        let isEnd = end < input.count && input[end] != 0
        switch state {
        case .json:
            json.feed(piece, into: &buffers)
            if isEnd { json.feed(Self.space.span, into: &buffers) }
        case .quoted:
            let count = json.feedString(piece, into: &buffers)
            if json.isBetween, count > 0 {
                message = .text
                state = .text
                return start + count
            }
            if isEnd { _ = json.feedString(Self.space.span, into: &buffers) }
        case .text:
            if end > start { markup.text(piece, in: .text, &buffers) }
            if isEnd { markup.text(Self.space.span, in: .text, &buffers) }
        default:
            if end > start { buffers.append(piece, to: .hidden) }
            if isEnd { buffers.breakLine(in: .hidden) }
        }
        if isEnd { endLine(input[end]) }
        return min(end + 1, input.count)
    }

    private static let space: InlineArray<1, UInt8> = [0x20]

    private mutating func endLine(_ byte: UInt8) {
        isAfterReturn = byte == 0x0D
        state = .lineStart
    }

    private mutating func endMessage(_ buffers: inout LayerBuffers) {
        if message == .json || message == .quoted { json.finish(into: &buffers) }
        markup.finish(in: .text, &buffers)
        buffers.breakLine(in: .text)
        message = .first
    }
}

extension EventStream {
    /// What `other` is now, to go on by itself.
    init(copying other: borrowing EventStream) {
        state = other.state
        matched = other.matched
        message = other.message
        opening = other.opening
        isAfterReturn = other.isAfterReturn
        json = ScriptStrings(copying: other.json)
        markup = StringMarkup(copying: other.markup)
    }
}
