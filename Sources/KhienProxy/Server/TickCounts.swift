/// `ProxySettings.Timeouts` in ticks of the workers' clock.
struct TickCounts {
    let head: UInt32
    let keepAlive: UInt32
    let connect: UInt32
    let response: UInt32
    let transferIdle: UInt32
    let tunnelIdle: UInt32
    let upstreamIdle: UInt32
    let linger: UInt32
    let namePositive: UInt32
    let nameNegative: UInt32

    init(_ timeouts: ProxySettings.Timeouts) {
        func count(_ duration: Duration) -> UInt32 {
            // One more, because the current tick has begun already.
            UInt32(clamping: Int64((duration / max(timeouts.tick, .milliseconds(1))).rounded(.up)))
                .addingClamped(1)
        }
        head = count(timeouts.head)
        keepAlive = count(timeouts.keepAlive)
        connect = count(timeouts.connect)
        response = count(timeouts.response)
        transferIdle = count(timeouts.transferIdle)
        tunnelIdle = count(timeouts.tunnelIdle)
        upstreamIdle = count(timeouts.upstreamIdle)
        linger = count(timeouts.linger)
        namePositive = count(timeouts.namePositive)
        nameNegative = count(timeouts.nameNegative)
    }
}

extension UInt32 {
    /// The sum, at most half of the range: deadlines never wrap within the life of a worker.
    fileprivate func addingClamped(_ other: UInt32) -> UInt32 {
        Swift.min(self, UInt32.max / 2) + other
    }
}
