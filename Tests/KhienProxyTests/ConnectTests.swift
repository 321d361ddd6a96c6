import Glibc
import KhienModel
import KhienProxy
import Synchronization
import Testing

/// Names and connections.
@Suite(.alone) struct ConnectTests {
    static let localhost4 = IPAddress.v4(0x7F00_0001)
    static let localhost6 = IPAddress.v6(high: 0, low: 1)

    /// RFC 8305 section 4: IPv6 first, then in turn.
    @Test func orderOfAddresses() {
        let six = (1...3).map { IPAddress.v6(high: 0x2001_0000_0000_0000, low: $0) }
        let four = (1...3).map { IPAddress.v4($0) }
        #expect(candidateOrder(four + six) == [six[0], four[0], six[1], four[1], six[2], four[2]])
        #expect(candidateOrder([four[0], four[1]]) == [four[0], four[1]])
        #expect(candidateOrder([.v6(high: 0, low: 0xFFFF_0000_0001), four[0]]) == [four[0]])
        #expect(candidateOrder([]) == [])
        let many = (0..<20).map { IPAddress.v4($0) }
        #expect(candidateOrder(many).count == Limits.Proxy.candidatesMax)
    }

    /// Nothing listens on ::1 here: the next address is tried at once.
    @Test func refusedAddressGivesWayToTheNext() async throws {
        let origin = try TestOrigin.saying("four")
        try await TestProxy.with(names: ["both.test": [Self.localhost4, Self.localhost6]]) {
            proxy in
            let client = try proxy.client()
            let authority = "both.test:\(origin.port)"
            client.send("GET http://\(authority)/ HTTP/1.1\r\nHost: \(authority)\r\n\r\n")
            #expect(client.takeResponse().body == "four")
            #expect(await proxy.counters().upstreamConnects == 2)
        }
    }

    /// Two addresses, one port. The kernel picks it for the first; for the second another test may
    /// have it at this moment, and then another port is tried.
    private static func fullListenerAndOrigin() throws -> (FullListener, TestOrigin) {
        for _ in 0..<50 {
            let full = try FullListener(address: 0x7F00_0009)
            if let origin = try? TestOrigin.saying("second", port: full.port) {
                return (full, origin)
            }
            full.close()
        }
        throw TestFailure("no port is free on two addresses")
    }

    /// The first address takes no connections (its queue is full): the next starts after the
    /// stagger and wins.
    @Test func silentAddressIsOvertaken() async throws {
        let (full, origin) = try Self.fullListenerAndOrigin()
        defer { full.close() }
        try await TestProxy.with(
            names: ["slow.test": [.v4(0x7F00_0009), Self.localhost4]],
            change: { $0.timeouts.connectStagger = .milliseconds(50) }
        ) { proxy in
            let client = try proxy.client()
            let authority = "slow.test:\(full.port)"
            client.send("GET http://\(authority)/ HTTP/1.1\r\nHost: \(authority)\r\n\r\n")
            #expect(client.takeResponse().body == "second")
            #expect(origin.connections == 1)
        }
    }

    @Test func silentAddressAloneTimesOut() async throws {
        let full = try FullListener(address: 0x7F00_000A)
        defer { full.close() }
        try await TestProxy.with(change: { $0.timeouts.connect = .milliseconds(150) }) { proxy in
            let client = try proxy.client()
            let authority = "127.0.0.10:\(full.port)"
            client.send("GET http://\(authority)/ HTTP/1.1\r\nHost: \(authority)\r\n\r\n")
            let head = client.takeResponse().head
            #expect(head.hasPrefix("HTTP/1.1 504 ") || head.hasPrefix("HTTP/1.1 502 "), "\(head)")
        }
    }

    @Test func failuresHaveTheirStatus() async throws {
        let closed = try TestOrigin.saying("")
        let port = closed.port
        closed.stop()
        try await TestProxy.with(
            resolver: FailingResolver(), change: { $0.timeouts.nameNegative = .milliseconds(20) }
        ) { proxy in
            let client = try proxy.client()
            for (url, status) in [
                ("127.0.0.1:\(port)", 502), ("missing.test", 502), ("unavailable.test", 504),
                ("overloaded.test", 503),
            ] {
                client.send("GET http://\(url)/ HTTP/1.1\r\nHost: \(url)\r\n\r\n")
                let (head, body) = client.takeResponse()
                #expect(head.hasPrefix("HTTP/1.1 \(status) "), "\(url)")
                #expect(body.contains("\n"))
            }
        }
    }

