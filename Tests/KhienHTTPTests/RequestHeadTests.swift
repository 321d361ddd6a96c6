import KhienFuzz
import KhienHTTP
import Testing

@Suite struct RequestHeadTests {
    /// As a browser of 2024 sends it to a proxy.
    static let browser = """
        GET http://www.example.test/tin-tuc/bai-viet?trang=2 HTTP/1.1
        Host: www.example.test
        Proxy-Connection: keep-alive
        Upgrade-Insecure-Requests: 1
        User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
        Chrome/126.0.0.0 Safari/537.36
        Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,\
        */*;q=0.8
        Referer: http://www.example.test/
        Accept-Encoding: gzip, deflate
        Accept-Language: vi,en;q=0.9
        Cookie: sid=0123456789abcdef; theme=dark


        """.replacing("\n", with: "\r\n")

    static let accepted = [
        browser,
        "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\nHost: a.test\r\n\r\nrest",
        "GET / HTTP/1.0\r\n\r\n",
        "GET /|\"<>^`{}[]\\' HTTP/1.1\r\nHost: a_b.test\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n",
        "OPTIONS http://a.test HTTP/1.1\r\nHost: A.TEST:80\r\n\r\n",
        "GET https://a.test:443/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
        "GET http://a.test:/ HTTP/1.1\r\nHost: a.test:80\r\n\r\n",
        "GET http://[2001:db8::1]:8080/ HTTP/1.1\r\nHost: [2001:DB8::1]:8080\r\n\r\n",
        "GET ftp://a.test/x HTTP/1.1\r\nHost: a.test\r\n\r\n",
        "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n\u{16}\u{3}",
        "CONNECT a.test:8443 HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n",
        "CONNECT [::1]:443 HTTP/1.0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9223372036854775807\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0000000000000000005\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding:\t CHUNKED \r\n\r\n0\r\n\r\n",
        "TRACE / HTTP/1.1\r\nHost: a.test\r\nMax-Forwards: 0\r\n\r\n",
        "M-SEARCH / HTTP/1.1\r\nHost: a.test\r\nConnection: ,, x , close,\r\nX: 1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\nA:\r\nB: \t \r\nC: x\ty \u{E9} z\t\r\n\r\n",
    ]

