import KhienModel
import KhienProxy
import Testing

/// Requests that are blocked, warned about or monitored.
@Suite(.alone) struct RefusalTests {
    static let blocked = TestRules(hosts: ["blocked.test": .block, "warned.test": .warn])

    static func request(_ host: String, method: String = "GET", extra: String = "") -> String {
        "\(method) http://\(host)/path?q=1 HTTP/1.1\r\nHost: \(host)\r\n\(extra)\r\n"
    }

    @Test func blockedIsAnsweredAndRecorded() async throws {
        try await TestProxy.with(rules: Self.blocked) { proxy in
            let client = try proxy.client()
            for round in 1...2 {
                client.send(Self.request("Blocked.test", extra: "Sec-Fetch-Dest: image\r\n"))
                let (head, body) = client.takeResponse()
                #expect(head.hasPrefix("HTTP/1.1 451 Unavailable For Legal Reasons\r\n"))
                #expect(!head.contains("Connection: close"))
                let event = try #require(proxy.events.events.last)
                #expect(body == "refused \(event.reference) http://blocked.test/path?q=1")
                #expect(proxy.events.events.count == round)
                #expect(event.status == 451 && event.judgement.verdict == .block)
                #expect(event.host == Array("blocked.test".utf8) && event.port == 80)
                #expect(event.target == Array("/path?q=1".utf8))
                #expect(event.type == .image && event.client == .v4(0x7F00_0001))
            }
        }
    }

    /// The promise of the design: the event is in the kernel before the answer leaves.
    @Test func answerWaitsForTheRecord() async throws {
        let recorder = RecordingRecorder(isHeld: true)
        try await TestProxy.with(rules: Self.blocked, recorder: recorder) { proxy in
            let client = try proxy.client()
            client.send(Self.request("blocked.test"))
            #expect(await eventually { recorder.events.count == 1 })
            #expect(!client.hasInput(withinMilliseconds: 100))
            recorder.release()
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451"))
        }
    }

    /// Late answers of the log for clients that are gone, or whose request was given up.
    @Test func recordThatComesTooLate() async throws {
        let recorder = RecordingRecorder(isHeld: true)
        try await TestProxy.with(
            rules: Self.blocked, recorder: recorder,
            change: { $0.timeouts.connect = .milliseconds(800) }
        ) { proxy in
            let gone = try proxy.client()
            gone.send(Self.request("blocked.test"))
            #expect(await eventually { recorder.events.count == 1 })
            gone.reset()
            let waiting = try proxy.client()
            waiting.send(Self.request("blocked.test"))
            #expect(waiting.takeResponse().head.hasPrefix("HTTP/1.1 504"))
            recorder.release()
            waiting.send(Self.request("blocked.test"))
            #expect(await eventually { recorder.events.count == 3 })
            recorder.release()
            #expect(waiting.takeResponse().head.hasPrefix("HTTP/1.1 451"))
        }
    }

    @Test func lostEventsAreCounted() async throws {
        let recorder = RecordingRecorder(outcome: .lost)
        try await TestProxy.with(rules: Self.blocked, recorder: recorder) { proxy in
            let client = try proxy.client()
            client.send(Self.request("blocked.test"))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451"))
            let counters = await proxy.counters()
            #expect(counters.eventsLost == 1 && counters.blocked == 1)
        }
    }

    @Test func headHasNoBody() async throws {
        try await TestProxy.with(rules: Self.blocked) { proxy in
            let client = try proxy.client()
            client.send(Self.request("blocked.test", method: "HEAD"))
            let (head, _) = client.takeResponse(isHead: true)
            #expect(head.hasPrefix("HTTP/1.1 451") && head.contains("Content-Length: "))
            #expect(!client.hasInput(withinMilliseconds: 30))
            client.send(Self.request("blocked.test"))
            #expect(client.takeResponse().body.hasPrefix("refused"))
        }
    }

    @Test func blockedUploadIsAnsweredWithoutReset() async throws {
        try await TestProxy.with(rules: Self.blocked) { proxy in
            let client = try proxy.client()
            client.send(
                Self.request("blocked.test", method: "POST", extra: "Content-Length: 9\r\n")
                    + "123456789")
            #expect(!client.takeResponse().head.contains("Connection: close"))
            client.send(
                Self.request("blocked.test", method: "POST", extra: "Content-Length: 900000\r\n"))
            client.send([UInt8](repeating: 0x41, count: 300_000))
            let text = client.takeAllText()
            #expect(text.hasPrefix("HTTP/1.1 451") && text.contains("Connection: close"))
            #expect(!client.sawReset)
        }
    }

    @Test func warningCanBePassedOver() async throws {
        let origin = try TestOrigin.saying("content")
        let host = "warned.test:\(origin.port)"
        try await TestProxy.with(
            rules: Self.blocked, names: ["warned.test": [.v4(0x7F00_0001)]]
        ) { proxy in
            let client = try proxy.client()
            client.send(Self.request(host))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451"))
            #expect(origin.connections == 0)
            client.send(Self.request(host, extra: "Cookie: leave=yes\r\n"))
            #expect(client.takeResponse().body == "content")
            client.send(Self.request(host))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451"))
            let counters = await proxy.counters()
            #expect(counters.warned == 2 && counters.continued == 1)
            #expect(proxy.events.events.map(\.status) == [451, 0, 451])
        }
    }

    @Test func monitoredPassesAndIsRecorded() async throws {
        let origin = try TestOrigin.saying("content")
        let recorder = RecordingRecorder(isHeld: true)
        try await TestProxy.with(
            rules: TestRules(paths: ["/m": .monitor], addresses: [.v4(0x7F00_0001): .monitor]),
            recorder: recorder
        ) { proxy in
            let client = try proxy.client()
            for round in 1...2 {
                client.send(get(origin.port, "/m"))
                #expect(client.takeResponse().body == "content")
                #expect(recorder.events.count == 2 * round)
                #expect(recorder.events.allSatisfy { $0.status == 0 })
                #expect(recorder.events.last?.destination == .v4(0x7F00_0001))
            }
        }
    }

    /// Below the reserved path the proxy answers itself, whatever the host.
    @Test func reservedPath() async throws {
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(
                "GET http://any.test/.well-known/khien/continue?t=1 HTTP/1.1\r\nHost: any.test\r\n\r\n"
            )
            #expect(client.takeResponse().body == "reserved /.well-known/khien/continue?t=1")
            client.send("GET http://any.test/.well-known/khie HTTP/1.1\r\nHost: any.test\r\n\r\n")
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 502"))
        }
    }

    @Test func referencesAreReadable() {
        #expect("\(RequestReference(0))" == "0000-0000-0000")
        #expect("\(RequestReference(.max))" == "ZZZZ-ZZZZ-ZZZZ")
        #expect("\(RequestReference(1 << 55 | 10))" == "1000-0000-000A")
    }
}
