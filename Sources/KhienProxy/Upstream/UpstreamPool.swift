import KhienModel

/// The unused connections to origins of one event loop, by address and port. The one used last is
/// used first, so that the others can grow old and be closed.
struct UpstreamPool {
    private var idle: [Endpoint: [UpstreamConnection]] = [:]
    private(set) var count = 0
    private let perOriginMax: Int
    private let totalMax: Int

    init(bounds: ProxySettings.Bounds) {
        perOriginMax = max(0, bounds.idlePerOrigin)
        totalMax = max(0, bounds.idleUpstreams)
    }

    /// Takes a connection to `endpoint` out of the pool, or nil.
    mutating func take(_ endpoint: Endpoint) -> UpstreamConnection? {
        guard let slot = idle.index(forKey: endpoint) else { return nil }
        // Emptied lists stay in place: the next return of a connection finds its room again. They
        // are removed by `removeEmpty`.
        guard let connection = idle.values[slot].popLast() else { return nil }
        count -= 1
        return connection
    }

    /// Keeps a connection; false where there is no room for it.
    mutating func put(_ connection: UpstreamConnection) -> Bool {
        guard count < totalMax else { return false }
        let isKept = idle[connection.endpoint, default: []].appendIfFewer(
            than: perOriginMax, connection)
        if isKept { count += 1 }
        return isKept
    }

    /// Forgets a connection that closes while it is unused.
    mutating func remove(_ connection: UpstreamConnection) {
        guard let slot = idle.index(forKey: connection.endpoint),
            let place = idle.values[slot].firstIndex(where: { $0 === connection })
        else { return }
        idle.values[slot].remove(at: place)
        count -= 1
    }

    /// Drops lists without connections, so that origins once visited take no memory.
    mutating func removeEmpty() {
        if idle.count > 64 && idle.count > 2 * count {
            idle = idle.filter { !$0.value.isEmpty }
        }
    }

    /// Every unused connection.
    var all: [UpstreamConnection] { idle.values.flatMap(\.self) }
}

extension Array {
    fileprivate mutating func appendIfFewer(than limit: Int, _ element: Element) -> Bool {
        guard count < limit else { return false }
        append(element)
        return true
    }
}
