import KhienText
import Testing

@Suite struct PublicSuffixListTests {
    /// A list of our own on reserved names: one rule of each kind.
    private static let small = """
        // ===BEGIN ICANN DOMAINS===
        test
        co.test
        *.wild.test
        !city.wild.test trailing text is no part of the rule
        // ===END ICANN DOMAINS===
        // ===BEGIN PRIVATE DOMAINS===
        pages.example
        bücher.example
        a.*.example
        x<y.example
        // ===END PRIVATE DOMAINS===
        """

    @Test(
        arguments: [
            ("test", nil), ("a.test", "a.test"), ("b.a.test", "a.test"),
            ("co.test", nil), ("a.co.test", "a.co.test"),
            ("wild.test", "wild.test"), ("a.wild.test", nil), ("b.a.wild.test", "b.a.wild.test"),
            ("c.b.a.wild.test", "b.a.wild.test"),
            ("city.wild.test", "city.wild.test"), ("a.city.wild.test", "city.wild.test"),
            ("pages.example", nil), ("me.pages.example", "me.pages.example"),
            ("a.xn--bcher-kva.example", "a.xn--bcher-kva.example"),
            ("nothing", nil), ("a.nothing", "a.nothing"), ("b.a.nothing", "a.nothing"),
            ("1.2.3.4", nil), ("[::1]", nil), ("", nil), (".", nil), (".test", nil),
            ("a.test.", nil),
            ("a..test", nil),
        ] as [(String, String?)])
    func smallList(host: String, wanted: String?) {
        let list = PublicSuffixList(parsing: Array(Self.small.utf8).span)
        #expect(Self.registrable(host, list) == wanted)
    }

    @Test func rulesAndRejections() {
        let list = PublicSuffixList(parsing: Array(Self.small.utf8).span)
        let rules = list.rules.map { rule in
            "\(rule.kind) \(rule.section) "
                + String(decoding: list.bytes[rule.name], as: UTF8.self)
        }
        #expect(
            rules == [
                "exact icann test", "exact icann co.test", "wildcard icann wild.test",
                "exception icann city.wild.test", "exact private pages.example",
                "exact private xn--bcher-kva.example",
            ])
        #expect(list.rejected.map(\.line) == [10, 11])
        #expect(
            list.rejected.map(\.reason) == [
                .misplacedWildcard, .host(.forbiddenByte(0x3C, offset: 1)),
            ])
    }

    @Test func emptyListHasTheDefaultRule() {
        let list = PublicSuffixList(parsing: [UInt8]().span)
        #expect(Self.registrable("a.b.example", list) == "b.example")
    }

    @Test func lineAtAndPastItsLimit() {
        let label = String(repeating: "a", count: 60)
        for extra in [0, 1] {
            // Percent-encoding makes a short name long on its line.
            let encoded = String(repeating: "%61", count: 4)
            let padding = String(repeating: ".", count: 1024 + extra - label.utf8.count - 12 - 5)
            let line = label + padding + encoded + ".test\n"
            let list = PublicSuffixList(parsing: Array(line.utf8).span)
            #expect(list.rules.count == 1 - extra)
            #expect(
                list.rejected.map(\.reason)
                    == (extra == 0 ? [] : [.tooLong(bytes: 1025, limit: 1024)]))
        }
    }

    @Test func rulesAtAndPastTheirLimit() {
        let text = Array(String(repeating: "a.b\n", count: (1 << 20) + 1).utf8)
        let most = PublicSuffixList(parsing: text.span.extracting(0..<text.count - 4))
        #expect(most.rules.count == 1 << 20)
        #expect(most.rejected.isEmpty)
        let more = PublicSuffixList(parsing: text.span)
        #expect(more.rules.count == 1 << 20)
        #expect(more.rejected.map(\.reason) == [.tooManyRules(limit: 1 << 20)])
        #expect(more.rejected.map(\.line) == [(1 << 20) + 1])
    }

    /// publicsuffix/list, tests/tests.txt (CC0): host and registrable domain or `null`.
    @Test(.enabled(if: TestData.hasShared, "left out: ../shared/data is not there"))
    func publishedTests() throws {
        let file = try TestData.sharedFile("vectors/psl/public_suffix_list.dat.zst")
        let list = PublicSuffixList(parsing: file.span)
        #expect(list.rejected == [])
        #expect(list.rules.count > 9000)
        var checked = 0
        for line in TestData.lines(try TestData.sharedFile("vectors/psl/tests.txt")) {
            let text = String(decoding: line, as: UTF8.self)
            let fields = text.split(separator: " ")
            guard fields.count == 2, !text.hasPrefix("//") else { continue }
            checked += 1
            let wanted = fields[1] == "null" ? nil : try Self.canonical(String(fields[1]))
            // A leading dot is not canonical: such a host is asked for as it is.
            let isRaw = fields[0].hasPrefix(".") || fields[0] == "null"
            let host = isRaw ? String(fields[0]) : try Self.canonical(String(fields[0]))
            #expect(Self.registrable(host, list) == wanted, "\(text)")
        }
        #expect(checked == 78)
    }

    private static func canonical(_ text: String) throws -> String {
        var output: [UInt8] = []
        let input = Array(text.utf8)
        _ = try HostCanonicalizer.canonicalize(input.span, into: &output)
        return String(decoding: output, as: UTF8.self)
    }

    private static func registrable(_ host: String, _ list: PublicSuffixList) -> String? {
        let bytes = Array(host.utf8)
        return list.registrableDomain(of: bytes.span).map {
            String(decoding: bytes[$0], as: UTF8.self)
        }
    }
}
