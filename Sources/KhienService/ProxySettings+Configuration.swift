import Foundation
import KhienConfig
import KhienHTTP
import KhienModel
import KhienProxy

extension ProxySettings {
    /// The data path's settings as the configuration gives them.
    init(_ configuration: Configuration) {
        let workers: Int
        switch configuration.workers {
        case .automatic: workers = ProcessInfo.processInfo.activeProcessorCount
        case .fixed(let count): workers = count
        }
        self.init(
            listen: configuration.listen.map { Endpoint($0.address, port: UInt16($0.port)) },
            workers: workers)
        switch configuration.upstream.allowPrivate {
        case .none: destinations = .publicOnly
        case .all: destinations = .any
        case .networks:
            let access = configuration.upstream.allowPrivate
            destinations = .publicAnd { access.allows($0) }
        }
        connectPorts = configuration.upstream.connectPorts.map { UInt16($0) }
        timeouts.head = configuration.timeouts.head
        timeouts.keepAlive = configuration.timeouts.idle
        timeouts.connect = configuration.timeouts.connect
        timeouts.response = configuration.timeouts.response
        timeouts.transferIdle = configuration.timeouts.transferIdle
        timeouts.tunnelIdle = configuration.timeouts.tunnelIdle
        timeouts.connectStagger = configuration.upstream.happyEyeballsDelay
        timeouts.namePositive = configuration.upstream.resolveCache
        timeouts.nameNegative = configuration.upstream.resolveFailureCache
        http.headBytesMax = configuration.limits.headerBytes
        http.fieldCountMax = configuration.limits.headerFields
        http.targetBytesMax = configuration.limits.requestLineBytes
        bounds.connections = configuration.limits.connections
        bounds.idlePerOrigin = configuration.upstream.idleConnections
    }
}
