import Crypto
import Foundation
import KhienCompiler
import KhienImage
import KhienLists
import KhienMatcher
import KhienModel
import KhienTestKit
import KhienText
import Testing

/// Confidential lists: they block as others do, and the image says nothing of their targets.
@Suite struct ConfidentialTests {
    static let key = ListKey.random()

    /// What stands in no other test's data, so that a search for it means something.
    private static let domains = ["verborgen.test", "geheim.test", "kin\u{E1}o.test"]
    private static let urls = ["http://ongezien.test/heimlich?frage=1", "http://stil.test/donker"]
    private static let secrets = [
        "verborgen", "geheim", "xn--kino", "ongezien", "heimlich", "frage", "stil", "donker",
        "198.51.100", "2001:db8",
    ]

    private static func lists(_ isConfidential: Bool) -> [SourceList] {
        func list(_ text: String, _ format: ListFormat, _ name: String) -> SourceList {
            CompiledImage.list(
                text, format: format, name: name, isConfidential: isConfidential)
        }
        return [
            list(domains.joined(separator: "\n"), .domains, "d"),
            list(urls.joined(separator: "\n"), .urls, "u"),
            list("198.51.100.0/24\n2001:db8::7", .addresses, "a"),
            list(ExpressionTests.hashed(["ongezien.test/weg/"]), .sha256, "h"),
        ]
    }

    // MARK: the same verdicts

    /// Every kind of list, in clear and confidential, over the same requests: the same lines match.
    @Test(arguments: 0..<30) func blocksWhatTheSameListInClearBlocks(seed: Int) throws {
        var generators = Generators(seed: UInt64(seed) + 9_000)
        var lists: [ParsedList] = []
        for (kind, format, file) in [
            (TargetKind.domain, ListFormat.domains, "list.txt"), (.host, .hosts, "hosts"),
            (.url, .urls, "list.txt"), (.urlPrefix, .ut1, "urls"),
            (.urlPrefix, .e2guardian, "bannedurllist"),
            (.address, .addresses, "list.txt"), (.network, .addresses, "list.txt"),
        ] {
            var text = generators.list(kind, count: 5 + generators.random.below(60))
            if format == .hosts {
                text = text.split(separator: "\n").map { "0.0.0.0 \($0)\n" }.joined()
            }
            var options = ListParser.Options()
            options.format = format
            lists.append(
                ListParser.parse(
                    Array(text.utf8), name: "\(lists.count)", path: "x/\(file)", options: options))
        }
        let zone = "*.b.test CNAME .\nx1.test CNAME rpz-passthru.\n"
        lists.append(CompiledImage.list(zone, format: .rpz, name: "z").list)
        let hashed = (0..<30).map { _ in generators.host() + "/" }
        lists.append(
            CompiledImage.list(ExpressionTests.hashed(hashed), format: .sha256, name: "h").list)
        let clear = try CompiledImage(lists.map { SourceList($0) })
        let hidden = try CompiledImage(
            lists.map { SourceList($0, isConfidential: true) }, key: Self.key)
        #expect(clear.image.entryCount == hidden.image.entryCount)
        #expect(hidden.report.diagnostics.isEmpty)
        func lines(_ image: CompiledImage, _ url: String) throws -> [String] {
            try image.ask(url).hits.map { hit in
                let entry = image.image.entry(hit.entry)
                return "\(entry.list.value):\(entry.line) \(hit.layer) \(hit.view) "
                    + "\(entry.attributes.kind) \(entry.attributes.action)"
            }.sorted()
        }
        var hits = 0
        for _ in 0..<300 {
            let url = generators.url()
            let wanted = try lines(clear, url)
            #expect(try lines(hidden, url) == wanted, "\(url)")
            hits += wanted.count
        }
        #expect(hits > 50)
    }

    @Test func addressesAndTunnels() throws {
        let image = try CompiledImage(Self.lists(true), key: Self.key)
        guard var scratch = Scratch() else { throw CompiledImage.Unjudgeable() }
        let now = UnixTime(seconds: 0)
        for (text, count) in [
            ("198.51.100.9", 1), ("198.51.101.9", 0), ("2001:db8::7", 1), ("2001:db8::8", 0),
        ] {
            let parsed = IPAddressText.parse(Array(text.utf8).span)
            let address = try #require(parsed)
            image.matcher.match(address: address, now: now, &scratch)
            #expect(scratch.hits.count == count, "\(text)")
            #expect(scratch.hits.allSatisfy { $0.layer == .ip && $0.view == .exact })
        }
        for (host, count) in [("a.geheim.test", 1), ("ongezien.test", 0), ("198.51.100.9", 1)] {
            image.matcher.match(connect: try WebURL("https://\(host)/"), now: now, &scratch)
            #expect(scratch.hits.count == count, "\(host)")
        }
        image.matcher.match(
            host: Array("geheim.test".utf8).span, layer: .sni, now: now, &scratch)
        #expect(scratch.hits.map(\.layer) == [.sni])
    }

