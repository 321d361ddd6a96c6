import Foundation
import Testing

/// What is not let through: the answer, its forms, and its event.
@Suite(.alone, .serialized, .enabled(if: Programs.areThere, Programs.comment))
struct RefusalTests {
    @Test func anOrderIsAnswered451AndRecorded() throws {
        let site = try Site()
        let json = try site.daemon.request(
            Site.blockedByOrder + "secret/path?q=1", fields: ["Accept: application/json"])
        #expect(json.status == 451)
        #expect(json.head.hasPrefix("HTTP/1.1 451 Unavailable For Legal Reasons\r\n"))
        // RFC 7725, section 4.
        #expect(json.field("link") == "<mailto:admin@school.example>; rel=\"blocked-by\"")
        #expect(json.field("cache-control") == "no-store")
        #expect(json.field("content-type") == "application/problem+json")
        #expect(json.member("verdict") == "block")
        #expect(json.text.contains("\"number\":\"12/QĐ-VD\""))

        let event = try #require(try site.daemon.event(json.member("reference")))
        #expect(event["event.action"] as? String == "block")
        #expect(event["http.response.status_code"] as? Int == 451)
        #expect(event["khien.order.number"] as? String == "12/QĐ-VD")
        #expect(event["url.domain"] as? String == "casino.order.test")
        #expect(event["khien.list.line"] as? Int == 2)
        // The default redaction holds no path and no client.
        #expect(!"\(event)".contains("secret"))
        #expect(!"\(event)".contains("127.0.0.1"))
    }

    @Test func pagesSpeakTheClientsLanguage() throws {
        let site = try Site()
        func page(_ fields: String...) throws -> Response {
            try site.daemon.request(Site.blockedByOrder, fields: ["Accept: text/html"] + fields)
        }
        let vietnamese = try page()
        #expect(vietnamese.field("content-language") == "vi")
        #expect(vietnamese.field("content-type") == "text/html; charset=utf-8")
        for words in ["<html lang=\"vi\">", "12/QĐ-VD", "Sở mẫu", "tel:111", "khieunai@so.example"]
        {
            #expect(vietnamese.text.contains(words), "\(words)")
        }
        let english = try page("Accept-Language: en-GB, vi;q=0.4")
        #expect(english.field("content-language") == "en")
        #expect(english.text.contains("<html lang=\"en\">"))
        // The reference on the page is the event's.
        let mark = "class=\"code\">"
        let start = try #require(english.text.range(of: mark)?.upperBound)
        let reference = String(english.text[start...].prefix { $0 != "<" })
        #expect(try site.daemon.event(reference)?["event.action"] as? String == "block")
    }

    @Test func imagesScriptsAndHeads() throws {
        let site = try Site()
        let image = try site.daemon.request(
            Site.blockedByOrder, fields: ["Sec-Fetch-Dest: image", "Accept: image/avif,*/*"])
        #expect(image.status == 451)
        #expect(image.field("content-type") == "image/gif")
        #expect(Array(image.body.prefix(6)) == Array("GIF89a".utf8))
        let script = try site.daemon.request(
            Site.blockedByOperator, fields: ["Sec-Fetch-Dest: script"])
        #expect(script.status == 403)
        #expect(script.text.hasPrefix("/* blocked: "))

        let page = try site.daemon.request(Site.blockedByOrder)
        // RFC 9110, section 8.6: the length that GET would have had, or none.
        let socket = try RawSocket(port: site.daemon.port)
        socket.send(DaemonProcess.head(Site.blockedByOrder, method: "HEAD"))
        let head = try #require(socket.takeResponse(isHead: true))
        #expect(head.status == 451)
        #expect(head.field("content-length") == page.field("content-length"))
        // Nothing follows: the next answer begins at once.
        socket.send(DaemonProcess.head(site.origin.url("/small.txt")))
        #expect(socket.takeResponse()?.text == NginxOrigin.smallText)
    }

    @Test func theOperatorsRulesAreAnswered403() throws {
        let site = try Site()
        for host in ["ads.operator.test", "sub.ADS.operator.test.", "tracker.operator.test"] {
            let response = try site.daemon.request(
                "http://\(host)/", fields: ["Accept: application/json"])
            #expect(response.status == 403, "\(host)")
            #expect(response.field("link") == nil)
            #expect(response.member("list") == "operator")
        }
        // A body that comes with a blocked request is nobody's: the connection ends after it.
        let socket = try RawSocket(port: site.daemon.port)
        socket.send(
            DaemonProcess.head(
                Site.blockedByOperator, method: "POST", fields: ["Content-Length: 100000"]) + "x=1")
        let response = try #require(socket.takeResponse())
        #expect(response.status == 403)
        #expect(response.field("connection") == "close")
        // The order's prefix on an origin that exists: nothing reaches it.
        let url = site.origin.url("/ordered/page.txt")
        #expect(try site.daemon.request(url).status == 451)
        #expect(try site.origin.folder.read("access.log").isEmpty)
    }

