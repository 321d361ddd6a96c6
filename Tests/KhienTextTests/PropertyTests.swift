import KhienText
import Testing

/// Properties that hold for any input, on seeded random ones: nothing traps, each form is its own
/// form, and the fast path agrees with the full parser.
@Suite struct PropertyTests {
    private static let rounds = 60_000

    /// Pieces that make the parsers' states meet; random bytes alone rarely reach them.
    private static let pieces = [
        "http://", "https://", "http:", "HTTP://", "file:", "file:///", "ws://", "mailto:", "x:",
        "x://", "//", "/", "\\", "?", "#", "@", ":", ":80", ":443", ":8080", ":99999", ":0",
        ".", "..", "/../", "/./", "%2e", "%2E%2e", "%252e", "%", "%2", "%00", "%0a", "%25", "%3F",
        "%23", "%5c", "%C3%A9", "%ff", "example.test", "EXAMPLE", "a.b", "..", "xn--", "xn--a",
        "xn--bcher-kva", "bücher", "thuốc", "faß", "\u{301}", "\u{200D}", "\u{5D0}", "\u{AD}",
        "。", "１", "1.2.3.4", "0x7f.1", "4294967295", "0", "[::1]", "[", "]", "[1:2::1.2.3.4]",
        "C:", "C|", "localhost", "user", "user:pw@", " ", "\t", "\n", "\r", "\u{0}", "\u{7F}",
        "'", "\"", "<", ">", "`", "{", "}", "^", "|", "~", "_", "-", "a", "=", "&", ";", "日本",
        "\u{FFFD}", "\u{10FFFF}", "\u{FEFF}",
    ]

