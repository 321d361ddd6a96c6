import Dispatch
import KhienProxy
import Testing

/// A response that ends midway must not look whole: where its end is the end of the connection, the
/// client sees a reset.
@Suite(.alone) struct CutOffTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var version: String
        var fields: String
        var body: String
        /// What the client gets of it.
        var content: String
        var isReset: Bool

        var testDescription: String { "HTTP/\(version), \(fields.isEmpty ? "no length" : fields)" }
    }

    // Source: RFC 9112, section 8.
    static let rows = [
        Row(
            version: "1.1", fields: "", body: String(repeating: "x", count: 5_000),
            content: String(repeating: "x", count: 5_000), isReset: true),
        Row(
            version: "1.0", fields: "Transfer-Encoding: chunked\r\n", body: "5\r\nhello\r\n",
            content: "hello", isReset: true),
        Row(version: "1.0", fields: "", body: "hello", content: "hello", isReset: true),
        Row(
            version: "1.1", fields: "Transfer-Encoding: chunked\r\n", body: "5\r\nhello\r\n",
            content: "5\r\nhello\r\n", isReset: false),
        Row(
            version: "1.1", fields: "Content-Length: 9\r\n", body: "hello", content: "hello",
            isReset: false),
    ]

    enum End: Sendable, CaseIterable { case resetByOrigin, silence, stop }

    @Test(arguments: rows, End.allCases)
    func aResponseThatEndsMidwayDoesNotLookWhole(row: Row, end: End) async throws {
        let mayEnd = DispatchSemaphore(value: 0)
        let origin = try TestOrigin { socket, _ in
            _ = socket.take(through: "\r\n\r\n")
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\n\(row.fields)\r\n\(row.body)")
            _ = mayEnd.wait(timeout: .now() + 20)
            if end == .resetByOrigin { socket.abort() } else { _ = socket.takeAll() }
        }
        let proxy = try await TestProxy.start(change: {
            if end == .silence { $0.timeouts.transferIdle = .milliseconds(200) }
        })
        let client = try proxy.client()
        client.send(
            "GET http://127.0.0.1:\(origin.port)/ HTTP/\(row.version)\r\n"
                + "Host: 127.0.0.1:\(origin.port)\r\n\r\n")
        #expect(client.take(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
        #expect(String(decoding: client.take(row.content.utf8.count), as: UTF8.self) == row.content)
        mayEnd.signal()
        if end == .stop { await proxy.server.drain(for: .zero) }
        #expect(client.takeAllText() == "")
        #expect(client.sawEnd)
        #expect(client.sawReset == row.isReset)
        if end == .stop { return }
        let counters = await proxy.counters()
        #expect(counters.count(of: end == .silence ? .originTimeout : .originClosed) == 1)
        await proxy.server.drain(for: .zero)
    }
}
