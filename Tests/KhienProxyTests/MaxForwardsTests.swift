import KhienModel
import KhienProxy
import Testing

/// A request that may pass no further proxy is answered here.
///
/// Source: RFC 9110, section 7.6.2.
@Suite(.alone) struct MaxForwardsTests {
    @Test(arguments: [("OPTIONS", 200), ("TRACE", 405)])
    func theLastProxyAnswers(method: String, status: Int) async throws {
        let origin = try TestOrigin.saying("origin")
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            // The connection lives on.
            for _ in 1...2 {
                client.send(get(origin.port, "/", method: method, extra: "Max-Forwards: 0\r\n"))
                let (head, body) = client.takeResponse()
                #expect(head.hasPrefix("HTTP/1.1 \(status) "))
                #expect(head.contains("Content-Length: 0\r\n"))
                #expect(head.contains("Allow: ") == (status == 405))
                #expect(body.isEmpty)
            }
            #expect(origin.connections == 0)
        }
    }

    @Test(arguments: ["OPTIONS", "TRACE"])
    func othersGoOnWithOneLess(method: String) async throws {
        let origin = try TestOrigin.answering { head in
            let line = head.split(separator: "\r\n").first { $0.hasPrefix("Max-Forwards") } ?? ""
            return "HTTP/1.1 200 OK\r\nContent-Length: \(line.utf8.count)\r\n\r\n\(line)"
        }
        try await TestProxy.with { proxy in
            let client = try proxy.client()
            client.send(get(origin.port, "/", method: method, extra: "Max-Forwards: 1\r\n"))
            #expect(client.takeResponse().body == "Max-Forwards: 0")
            // The field says nothing about other methods.
            client.send(get(origin.port, "/", extra: "Max-Forwards: 0\r\n"))
            #expect(client.takeResponse().body == "Max-Forwards: 0")
        }
    }

    @Test(arguments: ["OPTIONS", "TRACE"])
    func blockedIsBlockedFirst(method: String) async throws {
        try await TestProxy.with(rules: RefusalTests.blocked) { proxy in
            let client = try proxy.client()
            client.send(
                RefusalTests.request(
                    "blocked.test", method: method, extra: "Max-Forwards: 0\r\n"))
            #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451 "))
            #expect(proxy.events.events.count == 1)
        }
    }
}
