import KhienProxy
import Testing

/// What is not HTTP is answered here, and nothing of it reaches the origin.
@Suite(.alone) struct MalformedTests {
    struct Row: Sendable {
        let name: String
        let request: @Sendable (UInt16) -> String
        let status: Int
    }

    private static func row(
        _ name: String, _ status: Int, _ request: @escaping @Sendable (UInt16) -> String
    ) -> Row {
        Row(name: name, request: request, status: status)
    }

    /// RFC 9112 sections 2.2, 3, 5, 6; the statuses are KhienHTTP's.
    static let rows: [Row] = [
        row("length and chunked", 400) {
            get($0, "/", extra: "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n"
        },
        row("two Hosts", 400) { get($0, "/", extra: "Host: other.test\r\n") },
        row("Host and target differ", 400) {
            "GET http://127.0.0.1:\($0)/ HTTP/1.1\r\nHost: other.test\r\n\r\n"
        },
        row("no Host", 400) { "GET http://127.0.0.1:\($0)/ HTTP/1.1\r\n\r\n" },
        row("bare LF", 400) { "GET http://127.0.0.1:\($0)/ HTTP/1.1\nHost: 127.0.0.1:\($0)\n\n" },
        row("folded line", 400) { get($0, "/", extra: "X: a\r\n b\r\n") },
        row("NUL", 400) { get($0, "/", extra: "X: a\0b\r\n") },
        row("control in target", 400) { get($0, "/a\u{1}") },
        row("blank before colon", 400) { get($0, "/", extra: "X : a\r\n") },
        row("bad chunk size", 400) {
            get($0, "/", method: "POST", extra: "Transfer-Encoding: chunked\r\n") + "zz\r\nab\r\n"
        },
        row("negative length", 400) { get($0, "/", extra: "Content-Length: -1\r\n") },
        row("two lengths", 400) {
            get($0, "/", extra: "Content-Length: 1\r\nContent-Length: 1\r\n")
        },
        row("unknown coding", 501) { get($0, "/", extra: "Transfer-Encoding: gzip\r\n") },
        row("target too long", 414) { get($0, "/" + String(repeating: "a", count: 9_000)) },
        row("line too long", 431) {
            get($0, "/", extra: "X: " + String(repeating: "a", count: 9_000) + "\r\n")
        },
        row("too many fields", 431) {
            get($0, "/", extra: String(repeating: "X: y\r\n", count: 200))
        },
        row("old version", 505) { "GET http://127.0.0.1:\($0)/ HTTP/2.0\r\n\r\n" },
        row("origin form", 400) { "GET / HTTP/1.1\r\nHost: 127.0.0.1:\($0)\r\n\r\n" },
        row("asterisk form", 400) { "OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1:\($0)\r\n\r\n" },
        row("https", 501) {
            "GET https://127.0.0.1:\($0)/ HTTP/1.1\r\nHost: 127.0.0.1:\($0)\r\n\r\n"
        },
        row("userinfo", 400) {
            "GET http://a@127.0.0.1:\($0)/ HTTP/1.1\r\nHost: 127.0.0.1:\($0)\r\n\r\n"
        },
        row("host that is no host", 400) {
            "GET http://a%00b:\($0)/ HTTP/1.1\r\nHost: a%00b:\($0)\r\n\r\n"
        },
        row("TLS instead of HTTP", 400) { _ in "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\r\n\r\n" },
        row("CONNECT without port", 400) { _ in
            "CONNECT 127.0.0.1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        },
    ]

    @Test(arguments: 0..<rows.count)
    func refusedHere(number: Int) async throws {
        let row = Self.rows[number]
        let origin = try TestOrigin.saying("must not be asked")
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(row.request(origin.port))
            let text = client.takeAllText()
            #expect(text.hasPrefix("HTTP/1.1 \(row.status) "), "\(row.name): \(text.prefix(60))")
            #expect(text.contains("\r\nConnection: close\r\n"))
            #expect(text.contains("\r\nProxy-Status: khien; error="))
            #expect(!client.sawReset)
            #expect(origin.connections == 0, "\(row.name) reached the origin")
            let counters = await proxy.counters()
            #expect(counters.faults.reduce(0, +) == 1)
        }
    }

    /// What follows a malformed request is no request.
    @Test func nothingAfterAMalformedRequestIsRead() async throws {
        let origin = try TestOrigin.saying("smuggled")
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/", extra: "Host: a\r\n") + get(origin.port, "/2"))
            let text = client.takeAllText()
            #expect(text.components(separatedBy: "HTTP/1.1 ").count == 2)
            #expect(origin.connections == 0)
        }
    }

    /// A body that turns out malformed later: the origin must not take half a request for a whole.
    @Test func lateBadChunkCutsTheOriginOff() async throws {
        let origin = try TestOrigin { socket, _ in
            let all = socket.takeAllText()
            _ = all
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(
                get(origin.port, "/", method: "POST", extra: "Transfer-Encoding: chunked\r\n")
                    + "3\r\nabc\r\n")
            #expect(await eventually { origin.connections == 1 })
            client.send("xyz\r\n")
            #expect(client.takeAllText().hasPrefix("HTTP/1.1 400 "))
            let counters = await proxy.counters()
            #expect(counters.count(of: .requestMalformed) == 1)
        }
    }
}
