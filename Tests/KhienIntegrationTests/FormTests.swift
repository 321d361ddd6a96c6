import Foundation
import Synchronization
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

    /// Follows the link of a warning; the answer, and the cookie that it sets.
    private static func follow(
        _ site: Site, _ origin: ScriptedOrigin, _ page: String
    ) throws -> (answer: String, cookie: String) {
        let start = try #require(page.range(of: "/.khien/continue?"))
        let link = page[start.lowerBound...].prefix { $0 != "\"" }
            .replacingOccurrences(of: "&amp;", with: "&")
        let answer = try site.daemon.curl("-i", "http://127.0.0.1:\(origin.port)\(link)").text
        let field = try #require(
            answer.split(separator: "\r\n").first { $0.hasPrefix("Set-Cookie: ") })
        return (answer, String(field.dropFirst(12).prefix { $0 != ";" }))
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
        let (answer, cookie) = try Self.follow(site, origin, page.text)
        #expect(answer.hasPrefix("HTTP/1.1 303 "))
        #expect(answer.contains("\r\nLocation: /form?x=1\r\n"))
        let sent = try Self.post(site, origin, data + ["-H", "Cookie: \(cookie)"])
        #expect(sent.status == 200)
        #expect(
            sent.text.replacing("+", with: " ").removingPercentEncoding
                == "b=\(TextSite.formCanary)")
        let deeds = try site.daemon.events().map { $0["event.action"] as? String }
        #expect(deeds == ["warn", "warn-continued"])
    }

    /// A form with words of two categories: leave for one is none for the other, and it asks for that.
    @Test func eachCategoryOfAFormHasItsOwnLeave() throws {
        let words = "con cá vàng ươm nắng"
        let bullying = TextSite.formPhrases.replacing("personal-data", with: "bullying")
            .replacing(TextSite.formCanary, with: words)
        let site = try TextSite.start(
            lists: TextSite.lists + "\n  - { path: bullying.yaml, format: phrases, action: warn }",
            files: [
                "phrases.yaml": TextSite.phrases, "forms.yaml": TextSite.formPhrases,
                "bullying.yaml": bullying,
            ])
        let origin = try Self.origin()
        let form = [
            "--data-urlencode", "b=\(words), \(TextSite.formCanary)", "-H", "Accept: text/html",
        ]
        var cookies: [String] = []
        for _ in 0..<2 {
            let page = try Self.post(
                site, origin, form + ["-H", "Cookie: " + cookies.joined(separator: "; ")])
            #expect(page.status == 403 && origin.connections == 0)
            // An image of a page follows no link for the person.
            let start = try #require(page.text.range(of: "/.khien/continue?"))
            let link = page.text[start.lowerBound...].prefix { $0 != "\"" }
                .replacingOccurrences(of: "&amp;", with: "&")
            let image = try site.daemon.curl(
                "-i", "-H", "Accept: image/*", "http://127.0.0.1:\(origin.port)\(link)")
            #expect(image.text.hasPrefix("HTTP/1.1 303 ") && !image.text.contains("Set-Cookie"))
            cookies.append(try Self.follow(site, origin, page.text).cookie)
        }
        #expect(Set(cookies.map { $0.prefix { $0 != "=" } }).count == 2)
        let sent = try Self.post(
            site, origin, form + ["-H", "Cookie: " + cookies.joined(separator: "; ")])
        #expect(sent.status == 200 && origin.connections == 1)
        let events = try site.daemon.events()
        #expect(
            events.map { $0["event.action"] as? String }
                == ["warn", "warn-continued", "warn", "warn-continued", "warn-continued"])
        let categories = Set(events.compactMap { $0["rule.category"] as? String })
        #expect(categories == ["bullying", "personal-data"])
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
        let (answer, cookie) = try Self.follow(site, origin, page.text)
        #expect(answer.hasPrefix("HTTP/1.1 303 "))
        #expect(answer.contains("\r\nLocation: /search?\(typed)\r\n"))
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

    // MARK: longer than what is held

    /// What an origin got of bodies, in this order, whether they came whole or not.
    private final class Got: Sendable {
        private let state = Mutex([UInt8]())
        var bytes: [UInt8] { state.withLock { $0 } }
        func add(_ bytes: [UInt8]) { state.withLock { $0 += bytes } }
    }

    /// Takes bodies, chunked as well, and says how many bytes they had.
    private static func sink(_ got: Got) throws -> ScriptedOrigin {
        @Sendable func take(_ count: Int, of socket: RawSocket) -> Int? {
            var left = count
            while left > 0 {
                let part = socket.take(min(left, 16_384))
                got.add(part)
                left -= part.count
                if part.isEmpty { return nil }
            }
            return count
        }
        @Sendable func takeChunks(of socket: RawSocket) -> Int? {
            var total = 0
            while let size = socket.takeChunkSize(), take(size, of: socket) != nil,
                socket.take(2).count == 2
            {
                if size == 0 { return total }
                total += size
            }
            return nil
        }
        return try ScriptedOrigin { socket in
            while let head = socket.takeHead() {
                let length = Response(head: head).field("content-length").flatMap { Int($0) }
                guard let count = length.map({ take($0, of: socket) }) ?? takeChunks(of: socket)
                else { return }
                let text = "\(count)"
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)")
            }
        }
    }

    private static let framings: [[String]] = [[], ["-H", "Transfer-Encoding: chunked"]]

    /// A photo of a megabyte stands before what was typed.
    @Test(arguments: framings)
    func aFieldBehindAPhotoIsWarnedAbout(framing: [String]) throws {
        let site = try TextSite.start()
        let got = Got()
        let origin = try Self.sink(got)
        let photo = NginxOrigin.pattern(1 << 20, seed: 5)
        try site.folder.write("photo.jpg", photo)
        let form = [
            "-F", "p=@\(site.folder.file("photo.jpg"));type=image/jpeg", "-F",
            "b=\(TextSite.formCanary)", "-H", "Accept: text/html", "-H", "Expect:",
        ]
        let warned = try Self.post(site, origin, form + framing)
        #expect(warned.status == 403)
        #expect(warned.text.contains("Em sắp gửi thông tin cá nhân"))
        // The page says what is true of this form.
        #expect(warned.text.contains("Phần đầu đã được gửi đi"))
        #expect(!warned.text.contains("Thông tin chưa được gửi đi"))
        #expect(!got.bytes.isEmpty)
        #expect(!String(decoding: got.bytes, as: UTF8.self).contains(TextSite.formCanary))
        let event = try #require(try site.daemon.events().first)
        #expect(event["event.action"] as? String == "warn")
        #expect(event["khien.cut"] as? Bool == true)
        #expect(event["http.response.status_code"] as? Int == 403)
        #expect(!"\(event)".contains(TextSite.formCanary))
        #expect(try site.daemon.status().workers.compactMap(\.bodiesCut).reduce(0, +) == 1)
        // "Continue", and the whole of it once more: all of it arrives.
        let (_, cookie) = try Self.follow(site, origin, warned.text)
        let sent = try Self.post(site, origin, form + framing + ["-H", "Cookie: \(cookie)"])
        #expect(sent.status == 200)
        #expect(Int(sent.text) ?? 0 > photo.count)
        #expect(String(decoding: got.bytes, as: UTF8.self).contains(TextSite.formCanary))
        let deeds = try site.daemon.events().map { $0["event.action"] as? String }
        #expect(deeds == ["warn", "warn-continued"])
    }

    /// The words stand across the border of what is held at first.
    @Test(arguments: framings)
    func wordsAcrossABorderDoNotLeave(framing: [String]) throws {
        let site = try TextSite.start()
        let got = Got()
        let origin = try Self.sink(got)
        for offset in [-30, -12, -1, 16_384 - 12] {
            let before = String(repeating: "a b c d ", count: (65_536 + offset) / 8)
            let pad = String(repeating: "x", count: (65_536 + offset) % 8)
            try site.folder.write(
                "form.txt",
                before + pad + " \(TextSite.formCanary) "
                    + String(repeating: "e f g h ", count: 5_000))
            let warned = try Self.post(
                site, origin,
                [
                    "-H", "Content-Type: text/plain", "--data-binary",
                    "@\(site.folder.file("form.txt"))",
                ]
                    + framing)
            #expect(warned.status == 403, "\(offset)")
        }
        let text = String(decoding: got.bytes, as: UTF8.self)
        #expect(!text.contains("con") && !text.contains("e f g h"))
    }

    @Test(arguments: framings)
    func aLongHarmlessFormArrives(framing: [String]) throws {
        let site = try TextSite.start()
        let got = Got()
        let origin = try Self.sink(got)
        var text: [UInt8] = []
        var number = 0
        while text.count < 3 << 20 {
            text += Array("\(number) con mèo, ".utf8)
            number += 1
        }
        try site.folder.write("form.txt", text)
        let sent = try Self.post(
            site, origin,
            ["-H", "Content-Type: text/plain", "--data-binary", "@\(site.folder.file("form.txt"))"]
                + framing)
        #expect(sent.status == 200)
        #expect(sent.text == "\(text.count)")
        #expect(got.bytes == text)
        #expect(try site.daemon.events().isEmpty)
        let spots = try site.daemon.status().workers.compactMap { $0.blindSpots?["over-limit"] }
        #expect(spots.reduce(0, +) == 0)
    }

    /// Strictness: nothing of a form that is longer than what is held leaves.
    @Test func longFormsMayBeRefused() throws {
        let site = try TextSite.start(
            top: "text: { forms: on }\nfailure: { text-over-limit: block }")
        let origin = try Self.origin()
        try site.folder.write("form.txt", String(repeating: "a b c d ", count: 50_000))
        let sent = try Self.post(
            site, origin,
            ["-H", "Content-Type: text/plain", "--data-binary", "@\(site.folder.file("form.txt"))"])
        #expect(sent.status == 403)
        #expect(origin.connections == 0)
        let event = try #require(try site.daemon.events().first)
        #expect(event["rule.category"] as? String == "text-over-limit")
        #expect(event["khien.cut"] == nil)
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
