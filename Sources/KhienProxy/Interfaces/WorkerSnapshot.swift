import KhienModel

/// The state of one event loop at one moment.
public struct WorkerSnapshot: Sendable {
    public var worker: Int
    public var generation: Generation
    public var clientConnections: Int
    public var tunnels: Int
    public var idleUpstreams: Int
    /// Bodies that are being read now.
    public var readings: Int
    public var counters: WorkerCounters
    /// By `ClientGroup`; only the first where there are no groups.
    public var groups: [ClientGroupCounters]
}

/// Counts of one group of clients since it came into force, through reloads that keep its name.
public struct ClientGroupCounters: Sendable {
    /// Empty: clients without a group.
    public let name: String
    public var requests: UInt64 = 0
    public var blocked: UInt64 = 0
    public var warned: UInt64 = 0
    public var monitored: UInt64 = 0
    /// Bodies that an inspector read, of responses and of requests.
    public var bodiesRead: UInt64 = 0

    init(_ name: String) { self.name = name }
}

/// Counts since the start of one event loop.
public struct WorkerCounters: Sendable {
    public var connectionsAccepted: UInt64 = 0
    public var connectionsRefused: UInt64 = 0
    public var requests: UInt64 = 0
    public var blocked: UInt64 = 0
    public var warned: UInt64 = 0
    public var monitored: UInt64 = 0
    /// Warnings that a client passed over with a valid token.
    public var continued: UInt64 = 0
    /// Events that the recorder could not write.
    public var eventsLost: UInt64 = 0
    public var bytesFromClients: UInt64 = 0
    public var bytesFromOrigins: UInt64 = 0
    public var upstreamConnects: UInt64 = 0
    public var upstreamReuses: UInt64 = 0
    /// Requests sent once more because an unused connection had been closed by its origin.
    public var upstreamRetries: UInt64 = 0
    /// Addresses of a name that were passed over: refused by scope or blocked by an entry.
    public var addressesSkipped: UInt64 = 0
    public var tunnelsOpened: UInt64 = 0
    /// Names looked up, not answered from the cache.
    public var namesResolved: UInt64 = 0
    /// Attempts of regular expressions on requests that reached their limits and count as not met.
    public var regexesGivenUp: UInt64 = 0
    /// Bodies that an inspector read, of responses and of requests.
    public var bodiesRead: UInt64 = 0
    /// Of these: found clean before, and so not read again.
    public var bodiesKnown: UInt64 = 0
    /// Responses that were cut off because they were condemned when a part of them had left.
    public var bodiesCut: UInt64 = 0
    /// Bodies, or parts of them, that were not read: by `BlindSpot`'s raw value.
    public var blindSpots = [UInt64](repeating: 0, count: BlindSpot.allCases.count)
    /// By `ProxyFault.Kind`'s raw value.
    public var faults = [UInt64](repeating: 0, count: ProxyFault.Kind.allCases.count)

    public init() {}

    /// How often this happened.
    public func count(of kind: ProxyFault.Kind) -> UInt64 { faults[Int(kind.rawValue)] }

    /// How often a body was not read for this reason.
    public func count(of spot: BlindSpot) -> UInt64 { blindSpots[Int(spot.rawValue)] }
}
