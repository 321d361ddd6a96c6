import KhienModel
import KhienProxy
import Synchronization
import Testing

/// An inspector that cannot read all at once gets a turn of the loop after the other: others are served
/// between, nothing leaves that was not read, and no more is taken in.
@Suite(.alone) struct TurnTests {
    /// Turns that are waited for before a test gives up.
    static let turnsMax = 300_000

    /// Keeps an inspector behind until it is opened.
    final class Latch: Sendable {
        private let isOpen = Atomic(false)

        func open() { isOpen.store(true, ordering: .relaxed) }

        @Sendable func holds(_ turns: Int) -> Bool {
            !isOpen.load(ordering: .relaxed) && turns < TurnTests.turnsMax
        }
    }

    @Test func othersAreServedBetween() async throws {
        let page = try TestOrigin.saying(ReadingTests.text, type: "text/html")
        let other = try TestOrigin.saying("GIF", type: "image/gif")
        let latch = Latch()
        let reading = TestReading(isBehind: latch.holds)
        try await TestProxy.with(reading: reading) { proxy in
            let readers = try (0..<3).map { _ in try proxy.client() }
            for reader in readers { reader.send(get(page.port, "/")) }
            #expect(await eventually { reading.seen.turns > 10 })
            for _ in 0..<5 {
                let client = try proxy.client()
                client.send(get(other.port, "/"))
                #expect(client.takeResponse().body == "GIF")
            }
            #expect(reading.seen.turns < Self.turnsMax)
            #expect(!readers[0].hasInput(withinMilliseconds: 0))
            latch.open()
            for reader in readers { #expect(reader.takeResponse().body == ReadingTests.text) }
            #expect(reading.seen.turns < Self.turnsMax)
            #expect(await proxy.server.snapshots()[0].readings == 0)
        }
    }

    /// Whatever the framing and the place of a cut; the origin ends its side at once.
    @Test(arguments: ReadingTests.Framing.allCases, [0, 1, 2])
    func bodyArrivesAsItWasSent(framing: ReadingTests.Framing, rule: Int) async throws {
        let releases: [@Sendable (Int) -> Int] = [{ _ in 0 }, { max(0, $0 - 7) }, { _ in 0 }]
        let (head, body) = ReadingTests.response(framing)
        let origin = try ReadingTests.cuttingOrigin(head + body, first: head.count)
        // The last one reads nothing before it knows that the body is whole.
        let reading = TestReading(
            putsOff: rule == 2, isBehind: { $0 < 3 }, release: releases[rule])
        try await TestProxy.with(reading: reading) { proxy in
            for number in 0..<body.count {
                let client = try proxy.client()
                let version = number % 3 == 2 && framing != .chunked ? "1.0" : "1.1"
                client.send(
                    "GET http://127.0.0.1:\(origin.port)/ HTTP/\(version)\r\n"
                        + "Host: 127.0.0.1:\(origin.port)\r\nConnection: close\r\n\r\n")
                _ = client.take(through: "\r\n\r\n")
                #expect(client.takeAll() == body, "\(framing), \(number)")
                #expect(!client.sawReset)
            }
            #expect(await proxy.server.snapshots()[0].readings == 0)
        }
        #expect(reading.text == String(repeating: ReadingTests.text, count: body.count))
        #expect(reading.seen.finished == body.count)
    }

    @Test(arguments: [false, true]) func oldClientGetsWhatChunksHold(putsOff: Bool) async throws {
        let (head, body) = ReadingTests.response(.chunked)
        let origin = try ReadingTests.cuttingOrigin(head + body, first: head.count)
        let reading = TestReading(
            putsOff: putsOff, isBehind: { $0 < 3 }, release: { $0 / 2 })
        try await TestProxy.with(reading: reading) { proxy in
            for _ in 0..<body.count / 3 {
                let client = try proxy.client()
                client.send("GET http://127.0.0.1:\(origin.port)/ HTTP/1.0\r\n\r\n")
                _ = client.take(through: "\r\n\r\n")
                #expect(client.takeAllText() == ReadingTests.text)
            }
        }
    }

    /// Nothing that was not read leaves, and the origin is held back, for as long as it takes.
    @Test func noMoreIsTakenIn() async throws {
        let count = 24 << 20
        let origin = try TestOrigin { socket, _ in
            guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: \(count)\r\n\r\n")
            socket.send([UInt8](repeating: 0x61, count: count))
            _ = socket.take(1)
        }
        let latch = Latch()
        let reading = TestReading(
            clearsAfter: 1, settings: { $0.delayMax = .milliseconds(10) }, isBehind: latch.holds)
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(await eventually { reading.seen.turns > 1000 })
            // One burst of reads.
            let bursts = 4 * Limits.Proxy.readBytesMax + 4096
            #expect(Int(await proxy.counters().bytesFromOrigins) <= bursts)
            #expect(!client.hasInput(withinMilliseconds: 60))
            #expect(reading.seen.pauses == 0)
            latch.open()
            _ = client.take(through: "\r\n\r\n")
            #expect(client.drain(upTo: count) == count)
        }
    }

