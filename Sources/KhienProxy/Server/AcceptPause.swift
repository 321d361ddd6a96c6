import KhienModel
import NIOCore

/// In a listener's pipeline: stops accepting for a moment where no descriptor or memory is left.
///
/// What cannot be accepted stays in the kernel's queue and keeps the listener readable, so that
/// without a pause its loop tries again at once, for ever, and serves nobody the while.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let worker: Worker
    private var isPaused = false

    init(worker: Worker) { self.worker = worker }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? IOError, error.isShortage { pause(context) }
        context.fireErrorCaught(error)
    }

    private func pause(_ context: ChannelHandlerContext) {
        guard !isPaused else { return }
        isPaused = true
        worker.count(ProxyFault.Kind.overloaded)
        // A listener that is closed meanwhile takes no option, and needs none.
        context.channel.setOption(.autoRead, value: false).whenFailure { _ in }
        let bound = NIOLoopBound((handler: self, channel: context.channel), eventLoop: worker.loop)
        worker.loop.scheduleTask(in: .milliseconds(Limits.Proxy.acceptPauseMilliseconds)) {
            let (handler, channel) = bound.value
            handler.isPaused = false
            channel.setOption(.autoRead, value: true).whenFailure { _ in }
        }
    }
}

@available(*, unavailable)
extension AcceptPause: Sendable {}
