import Foundation
import KhienAnswer
import KhienModel
import Testing

@Suite struct ContinueTests {
    private let renderer = makeRenderer()
    private let client: [UInt8] = [10, 0, 0, 1]

    /// The query of the link on a warning page.
    private func query(
        path: String = "/play?table=1", method: String = "GET", isForm: Bool = false,
        category: String = "gambling"
    ) -> String {
        let page = renderer.answer(
            makeJudgement(.warn, category: category),
            makeRequest(method: method, isForm: isForm, path: path)
        ).text
        let start = page.firstRange(of: "/.khien/continue?")
        let link = start.map { page[$0.upperBound...].prefix { $0 != "\"" } } ?? ""
        return String(link).replacing("&amp;", with: "&")
    }

    private func route(
        _ query: String, path: String = "/.khien/continue", host: String = "casino.test",
        client: [UInt8] = [10, 0, 0, 1], at seconds: Int64 = 0, method: String = "GET"
    ) -> ContinueOutcome {
        renderer.continueRoute(
            path: path, query: query, host: host, client: client,
            now: UnixTime(seconds: noon.seconds + seconds), method: method)
    }

    private func granted(_ outcome: ContinueOutcome) -> Answer? {
        if case .granted(let answer) = outcome { answer } else { nil }
    }

    private func refused(_ outcome: ContinueOutcome) -> ContinueToken.Verdict? {
        guard case .refused(let verdict, let answer) = outcome else { return nil }
        // Whatever is wrong, no cookie, and the way back is on this host.
        #expect(answer.status == 303 && answer.field("Set-Cookie") == nil)
        #expect(answer.field("Location")?.hasPrefix("/") == true)
        return verdict
    }

    @Test func thePageLeadsBackWithACookieThatHolds() throws {
        let answer = try #require(granted(route(query())))
        #expect(answer.status == 303 && answer.field("Location") == "/play?table=1")
        #expect(answer.field("Cache-Control") == "no-store")
        let field = try #require(answer.field("Set-Cookie"))
        #expect(field.hasSuffix("; Max-Age=900; Path=/; HttpOnly; SameSite=Lax"))
        let cookie = Array("a=b; \(field.prefix { $0 != ";" }); c=d".utf8)
        func holds(_ host: String, _ client: [UInt8], _ seconds: Int64) -> Bool {
            renderer.hasContinued(
                cookie: cookie, host: host, client: client,
                now: UnixTime(seconds: noon.seconds + seconds))
        }
        #expect(holds("casino.test", client, 0) && holds("CASINO.test.", client, 899))
        #expect(!holds("casino.test", client, 900))
        #expect(!holds("www.casino.test", client, 0) && !holds("casino.test", [10, 0, 0, 2], 0))
        let other = AnswerRenderer(options: testOptions)
        #expect(!other.hasContinued(cookie: cookie, host: "casino.test", client: client, now: noon))
        #expect(ContinueCookie.strip(cookie) == Array("a=b; c=d".utf8))
    }

