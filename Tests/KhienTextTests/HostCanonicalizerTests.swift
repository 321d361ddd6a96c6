import KhienText
import Testing

@Suite struct HostCanonicalizerTests {
    private static func canonical(_ bytes: [UInt8]) -> Result<String, HostError> {
        var output: [UInt8] = [0xFF]
        do throws(HostError) {
            _ = try HostCanonicalizer.canonicalize(bytes.span, into: &output)
            return .success(String(decoding: output, as: UTF8.self))
        } catch {
            #expect(output.isEmpty)
            return .failure(error)
        }
    }

    @Test(arguments: [
        ("example.test", "example.test"), ("EXAMPLE.Test", "example.test"),
        ("a_b.example.test", "a_b.example.test"), ("_dmarc.example.test", "_dmarc.example.test"),
        ("example.test.", "example.test"), ("example.test...", "example.test"),
        ("..example..test", "example.test"), ("%65xample%2Etest", "example.test"),
        ("bücher.test", "xn--bcher-kva.test"), ("BÜCHER.test", "xn--bcher-kva.test"),
        ("bu\u{308}cher.test", "xn--bcher-kva.test"), ("b%C3%BCcher.test", "xn--bcher-kva.test"),
        ("XN--BCHER-KVA.test", "xn--bcher-kva.test"), ("faß.test", "xn--fa-hia.test"),
        ("ｅｘａｍｐｌｅ。ｔｅｓｔ", "example.test"), ("ex\u{AD}ample.test", "example.test"),
        ("thuốcđộc.test", "xn--thucc-8ya4244c5ba.test"),
        ("xn--a.test", "xn--a.test"),
        ("127.0.0.1", "127.0.0.1"), ("0x7f.1", "127.0.0.1"), ("2130706433", "127.0.0.1"),
        ("0177.0.0.01", "127.0.0.1"), ("127.0.0.1.", "127.0.0.1"), ("127.0.0.1..", "127.0.0.1"),
        ("１２７.0.0.1", "127.0.0.1"), ("0x", "0.0.0.0"), ("4294967295", "255.255.255.255"),
        ("[0:0:0::1]", "[::1]"), ("[::FFFF:1.2.3.4]", "1.2.3.4"),
        ("[64:ff9b::1.2.3.4]", "1.2.3.4"), ("[64:ff9b::1:0:0]", "[64:ff9b::1:0:0]"),
        ("[::fffe:1.2.3.4]", "[::fffe:102:304]"), ("[::1.2.3.4]", "[::102:304]"),
        ("[1:0:0:2:0:0:0:3]", "[1:0:0:2::3]"), ("1.2.3.4.example", "1.2.3.4.example"),
        ("0x.example", "0x.example"), ("a.0b", "a.0b"),
    ])
    func forms(input: String, wanted: String) {
        #expect(Self.canonical(Array(input.utf8)) == .success(wanted))
        #expect(Self.canonical(Array(wanted.utf8)) == .success(wanted))
    }

