import KhienModel

/// How the proxy reaches origins.
public struct UpstreamConfiguration: Hashable, Sendable {
    /// Ports that CONNECT may name.
    public var connectPorts = [443]
    public var allowPrivate = PrivateAccess.none
    /// Idle connections kept for each origin by each worker; 0: none.
    public var idleConnections = 128
    /// How long an answer of the resolver is used.
    public var resolveCache = Duration.seconds(60)
    /// How long a failure to resolve is remembered.
    public var resolveFailureCache = Duration.seconds(5)
    /// How long one address family is tried before the other is tried as well.
    public var happyEyeballsDelay = Duration.milliseconds(250)

    /// Private, loopback, link-local and other special destinations.
    public enum PrivateAccess: Hashable, Sendable {
        case none
        case all
        case networks([AddressNetwork])

        /// Whether the special address may be reached. An address that is not special is not
        /// judged here.
        public func allows(_ address: IPAddress) -> Bool {
            switch self {
            case .none: false
            case .all: true
            case .networks(let networks): networks.contains { $0.contains(address) }
            }
        }
    }
}