    /// Leave to send a form and leave to see a page are two.
    @Test func aFormHasItsOwnCookie() throws {
        let query = query(path: "/form?x=1", method: "POST", isForm: true)
        let answer = try #require(granted(route(query)))
        #expect(answer.field("Location") == "/form?x=1")
        let field = try #require(answer.field("Set-Cookie"))
        let form = Array(field.prefix { $0 != ";" }.utf8)
        let page = try #require(granted(route(self.query()))?.field("Set-Cookie"))
        let cookies = [form, Array(page.prefix { $0 != ";" }.utf8)]
        for (index, cookie) in cookies.enumerated() {
            for isForm in [true, false] {
                let holds = renderer.hasContinued(
                    cookie: cookie, isForm: isForm, category: "gambling", host: "casino.test",
                    client: client, now: noon)
                #expect(holds == (isForm == (index == 0)))
            }
            #expect(ContinueCookie.strip(Array("a=b; ".utf8) + cookie) == Array("a=b".utf8))
        }
        let both = form + Array("; ".utf8) + cookies[1]
        for isForm in [true, false] {
            #expect(
                renderer.hasContinued(
                    cookie: both, isForm: isForm, category: "gambling", host: "casino.test",
                    client: client, now: noon))
        }
        #expect(refused(route(query, at: 900)) == .expired)
    }

    /// The longest path back and the longest category, each byte of both as `%XX`: the link is not cut.
    @Test func theLongestLinkHolds() throws {
        let path = "/?" + String(repeating: "=", count: Limits.Answer.returnPathBytesMax - 2)
        let category = String(repeating: "ô", count: Limits.Phrases.groupNameBytesMax / 2)
        let query = query(path: path, isForm: true, category: category)
        let answer = try #require(granted(route(query)))
        #expect(answer.field("Location") == path)
        #expect(answer.field("Set-Cookie") != nil)
    }

    /// Leave to send a rude word is no leave to send an address, and one does not put out the other.
    @Test func leaveToSendAFormIsForOneCategory() throws {
        let categories = ["bullying", "personal-data", "nhóm, có dấu", ""]
        var cookies: [[UInt8]] = []
        for category in categories {
            let query = query(isForm: true, category: category)
            let answer = try #require(granted(route(query)))
            let field = try #require(answer.field("Set-Cookie"))
            cookies.append(Array(field.prefix { $0 != ";" }.utf8))
            // The link of one category gets no cookie of another.
            let start = try #require(query.range(of: "&about="))
            let other = query[..<start.upperBound] + "other"
            #expect(refused(route(String(other))) == .forged)
            #expect(
                ContinueCookie.strip(Array("a=b; ".utf8) + cookies[cookies.count - 1])
                    == Array("a=b".utf8))
        }
        func holds(_ cookie: [UInt8], _ category: String) -> Bool {
            renderer.hasContinued(
                cookie: cookie, isForm: true, category: category, host: "casino.test",
                client: client, now: noon)
        }
        for (index, cookie) in cookies.enumerated() {
            for (other, category) in categories.enumerated() {
                #expect(holds(cookie, category) == (index == other))
            }
        }
        let all = Array(cookies.joined(separator: Array("; ".utf8)))
        #expect(categories.allSatisfy { holds(all, $0) })
    }

    @Test func theLinkHoldsForItsTimeHostAndClient() {
        #expect(granted(route(query(), at: 899)) != nil)
        #expect(refused(route(query(), at: 900)) == .expired)
        #expect(refused(route(query(), host: "other.test")) == .forged)
        #expect(refused(route(query(), client: [10, 0, 0, 2])) == .forged)
        #expect(refused(route(query(), method: "POST")) == .forged)
        let asked = renderer.continueRoute(
            path: "/.khien/continue", query: query(), host: "casino.test", client: client,
            now: noon,
            isOpened: false)
        #expect(refused(asked) == .forged)
        #expect(route(query(), path: "/.khien/continue/") == .notOurs)
        #expect(route(query(), path: "/") == .notOurs)
    }

    @Test func noByteOfATokenCanChange() {
        let token = ContinueToken.make(
            .link, host: "h", client: client, expiry: UnixTime(seconds: 10), key: testKey)
        func verdict(_ text: String) -> ContinueToken.Verdict {
            ContinueToken.verify(
                text[...], .link, host: "h", client: client, now: UnixTime(seconds: 9), key: testKey
            )
        }
        #expect(verdict(token) == .valid)
        for index in token.indices {
            for other in "AZaz09-_=+/ %é" where other != token[index] {
                var changed = token
                changed.replaceSubrange(index...index, with: String(other))
                #expect(verdict(changed) == .forged)
            }
            #expect(verdict(String(token[..<index])) == .forged)
        }
        for forged in [
            "", token + "A", token + "=", token + token, String(repeating: "A", count: 55),
        ] {
            #expect(verdict(forged) == .forged)
        }
    }

    /// What one token is for, another is not: purposes, and where host ends and client begins.
    @Test func tokensDoNotStandForEachOther() {
        let expiry = UnixTime(seconds: 10)
        func verify(
            _ token: String, _ purpose: ContinueToken.Purpose, _ host: String, _ client: [UInt8]
        ) -> Bool {
            ContinueToken.verify(
                token[...], purpose, host: host, client: client, now: UnixTime(seconds: 0),
                key: testKey) == .valid
        }
        let link = ContinueToken.make(
            .link, host: "ab", client: [0x63], expiry: expiry, key: testKey)
        #expect(verify(link, .link, "ab", [0x63]) && verify(link, .link, "AB.", [0x63]))
        #expect(!verify(link, .cookie, "ab", [0x63]))
        #expect(!verify(link, .link, "a", [0x62, 0x63]) && !verify(link, .link, "abc", []))
        #expect(ContinueKey(bytes: [UInt8](repeating: 1, count: Limits.Answer.keyBytes - 1)) == nil)
        #expect(ContinueKey(bytes: [UInt8](repeating: 1, count: Limits.Answer.keyBytes)) != nil)
    }

    /// WHATWG URL, "relative slash state": `\` counts as `/`, tab and newline are dropped.
    @Test(arguments: [
        "//evil.test", "/%5Cevil.test", "/\\evil.test", "/%09/evil.test", "/%0A/evil.test",
        "%2F%2Fevil.test",
        "http://evil.test", "https:evil.test", "evil.test", "javascript:alert(1)", "",
        "/%0D%0ASet-Cookie:x=y",
        "/%00", "/%C3%A9", "/a%20b", "/%", "/%zz", "/%2", "/.khien/continue?token=x", "/a%22b",
        "/a%23b",
    ])
    func noWayOffTheHost(to target: String) {
        let token = query().prefix { $0 != "&" }
        let answer = granted(route("\(token)&to=\(target)"))
        #expect(answer?.field("Location") == "/")
        #expect(granted(route("\(token)&to=/a&to=/b"))?.field("Location") == "/")
        #expect(granted(route("\(token)"))?.field("Location") == "/")
        #expect(refused(route("\(token)&\(token)&to=/a")) == .forged)
    }

    @Test(arguments: [
        ("/", "/"), ("/a?b=c&d=%20%25", "/a?b=c&d=%20%25"), ("/a//b;x=1", "/a//b;x=1"),
        ("//a", "/"),
        ("*", "/"), ("/é", "/"), ("/a\"><b", "/"),
    ])
    func thePathSurvivesTheWay(path: String, back: String) {
        #expect(granted(route(query(path: path)))?.field("Location") == back)
    }

    @Test func aPostLeadsToTheStartPage() {
        #expect(granted(route(query(method: "POST")))?.field("Location") == "/")
    }

    @Test func longPathsLeadToTheStartPage() {
        for (past, isKept) in [(0, true), (1, false)] {
            let path =
                "/" + String(repeating: "a", count: Limits.Answer.returnPathBytesMax - 1 + past)
            #expect((granted(route(query(path: path)))?.field("Location") == path) == isKept)
        }
    }

    /// RFC 6265 section 4.2.1, and the spellings that lenient servers take.
    @Test(
        arguments: [
            ("", ""), ("a=b", "a=b"), ("a=b;c=d", "a=b;c=d"), (" a=b ;; ", " a=b ;; "),
            ("__khien_continue=x", nil), ("__khien_continue=x;", nil),
            (" __khien_continue=x ; ", nil),
            ("a=b; __khien_continue=x", "a=b"), ("__khien_continue=x; a=b", "a=b"),
            ("a=1; __khien_continue=x; b=2; __khien_continue=y; c=3", "a=1; b=2; c=3"),
            ("__khien_continue", nil), ("__KHIEN_continue=x", nil),
            ("__khien_continue =x; a=b", "a=b"),
            ("__khien_continue2=x", "__khien_continue2=x"),
            ("x__khien_continue=x", "x__khien_continue=x"),
            ("a=\"__khien_continue=x\"", "a=\"__khien_continue=x\""),
            ("\t__khien_continue=x;a=b", "a=b"),
        ] as [(String, String?)])
    func theCookieIsTakenOut(field: String, rest: String?) {
        #expect(ContinueCookie.strip(Array(field.utf8)) == rest.map { Array($0.utf8) })
    }

    @Test func fewCookiesAreTriedAndLongFieldsNotRead() throws {
        let cookie = try #require(granted(route(query()))?.field("Set-Cookie")).prefix { $0 != ";" }
        func holds(_ field: String) -> Bool {
            renderer.hasContinued(
                cookie: Array(field.utf8), host: "casino.test", client: client, now: noon)
        }
        let wrong = "__khien_continue=x; "
        #expect(holds(String(repeating: wrong, count: Limits.Answer.cookiesTriedMax - 1) + cookie))
        #expect(!holds(String(repeating: wrong, count: Limits.Answer.cookiesTriedMax) + cookie))
        let room = Limits.Answer.tokenFieldBytesMax - cookie.utf8.count - 2
        #expect(holds(String(repeating: "a", count: room) + "; " + cookie))
        #expect(!holds(String(repeating: "a", count: room + 1) + "; " + cookie))
    }

    @Test func aBlockPageHasNoWayOn() {
        let page = renderer.answer(makeJudgement(.block), makeRequest()).text
        #expect(!page.contains(".khien"))
    }
}
