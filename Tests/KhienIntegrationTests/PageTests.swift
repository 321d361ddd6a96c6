import Foundation
import Synchronization
import Testing

/// Pages that are judged by what they say: the real daemon between curl and nginx.
@Suite(.alone, .serialized, .enabled(if: Programs.areThere, Programs.comment))
struct PageTests {
    private static let coded = [
        "--header", "Accept-Encoding: gzip, deflate, br, zstd", "--header", "Accept: text/html",
    ]

    private final class Flag: Sendable {
        let value = Atomic(false)
    }

    /// The status, the body and whether the connection was whole.
    private static func fetch(
        _ site: Site, _ path: String, _ arguments: [String] = coded
    ) throws -> (status: String, body: [UInt8], isWhole: Bool) {
        let out = site.folder.file("body")
        try site.folder.write("body", "")
        let result = try Command.curl(
            ["--noproxy", "", "--proxy", site.daemon.proxy, "-o", out, "-w", "%{http_code}"]
                + arguments + [site.origin.url(path)])
        return (result.text, try site.folder.read("body"), result.status == 0)
    }

    @Test func whateverTheCoding() throws {
        let site = try TextSite.start()
        let paths = [
            "/text/%.html", "/gzip/%.html", "/coded/br/%", "/coded/zstd/%", "/coded/stacked/%",
            "/legacy/%",
        ]
        for path in paths {
            let good = try Self.fetch(site, path.replacingOccurrences(of: "%", with: "good"))
            #expect(good.status == "200" && good.isWhole, "\(path)")
            if path.hasPrefix("/coded") || path.hasPrefix("/legacy") {
                let sent = try site.origin.folder.read(
                    "www" + path.replacingOccurrences(of: "%", with: "good"))
                #expect(good.body == sent, "\(path)")
            }
            let bad = try Self.fetch(site, path.replacingOccurrences(of: "%", with: "bad"))
            #expect(bad.status == "403", "\(path)")
            let text = String(decoding: bad.body, as: UTF8.self)
            #expect(text.contains("<html lang=\"vi\">"), "\(path)")
            #expect(!text.contains(TextSite.canary), "\(path)")
        }
        #expect(try site.daemon.events().count == paths.count)
        let status = try site.daemon.status()
        let read = status.workers.compactMap(\.bodiesRead).reduce(0, +)
        #expect(read == UInt64(2 * paths.count))
        // With gzip asked for, nginx did send it.
        let head = try site.daemon.curl(
            "-D", "-", "-o", "/dev/null", "-H", "Accept-Encoding: gzip",
            site.origin.url("/gzip/good.html"))
        #expect(head.text.contains("Content-Encoding: gzip\r\n"), "\(head.everything)")
    }