    @Test(
        arguments: [
            ("", .empty), (".", .empty), ("...", .empty), ("\u{AD}", .empty),
            ("a b", .forbiddenByte(0x20, offset: 1)), ("a%20b", .forbiddenByte(0x20, offset: 1)),
            ("a%00", .forbiddenByte(0, offset: 1)), ("a%25", .forbiddenByte(0x25, offset: 1)),
            ("a/b", .forbiddenByte(0x2F, offset: 1)), ("a@b", .forbiddenByte(0x40, offset: 1)),
            ("a:80", .forbiddenByte(0x3A, offset: 1)), ("a\u{7F}", .forbiddenByte(0x7F, offset: 1)),
            ("a\u{FFFD}", .forbiddenScalar(0xFFFD)), ("a\u{E000}", .forbiddenScalar(0xE000)),
            ("é.xn--a", .forbiddenScalar(0x80)), ("é.xn--", .invalidPunycode),
            ("é.xn--99999999", .invalidPunycode), ("é.xn--é", .invalidPunycode),
            ("\u{301}a.test", .invalidLabelStart), ("a\u{200D}é", .misplacedJoiner),
            ("a\u{5D0}", .bidirectional), ("\u{5D0}a", .bidirectional),
            ("1.2.3.4.5", .badIPv4), ("256.256.256.256", .badIPv4), ("4294967296", .badIPv4),
            ("example.1", .badIPv4), ("example.1..", .badIPv4), ("08.1", .badIPv4),
            ("99999999999999999999999999", .badIPv4), ("1..0x100000000", .badIPv4),
            ("[::1", .badIPv6), ("[]", .badIPv6), ("[1::2::3]", .badIPv6),
            ("[::1%25eth0]", .badIPv6),
            ("[1:2:3:4:5:6:7]", .badIPv6), ("[1:2:3:4:5:6:7:8:9]", .badIPv6),
            ("[::1.2.3]", .badIPv6),
            ("[::01.2.3.4]", .badIPv6), ("[:1]", .badIPv6), ("[1:]", .badIPv6),
            ("[12345::]", .badIPv6),
        ] as [(String, HostError)])
    func errors(input: String, wanted: HostError) {
        #expect(Self.canonical(Array(input.utf8)) == .failure(wanted))
        #expect(!wanted.message.isEmpty)
    }

    @Test(
        arguments: [
            ("a_b-c.d9.test", nil), ("$0", 0), ("a,b.test", 1), ("*.test", 0), ("a.test!", 6),
            ("", nil),
        ] as [(String, Int?)])
    func oddBytes(name: String, offset: Int?) {
        #expect(HostCanonicalizer.oddByteOffset(inName: Array(name.utf8).span) == offset)
    }

    @Test func bytesThatAreNotUTF8() {
        for bytes: [UInt8] in [
            [0x61, 0xFF], [0x61, 0xC3], [0x61, 0xC0, 0x80], [0x61, 0xED, 0xA0, 0x80],
        ] {
            #expect(Self.canonical(bytes) == .failure(.notUTF8(offset: 1)))
        }
    }

    @Test func limits() {
        let label = String(repeating: "a", count: 63)
        let name = "\(label).\(label).\(label).\(String(repeating: "b", count: 61))"
        #expect(Self.canonical(Array(name.utf8)) == .success(name))
        #expect(Self.canonical(Array((name.uppercased() + ".").utf8)) == .success(name))
        #expect(
            Self.canonical(Array((name + "b").utf8))
                == .failure(.tooLong(bytes: 254, limit: 253)))
        #expect(
            Self.canonical(Array((label + "a.test").utf8))
                == .failure(.labelTooLong(bytes: 64, limit: 63)))
        let dots = String(repeating: ".", count: 4096 - 4)
        #expect(Self.canonical(Array((dots + "test").utf8)) == .success("test"))
        #expect(
            Self.canonical(Array((dots + "test.").utf8))
                == .failure(.inputTooLong(bytes: 4097, limit: 4096)))
        // U+1F248 becomes three scalars: the mapped name is over its limit before any label is.
        let wide = String(repeating: "\u{1F248}", count: 682)
        let ending = Self.canonical(Array((wide + "ab").utf8))
        guard case .failure(.tooLong(_, limit: 253)) = ending else {
            Issue.record("at the limit: \(ending)")
            return
        }
        #expect(
            Self.canonical(Array((wide + "abc").utf8))
                == .failure(.inputTooLong(bytes: 2049, limit: 2048)))
    }

    @Test(arguments: [
        ("xn--bcher-kva.test", "bücher.test"), ("example.test", "example.test"),
        ("xn--a.test", "xn--a.test"), ("xn--.test", "xn--.test"), ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "[::1]"), ("xn--thucc-8ya4244c5ba.test", "thuốcđộc.test"), ("", ""),
        ("xn--zn7c.test", "xn--zn7c.test"),
    ])
    func display(host: String, shown: String) {
        #expect(HostDisplay.toUnicode(Array(host.utf8).span) == shown)
    }
}
