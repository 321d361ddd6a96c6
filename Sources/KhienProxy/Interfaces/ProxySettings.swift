import KhienHTTP
import KhienModel

/// Everything that an operator may set about the data path. All waits and all amounts are bounded.
public struct ProxySettings: Sendable {
    /// Where to listen. Port 0: the system chooses, once for all event loops.
    public var listen: [Endpoint]
    /// Event loops; at least 1.
    public var workers: Int
    /// The ports that CONNECT may ask for.
    public var connectPorts: [UInt16] = [443]
    public var destinations = DestinationScope.publicOnly
    /// The name in `Via` and `Proxy-Status`: a token.
    public var name = "khien"
    public var timeouts = Timeouts()
    public var bounds = Bounds()
    /// What one message may cost.
    public var http = HTTPLimits()

    public init(listen: [Endpoint], workers: Int = 1) {
        self.listen = listen
        self.workers = max(1, workers)
    }

    /// Which destinations are connected to.
    public enum DestinationScope: Sendable {
        /// Addresses of the public Internet only.
        case publicOnly
        /// Private, loopback and other special addresses too, but never the proxy's own listeners.
        case any
        /// Of the special ones, those that the closure allows; asked once for each connection.
        case publicAnd(@Sendable (IPAddress) -> Bool)

        /// Whether an address may be connected to.
        func allows(_ address: IPAddress) -> Bool {
            switch self {
            case .publicOnly: address.scope == .global
            case .any: true
            case .publicAnd(let allowed): address.scope == .global || allowed(address)
            }
        }
    }

    /// How long is waited for what. They are kept to within one `tick`.
    public struct Timeouts: Sendable {
        /// How often deadlines are looked at.
        public var tick = Duration.milliseconds(250)
        /// From the first byte of a request head to its last (slow clients, "slowloris").
        public var head = Duration.seconds(15)
        /// Between two requests of a client.
        public var keepAlive = Duration.seconds(75)
        /// From a request to a connection with the origin, its name's resolution included.
        public var connect = Duration.seconds(20)
        /// Until the next address of an origin is tried beside the first (RFC 8305: 250 ms).
        public var connectStagger = Duration.milliseconds(250)
        /// Without a byte from the origin while its answer is due, or from a client while the rest
        /// of a body that is held is.
        public var response = Duration.seconds(60)
        /// Without a byte of an answer that has begun, or of a request's body that streams; also of a
        /// peer that takes nothing.
        public var transferIdle = Duration.seconds(600)
        /// Without a byte in either direction of a tunnel.
        public var tunnelIdle = Duration.seconds(600)
        /// An unused connection to an origin.
        public var upstreamIdle = Duration.seconds(30)
        /// After an error answer, for the client to read it.
        public var linger = Duration.seconds(2)
        /// How long addresses of a name are used.
        public var namePositive = Duration.seconds(45)
        /// How long a name that was not found is believed to have no address.
        public var nameNegative = Duration.seconds(5)

        public init() {}
    }

    /// How much is held at most.
    public struct Bounds: Sendable {
        /// Client connections of the whole process.
        public var connections = 100_000
        /// Client connections from one address, counted for each event loop.
        public var connectionsPerClient = 1_024
        /// Bodies of one address that are read at one time, counted for each event loop. One more is
        /// refused (503), whatever the failure policy says: a client that keeps half-sent forms or slow
        /// pages open must not use up what is read of others, who would then pass unread.
        public var readingsPerClient = 128
        /// Unused connections to one address and port, for each event loop.
        public var idlePerOrigin = 64
        /// Unused connections to all origins, for each event loop.
        public var idleUpstreams = 1_024

        public init() {}
    }
}
