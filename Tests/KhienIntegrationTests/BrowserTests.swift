import Foundation
import Testing

enum Browser {
    /// `scripts/test` asks for it unless it is told `--no-browser`.
    private static let setting = ProcessInfo.processInfo.environment["KHIEN_BROWSER_TESTS"]

    static let isWanted =
        setting == "1" || (setting != "0" && Programs.chromium != nil && Programs.areThere)

    static let comment: Comment = "LEFT OUT: no browser is installed, or it was not asked for"

    /// The page as the browser holds it when it has loaded.
    static func dump(_ url: String, _ arguments: [String]) throws -> String {
        let chromium = try Programs.require(Programs.chromium, "chromium")
        let profile = try TemporaryFolder()
        let result = try Command.run(
            chromium,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--disable-default-apps", "--user-data-dir=\(profile.path)",
            ] + arguments + ["--dump-dom", url], environment: ["HOME": profile.path], seconds: 90)
        guard result.status == 0 else { throw Failure("chromium: \(result.everything)") }
        return result.text
    }
}

/// A real browser behind the real daemon.
@Suite(.alone, .serialized, .enabled(if: Browser.isWanted, Browser.comment))
struct BrowserTests {
    private static func dump(_ site: Site, _ url: String, language: String = "vi") throws -> String
    {
        try Browser.dump(
            url,
            [
                // Loopback goes through the proxy too.
                "--proxy-server=\(site.daemon.proxy)", "--proxy-bypass-list=<-loopback>",
                "--accept-lang=\(language)", "--ignore-certificate-errors",
            ])
    }

    @Test func allowedAndBlockedPages() throws {
        let site = try Site()
        let allowed = try Self.dump(site, site.origin.url("/index.html"))
        #expect(allowed.contains("<h1>Allowed page</h1>"), "\(allowed)")
        #expect(try site.origin.requests().contains("GET /index.html 200"))

        let blocked = try Self.dump(site, Site.blockedByOrder)
        for words in ["12/QĐ-VD", "Sở mẫu", "Trường mẫu", "tel:111", "lang=\"vi\""] {
            #expect(blocked.contains(words), "\(words)")
        }
        // The browser applied the page's own style: its policy allows it.
        let english = try Self.dump(site, Site.blockedByOperator, language: "en")
        #expect(english.contains("lang=\"en\""))
        let hosts = try site.daemon.events().compactMap { $0["url.domain"] as? String }
        #expect(hosts.contains("casino.order.test"))
        #expect(hosts.contains("ads.operator.test"))
    }

    @Test func pagesInsideTLS() throws {
        let site = try Site()
        let page = try Self.dump(site, "https://127.0.0.1:\(site.origin.securePort)/index.html")
        #expect(page.contains("<h1>Allowed page</h1>"), "\(page)")
        // The page cannot be shown inside TLS; the browser shows its own, and the event is there.
        let blocked = try Self.dump(site, "https://casino.order.test/")
        #expect(!blocked.contains("12/QĐ-VD"))
        let events = try site.daemon.events()
        #expect(events.contains { $0["http.request.method"] as? String == "CONNECT" })
    }

    /// A page that a browser would have shown is replaced by what it says.
    @Test func aPageIsBlockedByItsText() throws {
        let site = try TextSite.start()
        let good = try Self.dump(site, site.origin.url("/text/good.html"))
        #expect(good.contains("Trang thử"), "\(good)")
        let bad = try Self.dump(site, site.origin.url("/gzip/bad.html"))
        #expect(bad.contains("tel:111") && bad.contains("lang=\"vi\""), "\(bad)")
        #expect(!bad.contains(TextSite.canary))
        #expect(try site.daemon.events().count == 1)
        // A page that is cut off in the middle has its test without a browser: Chromium's
        // `--dump-dom` waits for ever for a page whose connection was reset.
    }
}
