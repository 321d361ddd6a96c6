import KhienModel

/// What the scanner remembers of one stream of text: its last bytes, and how many there were.
///
/// It is made once and used again (`reset`); scanning allocates nothing. About 600 bytes.
public struct LiteralStream: Sendable {
    /// Bytes before a settled end that an occurrence may begin at, with the sign before it, and
    /// those that are not settled yet.
    static let historyBytesMax =
        Limits.Literals.bytesMax + 2 * Limits.Literals.contextBytesMax

    /// The history, and behind it room for the first bytes of the next piece.
    var seam = [UInt8](repeating: 0, count: 2 * historyBytesMax)
    var historyCount = 0
    /// Bytes of the stream so far.
    public internal(set) var byteCount = 0

    public init() {}

    /// Makes it ready for another stream. Allocates nothing.
    public mutating func reset() {
        historyCount = 0
        byteCount = 0
    }
}
