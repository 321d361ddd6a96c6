import Foundation
import KhienLists
import KhienModel
import Testing

/// UT1, e2guardian, zones and encodings: whole small files.
@Suite struct LayoutTests {
    private func outcome(_ text: String, path: String) -> String {
        let list = ListParser.parse(Array(text.utf8), name: "list", path: path)
        #expect(list.report.isConsistent)
        return GrammarTests.describe(list)
    }

    @Test(arguments: [
        ("gambling/domains", "casino.test", "accepted domain casino.test"),
        ("gambling/domains", ".casino.test", "accepted domain casino.test"),
        ("gambling/urls", "a.test/x/", "accepted url-prefix a.test/x/"),
        ("gambling/urls", "a.test", "accepted host a.test | host www.a.test"),
        ("gambling/urls", "www.a.test", "accepted host www.a.test | host www.www.a.test"),
        ("gambling/urls", "192.0.2.1", "accepted host 192.0.2.1"),
        ("gambling/urls", "[2001:db8::5]/", "repaired url-is-host host [2001:db8::5]"),
        ("gambling/urls", ".a.test", "accepted domain a.test"),
        ("gambling/urls", "a.test/", "repaired url-is-host host a.test | host www.a.test"),
        (
            "phishing/urls", "a.test/#x",
            "repaired url-is-host+fragment-dropped host a.test | host www.a.test"
        ),
        ("malware/urls", "192.0.2.7/24", "accepted url-prefix 192.0.2.7/24"),
        ("malware/urls", "192.0.2.7/32", "accepted url-prefix 192.0.2.7/32"),
        ("malware/urls", "192.0.2.0/24", "rejected url.network"),
        ("malware/urls", "[2001:db8::]/32", "rejected url.network"),
        ("malware/urls", "http://192.0.2.0/24", "accepted url-prefix 192.0.2.0/24"),
        ("lists/bannedurllist", "192.0.2.0/24", "rejected url.network"),
        ("ads/urls", "a.test##.ad", "rejected host.cosmetic"),
        ("ads/urls", "a.test/x#@#div", "rejected host.cosmetic"),
        (
            "ads/urls", "http://a.test/x##y", "repaired fragment-dropped url-prefix a.test/x"
        ),
        ("ads/urls", "a.test/x##", "repaired fragment-dropped url-prefix a.test/x"),
        ("lists/bannedurllist", "a.test#?#b:has(c)", "rejected host.cosmetic"),
        ("gambling/expressions", "a|b", "accepted regex a|b"),
        ("lists/bannedsitelist", ".gov", "accepted domain gov"),
        ("lists/bannedsitelist", "a.test", "accepted domain a.test"),
        ("lists/exceptionsitelist", "a.test", "accepted @@domain a.test"),
        ("lists/bannedurllist", "a.test/x", "accepted url-prefix a.test/x"),
        ("lists/bannedurllist", "a.test", "accepted domain a.test"),
        ("lists/bannedurllist", "http://a.test/", "repaired url-is-host domain a.test"),
        ("lists/bannedurllist", "http://a.test", "repaired url-is-host domain a.test"),
        ("lists/bannedurllist", "192.0.2.1/", "repaired url-is-host host 192.0.2.1"),
        ("lists/localexceptionurllist.in", "a.test/x", "accepted @@url-prefix a.test/x"),
        ("lists/logsitelist", "a.test", "accepted domain a.test monitor"),
        ("lists/bannedregexpurllist", "(a|b)", "accepted regex (a|b)"),
        ("lists/bannedsiteiplist", "192.0.2.0/24", "accepted cidr 192.0.2.0/24"),
        ("lists/bannediplist", "192.0.2.1", "unsupported layout.file"),
        ("lists/greysitelist", "a.test", "unsupported layout.file"),
        ("lists/contentregexplist", "\"a\"->\"b\"", "unsupported layout.file"),
        ("lists/weightedphraselist", "<xyz><10>", "accepted phrase <xyz><10>"),
        ("lists/oldweightedphraselist", "<xyz><10>", "unsupported layout.file"),
        ("lists/unknown", "# all\n# comments", "comment"),
        ("lists/unknown", "# x\n<x> <y>\n", "comment rejected format.unknown"),
        ("lists/bannedmimetypelist", "audio/mpeg", "unsupported layout.file"),
        ("lists/bannedsitelist", ".Include</etc/x>", "unsupported e2guardian.include"),
        (
            "lists/bannedsitelist", "#time: 9 0 17 0 01234\na.test",
            "structure unsupported e2guardian.time"
        ),
    ])
    func filesOfLayouts(path: String, text: String, expected: String) {
        #expect(outcome(text, path: path) == expected)
    }

