/// Decodes escapes such as `\u0030` in those values of a form that begin as JSON does, with `{` or `[`.
///
/// Scripts send JSON in a field, and servers read it as JSON. A value ends at U+0000; of one that began,
/// an escape that is not whole yet waits here.
struct ValueEscapes {
    private enum State {
        /// Nothing but white space of the value has come.
        case start
        case plain
        case json
    }

    private var state = State.start
    private var escapes = UnicodeEscapes(isHTML: false)
    private var room: [UInt8] = []

    /// Decodes them in the next piece of values.
    ///
    /// - Complexity: linear; allocates nothing once its buffer has grown.
    mutating func decode(_ piece: inout [UInt8]) {
        room.removeAll(keepingCapacity: true)
        read(piece.span)
        swap(&piece, &room)
    }

    private mutating func read(_ piece: Span<UInt8>) {
        var start = 0
        while start < piece.count {
            let end = piece.first(0, from: start)
            take(piece.extracting(start..<end))
            if end < piece.count {
                if state == .json { escapes.finish(to: &room) }
                state = .start
                room.append(0)
            }
            start = end + 1
        }
    }

    private mutating func take(_ text: Span<UInt8>) {
        if state == .start, let first = text.indices.first(where: { text[$0] > 0x20 }) {
            let byte = text[first]
            state = byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") ? .json : .plain
        }
        if state == .json {
            escapes.feed(text, to: &room)
        } else {
            room.append(bytesOf: text)
        }
    }
}
