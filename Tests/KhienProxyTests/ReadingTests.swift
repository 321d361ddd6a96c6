import KhienModel
import KhienProxy
import Testing

/// A response that is read and passes arrives as it was sent, whatever its framing, its cuts and the
/// places up to which it was released.
@Suite(.alone) struct ReadingTests {
    static let text = "Hãy đọc: words of a page, cut at many places."

    enum Framing: String, CaseIterable {
        case length, chunked, close
    }

    /// A response with `text` in it.
    static func response(_ framing: Framing) -> (head: [UInt8], body: [UInt8]) {
        let fields = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        switch framing {
        case .length:
            let head = fields + "Content-Length: \(text.utf8.count)\r\n\r\n"
            return (Array(head.utf8), Array(text.utf8))
        case .close: return (Array((fields + "\r\n").utf8), Array(text.utf8))
        case .chunked:
            let head = fields + "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
            var body: [UInt8] = []
            var rest = Array(text.utf8)[...]
            var size = 1
            while !rest.isEmpty {
                let chunk = rest.prefix(size)
                rest = rest.dropFirst(size)
                body +=
                    Array("\(String(chunk.count, radix: 16));a=\"b\"\r\n".utf8) + chunk + [13, 10]
                size += 3
            }
            return (Array(head.utf8), body + Array("0\r\nX-Sum: y\r\n\r\n".utf8))
        }
    }

    /// Each connection carries one response, cut at the place that follows.
    static func cuttingOrigin(_ message: [UInt8], first: Int) throws -> TestOrigin {
        try TestOrigin { socket, number in
            guard socket.take(through: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            let cut = first + number - 1
            socket.send(Array(message[..<cut]))
            pause(milliseconds: 2)
            socket.send(Array(message[cut...]))
        }
    }

    @Test(
        arguments: Framing.allCases,
        [
            0, 1, 2, 3,
        ])
    func bodyCutAtEveryByteArrivesAsItWasSent(framing: Framing, rule: Int) async throws {
        let releases: [@Sendable (Int) -> Int] = [
            { _ in 0 }, { $0 }, { max(0, $0 - 7) }, { $0 / 2 },
        ]
        let (head, body) = Self.response(framing)
        let origin = try Self.cuttingOrigin(head + body, first: head.count - 3)
        let reading = TestReading(release: releases[rule])
        let cuts = head.count - 3..<head.count + body.count
        try await TestProxy.with(reading: reading) { proxy in
            for cut in cuts {
                let client = try proxy.client()
                client.send(get(origin.port, "/", extra: "Connection: close\r\n"))
                let received = client.take(through: "\r\n\r\n")
                #expect(received.hasPrefix("HTTP/1.1 200 OK\r\n"))
                let content = client.takeAll()
                #expect(content == body, "\(framing), cut at \(cut)")
                #expect(!client.sawReset)
            }
            #expect(await eventually { await proxy.server.snapshots()[0].readings == 0 })
        }
        let expected = String(repeating: Self.text, count: cuts.count)
        #expect(reading.text == expected)
        #expect(reading.seen.finished == cuts.count)
        #expect(reading.seen.begun.first == "200 / text/html")
    }

    /// HTTP/1.0 knows no chunks: what they hold is read, held and passed on.
    @Test(arguments: [0, 1, 2])
    func oldClientGetsWhatChunksHold(rule: Int) async throws {
        let releases: [@Sendable (Int) -> Int] = [{ _ in 0 }, { $0 }, { $0 / 2 }]
        let (head, body) = Self.response(.chunked)
        let origin = try Self.cuttingOrigin(head + body, first: head.count)
        let reading = TestReading(release: releases[rule])
        try await TestProxy.with(reading: reading) { proxy in
            for _ in 0..<body.count / 3 {
                let client = try proxy.client()
                client.send("GET http://127.0.0.1:\(origin.port)/ HTTP/1.0\r\n\r\n")
                _ = client.take(through: "\r\n\r\n")
                #expect(client.takeAllText() == Self.text)
            }
        }
    }

    @Test func wholeResponsesShareTheirConnections() async throws {
        let origin = try TestOrigin.saying(Self.text, type: "text/html")
        let reading = TestReading()
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            for _ in 0..<20 {
                client.send(get(origin.port, "/"))
                #expect(client.takeResponse().body == Self.text)
            }
            #expect(origin.connections == 1)
            let counters = await proxy.counters()
            #expect(counters.bodiesRead == 20)
        }
    }

