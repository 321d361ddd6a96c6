import Foundation
import Testing

/// CONNECT and WebSocket through the real daemon.
@Suite(.alone, .serialized, .enabled(if: Programs.areThere, Programs.comment))
struct TunnelTests {
    @Test func curlFetchesPagesInsideTLS() throws {
        let site = try Site()
        let secure = "https://127.0.0.1:\(site.origin.securePort)"
        let result = try site.daemon.curl("-k", "-i", secure + "/small.txt")
        #expect(result.text.hasSuffix(NginxOrigin.smallText), "\(result.everything)")
        #expect(result.text.hasPrefix("HTTP/1.1 200 "))
        let path = site.folder.file("got.bin")
        #expect(try site.daemon.curl("-k", "-o", path, secure + "/medium.bin").status == 0)
        #expect(
            try site.folder.read("got.bin") == site.origin.folder.read("www/medium.bin"))
        #expect(try site.daemon.events().isEmpty)
    }

    @Test func aBlockedHostIsRefusedAndRecorded() throws {
        let site = try Site()
        let result = try site.daemon.curl(
            "-k", "-o", "/dev/null", "-w", "%{http_connect}", "https://casino.order.test/secret")
        #expect(result.status != 0)
        #expect(result.text == "451")
        let event = try #require(try site.daemon.events().first)
        #expect(event["http.request.method"] as? String == "CONNECT")
        #expect(event["event.action"] as? String == "block")
        #expect(event["http.response.status_code"] as? Int == 451)
        let operators = try site.daemon.request("ads.operator.test:443", method: "CONNECT")
        #expect(operators.status == 403)
        #expect(operators.field("connection") == "close")
    }

    @Test func onlyAllowedPortsAreReached() throws {
        let site = try Site()
        let refused = try site.daemon.request("127.0.0.1:\(site.origin.port)", method: "CONNECT")
        #expect(refused.status == 403)
        #expect(refused.field("proxy-status")?.contains("http_request_denied") == true)
        // An address entry, which is met after resolution.
        let port = site.origin.securePort
        #expect(try site.daemon.request("127.0.0.2:\(port)", method: "CONNECT").status == 403)
        #expect(try site.daemon.events().count == 1)
        #expect(try site.origin.requests().isEmpty)
    }

    @Test func aWebSocketIsATunnelBothWays() throws {
        let origin = try ScriptedOrigin { socket in
            guard let head = socket.takeHead() else { return }
            guard head.lowercased().contains("upgrade: websocket") else {
                socket.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                return
            }
            socket.send(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\n\r\nhello")
            while case let bytes = socket.take(5), !bytes.isEmpty { socket.send(bytes.reversed()) }
        }
        let site = try Site()
        let socket = try RawSocket(port: site.daemon.port)
        socket.send(
            DaemonProcess.head(
                "http://127.0.0.1:\(origin.port)/socket",
                fields: [
                    "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                ]))
        let head = try #require(socket.takeHead())
        #expect(head.hasPrefix("HTTP/1.1 101 "))
        #expect(Response(head: head).field("upgrade") == "websocket")
        #expect(socket.take(5) == Array("hello".utf8))
        for word in ["abcde", "\u{0}\u{1}\r\n!", "GET /"] {
            socket.send(word)
            #expect(socket.take(5) == Array(word.utf8).reversed())
        }
        #expect(try site.daemon.status().workers.map(\.tunnels).reduce(0, +) == 1)
        socket.endOutput()
        #expect(socket.takeAll().isEmpty)
    }
}
