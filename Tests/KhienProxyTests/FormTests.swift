import KhienModel
import KhienProxy
import Testing

/// Bodies of requests that are read: nothing of a request leaves before it is known to pass.
@Suite(.alone) struct FormTests {
    static let form = "name=Lan&phone=0912345678"

    enum Framing: CaseIterable {
        case length, chunked
    }

    static func post(
        _ port: UInt16, _ framing: Framing = .length, _ content: String = form,
        extra: String = "", path: String = "/send"
    ) -> [UInt8] {
        let head =
            "POST http://127.0.0.1:\(port)\(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\n\(extra)"
        switch framing {
        case .length:
            return Array((head + "Content-Length: \(content.utf8.count)\r\n\r\n\(content)").utf8)
        case .chunked:
            let half = content.utf8.count / 2
            let bytes = Array(content.utf8)
            var message = Array((head + "Transfer-Encoding: chunked\r\n\r\n").utf8)
            message += Array("\(String(half, radix: 16));x=y\r\n".utf8)
            message += bytes[..<half]
            message += Array("\r\n\(String(bytes.count - half, radix: 16))\r\n".utf8)
            message += bytes[half...]
            message += Array("\r\n0\r\nX: y\r\n\r\n".utf8)
            return message
        }
    }

    static func reading(
        words: [String: Action] = [:], late: [String: Action] = [:],
        unreadable: (spot: BlindSpot, after: Int)? = nil,
        settings: (inout InspectionSettings) -> Void = { _ in }
    ) -> TestReading {
        TestReading(
            words: words, lateWords: late, unreadable: unreadable,
            settings: {
                $0.readsRequests = true
                $0.readsResponses = false
                settings(&$0)
            })
    }

    /// Says back what it got behind the head.
    static func echo() throws -> TestOrigin {
        try TestOrigin { socket, _ in
            while true {
                let head = socket.take(through: "\r\n\r\n")
                guard head.hasSuffix("\r\n\r\n") else { return }
                let isChunked = head.contains("Transfer-Encoding: chunked")
                let length = head.split(separator: "\r\n")
                    .first { $0.hasPrefix("Content-Length: ") }
                    .flatMap { Int($0.dropFirst(16)) }
                let body =
                    isChunked
                    ? socket.take(through: "0\r\nX: y\r\n\r\n")
                    : String(decoding: socket.take(length ?? 0), as: UTF8.self)
                let expects = head.contains("Expect") ? "expects " : ""
                let text = expects + body
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
            }
        }
    }

