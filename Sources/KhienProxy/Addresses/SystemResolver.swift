import Glibc
import KhienModel
import NIOPosix

/// Names through the system's resolver (`getaddrinfo`: hosts file, DNS, as nsswitch.conf says) on a
/// few threads of its own. The threads are joined by `stop()`.
public final class SystemResolver: NameResolver {
    private let threads: NIOThreadPool

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
            throw status == EAI_NONAME || status == EAI_NODATA ? .notFound : .unavailable
        }
        // SAFETY: getaddrinfo succeeded, so `list` is a list that ends with nil and stays valid until
        // freeaddrinfo; each element's ai_addr has the size of the structure that ai_family names,
        // checked against ai_addrlen before it is read.
        defer { unsafe freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = unsafe list
        while let element = unsafe next, addresses.count < 64 {
            let info = unsafe element.pointee
            unsafe next = info.ai_next
            guard let address = unsafe info.ai_addr else { continue }
            let raw = unsafe UnsafeRawPointer(address)
            let length = unsafe Int(info.ai_addrlen)
            if unsafe info.ai_family == AF_INET, length >= MemoryLayout<sockaddr_in>.size {
                addresses.append(IPAddress(unsafe raw.loadUnaligned(as: sockaddr_in.self).sin_addr))
            } else if unsafe info.ai_family == AF_INET6, length >= MemoryLayout<sockaddr_in6>.size {
                addresses.append(IPAddress(unsafe raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr))
            }
        }
        if addresses.isEmpty { throw .notFound }
        return addresses
    }
}