    // MARK: nothing in clear

    /// Whether `bytes` contain `part`.
    private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        guard let first = part.first, bytes.count >= part.count else { return false }
        for index in 0...(bytes.count - part.count)
        where bytes[index] == first && bytes[index..<index + part.count].elementsEqual(part) {
            return true
        }
        return false
    }

    private static func littleEndian(_ word: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
    }

    @Test func theImageSaysNothingOfTheTargets() throws {
        let clear = try CompiledImage(Self.lists(false))
        let hidden = try CompiledImage(Self.lists(true), key: Self.key)
        #expect(hidden.image.needsKey && !clear.image.needsKey)
        let clearBytes = try clear.bytes()
        let hiddenBytes = try hidden.bytes()
        // The search finds what is there.
        #expect(Self.contains(clearBytes, Array("verborgen.test".utf8)))
        for secret in Self.secrets {
            #expect(!Self.contains(hiddenBytes, Array(secret.utf8)), "\(secret)")
        }
        #expect(!Self.contains(hiddenBytes, [198, 51, 100]))
        #expect(!Self.contains(hiddenBytes, [0xB8, 0x0D, 0x01, 0x20]))
    }

    /// No hash that somebody with the image alone could make: neither under the image's seed nor
    /// plain SHA-256, whole or cut to 64 bits.
    @Test func theImageHoldsNoHashWithoutKey() throws {
        let hidden = try CompiledImage(Self.lists(true), key: Self.key)
        let bytes = try hidden.bytes()
        let seed = bytes[24..<32].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        for list in Self.lists(true).map(\.list) {
            let text = list.entries.text.span
            for record in list.entries.records {
                let target = Array(list.entries.text[record.range])
                let host = KeyHash.host(text, record.range, seed: seed).value
                let plain = Array(SHA256.hash(data: target))
                let expression = Array(SHA256.hash(data: target + Array("/".utf8)))
                for guess in [
                    Self.littleEndian(host), Array(plain.prefix(8)), Array(expression.prefix(8)),
                ] {
                    #expect(!Self.contains(bytes, guess), "\(list.name):\(record.line)")
                }
            }
        }
        let listed = Self.lists(true)[3].list.entries
        let read = KhienImage.Digest(hexadecimal: listed.text.span.extracting(0..<64))
        let sha256 = try #require(read)
        #expect(!Self.contains(bytes, Self.littleEndian(sha256.first)))
    }

    /// The seed stands in the header; of a list with one entry, its text's hash would be a way to try
    /// guesses.
    @Test func theSeedDependsOnTheKey() throws {
        func seed(_ key: ListKey) throws -> [UInt8] {
            Array(try CompiledImage(Self.lists(true), key: key).bytes()[24..<32])
        }
        let other = ListKey.random()
        #expect(try seed(Self.key) == seed(Self.key))
        #expect(try seed(Self.key) != seed(other))
        let clear = try CompiledImage(Self.lists(false)).bytes()[24..<32]
        #expect(try seed(Self.key) != Array(clear))
    }

    /// Two images made with different keys share no digest, and the key is in neither.
    @Test func theKeyIsNotInTheImage() throws {
        let raw = (0..<16).map { UInt8(200 + $0) }
        let key = try #require(ListKey(bytes: raw))
        let bytes = try CompiledImage(Self.lists(true), key: key).bytes()
        #expect(!Self.contains(bytes, Array(raw[..<8])) && !Self.contains(bytes, Array(raw[8...])))
        let hit = { (key: ListKey) throws -> String in
            let image = try CompiledImage(Self.lists(true), key: key)
            let found = try #require(try image.ask("http://geheim.test/").decision.hit)
            return image.matcher.reason(for: found).target
        }
        #expect(try hit(key) != hit(Self.key))
    }

    // MARK: the key

    @Test func withoutItsKeyAnImageIsRefused() throws {
        let compiled = try CompiledImage(Self.lists(true), key: Self.key)
        #expect(throws: ImageError(.keyMissing, file: compiled.image.path)) {
            try Matcher(image: compiled.image)
        }
        #expect(throws: ImageError(.wrongKey, file: compiled.image.path)) {
            try Matcher(image: compiled.image, key: .random())
        }
        #expect(throws: ImageError(.keyMissing, file: "d.txt")) {
            try Compiler.compile(Self.lists(true), suffixes: nil)
        }
        // An image without confidential entries needs none, and takes any.
        _ = try Matcher(image: try CompiledImage(Self.lists(false)).image, key: .random())
    }

    // MARK: what is said

    @Test func reasonsNameAKeyedHash() throws {
        let image = try CompiledImage(Self.lists(true), key: Self.key)
        let again = try CompiledImage(Array(Self.lists(true).reversed()), key: Self.key)
        var rules: Set<String> = []
        for url in [
            "http://a.verborgen.test/", "http://ongezien.test/heimlich?frage=1",
            "http://198.51.100.3/", "http://ongezien.test/weg/x",
        ] {
            let hit = try #require(try image.ask(url).decision.hit, "\(url)")
            let reason = image.matcher.reason(for: hit)
            #expect(reason.isConfidential)
            let digits = reason.target.dropFirst("confidential:".count)
            #expect(reason.target.hasPrefix("confidential:") && digits.count == 16)
            #expect(digits.allSatisfy { $0.isHexDigit })
            rules.insert(reason.rule.description)
            let second = try #require(try again.ask(url).decision.hit)
            #expect(again.matcher.reason(for: second).rule == reason.rule, "stable: \(url)")
        }
        #expect(rules.count == 4)
    }

    /// The rule's name is made of the whole keyed hash, never of the target.
    @Test func ruleNamesDependOnTheKey() throws {
        func rule(_ key: ListKey) throws -> RuleID {
            let image = try CompiledImage(Self.lists(true), key: key)
            let hit = try #require(try image.ask("http://geheim.test/").decision.hit)
            return image.matcher.reason(for: hit).rule
        }
        #expect(try rule(Self.key) != rule(.random()))
        let clear = try CompiledImage(Self.lists(false))
        let hit = try #require(try clear.ask("http://geheim.test/").decision.hit)
        #expect(try rule(Self.key) != clear.matcher.reason(for: hit).rule)
    }

    @Test func heldAndWrongEntriesAreNotNamed() throws {
        let list = CompiledImage.list(
            "geheim.test\nwww.geheim.test\nge heim\n", format: .domains, isConfidential: true)
        let hosts = CompiledImage.list(
            ExpressionTests.hashed(["geheim.test/"]), format: .sha256, name: "h",
            isConfidential: true)
        let image = try CompiledImage(
            [list, hosts], protectedNames: ["www.geheim.test"], key: Self.key)
        #expect(image.report.held == 3 && image.image.entryCount == 0)
        let said = image.report.diagnostics + list.list.report.diagnostics
        #expect(said.count == 4)
        #expect(said.map(\.location.line) == [1, 2, 1, 3])
        for diagnostic in said {
            #expect(!diagnostic.description.contains("heim"), "\(diagnostic)")
        }
    }

    /// What is matched by its text is an error, not a silent gap and not a breach.
    @Test func patternsAndExpressionsAreRefused() throws {
        let lists = [
            CompiledImage.list(
                "||ads.test^\n/geheim/*\n/gehe[i]m/\n", format: .adblock, isConfidential: true),
            CompiledImage.list("gehe(i)m", format: .regex, name: "r", isConfidential: true),
        ]
        let image = try CompiledImage(lists, key: Self.key)
        #expect(image.report.notConfidential == 3 && image.image.entryCount == 1)
        #expect(
            image.report.diagnostics.map(\.code) == [
                "confidential.pattern", "confidential.regex", "confidential.regex",
            ])
        #expect(image.report.diagnostics.allSatisfy { $0.severity == .error })
        #expect(image.report.diagnostics.map(\.location.line) == [2, 3, 1])
        #expect(image.report.diagnostics.allSatisfy { !$0.message.contains("gehe") })
        #expect(!Self.contains(try image.bytes(), Array("gehe".utf8)))
        #expect(try image.ask("http://x.ads.test/").decision.verdict == .block)
    }

    @Test func oneListOfSeveralIsConfidential() throws {
        let image = try CompiledImage(
            [
                CompiledImage.list(
                    "geheim.test", format: .domains, name: "c", isConfidential: true),
                CompiledImage.list("open.test\ngeheim.test", format: .domains, name: "o"),
            ], key: Self.key)
        let hits = try image.ask("http://geheim.test/").hits
        #expect(hits.count == 2 && hits.filter(\.attributes.isConfidential).count == 1)
        #expect(
            try image.ask("http://open.test/").hits.allSatisfy { !$0.attributes.isConfidential })
    }
}
