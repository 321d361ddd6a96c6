import KhienCoding
import KhienModel
import Testing

/// Text without a label that is neither UTF-8 nor, probably, windows-1252.
@Suite struct UnlabelledTests {
    struct Sample: CustomTestStringConvertible, Sendable {
        var charset: Charset
        /// How many bytes of the text suffice, markup aside.
        var least: Int
        var bytes: [UInt8]

        var testDescription: String { charset.name }
    }

    /// A sentence about today's weather and gambling sites, as Python writes it.
    static let samples: [Sample] = [
        Sample(
            charset: .gb18030, least: 12,
            bytes: [
                0xBD, 0xF1, 0xCC, 0xEC, 0xCC, 0xEC, 0xC6, 0xF8, 0xBA, 0xDC, 0xBA, 0xC3, 0xA3, 0xAC,
                0xCE, 0xD2, 0xC3, 0xC7, 0xC8, 0xA5, 0xB6, 0xC4, 0xB2, 0xA9, 0xCD, 0xF8, 0xD5, 0xBE,
                0xCD, 0xE6, 0xD3, 0xCE, 0xCF, 0xB7, 0xA1, 0xA3,
            ]),
        Sample(
            charset: .big5, least: 12,
            bytes: [
                0xA4, 0xB5, 0xA4, 0xD1, 0xA4, 0xD1, 0xAE, 0xF0, 0xAB, 0xDC, 0xA6, 0x6E, 0xA1, 0x41,
                0xA7, 0xDA, 0xAD, 0xCC, 0xA5, 0x68, 0xBD, 0xE4, 0xB3, 0xD5, 0xBA, 0xF4, 0xAF, 0xB8,
                0xAA, 0xB1, 0xB9, 0x43, 0xC0, 0xB8, 0xA1, 0x43,
            ]),
        Sample(
            charset: .shiftJIS, least: 12,
            bytes: [
                0x8D, 0xA1, 0x93, 0xFA, 0x82, 0xCD, 0x93, 0x56, 0x8B, 0x43, 0x82, 0xAA, 0x82, 0xA2,
                0x82, 0xA2, 0x82, 0xCC, 0x82, 0xC5, 0x81, 0x41, 0x93, 0x71, 0x94, 0x8E, 0x82, 0xCC,
                0x83, 0x54, 0x83, 0x43, 0x83, 0x67, 0x82, 0xC5, 0x97, 0x56, 0x82, 0xD1, 0x82, 0xDC,
                0x82, 0xB7, 0x81, 0x42,
            ]),
        Sample(
            charset: .eucJP, least: 12,
            bytes: [
                0xBA, 0xA3, 0xC6, 0xFC, 0xA4, 0xCF, 0xC5, 0xB7, 0xB5, 0xA4, 0xA4, 0xAC, 0xA4, 0xA4,
                0xA4, 0xA4, 0xA4, 0xCE, 0xA4, 0xC7, 0xA1, 0xA2, 0xC5, 0xD2, 0xC7, 0xEE, 0xA4, 0xCE,
                0xA5, 0xB5, 0xA5, 0xA4, 0xA5, 0xC8, 0xA4, 0xC7, 0xCD, 0xB7, 0xA4, 0xD3, 0xA4, 0xDE,
                0xA4, 0xB9, 0xA1, 0xA3,
            ]),
        // Six characters, and a space between two of them.
        Sample(
            charset: .eucKR, least: 13,
            bytes: [
                0xBF, 0xC0, 0xB4, 0xC3, 0xC0, 0xBA, 0x20, 0xB3, 0xAF, 0xBE, 0xBE, 0xB0, 0xA1, 0x20,
                0xC1, 0xC1, 0xBE, 0xC6, 0xBC, 0xAD, 0x20, 0xB5, 0xB5, 0xB9, 0xDA, 0x20, 0xBB, 0xE7,
                0xC0, 0xCC, 0xC6, 0xAE, 0xBF, 0xA1, 0xBC, 0xAD, 0x20, 0xB3, 0xEE, 0xBE, 0xC6, 0xBF,
                0xE4, 0x2E,
            ]),
    ]

    static func alternative(_ text: [UInt8], _ contentType: String = "text/html") -> Charset? {
        CharsetDecisionTests.decide(Array("<title>a</title><p>".utf8) + text, contentType)
            .alternative
    }

    @Test(arguments: samples)
    func eastAsian(_ sample: Sample) {
        #expect(Self.alternative(sample.bytes) == sample.charset)
        #expect(Self.alternative(Array(sample.bytes.prefix(sample.least))) == sample.charset)
        #expect(Self.alternative(Array(sample.bytes.prefix(sample.least - 2))) == nil)
        // Who has a label is read by it.
        #expect(Self.alternative(sample.bytes, "text/html; charset=windows-1252") == nil)
        let label = Array("<meta charset=windows-1252>".utf8)
        #expect(Self.alternative(label + sample.bytes) == nil)
        // Cut anywhere behind that, and with much markup between.
        let many = Array(repeating: sample.bytes + Array("</p>\n<p>".utf8), count: 20).flatMap(
            \.self)
        for count in 400..<480 {
            #expect(Self.alternative(Array(many.prefix(count))) == sample.charset)
        }
    }

    /// Letters past ASCII that stand alone or in twos are of the West.
    @Test(arguments: [
        "caf\u{E9}",
        "\u{C9}t\u{E9} \u{E0} la c\u{F4}te, o\u{F9} l'\u{E9}l\u{E8}ve r\u{EA}ve \u{E7}a",
        "\u{DC}ber gr\u{F6}\u{DF}ere \u{C4}pfel, m\u{FC}\u{DF}ig s\u{FC}\u{DF} f\u{FC}r B\u{E4}r und K\u{F6}nig",
        "p\u{E4}\u{E4}t\u{F6}s s\u{E4}\u{E4} h\u{E4}\u{E4}y\u{F6}aie t\u{F6}\u{F6}t py\u{F6}r\u{E4} v\u{E4}h\u{E4}",
        "\u{AB} oui \u{BB} \u{AB} non \u{BB} \u{A9} \u{A9} \u{A9} \u{B0} \u{B0} \u{B0} \u{D7} \u{D7}",
    ])
    func western(_ text: String) {
        let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        #expect(Self.alternative(bytes) == nil)
        #expect(Self.alternative(Array(repeating: bytes, count: 20).flatMap { $0 + [0x20] }) == nil)
    }

    @Test(
        "UTF-8 but for some bytes",
        arguments: [
            ("đánh bạc", 1, true), ("đánh bạc", 6, true), ("đánh bạc", 7, false),
            ("é", 1, true), ("é", 2, false), ("", 1, false), ("赌博网站", 3, true),
            ("казино онлайн", 5, true), ("カジノ", 4, true),
        ])
    func mostlyUTF8(_ text: String, _ badCount: Int, _ isFound: Bool) {
        let bad = Array(repeating: Array("caf".utf8) + [0xE9, 0x20], count: badCount).flatMap(
            \.self)
        #expect(Self.alternative(bad + Array(text.utf8)) == (isFound ? .utf8 : nil))
        #expect(Self.alternative(Array(text.utf8) + [0x20] + bad) == (isFound ? .utf8 : nil))
        #expect(Self.alternative(bad + Array(text.utf8), "text/html; charset=latin1") == nil)
    }
}
