/// How long each thing may take.
public struct TimeoutConfiguration: Hashable, Sendable {
    /// From a request's first byte to the end of its head.
    public var head = Duration.seconds(10)
    /// Between two requests on a connection.
    public var idle = Duration.seconds(60)
    /// From the first attempt to an open connection to the origin.
    public var connect = Duration.seconds(10)
    /// Without a byte from the origin while its response is due, or from a client while the rest of a
    /// body that is held is.
    public var response = Duration.seconds(60)
    /// Without a byte of a response that has begun or of a request's body that streams, or of a peer
    /// that takes nothing.
    public var transferIdle = Duration.seconds(600)
    /// Without a byte through a tunnel in either direction.
    public var tunnelIdle = Duration.seconds(600)
    /// From SIGTERM to the end of what is still open.
    public var drain = Duration.seconds(30)
}
