import KhienModel
import KhienProxy
import Synchronization
import Testing

/// Forms longer than what is held: read on while they are sent, and cut off where a later part of them is
/// condemned.
@Suite(.alone) struct SendingTests {
    /// Bytes held: less than a read, so that a form of some reads has more than one border.
    static let hold = 16_384

    /// As a reader that judges all that came, but for a look-back.
    static let lookBack: @Sendable (Int) -> Int = { max(0, $0 - 4_096) }

    static func reading(
        words: [String: Action] = [:], late: [String: Action] = [:],
        unreadable: (spot: BlindSpot, after: Int)? = nil, clearsAfter: Int? = nil,
        pauseCondemns: Action? = nil, isBehind: @escaping @Sendable (Int) -> Bool = { _ in false },
        release: @escaping @Sendable (Int) -> Int = lookBack,
        settings: (inout InspectionSettings) -> Void = { _ in }
    ) -> TestReading {
        TestReading(
            words: words, lateWords: late, unreadable: unreadable, clearsAfter: clearsAfter,
            pauseCondemns: pauseCondemns,
            settings: {
                $0.readsRequests = true
                $0.readsResponses = false
                $0.holdBytesMax = hold
                settings(&$0)
            }, isBehind: isBehind, release: release)
    }

    /// Text that repeats nowhere in its first megabytes.
    static func filler(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        var number = 0
        while bytes.count < count {
            bytes += Array("\(number) ".utf8)
            number += 1
        }
        return Array(bytes.prefix(count))
    }

    static func head(
        _ port: UInt16, _ framing: FormTests.Framing, _ count: Int, version: String = "1.1",
        extra: String = ""
    ) -> [UInt8] {
        let length =
            framing == .length ? "Content-Length: \(count)" : "Transfer-Encoding: chunked"
        return Array(
            ("POST http://127.0.0.1:\(port)/send HTTP/\(version)\r\nHost: 127.0.0.1:\(port)\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\n\(extra)\(length)\r\n\r\n")
                .utf8
        )
    }

    /// The body as it is sent: chunks of 10,007 bytes, or bare.
    static func framed(_ content: [UInt8], _ framing: FormTests.Framing) -> [UInt8] {
        guard framing == .chunked else { return content }
        var bytes: [UInt8] = []
        var start = 0
        while start < content.count {
            let end = min(start + 10_007, content.count)
            bytes += Array("\(String(end - start, radix: 16))\r\n".utf8)
            bytes += content[start..<end]
            bytes += Array("\r\n".utf8)
            start = end
        }
        return bytes + Array("0\r\n\r\n".utf8)
    }

    /// What an origin got of each connection's body, and how it ended.
    final class Sink: Sendable {
        private let state = Mutex((bodies: [Int: [UInt8]](), resets: 0))

        var bodies: [Int: [UInt8]] { state.withLock { $0.bodies } }
        var resets: Int { state.withLock { $0.resets } }

        func add(_ bytes: [UInt8], _ connection: Int) {
            state.withLock { $0.bodies[connection, default: []] += bytes }
        }

        func noteReset() { state.withLock { $0.resets += 1 } }