    /// What was put off is read at a pause, in turns, and leaves only after them.
    @Test(arguments: [false, true]) func pauseOfWhatWasPutOff(isCondemned: Bool) async throws {
        let origin = try TestOrigin { socket, _ in
            guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\na canary")
            _ = socket.take(1)
        }
        let latch = Latch()
        let reading = TestReading(
            words: isCondemned ? ["canary": .block] : [:], putsOff: true,
            settings: { $0.delayMax = .milliseconds(10) }, isBehind: latch.holds)
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(await eventually { reading.seen.turns > 10 })
            #expect(reading.seen.pauses == 1)
            #expect(!client.hasInput(withinMilliseconds: 60))
            latch.open()
            if isCondemned {
                #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
                #expect(reading.seen.pauses == 1)
            } else {
                _ = client.take(through: "\r\n\r\n")
                #expect(client.take(8) == Array("a canary".utf8))
                #expect(reading.seen.pauses == 2)
            }
            #expect(await proxy.server.snapshots()[0].readings == (isCondemned ? 0 : 1))
        }
    }

    @Test func wordIsFoundInALaterTurn() async throws {
        let origin = try TestOrigin { socket, _ in
            guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            socket.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\na canary")
            while socket.send([UInt8](repeating: 0x20, count: 65_536)) {}
        }
        let reading = TestReading(words: ["canary": .block], isBehind: { $0 < 20 })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            #expect(await eventually { origin.endedConnections == 1 })
            #expect(await proxy.server.snapshots()[0].readings == 0)
        }
    }

    @Test func responseThatHasBegunIsReset() async throws {
        let origin = try TestOrigin { socket, _ in
            guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            socket.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nabc")
            pause(milliseconds: 30)
            socket.send("canary and more")
        }
        let reading = TestReading(
            words: ["canary": .block], isBehind: { $0 < 20 }, release: { min($0, 3) })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(client.takeAllText().hasSuffix("\r\n\r\nabc"))
            #expect(client.sawReset)
            #expect(proxy.events.events[0].isCut)
        }
    }

    /// Either side may leave in the middle.
    @Test(arguments: [true, false])
    func sidesThatLeave(isClient: Bool) async throws {
        let origin = try TestOrigin { socket, _ in
            guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\nhalf")
            if isClient { _ = socket.take(1) } else { socket.reset() }
        }
        let latch = Latch()
        let reading = TestReading(isBehind: latch.holds)
        try await TestProxy.with(reading: reading) { proxy in
            var client: TestSocket? = try proxy.client()
            client?.send(get(origin.port, "/"))
            #expect(await eventually { reading.seen.turns > 10 })
            if isClient {
                client?.reset()
                client = nil
            } else {
                #expect(await eventually { origin.endedConnections == 1 })
                latch.open()
                #expect(client?.takeResponse().head.hasPrefix("HTTP/1.1 502 ") == true)
            }
            #expect(await eventually { origin.endedConnections == 1 })
            #expect(await eventually { await proxy.server.snapshots()[0].readings == 0 })
        }
    }

    // MARK: forms

    @Test(arguments: FormTests.Framing.allCases)
    func formCutAtEveryByteArrivesAsItWasSent(framing: FormTests.Framing) async throws {
        let origin = try FormTests.echo()
        let reading = TestReading(
            settings: {
                $0.readsRequests = true
                $0.readsResponses = false
            }, isBehind: { $0 < 3 })
        let request = FormTests.post(origin.port, framing)
        let next = Array(get(origin.port, "/next").utf8)
        let content = String(decoding: request, as: UTF8.self)
        let head = (content.split(separator: "\r\n\r\n").first?.utf8.count ?? 0) + 4
        try await TestProxy.with(reading: reading) { proxy in
            for cut in head..<request.count {
                let client = try proxy.client()
                client.send(Array(request[..<cut]))
                pause(milliseconds: 1)
                client.send(Array(request[cut...]) + next)
                client.endOutput()
                let body = client.takeResponse().body
                #expect(body == String(decoding: request[head...], as: UTF8.self), "cut at \(cut)")
                #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 200 "))
            }
            #expect(await proxy.server.snapshots()[0].readings == 0)
        }
        #expect(
            reading.text == String(repeating: FormTests.form, count: request.count - head))
    }

    @Test func halfAFormIsGivenUp() async throws {
        let origin = try FormTests.echo()
        let latch = Latch()
        let reading = TestReading(
            settings: { $0.readsRequests = true }, isBehind: latch.holds)
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(Array(FormTests.post(origin.port).dropLast(5)))
            client.endOutput()
            #expect(await eventually { reading.seen.turns > 10 })
            latch.open()
            #expect(client.takeAll().isEmpty)
            #expect(await eventually { await proxy.server.snapshots()[0].readings == 0 })
            #expect(origin.connections == 0)
        }
    }
}
