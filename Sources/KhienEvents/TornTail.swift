/// What was found after the last whole record of a file.
struct TornTail: Sendable, Hashable {
    let file: String
    let byteCount: Int
    /// The file that holds the bytes now; nil: they are where they were.
    var aside: String?
    /// SHA-256 of the bytes; nil where they were left unread.
    var hash: String?
}
