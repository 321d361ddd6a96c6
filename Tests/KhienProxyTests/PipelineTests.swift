import Dispatch
import KhienModel
import KhienProxy
import Testing

/// Requests that a client sends without waiting.
@Suite(.alone) struct PipelineTests {
    @Test func answersComeInOrder() async throws {
        let origin = try TestOrigin.answering { head in
            let path = String(head.split(separator: " ")[1])
            return "HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)"
        }
        try await TestProxy.with(rules: TestRules(paths: ["/3": .block, "/7": .block])) { proxy in
            let client = try proxy.client()
            client.send((0..<10).map { get(origin.port, "/\($0)") }.joined())
            for number in 0..<10 {
                let (head, body) = client.takeResponse()
                if number == 3 || number == 7 {
                    #expect(head.hasPrefix("HTTP/1.1 451"))
                } else {
                    #expect(body == "/\(number)")
                }
            }
            #expect(origin.connections == 1)
        }
    }

    /// Thousands of blocked requests at once: answered one turn after the other, not by recursion.
    @Test func manyAnswersOfTheProxyItself() async throws {
        try await TestProxy.with(rules: TestRules(hosts: ["blocked.test": .block])) { proxy in
            let client = try proxy.client()
            let one = "GET http://blocked.test/ HTTP/1.1\r\nHost: blocked.test\r\n\r\n"
            let two = "GET http://x.test/.well-known/khien/a HTTP/1.1\r\nHost: x.test\r\n\r\n"
            Thread.run { client.send(String(repeating: one + two, count: 2_000)) }
            for _ in 0..<2_000 {
                #expect(client.takeResponse().head.hasPrefix("HTTP/1.1 451"))
                #expect(client.takeResponse().body == "reserved /.well-known/khien/a")
            }
            #expect(proxy.events.events.count == 2_000)
        }
    }

    /// Reading stops while a request is under way: what a client may send ahead is bounded.
    @Test func lookAheadIsBounded() async throws {
        let isSeen = DispatchSemaphore(value: 0)
        let origin = try TestOrigin { socket, _ in
            _ = socket.take(through: "\r\n\r\n")
            _ = isSeen.wait(timeout: .now() + 30)
        }
        try await TestProxy.with { proxy in
            defer { isSeen.signal() }
            let client = try proxy.client()
            client.send(get(origin.port, "/"))
            Thread.run {
                client.send([UInt8](repeating: 0x41, count: 64 << 20))
            }
            // However slow the machine is: until the bound is reached, and a little longer.
            for _ in 0..<400 {
                let count = await proxy.counters().bytesFromClients
                if count > UInt64(Limits.Proxy.lookAheadBytesMax) { break }
                pause(milliseconds: 50)
            }
            pause(milliseconds: 300)
            let counters = await proxy.counters()
            let limit = UInt64(Limits.Proxy.lookAheadBytesMax + 4 * Limits.Proxy.readBytesMax)
            #expect(counters.bytesFromClients > UInt64(Limits.Proxy.lookAheadBytesMax))
            #expect(counters.bytesFromClients <= limit)
        }
    }
}
