import Foundation
import Testing

/// What is allowed passes unchanged: the real daemon between curl and nginx.
@Suite(.alone, .serialized, .enabled(if: Programs.areThere, Programs.comment))
struct PassingTests {
    @Test func getHeadAndReuse() throws {
        let site = try Site()
        let small = site.origin.url("/small.txt")
        let page = try site.daemon.curl(small)
        #expect(page.status == 0, "\(page.errors)")
        #expect(page.text == NginxOrigin.smallText)

        let head = try site.daemon.curl("--head", small)
        #expect(head.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(head.text.contains("Content-Length: \(NginxOrigin.smallText.utf8.count)\r\n"))
        #expect(head.text.lowercased().contains("via: 1.1 khien"))

        let two = try site.daemon.curl(
            "--write-out", "%{num_connects} ", small, small, site.origin.url("/missing"))
        #expect(two.text.contains("1 ") && two.text.contains("0 "), "\(two.everything)")
        #expect(two.text.contains("404 Not Found"))
        #expect(try site.daemon.events().isEmpty)
    }

    @Test func uploadsArriveWhole() throws {
        let site = try Site()
        // curl sends no last chunk for an empty file: by hand.
        let empty = try site.daemon.request(
            site.origin.url("/put/none"), method: "PUT", fields: ["Transfer-Encoding: chunked"],
            body: "0\r\n\r\n")
        #expect(empty.status == 201)
        #expect(try site.origin.folder.read("www/put/none").isEmpty)
        for (index, count) in [0, 1, 70_000, 8_000_000].enumerated() {
            let body = NginxOrigin.pattern(count, seed: UInt64(index))
            let path = try site.folder.write("upload.bin", body)
            for framing in ["Content-Length", "Transfer-Encoding"] {
                if count == 0, framing == "Transfer-Encoding" { continue }
                let extra =
                    framing == "Content-Length" ? "X-Plain: 1" : "Transfer-Encoding: chunked"
                let name = "/put/\(index)-\(framing)"
                let result = try site.daemon.curl(
                    "-T", path, "-H", extra, "-o", "/dev/null", "-w", "%{http_code}",
                    site.origin.url(name))
                #expect(
                    result.text == "201", "\(count) bytes with \(framing): \(result.everything)")
                #expect(try site.origin.folder.read("www" + name) == body)
            }
        }
    }

    @Test func aPostReachesTheOriginAndItsAnswerComesBack() throws {
        let origin = try ScriptedOrigin { socket in
            guard let head = socket.takeHead() else { return }
            let length = Response(head: head).field("content-length").flatMap { Int($0) } ?? 0
            let body = socket.take(length)
            let sum = body.reduce(0) { $0 &+ Int($1) }
            let text = "\(body.count) \(sum)"
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
        }
        let site = try Site()
        let body = NginxOrigin.pattern(5_000_000)
        let path = try site.folder.write("post.bin", body)
        let result = try site.daemon.curl(
            "--data-binary", "@\(path)", "http://127.0.0.1:\(origin.port)/form")
        #expect(result.text == "5000000 \(body.reduce(0) { $0 + Int($1) })", "\(result.errors)")
    }

    @Test func keepAliveAndPipelinedRequestsAreAnsweredInOrder() throws {
        let site = try Site()
        let socket = try RawSocket(port: site.daemon.port)
        let paths = ["/small.txt", "/index.html", "/small.txt", "/monitored.txt", "/index.html"]
        let wanted = try paths.map { try site.origin.folder.read("www" + $0) }
        for (path, body) in zip(paths, wanted) {
            socket.send(DaemonProcess.head(site.origin.url(path)))
            #expect(socket.takeResponse()?.body == body)
        }
        // All at once, a blocked one among them.
        let blocked = DaemonProcess.head(Site.blockedByOrder, fields: ["Accept: application/json"])
        var all = paths.map { DaemonProcess.head(site.origin.url($0)) }
        all.insert(blocked, at: 2)
        socket.send(all.joined())
        var answers: [Response] = []
        for _ in all { answers.append(try #require(socket.takeResponse())) }
        #expect(answers.map(\.status) == [200, 200, 451, 200, 200, 200])
        answers.remove(at: 2)
        #expect(answers.map(\.body) == wanted)
    }

    @Test func chunkedPagesPass() throws {
        let site = try Site()
        let result = try site.daemon.curl("-i", site.origin.url("/chunked/page.txt"))
        #expect(result.text.lowercased().contains("transfer-encoding: chunked\r\n"))
        #expect(result.text.hasSuffix(String(repeating: "chunked line\n", count: 5_000)))
    }

    @Test func downloadsAreWholeForFastAndSlowClients() throws {
        let site = try Site()
        let path = site.folder.file("got.bin")
        let wanted = try site.origin.folder.read("www/medium.bin")
        for rate in ["100M", "1M"] {
            let result = try site.daemon.curl(
                "--limit-rate", rate, "-o", path, site.origin.url("/medium.bin"))
            #expect(result.status == 0, "\(rate): \(result.errors)")
            #expect(try site.folder.read("got.bin") == wanted)
        }
        // A client that takes a little and then nothing for a while: the rest must wait for it.
        let socket = try RawSocket(port: site.daemon.port, receiveBufferBytes: 4_096)
        socket.send(DaemonProcess.head(site.origin.url("/medium.bin")))
        _ = socket.receiveOnce(bytesMax: 100)
        usleep(1_500_000)
        #expect(socket.takeResponse()?.body == wanted)
    }

    @Test(.enabled(if: NginxOrigin.hasIPv6, "LEFT OUT: this machine has no IPv6 loopback"))
    func originsOnIPv6AreReached() throws {
        let site = try Site()
        let result = try site.daemon.curl("-g", site.origin.url("/small.txt", host: "[::1]"))
        #expect(result.text == NginxOrigin.smallText, "\(result.errors)")
    }

    @Test func anOriginThatIsAwayIsTold() throws {
        let site = try Site()
        let port = try #require(freePort())
        let response = try site.daemon.request("http://127.0.0.1:\(port)/")
        #expect(response.status == 502)
        #expect(response.field("proxy-status")?.contains("connection_refused") == true)
        // Reserved for names that never resolve (RFC 6761).
        #expect(try site.daemon.request("http://no-such-host.invalid/").status >= 502)
    }
}
