import Foundation
import Testing

/// What people send is judged before it leaves: the real daemon between curl and an origin.
@Suite(.alone, .serialized, .enabled(if: Programs.areThere, Programs.comment))
struct FormTests {
    private static func origin() throws -> ScriptedOrigin {
        try ScriptedOrigin { socket in
            while let head = socket.takeHead() {
                let length = Response(head: head).field("content-length").flatMap { Int($0) } ?? 0
                let body = socket.take(length)
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n")
                socket.send(body)
            }
        }
    }

    private static func post(
        _ site: Site, _ origin: ScriptedOrigin, _ arguments: [String]
    ) throws -> (status: Int, text: String) {
        let result = try Command.curl(
            ["--noproxy", "", "--proxy", site.daemon.proxy, "-w", "\n%{http_code}"] + arguments
                + ["http://127.0.0.1:\(origin.port)/send"])
        let lines = result.text.split(separator: "\n", omittingEmptySubsequences: false)
        return (Int(lines.last ?? "") ?? 0, lines.dropLast().joined(separator: "\n"))
    }

    static let kinds: [[String]] = [
        ["--data-urlencode", "a=xin chào", "--data-urlencode", "b=%"],
        ["-F", "a=xin chào", "-F", "b=%"],
        ["-H", "Content-Type: application/json", "--data", "{\"a\": \"%\"}"],
        ["-H", "Content-Type: text/plain", "--data", "%"],
        ["-H", "Expect: 100-continue", "--data-urlencode", "b=%"],
        ["-H", "Transfer-Encoding: chunked", "--data-urlencode", "b=%"],
    ]

    @Test(arguments: kinds)
    func aFormIsWarnedAbout(arguments: [String]) throws {
        let site = try TextSite.start()
        let origin = try Self.origin()
        func send(_ text: String) throws -> (status: Int, text: String) {
            try Self.post(
                site, origin,
                ["-H", "Accept: text/html"]
                    + arguments.map { $0.replacingOccurrences(of: "%", with: text) })
        }
        let warned = try send(TextSite.formCanary)
        #expect(warned.status == 403)
        #expect(warned.text.contains("Em sắp gửi thông tin cá nhân"))
        #expect(warned.text.contains("tel:111"))
        #expect(!warned.text.contains(TextSite.formCanary))
        #expect(origin.connections == 0)
        #expect(try send("con mèo").status == 200)
        let event = try #require(try site.daemon.events().first)
        #expect(event["event.action"] as? String == "warn")
        #expect(!"\(event)".contains(TextSite.formCanary))
    }

    /// "Continue" gives leave for forms to this host, and only for them.
    @Test func continuingSendsTheFormOnceMore() throws {
        let site = try TextSite.start()
        let origin = try Self.origin()
        let data = ["--data-urlencode", "b=\(TextSite.formCanary)", "-H", "Accept: text/html"]
        let page = try Self.post(
            site, origin, data + ["-H", "Referer: http://127.0.0.1:\(origin.port)/form?x=1"])
        let start = try #require(page.text.range(of: "/.khien/continue?"))
        let link = page.text[start.lowerBound...].prefix { $0 != "\"" }
            .replacingOccurrences(of: "&amp;", with: "&")
        let answer = try site.daemon.curl(
            "-i", "http://127.0.0.1:\(origin.port)\(link)")
        #expect(answer.text.hasPrefix("HTTP/1.1 303 "))
        #expect(answer.text.contains("\r\nLocation: /form?x=1\r\n"))
        let field = try #require(
            answer.text.split(separator: "\r\n").first { $0.hasPrefix("Set-Cookie: ") })
        let cookie = field.dropFirst(12).prefix { $0 != ";" }
        let sent = try Self.post(site, origin, data + ["-H", "Cookie: \(cookie)"])
        #expect(sent.status == 200)
        #expect(
            sent.text.replacing("+", with: " ").removingPercentEncoding
                == "b=\(TextSite.formCanary)")
        let deeds = try site.daemon.events().map { $0["event.action"] as? String }
        #expect(deeds == ["warn", "warn-continued"])
    }

    /// `method=get`: the same, and "continue" leads to what was asked for.
    @Test func aFormInAURLIsWarnedAbout() throws {
        let site = try TextSite.start(top: "text: { forms: on }\nevents: { url: full }")
        let origin = try Self.origin()
        let typed = try #require(
            "q=\(TextSite.formCanary)&x=1".addingPercentEncoding(
                withAllowedCharacters: .urlQueryAllowed))
        let url = "http://127.0.0.1:\(origin.port)/search?\(typed)"
        let page = try site.daemon.curl("-H", "Accept: text/html", url)
        #expect(page.text.contains("Em sắp gửi thông tin cá nhân"))
        #expect(!page.text.contains(TextSite.formCanary))
        #expect(origin.connections == 0)
        let start = try #require(page.text.range(of: "/.khien/continue?"))
        let link = page.text[start.lowerBound...].prefix { $0 != "\"" }
            .replacingOccurrences(of: "&amp;", with: "&")
        let answer = try site.daemon.curl("-i", "http://127.0.0.1:\(origin.port)\(link)")
        #expect(answer.text.hasPrefix("HTTP/1.1 303 "))
        #expect(answer.text.contains("\r\nLocation: /search?\(typed)\r\n"))
        let field = try #require(
            answer.text.split(separator: "\r\n").first { $0.hasPrefix("Set-Cookie: ") })
        let cookie = field.dropFirst(12).prefix { $0 != ";" }
        let sent = try site.daemon.curl(
            "-o", "/dev/null", "-w", "%{http_code}", "-H", "Cookie: \(cookie)", url)
        #expect(sent.text == "200")
        let events = try site.daemon.events()
        #expect(events.map { $0["event.action"] as? String } == ["warn", "warn-continued"])
        #expect(!"\(events)".contains(typed.prefix(12)))
    }

    @Test func filesAreNotReadAndCounted() throws {
        let site = try TextSite.start()
        let origin = try Self.origin()
        try site.folder.write("secret.bin", "text \(TextSite.formCanary)")
        let sent = try Self.post(
            site, origin, ["-F", "f=@\(site.folder.file("secret.bin"));type=image/png"])
        #expect(sent.status == 200)
        let counts = try site.daemon.status().workers.compactMap { $0.blindSpots?["file"] }
        #expect(counts.reduce(0, +) == 1)
    }

    /// Off, nothing is read.
    @Test func offMeansOff() throws {
        let site = try TextSite.start(top: "text: { forms: off }")
        let origin = try Self.origin()
        let sent = try Self.post(
            site, origin, ["--data-urlencode", "b=\(TextSite.formCanary)"])
        #expect(sent.status == 200)
        #expect(try site.daemon.events().isEmpty)
    }
}
