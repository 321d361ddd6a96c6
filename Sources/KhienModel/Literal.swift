/// A byte string that is looked for in text: what phrases are made of.
public struct Literal: Hashable, Sendable {
    /// 1 to `Limits.Literals.bytesMax` bytes; in the product UTF-8 in the canonical form of the view
    /// in which it is looked for, but any bytes are allowed.
    public var bytes: [UInt8]
    /// An occurrence counts only where no word goes on before it (`WordBoundary`).
    public var startsWord: Bool
    /// An occurrence counts only where no word goes on after it.
    public var endsWord: Bool

    public init(_ bytes: [UInt8], startsWord: Bool = false, endsWord: Bool = false) {
        self.bytes = bytes
        self.startsWord = startsWord
        self.endsWord = endsWord
    }
}
