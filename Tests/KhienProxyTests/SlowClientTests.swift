import KhienProxy
import Testing

/// Who has asked for something and reads it slowly gets it to its end, whatever ended meanwhile: its
/// own side, the origin, or the proxy's service.
@Suite(.alone) struct SlowClientTests {
    enum Kind: Sendable, CaseIterable {
        /// The client ends its side (`nc -N`); the answer has a length.
        case halfClosed
        /// The same, and the answer ends with the connection.
        case halfClosedUntilClose
        /// The same in a tunnel, whose origin is gone in the end.
        case tunnel
        /// The proxy is being stopped.
        case draining
    }

    private static let size = 12 << 20

    /// Answers with `size` bytes; after a request for `/close` and in a tunnel it closes.
    private static func origin() throws -> TestOrigin {
        try TestOrigin { socket, _ in
            let head = socket.take(through: "\r\n\r\n")
            let isBare = head.hasPrefix("GET /bare")
            if !isBare {
                let closes = head.hasPrefix("GET /close")
                socket.send(
                    "HTTP/1.1 200 OK\r\n"
                        + (closes ? "\r\n" : "Content-Length: \(Self.size)\r\n\r\n"))
            }
            let part = [UInt8](repeating: 0x78, count: 65_536)
            for _ in 0..<Self.size / part.count where !socket.send(part) { return }
            if head.hasPrefix("GET /keep") { _ = socket.takeAll() }
        }
    }

    @Test(arguments: Kind.allCases)
    func theAnswerIsNotCutOff(kind: Kind) async throws {
        let origin = try Self.origin()
        let proxy = try await TestProxy.start(change: {
            $0.timeouts.linger = .milliseconds(100)
            $0.connectPorts = [origin.port]
        })
        let client = try proxy.client(receiveBufferBytes: 65_536)
        switch kind {
        case .halfClosed, .draining: client.send(get(origin.port, "/keep"))
        case .halfClosedUntilClose: client.send(get(origin.port, "/close"))
        case .tunnel:
            client.send(TunnelTests.connect(origin.port))
            #expect(client.take(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
            client.send("GET /bare HTTP/1.1\r\n\r\n")
        }
        if kind != .draining { client.endOutput() }
        if kind != .tunnel { #expect(client.take(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200 ")) }
        // Until the proxy has got all of it: then only the client is waited for.
        var total = 0
        while total < Self.size, await !isServed(proxy, kind) {
            let got = client.drain(upTo: min(65_536, Self.size - total))
            guard got > 0 else { break }
            total += got
        }
        #expect(total < Self.size, "something must be left to be lost")
        async let stopped: Int = kind == .draining ? proxy.server.drain(for: .seconds(30)) : 0
        pause(milliseconds: 1_000)
        total += client.drain(upTo: Self.size - total)
        #expect(total == Self.size)
        client.endOutput()
        #expect(await stopped == 0)
        if kind != .draining { await proxy.server.drain(for: .zero) }
    }

    private func isServed(_ proxy: TestProxy, _ kind: Kind) async -> Bool {
        let state = await proxy.server.snapshots()[0]
        if kind == .tunnel { return state.tunnels == 0 && state.counters.tunnelsOpened == 1 }
        return state.counters.bytesFromOrigins >= UInt64(Self.size)
    }
}
