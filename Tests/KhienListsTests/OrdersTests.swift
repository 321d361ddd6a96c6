import KhienLists
import KhienModel
import Testing

@Suite struct OrdersTests {
    static let header =
        "order,authority,legal-basis,issued,effective,expires,category,action,"
        + "target-type,target,contact\n"

    private func parse(_ text: String, now: Int64? = nil) -> ParsedList {
        var options = ListParser.Options()
        options.now = now.map { UnixTime(seconds: $0) }
        let list = ListParser.parse(
            Array(text.utf8), name: "orders.csv", path: "orders.csv", options: options)
        #expect(list.format == .orders)
        #expect(list.report.isConsistent)
        return list
    }

    @Test func anOrderWithAllItsColumns() {
        let row =
            "12/QĐ-STTTT,\"Sở TTTT, Hà Nội\",\"Luật \"\"TE\"\" 2016\",2026-01-31,"
            + "2026-02-01T00:00:00+07:00,2027-02-01,gambling,block,domain,Casino.TEST,111\n"
        let list = parse("\u{FEFF}" + Self.header + row)
        #expect(
            list.orders == [
                Order(
                    number: "12/QĐ-STTTT", authority: "Sở TTTT, Hà Nội",
                    legalBasis: "Luật \"TE\" 2016",
                    issued: UnixTime(seconds: 1_769_817_600),
                    effective: UnixTime(seconds: 1_769_878_800),
                    expires: UnixTime(seconds: 1_801_440_000), category: "gambling", action: .block,
                    contact: "111")
            ])
        #expect(
            GrammarTests.describe(list) == "structure repaired upper-case domain casino.test block")
        #expect(list.entries.records[0].order == 0)
    }

    @Test(arguments: [
        ("url,http://a.test/x", "url a.test/x"), ("url-prefix,a.test/x", "url-prefix a.test/x"),
        ("host,a.test", "host a.test"), ("domain,a.test", "domain a.test"),
        ("ip,192.0.2.1", "ip 192.0.2.1"), ("cidr,192.0.2.0/24", "cidr 192.0.2.0/24"),
        ("pattern,||a.test/x^", "pattern a.test/x^"), ("regex,a|b", "regex a|b"),
        ("phrase,\"Nhà cái, uy tín\"", "phrase < nhà cái, uy tín >"),
    ])
    func kindsOfTargets(target: String, expected: String) {
        let list = parse("order,target-type,target\n1,\(target)\n")
        #expect(GrammarTests.describe(list) == "structure accepted \(expected) block")
    }

    /// What a document's table brings along around a target is no part of it.
    @Test(arguments: [
        ("url,http://casino.test/game\u{A0}", " url casino.test/game"),
        ("url,http://slot.test/\u{A0}", "+url-is-host host slot.test"),
        ("url-prefix,\u{FEFF}bet.test/x \u{2009}", " url-prefix bet.test/x"),
        ("url,\"http://zero.test/x\u{200B}\"", " url zero.test/x"),
        ("domain,\u{3000}poker.test\u{200B}\u{202F}", " domain poker.test"),
        ("ip,192.0.2.7\u{A0}", " ip 192.0.2.7"),
        ("cidr,\u{2028}192.0.2.0/24", " cidr 192.0.2.0/24"),
        ("pattern,||a.test/x^\u{A0}", " pattern a.test/x^"),
        ("regex,\u{2060}a|b\u{AD}", " regex a|b"),
    ])
    func spacesOfDocumentsAroundTargets(target: String, expected: String) {
        let list = parse("order,target-type,target\n1,\(target)\n")
        #expect(GrammarTests.describe(list) == "structure repaired white-space\(expected) block")
    }

    /// A network is no URL, and a rule that hides parts of a page no block of its site.
    @Test(arguments: [
        ("url,192.0.2.0/24", "url.network"), ("url-prefix,198.51.100.7/24", "url.network"),
        ("url,192.0.2.7/32", "url.network"), ("url,2001:db8::/32", "url.network"),
        ("url-prefix,fe80::/10", "url.network"), ("url,[fd00::]/8", "url.network"),
        ("url,a.test##.ad", "host.cosmetic"), ("url-prefix,a.test/x#@#div", "host.cosmetic"),
        ("host,192.0.2.0/24", "host.path"),
    ])
    func targetsThatAreNoURLs(target: String, code: String) {
        let list = parse("order,target-type,target\n1,\(target)\n")
        #expect(GrammarTests.describe(list) == "structure rejected \(code)")
    }

    /// Inside of a target they are its own.
    @Test func nothingButSpacesIsNoTarget() {
        let list = parse("order,target-type,target\n1,url,\u{A0}\u{200B}\n2,url,a.test/x\u{A0}y\n")
        #expect(list.report.rejections == ["order.target": 1])
        #expect(list.entries.records.map { list.entries.target($0) } == ["a.test/x%C2%A0y"])
    }

    /// A pattern is spelled as the lookup form of URLs is; what means something in a pattern stays escaped.
    @Test(arguments: [
        ("||a.test/%41%2541%5c/%2fb", "a.test/aa/b"), ("|http://a.test/%41", "http://a.test/a"),
        ("||a.test/%2a%5E%2523%25zz%c3%A9", "a.test/%2a%5e%23%25zz%c3%a9"),
    ])
    func escapesOfPatterns(pattern: String, expected: String) {
        let list = parse("order,target-type,target\n1,pattern,\(pattern)\n")
        #expect(
            GrammarTests.describe(list)
                == "structure repaired url-spelling pattern \(expected) block")
    }

    /// Of an expression an escape is what it says: `+` and `(` would mean something else there.
    @Test(arguments: [#"/a%2Bb\.html/"#, #"/x%28y\.html/"#, "/casino%2Fslots%2F"])
    func expressionsKeepTheirEscapes(pattern: String) {
        let list = parse("order,target-type,target\n1,pattern,\(pattern)\n")
        let isRegex = pattern.hasSuffix("/")
        let target =
            isRegex ? "regex \(pattern.dropFirst().dropLast())" : "pattern \(pattern.lowercased())"
        #expect(GrammarTests.describe(list) == "structure accepted \(target) block")
    }

    /// `*.` and a dot before a name ask for its subdomains, whatever the row says it names.
    @Test(arguments: [
        ("host,*.a.test", "wildcard domain a.test"),
        ("host,.a.test", "leading-dot domain a.test"),
        ("domain,*.a.test", "wildcard domain a.test"),
        ("url,*.a.test", "wildcard domain a.test"),
        ("url,http://.a.test/", "leading-dot domain a.test"),
        (
            "url-prefix,.a.test/x",
            #"leading-dot regex ^https?://(?:[^/?#]*\.)?a\.test(?::[0-9]+)?/x(?:[/?&;]|$)"#
        ),
    ])
    func subdomainsAreMeant(target: String, expected: String) {
        let list = parse("order,target-type,target\n1,\(target)\n")
        #expect(GrammarTests.describe(list) == "structure repaired \(expected) block")
    }

    @Test(arguments: [
        (#"/a\.test\/x/i"#, #"structure repaired delimiters regex a\.test\/x block"#),
        (#"(\.|^)a\.test$"#, "structure repaired host-expression domain a.test block"),
        (#"/a\.test/s"#, "structure rejected regex.flag"), ("-i", "structure rejected regex.flag"),
    ])
    func expressionsOfOthers(target: String, expected: String) {
        let list = parse("order,target-type,target\n1,regex,\(target)\n")
        #expect(GrammarTests.describe(list) == expected)
    }

    /// No host is longer than 253 bytes.
    @Test(arguments: [(249, 2), (250, 1)]) func hostsAtTheirLimit(length: Int, count: Int) {
        let label = String(repeating: "a", count: 60)
        let name = [label, label, label, String(repeating: "b", count: length - 188), "test"]
        let list = parse(
            "order,target-type,target\n1,url-prefix,http://\(name.joined(separator: "."))/\n")
        #expect(list.entries.records.map(\.textLength).first == UInt32(length))
        #expect(list.entries.records.count == count)
    }

    /// A prefix also stands for its host with `www.`, however wide it is.
    @Test(arguments: [
        ("url-prefix,https://a.test/", "repaired url-is-host host a.test block | host www.a.test"),
        ("url-prefix,a.test", "accepted host a.test block | host www.a.test"),
        (
            "url-prefix,www.test/",
            "repaired url-is-host host www.test block | host www.www.test"
        ),
        ("url-prefix,192.0.2.7/", "repaired url-is-host host 192.0.2.7"),
        ("url-prefix,.a.test", "repaired leading-dot domain a.test"),
        ("url,https://a.test/", "repaired url-is-host host a.test"),
    ])
    func widestPrefixes(target: String, expected: String) {
        let list = parse("order,target-type,target\n1,\(target)\n")
        #expect(GrammarTests.describe(list) == "structure \(expected) block")
    }

    /// A `*` in an order's URL is never the character itself, and always told as a repair.
    @Test(arguments: [
        ("url,https://a.test/*", "host a.test"),
        ("url-prefix,a.test/*", "host a.test block | host www.a.test"),
        ("url,https://*.a.test/*", "domain a.test"),
        ("url-prefix,a.test/x/*", "url-prefix a.test/x/"),
        ("url,https://a.test/x/*", "url-prefix a.test/x/"),
        ("url,https://a.test/x?y=1&*", "url-prefix a.test/x?y=1&"),
        ("url,https://a.test/x*", "pattern *://a.test/x*"),
        ("url,https://a.test/x?*", "pattern *://a.test/x?*"),
        ("url,https://*.a.test/x/*", "pattern *://*.a.test/x/*"),
        ("url,https://a.test/x/*/y", #"regex ^https?://a\.test(?::[0-9]+)?/x/.*/y(?:\?|$)"#),
        ("url,https://a.test/*?y", "pattern *://a.test/*?y"),
        ("url-prefix,a.test/x*", #"regex ^https?://(?:www\.)?a\.test(?::[0-9]+)?/x.*"#),
        (
            "url-prefix,a.test/*/y",
            #"regex ^https?://(?:www\.)?a\.test(?::[0-9]+)?/.*/y(?:[/?&;]|$)"#
        ),
        ("url-prefix,a.test/*/", #"regex ^https?://(?:www\.)?a\.test(?::[0-9]+)?/.*/"#),
        (
            "url,https://*.a.test/x",
            #"regex ^https?://(?:[^/?#]*\.)?a\.test(?::[0-9]+)?/x(?:\?|$)"#
        ),
    ])
    func starsInURLs(target: String, expected: String) {
        let list = parse("order,target-type,target\n1,\(target)\n")
        #expect(GrammarTests.describe(list) == "structure repaired wildcard \(expected) block")
    }

    /// Dot segments are resolved as a browser does it.
    @Test func dotSegmentsBesideStars() {
        let list = parse("order,target-type,target\n1,url,https://a.test/x//../y*\n")
        let wanted = "structure repaired wildcard+url-spelling pattern *://a.test/x/y* block"
        #expect(GrammarTests.describe(list) == wanted)
    }

    @Test(arguments: [
        ("url,https://*/x", "rejected pattern.everything"),
        ("url-prefix,a*.test/x", "unsupported pattern.host-wildcard"),
        ("url,/x/*", "rejected url.no-host"),
    ])
    func starsThatNameNoURL(target: String, expected: String) {
        let list = parse("order,target-type,target\n1,\(target)\n")
        #expect(GrammarTests.describe(list) == "structure \(expected)")
    }

    @Test(arguments: [
        ("1,allow,2026-01-01,phrase,abc", "unsupported order.phrase-allow", 3, 27),
        ("1,block,2026-01-01,phrase,x", "rejected phrase.too-short", 3, 27),
        ("1,block,2026-01-01,phrase,Đ", "rejected phrase.too-short", 3, 27),
        ("1,block,2026-01-01,phrase,\u{200B}", "rejected order.target", 3, 27),
        ("1,refuse,2026-01-01,host,a.test", "rejected order.action", 3, 3),
        ("1,block,01/02/2026,host,a.test", "rejected order.date", 3, 9),
        ("1,block,2026-02-29,host,a.test", "rejected order.date", 3, 9),
        ("1,block,2026-01-31T25:00Z,host,a.test", "rejected order.date", 3, 9),
        ("1,block,2026-01-31 10:00,host,a.test", "rejected order.date", 3, 9),
        ("1,block,,site,a.test", "rejected order.target-type", 3, 10),
        ("1,block,,host,", "rejected order.target", 3, 15),
        (",block,,host,a.test", "rejected order.number-missing", 3, 1),
        ("1,block,,host", "rejected order.column-count", 3, 0),
        ("1,block,,host,a,b", "rejected order.column-count", 3, 0),
        ("1,block,,host,\"a.test", "rejected order.quote", 3, 15),
        ("1,block,,host,\"a.test\"x", "rejected order.quote", 3, 23),
        ("1,block,,host,a b.test", "rejected host.space", 3, 16),
        ("1,block,,cidr,0.0.0.0/0", "rejected address.everything", 3, 22),
        ("1,block,,url,https://a.test/#!/x", "rejected url.fragment", 3, 29),
        ("1,block,,url-prefix,a.test/#x", "rejected url.fragment", 3, 28),
    ])
    func aWrongRowIsNamedWithItsColumn(row: String, code: String, line: Int, column: Int) {
        let list = parse("# orders\norder,action,issued,target-type,target\n\(row)\n")
        #expect(GrammarTests.describe(list).hasSuffix(code))
        #expect(list.entries.records.isEmpty)
        #expect(list.report.diagnostics.first?.location.line == line)
        #expect(list.report.diagnostics.first?.location.column == column)
    }

    @Test(arguments: [
        ("order,target-type,target,colour", 26), ("order,target,target-type,order", 26),
        ("order,target", 0),
    ])
    func aWrongHeaderRejectsEveryRow(header: String, column: Int) {
        let list = parse("\(header)\n1,host,a.test,x\n2,host,b.test,x\n")
        #expect(list.report.rejections == ["order.header": 1, "order.no-header": 2])
        #expect(list.report.diagnostics[0].location.column == column)
    }

    @Test func rowsOfOneOrder() {
        let list = parse(
            "order,category,target-type,target\n1,a,host,a.test\n1,a,host,b.test\n1,,host,c.test\n"
                + "1,b,host,d.test\n2,b,host,e.test\n")
        #expect(list.orders.map(\.number) == ["1", "2"])
        #expect(list.entries.records.map(\.order) == [0, 0, 0, 1])
        #expect(list.report.rejections == ["order.conflict": 1])
        let conflict = list.report.diagnostics.last
        #expect(conflict?.code == "order.conflict")
        #expect(conflict?.message.contains("line 2 and on line 5") == true)
    }

    @Test(arguments: [(Int64(1_767_225_599), 0), (1_767_225_600, 1)])
    func expiredOrdersAreAcceptedWithANote(now: Int64, notes: Int) {
        let list = parse("order,expires,target-type,target\n1,2026-01-01,host,a.test\n", now: now)
        #expect(list.report.accepted == 1)
        #expect(list.report.diagnostics.filter { $0.code == "order.expired" }.count == notes)
    }

    /// An order says by its action what it asks for, and names requests.
    @Test(arguments: [
        "@@||good.test^", "@@||good.test^$script", "||a.test^$badfilter", "a.test##.ad", "##.ad",
        "\"||a.test^$document,third-party\"",
    ])
    func aPatternThatOrdersNothing(pattern: String) {
        let list = parse("order,action,target-type,target\n1,block,pattern,\(pattern)\n")
        #expect(list.report.rejections == ["order.target": 1])
        #expect(list.entries.records.isEmpty && list.adblockRules.isEmpty)
    }

    // MARK: Spreadsheets

    @Test(arguments: [",", ";", "\t"]) func theSeparatorIsTheHeaders(separator: String) {
        let rows = [
            ["order", "authority", "target-type", "target"],
            ["1", "\"A\(separator)B\"", "host", "a.test"],
            ["1", "", "domain", "b.test"],
        ]
        for before in ["", "sep=\(separator)\n"] {
            let text = rows.map { $0.joined(separator: separator) + "\r\n" }.joined()
            let list = parse(before + text)
            #expect(list.orders.map(\.authority) == ["A\(separator)B"])
            #expect(list.entries.records.map { list.entries.target($0) } == ["a.test", "b.test"])
            #expect(list.report.rejected == 0 && list.report.accepted == 2)
        }
    }

    /// A spreadsheet's row without anything in it orders nothing, and is no error.
    @Test func emptyRowsArePassedOver() {
        let list = parse("order;authority;target-type;target\n;;;\n1;A;host;a.test\n;;;\n")
        #expect(list.report.rejected == 0 && list.report.accepted == 1)
    }

    // MARK: Numbers

    /// A row that repeats an order to the letter belongs to it, whatever others have its number.
    @Test func aRepeatedRowBelongsToItsOrder() {
        let list = parse(
            "order,authority,target-type,target\n1/QĐ,,host,a.test\n1/QĐ,B,host,b.test\n"
                + "1/QĐ,,host,c.test\n")
        #expect(list.orders.map(\.authority) == ["", "B"])
        #expect(list.entries.records.map(\.order) == [0, 1, 0])
        #expect(list.report.rejected == 0)
    }

    /// Each authority counts its own orders.
    @Test func authoritiesMayUseTheSameNumber() {
        let list = parse(
            "order,authority,target-type,target\n1/QĐ,A,host,a.test\n1/QĐ,B,host,b.test\n"
                + "1/QĐ,A,host,c.test\n2/QĐ,B,host,d.test\n2/QĐ,,host,e.test\n1/QĐ,,host,f.test\n")
        #expect(list.orders.map(\.authority) == ["A", "B", "B"])
        #expect(list.entries.records.map(\.order) == [0, 1, 0, 2, 2])
        #expect(list.report.rejections == ["order.conflict": 1], "whose is the last row?")
        #expect(list.report.diagnostics.contains { $0.location.line == 7 })
    }
}