        /// Reads heads and bodies of `count` bytes and answers each with `answer`.
        func origin(_ count: Int, answer: String = "ok") throws -> TestOrigin {
            try TestOrigin { [self] socket, connection in
                while socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") {
                    var left = count
                    while left > 0 {
                        let part = socket.take(min(left, 1_000))
                        add(part, connection)
                        left -= part.count
                        if part.isEmpty { break }
                    }
                    if socket.sawReset { noteReset() }
                    guard left == 0 else { return }
                    socket.send(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                            + "Content-Length: \(answer.utf8.count)\r\n\r\n\(answer)")
                }
            }
        }
    }

    /// Three megabytes, with a request behind them; where turns are needed they are taken.
    @Test(arguments: FormTests.Framing.allCases, [0, 1])
    func longFormArrivesAsItWasSent(framing: FormTests.Framing, turns: Int) async throws {
        let content = Self.filler(turns == 0 ? 3 << 20 : 300_000)
        let body = Self.framed(content, framing)
        let sink = Sink()
        let origin = try sink.origin(body.count)
        let reading = Self.reading(isBehind: { $0 < turns }, release: { max(0, $0 - 4_096) })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            let request = Self.head(origin.port, framing, content.count) + body
            client.send(request + request)
            for _ in 0..<2 { #expect(client.takeResponse().body == "ok") }
            #expect(sink.bodies[1] == body + body)
            #expect(origin.connections == 1)
            #expect(reading.seen.finished == 2)
            #expect(reading.seen.content == content + content)
            #expect(await proxy.counters().count(of: .overLimit) == 0)
            #expect(await eventually { await proxy.server.snapshots()[0].readings == 0 })
            #expect(proxy.events.events.isEmpty)
        }
    }

    /// However little is held of pages, of a form as much waits as its reader holds back: it leaves when
    /// it was judged, and not because there is no room for it. Past that it is judged where it is.
    @Test(arguments: [0, 1])
    func smallHoldOfPages(excess: Int) async throws {
        let least = Limits.Page.checkpointBytes + Limits.Page.formLookBackBytes
        let content = Self.filler(60_000)
        let sink = Sink()
        let origin = try sink.origin(content.count)
        let reading = Self.reading(
            release: { min($0, 2_000) }, settings: { $0.holdBytesMax = 4_096 })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            let first = 2_000 + least + excess
            client.send(Self.head(origin.port, .length, content.count))
            client.send(Array(content.prefix(2_000)))
            #expect(await eventually { (sink.bodies[1] ?? []).count == 2_000 })
            client.send(Array(content[2_000..<first]))
            #expect(await eventually { reading.seen.content.count == first })
            if excess == 1 { #expect(await eventually { reading.seen.pauses > 0 }) }
            #expect(excess == 1 || reading.seen.pauses == 0)
            client.send(Array(content[first...]))
            #expect(client.takeResponse().body == "ok")
            #expect(sink.bodies[1] == content)
        }
    }

    /// Behind much that is harmless: the form's rest and the word itself never leave; the client gets
    /// the page, and the connection to the origin is of no further use.
    @Test(arguments: FormTests.Framing.allCases, [Action.block, .warn])
    func wordFarBehindCutsOff(framing: FormTests.Framing, action: Action) async throws {
        let content = Self.filler(1 << 20) + Array("secret".utf8) + Self.filler(70_000)
        let body = Self.framed(content, framing)
        let sink = Sink()
        let origin = try sink.origin(body.count)
        let recorder = RecordingRecorder(isHeld: true)
        let reading = Self.reading(words: ["secret": action])
        try await TestProxy.with(recorder: recorder, reading: reading) { proxy in
            let client = try proxy.client()
            client.send(Self.head(origin.port, framing, content.count) + body)
            #expect(await eventually { recorder.events.count == 1 })
            // Nobody is told before the event is written, and the origin is told nothing.
            #expect(!client.hasInput(withinMilliseconds: 30))
            recorder.release()
            let (head, text) = client.takeResponse()
            #expect(head.hasPrefix("HTTP/1.1 451 "))
            #expect(head.contains("Connection: close"))
            #expect(text.hasPrefix("refused "))
            #expect(client.takeAll().isEmpty)
            let event = recorder.events[0]
            #expect(event.isCut && event.status == 451)
            #expect(event.judgement.verdict == action)
            #expect(await eventually { origin.endedConnections == 1 })
            let sent = sink.bodies[1] ?? []
            #expect(sent.count > 100_000 && sent.count < body.count - 70_000)
            #expect(sent.elementsEqual(body.prefix(sent.count)))
            #expect(!String(decoding: sent, as: UTF8.self).contains("secret"))
            #expect(sink.resets == 1)
            let counters = await proxy.counters()
            #expect(counters.bodiesCut == 1)
            #expect((action == .warn ? counters.warned : counters.blocked) == 1)
            #expect(await proxy.server.snapshots()[0].idleUpstreams == 0)
            #expect(await proxy.server.snapshots()[0].readings == 0)
        }
    }

    /// Known only at the end: the last bytes were held back for that.
    @Test(arguments: FormTests.Framing.allCases)
    func endWaitsForTheVerdict(framing: FormTests.Framing) async throws {
        let content = Self.filler(400_000) + Array("secret".utf8)
        let body = Self.framed(content, framing)
        let sink = Sink()
        let origin = try sink.origin(body.count)
        try await TestProxy.with(reading: Self.reading(late: ["secret": .block])) { proxy in
            let client = try proxy.client()
            client.send(Self.head(origin.port, framing, content.count) + body)
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            #expect(await eventually { origin.endedConnections == 1 })
            #expect(sink.bodies[1].map { $0.count < body.count - 6 } ?? true)
            #expect(proxy.events.events[0].isCut)
        }
    }

    /// What was condemned before anything had left is not told as a part that had.
    @Test func wordThatComesWhileConnecting() async throws {
        let sink = Sink()
        let origin = try sink.origin(100_000)
        let resolver = HeldResolver(["form.test": [.v4(0x7F00_0001)]])
        let reading = Self.reading(words: ["secret": .block])
        try await TestProxy.with(resolver: resolver, reading: reading) { proxy in
            let client = try proxy.client()
            let content = Self.filler(20_000)
            client.send(
                "POST http://form.test:\(origin.port)/ HTTP/1.1\r\nHost: form.test:\(origin.port)\r\n"
                    + "Content-Type: application/x-www-form-urlencoded\r\n"
                    + "Content-Length: 100000\r\n\r\n")
            client.send(content)
            #expect(await eventually { !resolver.asked.isEmpty })
            client.send("secret")
            pause(milliseconds: 50)
            resolver.release()
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            #expect(await eventually { origin.endedConnections == origin.connections })
            #expect(sink.bodies[1] == nil)
            #expect(!proxy.events.events[0].isCut)
            #expect(await proxy.counters().bodiesCut == 0)
        }
    }

    /// Leave to send covers what is condemned midway as well.
    @Test func warningMayBePassedOver() async throws {
        let content = Self.filler(200_000) + Array("secret".utf8) + Self.filler(200_000)
        let sink = Sink()
        let origin = try sink.origin(content.count)
        try await TestProxy.with(reading: Self.reading(words: ["secret": .warn])) { proxy in
            let client = try proxy.client()
            let head = Self.head(
                origin.port, .length, content.count, extra: "Cookie: leave=yes\r\n")
            client.send(head + content)
            #expect(client.takeResponse().body == "ok")
            #expect(sink.bodies[1] == content)
            #expect(proxy.events.events.map(\.status) == [0])
            #expect(proxy.events.events.map(\.isCut) == [false])
            #expect(await proxy.counters().continued == 1)
        }
    }

    /// It waits for the client to be asked, here; and for an HTTP/1.0 client nothing is different.
    @Test(arguments: ["1.0", "1.1"])
    func olderAndPatientClients(version: String) async throws {
        let content = Self.filler(100_000)
        let sink = Sink()
        let origin = try sink.origin(content.count)
        try await TestProxy.with(reading: Self.reading()) { proxy in
            let client = try proxy.client()
            let expects = version == "1.1" ? "Expect: 100-continue\r\n" : ""
            client.send(
                Self.head(
                    origin.port, .length, content.count, version: version, extra: expects))
            if version == "1.1" {
                #expect(client.take(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            }
            client.send(content)
            #expect(client.takeResponse().body == "ok")
            #expect(sink.bodies[1] == content)
        }
    }

    /// A client that ends its side behind a whole form gets its answer; behind half of one it is let go
    /// of, and the origin does not take the half for a whole.
    @Test(arguments: [true, false], [0, 3])
    func clientThatEndsItsSide(isWhole: Bool, turns: Int) async throws {
        let content = Self.filler(100_000)
        let sink = Sink()
        let origin = try sink.origin(content.count)
        try await TestProxy.with(reading: Self.reading(isBehind: { $0 < turns })) { proxy in
            let client = try proxy.client()
            client.send(Self.head(origin.port, .length, content.count))
            client.send(isWhole ? content : Array(content.dropLast(7)))
            client.endOutput()
            if isWhole {
                #expect(client.takeResponse().body == "ok")
                #expect(sink.bodies[1] == content)
            } else {
                #expect(client.takeAll().isEmpty)
                #expect(await eventually { origin.endedConnections == origin.connections })
                #expect((sink.bodies[1] ?? []).count < content.count)
            }
            #expect(await eventually { await proxy.server.snapshots()[0].readings == 0 })
        }
    }

    @Test func clientThatLeaves() async throws {
        let content = Self.filler(100_000)
        let sink = Sink()
        let origin = try sink.origin(content.count)
        try await TestProxy.with(reading: Self.reading()) { proxy in
            let client = try proxy.client()
            client.send(Self.head(origin.port, .length, content.count) + content.dropLast(100))
            #expect(await eventually { (sink.bodies[1] ?? []).count > 50_000 })
            client.reset()
            #expect(await eventually { origin.endedConnections == 1 })
            #expect(await eventually { await proxy.server.snapshots()[0].readings == 0 })
            #expect(proxy.events.events.isEmpty)
        }
    }

    /// Behind the last byte of a long form it is the origin that is waited for, and not as long as for a
    /// client that stops within one.
    ///
    /// A form that came while we connected, and one of which some follows later.
    @Test(arguments: [hold + 2_000, 100_000])
    func silentOriginIsNotWaitedForLong(count: Int) async throws {
        let content = Self.filler(count)
        let origin = try TestOrigin { socket, _ in
            _ = socket.take(through: "\r\n\r\n")
            _ = socket.drain()
        }
        try await TestProxy.with(
            reading: Self.reading(),
            change: {
                $0.timeouts.response = .milliseconds(300)
                $0.timeouts.transferIdle = .seconds(600)
            }
        ) { proxy in
            let client = try proxy.client()
            client.send(Self.head(origin.port, .length, content.count) + content)
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 504 "))
        }
    }

    /// A form that is not sent whole becomes no tunnel: what is left of it would go unread.
    @Test func formBecomesNoTunnel() async throws {
        let content = Self.filler(100_000)
        let sink = Sink()
        let origin = try TestOrigin { socket, connection in
            _ = socket.take(through: "\r\n\r\n")
            socket.send(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                    + "Upgrade: websocket\r\n\r\n")
            sink.add(socket.takeAll(), connection)
        }
        let reading = Self.reading(words: ["secret": .block])
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
            client.send(
                Self.head(origin.port, .length, content.count + 6, extra: upgrade) + content)
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 502 "))
            client.send("secret")
            #expect(await eventually { origin.endedConnections == 1 })
            let body = String(decoding: sink.bodies[1] ?? [], as: UTF8.self)
            #expect(!body.contains("secret"))
        }
    }

    /// The origin answers before it has the whole form, as with 413: its answer arrives, the rest of the
    /// form does not, and neither connection is used again.
    @Test(arguments: [true, false])
    func earlyAnswer(isRead: Bool) async throws {
        let origin = try TestOrigin { socket, _ in
            _ = socket.take(through: "\r\n\r\n")
            socket.send(
                "HTTP/1.1 413 Content Too Large\r\nContent-Type: text/html\r\n"
                    + "Content-Length: 8\r\n\r\ntoo long")
            _ = socket.drain()
        }
        let reading = Self.reading(
            words: ["secret": .block], settings: { $0.readsResponses = isRead })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(Self.head(origin.port, .length, 1 << 20) + Self.filler(100_000))
            let (head, body) = client.takeResponse()
            #expect(head.hasPrefix("HTTP/1.1 413 ") && body == "too long")
            #expect(head.contains("Connection: close"))
            // It is over: what comes now is not read.
            client.send("secret")
            #expect(client.takeAll().isEmpty)
            #expect(await eventually { origin.endedConnections == 1 })
            #expect(proxy.events.events.isEmpty)
            #expect(await eventually { await proxy.server.snapshots()[0].readings == 0 })
        }
    }

    /// An answer that began before the form was whole: held, the page takes its place; begun, the
    /// client's connection is reset. The other way round the answer may be what is condemned.
    @Test(arguments: ["held", "begun", "answer"])
    func formAndAnswerAtOneTime(what: String) async throws {
        let origin = try TestOrigin { socket, _ in
            _ = socket.take(through: "\r\n\r\n")
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n"
                    + (what == "answer" ? "a canary" : "so far"))
            _ = socket.drain()
        }
        let reading = Self.reading(
            words: ["secret": .block, "canary": .block],
            settings: { $0.readsResponses = what != "begun" })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(Self.head(origin.port, .length, 1 << 20) + Self.filler(100_000))
            switch what {
            case "begun": #expect(client.take(through: "so far").hasSuffix("so far"))
            case "held": #expect(await eventually { reading.text.contains("so far") })
            default: break
            }
            if what != "answer" { client.send("secret") }
            if what == "begun" {
                #expect(client.takeAll().isEmpty)
                #expect(client.sawReset)
            } else {
                #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            }
            #expect(await eventually { origin.endedConnections == 1 })
            #expect(proxy.events.events.count == 1)
            let event = proxy.events.events[0]
            #expect(event.isCut == (what != "answer"))
            #expect(event.status == (what == "begun" ? 0 : 451))
            #expect(await eventually { await proxy.server.snapshots()[0].readings == 0 })
        }
    }

    /// The policies hold midway: what cannot be read further passes and is counted, or is cut off.
    @Test(arguments: [BlindSpot.damaged, .overLimit], [true, false])
    func unreadableMidway(spot: BlindSpot, isBlocked: Bool) async throws {
        let content = Self.filler(300_000)
        let sink = Sink()
        let origin = try sink.origin(content.count)
        let reading = Self.reading(
            unreadable: (spot, 150_000), settings: { $0.blocksUnreadable = isBlocked })
        // Forms over the limit that are to be refused are refused before they begin to leave.
        let passes = !isBlocked || spot == .overLimit
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(Self.head(origin.port, .length, content.count) + content)
            let (head, body) = client.takeResponse()
            #expect(head.hasPrefix(passes ? "HTTP/1.1 200 " : "HTTP/1.1 451 "))
            #expect((body == "ok") == passes)
            #expect((sink.bodies[1] == content) == passes)
            #expect(await proxy.counters().count(of: spot) == 1)
            #expect(proxy.events.events.map(\.isCut) == (passes ? [] : [true]))
        }
    }

    /// Nothing more to be read in it: the rest passes in the buffers that it came in.
    @Test func clearedMidway() async throws {
        let content = Self.filler(300_000)
        let sink = Sink()
        let origin = try sink.origin(content.count)
        let reading = Self.reading(clearsAfter: 100_000)
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(Self.head(origin.port, .length, content.count) + content)
            #expect(client.takeResponse().body == "ok")
            #expect(sink.bodies[1] == content)
            #expect(reading.seen.content.count < 200_000)
        }
    }

    /// What is held does not wait for ever; it is judged before it leaves.
    @Test(arguments: [true, false])
    func restWaitsForSomeTimeOnly(isCondemned: Bool) async throws {
        let content = Self.filler(60_000)
        let sink = Sink()
        let origin = try sink.origin(content.count)
        let reading = Self.reading(
            pauseCondemns: isCondemned ? .block : nil, release: { max(0, $0 - 10_000) },
            settings: { $0.delayMax = .milliseconds(10) })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(Self.head(origin.port, .length, content.count) + content.dropLast(10))
            if isCondemned {
                #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
                #expect(await eventually { origin.endedConnections == 1 })
                #expect((sink.bodies[1] ?? []).count <= 50_000)
            } else {
                #expect(await eventually { (sink.bodies[1] ?? []).count >= 59_000 })
                client.send(Array(content.suffix(10)))
                #expect(client.takeResponse().body == "ok")
                #expect(sink.bodies[1] == content)
            }
        }
    }

    /// An origin that takes nothing stops the client; one that comes back to it gets all of the form.
    @Test func slowOriginHoldsTheClientBack() async throws {
        let count = 64 << 20
        let gate = TurnTests.Latch()
        let origin = try TestOrigin { socket, _ in
            _ = socket.take(through: "\r\n\r\n")
            while gate.holds(0) { pause(milliseconds: 5) }
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n")
            socket.send(socket.drain(upTo: count) == count ? "complete" : "a part..")
        }
        // What is read is not kept by the test's inspector.
        let reading = Self.reading(clearsAfter: 1 << 20)
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            let head = Self.head(origin.port, .length, count)
            Thread.run {
                client.send(head)
                client.send([UInt8](repeating: 0x61, count: count))
            }
            #expect(await eventually { reading.seen.content.count > 100_000 })
            pause(milliseconds: 300)
            #expect(await proxy.counters().bytesFromClients < UInt64(count) / 2)
            gate.open()
            #expect(client.takeResponse().body == "complete")
        }
    }

    /// One judge judges the whole form, whatever comes meanwhile.
    @Test func reloadMidway() async throws {
        let content = Self.filler(100_000) + Array("secret".utf8) + Self.filler(100_000)
        let sink = Sink()
        let origin = try sink.origin(content.count)
        let reading = Self.reading(words: ["secret": .block])
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(Self.head(origin.port, .length, content.count) + content.prefix(90_000))
            #expect(await eventually { (sink.bodies[1] ?? []).count > 50_000 })
            // Nothing is read by the new one.
            await proxy.server.replaceJudges { _ in TestJudge(TestRules(), generation: 2) }
            client.send(Array(content.dropFirst(90_000)))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            #expect(proxy.events.events.map(\.generation) == [Generation(1)])
            #expect(proxy.events.events.map(\.isCut) == [true])
            let next = try proxy.client()
            next.send(Self.head(origin.port, .length, content.count) + content)
            #expect(next.takeResponse().body == "ok")
        }
    }

    /// While a turn is waited for no more is taken in than one burst of reads, and nothing leaves.
    @Test func noMoreIsTakenInWhileBehind() async throws {
        let count = 24 << 20
        let latch = TurnTests.Latch()
        let origin = try TestOrigin { socket, _ in
            _ = socket.take(through: "\r\n\r\n")
            let isWhole = socket.drain(upTo: count) == count
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\(isWhole ? "full" : "part")")
        }
        let started = TurnTests.Latch()
        let reading = Self.reading(
            clearsAfter: 1 << 20,
            isBehind: { turns in !started.holds(0) && latch.holds(turns) },
            settings: { $0.delayMax = .milliseconds(1) })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(Self.head(origin.port, .length, count) + Self.filler(100_000))
            #expect(await eventually { reading.seen.content.count == 100_000 })
            started.open()
            Thread.run { client.send([UInt8](repeating: 0x61, count: count - 100_000)) }
            #expect(await eventually { reading.seen.turns > 1000 })
            let bursts = 4 * Limits.Proxy.readBytesMax + 4096
            #expect(Int(await proxy.counters().bytesFromClients) <= 101_000 + bursts)
            #expect(reading.seen.content.count == 100_000)
            latch.open()
            #expect(client.takeResponse().body == "full")
        }
    }

    /// A form that streams is one of those that a client may have under way.
    @Test func streamingFormsCount() async throws {
        let sink = Sink()
        let origin = try sink.origin(100_000)
        try await TestProxy.with(
            reading: Self.reading(), change: { $0.bounds.readingsPerClient = 1 }
        ) { proxy in
            let client = try proxy.client()
            let content = Self.filler(100_000)
            client.send(Self.head(origin.port, .length, content.count) + content.dropLast(10))
            #expect(await eventually { (sink.bodies[1] ?? []).count > 50_000 })
            let more = try proxy.client()
            more.send(FormTests.post(origin.port))
            #expect(more.takeResponse().head.hasPrefix("HTTP/1.1 503 "))
            client.send(Array(content.suffix(10)))
            #expect(client.takeResponse().body == "ok")
            let next = try proxy.client()
            next.send(Self.head(origin.port, .length, content.count) + content)
            #expect(next.takeResponse().body == "ok")
        }
    }

    /// Nobody there to send it to, or somebody who leaves midway.
    @Test(arguments: [true, false])
    func originThatIsGone(isThere: Bool) async throws {
        let origin = try TestOrigin { socket, _ in
            _ = socket.take(through: "\r\n\r\n")
            _ = socket.take(1_000)
            socket.reset()
        }
        let port = origin.port
        if !isThere { origin.stop() }
        try await TestProxy.with(reading: Self.reading()) { proxy in
            let client = try proxy.client()
            client.send(Self.head(port, .length, 1 << 20) + Self.filler(100_000))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 502 "))
            #expect(await eventually { await proxy.server.snapshots()[0].readings == 0 })
        }
    }

    /// Who sends much behind what was refused gets the page all the same; a limit stands all the same.
    @Test(arguments: [0, 1])
    func restOfARefusedFormIsReadAway(excess: Int) async throws {
        let sink = Sink()
        let origin = try sink.origin(1 << 30)
        let rest = Limits.Proxy.lingerFormBytesMax + excess * (64 << 20)
        try await TestProxy.with(reading: Self.reading(words: ["secret": .block])) { proxy in
            let client = try proxy.client()
            client.send(Self.head(origin.port, .length, 1 << 30) + Self.filler(50_000))
            client.send("secret")
            #expect(client.take(through: "\r\n\r\n").hasPrefix("HTTP/1.1 451 "))
            let isTaken = client.send([UInt8](repeating: 0x61, count: rest))
            #expect(isTaken == (excess == 0))
        }
    }
}
