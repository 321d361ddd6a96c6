import KhienModel

/// Turns a host name into addresses without blocking an event loop.
public protocol NameResolver: Sendable {
    /// Looks up the IPv4 and IPv6 addresses of `name` (canonical ASCII, no IP literal) and calls
    /// `then` once, on any thread.
    func resolve(
        _ name: String, then: @escaping @Sendable (Result<[IPAddress], NameFailure>) -> Void)
}

/// Why a name has no address.
public enum NameFailure: Error, Hashable, Sendable {
    /// The name does not exist or has no address.
    case notFound
    /// The name servers did not answer; it may exist.
    case unavailable
    /// Too many names are being resolved.
    case overloaded
}
