import KhienFuzz
import KhienHTTP
import Testing

@Suite struct WriteTests {
    private let name = Array("khien".utf8)

    private func forward(
        _ message: String, target: String = "/p", host: String = "o.test",
        rewrite: HeadRewrite = HeadRewrite(connection: .implicit), extra: String = ""
    ) throws -> String {
        let (head, bytes) = try requestHead(message)
        var output: [UInt8] = []
        let (targetBytes, hostBytes) = (Array(target.utf8), Array(host.utf8))
        let extraBytes = Array(extra.utf8)
        try head.write(
            from: bytes.span, target: targetBytes.span, host: hostBytes.span,
            pseudonym: name.span, rewrite: rewrite, extraFields: extraBytes.span, into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private func respond(
        _ message: String, method: HTTPMethod = .get, upgrade: Bool = false,
        rewrite: HeadRewrite = HeadRewrite(connection: .implicit), extra: String = ""
    ) throws -> String {
        let (head, bytes) = try responseHead(message, method, upgrade: upgrade)
        var output: [UInt8] = []
        let extraBytes = Array(extra.utf8)
        head.write(
            from: bytes.span, pseudonym: name.span, rewrite: rewrite,
            extraFields: extraBytes.span, into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test func aBrowsersRequestForTheOrigin() throws {
        let written = try forward(
            RequestHeadTests.browser, target: "/tin-tuc", host: "www.example.test",
            rewrite: HeadRewrite(connection: .keepAlive, omitted: [.acceptEncoding]),
            extra: "Accept-Encoding: gzip\r\n")
        let expected = RequestHeadTests.browser
            .replacing(
                "GET http://www.example.test/tin-tuc/bai-viet?trang=2 HTTP/1.1",
                with: "GET /tin-tuc HTTP/1.1"
            )
            .replacing("Proxy-Connection: keep-alive\r\n", with: "")
            .replacing("Accept-Encoding: gzip, deflate\r\n", with: "")
            .replacing(
                "theme=dark\r\n\r\n",
                with: "theme=dark\r\nAccept-Encoding: gzip\r\nVia: 1.1 khien\r\n"
                    + "Connection: keep-alive\r\n\r\n")
        #expect(written == expected)
    }

    static let requests: [(fields: String, expected: String, source: String)] = [
        ("Keep-Alive: 5\r\nA: b\r\nTE: gzip", "A: b\r\n", "RFC 9110 7.6.1"),
        ("Connection: x-a, X-B\r\nx-b: 1\r\nX-A: 2\r\nX-C: 3", "X-C: 3\r\n", "RFC 9110 7.6.1"),
        (
            "Connection: authorization, host, content-length, cookie, via, x-forwarded-for\r\n"
                + "Content-Length: 3\r\nAuthorization: b\r\nCookie: c\r\nVia: 1.0 x\r\n"
                + "X-Forwarded-For: d",
            "Content-Length: 3\r\nAuthorization: b\r\nCookie: c\r\nVia: 1.0 x\r\n"
                + "X-Forwarded-For: d\r\n", "hop-by-hop abuse"
        ),
        ("Proxy-Authorization: Basic eA==\r\nProxy-Authenticate: x", "", "RFC 9110 11.7.2"),
        (
            "Expect: 100-continue\r\nContent-Length: 1",
            "Expect: 100-continue\r\nContent-Length: 1\r\n",
            "RFC 9110 10.1.1"
        ),
        (
            "Upgrade: h2c\r\nHTTP2-Settings: AA\r\nConnection: Upgrade, HTTP2-Settings", "",
            "RFC 7540 3.2.1"
        ),
        (
            "Trailer: X-Sum\r\nTransfer-Encoding:  CHUNKED",
            "Trailer: X-Sum\r\n"
                + "Transfer-Encoding: chunked\r\n", "RFC 9112 6.1"
        ),
        ("A:  b \t\r\nB:", "A:  b \t\r\nB:\r\n", "lines go on as they came"),
    ]

    @Test(arguments: requests.indices) func requestFields(index: Int) throws {
        let (fields, expected, source) = Self.requests[index]
        let written = try forward(
            "POST http://a.test/ HTTP/1.1\r\n\(fields)\r\nHost: a.test\r\n\r\n")
        let whole = "POST /p HTTP/1.1\r\nHost: o.test\r\n\(expected)Via: 1.1 khien\r\n\r\n"
        #expect(written == whole, "\(source)")
    }

    @Test func trailersAreAskedForInOurWords() throws {
        let written = try forward(
            "GET / HTTP/1.1\r\nTE: gzip;q=0.5,\tTrailers\r\nHost: a\r\nConnection: te\r\n\r\n",
            rewrite: HeadRewrite(connection: .close))
        #expect(
            written.hasSuffix("Via: 1.1 khien\r\nTE: trailers\r\nConnection: close, TE\r\n\r\n"))
        #expect(!written.contains("gzip"))
    }

    /// RFC 9110 section 7.6.2.
    @Test(arguments: [
        ("TRACE", "5", "4", UInt64(5)), ("OPTIONS", "010", "9", 10), ("TRACE", "0", "0", 0),
        ("GET", "5", "5", nil), ("TRACE", "x", "x", nil),
        ("TRACE", "12345678901", "12345678901", nil),
    ])
    func forwards(method: String, value: String, written: String, number: UInt64?) throws {
        let message = "\(method) / HTTP/1.1\r\nHost: a\r\nMax-Forwards: \(value)\r\n\r\n"
        let (head, bytes) = try requestHead(message)
        #expect(head.maxForwards(in: bytes.span) == number)
        let output = try forward(message)
        #expect(output.contains("\r\nMax-Forwards: \(written)\r\n"))
        #expect(output.split(separator: "Max-Forwards").count == 2)
    }

    @Test func anUpgradeGoesOnWhereTheCallerWantsIt() throws {
        let written = try forward(
            "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
            rewrite: HeadRewrite(connection: .upgrade))
        #expect(written.contains("\r\nUpgrade: websocket\r\n"))
        #expect(written.hasSuffix("\r\nConnection: upgrade\r\n\r\n"))
    }

    @Test func theVersionReceivedStandsInVia() throws {
        let written = try forward("GET / HTTP/1.0\r\n\r\n")
        #expect(written == "GET /p HTTP/1.1\r\nHost: o.test\r\nVia: 1.0 khien\r\n\r\n")
    }

    @Test func connectForAFurtherProxy() throws {
        let written = try forward(
            "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n",
            target: "a.test:443", host: "a.test:443")
        #expect(
            written == "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\nVia: 1.1 khien\r\n\r\n")
    }

    /// The canonicaliser never gives such bytes; were it wrong, nothing would be split.
    @Test(arguments: [
        ("/a\r\nX: y", "o"), ("/a b", "o"), ("", "o"), ("/\u{E9}", "o"), ("/\u{7F}", "o"),
        ("/aaaaaaaa\nbbbbbbbbb", "o"), ("/", "o\r\nX: y"), ("/", ""), ("/", "o o"),
    ])
    func nothingThatSplitsIsWritten(target: String, host: String) throws {
        let thrown = #expect(throws: HTTPError.self) {
            _ = try forward("GET / HTTP/1.1\r\nHost: a\r\n\r\n", target: target, host: host)
        }
        #expect(thrown?.fault == .proxy && thrown?.status == 500)
    }

    @Test(arguments: [
        ("1.1 khien", true), ("1.1 other, 1.0 KHIEN", true), ("HTTP/1.1 khien (x)", true),
        ("1.1 other\r\nVia: 1.1 khien", true), ("1.1 khien2", false), ("1.1 xkhien", false),
        ("1.1 other (khien)", false), ("khien", false), ("", false),
    ])
    func loops(via: String, expected: Bool) throws {
        let (head, bytes) = try requestHead("GET / HTTP/1.1\r\nHost: a\r\nVia: \(via)\r\n\r\n")
        #expect(head.hasPassed(name.span, in: bytes.span) == expected)
    }

    @Test func aResponseForTheClient() throws {
        let written = try respond(
            "HTTP/1.0 200 Tốt\r\nServer: x\r\nConnection: keep-alive, x-hop\r\nX-Hop: 1\r\n"
                + "Keep-Alive: 5\r\nContent-Length: 3\r\nAlt-Svc: h3\r\nSet-Cookie: a\r\n"
                + "Set-Cookie: b\r\nUpgrade: h2\r\nProxy-Authenticate: x\r\n\r\n",
            rewrite: HeadRewrite(connection: .close, omitted: [.altSvc]), extra: "X: 1\r\n")
        #expect(
            written == "HTTP/1.1 200 Tốt\r\nServer: x\r\nContent-Length: 3\r\nSet-Cookie: a\r\n"
                + "Set-Cookie: b\r\nX: 1\r\nVia: 1.0 khien\r\nConnection: close\r\n\r\n")
    }

