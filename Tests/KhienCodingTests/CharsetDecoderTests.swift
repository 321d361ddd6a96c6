import Foundation
import KhienCoding
import KhienModel
import Testing

/// Charsets against Python's codecs, Swift's own decoding, and themselves cut otherwise.
@Suite("Charset decoders")
struct CharsetDecoderTests {
    /// Bytes that hold every kind of sequence: text, cut characters, noise.
    static func samples(_ generator: inout SeededGenerator) -> [[UInt8]] {
        let phrases = [
            "Trường học: một hai ba.", "<p>Việt Nam</p>\r\n", "日本語の文章です。", "中文网页，简体字",
            "繁體中文網頁", "한국어 문장입니다", "Русский текст", "😀 emoji 🇻🇳", "ascii only, long enough",
        ]
        var result: [[UInt8]] = []
        for _ in 0..<30 {
            var bytes: [UInt8] = []
            while bytes.count < 60 {
                let phrase = phrases[generator.below(phrases.count)]
                switch generator.below(4) {
                case 0: bytes += phrase.utf8
                case 1: bytes += phrase.utf8.prefix(generator.below(phrase.utf8.count))
                case 2:
                    for unit in phrase.utf16 {
                        bytes += [UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8)]
                    }
                default:
                    for _ in 0..<generator.below(8) {
                        bytes.append(UInt8(truncatingIfNeeded: generator.next()))
                    }
                }
            }
            result.append(bytes)
        }
        return result
    }

    @Test("Any cut gives the same text", arguments: Charset.allCases)
    func cuts(_ charset: Charset) throws {
        var generator = SeededGenerator(seed: 21)
        for sample in Self.samples(&generator) {
            let whole = try decode(sample, charset)
            #expect(String(validating: whole, as: UTF8.self) != nil)
            for place in 0...sample.count {
                #expect(try decode(sample, charset, .once(at: place)) == whole)
            }
            let least = Limits.Coding.outputBytesMin
            for step in [1, 2, 3, 5] {
                let cuts = Cuts.every(step, of: sample.count, outputBytes: least)
                #expect(try decode(sample, charset, cuts) == whole)
                #expect(try decode(sample, charset, cuts, passing: true) == whole)
            }
            #expect(try decode(sample, charset, .whole(), passing: true) == whole)
            let long = Array([[UInt8]](repeating: sample, count: 40).joined())
            let wholeLong = try decode(long, charset, .whole(100_000))
            for outputBytes in [least, 77, 1000] {
                let cuts = Cuts.random(&generator, of: long.count, outputBytes: outputBytes)
                #expect(try decode(long, charset, cuts) == wholeLong)
                #expect(try decode(long, charset, cuts, passing: true) == wholeLong)
            }
        }
    }

    @Test("UTF-8 and UTF-16 as Swift's own decoding has them")
    func unicode() throws {
        var generator = SeededGenerator(seed: 22)
        for sample in Self.samples(&generator) {
            // No byte order mark at the start, which would be dropped.
            let bytes = [0x41, 0x00] + sample
            let long = bytes + bytes + bytes
            #expect(text(try decode(long, .utf8)) == String(decoding: long, as: UTF8.self))
            let units = stride(from: 0, to: bytes.count - 1, by: 2).map {
                UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8
            }
            let even = Array(bytes[..<(units.count * 2)])
            #expect(
                text(try decode(even, .utf16LittleEndian))
                    == String(decoding: units, as: UTF16.self))
            let swapped = units.map(\.byteSwapped)
            #expect(
                text(try decode(even, .utf16BigEndian)) == String(decoding: swapped, as: UTF16.self)
            )
        }
    }

    @Test("UTF-8: every pair and many triples of bytes, at every place of a word")
    func everySequence() throws {
        var input: [UInt8] = []
        let interesting: [UInt8] = [
            0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0,
            0xE1,
            0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF7, 0xF8, 0xFB, 0xFC, 0xFE,
            0xFF,
        ]
        var padding = 0
        for first in interesting {
            for second in interesting {
                for third in interesting {
                    for fourth in [0x41, 0x80, 0xC3, 0xF0] as [UInt8] {
                        padding = (padding + 1) % 8
                        input += [UInt8](repeating: 0x20, count: padding)
                        input += [first, second, third, fourth]
                    }
                }
            }
        }
        #expect(try decode(input, .utf8) == Array(String(decoding: input, as: UTF8.self).utf8))
        // A page full of valid characters of each length, at each offset.
        for offset in 0..<16 {
            let valid =
                String(repeating: "a", count: offset)
                + String(repeating: "ếđ😀aằ\u{7FF}\u{800}\u{FFFF}", count: 50)
            var decoder = try CharsetDecoder(.utf8)
            #expect(decoder.passThrough([UInt8](valid.utf8).span) == valid.utf8.count)
        }
    }

    @Test("A byte order mark is dropped, once")
    func marks() throws {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        for step in 1...7 {
            let input = mark + mark + [0x61]
            let cuts = Cuts.every(step, of: input.count)
            #expect(try decode(input, .utf8, cuts) == mark + [0x61])
            #expect(try decode(input, .utf8, cuts, passing: true) == mark + [0x61])
            #expect(try decode(mark, .utf8, cuts) == [])
            let little: [UInt8] = [0xFF, 0xFE, 0x61, 0x00, 0xFF, 0xFE]
            #expect(try decode(little, .utf16LittleEndian, cuts) == [0x61] + mark)
            let big: [UInt8] = [0xFE, 0xFF, 0x00, 0x61]
            #expect(try decode(big, .utf16BigEndian, cuts) == [0x61])
        }
        #expect(text(try decode([0xEF, 0xBB], .utf8)) == "\u{FFFD}")
        #expect(
            text(try decode([0x61, 0x00, 0x3D, 0xD8, 0x00], .utf16LittleEndian)) == "a\u{FFFD}")
    }

    @Test("Charsets that hide markup are one U+FFFD")
    func replacement() throws {
        #expect(
            text(try decode([UInt8]("<script>".utf8), .replacement, .every(1, of: 8))) == "\u{FFFD}"
        )
        #expect(try decode([], .replacement) == [])
        #expect(text(try decode([0x41, 0x80, 0xFF], .userDefined)) == "A\u{F780}\u{F7FF}")
    }

    @Test(
        "Single-byte charsets as Python's codecs have them",
        .enabled(if: Tools.arePresent, "\(Tools.comment)"))
    func singleByte() throws {
        let names: [(Charset, String)] = Charset.allCases.compactMap { charset in
            switch charset.rawValue {
            case Charset.ibm866.rawValue...Charset.macCyrillic.rawValue: break
            default: return nil
            }
            let name = charset.name
            switch charset {
            case .iso8859Part8Logical: return (charset, "iso8859_8")
            case .macintosh: return (charset, "mac_roman")
            case .macCyrillic: return (charset, "mac_cyrillic")
            default: return (charset, name.replacing("windows-", with: "cp"))
            }
        }
        let program = """
            for name in "\(names.map(\.1).joined(separator: " "))".split():
                print(" ".join(str(ord(bytes([b]).decode(name, "replace"))) for b in range(256)))
            """
        let rows = text(try Tools.python(program)).split(separator: "\n")
        #expect(rows.count == names.count)
        var differences = 0
        for (line, row) in zip(names, rows) {
            let expected = row.split(separator: " ").compactMap { UInt32($0) }
            for byte in 0..<256 {
                let found = text(try decode([UInt8(byte)], line.0)).unicodeScalars.map(\.value)
                if found == [expected[byte]] { continue }
                differences += 1
                // Where the Encoding Standard goes its own way: C1 controls for what Windows leaves
                // open, and a few signs.
                let isControl = line.1.hasPrefix("cp") && byte < 0xA0 && found == [UInt32(byte)]
                let isNamed =
                    switch line.0 {
                    case .koi8U: byte == 0xAE || byte == 0xBE
                    case .windows1255: byte == 0xCA
                    case .macCyrillic: byte == 0xFF || byte == 0xA2 || byte == 0xB6
                    default: false
                    }
                #expect(isControl || isNamed, "\(line.0) \(byte) \(found) \(expected[byte])")
            }
        }
        #expect(differences > 20)
    }

    @Test(
        "TCVN3, VISCII and windows-1258 by the charmaps of GNU libc",
        .enabled(if: TestData.isPresent && Tools.arePresent, "\(TestData.comment)"),
        arguments: [
            (Charset.tcvn3, "TCVN5712-1"), (.viscii, "VISCII"), (.windows1258, "CP1258"),
        ])
    func charmaps(_ charset: Charset, _ name: String) throws {
        let file = TestData.folder.appending(path: "vectors/charmaps/\(name).gz").path
        let map = text(try Tools.run(["gzip", "-dc", file], []))
        var checked = 0
        for line in map.split(separator: "\n") where line.hasPrefix("<U") {
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count >= 2, fields[1].count == 4, fields[1].hasPrefix("/x"),
                let byte = UInt8(fields[1].dropFirst(2), radix: 16),
                let scalar = UInt32(fields[0].dropFirst(2).dropLast(), radix: 16)
            else { continue }
            let found = text(try decode([byte], charset)).unicodeScalars.map(\.value)
            #expect(found == [scalar], "\(byte)")
            checked += 1
        }
        #expect(checked >= 240)
    }

    static let eastAsian: [(Charset, String, String)] = [
        (.gb18030, "gb18030", "中文网页，简体字：𠀀 ㊣ € 漢字 ĀàǑ"), (.gbk, "gbk", "中文网页，简体字。丂丄"),
        (.big5, "big5hkscs", "繁體中文網頁，測試。香港㗎喺"), (.eucJP, "euc_jp", "日本語の文章、半角ｶﾅ。丂"),
        (.shiftJIS, "cp932", "日本語の文章、半角ｶﾅ①。ソ表"), (.iso2022JP, "iso2022_jp", "日本語の文章と abc。"),
        (.eucKR, "cp949", "한국어 문장입니다. 뷁똠방각하"),
    ]

    @Test(
        "East Asian charsets as Python's codecs have them",
        .enabled(if: Tools.arePresent, "\(Tools.comment)"), arguments: eastAsian)
    func eastAsianText(_ charset: Charset, _ codec: String, _ sample: String) throws {
        let program = """
            import sys
            sys.stdout.buffer.write(sys.stdin.buffer.read().decode().encode('\(codec)'))
            """
        let line = "<p title=\"x\">" + sample + "</p>\n"
        let original = String(repeating: line, count: 30)
        let bytes = try Tools.run(["python3", "-c", program], [UInt8](original.utf8))
        #expect(!bytes.isEmpty)
        let least = Limits.Coding.outputBytesMin
        for cuts in [
            Cuts.whole(), .every(1, of: bytes.count),
            .every(3, of: bytes.count, outputBytes: least),
        ] {
            #expect(text(try decode(bytes, charset, cuts)) == original)
            #expect(text(try decode(bytes, charset, cuts, passing: true)) == original)
        }
    }

    @Test("Malformed East Asian bytes swallow no markup")
    func malformed() throws {
        let rows: [(Charset, [UInt8], String)] = [
            (.shiftJIS, [0x81, 0x3C, 0x70, 0x3E], "\u{FFFD}<p>"),
            (.big5, [0xA1, 0x3C, 0x70, 0x3E], "\u{FFFD}<p>"),
            (.eucKR, [0xC9, 0x3C, 0x70], "\u{FFFD}<p"),
            (.eucJP, [0x8F, 0x3C, 0x70], "\u{FFFD}<p"),
            (.gbk, [0x81, 0x20, 0x3C], "\u{FFFD} <"), (.gbk, [0x80], "€"),
            (.gb18030, [0xFF, 0x3C], "\u{FFFD}<"), (.gb18030, [0x81, 0x30], "\u{FFFD}"),
            (.shiftJIS, [0x83], "\u{FFFD}"),
        ]
        for (charset, bytes, expected) in rows {
            #expect(text(try decode(bytes, charset)) == expected, "\(charset) \(bytes)")
        }
    }

    @Test("An output that is too small is a mistake of the program")
    func room() async {
        #expect(Limits.Coding.outputBytesMin == 64)
        await #expect(processExitsWith: .failure) {
            _ = try decode([0x61], .utf8, .whole(63))
        }
        await #expect(processExitsWith: .success) {
            _ = try decode([0x61], .utf8, .whole(64))
        }
    }

    @Test("The C library has all converters")
    func prepared() {
        #expect(CharsetDecoder.prepare().missing.isEmpty)
    }
}
