import KhienText
import Testing

@Suite struct TargetCanonicalizerTests {
    /// Shapes met in published lists (doubled slashes, `http:\\`, missing colon, `hxxp`, ports).
    @Test(
        arguments: [
            ("example.test/a", "example.test/a", []),
            ("example.test", "example.test/", []),
            ("http://example.test/a", "example.test/a", .schemeRemoved),
            ("HTTPS://example.test/a", "example.test/a", .schemeRemoved),
            ("//example.test/a", "example.test/a", .schemeRemoved),
            ("http//example.test/a", "example.test/a", .schemeRemoved),
            ("http:example.test/a", "example.test/a", .schemeRemoved),
            ("hxxp://example.test/a", "example.test/a", .schemeRemoved),
            ("http:\\\\example.test\\a", "example.test/a", [.schemeRemoved, .backslashes]),
            ("example.test:8080/a", "example.test/a", .portRemoved),
            ("http://example.test:80/a", "example.test/a", [.schemeRemoved, .portRemoved]),
            ("user:pw@example.test/a", "example.test/a", .userinfoRemoved),
            ("example.test/a#b", "example.test/a", .fragmentRemoved),
            ("example.test/#", "example.test/", .fragmentRemoved),
            ("example.test/?", "example.test/", .emptyQueryRemoved),
            ("Example.test/A", "example.test/A", .caseFolded),
            ("bücher.test/", "xn--bcher-kva.test/", .idnConverted),
            ("example.test./a", "example.test/a", .trailingDotRemoved),
            (".example..test/a", "example.test/a", .trailingDotRemoved),
            ("example.test/%61", "example.test/a", .unescaped),
            ("example.test/%c3%a9", "example.test/%C3%A9", .unescaped),
            ("example.test/%C3%A9", "example.test/%C3%A9", []),
            ("example.test/?%61", "example.test/?a", .unescaped),
            ("example.test/a b", "example.test/a%20b", .unescaped),
            ("example.test/a\\b", "example.test/a/b", .backslashes),
            ("example.test/a//b", "example.test/a/b", .pathResolved),
            ("example.test/%2e%2e/b", "example.test/b", [.unescaped, .pathResolved]),
            ("0x7f.1/a", "127.0.0.1/a", .addressRewritten),
            ("[0::1]/a", "[::1]/a", .addressRewritten),
            ("  example.test/a\r", "example.test/a", .whitespace),
            ("example.test/a\tb", "example.test/ab", .whitespace),
            ("data.test/a", "data.test/a", []),
            ("http/a", "http/a", []),
        ] as [(String, String, Repair)])
    func urls(text: String, form: String, repairs: Repair) throws {
        var lookup = LookupURL()
        let found = try LookupURL.canonicalizeTarget(Array(text.utf8).span, into: &lookup)
        #expect(String(decoding: lookup.bytes, as: UTF8.self) == form)
        #expect(found == repairs, "\(found.message)")
        #expect(repairs.isEmpty == found.message.isEmpty)
    }

    @Test(
        arguments: [
            ("", .empty), (" \t", .empty), ("/path", .host(.empty)), ("http://", .host(.empty)),
            ("#x", .host(.empty)), ("mailto:a@example.test", .unsupportedScheme),
            ("data:text/plain,x", .unsupportedScheme),
            ("gopher://example.test", .unsupportedScheme),
            ("example.test:x/", .url(.badPort)), ("example.test:65536/", .url(.portTooLarge)),
            ("a b/", .host(.forbiddenByte(0x20, offset: 1))),
            ("$0/", nil),
        ] as [(String, TargetError?)])
    func refusedURLs(text: String, wanted: TargetError?) {
        var canonicalizer = TargetCanonicalizer()
        let bytes = Array(text.utf8)
        guard let wanted else {
            // A name that the URL Standard allows; whether it can exist is for the lists to say.
            #expect(throws: Never.self) { try canonicalizer.canonicalizeURL(bytes.span) }
            return
        }
        #expect(throws: wanted) { try canonicalizer.canonicalizeURL(bytes.span) }
        #expect(!wanted.message.isEmpty)
    }

    @Test(
        arguments: [
            ("example.test", "example.test", []),
            ("EXAMPLE.test.", "example.test", [.caseFolded, .trailingDotRemoved]),
            ("http://example.test/", "example.test", [.schemeRemoved, .slashRemoved]),
            ("example.test:443", "example.test", .portRemoved),
            ("thuốc.test", "xn--thuc-2x5a.test", .idnConverted),
            ("::1", "[::1]", []), ("0::1", "[::1]", .addressRewritten), ("[::1]", "[::1]", []),
            ("127.1", "127.0.0.1", .addressRewritten), ("127.0.0.1", "127.0.0.1", []),
            ("[::1]:80", "[::1]", .portRemoved),
            ("x@example.test", "example.test", .userinfoRemoved),
        ] as [(String, String, Repair)])
    func hosts(text: String, form: String, repairs: Repair) throws {
        var output: [UInt8] = []
        let found = try HostCanonicalizer.canonicalizeHostTarget(
            Array(text.utf8).span, into: &output)
        #expect(String(decoding: output, as: UTF8.self) == form)
        #expect(found.repairs == repairs, "\(found.repairs.message)")
    }

    @Test(
        arguments: [
            ("example.test/a", .notAHost), ("example.test?", .notAHost),
            ("example.test#a", .notAHost),
            ("example.test//", .notAHost), ("", .empty), ("/", .host(.empty)),
        ] as [(String, TargetError?)])
    func refusedHosts(text: String, wanted: TargetError?) {
        var canonicalizer = TargetCanonicalizer()
        let bytes = Array(text.utf8)
        guard let wanted else { return }
        #expect(throws: wanted) { try canonicalizer.canonicalizeHost(bytes.span) }
    }
}