    /// What is cleared, or not to be read, passes like any other body.
    @Test func whatIsNotReadIsCounted() async throws {
        let origin = try TestOrigin.saying("GIF", type: "image/gif")
        let page = try TestOrigin.saying(Self.text, type: "text/html")
        let reading = TestReading(clearsAfter: 1)
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/a") + get(page.port, "/b"))
            #expect(client.takeResponse().body == "GIF")
            #expect(client.takeResponse().body == Self.text)
            let counters = await proxy.counters()
            #expect(counters.count(of: .type) == 1)
            #expect(counters.bodiesRead == 1)
        }
        #expect(reading.seen.feeds == 1)
        #expect(reading.seen.finished == 0)
    }

    /// RFC 9110 sections 9.3.2, 15.3.5, 15.4.5: nothing to read.
    @Test(arguments: [
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10\r\n\r\n", 0),
        ("GET", "HTTP/1.1 204 No Content\r\nContent-Type: text/html\r\n\r\n", 0),
        ("GET", "HTTP/1.1 304 Not Modified\r\nContent-Type: text/html\r\n\r\n", 1),
        ("GET", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n", 0),
    ])
    func responseWithoutBodyIsNotAskedAbout(
        method: String, response: String, notModified: UInt64
    ) async throws {
        let origin = try TestOrigin.answering { _ in response }
        let reading = TestReading()
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/", method: method))
            let (head, _) = client.takeResponse(isHead: true)
            #expect(head.hasPrefix(String(response.prefix(12))))
            #expect(await proxy.counters().count(of: .notModified) == notModified)
        }
        #expect(reading.seen.begun.isEmpty)
    }

    /// Origins are asked for codings that are decoded here and for whole pages, but only then.
    @Test(arguments: [true, false])
    func fieldsOfRequestsFollowTheInspector(reads: Bool) async throws {
        let origin = try TestOrigin.answering { head in
            "HTTP/1.1 200 OK\r\nContent-Length: \(head.utf8.count)\r\n\r\n\(head)"
        }
        let reading = reads ? TestReading() : nil
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            func ask(_ fields: String) -> String {
                client.send(get(origin.port, "/", extra: fields))
                return client.takeResponse().body
            }
            let coded = ask("Accept-Encoding: gzip, zstd;q=0.5, dcb\r\nCookie: leave=1; a=b\r\n")
            #expect(coded.contains("Accept-Encoding: gzip, zstd;q=0.5\r\n") == reads)
            #expect(coded.contains("dcb") != reads)
            let none = ask("")
            #expect(none.contains("Accept-Encoding: identity\r\n") == reads)
            let page = ask("Range: bytes=0-9\r\nIf-Range: \"x\"\r\nSec-Fetch-Dest: document\r\n")
            #expect(page.contains("Range") != reads)
            let several = ask("Range: bytes=0-9, 20-29\r\n")
            #expect(several.contains("Range") != reads)
            let media = ask("Range: bytes=0-9\r\nSec-Fetch-Dest: video\r\n")
            #expect(media.contains("Range: bytes=0-9\r\n"))
        }
    }

    @Test(arguments: [false, true])
    func partOfAPageIsReadAloneAndCounted(isBlocked: Bool) async throws {
        let origin = try TestOrigin.answering { _ in
            "HTTP/1.1 206 Partial Content\r\nContent-Type: text/html\r\nContent-Length: 5\r\n"
                + "Content-Range: bytes 0-4/100\r\n\r\nhello"
        }
        let reading = TestReading(settings: { $0.blocksUnreadable = isBlocked })
        try await TestProxy.with(reading: reading) { proxy in
            let client = try proxy.client()
            for _ in 0..<2 {
                client.send(get(origin.port, "/", extra: "Range: bytes=0-4\r\n"))
                let (head, body) = client.takeResponse()
                #expect(head.contains(isBlocked ? " 451 " : " 206 "))
                #expect((body == "hello") != isBlocked)
            }
            #expect(await proxy.counters().count(of: .partial) == 2)
        }
        #expect(reading.seen.feeds == (isBlocked ? 0 : 2))
    }
}
