/// The elements of a comma-separated field value, blanks removed; empty elements are given too.
///
/// Only for fields whose elements are tokens: a comma inside a quoted string separates here.
///
/// Source: RFC 9110 section 5.6.1.
struct ElementList {
    private var position: Int
    private let end: Int
    private var isDone = false

    init(_ value: ByteRange) {
        position = Int(value.start)
        end = Int(value.end)
    }

    /// The next element, or nil behind the last.
    mutating func next(in bytes: Span<UInt8>) -> ByteRange? {
        if isDone { return nil }
        let start = position
        while position < end, bytes[position] != .comma { position += 1 }
        let element = bytes.trimmed(start, position)
        if position == end { isDone = true }
        position += 1
        return element
    }
}
