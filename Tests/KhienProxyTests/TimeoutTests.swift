import KhienModel
import KhienProxy
import Testing

/// Every wait ends.
@Suite(.alone) struct TimeoutTests {
    /// The time runs from the first byte and is not extended by further ones ("slowloris").
    @Test func slowHead() async throws {
        let origin = try TestOrigin.saying("x")
        try await TestProxy.with(change: { $0.timeouts.head = .milliseconds(300) }) { proxy in
            let client = try proxy.client()
            let clock = ContinuousClock()
            let start = clock.now
            for byte in get(origin.port, "/", extra: "X: y\r\n").utf8.dropLast(2) {
                if client.hasInput(withinMilliseconds: 20) { break }
                client.send([byte])
            }
            #expect(client.takeAllText().hasPrefix("HTTP/1.1 408 "))
            #expect(clock.now - start > .milliseconds(250))
            #expect(clock.now - start < .seconds(5))
            #expect(origin.connections == 0)
            #expect(await proxy.counters().count(of: .headTimeout) == 1)
        }
    }

    @Test func idleClientIsClosedWithoutAWord() async throws {
        let origin = try TestOrigin.saying("x")
        try await TestProxy.with(change: {
            $0.timeouts.keepAlive = .milliseconds(150)
            $0.timeouts.head = .milliseconds(150)
        }) { proxy in
            let silent = try proxy.client()
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(client.takeResponse().body == "x")
            #expect(client.takeAllText() == "" && client.sawEnd)
            #expect(silent.takeAllText() == "" && silent.sawEnd)
        }
    }

    @Test func silentOrigin() async throws {
        let origin = try TestOrigin { socket, _ in _ = socket.takeAll() }
        try await TestProxy.with(change: { $0.timeouts.response = .milliseconds(200) }) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 504 "))
            #expect(await eventually { origin.endedConnections == 1 })
            #expect(await proxy.counters().count(of: .originTimeout) == 1)
        }
    }

    /// The time is between bytes: a slow but steady origin is not cut off.
    @Test func slowOriginIsNotCutOff() async throws {
        let origin = try TestOrigin { socket, _ in
            _ = socket.take(through: "\r\n\r\n")
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n")
            for _ in 0..<8 {
                pause(milliseconds: 80)
                socket.send("x")
            }
            _ = socket.takeAll()
        }
        try await TestProxy.with(change: { $0.timeouts.transferIdle = .milliseconds(400) }) {
            proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(client.takeResponse().body == "xxxxxxxx")
        }
    }

    @Test func originThatStopsInItsBody() async throws {
        let origin = try TestOrigin { socket, _ in
            _ = socket.take(through: "\r\n\r\n")
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npart")
            _ = socket.takeAll()
        }
        try await TestProxy.with(change: { $0.timeouts.transferIdle = .milliseconds(200) }) {
            proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(client.takeAllText().hasSuffix("part"))
            #expect(await eventually { origin.endedConnections == 1 })
            #expect(await proxy.counters().count(of: .originTimeout) == 1)
        }
    }

    @Test func clientThatStopsInItsBody() async throws {
        let origin = try TestOrigin { socket, _ in _ = socket.takeAll() }
        try await TestProxy.with(change: { $0.timeouts.transferIdle = .milliseconds(200) }) {
            proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/", method: "POST", extra: "Content-Length: 9\r\n") + "x")
            #expect(client.takeAllText().hasPrefix("HTTP/1.1 408 "))
            #expect(await eventually { origin.endedConnections == 1 })
        }
    }

    /// `response` is the wait for an answer's head: an event stream may be quiet for longer, and so may
    /// the client between two parts of what it sends.
    @Test func aBodyMayBeQuietForLongerThanTheWaitForItsHead() async throws {
        let origin = try TestOrigin { socket, _ in
            _ = socket.take(through: "\r\n\r\n")
            _ = socket.take(2)
            socket.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            socket.send("data: 1\n\n")
            pause(milliseconds: 800)
            socket.send("data: 2\n\n")
        }
        try await TestProxy.with(change: { $0.timeouts.response = .milliseconds(200) }) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/", method: "POST", extra: "Content-Length: 2\r\n") + "a")
            pause(milliseconds: 800)
            client.send("b")
            #expect(client.takeAllText().hasSuffix("data: 1\n\ndata: 2\n\n"))
            #expect(client.sawEnd && !client.sawReset)
        }
    }

    /// A client that takes bytes all the time, but so slowly that the proxy's buffers stay full for
    /// longer than the time, is not cut off.
    @Test func clientThatReadsSlowly() async throws {
        let size = 16 << 20
        let origin = try BackPressureTests.patternOrigin(size)
        try await TestProxy.with(change: { $0.timeouts.transferIdle = .seconds(1) }) { proxy in
            let client = try proxy.client(receiveBufferBytes: 65_536)
            client.send(get(origin.port, "/"))
            _ = client.take(through: "\r\n\r\n")
            var total = 0
            for _ in 0..<100 {
                let got = client.drain(upTo: 8_192)
                guard got > 0 else { break }
                total += got
                pause(milliseconds: 40)
            }
            total += client.drain(upTo: size - total)
            #expect(total == size)
        }
    }

    /// A client that reads nothing for too long loses its connection, and the origin its.
    @Test func clientThatReadsNothing() async throws {
        let origin = try BackPressureTests.patternOrigin(64 << 20)
        try await TestProxy.with(change: { $0.timeouts.transferIdle = .milliseconds(300) }) {
            proxy in
            let client = try proxy.client(receiveBufferBytes: 65_536)
            client.send(get(origin.port, "/"))
            #expect(await eventually { origin.endedConnections == 1 })
            #expect(await eventually { await proxy.server.snapshots()[0].clientConnections == 0 })
        }
    }

    /// At the limit of connections of one client and one past it.
    @Test func connectionsOfOneClientAreBounded() async throws {
        let origin = try TestOrigin.saying("x")
        try await TestProxy.with(change: { $0.bounds.connectionsPerClient = 2 }) { proxy in
            let first = try proxy.client()
            let second = try proxy.client()
            for client in [first, second] {
                client.send(get(origin.port, "/"))
                #expect(client.takeResponse().body == "x")
            }
            let third = try proxy.client()
            third.send(get(origin.port, "/"))
            #expect(third.takeAllText() == "")
            first.close()
            #expect(await eventually { await proxy.server.snapshots()[0].clientConnections == 1 })
            let fourth = try proxy.client()
            fourth.send(get(origin.port, "/"))
            #expect(fourth.takeResponse().body == "x")
            #expect(await proxy.counters().connectionsRefused == 1)
        }
    }

    /// After its last answer the proxy takes only so much more from a client.
    @Test(arguments: [true, false])
    func restAfterAnAnswerIsBounded(isWithin: Bool) async throws {
        let limit = Limits.Proxy.lingerBytesMax
        try await TestProxy.with(rules: RefusalTests.blocked) { proxy in
            let client = try proxy.client()
            client.send(
                RefusalTests.request(
                    "blocked.test", method: "POST", extra: "Content-Length: 99999999\r\n"))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451"))
            client.send([UInt8](repeating: 0x41, count: isWithin ? limit : 8 * limit))
            // Within the limit the connection waits for the client's end until `linger` is over.
            pause(milliseconds: 200)
            let open = await proxy.server.snapshots()[0].clientConnections
            #expect(open == (isWithin ? 1 : 0))
            let taken = await proxy.counters().bytesFromClients
            #expect(taken < UInt64(limit + 1_000_000))
            withExtendedLifetime(client) {}
        }
    }
}
