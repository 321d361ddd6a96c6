import KhienModel
import NIOCore

/// Which addresses may be connected to at all, before any list is asked.
package struct DestinationPolicy {
    package let scope: ProxySettings.DestinationScope
    /// Where the proxy itself listens, ports as bound.
    package let listeners: [Endpoint]
    /// The addresses of this machine's interfaces.
    package let ownAddresses: Set<IPAddress>

    package init(
        scope: ProxySettings.DestinationScope, listeners: [Endpoint], ownAddresses: Set<IPAddress>
    ) {
        self.scope = scope
        self.listeners = listeners
        self.ownAddresses = ownAddresses
    }

    /// Why `destination` may not be connected to, or nil.
    package func refusal(of destination: Endpoint) -> ProxyFault.Kind? {
        let address = destination.address.unmapped
        for listener in listeners where listener.port == destination.port {
            if reaches(address, listener.address.unmapped) { return .loop }
        }
        return scope.allows(address) ? nil : .destinationRefused
    }

    /// Whether a connection to `address` arrives at a socket bound to `bound`. A socket bound to
    /// 0.0.0.0 or :: takes every address of this machine; a connection to 0.0.0.0 or :: goes to
    /// loopback.
    private func reaches(_ address: IPAddress, _ bound: IPAddress) -> Bool {
        if address == bound { return true }
        let isOwn = address.isLoopbackOrUnspecified || ownAddresses.contains(address)
        let boundToAny = bound == .v4(0) || bound == .v6(high: 0, low: 0)
        let toAny = address == .v4(0) || address == .v6(high: 0, low: 0)
        return (boundToAny && isOwn) || (toAny && bound.isLoopbackOrUnspecified)
    }

    /// The addresses of this machine's interfaces now.
    static func interfaceAddresses() throws -> Set<IPAddress> {
        var addresses: Set<IPAddress> = []
        for device in try System.enumerateDevices() {
            if let address = device.address, let endpoint = Endpoint(address) {
                addresses.insert(endpoint.address.unmapped)
            }
        }
        return addresses
    }
}
