import KhienCompiler
import KhienImage
import KhienLists
import KhienModel
import KhienTestKit
import KhienText
import Testing

/// What one list may not do to another: switch its rules off, or keep it out of the image.
@Suite struct SwitchedOffTests {
    private static let header = "order,target-type,target\n"

    private static func orders(_ rows: String, isConfidential: Bool = false) -> SourceList {
        CompiledImage.list(
            header + rows, format: .orders, name: "orders", authority: .authority,
            isConfidential: isConfidential)
    }

    private static func adblock(
        _ text: String, name: String = "rules", authority: Authority = .operator
    ) -> SourceList {
        CompiledImage.list(text + "\n", format: .adblock, name: name, authority: authority)
    }

    // MARK: $badfilter

    struct Row: Sendable {
        var order: String
        var canceller: String
        var url: String
    }

    @Test(
        arguments: [
            Row(
                order: "||casino.test^", canceller: "||casino.test^$badfilter",
                url: "http://casino.test/"),
            Row(
                order: "||shop.test/casino", canceller: "||shop.test/casino$all,badfilter",
                url: "http://shop.test/casino/"),
        ], [Authority.operator, .authority])
    func noRuleSwitchesOffAnOrder(row: Row, authority: Authority) throws {
        let image = try CompiledImage([
            Self.orders("1/QĐ,pattern,\(row.order)\n"),
            Self.adblock("||other.test^\n\(row.canceller)", authority: authority),
        ])
        let answer = try image.ask(row.url, type: .document)
        #expect(answer.decision.verdict == .block)
        #expect(image.report.cancelled == 0 && image.report.findings[.refusedBadFilter] == 1)
        let told = try #require(image.report.diagnostics.first { $0.code == "order.badfilter" })
        #expect(told.severity == .error && told.location.description == "orders.txt:2")
        #expect(told.message.contains("order 1/QĐ") && told.message.contains("rules.txt:2"))
    }

    /// Each side cancels its own rules and no other's.
    @Test(arguments: [
        (Authority.operator, Authority.operator, true), (.authority, .operator, false),
        (.operator, .authority, false), (.authority, .authority, true),
    ])
    func sides(own: Authority, other: Authority, isCancelled: Bool) throws {
        let image = try CompiledImage([
            Self.adblock("||a.test/x", authority: own),
            Self.adblock("||a.test/x$badfilter", name: "other", authority: other),
        ])
        #expect(image.report.cancelled == (isCancelled ? 1 : 0))
        #expect(image.report.entries == (isCancelled ? 0 : 1))
        let isTold = own == .authority && !isCancelled
        #expect((image.report.findings[.refusedBadFilter] == 1) == isTold)
    }

    /// What would have been cancelled is told, and not that a confidential list names it.
    @Test func whatAConfidentialListCancelsIsNotTold() throws {
        let secret = CompiledImage.list(
            "||a.test/x$badfilter\n||b.test^\n", format: .adblock, name: "secret",
            isConfidential: true)
        let image = try CompiledImage(
            [Self.adblock("||a.test/x", authority: .authority), secret], key: ListKey.random())
        let told = try #require(image.report.diagnostics.first { $0.code == "order.badfilter" })
        #expect(told.location.description == "rules.txt:1")
        #expect(!told.message.contains("secret"))
    }

    /// A confidential list is a side of its own, and nothing is said of what it holds.
    @Test func confidentialListsAreTheirOwn() throws {
        let secret = CompiledImage.list(
            "||geheim.test^\n||own.test^\n||own.test^$badfilter\n", format: .adblock,
            name: "secret", isConfidential: true)
        let image = try CompiledImage(
            [secret, Self.adblock("||geheim.test^$badfilter")], key: ListKey.random())
        #expect(try image.ask("http://geheim.test/", type: .document).decision.verdict == .block)
        #expect(try image.ask("http://own.test/", type: .document).decision.verdict == .allow)
        #expect(image.report.cancelled == 1 && image.report.diagnostics.isEmpty)
    }