    /// A clean page is known again by its bytes, whatever its framing and coding; a bad one is judged each
    /// time, and after a reload everything is read by the new rules.
    @Test func cleanPagesAreKnown() throws {
        let site = try TextSite.start()
        func known() throws -> UInt64 {
            try site.daemon.status().workers.compactMap(\.bodiesKnown).reduce(0, +)
        }
        let paths = ["/text/good.html", "/gzip/good.html", "/coded/br/good"]
        let workers = try site.daemon.status().workers.count
        for round in 0..<3 {
            let before = try known()
            for path in paths {
                // Once for each worker: the kernel chooses.
                for _ in 0..<(round == 0 ? 16 * workers : 1) {
                    #expect(try Self.fetch(site, path).status == "200")
                }
            }
            if round > 0 { #expect(try known() == before + UInt64(paths.count)) }
            #expect(try Self.fetch(site, "/text/bad.html").status == "403")
        }
        #expect(try site.daemon.events().count == 3)
        try site.folder.write(
            "phrases.yaml", TextSite.phrases + "  - { phrase: con mèo, effect: ban }\n")
        #expect(try site.daemon.reload().status == 0)
        for path in paths { #expect(try Self.fetch(site, path).status == "403") }
    }

    /// What begins as a page that is known and goes on otherwise is cut off where that has left, as any page.
    @Test func aKnownBeginningHidesNothing() throws {
        let pages = [
            "/known": TextSite.page("Lành.", filler: 1_150),
            "/other": TextSite.page(TextSite.canary, filler: 1_150),
        ].mapValues { Array($0.utf8) }
        let origin = try ScriptedOrigin { socket in
            guard let head = socket.takeHead(),
                let page = pages.first(where: { head.contains("\($0.key) HTTP") })?.value
            else { return }
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
                    + "Content-Length: \(page.count)\r\n\r\n")
            socket.send(Array(page[..<70_000]))
            usleep(50_000)
            socket.send(Array(page[70_000...]))
        }
        let site = try TextSite.start(top: "text: { delay-max: 5s }")
        func fetch(_ path: String) throws -> (status: String, body: [UInt8], isWhole: Bool) {
            let out = site.folder.file("body")
            let result = try Command.curl([
                "--noproxy", "", "--proxy", site.daemon.proxy, "-o", out, "-w", "%{http_code}",
                "http://127.0.0.1:\(origin.port)\(path)",
            ])
            return (result.text, try site.folder.read("body"), result.status == 0)
        }
        for _ in 0..<24 { #expect(try fetch("/known").isWhole) }
        for _ in 0..<4 {
            let other = try fetch("/other")
            #expect(other.status == "200" && !other.isWhole)
            #expect(other.body.count >= 65_536 && other.body.count < 93_150)
            #expect(!String(decoding: other.body, as: UTF8.self).contains(TextSite.canary))
        }
        #expect(try site.daemon.events().count == 4)
        #expect(try site.daemon.status().workers.compactMap(\.bodiesCut).reduce(0, +) == 4)
        #expect(try site.daemon.status().workers.compactMap(\.bodiesKnown).reduce(0, +) >= 18)
    }

    /// Told to, it reads every page.
    @Test func cleanPagesAreReadAgain() throws {
        let site = try TextSite.start(top: "text: { clean-pages: 0 }")
        for _ in 0..<20 { #expect(try Self.fetch(site, "/text/good.html").status == "200") }
        #expect(try site.daemon.status().workers.compactMap(\.bodiesKnown).reduce(0, +) == 0)
        #expect(try site.daemon.status().workers.compactMap(\.bodiesRead).reduce(0, +) == 20)
    }

    @Test(arguments: ["upper", "nfd", "tags", "entities", "hidden", "spaces"])
    func whateverTheSpelling(name: String) throws {
        let site = try TextSite.start()
        #expect(try Self.fetch(site, "/text/\(name).html").status == "403")
        #expect(try Self.fetch(site, "/text/good.html").status == "200")
    }

    @Test func theEventSaysWhereAndNotWhat() throws {
        let site = try TextSite.start(top: "text: { forms: on }\nevents: { url: full }")
        let page = try site.daemon.request(
            site.origin.url("/text/bad.html"), fields: ["Accept: application/json"])
        #expect(page.status == 403)
        #expect(page.member("category") == "canary")
        let event = try #require(try site.daemon.event(page.member("reference")))
        #expect(event["event.action"] as? String == "block")
        #expect(event["khien.layer"] as? String == "text")
        #expect(event["rule.ruleset"] as? String == "phrases")
        #expect(event["http.response.status_code"] as? Int == 403)
        #expect(event["khien.cut"] == nil)
        // The connection goes on.
        let socket = try RawSocket(port: site.daemon.port)
        for _ in 0..<3 {
            socket.send(DaemonProcess.head(site.origin.url("/text/bad.html")))
            #expect(socket.takeResponse()?.status == 403)
            socket.send(DaemonProcess.head(site.origin.url("/text/good.html")))
            #expect(socket.takeResponse()?.text == TextSite.good)
        }
    }

    /// What an order bans is answered as any order is, also for clients that the operator reads nothing of.
    @Test func aPhraseOfAnOrder() throws {
        let row = "34/QĐ-VD,Sở mẫu,Điều 5,2026-01-05,,,gambling,block,phrase,\(TextSite.canary),"
        let site = try TextSite.start(
            top:
                "client-groups:\n  - { name: staff, clients: [127.0.0.0/8], text: { pages: off } }",
            lists: "  - { path: words.csv, format: orders }",
            files: ["words.csv": Site.ordersHeader + row + "khieunai@so.example\n"])
        let page = try site.daemon.request(
            site.origin.url("/text/bad.html"), fields: ["Accept: application/json"])
        #expect(page.status == 451)
        #expect(page.head.contains("rel=\"blocked-by\""))
        #expect(page.member("category") == "gambling")
        let event = try #require(try site.daemon.event(page.member("reference")))
        #expect(event["khien.order.number"] as? String == "34/QĐ-VD")
        #expect(event["khien.layer"] as? String == "text")
        #expect(event["event.action"] as? String == "block")
        #expect(try Self.fetch(site, "/text/upper.html").status == "451")
        #expect(try Self.fetch(site, "/text/good.html").status == "200")
    }

    /// What has begun is cut off, in every framing, and never looks whole.
    @Test(arguments: ["--http1.1", "--http1.0"])
    func aPageThatHasBegunIsCutOff(version: String) throws {
        let site = try TextSite.start()
        let page = try Self.fetch(site, "/text/long.html", [version])
        #expect(page.status == "200")
        #expect(!page.isWhole)
        #expect(page.body.count > 16_384)
        #expect(!String(decoding: page.body, as: UTF8.self).contains(TextSite.canary))
        let event = try #require(try site.daemon.events().last)
        #expect(event["khien.cut"] as? Bool == true)
        #expect(event["event.action"] as? String == "block")
        #expect(event["http.response.status_code"] == nil)
        #expect(try site.daemon.status().workers.compactMap(\.bodiesCut).reduce(0, +) == 1)
    }

    /// Each event arrives though the next one waits for its arrival.
    @Test func serverSentEventsArriveOneByOne() throws {
        let origin = try ScriptedOrigin { socket in
            guard socket.takeHead() != nil else { return }
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n")
            while socket.take(1) == [UInt8(ascii: "+")] { socket.send("9\r\ndata: x\n\n\r\n") }
            socket.send("0\r\n\r\n")
        }
        let site = try TextSite.start(top: "text: { delay-max: 50ms }")
        let socket = try RawSocket(port: site.daemon.port)
        socket.send(
            DaemonProcess.head(
                "http://127.0.0.1:\(origin.port)/", method: "POST",
                fields: ["Content-Length: 6"]))
        #expect(socket.takeHead()?.hasPrefix("HTTP/1.1 200 OK\r\n") == true)
        for _ in 0..<5 {
            socket.send("+")
            var text = ""
            while !text.hasSuffix("data: x\n\n") {
                let byte = socket.take(1)
                guard !byte.isEmpty else { break }
                text += String(decoding: byte, as: UTF8.self)
            }
            #expect(text.hasSuffix("9\r\ndata: x\n\n"), "\(text)")
        }
        socket.send("-")
        #expect(String(decoding: socket.take(7), as: UTF8.self) == "\r\n0\r\n\r\n")
    }

    /// A page of some hundred kilobytes that becomes many megabytes keeps nobody waiting for its end.
    @Test func othersAreServedWhileAPageIsRead() throws {
        // Letters with loose marks are dear to fold; the numbers keep it from being a bomb.
        let line = "Ngày hôm nay trời đẹp, cả lớp đi chơi".decomposedStringWithCanonicalMapping
        let text = (0..<110_000).map { "\(line) \($0 * 7_919 % 1_000_003)\n" }.joined()
        #expect(text.utf8.count < 8 << 20)
        let coded = try Command.run(
            try Programs.require(Programs.gzip, "gzip"), ["-c"], input: Array(text.utf8)
        ).output
        let sent = Flag()
        let page = try ScriptedOrigin { socket in
            guard socket.takeHead() != nil else { return }
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"
                    + "Content-Encoding: gzip\r\nContent-Length: \(coded.count)\r\n\r\n")
            socket.send(coded)
            sent.value.store(true, ordering: .relaxed)
            _ = socket.take(1)
        }
        let other = try ScriptedOrigin()
        // Nothing of it passes before its end.
        #expect(coded.count < 1 << 20)
        let site = try TextSite.start(top: "text: { hold: 1MiB }")
        let reader = try RawSocket(port: site.daemon.port)
        reader.send(
            DaemonProcess.head(
                "http://127.0.0.1:\(page.port)/", fields: ["Accept-Encoding: gzip"]))
        #expect(eventually { sent.value.load(ordering: .relaxed) })
        // Some of them come to the event loop that reads.
        for _ in 0..<8 {
            let response = try site.daemon.request("http://127.0.0.1:\(other.port)/")
            #expect(response.status == 200)
        }
        #expect(!reader.hasInput)
        let response = try #require(reader.takeResponse())
        #expect(response.status == 200)
        #expect(response.body == coded)
    }

    /// A download goes on while pages beside it are held and blocked.
    @Test func aDownloadPassesBesideThem() throws {
        let site = try TextSite.start()
        let download = try RawSocket(port: site.daemon.port, receiveBufferBytes: 65_536)
        download.send(DaemonProcess.head(site.origin.url("/medium.bin")))
        let head = try #require(download.takeHead())
        #expect(head.contains("Content-Length: 3000000\r\n"))
        let first = download.take(100_000)
        for _ in 0..<20 {
            #expect(try site.daemon.request(site.origin.url("/text/bad.html")).status == 403)
        }
        #expect(first + download.take(2_900_000) == NginxOrigin.pattern(3_000_000))
    }

    @Test func blindSpotsAreCounted() throws {
        let site = try TextSite.start()
        try site.origin.folder.write(
            "www/text/picture.css.gz", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3])
        _ = try Self.fetch(site, "/text/good.html", ["--range", "0-9"])
        let tag = try site.daemon.curl("--head", site.origin.url("/text/good.html")).text
            .split(separator: "\r\n").first { $0.hasPrefix("ETag: ") }
        _ = try Self.fetch(
            site, "/text/good.html", ["--header", "If-None-Match: \(tag?.dropFirst(6) ?? "")"])
        var counts: [String: UInt64] = [:]
        for worker in try site.daemon.status().workers {
            counts.merge(worker.blindSpots ?? [:], uniquingKeysWith: +)
        }
        #expect(counts["partial"] == 1)
        #expect(counts["not-modified"] == 1)
        let text = try site.daemon.statusCommand().text
        #expect(text.contains("1 partial") && text.contains("1 not-modified"), "\(text)")
    }

    /// A reload that takes the phrases away opens the page; one that brings them back closes it.
    @Test func reloadChangesBoth() throws {
        let site = try TextSite.start()
        #expect(try Self.fetch(site, "/text/bad.html").status == "403")
        try site.folder.write(
            "phrases.yaml",
            TextSite.phrases.replacingOccurrences(of: TextSite.canary, with: "con voi tím"))
        #expect(try site.daemon.reload("--accept-sizes").status == 0)
        #expect(try Self.fetch(site, "/text/bad.html").status == "200")
        try site.folder.write("phrases.yaml", TextSite.phrases)
        #expect(try site.daemon.reload("--accept-sizes").status == 0)
        #expect(try Self.fetch(site, "/text/bad.html").status == "403")
    }
}