    @Test func chunkedGoesOnOrIsTakenOff() throws {
        let message = "HTTP/1.1 200 OK\r\ntransfer-encoding: CHUNKED\r\n\r\n"
        #expect(
            try respond(message)
                == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nVia: 1.1 khien\r\n\r\n")
        let rewrite = HeadRewrite(connection: .implicit, body: .untilClose)
        #expect(
            try respond(message, rewrite: rewrite)
                == "HTTP/1.1 200 OK\r\nVia: 1.1 khien\r\nConnection: close\r\n\r\n")
    }

    @Test func noLengthWhereNoneMayStand() throws {
        for line in ["204 No Content", "100 Continue"] {
            let written = try respond("HTTP/1.1 \(line)\r\nContent-Length: 5\r\nA: b\r\n\r\n")
            #expect(written == "HTTP/1.1 \(line)\r\nA: b\r\nVia: 1.1 khien\r\n\r\n")
        }
        let head = try respond("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", method: .head)
        #expect(head.contains("Content-Length: 5\r\n"))
    }

    @Test func localResponses() {
        var output: [UInt8] = []
        let body = Array("Không".utf8)
        let fields = Array("Link: <https://a.test/>; rel=\"blocked-by\"\r\n".utf8)
        LocalResponse.write(
            status: 451, contentType: "text/plain; charset=utf-8", fields: fields.span,
            body: body.span, connection: .keepAlive, into: &output)
        #expect(
            String(decoding: output, as: UTF8.self)
                == "HTTP/1.1 451 Unavailable For Legal Reasons\r\n"
                + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 6\r\n"
                + "Cache-Control: no-store\r\nLink: <https://a.test/>; rel=\"blocked-by\"\r\n"
                + "Connection: keep-alive\r\n\r\nKhông")
        for isHead in [false, true] {
            output = []
            let error = HTTPError(.repeatedHost, fault: .client, at: 17)
            LocalResponse.write(for: error, isHead: isHead, into: &output)
            let text = String(decoding: output, as: UTF8.self)
            #expect(text.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            #expect(text.contains("Content-Length: 45\r\n"))
            #expect(text.hasSuffix("repeated-host in the request\n") != isHead)
        }
    }

    @Test func everyStatusThatWeGiveHasAReason() {
        for code in HTTPError.Code.allCases {
            for fault in [HTTPError.Fault.client, .origin, .proxy] {
                let status = HTTPError(code, fault: fault, at: 0).status
                #expect("\(StatusReason.phrase(for: status))" != "")
            }
        }
    }
}
