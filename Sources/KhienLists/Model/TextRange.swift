/// A place in `EntryBatch.text`.
public struct TextRange: Hashable, Sendable {
    public var start: UInt32
    public var length: UInt32

    public init(start: UInt32, length: UInt32) {
        self.start = start
        self.length = length
    }

    public var range: Range<Int> { Int(start)..<Int(start) + Int(length) }
}