    // MARK: Expressions for everything

    @Test(arguments: [
        ("casino|", true), (".*", true), ("^", true), ("()", true), ("$", true), ("x*", true),
        ("casino", false),
        ("^(?!https?://ok[.]test/)", false), ("^(?:https?://bad[.]test/.*)?$", false),
        ("^bad|^$", false), (".", false), ("^http", false), ("x+|y", false),
        // What must not stand is said at the begin, and nothing else is allowed beside it.
        (".*(?!zzz)", true), ("(?:(?!zq)|.*)", true), ("[(?!]*", true), ("^(?!a)|.*", true),
        ("^(?:(?!good).)*", true), ("^(?:(?!good).)*$", false), ("^((?!good|fine).)*$", false),
        ("^(?!https?://(?:a|b)[.]test/)", false), ("^(?!a)(?:b|)", true),
        // What must not stand at one place does not stand at the next.
        ("(?!good)", true), ("(?!https?://good[.]test/).*", true), ("(?<!x)", true),
        ("^(?<!x)", true), ("(?i)(?!good)y?", true),
        ("(?i)^(?!https?://good[.]test/)", false), ("(?i).*", true),
        ("(?is)^(?:(?!good).)*$", false),
    ])
    func expressionsThatMatchNothing(pattern: String, isRefused: Bool) throws {
        let regex = CompiledImage.list(pattern + "\n", format: .regex)
        let phrase = CompiledImage.list(
            "rules:\n- { regex: '\(pattern)', effect: ban }\n", format: .phrases)
        for list in [regex, phrase] {
            try #require(list.list.entries.records.count == 1, "\(list.list.report.diagnostics)")
            let report = try CompiledImage([list]).report
            #expect(report.entries == (isRefused ? 0 : 1))
            #expect(report.refusedRegexes == (isRefused ? 1 : 0))
            #expect(report.diagnostics.contains { $0.code == "regex.everything" } == isRefused)
        }
        let order = try CompiledImage([Self.orders("1,regex,\(pattern)\n")]).report
        let told = order.diagnostics.filter { $0.code == "order.rejected" }
        #expect(told.count == (isRefused ? 1 : 0))
        #expect(told.allSatisfy { $0.severity == .error && $0.location.line == 2 })
    }

    /// A site's name itself, names below it, and nothing that stands behind a host.
    @Test(arguments: [
        (
            #"(^|\.)bet365\.com$"#, ["http://bet365.com/", "https://u@www.bet365.com:81/x"],
            ["http://notbet365.com/", "http://a.test/bet365.com", "http://bet365.com.a.test/"]
        ),
        ("(?i)^casino", ["http://casino.test/", "http://CASINO1.test/"], ["http://a.test/casino"]),
        (
            "(?:^|[.-])poker",
            ["http://poker.test/", "http://a-poker.test/", "http://a.poker.test/"],
            ["http://a.test/-poker", "http://apoker.test/"]
        ),
        ("^a.*[.]bad[.]test", ["http://abc.bad.test/"], ["http://abc.test/?u=x.bad.test"]),
    ])
    func expressionsOfSites(pattern: String, blocked: [String], allowed: [String]) throws {
        let list = ListParser.parse(
            Array((pattern + "\n").utf8), name: "sites", path: "lists/bannedregexpsitelist")
        try #require(list.format == .e2guardian)
        let image = try CompiledImage([
            SourceList(list, category: "", action: .block, authority: .operator)
        ])
        for url in blocked {
            #expect(try image.ask(url, type: .document).decision.verdict == .block, "\(url)")
        }
        for url in allowed {
            #expect(try image.ask(url, type: .document).decision.verdict == .allow, "\(url)")
        }
    }

