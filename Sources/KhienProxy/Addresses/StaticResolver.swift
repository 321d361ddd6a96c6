import KhienModel

/// Names from a fixed table, for tests and for closed networks. Every other name is not found.
public struct StaticResolver: NameResolver {
    private let names: [String: [IPAddress]]

    public init(_ names: [String: [IPAddress]]) { self.names = names }

    public func resolve(
        _ name: String, then: @escaping @Sendable (Result<[IPAddress], NameFailure>) -> Void
    ) {
        if let addresses = names[name], !addresses.isEmpty {
            then(.success(addresses))
        } else {
            then(.failure(.notFound))
        }
    }
}