    private static func hostileInput(_ generator: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        if Bool.random(using: &generator) { bytes += Array("http://".utf8) }
        for _ in 0..<Int.random(in: 0...8, using: &generator) {
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: bytes.append(UInt8.random(in: 0...255, using: &generator))
            default:
                let index = Int.random(in: 0..<pieces.count, using: &generator)
                bytes += Array(pieces[index].utf8)
            }
        }
        // Odd input is often cut input.
        if Int.random(in: 0..<8, using: &generator) == 0, !bytes.isEmpty {
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
        }
        return bytes
    }

    @Test func urlReparsesToItself() throws {
        var generator = SeededGenerator(seed: 1)
        var url = WebURL()
        var again = WebURL()
        var parsed = 0
        for _ in 0..<Self.rounds {
            let input = Self.hostileInput(&generator)
            do { try url.parse(input.span) } catch {
                #expect(url.bytes.isEmpty)
                continue
            }
            parsed += 1
            try again.parse(url.bytes.span)
            #expect(again.bytes == url.bytes, "\(input)")
            #expect(Self.components(again) == Self.components(url), "\(input)")
            #expect(url.bytes.allSatisfy { (0x20...0x7E).contains($0) })
        }
        #expect(parsed > Self.rounds / 8)
    }

    @Test func urlWithBaseReparsesToItself() throws {
        var generator = SeededGenerator(seed: 2)
        let bases = try [
            "http://user:pw@example.test:81/a/b?c#d", "file:///C:/a/b", "file://host/a", "x:opaque",
            "x://h/a/b", "x:/a//b", "x:/..//b",
        ].map { try WebURL($0) }
        var again = WebURL()
        var parsed = 0
        for round in 0..<Self.rounds {
            let input = Self.hostileInput(&generator).drop { round % 2 == 0 && $0 == 0x68 }
            let bytes = Array(input)
            var url = WebURL()
            do { try url.parse(bytes.span, base: bases[round % bases.count]) } catch { continue }
            parsed += 1
            try again.parse(url.bytes.span)
            #expect(again.bytes == url.bytes, "\(bytes)")
            #expect(Self.components(again) == Self.components(url), "\(bytes)")
        }
        #expect(parsed > Self.rounds / 4)
    }

    @Test func fastPathAgreesWithTheFullParser() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<Self.rounds {
            let input = Self.hostileInput(&generator)
            Self.compareParsers(input)
        }
    }

    static func compareParsers(_ input: [UInt8]) {
        var fast = WebURL()
        var full = WebURL()
        var fastError: WebURLError?
        var fullError: WebURLError?
        do { try fast.parse(input.span) } catch { fastError = error }
        do { try full.parseFully(input.span) } catch { fullError = error }
        #expect(fastError == fullError, "\(input)")
        #expect(fast.bytes == full.bytes, "\(input)")
        #expect(components(fast) == components(full), "\(input)")
        guard fastError == nil else { return }
        // What the fast path knows to be plain must be what the full derivation gives.
        var fastLookup = LookupURL()
        var fullLookup = LookupURL()
        var fastHostError: HostError?
        var fullHostError: HostError?
        do { try fastLookup.derive(from: fast) } catch { fastHostError = error }
        do { try fullLookup.derive(from: full) } catch { fullHostError = error }
        #expect(fastHostError == fullHostError, "\(input)")
        #expect(fastLookup.bytes == fullLookup.bytes, "\(input)")
        #expect(fastLookup.hostEnd == fullLookup.hostEnd, "\(input)")
        #expect(fastLookup.pathEnd == fullLookup.pathEnd, "\(input)")
    }

    @Test func lookupFormIsItsOwnForm() throws {
        var generator = SeededGenerator(seed: 4)
        var url = WebURL()
        var lookup = LookupURL()
        var derived = 0
        for _ in 0..<Self.rounds {
            let input = Self.hostileInput(&generator)
            do {
                try url.parse(input.span)
                try lookup.derive(from: url)
            } catch { continue }
            derived += 1
            try Self.expectStable(lookup, input)
        }
        #expect(derived > Self.rounds / 12)
    }

    static func expectStable(_ lookup: LookupURL, _ input: [UInt8]) throws {
        var url = WebURL()
        var again = LookupURL()
        let text = Array("http://".utf8) + lookup.bytes
        try url.parse(text.span)
        try again.derive(from: url)
        #expect(again.bytes == lookup.bytes, "\(input)")
        #expect(again.hostEnd == lookup.hostEnd && again.pathEnd == lookup.pathEnd, "\(input)")
        #expect(again.hostKind == lookup.hostKind, "\(input)")
        #expect(lookup.bytes[lookup.hostEnd] == 0x2F)
        #expect(lookup.bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x23 })
    }

    @Test func canonicalHostIsItsOwnForm() throws {
        var generator = SeededGenerator(seed: 5)
        var output: [UInt8] = []
        var again: [UInt8] = []
        var accepted = 0
        for _ in 0..<Self.rounds {
            let input = Self.hostileInput(&generator)
            let kind: WebURL.HostKind
            do { kind = try HostCanonicalizer.canonicalize(input.span, into: &output) } catch {
                continue
            }
            accepted += 1
            #expect(try HostCanonicalizer.canonicalize(output.span, into: &again) == kind)
            #expect(again == output, "\(input)")
            _ = HostDisplay.toUnicode(output.span)
        }
        #expect(accepted > 1_000)
    }

    /// An entry without repairs is its lookup form; an entry and its form mean the same.
    @Test func targetsAndTheirForms() throws {
        var generator = SeededGenerator(seed: 6)
        var canonicalizer = TargetCanonicalizer()
        var accepted = 0
        for _ in 0..<Self.rounds {
            let input = Self.hostileInput(&generator)
            let repairs: Repair
            do { repairs = try canonicalizer.canonicalizeURL(input.span) } catch { continue }
            accepted += 1
            let form = canonicalizer.lookup.bytes
            if repairs.isEmpty {
                // An empty path becomes a slash, also before a query; that is no repair.
                var withoutSlash = form
                withoutSlash.remove(at: canonicalizer.lookup.hostEnd)
                #expect(
                    form == input || withoutSlash == input,
                    "\(String(decoding: input, as: UTF8.self).debugDescription)")
            }
            try Self.expectStable(canonicalizer.lookup, input)
        }
        #expect(accepted > Self.rounds / 12)
    }

    @Test func anythingGoesThroughTheOtherReaders() {
        var generator = SeededGenerator(seed: 7)
        var canonicalizer = TargetCanonicalizer()
        for _ in 0..<Self.rounds {
            let input = Self.hostileInput(&generator)
            _ = try? canonicalizer.canonicalizeHost(input.span)
            _ = IPAddressText.parse(input.span)
            _ = IPAddressText.parseNetwork(input.span)
            let list = PublicSuffixList(parsing: input.span)
            _ = list.registrableDomain(of: input.span)
        }
    }

    /// Decoding must not be quadratic: a megabyte of `%2525...` takes as long as any other.
    @Test(.timeLimit(.minutes(1)))
    func longInputsAreLinear() throws {
        let count = 250_000
        let texts = [
            "%" + String(repeating: "25", count: count), String(repeating: "%25", count: count),
            String(repeating: "/..", count: count), String(repeating: "a/../", count: count / 2),
            String(repeating: "/", count: count), String(repeating: "%", count: count),
            String(repeating: "..%2f", count: count / 2), String(repeating: "\t", count: count),
        ]
        for text in texts {
            for prefix in ["http://example.test/", "http://example.test/?", "file:///", "x:/"] {
                var url = WebURL()
                var lookup = LookupURL()
                let input = Array((prefix + text).utf8)
                try url.parse(input.span)
                guard prefix.hasPrefix("http") else { continue }
                try lookup.derive(from: url)
                #expect(lookup.bytes.starts(with: Array("example.test/".utf8)))
            }
        }
    }

    @Test func urlLengthAtAndPastItsLimit() throws {
        var url = WebURL()
        let prefix = "http://example.test/"
        let path = [UInt8](repeating: 0x61, count: (1 << 20) - prefix.utf8.count)
        let longest = Array(prefix.utf8) + path
        try url.parse(longest.span)
        #expect(url.bytes.count == 1 << 20)
        let wanted = WebURLError.tooLong(bytes: (1 << 20) + 1, limit: 1 << 20)
        #expect(throws: wanted) { try url.parse((longest + [0x61]).span) }
        #expect(url.bytes.isEmpty)
    }

    /// Real URLs through both parsers, and their lookup forms through themselves.
    @Test(.enabled(if: TestData.hasShared, "left out: ../shared/data is not there"))
    func realURLs() throws {
        let file = try TestData.sharedFile("requests/urls-mixed.txt.zst")
        var url = WebURL()
        var lookup = LookupURL()
        var accepted = 0
        for line in TestData.lines(file) {
            let input = Array(line)
            Self.compareParsers(input)
            do {
                try url.parse(input.span)
                try lookup.derive(from: url)
            } catch { continue }
            accepted += 1
            try Self.expectStable(lookup, input)
        }
        #expect(accepted > 47_000)
    }

    private static func components(_ url: WebURL) -> [String] {
        [
            "\(url.scheme) \(url.username) \(url.password) \(url.host) \(url.path)",
            "\(String(describing: url.query)) \(String(describing: url.fragment))",
            "\(String(describing: url.port)) \(url.hostKind) \(url.hasOpaquePath)",
            "\(url.isSpecial)",
        ]
    }
}
