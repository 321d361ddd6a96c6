import KhienModel
import KhienProxy
import Testing

/// A page is condemned by what it says: before anything of it has left, a page of ours takes its
/// place; afterwards the connection is reset. The event comes first in both cases.
@Suite(.alone) struct CondemnedTests {
    static let bad = "a page with a canary in it"

    @Test(arguments: [true, false])
    func pageOfOursTakesItsPlace(isLate: Bool) async throws {
        let origin = try TestOrigin.saying(Self.bad, type: "text/html")
        let words: [String: Action] = ["canary": .block]
        let reading = TestReading(words: isLate ? [:] : words, lateWords: isLate ? words : [:])
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            for number in 1...3 {
                client.send(get(origin.port, "/p?q"))
                let (head, body) = client.takeResponse()
                #expect(head.hasPrefix("HTTP/1.1 451 "))
                #expect(!head.contains("Connection: close"))
                #expect(body.hasPrefix("refused "))
                #expect(proxy.events.events.count == number)
            }
            let event = proxy.events.events[0]
            #expect(event.status == 451)
            #expect(!event.isCut)
            #expect(event.judgement.reason?.layer == .text)
            #expect(String(decoding: event.target, as: UTF8.self) == "/p?q")
            #expect(await proxy.counters().blocked == 3)
            // The word is met with the last byte, so the origin's connection is used again.
            #expect(origin.connections == 1)
        }
    }

    @Test func nothingLeavesBeforeTheEvent() async throws {
        let origin = try TestOrigin.saying(Self.bad, type: "text/html")
        let recorder = RecordingRecorder(isHeld: true)
        let reading = TestReading(words: ["canary": .block])
        try await TestProxy.with(recorder: recorder, reading: reading) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(!client.hasInput(withinMilliseconds: 60))
            #expect(recorder.events.count == 1)
            recorder.release()
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
        }
    }

    /// The word stands at every distance from the start, and the response is much longer.
    @Test func wordInTheMiddleOfALongBodyDropsTheOrigin() async throws {
        let origin = try TestOrigin { socket, _ in
            guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 50000000\r\n\r\n")
            socket.send("some canary here")
            while socket.send([UInt8](repeating: 0x20, count: 65_536)) {}
        }
        let reading = TestReading(words: ["canary": .block])
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            for _ in 0..<3 {
                client.send(get(origin.port, "/"))
                #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            }
            #expect(await eventually { origin.endedConnections == 3 })
            #expect(await proxy.server.snapshots()[0].readings == 0)
        }
    }

    static let cutHeads: [(name: String, request: String, head: String, body: String)] = [
        ("length", "1.1", "Content-Length: 26\r\n", bad),
        (
            "chunked", "1.1", "Transfer-Encoding: chunked\r\n",
            "4\r\na pa\r\n16\r\nge with a canary in it\r\n0\r\n\r\n"
        ),
        ("close", "1.1", "", bad),
        (
            "chunked for HTTP/1.0", "1.0", "Transfer-Encoding: chunked\r\n",
            "4\r\na pa\r\n16\r\nge with a canary in it\r\n0\r\n\r\n"
        ),
    ]

    /// Some of it has left: the client must see that it did not get the whole.
    @Test(arguments: [0, 1, 2, 3], [true, false])
    func responseThatHasBegunIsReset(place: Int, isLate: Bool) async throws {
        let (name, version, head, body) = Self.cutHeads[place]
        let origin = try TestOrigin { socket, _ in
            guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            socket.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\(head)\r\n")
            let bytes = Array(body.utf8)
            socket.send(Array(bytes[..<12]))
            pause(milliseconds: 30)
            socket.send(Array(bytes[12...]))
            pause(milliseconds: 50)
        }
        let words: [String: Action] = ["canary": .block]
        let reading = TestReading(
            words: isLate ? [:] : words, lateWords: isLate ? words : [:], release: { min($0, 3) })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(
                "GET http://127.0.0.1:\(origin.port)/ HTTP/\(version)\r\n"
                    + "Host: 127.0.0.1:\(origin.port)\r\n\r\n")
            let text = client.takeAllText()
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(name)")
            #expect(text.contains("\r\n\r\n"), "\(name)")
            #expect(text.hasSuffix("a p"), "\(name): \(text)")
            #expect(client.sawReset, "\(name)")
            let event = proxy.events.events[0]
            #expect(event.isCut)
            #expect(event.status == 0)
            #expect(event.judgement.verdict == .block)
            let counters = await proxy.counters()
            #expect(counters.bodiesCut == 1)
            #expect(await eventually { await proxy.server.snapshots()[0].clientConnections == 0 })
        }
    }

    @Test func cutWaitsForTheEventAndNothingMoreLeaves() async throws {
        let origin = try TestOrigin { socket, _ in
            guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            socket.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nabc")
            pause(milliseconds: 30)
            socket.send("canary and more")
            pause(milliseconds: 500)
        }
        let recorder = RecordingRecorder(isHeld: true)
        let reading = TestReading(words: ["canary": .block], release: { min($0, 3) })
        // The log's time, past which there is a reset without it. A busy machine's threads may wake this test tens of
        // seconds late.
        try await TestProxy.with(
            recorder: recorder, reading: reading, change: { $0.timeouts.connect = .seconds(600) }
        ) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            _ = client.take(through: "\r\n\r\n")
            #expect(client.take(3) == Array("abc".utf8))
            #expect(await eventually { recorder.events.count == 1 })
            #expect(!client.hasInput(withinMilliseconds: 60))
            recorder.release()
            #expect(client.takeAll().isEmpty)
            #expect(client.sawReset)
        }
    }

    @Test func warningIsAPageAndMayBePassedOver() async throws {
        let origin = try TestOrigin.saying(Self.bad, type: "text/html")
        let reading = TestReading(words: ["page": .monitor, "canary": .warn])
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            client.send(get(origin.port, "/", extra: "Cookie: leave=yes\r\n"))
            #expect(client.takeResponse().body == Self.bad)
            let events = proxy.events.events
            #expect(events.map(\.status) == [451, 0])
            let counters = await proxy.counters()
            #expect(counters.warned == 1)
            #expect(counters.continued == 1)
        }
    }

    /// A monitored page passes, but what is worse in it is still found.
    @Test func monitoredPageIsReadOn() async throws {
        let origin = try TestOrigin.answering { head in
            let text = head.contains("/bad") ? "watched and then a canary" : "watched"
            return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                + "Content-Length: \(text.utf8.count)\r\n\r\n\(text)"
        }
        let reading = TestReading(
            words: ["watched": .monitor], lateWords: ["canary": .block])
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/good"))
            #expect(client.takeResponse().body == "watched")
            client.send(get(origin.port, "/bad"))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            #expect(
                proxy.events.events.map(\.judgement.verdict) == [.monitor, .monitor, .block])
        }
    }

    /// Requests that were sent along are answered, in their order.
    @Test func pipelinedRequestsAfterACondemnedPageAreAnswered() async throws {
        let origin = try TestOrigin.answering { head in
            let text = head.contains("/bad") ? Self.bad : "fine \(head.split(separator: " ")[1])"
            return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                + "Content-Length: \(text.utf8.count)\r\n\r\n\(text)"
        }
        let reading = TestReading(words: ["canary": .block])
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(
                get(origin.port, "/1") + get(origin.port, "/bad") + get(origin.port, "/2")
                    + get(origin.port, "/bad") + get(origin.port, "/3"))
            #expect(client.takeResponse().body == "fine /1")
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            #expect(client.takeResponse().body == "fine /2")
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            #expect(client.takeResponse().body == "fine /3")
        }
    }

    static let unread: [(spot: BlindSpot, after: Int, isOverLimit: Bool)] = [
        (.coding, -1, false), (.damaged, 3, false), (.overLimit, 3, true), (.expansion, 3, true),
    ]

    /// What cannot be read passes and is counted, or is refused: as the policy says for its kind.
    @Test(arguments: [0, 1, 2, 3], [(false, false), (true, false), (false, true), (true, true)])
    func unreadableBodyFollowsThePolicy(place: Int, policy: (Bool, Bool)) async throws {
        let (spot, after, isOverLimit) = Self.unread[place]
        let (limit, unreadable) = policy
        let origin = try TestOrigin.saying("text that cannot be read", type: "text/html")
        let reading = TestReading(
            unreadable: (spot, after),
            settings: {
                $0.blocksOverLimit = limit
                $0.blocksUnreadable = unreadable
            })
        let isRefused = isOverLimit ? limit : unreadable
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            let (head, body) = client.takeResponse()
            #expect(head.hasPrefix(isRefused ? "HTTP/1.1 451 " : "HTTP/1.1 200 "))
            #expect((body == "text that cannot be read") != isRefused)
            #expect(await proxy.counters().count(of: spot) == 1)
            let reason = proxy.events.events.first?.judgement.reason
            let category = isOverLimit ? "text-over-limit" : "text-unreadable"
            #expect(reason?.category == (isRefused ? category : nil))
        }
    }

    static let tooMany: [(spot: BlindSpot, after: Int, policy: Bool?, isRefused: Bool)] = [
        (.overloaded, -1, false, false), (.overloaded, -1, true, true),
        (.overloaded, 3, false, false), (.overloaded, 3, true, true),
        // Of one client too much is being read: that is its own doing.
        (.share, 3, false, true), (.share, 3, true, true),
        // The policy for the others says nothing here.
        (.overloaded, -1, nil, false), (.overloaded, 3, nil, false), (.share, 3, nil, true),
    ]

    /// A body that could be read, were not too many others being read: its policy is its own.
    @Test(arguments: 0..<9)
    func overloadFollowsItsPolicy(place: Int) async throws {
        let (spot, after, policy, isRefused) = Self.tooMany[place]
        let text = "text that nobody reads"
        let origin = try TestOrigin.saying(text, type: "text/html")
        let reading = TestReading(
            unreadable: (spot, after),
            settings: {
                $0.blocksOverLimit = policy == nil
                $0.blocksUnreadable = policy == nil
                $0.blocksOverloaded = policy ?? false
            })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            let (head, body) = client.takeResponse()
            #expect(head.hasPrefix(isRefused ? "HTTP/1.1 451 " : "HTTP/1.1 200 "))
            #expect((body == text) != isRefused)
            #expect(await proxy.counters().count(of: spot) == 1)
            let reason = proxy.events.events.first?.judgement.reason
            #expect(reason?.category == (isRefused ? "text-overloaded" : nil))
            #expect(reason?.target == (isRefused ? "unread: \(spot.name)" : nil))
        }
    }
}