    /// squidGuard and e2guardian match a URL without its scheme; e2guardian a site without anything else.
    @Test(arguments: [
        ("x/expressions", #"^ads\."#, #"^(?:[a-z]+://)(?:[^/@]*@)?ads\."#),
        ("x/expressions", "a|^b$|c", "a|^(?:[a-z]+://)(?:[^/@]*@)?b/?$|c"),
        ("x/expressions", "^https?://a$", "^https?://a/?$"),
        // In a group that it begins with, too; nowhere else.
        ("x/expressions", "(^|/)a(b|$)", "(^(?:[a-z]+://)(?:[^/@]*@)?|/)a(b|$)"),
        ("x/expressions", "(?i)^a", "(?i)^(?:[a-z]+://)(?:[^/@]*@)?a"),
        ("x/expressions", "(^|/)?a", "(^|/)?a"), ("x/expressions", "a(^|b)", "a(^|b)"),
        ("x/expressions", "(a|b)c", "(a|b)c"), ("x/expressions", "(?=^|b)c", "(?=^|b)c"),
        ("x/expressions", "(^|https?://)a", "(^|https?://)a"),
        // For everything, and refused later.
        ("x/expressions", "(^|[.])", "(^|[.])"), ("x/expressions", "(^|x).*", "(^|x).*"),
        ("x/expressions", "a.b", "a.b"),
        (
            "bannedregexpsitelist", #"(?:^|[.-])a.b\.c$"#,
            "^[a-z]+://(?:[^/?#@]*@)?[^/?#:]*?(?:(?<=[/@])|[.-])"
                + #"a[^/?#:]b\.c(?::[0-9]+)?(?:[/?#]|$)"#
        ),
        (
            "bannedregexpsitelist", "(?i)^a.c",
            "(?i)^(?:[a-z]+://)(?:[^/@]*@)?a[^/?#:]c"
        ),
        ("x/expressions", #"a\$"#, #"a\$"#), ("x/expressions", "[|^$]", "[|^$]"),
        ("x/expressions", "[]|]^", "[]|]^"), ("x/expressions", #"\Q^|"#, #"\Q^|"#),
        ("x/expressions", "a(", "a("),
        ("bannedregexpurllist", "^www", "^(?:[a-z]+://)(?:[^/@]*@)?www"),
        // The first slash is not that of a scheme; a `^` alone is for everything, and refused later.
        (
            "x/expressions", #"^a\.test/go\?u=http://"#,
            #"^(?:[a-z]+://)(?:[^/@]*@)?a\.test/go\?u=http://"#
        ),
        ("x/expressions", "^", "^"), ("x/expressions", "a|^", "a|^"),
        // Whatever stands behind the host is not the site's.
        (
            "bannedregexpsitelist", #"ok\.test$|b"#,
            #"^[a-z]+://(?:[^/?#@]*@)?[^/?#:]*?ok\.test(?::[0-9]+)?(?:[/?#]|$)"#
                + "|^[a-z]+://(?:[^/?#@]*@)?[^/?#:]*?b"
        ),
        (
            "bannedregexpsitelist", #"^casino[0-9]*\.test$"#,
            #"^(?:[a-z]+://)(?:[^/@]*@)?casino[0-9]*\.test(?::[0-9]+)?(?:[/?#]|$)"#
        ),
    ])
    func expressionsOfOtherPrograms(path: String, pattern: String, expected: String) {
        #expect(outcome(pattern, path: path) == "accepted regex \(expected)")
    }

    @Test(arguments: [("a\u{202E}b", false), ("a\u{9B}b", false), ("a b", true)])
    func categoriesShowAsThemselves(name: String, isTaken: Bool) {
        let spelled = name.replacing("\u{202E}", with: "\\u202e").replacing("\u{9B}", with: "\\x9b")
        let texts = [
            ("phrases.yaml", "category: \"\(spelled)\"\nrules:\n- { phrase: abc, weight: 1 }\n"),
            ("weightedphraselist", "#listcategory: \"\(name)\"\n<abc><1>\n"),
            ("bannedsitelist", "#listcategory: \"\(name)\"\na.test\n"),
        ]
        for (path, text) in texts {
            let list = ListParser.parse(Array(text.utf8), name: "", path: path)
            #expect(list.category == (isTaken ? name : nil), "\(path)")
            #expect(list.report.rejected == (isTaken ? 0 : 1), "\(path)")
            #expect(list.entries.records.count == 1, "\(path)")
        }
        // A terminal obeys this one.
        let escape = "category: \"\\e[2J\"\nrules:\n- { phrase: abc, weight: 1 }\n"
        let list = ListParser.parse(Array(escape.utf8), name: "", path: "phrases.yaml")
        #expect(list.category == nil && list.report.rejections == ["phrases.category": 1])
    }

    /// As in e2guardian: a category holds for the phrases behind it, up to the next; of a list of sites
    /// the last one is that of all.
    @Test(
        arguments: [
            ("#listcategory: \"A\"\n<abc><1>\n<abd><1>\n", "A", [nil, nil]),
            ("#listcategory: \"A\"\n<abc><1>\n#listcategory: \"B\"\n<abd><1>\n", "A", [nil, "B"]),
            ("<abc><1>\n#listcategory: \"B\"\n<abd><1>\n", nil, [nil, "B"]),
            (
                "#listcategory: \"A\"\n<abc><1>\n#listcategory: \"B\"\n<abd><1>\n"
                    + "#listcategory: \"A\"\n<abe><1>\n#listcategory: \"B\"\n<abf><1>\n",
                "A", [nil, "B", nil, "B"]
            ),
            ("#listcategory: \"A\"\n#listcategory: \"B\"\n<abc><1>\n", "A", ["B"]),
            ("<abc><1>\n#listcategory: \"B\"\n", nil, [nil]),
        ] as [(String, String?, [String?])])
    func categoriesOfPhrases(text: String, category: String?, groups: [String?]) {
        let list = ListParser.parse(Array(text.utf8), name: "", path: "weightedphraselist")
        #expect(list.category == category)
        let found = list.phraseRules.map { $0.group.map { list.phraseGroups[Int($0)].name } }
        #expect(found == groups)
        #expect(list.phraseGroups.count <= 1)
    }

    @Test func theLastCategoryOfAListOfSites() {
        let text = "#listcategory: \"A\"\na.test\n#listcategory: \"B\"\nb.test\n"
        let list = ListParser.parse(Array(text.utf8), name: "", path: "bannedsitelist")
        #expect(list.category == "B")
    }

    @Test func anE2guardianCategoryIsRead() {
        let list = ListParser.parse(
            Array("#listcategory: \"Gambling\"\na.test".utf8), name: "", path: "bannedsitelist")
        #expect(list.category == "Gambling")
    }

    /// Source of the forms: draft-vixie-dnsop-dns-rpz-00, sections 3 and 4.
    @Test func aResponsePolicyZone() {
        let zone = """
            $TTL 300
            $ORIGIN rpz.test.
            @ IN SOA localhost. root.localhost. (
                1 ; serial
                3600 600 86400 300 )
              IN NS localhost.
            ads.example CNAME .
            *.ads.example CNAME .
            nodata.example 300 IN CNAME *.
            full.example.rpz.test. CNAME rpz-drop.
            good.example CNAME rpz-passthru.
            null.example A 0.0.0.0
            wall.example CNAME page.test.
            wall.example A 203.0.113.1
            32.1.2.0.192.rpz-ip CNAME .
            24.0.2.0.192.rpz-ip CNAME .
            48.zz.8.db8.2001.rpz-ip CNAME .
            24.0.2.0.192.rpz-client-ip CNAME .
            tcp.example CNAME rpz-tcp-only.
            outside.example. CNAME .
            text.example TXT "x"
            """
        let list = ListParser.parse(Array(zone.utf8), name: "", path: "zone.db")
        #expect(list.format == .rpz)
        #expect(list.report.isConsistent)
        #expect(
            GrammarTests.describe(list)
                == "structure accepted rejected zone.owner unsupported zone.action "
                + "unsupported zone.local-data unsupported zone.trigger unsupported zone.type "
                + "host ads.example | domain ads.example below | host nodata.example | "
                + "host full.example | @@host good.example | host null.example | ip 192.0.2.1 | "
                + "cidr 192.0.2.0/24 | cidr 2001:db8:8::/48")
        #expect(list.report.structure == 6)
        #expect(list.report.accepted == 9)
    }

    /// Nobody names the format: the one that takes most lines, and no line for what it is not.
    @Test(arguments: [
        ("! My filters\na.test##.ad\nwww.b.test##.ad\nc.test###top\n", ListFormat.adblock),
        ("[Adblock Plus 2.0]\na.test##+js(x)\nb.test##^script\n", .adblock),
        ("a.test#@#.ad\nb.test#?#a:has(b)\n", .adblock),
        ("a.test\nb.test\nc.test##.ad\n", .adblock),
        (String(repeating: "a.test\n", count: 30) + "c.test##.ad\n", .domains),
        ("a.test#x\nb.test #y\n", .domains),
        ("192.0.2.0/24\n198.51.100.0/24\n203.0.113.7\na.test\n", .addresses),
        ("192.0.2.1/24\n198.51.100.1/b\n", .addresses),
        ("http://192.0.2.0/24\na.test/x\n", .urls), ("0 a.test\n0 b.test\n", .hosts),
    ])
    func formatsThatAreLikeOthers(text: String, format: ListFormat) {
        #expect(ListParser.parse(Array(text.utf8), name: "", path: "my").format == format)
    }

    /// In a zone the longer name decides; here the exception does, and it is told.
    @Test(arguments: [
        ("*.w.test CNAME rpz-passthru.|bad.w.test CNAME .", [2]),
        ("a.b.w.test A 0.0.0.0|*.c.w.test CNAME .|*.w.test CNAME rpz-passthru.", [1, 2]),
        ("*.w.test CNAME rpz-passthru.|w.test CNAME .|xw.test CNAME .", []),
        ("*.w.test CNAME .|ok.w.test CNAME rpz-passthru.", []),
        ("w.test CNAME rpz-passthru.|a.w.test CNAME .", []),
        ("*.w.test CNAME rpz-passthru.|32.1.2.0.192.rpz-ip CNAME .", []),
    ])
    func wildcardsThatPass(zone: String, lines: [Int]) {
        let told = Self.wildcardWarnings(zone.replacing("|", with: "\n"))
        #expect(told.map(\.location.line) == lines)
        #expect(told.allSatisfy { $0.severity == .warning })
    }

    @Test(arguments: [0, 1])
    func theMostWildcardsThatAreTold(extra: Int) {
        let count = Limits.Lists.diagnosticsMax + extra
        let names = (0..<count).map { "n\($0).w.test CNAME .\n" }.joined()
        let told = Self.wildcardWarnings("*.w.test CNAME rpz-passthru.\n" + names)
        #expect(told.count == Limits.Lists.diagnosticsMax)
    }

    private static func wildcardWarnings(_ zone: String) -> [Diagnostic] {
        var options = ListParser.Options()
        options.format = .rpz
        let list = ListParser.parse(Array(zone.utf8), name: "", path: "zone", options: options)
        #expect(list.report.rejected == 0)
        return list.report.diagnostics.filter { $0.code == "zone.wildcard" }
    }

    // MARK: Encodings and line ends

    private static func utf16(_ text: String, bigEndian: Bool, mark: Bool) -> [UInt8] {
        let units = (mark ? [0xFEFF] : []) + Array(text.utf16)
        return units.flatMap { unit -> [UInt8] in
            let pair = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
            return bigEndian ? pair : pair.reversed()
        }
    }

    @Test(arguments: [
        (Array("\u{FEFF}a.test\nb.test\n".utf8), "accepted", "file.byte-order-mark"),
        (Array("a.test\r\nb.test\r\n".utf8), "accepted", ""),
        (Array("a.test\r\r\nb.test\r\r\n".utf8), "accepted", ""),
        (Array("a.test\rb.test\r".utf8), "accepted", "file.carriage-return"),
        (utf16("a.test\nb.test\n", bigEndian: false, mark: true), "repaired utf-16", "file.utf-16"),
        (utf16("a.test\nb.test\n", bigEndian: true, mark: true), "repaired utf-16", "file.utf-16"),
        (
            utf16("a.test\nb.test\n", bigEndian: false, mark: false), "repaired utf-16",
            "file.utf-16"
        ),
        (
            utf16("a.test\r\nb.test\r\n", bigEndian: true, mark: false), "repaired utf-16",
            "file.utf-16"
        ),
    ])
    func encodings(bytes: [UInt8], outcome: String, note: String) {
        let list = ListParser.parse(bytes, name: "", path: "list.txt")
        #expect(GrammarTests.describe(list) == "\(outcome) domain a.test | domain b.test")
        #expect(list.report.lines == 2)
        #expect(list.report.diagnostics.map(\.code) == (note.isEmpty ? [] : [note]))
    }

    @Test func aCommentInWindows1251IsAComment() {
        let bytes =
            Array("# ".utf8) + [0xCF, 0xF0, 0xE8] + Array("\na.test\nb.test # ".utf8)
            + [0xCF, 0xF0] + Array("\n".utf8) + [0xCF, 0xF0] + Array(".test\n".utf8)
        let list = ListParser.parse(bytes, name: "", path: "list.txt")
        #expect(list.report.comments == 1)
        #expect(list.report.accepted == 2)
        #expect(list.report.rejected == 1)
        #expect(list.report.diagnostics.last?.message.contains(#""\xCF\xF0.test""#) == true)
    }

    @Test(arguments: [
        (Limits.Lists.lineBytesMax, "comment"),
        (Limits.Lists.lineBytesMax + 1, "rejected line.too-long"),
    ])
    func theLongestLine(length: Int, expected: String) {
        let text = "#" + String(repeating: "x", count: length - 1)
        #expect(GrammarTests.outcome(text, .domains) == expected)
    }

    @Test(arguments: [
        (Limits.Lists.namesPerLineMax, true), (Limits.Lists.namesPerLineMax + 1, false),
    ])
    func theMostNamesOnALine(count: Int, isAccepted: Bool) {
        let text = "0.0.0.0" + String(repeating: " a.test", count: count)
        let outcome = GrammarTests.outcome(text, .hosts)
        #expect(outcome.hasPrefix("accepted") == isAccepted)
        #expect(outcome.hasPrefix("rejected hosts.too-many") == !isAccepted)
    }

    @Test func aMessageNamesItsPlaceAndQuotesSafely() {
        let text = "ok.test\nbad\u{202E}name\"x.test?\n"
        var options = ListParser.Options()
        options.format = .domains
        let list = ListParser.parse(
            Array(text.utf8), name: "n", path: "lists/n.txt", options: options)
        #expect(
            list.report.diagnostics.map(\.description) == [
                "lists/n.txt:2:18: error: a name alone was expected; this is a URL with a path: "
                    + #""bad\xE2\x80\xAEname\"x.test?" [host.path]"#
            ])
    }
}