    /// One lookup for many who wait; kept afterwards, failures too.
    @Test func lookupsAreSharedAndKept() async throws {
        let origin = try TestOrigin.saying("x")
        let resolver = HeldResolver(["shared.test": [Self.localhost4]])
        try await TestProxy.with(resolver: resolver) { proxy in
            let authority = "shared.test:\(origin.port)"
            let request = "GET http://\(authority)/ HTTP/1.1\r\nHost: \(authority)\r\n\r\n"
            let clients = try (0..<10).map { _ in try proxy.client() }
            for client in clients { client.send(request) }
            #expect(await eventually { await proxy.counters().requests == 10 })
            #expect(resolver.asked == ["shared.test"])
            resolver.release()
            for client in clients { #expect(client.takeResponse().body == "x") }
            for client in clients {
                client.send(request)
                #expect(client.takeResponse().body == "x")
            }
            let missing = "GET http://no.test/ HTTP/1.1\r\nHost: no.test\r\n\r\n"
            for _ in 0..<3 {
                clients[0].send(missing)
                pause(milliseconds: 20)
                resolver.release()
                #expect(clients[0].takeResponse().head.hasPrefix("HTTP/1.1 502"))
            }
            #expect(resolver.asked == ["shared.test", "no.test"])
            #expect(await proxy.counters().namesResolved == 2)
        }
    }

    /// At the limit of names being resolved and one past it. A client that leaves does not free its
    /// place: the lookup goes on.
    @Test func lookupsAreBounded() async throws {
        let resolver = HeldResolver([:])
        try await TestProxy.with(resolver: resolver) { proxy in
            func ask(_ number: Int) throws -> TestSocket {
                let client = try proxy.client()
                let host = "n\(number).test"
                client.send("GET http://\(host)/ HTTP/1.1\r\nHost: \(host)\r\n\r\n")
                return client
            }
            for number in 0..<Limits.Proxy.resolvingNamesMax {
                try ask(number).close()
                if number % 50 == 0 { pause(milliseconds: 5) }
            }
            let isFull = await eventually {
                resolver.asked.count == Limits.Proxy.resolvingNamesMax
            }
            #expect(isFull, "\(resolver.asked.count) asked")
            let refused = try ask(-1)
            #expect(refused.takeResponse().head.hasPrefix("HTTP/1.1 503 "))
            resolver.release()
            let answered = try ask(-2)
            #expect(await eventually { resolver.asked.last == "n-2.test" })
            resolver.release()
            #expect(answered.takeResponse().head.hasPrefix("HTTP/1.1 502 "))
        }
    }

    @Test func namesExpire() async throws {
        let origin = try TestOrigin.saying("x")
        let resolver = HeldResolver(["short.test": [Self.localhost4]], isHeld: false)
        try await TestProxy.with(
            resolver: resolver, change: { $0.timeouts.namePositive = .milliseconds(60) }
        ) { proxy in
            let client = try proxy.client()
            let authority = "short.test:\(origin.port)"
            for _ in 0..<3 {
                client.send("GET http://\(authority)/ HTTP/1.1\r\nHost: \(authority)\r\n\r\n")
                #expect(client.takeResponse().body == "x")
                pause(milliseconds: 150)
            }
            #expect(resolver.asked.count == 3)
        }
    }

    @Test func systemResolverKnowsLocalhost() async throws {
        let resolver = SystemResolver(threads: 1)
        let answer = await withCheckedContinuation { continuation in
            resolver.resolve("localhost") { continuation.resume(returning: $0) }
        }
        let addresses = try answer.get()
        #expect(addresses.contains(Self.localhost4) || addresses.contains(Self.localhost6))
        let missing = await withCheckedContinuation { continuation in
            resolver.resolve("missing.invalid") { continuation.resume(returning: $0) }
        }
        #expect(throws: NameFailure.self) { try missing.get() }
        try await resolver.stop()
    }
}

struct FailingResolver: NameResolver {
    func resolve(
        _ name: String, then: @escaping @Sendable (Result<[IPAddress], NameFailure>) -> Void
    ) {
        switch name {
        case "unavailable.test": then(.failure(.unavailable))
        case "overloaded.test": then(.failure(.overloaded))
        default: then(.failure(.notFound))
        }
    }
}

/// Answers when it is told to, and remembers what it was asked.
final class HeldResolver: NameResolver {
    private let names: [String: [IPAddress]]
    private let isHeld: Bool
    private let state = Mutex(State())

    private struct State {
        var asked: [String] = []
        var held: [@Sendable () -> Void] = []
    }

    init(_ names: [String: [IPAddress]], isHeld: Bool = true) {
        self.names = names
        self.isHeld = isHeld
    }

    var asked: [String] { state.withLock { $0.asked } }

    func resolve(
        _ name: String, then: @escaping @Sendable (Result<[IPAddress], NameFailure>) -> Void
    ) {
        let answer: Result<[IPAddress], NameFailure> =
            names[name].map { .success($0) } ?? .failure(.notFound)
        state.withLock {
            $0.asked.append(name)
            if isHeld { $0.held.append { then(answer) } }
        }
        if !isHeld { then(answer) }
    }

    func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            return state.held
        }
        for answer in held { answer() }
    }
}

/// A listener that never accepts and whose queue is full: connections to it hang.
final class FullListener {
    let port: UInt16
    private let descriptor: Int32
    private var fillers: [Int32] = []

    init(address value: UInt32) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in.loopback(port: 0)
        address.sin_addr.s_addr = value.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 0) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isListening else { throw TestFailure("cannot listen: errno \(errno)") }
        port = UInt16(bigEndian: address.sin_port)
        for _ in 0..<4 {
            let filler = socket(
                AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            _ = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(filler, $0, length) }
            }
            fillers.append(filler)
        }
    }

    func close() {
        for filler in fillers { Glibc.close(filler) }
        Glibc.close(descriptor)
    }
}