    @Test(arguments: Framing.allCases)
    func formCutAtEveryByteArrivesAsItWasSent(framing: Framing) async throws {
        let origin = try Self.echo()
        let reading = Self.reading()
        let request = Self.post(origin.port, framing)
        let next = Array(get(origin.port, "/next").utf8)
        let head = request.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound ?? 0
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            for cut in head - 2..<request.count {
                client.send(Array(request[..<cut]))
                pause(milliseconds: 2)
                client.send(Array(request[cut...]) + next)
                let body = client.takeResponse().body
                #expect(body == String(decoding: request[head...], as: UTF8.self), "cut at \(cut)")
                #expect(client.takeResponse().body == "")
            }
            let expected = request.count - head + 2
            #expect(reading.seen.finished == expected)
            #expect(reading.text == String(repeating: Self.form, count: expected))
            #expect(reading.seen.begun.count == expected)
            #expect(await proxy.server.snapshots()[0].readings == 0)
        }
    }

    @Test(arguments: [true, false], [Action.block, .warn])
    func condemnedFormNeverLeaves(isLate: Bool, action: Action) async throws {
        let origin = try Self.echo()
        let words = ["phone": action]
        let reading = Self.reading(words: isLate ? [:] : words, late: isLate ? words : [:])
        let recorder = RecordingRecorder(isHeld: true)
        try await TestProxy.with(recorder: recorder, reading: reading) { proxy in
            let client = try proxy.client()
            client.send(Self.post(origin.port))
            #expect(await eventually { recorder.events.count == 1 })
            #expect(!client.hasInput(withinMilliseconds: 30))
            recorder.release()
            let (head, body) = client.takeResponse()
            #expect(head.hasPrefix("HTTP/1.1 451 "))
            #expect(!head.contains("Connection: close"))
            #expect(!body.contains("0912345678"))
            let event = recorder.events[0]
            #expect(event.judgement.verdict == action)
            #expect(event.method == Array("POST".utf8))
            #expect(!"\(event)".contains("0912345678"))
            // Whole and unharmed: the connection carries another request.
            client.send(Self.post(origin.port, .length, "name=Lan"))
            #expect(client.takeResponse().body == "name=Lan")
            #expect(origin.connections == 1)
        }
    }

    /// The answer is a matter of what is sent, so leave is asked for that.
    @Test func warningMayBePassedOver() async throws {
        let origin = try Self.echo()
        try await TestProxy.with(reading: Self.reading(words: ["phone": .warn])) { proxy in
            let client = try proxy.client()
            client.send(Self.post(origin.port))
            #expect(client.takeResponse().body.hasPrefix("refused "))
            client.send(Self.post(origin.port, extra: "Cookie: leave=yes\r\n"))
            #expect(client.takeResponse().body == Self.form)
            #expect(proxy.events.events.map(\.status) == [451, 0])
        }
    }

    /// The client waits to be asked; the origin hears nothing of that.
    @Test(arguments: [true, false])
    func expectationIsMetHere(isCondemned: Bool) async throws {
        let origin = try Self.echo()
        let reading = Self.reading(words: isCondemned ? ["phone": .block] : [:])
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            let request = Self.post(origin.port, extra: "Expect: 100-continue\r\n")
            client.send(Array(request.dropLast(Self.form.utf8.count)))
            #expect(client.take(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
            client.send(Self.form)
            let (head, body) = client.takeResponse()
            #expect(head.hasPrefix(isCondemned ? "HTTP/1.1 451 " : "HTTP/1.1 200 "))
            #expect((body == Self.form) != isCondemned)
        }
    }

    /// A form at what is held at most, and one byte longer: it is read on while it streams, or refused
    /// where that is the policy for what is over the limit.
    @Test(arguments: [0, 1], [true, false])
    func longFormFollowsThePolicy(excess: Int, isBlocked: Bool) async throws {
        let origin = try Self.echo()
        let reading = Self.reading(settings: {
            $0.holdBytesMax = 16_384
            $0.blocksOverLimit = isBlocked
        })
        let content = String(repeating: "x", count: 16_384 + excess)
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            let request = Self.post(origin.port, .length, content + "yz")
            // All that is held, then the rest.
            client.send(Array(request.dropLast(2)))
            #expect(await eventually { reading.seen.content.count == content.utf8.count })
            client.send(Array(request.suffix(2)))
            let (head, body) = client.takeResponse()
            let isRefused = excess == 1 && isBlocked
            #expect(head.hasPrefix(isRefused ? "HTTP/1.1 451 " : "HTTP/1.1 200 "))
            #expect((body == content + "yz") != isRefused)
            #expect(head.contains("Connection: close") == isRefused)
            // What comes with the end of the body may exceed what is held: it is not held any more.
            #expect(await proxy.counters().count(of: .overLimit) == (isRefused ? 1 : 0))
            #expect(reading.text == content + (isRefused ? "" : "yz"))
            #expect(origin.connections == (isRefused ? 0 : 1))
        }
    }

    /// A long form does not begin to leave where it was condemned before, or is at a closer look.
    @Test(arguments: [true, false])
    func longFormIsJudgedFirst(atOnce: Bool) async throws {
        let origin = try Self.echo()
        let reading = TestReading(
            words: atOnce ? ["phone": .block] : [:], pauseCondemns: atOnce ? nil : .block,
            settings: {
                $0.readsRequests = true
                $0.readsResponses = false
                $0.holdBytesMax = 16_384
            })
        let content = "phone=0" + String(repeating: "x", count: 30_000)
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            // All but the last bytes: more than is held, in one read or a few.
            client.send(Array(Self.post(origin.port, .length, content).dropLast(2)))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            #expect(origin.connections == 0)
        }
    }

    @Test(arguments: [true, false])
    func unreadableFormFollowsThePolicy(isBlocked: Bool) async throws {
        let origin = try Self.echo()
        let reading = Self.reading(
            unreadable: (.coding, -1), settings: { $0.blocksUnreadable = isBlocked })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(Self.post(origin.port))
            let (head, body) = client.takeResponse()
            #expect(head.hasPrefix(isBlocked ? "HTTP/1.1 451 " : "HTTP/1.1 200 "))
            #expect((body == Self.form) != isBlocked)
            #expect(await proxy.counters().count(of: .coding) == 1)
        }
    }

    @Test func requestsWithoutABodyAreNotAskedAbout() async throws {
        let origin = try Self.echo()
        let reading = Self.reading()
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            _ = client.takeResponse()
            client.send(Self.post(origin.port, .length, ""))
            #expect(client.takeResponse().body == "")
            #expect(reading.seen.begun.isEmpty)
        }
    }

    @Test(arguments: [0, 3])
    func clientThatLeavesOrStopsIsLetGo(sent: Int) async throws {
        let origin = try Self.echo()
        let reading = Self.reading()
        try await TestProxy.with(
            reading: reading, change: { $0.timeouts.response = .milliseconds(200) }
        ) { proxy in
            let request = Self.post(origin.port)
            let part = Array(request.dropLast(Self.form.utf8.count - sent))
            let gone = try proxy.client()
            gone.send(part)
            #expect(await eventually { reading.seen.begun.count == 1 })
            gone.endOutput()
            #expect(gone.takeAll().isEmpty)
            let silent = try proxy.client()
            silent.send(part)
            #expect(silent.takeResponse().head.hasPrefix("HTTP/1.1 408 "))
            #expect(await eventually { await proxy.server.snapshots()[0].readings == 0 })
            #expect(origin.connections == 0)
        }
    }

    /// The query of a URL is a form that is sent in it, where a person may have filled it in.
    @Test(arguments: [
        ("GET", "", true), ("HEAD", "", true), ("POST", "Content-Length: 0\r\n", true),
        ("GET", "Sec-Fetch-Dest: document\r\n", true), ("GET", "Sec-Fetch-Dest: empty\r\n", true),
        ("GET", "Sec-Fetch-Dest: iframe\r\n", true), ("GET", "Sec-Fetch-Dest: image\r\n", false),
        ("GET", "Sec-Fetch-Dest: script\r\n", false),
    ])
    func formInAURL(method: String, fields: String, isRead: Bool) async throws {
        let origin = try Self.echo()
        let reading = Self.reading(words: ["phone": .warn])
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            let path = "/send?name=Lan&phone=0912345678"
            client.send(get(origin.port, path, method: method, extra: fields))
            let (head, body) = client.takeResponse(isHead: method == "HEAD")
            #expect(head.hasPrefix(isRead ? "HTTP/1.1 451 " : "HTTP/1.1 200 "))
            #expect(reading.text == (isRead ? Self.form : ""))
            #expect(body.isEmpty == (method == "HEAD" || !isRead))
            #expect(origin.connections == (isRead ? 0 : 1))
            client.send(
                get(origin.port, path, method: method, extra: fields + "Cookie: leave=yes\r\n"))
            #expect(client.takeResponse(isHead: method == "HEAD").head.hasPrefix("HTTP/1.1 200 "))
            // What was typed is in no event.
            #expect(proxy.events.events.count == (isRead ? 2 : 0))
            for event in proxy.events.events { #expect(event.target == Array("/send".utf8)) }
            client.send(get(origin.port, "/send?name=Lan", method: method, extra: fields))
            #expect(client.takeResponse(isHead: method == "HEAD").head.hasPrefix("HTTP/1.1 200 "))
            #expect(await proxy.server.snapshots()[0].readings == 0)
        }
    }

    @Test(arguments: [true, false])
    func unreadableFormInAURL(isBlocked: Bool) async throws {
        let origin = try Self.echo()
        let reading = Self.reading(
            unreadable: (.charset, 2), settings: { $0.blocksUnreadable = isBlocked })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/?a=1"))
            #expect(
                client.takeResponse().head.hasPrefix(isBlocked ? "HTTP/1.1 451 " : "HTTP/1.1 200 "))
            #expect(await proxy.counters().count(of: .charset) == 1)
        }
    }

    @Test func malformedBodyIsRefused() async throws {
        let origin = try Self.echo()
        try await TestProxy.with(reading: Self.reading()) { proxy in
            let client = try proxy.client()
            let request = Self.post(origin.port, .chunked)
            let head = request.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound ?? 0
            client.send(Array(request[..<head]))
            pause(milliseconds: 20)
            client.send("zz\r\n")
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 400 "))
            #expect(origin.connections == 0)
        }
    }

    /// The form and the page that answers it are read one after the other.
    @Test func answerToAFormIsReadToo() async throws {
        let origin = try TestOrigin { socket, _ in
            while socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") {
                let body = String(decoding: socket.take(4), as: UTF8.self)
                let text = "you said \(body)"
                socket.send(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                        + "Content-Length: \(text.utf8.count)\r\n\r\n\(text)")
            }
        }
        let reading = Self.reading(
            words: ["said bad!": .block], settings: { $0.readsResponses = true })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(Self.post(origin.port, .length, "bad!"))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            client.send(Self.post(origin.port, .length, "good"))
            #expect(client.takeResponse().body == "you said good")
            #expect(await proxy.counters().bodiesRead == 4)
        }
    }
}

extension [UInt8] {
    /// As Foundation's, without Foundation.
    fileprivate func firstRange(of mark: [UInt8]) -> Range<Int>? {
        guard count >= mark.count else { return nil }
        for start in 0...(count - mark.count)
        where self[start..<start + mark.count].elementsEqual(mark) {
            return start..<start + mark.count
        }
        return nil
    }
}
