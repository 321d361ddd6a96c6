import Foundation
import KhienCoding
import KhienModel
import KhienPage
import KhienTestKit
import Testing

/// Fields of forms that are no UTF-8, or that hold HTML, as browsers and editors in pages send them.
@Suite struct FormCharsetTests {
    private static func bench() throws -> PageBench {
        try PageBench([
            CompiledImage.list(
                "category: c\nscope: forms\nlayers: all\nrules:\n"
                    + "  - { phrase: \"phường bến nghé\", weight: 200 }\n"
                    + "  - { phrase: \"bến nghé\", weight: 200 }\n"
                    + "  - { phrase: \"0912 345 678\", weight: 200 }\n"
                    + "  - { phrase: \"thành phố\", weight: 1 }\n",
                format: .phrases, name: "words.yaml", category: "c")
        ])
    }

    static let urlencoded = "application/x-www-form-urlencoded"
    static let multipart = "multipart/form-data; boundary=b"

    private static func escaped(_ value: [UInt8]) -> [UInt8] {
        value.flatMap { byte in
            Array("%".utf8) + [byte >> 4, byte & 15].map { UInt8(ascii: $0 < 10 ? "0" : "7") + $0 }
        }
    }

    private static func part(_ value: [UInt8], _ name: String, _ more: String = "") -> [UInt8] {
        Array("--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\(more)\r\n".utf8) + value
            + [0x0D, 0x0A]
    }

    private static let last = Array("--b--\r\n".utf8)

    /// The form is condemned, and what is found is the same for every cut.
    private static func expectCondemned(_ body: [UInt8], _ type: String) throws {
        let reader = try bench().reader(.forms)
        var found: Set<String> = []
        let places = Array(1..<body.count)
        for cuts in [[], places, [body.count / 2]] + places.suffix(60).map({ [$0] }) {
            guard case .condemned = reader.read(body, type: type, cuts: cuts) else {
                Issue.record("\(type) \(String(decoding: body, as: UTF8.self)) \(cuts.first ?? 0)")
                return
            }
            found.insert(reader.summary)
        }
        #expect(found.count == 1)
    }

    private static func expectCondemned(_ value: [UInt8]) throws {
        try expectCondemned(Array("x=1&a=".utf8) + escaped(value) + Array("&y=2".utf8), urlencoded)
        try expectCondemned(part(value, "a") + part([], "y") + last, multipart)
    }

    private static func referenced(_ text: String, past end: UInt32) -> [UInt8] {
        text.unicodeScalars.flatMap { scalar -> [UInt8] in
            scalar.value < end ? [UInt8(scalar.value)] : Array("&#\(scalar.value);".utf8)
        }
    }

    private static let text = "em ở phường Bến Nghé"

    /// A page in ASCII, and one in ISO-8859-1, which browsers call windows-1252.
    @Test(arguments: [UInt32(0x80), 0x100]) func lettersThatThePageLacks(end: UInt32) throws {
        try Self.expectCondemned(Self.referenced(Self.text, past: end))
    }

    @Test(arguments: [Charset.windows1258, .tcvn3, .viscii, .vni])
    func vietnameseCharsets(charset: Charset) throws {
        let bytes = try #require(CharsetEncoder.all[charset]?.encode("nhà \(Self.text), rất đẹp"))
        try Self.expectCondemned(bytes)
        // What stands before it in UTF-8 does not change that.
        try Self.expectCondemned(Array("Trường học ".utf8) + bytes)
        // Nor does a byte order mark at its head.
        try Self.expectCondemned(
            Array("\u{FEFF}a=".utf8) + Self.escaped(bytes), Self.urlencoded)
    }

    /// Too few words to guess, and a charset that is named: by a field, a part, or the type.
    @Test func namedCharsets() throws {
        let bytes = try #require(CharsetEncoder.all[.windows1258]?.encode("Bến Nghé"))
        let reader = try Self.bench().reader(.forms)
        let bare = Array("a=".utf8) + Self.escaped(bytes)
        #expect(reader.read(bare, type: Self.urlencoded) == .cleared)
        let named = Array("_charset_=windows-1258&a=".utf8) + Self.escaped(bytes)
        try Self.expectCondemned(named, Self.urlencoded)
        try Self.expectCondemned(bare + Array("&_charset_=x-cp1258".utf8), Self.urlencoded)
        try Self.expectCondemned(bare, Self.urlencoded + "; charset=windows-1258")
        let typed = Self.part(bytes, "a", "Content-Type: text/plain; charset=windows-1258\r\n")
        try Self.expectCondemned(typed + Self.last, Self.multipart)
        let field = Self.part(Array("windows-1258".utf8), "_charset_")
        try Self.expectCondemned(field + Self.part(bytes, "a") + Self.last, Self.multipart)
    }

    /// Editors in pages send HTML.
    @Test(arguments: [
        "<p>em ở phường Bến Nghé</p>", "<p>ph&#432;ờng B<b>ế</b>n Ngh&eacute;</p>",
        "phường Bến&nbsp;Ngh&eacute;", "phường <i>Bến</i> <span style=\"a\">Nghé</span>",
        "<p>0912&nbsp;345&nbsp;678</p>", "<p>Số: <span>0912 345 678</span></p>",
        "<img alt=\"0912 345 678\">", "<p 0912=\"345\" 678=x>", "<p 0912=345 678>",
        "<p title=0912 345=678>", "<!-- 0912 345 678", "a < b, 0912 345 678", "<0912 345 678",
        "{\"a\":\"<p>ph\\u01b0ờng Bến Ngh&eacute;<\\/p>\"}",
    ])
    func fieldsWithMarkup(value: String) throws {
        try Self.expectCondemned(Array(value.utf8))
    }

    /// A field ends what began in it.
    @Test(arguments: ["<p title='", "<!--", "<", "&#", "<a", "&ph", "<bdo dir=rtl>"])
    func fieldsEndTheirMarkup(start: String) throws {
        let body =
            Array("a=".utf8) + Self.escaped(Array(start.utf8)) + Array("&b=".utf8)
            + Self.escaped(Array("phường Bến Nghé".utf8))
        try Self.expectCondemned(body, Self.urlencoded)
    }

    /// A window of 16 KiB that has come to a checkpoint is judged there, and a long form is read on.
    @Test func longForms() throws {
        let bytes = try #require(
            CharsetEncoder.all[.tcvn3]?.encode("Hôm nay trời rất đẹp, cả nhà đi chơi. "))
        let phrase = try #require(CharsetEncoder.all[.tcvn3]?.encode("phường Bến Nghé"))
        for before in [0, 1_000, 16_300, 70_000] {
            let filler = [UInt8](repeating: UInt8(ascii: "o"), count: before) + [0x20]
            for count in [1, 200, 3_000] {
                let text = Array(repeatElement(bytes, count: count).joined())
                let body = Self.part(filler + text + phrase, "a") + Self.last
                let step = try Self.bench().reader(.forms).read(body, type: Self.multipart)
                guard case .condemned = step else {
                    Issue.record("\(before) \(count): \(step)")
                    continue
                }
            }
        }
    }
}
