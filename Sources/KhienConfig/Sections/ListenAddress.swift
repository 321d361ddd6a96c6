import KhienModel

/// Where the proxy accepts connections.
public struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// How a connection that arrives there is to be read.
    public enum Mode: String, Sendable {
        /// Clients know the proxy: absolute-form requests and CONNECT.
        case explicit
    }

    public var mode = Mode.explicit
    public var address: IPAddress
    /// 0: the system chooses.
    public var port: Int

    /// `127.0.0.1:8118`, `[0:0:0:0:0:0:0:1]:8118`.
    public var description: String {
        switch address {
        case .v4: "\(host):\(port)"
        case .v6: "[\(host)]:\(port)"
        }
    }

    /// The address alone, as a socket function takes it: `127.0.0.1`, `0:0:0:0:0:0:0:1`.
    public var host: String {
        let length = if case .v4 = address { 32 } else { 128 }
        let text = AddressNetwork(address: address, length: length).description
        return String(text.prefix { $0 != "/" })
    }
}
