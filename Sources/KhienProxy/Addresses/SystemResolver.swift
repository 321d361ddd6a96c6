import Glibc
import KhienModel
import NIOPosix

/// Names through the system's resolver (`getaddrinfo`: hosts file, DNS, as nsswitch.conf says) on a
/// few threads of its own. The threads are joined by `stop()`.
public final class SystemResolver: NameResolver {
    private let threads: NIOThreadPool
    /// `EAI_NODATA`, a GNU extension: the name exists and has no address.
    private static let eaiNoData: Int32 = -5

    /// - Parameter threads: how many names are looked up at one time; at least 1.
    public init(threads count: Int = 8) {
        threads = NIOThreadPool(numberOfThreads: max(1, count))
        threads.start()
    }

    /// Waits for running lookups and ends the threads. Later lookups fail as `unavailable`.
    public func stop() async throws {
        try await threads.shutdownGracefully()
    }

    public func resolve(
        _ name: String, then: @escaping @Sendable (Result<[IPAddress], NameFailure>) -> Void
    ) {
        threads.submit { state in
            guard state == .active else { return then(.failure(.unavailable)) }
            do throws(NameFailure) {
                then(.success(try Self.lookUp(name)))
            } catch {
                then(.failure(error))
            }
        }
    }

    /// Blocks until the system's resolver answers.
    private static func lookUp(_ name: String) throws(NameFailure) -> [IPAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_protocol = Int32(IPPROTO_TCP)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(name, nil, &hints, &list)
        guard status == 0 else {
            throw status == EAI_NONAME || status == eaiNoData ? .notFound : .unavailable
        }
        // SAFETY: getaddrinfo succeeded, so `list` is a list that ends with nil and stays valid
        // until freeaddrinfo; each element's ai_addr points to a structure whose length is
        // ai_addrlen.
        defer { unsafe freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = unsafe list
        while let element = unsafe next, addresses.count < 64 {
            let info = unsafe element.pointee
            unsafe next = info.ai_next
            guard let address = unsafe info.ai_addr else { continue }
            let bytes = unsafe UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen))
            if let endpoint = unsafe Endpoint(socketAddress: bytes) {
                addresses.append(endpoint.address)
            }
        }
        if addresses.isEmpty { throw .notFound }
        return addresses
    }
}
