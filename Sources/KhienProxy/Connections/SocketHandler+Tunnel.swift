import KhienModel
import NIOCore

/// One direction of a tunnel, kept by the side that it is read from.
struct TunnelState {
    /// Reads that came as full buffers, one after the other.
    var fullReads = 0
    /// Whether this side's read buffers were let grow.
    var isBulky = false
}

// A tunnel (CONNECT, or after 101): what one side reads the other writes, until both directions
// have ended. A side that ends its input ends the other's output and may still receive
// (half-close).
extension SocketHandler {
    /// Makes a tunnel of two connections; from here on neither looks at what passes.
    static func joinTunnel(_ left: SocketHandler, _ right: SocketHandler) {
        left.tunnelPeer = right
        right.tunnelPeer = left
        for side in [left, right] { side.setDeadline(ticks: side.worker.ticks.tunnelIdle) }
        left.gate(closed: !right.isWritable)
        right.gate(closed: !left.isWritable)
    }

    func tunnelReceived(_ buffer: ByteBuffer) {
        growReadsIfBulky(buffer.readableBytes)
        tunnelPeer?.write(buffer)
    }

    func tunnelReceivedAll() {
        guard let peer = tunnelPeer else { return }
        let idle = worker.ticks.tunnelIdle
        setDeadline(ticks: idle)
        peer.setDeadline(ticks: idle)
        peer.flush()
        if !peer.isWritable { gate(closed: true) }
    }

    func tunnelWritabilityChanged() {
        tunnelPeer?.gate(closed: !isWritable)
    }

    func tunnelInputEnded() {
        guard let peer = tunnelPeer else { return }
        peer.flush()
        if peer.inputHasEnded {
            // Both directions are over. This side's output was ended when the peer's input was.
            setDeadline(ticks: worker.ticks.linger)
        }
        peer.closeOutput()
    }

    /// This side is gone. What the other side has been given still goes out to it.
    func tunnelClosed() {
        guard let peer = tunnelPeer else { return }
        tunnelPeer = nil
        peer.tunnelPeer = nil
        worker.tunnelEnded()
        peer.closeAfterFlush()
    }

    /// After some reads that fill their buffers the tunnel is bulky: larger reads save system
    /// calls. Not from the start, because large buffers make setting up a tunnel half as dear
    /// again.
    private func growReadsIfBulky(_ count: Int) {
        guard !tunnel.isBulky else { return }
        tunnel.fullReads = count >= Limits.Proxy.readBytesMax / 2 ? tunnel.fullReads + 1 : 0
        guard tunnel.fullReads >= Limits.Proxy.bulkReadsBeforeGrowth else { return }
        tunnel.isBulky = true
        let allocator = AdaptiveRecvByteBufferAllocator(
            minimum: 2_048, initial: Limits.Proxy.tunnelReadBytesMax,
            maximum: Limits.Proxy.tunnelReadBytesMax)
        // One large read a turn instead of several: the gate closes between turns only, and what one
        // turn reads is what a slow peer makes us hold.
        context?.channel.setOption(.recvAllocator, value: allocator).whenFailure { _ in }
        context?.channel.setOption(.maxMessagesPerRead, value: 1).whenFailure { _ in }
    }
}