    /// A rule against parts of other sites' pages leaves a page alone that another led to.
    @Test(arguments: [
        ("document", "http://other.test/", 200), ("document", "", 200),
        ("script", "http://other.test/", 403), ("iframe", "http://other.test/", 403),
        ("script", "http://127.0.0.1/", 200),
    ])
    func pagesAreTheirOwnSource(destination: String, referer: String, status: Int) throws {
        let site = try Site(
            lists: "  - { path: parties.txt, format: adblock, category: ads }",
            files: ["parties.txt": "||127.0.0.1^$third-party\n||127.0.0.1^$domain=other.test\n"])
        let response = try site.daemon.request(
            site.origin.url("/small.txt"),
            fields: ["Sec-Fetch-Dest: \(destination)"]
                + (referer.isEmpty ? [] : ["Referer: \(referer)"]))
        #expect(response.status == status)
    }

    @Test func aWarningIsPassedOverByTheClientThatChoseToAndNoOther() throws {
        let site = try Site()
        let url = site.origin.url("/warned.txt")
        let jar = site.folder.file("cookies")
        let page = try site.daemon.curl("-c", jar, "-b", jar, "-H", "Accept: text/html", "-i", url)
        #expect(page.text.hasPrefix("HTTP/1.1 403"))
        let start = try #require(page.text.range(of: "href=\"/.khien/continue?")?.lowerBound)
        let address = page.text[start...].dropFirst(6).prefix { $0 != "\"" }
        let link = String(address).replacing("&amp;", with: "&")
        let next = try site.daemon.curl(
            "-c", jar, "-b", jar, "-i", "--location", site.origin.url(link))
        #expect(next.text.hasPrefix("HTTP/1.1 303"))
        #expect(next.text.hasSuffix("the origin's warned.txt\n"), "\(next.everything)")
        let again = try site.daemon.curl("-c", jar, "-b", jar, url)
        #expect(again.text == "the origin's warned.txt\n")

        // The link and the cookie are bound to the client's address and to the host.
        let thief = try site.daemon.curl("--interface", "127.0.0.9", "-b", jar, url)
        #expect(!thief.text.contains("the origin's"))
        let cookie = try String(decoding: site.folder.read("cookies"), as: UTF8.self)
            .split(separator: "\n").compactMap { line -> String? in
                let fields = line.split(separator: "\t")
                return fields.count == 7 ? "\(fields[5])=\(fields[6])" : nil
            }
        let value = try #require(cookie.first)
        #expect(try site.daemon.request(url, fields: ["Cookie: \(value)"]).status == 200)
        #expect(try site.daemon.request(url, fields: ["Cookie: \(value)x"]).status == 403)
        #expect(
            try site.daemon.request(
                "http://127.0.0.3:\(site.origin.port)/warned.txt", fields: ["Cookie: \(value)"]
            ).status == 200, "the rule names 127.0.0.1 only")
        let actions = try site.daemon.events().compactMap { $0["event.action"] as? String }
        #expect(actions.filter { $0 == "warn" }.count == 3)
        #expect(actions.filter { $0 == "warn-continued" }.count == 3)
    }

    @Test func theContinueCookieNeverReachesAnOrigin() throws {
        let origin = try ScriptedOrigin()
        let site = try Site()
        let response = try site.daemon.request(
            "http://127.0.0.1:\(origin.port)/", fields: ["Cookie: a=1; __khien_continue=x; b=2"])
        #expect(response.text == "origin")
        let head = try #require(origin.heads.first)
        #expect(!head.contains("__khien_continue"), "\(head)")
        #expect(Response(head: head).field("cookie") == "a=1; b=2")
        let url = "http://127.0.0.1:\(origin.port)/"
        for field in ["__khien_continue=x", "__KHIEN_continue=x;"] {
            #expect(try site.daemon.request(url, fields: ["Cookie: \(field)"]).status == 200)
            #expect(!(try #require(origin.heads.last)).lowercased().contains("cookie"))
        }
    }

    @Test func whatIsMonitoredPassesAndIsRecorded() throws {
        let site = try Site()
        let result = try site.daemon.curl(site.origin.url("/monitored.txt"))
        #expect(result.text == "the origin's monitored.txt\n")
        let isRecorded = try eventually { try !site.daemon.events().isEmpty }
        #expect(isRecorded)
        let event = try #require(try site.daemon.events().first)
        #expect(event["event.action"] as? String == "monitor")
        #expect(event["rule.ruleset"] as? String == "monitored")
        #expect(event["http.response.status_code"] == nil)
        #expect(try site.daemon.status().workers.map(\.monitored).reduce(0, +) == 1)
    }
}
