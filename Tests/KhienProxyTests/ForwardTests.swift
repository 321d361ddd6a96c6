import KhienModel
import KhienProxy
import Testing

/// One request, one response: what arrives at the origin and what comes back.
@Suite(.alone) struct ForwardTests {
    @Test func headIsRebuiltFromWhatWasJudged() async throws {
        let origin = try TestOrigin.answering { head in
            "HTTP/1.1 200 OK\r\nContent-Length: \(head.utf8.count)\r\nConnection: x-hop\r\n"
                + "X-Hop: 1\r\nX-End: 2\r\n\r\n\(head)"
        }
        try await TestProxy.with(names: ["origin.test": [.v4(0x7F00_0001)]]) { proxy in
            let client = try proxy.client()
            client.send(
                "GET http://ORIGIN.test:\(origin.port)/a/../b%7e?q=1 HTTP/1.1\r\n"
                    + "Host: origin.TEST:\(origin.port)\r\nConnection: keep-alive, X-Gone\r\n"
                    + "Proxy-Connection: keep-alive\r\nX-Gone: 1\r\nX-Kept: 2\r\n"
                    + "Proxy-Authorization: Basic eA==\r\nKeep-Alive: 5\r\n\r\n")
            let (head, body) = client.takeResponse()
            #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(!head.lowercased().contains("x-hop"))
            #expect(head.contains("X-End: 2\r\n"))
            #expect(head.contains("\r\nVia: 1.1 khien-"))
            let lines = body.split(separator: "\r\n").map(String.init)
            #expect(lines.first == "GET /b%7e?q=1 HTTP/1.1")
            #expect(lines.filter { $0 == "Host: origin.test:\(origin.port)" }.count == 1)
            #expect(lines.contains("X-Kept: 2"))
            for gone in ["X-Gone", "Proxy-", "Keep-Alive", "Connection", "ORIGIN", "origin.TEST"] {
                #expect(!body.contains(gone), "\(gone) must not be sent on")
            }
        }
    }

    @Test func manyRequestsUseOneConnectionEachSide() async throws {
        let origin = try TestOrigin.saying("hello")
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            for _ in 0..<100 {
                client.send(get(origin.port, "/"))
                #expect(client.takeResponse().body == "hello")
            }
            #expect(origin.connections == 1)
            let counters = await proxy.counters()
            #expect(counters.requests == 100)
            #expect(counters.upstreamConnects == 1)
            #expect(counters.upstreamReuses == 99)
        }
    }

    /// RFC 9110 sections 9.3.2, 15.3.5, 15.4.5: no body, whatever `Content-Length` says.
    @Test(arguments: [
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"),
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n"),
        ("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n"),
        ("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    ])
    func responseWithoutBodyKeepsBothConnections(method: String, response: String) async throws {
        let origin = try TestOrigin.answering { _ in response }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            for _ in 0..<3 {
                client.send(get(origin.port, "/", method: method))
                let (head, _) = client.takeResponse(isHead: true)
                #expect(head.hasPrefix(String(response.prefix(12))))
            }
            #expect(!client.hasInput(withinMilliseconds: 30))
            #expect(origin.connections == 1)
        }
    }

    @Test func responseUntilCloseEndsTheClientsConnectionToo() async throws {
        let origin = try TestOrigin { socket, _ in
            _ = socket.take(through: "\r\n\r\n")
            socket.send("HTTP/1.1 200 OK\r\n\r\nfirst ")
            pause(milliseconds: 20)
            socket.send("second")
            socket.close()
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            let text = client.takeAllText()
            #expect(text.contains("\r\nConnection: close\r\n"))
            #expect(text.hasSuffix("\r\n\r\nfirst second"))
            #expect(client.sawEnd && !client.sawReset)
        }
    }

    @Test func chunkedBodyAndTrailersPassByteForByte() async throws {
        let body = "5;x=y\r\nhello\r\n0A\r\n0123456789\r\n000\r\nX-Check: 1\r\n\r\n"
        let origin = try TestOrigin.answering { _ in
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Check\r\n\r\n\(body)"
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            for _ in 0..<2 {
                client.send(get(origin.port, "/"))
                let head = client.take(through: "\r\n\r\n")
                #expect(head.contains("\r\nTransfer-Encoding: chunked\r\n"))
                #expect(String(decoding: client.take(body.utf8.count), as: UTF8.self) == body)
            }
            #expect(origin.connections == 1)
        }
    }

    /// A client of HTTP/1.0 gets content only, and the end of the connection.
    @Test func oldClientGetsNoChunks() async throws {
        let origin = try TestOrigin.answering { head in
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5\r\nhello\r\n6\r\n world\r\n0\r\nX: 1\r\n\r\n"
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send("GET http://127.0.0.1:\(origin.port)/ HTTP/1.0\r\n\r\n")
            let text = client.takeAllText()
            #expect(text.hasSuffix("\r\n\r\nhello world"))
            #expect(!text.lowercased().contains("transfer-encoding"))
            #expect(text.contains("Connection: close"))
        }
    }

    @Test func interimResponsesPass() async throws {
        let origin = try TestOrigin.answering { _ in
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            #expect(client.take(through: "\r\n\r\n").contains("103 Early Hints\r\nLink: </a>"))
            #expect(client.take(through: "\r\n\r\n").hasPrefix("HTTP/1.1 102"))
            #expect(client.takeResponse().body == "ok")
            let old = try proxy.client()
            old.send("GET http://127.0.0.1:\(origin.port)/ HTTP/1.0\r\n\r\n")
            #expect(old.takeAllText().hasPrefix("HTTP/1.1 200 OK"))
        }
    }

    @Test func tooManyInterimResponsesAreRefused() async throws {
        for (count, status) in [(16, "200"), (17, "502")] {
            let origin = try TestOrigin.answering { _ in
                String(repeating: "HTTP/1.1 102 Processing\r\n\r\n", count: count)
                    + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            }
            try await TestProxy.with { proxy in
                let client = try proxy.client()
                client.send(get(origin.port, "/", extra: "Connection: close\r\n"))
                let last = client.takeAllText().components(separatedBy: "HTTP/1.1 ").last ?? ""
                #expect(last.hasPrefix(status), "\(count) interim responses")
            }
        }
    }

    @Test func optionsWithoutPathAsksTheWholeServer() async throws {
        let origin = try TestOrigin.answering { head in
            "HTTP/1.1 200 OK\r\nContent-Length: \(head.utf8.count)\r\n\r\n\(head)"
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            let authority = "127.0.0.1:\(origin.port)"
            client.send("OPTIONS http://\(authority) HTTP/1.1\r\nHost: \(authority)\r\n\r\n")
            #expect(client.takeResponse().body.hasPrefix("OPTIONS * HTTP/1.1\r\n"))
        }
    }

    @Test func clientMayEndItsSideAndStillGetsTheAnswer() async throws {
        let origin = try TestOrigin.answering { _ in
            pause(milliseconds: 50)
            return "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate"
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            client.endOutput()
            #expect(client.takeAllText().hasSuffix("\r\n\r\nlate"))
        }
    }
}

/// A request in absolute form to a port of 127.0.0.1.
func get(_ port: UInt16, _ path: String, method: String = "GET", extra: String = "") -> String {
    "\(method) http://127.0.0.1:\(port)\(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\(extra)\r\n"
}

extension String {
    /// As Foundation's, without Foundation.
    func components(separatedBy mark: String) -> [String] {
        split(separator: mark, omittingEmptySubsequences: false).map(String.init)
    }
}