    @Test(arguments: accepted) func isReadAlikeHoweverCut(text: String) {
        let bytes = Array(text.utf8)
        let whole = parseRequest(bytes)
        guard case .complete = whole else {
            Issue.record("\(whole)")
            return
        }
        for cut in 0...bytes.count { #expect(parseRequest(bytes, cuts: [cut]) == whole) }
        #expect(HTTPInvariants.checkRequest(bytes) == nil)
    }

    @Test(arguments: accepted) func everyTrueBeginningNeedsMore(text: String) {
        let bytes = Array(text.utf8)
        guard case .complete(let length, _) = parseRequest(bytes) else { return }
        for end in 0..<length { #expect(parseRequest(Array(bytes[..<end])) == .needsMore) }
    }

    @Test func aBrowsersRequestIsTakenApart() throws {
        let (head, bytes) = try requestHead(Self.browser)
        #expect(head.length == bytes.count)
        #expect(head.method == .get && head.version == .http11 && head.framing == .none)
        #expect(head.target.form == .absolute && head.target.scheme == .http)
        #expect(text(bytes, head.authority?.host) == "www.example.test")
        #expect(head.authority?.port == nil)
        #expect(text(bytes, head.target.pathAndQuery) == "/tin-tuc/bai-viet?trang=2")
        #expect(head.keepsAlive && !head.expectsContinue && head.upgrade == .none)
        #expect(head.fields.count == 9)
        #expect(text(bytes, head.fields.value(of: .acceptLanguage)) == "vi,en;q=0.9")
        let other = head.fields.first(named: "upgrade-insecure-requests", in: bytes.span)
        #expect(text(bytes, other?.value) == "1")
    }

    @Test(arguments: [
        ("GET http://a.test HTTP/1.1", "", ""), ("GET http://a.test?x HTTP/1.1", "", "?x"),
        ("GET http://a.test/x HTTP/1.1", "", "/x"), ("GET /x?y HTTP/1.1", "", "/x?y"),
        ("OPTIONS * HTTP/1.1", "", ""),
    ])
    func pathAndQueryAreFound(line: String, fields: String, expected: String) throws {
        let (head, bytes) = try requestHead("\(line)\r\nHost: a.test\r\n\r\n")
        #expect(text(bytes, head.target.pathAndQuery) == expected)
    }

    /// RFC 9112 section 9.3: `close` wins; a proxy does not honour HTTP/1.0's keep-alive.
    @Test(arguments: [
        ("1.1", "X: y", true), ("1.1", "Connection: close", false),
        ("1.1", "Connection: keep-alive, CLOSE", false), ("1.1", "Proxy-Connection: close", false),
        ("1.1", "Connection: closed", true), ("1.0", "Connection: keep-alive", false),
        ("1.0", "X: y", false),
    ])
    func persistence(version: String, field: String, keepsAlive: Bool) throws {
        let (head, _) = try requestHead("GET / HTTP/\(version)\r\nHost: a\r\n\(field)\r\n\r\n")
        #expect(head.keepsAlive == keepsAlive)
    }

    /// RFC 9110 sections 7.8 and 10.1.1: both are ignored in HTTP/1.0.
    @Test(arguments: [
        ("1.1", "Connection: Upgrade\r\nUpgrade: websocket", UpgradeRequest.websocket),
        ("1.1", "Connection: keep-alive, upgrade\r\nUpgrade: WebSocket", .websocket),
        ("1.1", "Upgrade: websocket", .none), ("1.1", "Connection: upgrade", .none),
        ("1.1", "Connection: upgrade\r\nUpgrade: h2c", .other),
        ("1.1", "Connection: upgrade\r\nUpgrade: websocket, h2c", .other),
        ("1.1", "Connection: upgrade\r\nUpgrade: websocket\r\nUpgrade: websocket", .other),
        ("1.0", "Connection: upgrade\r\nUpgrade: websocket", .none),
    ])
    func upgrades(version: String, fields: String, expected: UpgradeRequest) throws {
        let (head, _) = try requestHead("GET / HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n\r\n")
        #expect(head.upgrade == expected)
    }

    @Test(arguments: [
        ("1.1", "100-continue", true), ("1.1", "100-Continue", true), ("1.1", "x", false),
        ("1.0", "100-continue", false),
    ])
    func expectations(version: String, value: String, expected: Bool) throws {
        let (head, _) = try requestHead(
            "POST / HTTP/\(version)\r\nHost: a\r\nExpect: \(value)\r\nContent-Length: 1\r\n\r\n")
        #expect(head.expectsContinue == expected)
    }

    @Test func everyKnownNameIsKnownInAnyCaseAndItsNeighboursAreNot() throws {
        for id in HeaderID.allCases where id != .other && id != .host {
            let name = "\(id.name)"
            let isFraming = id == .contentLength || id == .transferEncoding
            let value = id == .transferEncoding ? "chunked" : "1"
            for spelling in [name, name.uppercased(), name.capitalized] {
                let (head, _) = try requestHead(
                    "GET / HTTP/1.1\r\nHost: a\r\n\(spelling): \(value)\r\n\r\n")
                #expect(head.fields[1].id == id)
            }
            for neighbour in ["\(name)x", "x\(name)", String(name.dropLast()) + "_"] {
                let (head, _) = try requestHead(
                    "GET / HTTP/1.1\r\nHost: a\r\n\(neighbour): 1\r\n\r\n")
                #expect(head.fields[1].id == .other)
                #expect(!isFraming || head.framing == .none)
            }
        }
    }

    @Test func aParserIsUsedAgainForPipelinedRequests() throws {
        let first = "GET /a HTTP/1.1\r\nHost: a\r\nA: 1\r\nExpect: 100-continue\r\n\r\n"
        let bytes = Array((first + "\r\nPOST /b HTTP/1.0\r\n\r\n").utf8)
        var parser = RequestHeadParser()
        #expect(try parser.parse(bytes.span) == .complete(length: first.utf8.count))
        let rest = Array(bytes[first.utf8.count...])
        parser.reset()
        #expect(try parser.parse(rest.span) == .complete(length: rest.count))
        #expect(parser.head.method == .post && parser.head.fields.count == 0)
        #expect(parser.head.hostField == nil && !parser.head.expectsContinue)
    }
}

extension String {
    /// First letters of words in upper case, as fields are usually written.
    var capitalized: String {
        split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }
            .joined(separator: "-")
    }
}
