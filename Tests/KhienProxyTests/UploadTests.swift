import KhienProxy
import Testing

/// Request bodies.
@Suite(.alone) struct UploadTests {
    @Test(arguments: [0, 1, 1_000, 70_000, 5_000_000])
    func bodyWithLength(count: Int) async throws {
        let origin = try TestOrigin { socket, _ in
            while true {
                let head = socket.take(through: "\r\n\r\n")
                guard head.hasSuffix("\r\n\r\n") else { return }
                let body = socket.take(count)
                var sum: UInt64 = 0
                for byte in body { sum = sum &* 31 &+ UInt64(byte) }
                socket.send(
                    "HTTP/1.1 200 OK\r\nX-Sum: \(sum)\r\nX-Count: \(body.count)\r\n"
                        + "Content-Length: 0\r\n\r\n")
            }
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            for round in 0..<2 {
                let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ round) }
                var sum: UInt64 = 0
                for byte in body { sum = sum &* 31 &+ UInt64(byte) }
                client.send(
                    get(origin.port, "/", method: "POST", extra: "Content-Length: \(count)\r\n"))
                client.send(body)
                let head = client.takeResponse().head
                #expect(head.contains("X-Count: \(count)\r\n"))
                #expect(head.contains("X-Sum: \(sum)\r\n"))
            }
            #expect(origin.connections == 1)
        }
    }

    @Test func continueIsPassedThrough() async throws {
        let origin = try TestOrigin { socket, _ in
            let head = socket.take(through: "\r\n\r\n")
            guard head.contains("Expect: 100-continue") else { return }
            socket.send("HTTP/1.1 100 Continue\r\n\r\n")
            let body = String(decoding: socket.take(4), as: UTF8.self)
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\(body)")
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(
                get(
                    origin.port, "/", method: "POST",
                    extra: "Content-Length: 4\r\nExpect: 100-continue\r\n"))
            #expect(client.take(through: "\r\n\r\n").hasPrefix("HTTP/1.1 100 "))
            client.send("data")
            #expect(client.takeResponse().body == "data")
        }
    }

    /// RFC 9110 section 10.1.1: instead of 100 the origin may answer at once.
    @Test func finalAnswerInsteadOfContinue() async throws {
        let origin = try TestOrigin { socket, _ in
            _ = socket.take(through: "\r\n\r\n")
            socket.send("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n")
            _ = socket.takeAll()
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(
                get(
                    origin.port, "/", method: "POST",
                    extra: "Content-Length: 4\r\nExpect: 100-continue\r\n"))
            let text = client.takeAllText()
            #expect(text.hasPrefix("HTTP/1.1 417 "))
            #expect(text.contains("Connection: close"))
        }
    }

    /// The origin answers while the client still sends: the answer arrives whole, not a reset.
    @Test func earlyAnswerArrivesWhileTheBodyFlows() async throws {
        let origin = try TestOrigin { socket, _ in
            _ = socket.take(through: "\r\n\r\n")
            socket.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\n\r\nlarge")
            _ = socket.drain(upTo: 1_000_000)
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/", method: "POST", extra: "Content-Length: 500000\r\n"))
            client.send([UInt8](repeating: 0, count: 100_000))
            pause(milliseconds: 50)
            client.send([UInt8](repeating: 0, count: 100_000))
            let text = client.takeAllText()
            #expect(text.hasPrefix("HTTP/1.1 413 "))
            #expect(text.hasSuffix("large"))
            #expect(!client.sawReset)
        }
    }

    /// The origin reads slowly: the client's bytes wait in the kernel, not in the proxy.
    @Test func slowOriginHoldsTheClientBack() async throws {
        let origin = try TestOrigin { socket, _ in
            _ = socket.take(through: "\r\n\r\n")
            pause(milliseconds: 400)
            let count = socket.drain(upTo: 32 << 20)
            socket.send("HTTP/1.1 200 OK\r\nX-Count: \(count)\r\nContent-Length: 0\r\n\r\n")
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(
                get(origin.port, "/", method: "POST", extra: "Content-Length: \(32 << 20)\r\n"))
            Thread.run { client.send([UInt8](repeating: 1, count: 32 << 20)) }
            pause(milliseconds: 300)
            let counters = await proxy.counters()
            // The kernel's buffers on both sides take some megabytes on loopback.
            #expect(counters.bytesFromClients < 20 << 20)
            #expect(client.takeResponse().head.contains("X-Count: \(32 << 20)\r\n"))
        }
    }

    @Test func clientThatLeavesInItsBodyCutsTheOriginOff() async throws {
        let origin = try TestOrigin { socket, _ in
            _ = socket.take(through: "\r\n\r\n")
            _ = socket.takeAll()
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/", method: "POST", extra: "Content-Length: 1000\r\n"))
            client.send("part")
            #expect(await eventually { origin.connections == 1 })
            client.close()
            #expect(await eventually { origin.endedConnections == 1 })
            #expect(await eventually { await proxy.server.snapshots()[0].clientConnections == 0 })
        }
    }
}
