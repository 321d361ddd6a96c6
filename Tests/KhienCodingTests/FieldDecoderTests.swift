import KhienCoding
import KhienModel
import Testing

/// Fields of forms: UTF-8, and windows-1252 where they are none.
@Suite struct FieldDecoderTests {
    private static func decode(_ bytes: [UInt8], size: Int) -> String {
        var decoder = CharsetDecoder.ofFields()
        var result: [UInt8] = []
        var room = [UInt8](repeating: 0, count: Limits.Coding.outputBytesMin)
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = bytes.span.extracting(start..<min(start + size, bytes.count))
            var offset = decoder.passThrough(piece)
            result += (0..<offset).map { piece[$0] }
            while offset < piece.count {
                var output = room.mutableSpan
                let step = decoder.decode(piece.extracting(offset...), into: &output)
                offset += step.read
                result += room.prefix(step.written)
            }
        }
        var output = room.mutableSpan
        let written = decoder.finish(into: &output)
        return String(decoding: result + room.prefix(written), as: UTF8.self)
    }

    @Test(
        arguments: [
            (Array("Bến Nghé".utf8), "Bến Nghé"), ([0x6E, 0x68, 0xE0, 0x20], "nhà "),
            ([0xE9], "é"), ([0xE1, 0xBA], "áº"), ([0xE1, 0xBA, 0x61], "áºa"),
            ([0xE1, 0xBA, 0xBF, 0xE9, 0xC3, 0xA9], "ếéé"), ([0xF0, 0x9F, 0x8E], "ðŸŽ"),
            ([0xE1, 0xE1, 0xBA, 0xBF], "áế"), ([0xC0, 0x80], "À€"),
            ([0xED, 0xA0, 0x80], "í\u{A0}€"),
            ([0x61, 0xE0, 0, 0xE0, 0x62], "aà\0àb"), ([0xFF, 0xC3, 0xC3, 0xA9, 0x80], "ÿÃé€"),
        ])
    func fields(bytes: [UInt8], wanted: String) {
        for repeats in [1, 40] {
            let all = Array(repeatElement(bytes + [0x20], count: repeats).joined())
            let text = String(repeating: wanted + " ", count: repeats)
            for size in [1, 2, 3, 5, 64, 10_000] {
                #expect(
                    Self.decode(all, size: size).unicodeScalars.elementsEqual(text.unicodeScalars))
            }
        }
        #expect(Self.decode(bytes, size: 1).unicodeScalars.elementsEqual(wanted.unicodeScalars))
    }
}
