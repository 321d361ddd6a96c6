import KhienProxy
import Testing

/// Bodies are streamed and never held: a slow side holds the other side back.
@Suite(.alone) struct BackPressureTests {
    /// An origin that sends `count` bytes of a pattern to each request and tells how far it got.
    static func patternOrigin(_ count: Int) throws -> TestOrigin {
        try TestOrigin { socket, _ in
            let chunk = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 / 251) }
            while true {
                let head = socket.take(through: "\r\n\r\n")
                guard head.hasSuffix("\r\n\r\n") else { return }
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n")
                var sent = 0
                while sent < count {
                    guard socket.send(Array(chunk.prefix(min(65_536, count - sent)))) else {
                        return
                    }
                    sent += min(65_536, count - sent)
                }
            }
        }
    }

    /// The trap of switching `autoRead`: downloads of 10 MB hang. The reader pauses now and then.
    @Test(arguments: [10 << 20, 100 << 20])
    func slowReaderGetsEverythingAndLittleIsUnderWay(count: Int) async throws {
        let origin = try Self.patternOrigin(count)
        try await TestProxy.with { proxy in
            let client = try proxy.client(receiveBufferBytes: 65_536)
            client.send(get(origin.port, "/"))
            _ = client.take(through: "\r\n\r\n")
            var total = 0
            var pauses = 0
            var largestGap = 0
            while total < count {
                let got = client.drain(upTo: min(1 << 20, count - total))
                guard got > 0 else { break }
                total += got
                guard pauses < 40 else { continue }
                pauses += 1
                pause(milliseconds: 5)
                // What the proxy has read and the client has not: in the proxy or in the kernel,
                // whose buffers on loopback grow to 4 MiB (tcp_wmem).
                let read = Int(await proxy.counters().bytesFromOrigins)
                largestGap = max(largestGap, read - total)
            }
            #expect(total == count)
            #expect(pauses > 5)
            #expect(largestGap < 6 << 20, "\(largestGap >> 10) KiB under way")
        }
    }

    /// While a client does not read at all, the origin is held back.
    @Test func stalledReaderHoldsTheOriginBack() async throws {
        let origin = try Self.patternOrigin(64 << 20)
        try await TestProxy.with { proxy in
            let client = try proxy.client(receiveBufferBytes: 65_536)
            client.send(get(origin.port, "/"))
            pause(milliseconds: 400)
            let read = await proxy.counters().bytesFromOrigins
            #expect(read < 16 << 20)
            pause(milliseconds: 200)
            let later = await proxy.counters().bytesFromOrigins
            #expect(later == read)
            _ = client.take(through: "\r\n\r\n")
            #expect(client.drain(upTo: 64 << 20) == 64 << 20)
        }
    }

    /// The trap of the pool: a connection paused for a slow client is read again when it is used
    /// for the next.
    @Test func pausedConnectionIsReadAgainAfterReuse() async throws {
        let size = 8 << 20
        let origin = try Self.patternOrigin(size)
        try await TestProxy.with { proxy in
            for _ in 0..<5 {
                let client = try proxy.client(receiveBufferBytes: 65_536)
                client.send(get(origin.port, "/"))
                pause(milliseconds: 60)
                _ = client.take(through: "\r\n\r\n")
                #expect(client.drain(upTo: size) == size)
            }
            #expect(origin.connections == 1)
        }
    }

    @Test func clientThatLeavesInADownloadFreesTheOrigin() async throws {
        let origin = try Self.patternOrigin(64 << 20)
        try await TestProxy.with { proxy in
            let client = try proxy.client(receiveBufferBytes: 65_536)
            client.send(get(origin.port, "/"))
            _ = client.take(through: "\r\n\r\n")
            client.reset()
            #expect(await eventually { origin.endedConnections == 1 })
            #expect(await eventually { await proxy.server.snapshots()[0].clientConnections == 0 })
            #expect(await proxy.server.snapshots()[0].idleUpstreams == 0)
        }
    }
}
