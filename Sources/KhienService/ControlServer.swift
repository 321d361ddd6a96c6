import Foundation
import NIOCore
import NIOPosix

/// The control socket: a Unix socket that only the daemon's user and group may reach.
///
/// One request a connection, one answer. A peer that sends too much or nothing at all is cut off.
public final class ControlServer: Sendable {
    public static let requestBytesMax = 4096
    public static let requestTimeout = TimeAmount.seconds(5)

    private let channel: any Channel

    /// Answers a request; runs outside the event loop.
    public typealias Handler = @Sendable (ControlRequest) async -> [UInt8]

    /// Listens on `path`. A socket that a dead daemon left there is replaced.
    ///
    /// - Throws: `ServiceError` where another daemon answers there or the path cannot be used.
    public static func start(
        path: String, group: any EventLoopGroup, handler: @escaping Handler
    ) async throws -> ControlServer {
        if ControlClient.isAnswered(path: path) {
            throw ServiceError("control.in-use", file: path, "another daemon answers there")
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let channel = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        ControlHandler(handler: handler))
                }
            }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        try FileManager.default.setAttributes([.posixPermissions: 0o660], ofItemAtPath: path)
        return ControlServer(channel: channel)
    }

    private init(channel: any Channel) { self.channel = channel }

    public func stop() async {
        do { try await channel.close() } catch { return }
    }
}

/// Collects one line, asks for the answer, sends it and closes.
private final class ControlHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let handler: ControlServer.Handler
    private var received: [UInt8] = []
    private var isAnswering = false
    private var timeout: Scheduled<Void>?

    init(handler: @escaping ControlServer.Handler) { self.handler = handler }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        timeout = context.eventLoop.scheduleTask(in: ControlServer.requestTimeout) {
            channel.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) { timeout?.cancel() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isAnswering else { return }
        received.append(contentsOf: unwrapInboundIn(data).readableBytesView)
        guard let end = received.firstIndex(of: UInt8(ascii: "\n")) else {
            if received.count > ControlServer.requestBytesMax { context.close(promise: nil) }
            return
        }
        isAnswering = true
        timeout?.cancel()
        let channel = context.channel
        let line = Array(received[..<end])
        let handler = handler
        Task {
            let answer: [UInt8]
            do {
                answer = await handler(try ControlCoding.decode(ControlRequest.self, line))
            } catch {
                answer = Array("{\"error\":\"not a request\"}\n".utf8)
            }
            try await channel.writeAndFlush(ByteBuffer(bytes: answer))
            try await channel.close()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
