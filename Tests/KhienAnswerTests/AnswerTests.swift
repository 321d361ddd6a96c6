import Foundation
import KhienAnswer
import KhienModel
import Testing

@Suite struct AnswerTests {
    /// RFC 7725 section 3 and 4: 451 where a legal demand blocks, and who blocks.
    @Test func statusAndLink() {
        let ordered = makeRenderer().answer(makeJudgement(order: testOrder), makeRequest())
        #expect(ordered.status == 451 && ordered.reasonPhrase == "Unavailable For Legal Reasons")
        #expect(ordered.field("Link") == "<https://filter.school.test/>; rel=\"blocked-by\"")
        let listed = makeRenderer().answer(makeJudgement(authority: .authority), makeRequest())
        #expect(listed.status == 451)
        let ruled = makeRenderer().answer(makeJudgement(), makeRequest())
        #expect(ruled.status == 403 && ruled.field("Link") == nil)
        let mail = makeRenderer(AnswerOptions(contact: "a@b.test"))
        #expect(
            mail.answer(makeJudgement(order: testOrder), makeRequest()).field("Link")
                == "<mailto:a@b.test>; rel=\"blocked-by\"")
        let none = makeRenderer(AnswerOptions(contact: "room 5"))
        #expect(none.answer(makeJudgement(order: testOrder), makeRequest()).field("Link") == nil)
    }

    @Test(arguments: ["document", "empty", "image", "script", "style", "font"])
    func everyAnswerHasTheFieldsThatProtect(destination: String) {
        let answer = makeRenderer().answer(
            makeJudgement(), makeRequest(accept: "*/*", destination: destination))
        #expect(answer.field("Cache-Control") == "no-store")
        #expect(answer.field("X-Content-Type-Options") == "nosniff")
        #expect(answer.field("Vary") == "Accept, Accept-Language, Sec-Fetch-Dest")
        #expect(answer.field("Content-Security-Policy")?.hasPrefix("default-src 'none';") == true)
        #expect(answer.field("Content-Length") == "\(answer.body.count)")
        let isClean = answer.fields.allSatisfy { field in
            (field.name + field.value).utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        }
        #expect(isClean)
    }

    @Test func headHasTheLengthOfGet() {
        let get = makeRenderer().answer(makeJudgement(), makeRequest())
        let head = makeRenderer().answer(makeJudgement(), makeRequest(method: "HEAD"))
        #expect(head.body.isEmpty && head.fields == get.fields)
    }

    @Test func anImageIsOne() throws {
        let answer = makeRenderer().answer(
            makeJudgement(order: testOrder), makeRequest(destination: "image"))
        #expect(answer.status == 451 && answer.field("Content-Type") == "image/gif")
        #expect(answer.body.count == 43 && answer.body.starts(with: Array("GIF89a".utf8)))
        #expect(answer.body.last == 0x3B)
    }

    /// The page says what is true: nothing has left, or the first part has.
    @Test(arguments: [("vi", false), ("vi", true), ("en", false), ("en", true)])
    func aFormsPageSaysWhatHasLeft(language: String, partHasLeft: Bool) throws {
        let page = makeRenderer().answer(
            makeJudgement(.warn, category: "personal-data"),
            makeRequest(
                method: "POST", isForm: true, partHasLeft: partHasLeft, language: language))
        let nothing = ["vi": "Thông tin chưa được gửi đi.", "en": "Nothing has been sent yet."]
        let part = [
            "vi": "Phần đầu đã được gửi đi, phần còn lại đã được giữ lại.",
            "en": "The first part has been sent; the rest was stopped.",
        ]
        #expect(page.text.contains(try #require(nothing[language])) != partHasLeft)
        #expect(page.text.contains(try #require(part[language])) == partHasLeft)
        #expect(page.text.contains("/.khien/continue?"))
        let problem = makeRenderer().answer(
            makeJudgement(.warn), makeRequest(partHasLeft: partHasLeft, accept: "application/json"))
        let json = try #require(
            JSONSerialization.jsonObject(with: Data(problem.body)) as? [String: Any])
        #expect(json["partSent"] as? Bool == (partHasLeft ? true : nil))
    }

    /// Other words than personal data are spoken of as what they are, to a child, with one `em`.
    @Test(arguments: ["bullying", "self-harm", "child-safety", "gambling", "adult", "x", ""])
    func aFormWithOtherWordsIsToldSo(category: String) throws {
        for language in ["vi", "en"] {
            let page = makeRenderer().answer(
                makeJudgement(.warn, category: category),
                makeRequest(method: "POST", isForm: true, language: language)
            ).text
            for unwanted in [
                "thông tin cá nhân", "thông tin riêng", "personal details", "Bạn ", " bạn ",
                "Trang này", "This page is",
            ] {
                #expect(!page.contains(unwanted), "\(unwanted)")
            }
            let wanted = [
                "vi": "Em đọc lại trước khi gửi", "en": "read it again before you send it",
            ]
            #expect(page.contains(try #require(wanted[language])))
        }
        let personal = makeRenderer().answer(
            makeJudgement(.warn, category: "personal-data"),
            makeRequest(method: "POST", isForm: true, language: "vi")
        ).text
        #expect(personal.contains("thông tin cá nhân") && !personal.contains("Bạn "))
    }

    @Test func theProblemSaysAll() throws {
        let answer = makeRenderer().answer(
            makeJudgement(order: testOrder), makeRequest(accept: "application/json"))
        #expect(answer.field("Content-Type") == "application/problem+json")
        let json = try #require(
            JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
        #expect(json["status"] as? Int == 451)
        #expect(json["title"] as? String == "Unavailable For Legal Reasons")
        #expect(json["reference"] as? String == "7KQ2-M9XD")
        #expect(json["category"] as? String == "gambling")
        #expect(json["rule"] as? String == "00000000000000ab")
        #expect(json["hotline"] as? String == "111")
        let order = try #require(json["order"] as? [String: String])
        #expect(order["number"] == "12/QĐ-STTTT" && order["contact"] == "khieunai@authority.test")
        #expect(order["authority"] == "Sở Thông tin và Truyền thông mẫu")
    }

    /// Real `Accept` and `Sec-Fetch-Dest` values: MDN "List of default Accept values" (Firefox,
    /// Chrome, Safari), curl, axios, okhttp; Fetch Metadata section 2.1; RFC 9110 section 12.5.1.
    @Test(
        arguments: [
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", nil, "text/html"),
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
                nil, "text/html"
            ),
            ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", nil, "image/gif"),
            ("image/webp,*/*", nil, "image/gif"), ("text/css,*/*;q=0.1", nil, "text/css"),
            ("*/*", nil, "text/html"), (nil, nil, "text/html"), ("", nil, "text/html"),
            ("application/json, text/plain, */*", nil, "application/problem+json"),
            ("application/problem+json", nil, "application/problem+json"),
            ("application/vnd.api+json", nil, "application/problem+json"),
            ("text/html;q=0.5, application/json;q=0.9", nil, "application/problem+json"),
            ("text/html;q=0, application/json;q=0.1", nil, "application/problem+json"),
            ("application/json;q=2, text/html;q=0.3", nil, "text/html"),
            ("APPLICATION/JSON", nil, "application/problem+json"),
            (";;;,,,q=1,/,", nil, "text/html"), ("video/mp4", nil, nil),
            ("*/*", "image", "image/gif"), ("*/*", "script", "text/javascript"),
            ("text/css,*/*;q=0.1", "style", "text/css"), ("*/*", "font", nil),
            ("*/*", "video", nil),
            ("*/*", "empty", "application/problem+json"), ("text/html", "empty", "text/html"),
            ("application/json", "document", "text/html"), ("*/*", "iframe", "text/html"),
            ("*/*", "nonsense", "text/html"),
        ] as [(String?, String?, String?)])
    func forms(accept: String?, destination: String?, type: String?) {
        let answer = makeRenderer().answer(
            makeJudgement(), makeRequest(accept: accept, destination: destination))
        let found = answer.field("Content-Type")?.split(separator: ";").first.map(String.init)
        #expect(found == type)
        #expect(answer.status == 403)
    }

    /// RFC 4647 section 3.4, RFC 9110 section 12.5.4 and its examples.
    @Test(
        arguments: [
            (nil, "vi"), ("", "vi"), ("vi", "vi"), ("en", "en"), ("en-US,en;q=0.9", "en"),
            ("vi-VN,vi;q=0.9,en-US;q=0.8,en;q=0.7", "vi"), ("fr,de;q=0.9", "vi"),
            ("fr;q=1, en;q=0.4, vi;q=0.3", "en"), ("da, en-gb;q=0.8, en;q=0.7", "en"),
            ("en;q=0.5, vi;q=0.5", "en"), ("vi;q=0", "en"), ("vi;q=0, en;q=0", "vi"), ("*", "vi"),
            ("vi;q=0.1, *;q=0.9", "en"), ("EN-gb", "en"), ("english", "vi"), ("en;q=", "vi"),
            ("en;q=1.0001", "vi"), ("en;q=abc,vi;q=0.001", "vi"), ("en ; q=0.9 , vi ; q=0.1", "en"),
        ] as [(String?, String)])
    func languages(field: String?, language: String) {
        let answer = makeRenderer().answer(makeJudgement(), makeRequest(language: field))
        #expect(answer.field("Content-Language") == language)
        #expect(answer.text.contains("<html lang=\"\(language)\">"))
    }

    @Test func fieldsAreReadUpToTheirLimits() {
        let padding = Limits.Answer.negotiationBytesMax - "en".utf8.count - 1
        for (past, language) in [(0, "en"), (2, "vi")] {
            let field = String(repeating: "x", count: padding + past) + ",en"
            let answer = makeRenderer().answer(makeJudgement(), makeRequest(language: field))
            #expect(answer.field("Content-Language") == language)
        }
        for (count, language) in [(31, "en"), (32, "vi")] {
            let field = String(repeating: "x,", count: count) + "en"
            let answer = makeRenderer().answer(makeJudgement(), makeRequest(language: field))
            #expect(answer.field("Content-Language") == language)
        }
    }

    static let attacks = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
        "</title><script>", "{{host}}", "{{#site}}", "&lt;b&gt;", "a\u{0}b\r\nSet-Cookie: x=y",
        "\u{202E}txt.exe", "`onclick=1`", "]]><!--", "javascript:alert(1)", "\u{FEFF}\u{2028}x",
        "</style><script>", String(repeating: "<", count: 5_000),
    ]

    /// Values from lists, orders, URLs and the configuration, each hostile, in all places at once.
    @Test(arguments: attacks, [Action.block, .warn])
    func hostileValuesStayText(attack: String, verdict: Action) throws {
        let order = Order(
            number: attack, authority: attack, legalBasis: attack, contact: attack)
        let options = AnswerOptions(
            site: attack, contact: attack, hotline: attack, url: attack)
        let renderer = makeRenderer(options)
        let judgement = makeJudgement(verdict, category: attack, order: order)
        let request = makeRequest(
            host: attack, path: "/" + attack, language: attack, reference: attack)
        let answer = renderer.answer(judgement, request)
        let plain = makeRenderer().answer(makeJudgement(verdict, order: testOrder), makeRequest())
        // No value opens an element, an attribute or a comment: the marks of HTML are those that
        // the page itself has. Links may be missing, so there can be fewer.
        func count(_ text: String, _ mark: Character) -> Int { text.count { $0 == mark } }
        #expect(count(answer.text, "<") <= count(plain.text, "<"))
        #expect(count(answer.text, "\"") <= count(plain.text, "\""))
        #expect(count(answer.text, "'") == count(plain.text, "'"))
        #expect(!answer.text.contains("{{#") || attack.contains("{{#"))
        #expect(
            !answer.text.unicodeScalars.contains { [0, 0x0D, 0x202E, 0x2028].contains($0.value) })
        #expect(!answer.text.contains("href=\"javascript"))
        let isClean = answer.fields.allSatisfy { field in
            field.value.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        }
        #expect(isClean && answer.body.count < 40_000)
        let json = renderer.answer(
            judgement, makeRequest(host: attack, accept: "application/json", reference: attack))
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(json.body)) as? [String: Any])
        #expect((object["host"] as? String)?.hasPrefix(String(attack.prefix(100))) == true)
        #expect(!json.body.contains(UInt8(ascii: "<")))
        let script = renderer.answer(
            judgement, makeRequest(destination: "script", reference: attack))
        #expect(script.text.hasPrefix("/* blocked: ") && script.body.count < 60)
        #expect(script.text.components(separatedBy: "*/").count == 2)
    }

    @Test(
        arguments: [
            ("a@b.test", "mailto:a@b.test"), ("1900 1234", "tel:19001234"),
            ("+84 (24) 3.111", "tel:+84243111"),
            ("https://a.test/x?y=1", "https://a.test/x?y=1"), ("javascript:alert(1)", nil),
            ("a@b@c", nil), ("data:text/html,x", nil), ("a@b.test?bcc=c@d.test", nil), ("12", nil),
            ("Phòng 5", nil), ("https://a.test/\"onload=", nil), ("", nil),
        ] as [(String, String?)])
    func contactsBecomeLinks(contact: String, link: String?) {
        let text = makeRenderer(AnswerOptions(contact: contact)).answer(
            makeJudgement(), makeRequest()
        ).text
        if let link {
            #expect(text.contains("<a href=\"\(link.replacing("&", with: "&amp;"))\">"))
        } else {
            #expect(!text.contains("<a href="))
        }
    }

    @Test func aVerdictWithoutReasonHasAPage() {
        let answer = makeRenderer().answer(Judgement(verdict: .block, reason: nil), makeRequest())
        #expect(answer.status == 403 && answer.text.contains("</html>"))
    }

    @Test(
        arguments: [
            (Int64(1_790_000_000), "21/09/2026"), (0, "01/01/1970"), (951_757_200, "29/02/2000"),
            (-1, "01/01/1970"), (-25_201, "31/12/1969"), (Int64.max, nil), (Int64.min, nil),
        ] as [(Int64, String?)])
    func orderDates(seconds: Int64, text: String?) {
        var order = testOrder
        order.issued = UnixTime(seconds: seconds)
        let page = makeRenderer().answer(makeJudgement(order: order), makeRequest()).text
        if let text { #expect(page.contains("<dd>\(text)</dd>")) }
        #expect(page.contains("Ngày ban hành") == (text != nil))
    }

    @Test func referencesAreDistinctAndReadable() {
        var generator = SystemRandomNumberGenerator()
        let codes = (0..<1_000).map { _ in ReferenceCode.make(using: &generator) }
        #expect(Set(codes).count == 1_000)
        let isMade = codes.allSatisfy { code in
            code.count == 9 && code.dropFirst(4).first == "-"
                && !code.contains { "ILOU".contains($0) }
        }
        #expect(isMade)
    }
}
