import KhienModel
import KhienText
import Testing

/// Tabs, newlines and outer spaces are taken out before a URL is parsed: of a short one on the stack,
/// of a longer one in memory that is kept.
@Suite struct WebURLCleaningTests {
    private static func serialised(_ input: [UInt8], _ url: inout WebURL) throws -> [UInt8] {
        try url.parse(input.span)
        return url.bytes
    }

    /// Lengths on both sides of every border, up to the longest URL.
    @Test(arguments: [40, 63, 64, 65, 1_023, 1_024, 1_025, 1_026, 5_000, Limits.Text.urlBytesMax])
    func theSameAsWithoutThem(_ count: Int) throws {
        let dirt: [[UInt8]] = [Array("\t".utf8), Array("\r\n".utf8), Array("\n".utf8)]
        let head = Array("http://a.test/x/../y?".utf8)
        let clean = head + [UInt8](repeating: UInt8(ascii: "q"), count: count - head.count - 4)
        var url = WebURL()
        let expected = try Self.serialised(clean, &url)
        for bytes in dirt {
            for place in [0, 1, 5, 7, 10, clean.count / 2, clean.count - 1, clean.count] {
                var input = clean
                input.insert(contentsOf: bytes, at: place)
                input.insert(UInt8(ascii: " "), at: 0)
                input.append(0x1F)
                #expect(input.count <= count)
                #expect(try Self.serialised(input, &url) == expected, "\(bytes) at \(place)")
            }
        }
    }

    @Test func nothingIsLeft() {
        for input in ["", " ", "\t", " \r\n\t ", String(repeating: " \t", count: 2_000)] {
            var url = WebURL()
            #expect(throws: WebURLError.self) { try url.parse(Array(input.utf8).span) }
            #expect(url.bytes.isEmpty)
        }
    }
}
