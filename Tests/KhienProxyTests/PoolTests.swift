import KhienModel
import KhienProxy
import Testing

/// Connections to origins that misbehave, or are used again.
@Suite(.alone) struct PoolTests {
    static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    /// Its first connection answers once: the second request arrives and is left unanswered.
    private static func forgetfulOrigin() throws -> TestOrigin {
        try TestOrigin { socket, number in
            _ = socket.take(through: "\r\n\r\n")
            socket.send(Self.ok)
            guard number == 1 else {
                _ = socket.takeAll()
                return
            }
            // The second request arrives and is left unanswered.
            _ = socket.take(through: "\r\n\r\n")
        }
    }

    /// The origin closes an unused connection at the moment when it is used again.
    @Test func staleConnectionIsReplacedOnce() async throws {
        let origin = try Self.forgetfulOrigin()
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            for _ in 0..<2 {
                client.send(get(origin.port, "/"))
                #expect(client.takeResponse().body == "ok")
            }
            #expect(origin.connections == 2)
            #expect(await proxy.counters().upstreamRetries == 1)
        }
    }

    /// The verdict on the address is asked for again, with the fields of the request, which are not kept
    /// otherwise where no response is read.
    @Test func aWatchedAddressIsToldOnceMore() async throws {
        let origin = try Self.forgetfulOrigin()
        let rules = TestRules(addresses: [.v4(0x7F00_0001): .monitor])
        try await TestProxy.with(rules: rules) { proxy in
            let client = try proxy.client()
            for _ in 0..<2 {
                client.send(get(origin.port, "/", extra: "Accept: text/html\r\n"))
                #expect(client.takeResponse().body == "ok")
            }
            #expect(origin.connections == 2)
            #expect(await proxy.counters().upstreamRetries == 1)
            #expect(proxy.events.events.allSatisfy { $0.judgement.verdict == .monitor })
            #expect(proxy.events.events.count >= 2)
        }
    }

    /// What is not safe to repeat is not repeated; nor is anything repeated twice.
    @Test(arguments: ["POST", "PATCH"])
    func unsafeRequestIsNotRepeated(method: String) async throws {
        let origin = try TestOrigin { socket, _ in
            _ = socket.take(through: "\r\n\r\n")
            socket.send(Self.ok)
            _ = socket.take(through: "\r\n\r\n")
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(client.takeResponse().body == "ok")
            client.send(get(origin.port, "/", method: method, extra: "Content-Length: 0\r\n"))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 502 "))
            #expect(origin.connections == 1)
        }
    }

    @Test func freshConnectionThatClosesIsNotRepeated() async throws {
        let origin = try TestOrigin { socket, _ in _ = socket.take(through: "\r\n\r\n") }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 502 "))
            #expect(origin.connections == 1)
            #expect(await proxy.counters().count(of: .originClosed) == 1)
        }
    }

    /// Two responses to one request: the second is nobody's, and the connection is not used again.
    @Test(arguments: [0, 30])
    func secondResponseIsNeverGivenToAnyone(delay: UInt32) async throws {
        let origin = try TestOrigin { socket, number in
            _ = socket.take(through: "\r\n\r\n")
            let extra = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"
            if number == 1 {
                socket.send(delay == 0 ? Self.ok + extra : Self.ok)
                if delay > 0 {
                    pause(milliseconds: delay)
                    socket.send(extra)
                }
            } else {
                socket.send(Self.ok)
            }
            _ = socket.takeAll()
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(client.takeResponse().body == "ok")
            pause(milliseconds: 80)
            client.send(get(origin.port, "/"))
            #expect(client.takeResponse().body == "ok")
            #expect(origin.connections == 2)
        }
    }

    /// Source: RFC 9112 sections 2.2, 4, 6; a proxy answers 502 (RFC 9110 section 15.6.3).
    @Test(arguments: [
        "garbage\r\n\r\n", "SSH-2.0-OpenSSH\r\n", "HTTP/1.1 20 OK\r\n\r\n", "ICY 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n", "HTTP/1.1 200 OK\r\nX: a\0\r\n\r\n",
        "\u{15}\u{3}\u{1}\0\u{2}\u{2}\u{16}",
    ])
    func garbageIsAnswered502(response: String) async throws {
        let origin = try TestOrigin { socket, _ in
            _ = socket.take(through: "\r\n\r\n")
            socket.send(response)
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            let head = client.takeResponse().head
            #expect(head.hasPrefix("HTTP/1.1 502 "), "\(head)")
            #expect(await proxy.server.snapshots()[0].idleUpstreams == 0)
        }
    }

    /// A body that ends early, or whose chunks break: the client must see that it is not whole.
    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npartXX5\r\n",
    ])
    func truncatedBodyIsNotWhole(response: String) async throws {
        let origin = try TestOrigin { socket, _ in
            _ = socket.take(through: "\r\n\r\n")
            socket.send(response)
            pause(milliseconds: 20)
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            let text = client.takeAllText()
            #expect(text.hasPrefix("HTTP/1.1 200 "))
            #expect(!text.hasSuffix("\r\n0\r\n\r\n"))
            #expect(client.sawEnd)
        }
    }

    @Test func unusedConnectionsAreClosed() async throws {
        let origin = try TestOrigin.saying("x")
        try await TestProxy.with(change: { $0.timeouts.upstreamIdle = .milliseconds(100) }) {
            proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(client.takeResponse().body == "x")
            #expect(await proxy.server.snapshots()[0].idleUpstreams == 1)
            #expect(await eventually { origin.endedConnections == 1 })
            #expect(await proxy.server.snapshots()[0].idleUpstreams == 0)
        }
    }

    /// At the limit and one past it.
    @Test func unusedConnectionsAreBounded() async throws {
        let origin = try TestOrigin.answering { _ in
            pause(milliseconds: 100)
            return Self.ok
        }
        try await TestProxy.with(change: { $0.bounds.idlePerOrigin = 3 }) { proxy in
            for (clients, kept) in [(3, 3), (4, 3)] {
                let sockets = try (0..<clients).map { _ in try proxy.client() }
                for socket in sockets { socket.send(get(origin.port, "/")) }
                for socket in sockets { #expect(socket.takeResponse().body == "ok") }
                #expect(await proxy.server.snapshots()[0].idleUpstreams == kept)
            }
        }
    }

    @Test func originThatWantsToCloseIsNotUsedAgain() async throws {
        for head in ["HTTP/1.1 200 OK\r\nConnection: close", "HTTP/1.0 200 OK"] {
            let origin = try TestOrigin.answering { _ in "\(head)\r\nContent-Length: 1\r\n\r\nx" }
            try await TestProxy.with { proxy in
                let client = try proxy.client()
                for _ in 0..<2 {
                    client.send(get(origin.port, "/"))
                    let answer = client.takeResponse()
                    #expect(answer.body == "x" && !answer.head.contains("Connection: close"))
                }
                #expect(origin.connections == 2)
            }
        }
    }

    /// NTLM and Negotiate authenticate the connection: no other client may ever use it, and its own
    /// client finds it again.
    @Test(arguments: ["NTLM TlRMTVNT", "negotiate YII="])
    func authenticatedConnectionBelongsToItsClient(authorization: String) async throws {
        let origin = try TestOrigin { socket, number in
            while socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") {
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(number)")
            }
        }
        try await TestProxy.with { proxy in
            let first = try proxy.client()
            let second = try proxy.client()
            first.send(get(origin.port, "/", extra: "Authorization: \(authorization)\r\n"))
            #expect(first.takeResponse().body == "1")
            second.send(get(origin.port, "/"))
            #expect(second.takeResponse().body == "2")
            first.send(get(origin.port, "/"))
            #expect(first.takeResponse().body == "1")
            #expect(await proxy.server.snapshots()[0].idleUpstreams == 1)
            first.close()
            #expect(await eventually { origin.endedConnections == 1 })
            second.send(get(origin.port, "/"))
            #expect(second.takeResponse().body == "2")
        }
    }
}
