import Foundation
import Testing

/// Requests that are no HTTP, or two things at once: refused, and nothing of them leaves.
@Suite(.alone, .serialized, .enabled(if: Programs.areThere, Programs.comment))
struct MalformedTests {
    private struct Row {
        var name: String
        /// `@` stands for the origin's host and port.
        var request: String
        var statuses: Set<Int>
    }

    private static func get(_ rest: String) -> String {
        "GET http://@/ HTTP/1.1\r\nHost: @\r\n\(rest)\r\n"
    }

    private static func chunked(_ body: String) -> String {
        "POST http://@/ HTTP/1.1\r\nHost: @\r\nTransfer-Encoding: chunked\r\n\r\n\(body)"
    }

    // Source: RFC 9112 sections 2.2, 3, 3.2, 5, 6 and 7.1; RFC 9110 sections 5.5, 7.2 and 8.6.
    private static let rows = [
        Row(
            name: "Content-Length and Transfer-Encoding",
            request: "POST http://@/ HTTP/1.1\r\nHost: @\r\nContent-Length: 4\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", statuses: [400]),
        Row(
            name: "two lengths", request: get("Content-Length: 1\r\nContent-Length: 2\r\n") + "ab",
            statuses: [400]),
        Row(name: "length list", request: get("Content-Length: 1, 2\r\n") + "ab", statuses: [400]),
        Row(name: "length +1", request: get("Content-Length: +1\r\n") + "a", statuses: [400]),
        Row(name: "length -1", request: get("Content-Length: -1\r\n"), statuses: [400]),
        Row(
            name: "length past 64 bits", request: get("Content-Length: 99999999999999999999\r\n"),
            statuses: [400, 413]),
        Row(name: "two hosts", request: get("Host: other.test\r\n"), statuses: [400]),
        Row(name: "the same host twice", request: get("Host: @\r\n"), statuses: [400]),
        Row(name: "no host", request: "GET http://@/ HTTP/1.1\r\n\r\n", statuses: [400]),
        Row(
            name: "another host", request: "GET http://@/ HTTP/1.1\r\nHost: other.test\r\n\r\n",
            statuses: [400]),
        Row(name: "bare LF", request: "GET http://@/ HTTP/1.1\nHost: @\n\n", statuses: [400]),
        Row(name: "one bare LF", request: get("A: b\nC: d\r\n"), statuses: [400]),
        Row(name: "bare CR", request: get("A: b\rC: d\r\n"), statuses: [400]),
        Row(name: "folded line", request: get("A: b\r\n c\r\n"), statuses: [400]),
        Row(name: "NUL in a value", request: get("A: b\0c\r\n"), statuses: [400]),
        Row(name: "NUL in a name", request: get("A\0: b\r\n"), statuses: [400]),
        Row(name: "control character", request: get("A: b\u{7}\r\n"), statuses: [400]),
        Row(name: "DEL", request: get("A: b\u{7F}\r\n"), statuses: [400]),
        Row(name: "space before the colon", request: get("A : b\r\n"), statuses: [400]),
        Row(name: "empty name", request: get(": b\r\n"), statuses: [400]),
        Row(name: "no colon", request: get("nothing\r\n"), statuses: [400]),
        Row(
            name: "space in the target", request: "GET http://@/a b HTTP/1.1\r\nHost: @\r\n\r\n",
            statuses: [400]),
        Row(
            name: "control in the target",
            request: "GET http://@/\u{1} HTTP/1.1\r\nHost: @\r\n\r\n",
            statuses: [400]),
        Row(
            name: "two spaces", request: "GET  http://@/ HTTP/1.1\r\nHost: @\r\n\r\n",
            statuses: [400]),
        Row(name: "HTTP/0.9", request: "GET http://@/\r\n\r\n", statuses: [505]),
        Row(
            name: "HTTP/2.0", request: "GET http://@/ HTTP/2.0\r\nHost: @\r\n\r\n",
            statuses: [400, 505]),
        Row(
            name: "the method's letters", request: "G(T http://@/ HTTP/1.1\r\nHost: @\r\n\r\n",
            statuses: [400]),
        Row(name: "origin form", request: "GET / HTTP/1.1\r\nHost: @\r\n\r\n", statuses: [400]),
        Row(
            name: "unknown coding",
            request: "POST http://@/ HTTP/1.1\r\nHost: @\r\nTransfer-Encoding: gzip\r\n\r\n",
            statuses: [400, 501]),
        Row(
            name: "chunked not last",
            request:
                "POST http://@/ HTTP/1.1\r\nHost: @\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
            statuses: [400, 501]),
        Row(
            name: "chunked twice",
            request: "POST http://@/ HTTP/1.1\r\nHost: @\r\nTransfer-Encoding: chunked\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", statuses: [400, 501]),
        Row(
            name: "chunked in HTTP/1.0",
            request: "POST http://@/ HTTP/1.0\r\nHost: @\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "0\r\n\r\n", statuses: [400]),
        Row(
            name: "another scheme", request: "GET ftp://@/ HTTP/1.1\r\nHost: @\r\n\r\n",
            statuses: [400, 501]),
        Row(name: "chunk size x", request: chunked("x\r\n"), statuses: [400]),
        Row(name: "chunk size -1", request: chunked("-1\r\n"), statuses: [400]),
        Row(name: "chunk size 0x1", request: chunked("0x1\r\na\r\n0\r\n\r\n"), statuses: [400]),
        Row(name: "chunk size with a space", request: chunked(" 1\r\na\r\n"), statuses: [400]),
        Row(
            name: "chunk size past 64 bits", request: chunked("11111111111111111\r\n"),
            statuses: [400, 413]),
        Row(name: "chunk ended by LF", request: chunked("1\na\r\n0\r\n\r\n"), statuses: [400]),
        Row(name: "chunk too long", request: chunked("1\r\nab\r\n0\r\n\r\n"), statuses: [400]),
        Row(
            name: "trailer that frames",
            request: chunked("0\r\nContent-Length: 5\r\n\r\n"), statuses: [400]),
        Row(
            name: "target too long",
            request: "GET http://@/\(String(repeating: "a", count: 70_000)) HTTP/1.1\r\n"
                + "Host: @\r\n\r\n", statuses: [414]),
        Row(
            name: "field too long",
            request: get("A: \(String(repeating: "a", count: 200_000))\r\n"), statuses: [431]),
        Row(
            name: "too many fields",
            request: get((0..<300).map { "A\($0): b\r\n" }.joined()), statuses: [431]),
        Row(
            name: "CONNECT without a port",
            request: "CONNECT 127.0.0.1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", statuses: [400]),
        Row(
            name: "CONNECT to a URL", request: "CONNECT http://@/ HTTP/1.1\r\nHost: @\r\n\r\n",
            statuses: [400]),
        Row(
            name: "user name in the target",
            request: "GET http://allowed.test@@/ HTTP/1.1\r\nHost: allowed.test\r\n\r\n",
            statuses: [400]),
        Row(
            name: "TLS on the plain port", request: "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\r\n\r\n",
            statuses: [400]),
    ]

    @Test func nothingMalformedReachesTheOrigin() throws {
        let origin = try ScriptedOrigin()
        let site = try Site()
        let place = "127.0.0.1:\(origin.port)"
        for row in Self.rows {
            let request = row.request.replacing("@", with: place)
            // Whole, and cut in two places, as it may arrive.
            for pieces in [1, 3] {
                let socket = try RawSocket(port: site.daemon.port)
                let bytes = Array(request.utf8)
                // A body's fault that comes after the head has left cannot be held back.
                let size = row.name.contains("chunk") ? bytes.count : bytes.count / pieces + 1
                for start in stride(from: 0, to: bytes.count, by: size) {
                    socket.send(Array(bytes[start..<min(start + size, bytes.count)]))
                    if pieces > 1 { usleep(2_000) }
                }
                let response = try #require(socket.takeResponse(), "\(row.name)")
                #expect(row.statuses.contains(response.status), "\(row.name): \(response.head)")
                #expect(response.field("connection") == "close", "\(row.name)")
                // Nothing behind it is taken for a request.
                socket.send(DaemonProcess.head("http://\(place)/smuggled"))
                #expect(socket.takeAll().isEmpty, "\(row.name)")
            }
        }
        #expect(origin.connections == 0)
        #expect(origin.heads == [])
        #expect(try site.daemon.events().isEmpty)
        // It is well after all that.
        let good = try site.daemon.request("http://\(place)/")
        #expect(good.text == "origin")
        #expect(origin.heads.count == 1)
    }

    @Test func chunkFaultsFurtherOnEndTheRequest() throws {
        let origin = try ScriptedOrigin { socket in
            _ = socket.takeHead()
            _ = socket.takeAll()
        }
        let site = try Site()
        let socket = try RawSocket(port: site.daemon.port)
        socket.send(
            DaemonProcess.head(
                "http://127.0.0.1:\(origin.port)/", method: "POST",
                fields: ["Transfer-Encoding: chunked"]) + "3\r\nabc\r\n")
        #expect(eventually { origin.connections == 1 })
        socket.send("zz\r\n")
        let response = Response(head: String(decoding: socket.takeAll(), as: UTF8.self))
        #expect(response.status == 400 || response.head.isEmpty, "\(response.head)")
    }
}
