/// How much of each thing there may be.
public struct LimitConfiguration: Hashable, Sendable {
    /// Client connections at a time.
    public var connections = 16_384
    public var requestLineBytes = 16_384
    /// All fields of one head.
    public var headerBytes = 65_536
    public var headerFields = 128
}
