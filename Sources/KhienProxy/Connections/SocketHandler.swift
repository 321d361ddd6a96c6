import Glibc
import KhienModel
import NIOCore

/// What both sides of an exchange have in common: the only handler in its channel's pipeline, bound
/// to one worker.
///
/// **Back-pressure** is a gate on `read()`. NIO asks the pipeline for the next read after each
/// burst; while the gate is closed the request is kept here and not passed on, so the kernel's
/// buffers fill and the peer's TCP stops. Opening the gate passes the kept request on. (Switching
/// `autoRead` on and off instead was tried elsewhere: a wake-up gets lost and downloads of 10 MB
/// hang.)
///
/// **Deadlines** are numbers that the worker compares on its tick, so that setting one costs a
/// store and not a timer.
class SocketHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let worker: Worker
    /// nil before the channel is active and after it is gone.
    private(set) var context: ChannelHandlerContext?
    /// On the worker's clock; `.max`: none.
    var deadlineTick = UInt32.max
    /// This handler's place among the worker's watched connections; -1: not watched.
    var watchIndex = -1
    /// The other side of a tunnel.
    var tunnelPeer: SocketHandler?
    var tunnel = TunnelState()

    /// The peer has sent its last byte.
    private(set) var inputHasEnded = false
    /// What the channel said last: it tells of each change, and asking it costs more than a load.
    private(set) var isWritable = true
    private var gateIsClosed = false
    private var readIsKept = false
    /// What the peer had acknowledged when that was last asked.
    private var bytesAcknowledged: UInt64 = 0
    /// Closing as soon as the last bytes are out.
    private(set) var isClosing = false

    init(worker: Worker) { self.worker = worker }

    var isActive: Bool { context != nil }

    // MARK: for subclasses

    func received(_ buffer: ByteBuffer) {}
    func receivedAll() {}
    func inputEnded() {}
    /// Everything written has gone out and the peer has been told that no more comes.
    func outputEnded() {}
    func writabilityChanged() {}
    /// The channel is gone; `context` is nil already.
    func closed() {}
    /// Not called for tunnels and closing connections, which just end.
    func deadlineReached() {}

    // MARK: what subclasses do

    /// Lets reads through or keeps the next one back. Opening lets a kept read go on.
    func gate(closed: Bool) {
        gateIsClosed = closed
        if !closed && readIsKept {
            readIsKept = false
            context?.read()
        }
    }

    func write(_ buffer: ByteBuffer) {
        context?.write(wrapOutboundOut(buffer), promise: nil)
    }

    func flush() {
        context?.flush()
    }

    /// Closes both directions. What is written and not yet taken by the kernel is lost.
    func close() {
        context?.close(mode: .all, promise: nil)
    }

    /// Closes at once, so that the peer sees a reset and not an end: what it has got so far must not
    /// look like the whole. What is written and not yet taken by the peer is lost.
    func reset() {
        if let options = context?.channel as? any SocketOptionProvider {
            // Where it fails the connection ends without a reset, but it ends.
            options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenFailure { _ in }
        }
        close()
    }

    /// Closes at once; where bytes wait that the peer has not taken, so that it does not take what it has
    /// got for the whole.
    func giveUp() {
        if context?.channel.bytesWaiting ?? 0 > 0 { reset() } else { close() }
    }

    /// Closes for output after all that was written has gone out; closes for good where input has
    /// ended too.
    func closeOutput() {
        if inputHasEnded {
            closeAfterFlush()
        } else {
            context?.close(mode: .output, promise: nil)
        }
    }

    /// Closes once everything written has been taken by the kernel: at once where nothing waits, and
    /// else when the peer has taken it, or has taken nothing for `transferIdle`. (NIO's own half-close
    /// drops what is still waiting when input has ended before.)
    func closeAfterFlush() {
        guard let context, !isClosing else { return }
        isClosing = true
        setDeadline(ticks: worker.ticks.transferIdle)
        gate(closed: true)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in
            bound.value.close(promise: nil)
        }
    }

    func setDeadline(ticks: UInt32) {
        deadlineTick = worker.tick &+ ticks
    }

    func clearDeadline() {
        deadlineTick = .max
    }

    /// Called by the worker when its clock has reached `deadlineTick`.
    final func deadlineFired() {
        deadlineTick = .max
        guard isClosing || tunnelPeer != nil else { return deadlineReached() }
        guard stillTakes() || tunnelPeer?.stillTakes() ?? false else { return giveUp() }
        setDeadline(
            ticks: tunnelPeer == nil ? worker.ticks.transferIdle : worker.ticks.tunnelIdle)
        tunnelPeer?.setDeadline(ticks: worker.ticks.tunnelIdle)
    }

    /// Whether bytes wait here for the peer, and it has acknowledged some since this was last asked.
    ///
    /// To be asked when a deadline is over: a slow peer may take bytes all the time and yet leave the
    /// kernel's buffer so full that nothing is heard of it here. The first time everything that it ever
    /// acknowledged counts, so a peer that takes nothing has at most twice its time.
    func stillTakes() -> Bool {
        guard let channel = context?.channel, channel.bytesWaiting > 0,
            let options = channel as? any SocketOptionProvider
        else { return false }
        let before = bytesAcknowledged
        let asked: EventLoopFuture<ConnectionState> = options.unsafeGetSocketOption(
            level: .tcp, name: .connectionState)
        // On the loop the answer is there at once. A failure leaves the count as it was.
        asked.assumeIsolated().whenSuccess { [self] in bytesAcknowledged = $0.bytesAcknowledged }
        return bytesAcknowledged != before
    }

    // MARK: ChannelDuplexHandler

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        worker.watch(self)
    }

    func channelInactive(context: ChannelHandlerContext) {
        guard self.context != nil else { return }
        self.context = nil
        isWritable = true
        worker.unwatch(self)
        tunnelClosed()
        closed()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        channelInactive(context: context)
    }

    func read(context: ChannelHandlerContext) {
        if gateIsClosed {
            readIsKept = true
        } else {
            context.read()
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isClosing { return }
        let buffer = unwrapInboundIn(data)
        if tunnelPeer != nil { tunnelReceived(buffer) } else { received(buffer) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if isClosing { return }
        if tunnelPeer != nil { tunnelReceivedAll() } else { receivedAll() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        if isClosing { return setDeadline(ticks: worker.ticks.transferIdle) }
        if tunnelPeer != nil { tunnelWritabilityChanged() } else { writabilityChanged() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent else { return }
        if event == .outputClosed { return outputEnded() }
        inputHasEnded = true
        if isClosing { return }
        if tunnelPeer != nil { tunnelInputEnded() } else { inputEnded() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

@available(*, unavailable)
extension SocketHandler: Sendable {}
