import KhienModel

/// What one HTTP/1 message may cost, as configured. Every value is inclusive: at it is accepted,
/// one past it is refused.
public struct HTTPLimits: Sendable, Equatable {
    /// Field lines of one head. Past it: 431.
    public var fieldCountMax = Limits.HTTP.fieldCountMax
    /// One field line without its CRLF, in bytes. Past it: 431.
    public var lineBytesMax = Limits.HTTP.lineBytesMax
    /// The request target in bytes; also the bytes of a reason phrase. Past it: 414.
    public var targetBytesMax = Limits.HTTP.targetBytesMax
    /// The method in bytes. Past it: 501 (RFC 9112 section 3).
    public var methodBytesMax = Limits.HTTP.methodBytesMax
    /// A whole head in bytes, leading empty lines and the empty line at its end included.
    /// Past it: 431.
    public var headBytesMax = Limits.HTTP.headBytesMax
    /// CRLFs that are ignored before a request line. Past it: 400.
    public var leadingEmptyLinesMax = Limits.HTTP.leadingEmptyLinesMax
    /// Elements of all Connection and Proxy-Connection fields together. Past it: 431.
    public var connectionOptionsMax = Limits.HTTP.connectionOptionsMax
    /// The bytes of a request's body. Past it: 413. By default only what a 64-bit integer holds.
    public var bodyBytesMax = UInt64(Int64.max)
    /// The extensions of one chunk in bytes, from the first `;`. Past it: 400.
    public var chunkExtensionBytesMax = Limits.HTTP.chunkExtensionBytesMax
    /// The extensions of all chunks of a body. Past it: 400.
    public var chunkExtensionsBytesMax = Limits.HTTP.chunkExtensionsBytesMax
    /// Field lines in a trailer section. Past it: 431.
    public var trailerCountMax = Limits.HTTP.trailerCountMax
    /// A trailer section in bytes, its line ends included. Past it: 431.
    public var trailersBytesMax = Limits.HTTP.trailersBytesMax

    public init() {}

    /// The limits with every value brought into the range that the parsers can represent.
    var representable: HTTPLimits {
        var limits = self
        limits.lineBytesMax = min(max(lineBytesMax, 1), Limits.HTTP.lineBytesCeiling)
        limits.targetBytesMax = min(max(targetBytesMax, 1), Limits.HTTP.lineBytesCeiling)
        limits.methodBytesMax = min(max(methodBytesMax, 1), Limits.HTTP.lineBytesCeiling)
        limits.headBytesMax = min(max(headBytesMax, 1), Limits.HTTP.headBytesCeiling)
        limits.bodyBytesMax = min(bodyBytesMax, UInt64(Int64.max))
        return limits
    }
}
