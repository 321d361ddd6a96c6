import KhienModel
import KhienPage
import KhienTestKit
import KhienText
import Testing

/// What a Content-Type is read as. Sources: MIME Sniffing Standard sections 4.6 and 5, HTML Standard
/// section 4.12.1, RFC 6838 section 4.2.8 (suffixes).
@Suite struct ContentKindTests {
    @Test(arguments: [
        ("text/html", ContentKind.markup(.html)), ("TEXT/HTML; charset=utf-8", .markup(.html)),
        (" text / html ", .markup(.html)), ("text/html (x)", .markup(.html)),
        ("text/html x; y", .markup(.html)), ("text/html(x), image/png", .markup(.html)),
        ("image/png text/html", .notText), ("text/html,text/plain", .markup(.html)),
        ("text/html;", .markup(.html)), ("text/htmlx", .markup(.plain)),
        ("application/xhtml+xml", .markup(.xml)), ("image/svg+xml", .markup(.xml)),
        ("application/rss+xml;x=y", .markup(.xml)), ("application/x+XML", .markup(.xml)),
        ("application/json", .markup(.json)), ("application/ld+json", .markup(.json)),
        ("text/javascript", .markup(.script)), ("application/ecmascript", .markup(.script)),
        ("text/css", .markup(.style)), ("text/plain", .markup(.plain)),
        ("text/vnd.unknown", .markup(.plain)), ("application/rtf", .markup(.plain)),
        ("application/x-www-form-urlencoded", .form),
        ("application/x-www-form-urlencoded; charset=UTF-8", .form),
        ("multipart/form-data; boundary=x", .multipart), ("multipart/mixed", .multipart),
        ("application/octet-stream", .sniffed), ("*/*", .sniffed), ("unknown/unknown", .sniffed),
        ("image/png, text/html", .markup(.html)), ("text/html, image/png", .markup(.html)),
        ("image/png; a=\"x, \\\", text/html\", text/css", .markup(.style)),
        ("image/png; a=\"x, text/html\"", .notText),
        ("text/plain,application/json", .markup(.json)),
        ("text/html;x=\"\\", .markup(.html)), ("text/html;x=\"", .markup(.html)),
        ("image/png,", .notText), (",image/png", .notText),
        ("", .sniffed), ("html", .sniffed), (";charset=utf-8", .sniffed), (",", .sniffed),
        ("image/png", .notText), ("application/pdf", .notText), ("video/mp4", .notText),
        ("font/woff2", .notText), ("application/xml-dtd", .notText), ("/", .notText),
    ])
    func types(value: String, kind: ContentKind) {
        #expect(ContentKind(contentType: Array(value.utf8).span) == kind)
    }

    /// A name of 64 bytes is kept whole, of a longer one its begin and its end.
    @Test(arguments: [
        (64, ContentKind.markup(.xml)), (65, .markup(.xml)), (255, .markup(.xml)),
    ])
    func longNames(count: Int, kind: ContentKind) {
        let name = "application/" + String(repeating: "x", count: count - 16) + "+xml"
        #expect(name.utf8.count == count)
        #expect(ContentKind(contentType: Array(name.utf8).span) == kind)
    }

    /// Any bytes at all are one of the kinds, and parameters never change it.
    @Test(arguments: UInt64(0)..<8) func anyBytes(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let bytes = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }.filter { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ",") }
            let kind = ContentKind(contentType: bytes.span)
            #expect(ContentKind(contentType: (bytes + Array(";a=text/html".utf8)).span) == kind)
        }
    }
}
