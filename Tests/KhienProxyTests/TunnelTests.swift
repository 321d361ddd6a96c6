import KhienModel
import KhienProxy
import Testing

/// CONNECT and Upgrade: bytes both ways, unchanged.
@Suite(.alone) struct TunnelTests {
    static func connect(_ port: UInt16) -> String {
        "CONNECT 127.0.0.1:\(port) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n"
    }

    static func echoOrigin() throws -> TestOrigin {
        try TestOrigin { socket, _ in
            while socket.receiveOnce() { socket.send(socket.take(socket.unread.count)) }
            socket.send("bye")
            socket.endOutput()
        }
    }

    /// Bytes that a client sends before our 200 are kept and sent on.
    @Test func earlyBytesAreKept() async throws {
        let origin = try Self.echoOrigin()
        try await TestProxy.with(change: { $0.connectPorts = [origin.port] }) { proxy in
            let client = try proxy.client()
            client.send(Self.connect(origin.port) + "early")
            #expect(client.take(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
            client.send(" late")
            #expect(String(decoding: client.take(10), as: UTF8.self) == "early late")
        }
    }

    @Test func halfCloseInBothOrders() async throws {
        let origin = try Self.echoOrigin()
        let first = try TestOrigin { socket, _ in
            socket.send("only this")
            socket.endOutput()
            let rest = String(decoding: socket.takeAll(), as: UTF8.self)
            _ = rest
        }
        try await TestProxy.with(change: { $0.connectPorts = [origin.port, first.port] }) { proxy in
            let client = try proxy.client()
            client.send(Self.connect(origin.port))
            _ = client.take(through: "\r\n\r\n")
            client.send("question")
            client.endOutput()
            #expect(client.takeAllText() == "questionbye")
            let other = try proxy.client()
            other.send(Self.connect(first.port))
            _ = other.take(through: "\r\n\r\n")
            #expect(other.takeAllText() == "only this")
            #expect(first.endedConnections == 0)
            other.send("still going")
            other.endOutput()
            #expect(await eventually { first.endedConnections == 1 })
            #expect(await eventually { await proxy.server.snapshots()[0].tunnels == 0 })
            #expect(await eventually { await proxy.server.snapshots()[0].clientConnections == 0 })
        }
    }

    @Test func muchBothWays() async throws {
        let origin = try Self.echoOrigin()
        try await TestProxy.with(change: { $0.connectPorts = [origin.port] }) { proxy in
            let client = try proxy.client()
            client.send(Self.connect(origin.port))
            _ = client.take(through: "\r\n\r\n")
            let count = 32 << 20
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 257) }
            Thread.run {
                client.send(bytes)
                client.endOutput()
            }
            #expect(client.takeAll() == bytes + Array("bye".utf8))
        }
    }

    @Test func portsThatAreNotAllowed() async throws {
        let origin = try Self.echoOrigin()
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(Self.connect(origin.port))
            #expect(client.takeAllText().hasPrefix("HTTP/1.1 403 "))
            #expect(origin.connections == 0)
        }
    }

    @Test func judgedOnHostAndPort() async throws {
        let origin = try Self.echoOrigin()
        let rules = TestRules(hosts: ["blocked.test": .block])
        try await TestProxy.with(
            rules: rules, names: ["blocked.test": [.v4(0x7F00_0001)]],
            change: { $0.connectPorts = [origin.port] }
        ) { proxy in
            let client = try proxy.client()
            client.send(
                "CONNECT Blocked.TEST:\(origin.port) HTTP/1.1\r\nHost: blocked.test\r\n\r\nhello")
            let text = client.takeAllText()
            #expect(text.hasPrefix("HTTP/1.1 451 "))
            #expect(text.hasSuffix("blocked.test:\(origin.port)"))
            #expect(!client.sawReset)
            #expect(origin.connections == 0)
            let event = try #require(proxy.events.events.first)
            #expect(event.method == Array("CONNECT".utf8))
            #expect(event.host == Array("blocked.test".utf8))
            #expect(event.target.isEmpty && event.scheme.isEmpty)
        }
    }

    /// A WebSocket: 101, then bytes; those that came with the head on either side are kept.
    @Test func upgradeBecomesATunnel() async throws {
        let origin = try TestOrigin { socket, _ in
            let head = socket.take(through: "\r\n\r\n")
            guard head.contains("Upgrade: websocket\r\n"),
                head.lowercased().contains("connection: upgrade")
            else { return }
            socket.send(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "\r\nfirst|")
            while socket.receiveOnce() { socket.send(socket.take(socket.unread.count)) }
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(
                get(origin.port, "/", extra: "Connection: Upgrade\r\nUpgrade: websocket\r\n")
                    + "early|")
            let head = client.take(through: "\r\n\r\n")
            #expect(head.hasPrefix("HTTP/1.1 101 "))
            #expect(head.contains("Upgrade: websocket"))
            client.send("late")
            let text = String(decoding: client.take(16), as: UTF8.self)
            #expect(text == "first|early|late")
            #expect(await proxy.server.snapshots()[0].tunnels == 1)
        }
    }

    @Test func upgradeThatIsRefusedGoesOnAsHTTP() async throws {
        let origin = try TestOrigin.saying("no")
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            for _ in 0..<2 {
                client.send(
                    get(origin.port, "/", extra: "Connection: Upgrade\r\nUpgrade: websocket\r\n"))
                #expect(client.takeResponse().body == "no")
            }
        }
    }

    @Test func switchThatNobodyAskedForIsRefused() async throws {
        let origin = try TestOrigin.answering { _ in "HTTP/1.1 101 Switching Protocols\r\n\r\n" }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 502 "))
        }
    }

    @Test func idleTunnelEnds() async throws {
        let origin = try Self.echoOrigin()
        try await TestProxy.with(change: {
            $0.connectPorts = [origin.port]
            $0.timeouts.tunnelIdle = .milliseconds(200)
        }) { proxy in
            let client = try proxy.client()
            client.send(Self.connect(origin.port))
            _ = client.take(through: "\r\n\r\n")
            for _ in 0..<4 {
                pause(milliseconds: 80)
                client.send("x")
                #expect(client.take(1).count == 1)
            }
            #expect(client.takeAll().count <= 3)
            #expect(client.sawEnd)
        }
    }
}
