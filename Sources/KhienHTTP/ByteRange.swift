/// A range of bytes in the buffer that a head was parsed from; valid as long as those bytes stay
/// at the same offsets.
public struct ByteRange: Hashable, Sendable {
    /// Offset of the first byte.
    public var start: UInt32
    /// Offset behind the last byte.
    public var end: UInt32

    init(_ start: Int, _ end: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.end = UInt32(truncatingIfNeeded: end)
    }

    /// No bytes.
    public static let empty = ByteRange(0, 0)

    /// The number of bytes.
    public var count: Int { Int(end) - Int(start) }

    public var isEmpty: Bool { start == end }

    /// For `Span.extracting`.
    public var range: Range<Int> { Int(start)..<Int(end) }
}