    /// Not the empty text, but whatever else there is: told, and in force.
    @Test(arguments: [
        (".", true, true), (".+", true, true), ("/", true, false), ("http", true, false),
        ("[a-z]", true, true), ("casino", false, false), ("a[.]invalid", false, false),
        ("^https?://", true, false), ("[0-9]", false, false),
    ])
    func broadExpressions(pattern: String, ofURLs: Bool, ofTexts: Bool) throws {
        let regex = CompiledImage.list(pattern + "\n", format: .regex)
        let phrase = CompiledImage.list(
            "rules:\n- { regex: '\(pattern)', effect: ban }\n", format: .phrases)
        for (list, isBroad) in [(regex, ofURLs), (phrase, ofTexts)] {
            let report = try CompiledImage([list]).report
            #expect(report.entries == 1)
            let told = report.diagnostics.filter { $0.code == "regex.broad" }
            #expect(told.count == (isBroad ? 1 : 0))
            #expect(told.allSatisfy { $0.severity == .warning && $0.location.line > 0 })
        }
    }

    /// Options bind what the expression leaves open.
    @Test(arguments: [
        ("/.*/", 0), ("/x*/", 0), ("/.*/$domain=a.test", 1), ("/.*/$script", 1),
        ("/.*/$third-party", 1),
    ])
    func adblockExpressionsForEverything(rule: String, entries: Int) throws {
        #expect(try CompiledImage([Self.adblock(rule)]).report.entries == entries)
    }

    // MARK: Protected names

    private static let suffixes = PublicSuffixList(
        parsing: Array("// ===BEGIN ICANN DOMAINS===\ncom\nvn\ncom.vn\n".utf8).span)

    /// An operator's wish holds no order.
    @Test(arguments: ["domain,casino.test", "pattern,||casino.test^", "regex,^http://casino"])
    func aProtectedNameHoldsNoOrder(target: String) throws {
        let image = try CompiledImage(
            [Self.orders("1,\(target)\n")], protectedNames: ["casino.test"])
        #expect(image.report.held == 0)
        #expect(try image.ask("http://casino.test/", type: .document).decision.verdict == .block)
        #expect(image.report.diagnostics.map(\.code) == ["order.protected"])
        #expect(image.report.diagnostics.first?.severity == .warning)
    }

    @Test func anOrderForAPublicSuffixIsHeldWithAnError() throws {
        let list = Self.orders("1,domain,com.vn\n1,domain,casino.com.vn\n")
        let held = try CompiledImage([list], suffixes: Self.suffixes)
        #expect(held.report.held == 1 && held.report.entries == 1)
        #expect(held.report.diagnostics.map(\.code) == ["order.rejected"])
        #expect(held.report.diagnostics.first?.severity == .error)
        let released = try CompiledImage(
            [list], suffixes: Self.suffixes, released: ["com.vn"])
        #expect(released.report.held == 0 && released.report.entries == 2)
    }

    @Test(arguments: [
        ("help.test", ListFormat.domains, "help.test"), ("*.help.test", .domains, "help.test"),
        ("||help.test/", .adblock, "||help.test/"), ("|http://h*$all", .adblock, "|http://h"),
        ("^http://help", .regex, "/^http://help/"),
        ("192.0.2.0/24", .addresses, "192.0.2.0/24"),
    ])
    func aPersonReleasesByTarget(text: String, format: ListFormat, target: String) throws {
        let list = CompiledImage.list(text + "\n", format: format)
        let names = ["help.test", "192.0.2.9"]
        let held = try CompiledImage([list], protectedNames: names, released: ["x" + target])
        #expect(held.report.held == 1)
        #expect(held.report.diagnostics.contains { $0.message.hasPrefix(target + " is held") })
        let released = try CompiledImage([list], protectedNames: names, released: [target])
        #expect(released.report.held == 0 && released.report.entries == 1)
    }

    /// Without the anchors, as messages once named it.
    @Test func aPersonReleasesABarePattern() throws {
        let list = CompiledImage.list("||help.test/\n", format: .adblock)
        let released = try CompiledImage(
            [list], protectedNames: ["help.test"], released: ["help.test/"])
        #expect(released.report.held == 0 && released.report.entries == 1)
    }
}
