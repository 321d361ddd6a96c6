import Dispatch
import KhienModel
import KhienProxy
import Testing

/// How much is held and for how long, and what becomes of it when a side goes away.
@Suite(.alone) struct HoldTests {
    /// An inspector that never releases anything does not make the proxy hold more than its bound.
    @Test func holdIsBounded() async throws {
        let count = 4 << 20
        let origin = try TestOrigin { socket, _ in
            guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                    + "Content-Length: \(count)\r\n\r\n")
            // All but the last part comes; then nothing.
            socket.send([UInt8](repeating: 0x61, count: count - 1))
            _ = socket.take(1)
        }
        let reading = TestReading(settings: { $0.holdBytesMax = 32_768 })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            _ = client.take(through: "\r\n\r\n")
            // Everything but what is held arrives, and no more than that.
            #expect(client.drain(upTo: count - 32_769) == count - 32_769)
            #expect(!client.hasInput(withinMilliseconds: 60))
            #expect(reading.seen.content.count == count - 1)
            #expect(reading.seen.largestFeed <= 65_536)
        }
    }

    /// An origin that sends 240,000 bytes, of which 40,000 are content.
    private static func tinyChunks() throws -> TestOrigin {
        try TestOrigin { socket, _ in
            guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
            socket.send(String(repeating: "1\r\na\r\n", count: 40_000))
            _ = socket.take(1)
        }
    }

    /// The same where the framing is most of what is sent.
    @Test func holdOfTinyChunksIsBounded() async throws {
        let origin = try Self.tinyChunks()
        let reading = TestReading(settings: { $0.holdBytesMax = 32_768 })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            _ = client.take(through: "\r\n\r\n")
            #expect(client.drain(upTo: 240_000 - 32_768) == 240_000 - 32_768)
            #expect(!client.hasInput(withinMilliseconds: 60))
        }
    }

    /// Before framing pushes content out, what there is of it is judged.
    @Test func whatTinyChunksPushOutIsJudged() async throws {
        let origin = try Self.tinyChunks()
        let reading = TestReading(pauseCondemns: .block, settings: { $0.holdBytesMax = 32_768 })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            #expect(reading.seen.pauses == 1)
        }
    }

    /// A client that does not read holds the origin back, also while a body is read.
    @Test func stalledReaderHoldsTheOriginBack() async throws {
        let origin = try TestOrigin { socket, _ in
            guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                    + "Content-Length: \(32 << 20)\r\n\r\n")
            socket.send([UInt8](repeating: 0x61, count: 32 << 20))
        }
        let reading = TestReading(clearsAfter: 9 << 20, release: { max(0, $0 - 100) })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client(receiveBufferBytes: 65_536)
            client.send(get(origin.port, "/"))
            pause(milliseconds: 300)
            let read = await proxy.counters().bytesFromOrigins
            #expect(read < 16 << 20)
            _ = client.take(through: "\r\n\r\n")
            #expect(client.drain(upTo: 32 << 20) == 32 << 20)
        }
    }

    /// Server-sent events: each arrives though no other follows, and so does the head alone.
    @Test func eventsAreNotDelayed() async throws {
        let origin = try TestOrigin { socket, _ in
            guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n")
            // Each waits until the test has got what came before.
            while let byte = socket.take(1).first, byte == 0x2B {
                socket.send("7\r\ndata: x\r\n")
            }
            socket.send("0\r\n\r\n")
        }
        let reading = TestReading(settings: { $0.delayMax = .milliseconds(20) })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(postHead(origin.port, length: 6))
            #expect(client.take(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200 OK\r\n"))
            for number in 1...5 {
                client.send("+")
                #expect(client.take(through: "data: x").hasSuffix("7\r\ndata: x"))
                #expect(reading.seen.pauses == number)
            }
            client.send("-")
            #expect(client.take(through: "0\r\n\r\n") == "\r\n0\r\n\r\n")
            #expect(reading.seen.finished == 1)
        }
    }

    @Test func pauseMayCondemn() async throws {
        let origin = try TestOrigin { socket, _ in
            guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            socket.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nhalf a page")
            _ = socket.take(1)
        }
        let reading = TestReading(
            pauseCondemns: .block, settings: { $0.delayMax = .milliseconds(20) })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            #expect(await eventually { origin.endedConnections == 1 })
        }
    }

    /// A slow trickle does not keep the first byte back for ever.
    @Test func trickleIsReleasedAfterSomeDelays() async throws {
        let origin = try TestOrigin { socket, _ in
            guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            socket.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
            while socket.send("x") { pause(milliseconds: 10) }
        }
        let reading = TestReading(settings: { $0.delayMax = .milliseconds(50) })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            _ = client.take(through: "\r\n\r\n")
            #expect(!client.take(1).isEmpty)
        }
    }

    @Test func originThatLeavesWhileAllIsHeldIsAFailure() async throws {
        let origin = try TestOrigin { socket, _ in
            guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\nhalf")
            pause(milliseconds: 20)
        }
        try await TestProxy.with(reading: TestReading()) { proxy in
            let client = try proxy.client()
            for _ in 0..<2 {
                client.send(get(origin.port, "/"))
                #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 502 "))
            }
            #expect(await proxy.server.snapshots()[0].readings == 0)
        }
    }

    @Test func originThatLeavesAfterTheFirstBytesCutsTheClientOff() async throws {
        let origin = try TestOrigin { socket, _ in
            guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\nhalf")
            pause(milliseconds: 20)
        }
        try await TestProxy.with(reading: TestReading(release: { min(2, $0) })) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(client.takeAllText().hasSuffix("\r\n\r\nha"))
            #expect(await eventually { await proxy.server.snapshots()[0].readings == 0 })
        }
    }

    @Test func clientThatLeavesFreesTheOrigin() async throws {
        let origin = try TestOrigin { socket, _ in
            guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\nhalf")
            _ = socket.take(1)
        }
        let reading = TestReading()
        try await TestProxy.with(reading: reading) { proxy in
            var client: TestSocket? = try proxy.client()
            client?.send(get(origin.port, "/"))
            #expect(await eventually { reading.seen.feeds == 1 })
            #expect(await proxy.server.snapshots()[0].readings == 1)
            client?.reset()
            // Closed with its last use; before that the proxy sees an end of input, not a reset.
            client = nil
            #expect(await eventually { origin.endedConnections == 1 })
            #expect(await eventually { await proxy.server.snapshots()[0].readings == 0 })
        }
    }

    /// A body that is being read when the judge changes is read to its end by the old inspector.
    @Test func reloadDoesNotDisturbAReading() async throws {
        let isReplaced = DispatchSemaphore(value: 0)
        let origin = try TestOrigin { socket, _ in
            guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10\r\n\r\nhalf")
            _ = isReplaced.wait(timeout: .now() + 20)
            socket.send("canary")
            _ = socket.take(1)
        }
        let reading = TestReading(words: ["canary": .block])
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(await eventually { reading.seen.feeds == 1 })
            await proxy.server.replaceJudges { _ in TestJudge(TestRules(), generation: 2) }
            isReplaced.signal()
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            #expect(proxy.events.events[0].generation == Generation(1))
        }
    }
}

/// The head of a POST whose body follows.
private func postHead(_ port: UInt16, length: Int) -> String {
    "POST http://127.0.0.1:\(port)/ HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
        + "Content-Length: \(length)\r\n\r\n"
}
