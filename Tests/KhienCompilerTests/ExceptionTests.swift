import Foundation
import KhienCompiler
import KhienImage
import KhienLists
import KhienModel
import KhienTestKit
import KhienText
import Testing

/// An operator's exceptions beside orders, and entries that would block a protected name.
@Suite struct ExceptionTests {
    static let orders = """
        order,effective,expires,action,target-type,target
        1/A,2026-01-01,,block,domain,casino.test
        1/A,,,,url-prefix,http://shop.test/casino/
        1/A,,,,cidr,192.0.2.0/24
        2/A,2090-01-01,,block,domain,later.test
        3/A,2020-01-01,2025-01-01,block,domain,over.test
        4/A,,,warn,domain,warned.test

        """
    /// Beside exceptions with a `*`.
    static let narrowOrders = """
        1/A,,,,host,host.test
        1/A,,,,url,http://page.test/x
        2/A,,,,url-prefix,http://later-shop.test/casino/
        1/A,,,,cidr,2001:db8::/32
        1/A,,,,ip,198.51.100.7

        """
    static let now: Int64 = 1_780_000_000

    struct Row: CustomTestStringConvertible, Sendable {
        var text: String
        var format = ListFormat.domains
        var code: String?
        var testDescription: String { "\(text) (\(format.name)): \(code ?? "kept")" }
    }

    static let rows: [Row] = [
        Row(text: "casino.test", code: "exception.refused"),
        Row(text: "www.casino.test", code: "exception.refused"),
        Row(text: "0.0.0.0 a.casino.test", format: .hosts, code: "exception.refused"),
        Row(text: "http://casino.test/x", format: .urls, code: "exception.refused"),
        Row(text: "http://shop.test/casino/x?y", format: .urls, code: "exception.refused"),
        Row(text: "http://casino.test/x*", format: .urls, code: "exception.refused"),
        Row(text: "*.casino.test/x*", format: .urls, code: "exception.refused"),
        Row(text: "a.later.test/*x", format: .urls, code: "exception.overruled"),
        Row(text: "shop.test/casino/x*", format: .urls, code: "exception.refused"),
        Row(text: "shop.test/casino/*y", format: .urls, code: "exception.refused"),
        Row(text: "www.shop.test/casino/x*", format: .urls, code: "exception.refused"),
        Row(text: "shop.test/casino*", format: .urls),
        Row(text: "*.shop.test/casino/x*", format: .urls),
        Row(text: "host.test/x*", format: .urls, code: "exception.refused"),
        Row(text: "www.host.test/x*", format: .urls),
        Row(text: "*.host.test/x*", format: .urls),
        Row(text: "page.test/x?q*", format: .urls, code: "exception.refused"),
        Row(text: "page.test/x*", format: .urls),
        Row(text: "page.test/x/*", format: .urls),
        Row(text: "later-shop.test/casino/x*", format: .urls, code: "exception.overruled"),
        Row(text: "192.0.2.7", format: .addresses, code: "exception.refused"),
        Row(text: "192.0.2.0/24", format: .addresses, code: "exception.refused"),
        Row(text: "http://192.0.2.7/", format: .urls, code: "exception.refused"),
        Row(text: "http://192.0.2.2/x", format: .urls, code: "exception.refused"),
        Row(text: "*://192.0.2.4/a*", format: .urls, code: "exception.refused"),
        Row(text: "198.51.100.7/y", format: .urls, code: "exception.refused"),
        Row(text: "198.51.100.8/y", format: .urls),
        Row(text: "[2001:db8::1]", format: .urls, code: "exception.refused"),
        Row(text: "http://[2001:db8::2]/x", format: .urls, code: "exception.refused"),
        Row(text: "http://[2001:db9::2]/x", format: .urls),
        Row(text: "shop.test", code: "exception.overruled"),
        Row(text: "0.0.0.0 shop.test", format: .hosts),
        Row(text: "192.0.0.0/16", format: .addresses, code: "exception.overruled"),
        Row(text: "later.test", code: "exception.overruled"),
        Row(text: "over.test"),
        Row(text: "warned.test"),
        Row(text: "other.test"),
        Row(text: "http://shop.test/other", format: .urls),
        Row(text: "@@||casino.test^", format: .adblock),
    ]

    @Test(arguments: rows) func exceptionsBesideOrders(row: Row) throws {
        let image = try CompiledImage(
            [
                CompiledImage.list(
                    Self.orders + Self.narrowOrders, format: .orders, name: "orders"),
                CompiledImage.list(
                    row.text + "\n", format: row.format, name: "exceptions", action: .allow),
            ], now: UnixTime(seconds: Self.now))
        let told = image.report.diagnostics.filter { $0.location.file == "exceptions.txt" }
        #expect(told.map(\.code) == [row.code].compactMap { $0 })
        let isRefused = row.code == "exception.refused"
        #expect(image.image.entryCount == (isRefused ? 11 : 12))
        #expect(image.report.refusedExceptions == (isRefused ? 1 : 0))
        if isRefused {
            #expect(told.first?.severity == .error)
            #expect(told.first?.message.contains("order 1/A") == true)
            #expect(told.first?.message.contains("orders.txt:") == true)
        }
    }

    /// Without orders the same lists keep every exception; and an exception lifts what it may.
    @Test func exceptionsWithoutOrders() throws {
        let image = try CompiledImage([
            CompiledImage.list("casino.test\n", format: .domains),
            CompiledImage.list("www.casino.test\n", format: .domains, action: .allow),
        ])
        #expect(try image.ask("http://www.casino.test/").decision.verdict == .allow)
        #expect(image.report.refusedExceptions == 0 && image.report.diagnostics.isEmpty)
    }

    // MARK: Protected names

    static let held: [(text: String, format: ListFormat, isHeld: Bool)] = [
        ("http://help.test/", .urls, true),
        ("help.test/page", .urls, false),
        ("||help.test^$all", .adblock, true),
        ("||help.test^$document", .adblock, true),
        ("||help.test/*", .adblock, true),
        ("||test^$all", .adblock, true),
        ("||help.test^$script", .adblock, false),
        ("||help.test^$third-party", .adblock, false),
        ("||help.test^$domain=a.test", .adblock, false),
        ("||help.test/page", .adblock, false),
        ("|http://help.t*", .adblock, true),
        ("://help.", .adblock, true),
        ("@@||help.test^$all", .adblock, false),
        ("/h[e]lp/", .adblock, true),
        ("/h[e]lp/$script", .adblock, false),
        ("^https?://help\\.test/", .regex, true),
        ("^https?://help\\.test/page", .regex, false),
        ("test/$", .regex, true),
        ("192.0.2.9", .addresses, true),
        ("192.0.2.0/24", .addresses, true),
        ("192.0.3.0/24", .addresses, false),
        ("2001:db8::/32", .addresses, true),
        ("2001:db9::/32", .addresses, false),
        ("*.help.test", .domains, true),
        ("x.help.test", .domains, false),
    ]

    @Test(arguments: held) func entriesForProtectedNames(
        text: String, format: ListFormat, isHeld: Bool
    ) throws {
        let list = CompiledImage.list(text + "\n", format: format)
        try #require(list.list.entries.records.count == 1, "\(list.list.report.diagnostics)")
        let image = try CompiledImage(
            [list], protectedNames: ["help.test", "192.0.2.9", "2001:db8::1"])
        #expect(image.report.held == (isHeld ? 1 : 0))
        #expect(image.image.entryCount == (isHeld ? 0 : 1))
        #expect(image.report.diagnostics.contains { $0.code == "entry.held" } == isHeld)
    }

    /// Registries' names: a list of blocks or of exceptions that names one is held, unless its format
    /// knows them.
    @Test(arguments: [
        ("com", ListFormat.domains, Action.block, 1), ("com.vn", .domains, .block, 1),
        ("com", .domains, .allow, 1), ("com.vn", .domains, .allow, 0),
        ("0.0.0.0 com", .hosts, .block, 1), ("0.0.0.0 com.vn", .hosts, .block, 0),
        (".com", .e2guardian, .block, 1), (".com", .e2guardian, .allow, 0),
        ("com", .domains, .warn, 1), ("shop.com", .domains, .allow, 0),
        ("||com^", .adblock, .block, 1), ("||com$document", .adblock, .block, 1),
        ("||com", .adblock, .block, 1), ("||com.vn$all", .adblock, .block, 1),
        ("||*.com^$document", .adblock, .block, 1), (".com^$document", .adblock, .block, 1),
        (".com/", .adblock, .block, 1), ("*.com", .adblock, .block, 1),
        ("|https://*.com.vn/$all", .adblock, .block, 1), ("||com^/*", .adblock, .block, 1),
        ("://*.com^$document", .adblock, .block, 1), ("*://*.com/*$document", .adblock, .block, 1),
        ("|*://*.com.vn/*$document", .adblock, .block, 1),
        ("||*com/$document", .adblock, .block, 1),
        ("|http*://*.com^$document", .adblock, .block, 1), ("*com^|", .adblock, .block, 1),
        ("*.*.com^$document", .adblock, .block, 0), ("||q*.com^$document", .adblock, .block, 0),
        ("||*shop.com/$document", .adblock, .block, 0), ("/path.com/", .adblock, .block, 0),
        ("||com^$script", .adblock, .block, 0), ("||shop.com^", .adblock, .block, 0),
        (".com|", .adblock, .block, 0), ("||com.example^", .adblock, .block, 0),
        (".comedy/", .adblock, .block, 0), ("|https://com/", .adblock, .block, 0),
    ])
    func namesOfRegistries(text: String, format: ListFormat, action: Action, held: Int) throws {
        let suffixes = PublicSuffixList(
            parsing: Array("// ===BEGIN ICANN DOMAINS===\ncom\nvn\ncom.vn\n".utf8).span)
        var options = ListParser.Options()
        options.format = format
        options.topLevelNames = TopLevelNames(suffixes)
        let list = ListParser.parse(
            Array((text + "\n").utf8), name: "list", path: "bannedsitelist", options: options)
        try #require(list.entries.records.count == 1, "\(list.report.diagnostics)")
        let image = try CompiledImage([SourceList(list, action: action)], suffixes: suffixes)
        #expect(image.report.held == held && image.report.entries == 1 - held)
        let told = image.report.diagnostics.filter { $0.code == "entry.held" }
        #expect(told.count == held)
        #expect(told.allSatisfy { $0.message.contains(action == .allow ? "lift" : "block") })
    }

    /// Networks that no registry hands out: a block or an exception of so much is a slip. What bogon lists name
    /// is not.
    @Test(arguments: [
        ("0.0.0.0/1", 1), ("128.0.0.0/1", 1), ("192.0.0.0/2", 1), ("223.0.0.0/7", 1),
        ("10.0.0.0/8", 0), ("17.0.0.0/8", 0), ("224.0.0.0/3", 0), ("240.0.0.0/4", 0),
        ("::/1", 1), ("::/2", 1), ("2000::/3", 1), ("2000::/11", 1), ("3ff0::/11", 1),
        ("2a00::/12", 0), ("::/3", 0), ("4000::/2", 0), ("8000::/1", 0), ("fc00::/7", 0),
        // One network of length 2, one of 8.
        ("0.0.0.0-64.255.255.255", 1),
    ])
    func networksOfRegistries(text: String, held: Int) throws {
        for action in [Action.block, .allow] {
            let list = CompiledImage.list(text + "\n", format: .addresses)
            let count = list.list.entries.records.count
            let report = try CompiledImage([SourceList(list.list, action: action)]).report
            #expect(report.held == held && report.entries == count - held)
            #expect(
                report.diagnostics.filter { $0.code == "entry.held" }.count == held,
                "\(report.diagnostics)")
        }
    }

    /// An order for such a network is held as well, and told as an error of the order.
    @Test func orderForANetworkOfRegistries() throws {
        let list = CompiledImage.list(
            "order,target-type,target\n1/A,cidr,64.0.0.0/2\n1/A,cidr,192.0.2.0/24\n",
            format: .orders, authority: .authority)
        let report = try CompiledImage([list]).report
        #expect(report.held == 1 && report.entries == 1)
        let told = report.diagnostics.filter { $0.code == "order.rejected" }
        #expect(told.map(\.location.line) == [2] && told.allSatisfy { $0.severity == .error })
    }

    /// Rules are tried on so many names and no more; entries that name one are held beyond.
    @Test func limitOfTriedNames() throws {
        let most = Limits.Compiler.triedNamesMax
        let names = (0...most).map { "n\($0).test" }
        let list = CompiledImage.list(
            "^http://n\(most - 1)\\.test/\n^http://n\(most)\\.test/\n", format: .regex)
        #expect(try CompiledImage([list], protectedNames: names).report.held == 1)
        let domains = CompiledImage.list("n\(most).test\n", format: .domains)
        #expect(try CompiledImage([domains], protectedNames: names).report.held == 1)
    }

    // MARK: Limits

    @Test(arguments: [0, 1]) func limitOfExamples(more: Int) throws {
        let count = Limits.Compiler.examplesMax + more
        let text = (0..<count).map { "n\($0).test\n" }.joined()
        let report = try CompiledImage([
            CompiledImage.list(text, format: .domains, name: "a"),
            CompiledImage.list(text, format: .domains, name: "b"),
        ]).report
        #expect(report.findings == [.duplicate: count])
        #expect(report.diagnostics.count == Limits.Compiler.examplesMax)
        #expect(report.diagnostics.first?.location.description == "b.txt:1")
    }

    @Test(arguments: [0, 1]) func limitOfEntriesOfOneTarget(more: Int) throws {
        let count = Limits.Compiler.sameTargetMax + more
        let report = try CompiledImage(
            (0..<count).map {
                CompiledImage.list("a.test\n", format: .domains, name: "\($0)")
            }
        ).report
        #expect(report.findings == [.duplicate: Limits.Compiler.sameTargetMax - 1])
        #expect(report.entries == count)
    }

    @Test(arguments: [0, 1]) func limitOfMeasuredExpressions(more: Int) throws {
        let before = Limits.Compiler.costedRegexesMax - 1 + more
        let text = (0..<before).map { "casino\($0)\n" }.joined() + "(a+)+$\n"
        let report = try Compiler.compile(
            [CompiledImage.list(text, format: .regex)], suffixes: nil
        ).report
        #expect(report.findings[.costlyRegex] ?? 0 == 1 - more)
    }

    // MARK: Messages

    /// The words, held as a golden file. `KHIEN_WRITE_GOLDEN=1` writes it.
    @Test func messages() throws {
        let report = try CompiledImage(
            [
                CompiledImage.list(
                    Self.orders + "5/A,,,block,host,www.casino.test\n", format: .orders,
                    name: "orders"),
                CompiledImage.list(
                    "a.test\nb.a.test\na.test\ncasino.test\n", format: .domains, name: "domains"),
                CompiledImage.list(
                    "casino.test\nshop.test\nlater.test\n", format: .domains, name: "exceptions",
                    action: .allow),
                CompiledImage.list(
                    "||a.test^$script\n/x<y\n/z/$domain=a.test|~a.test\n", format: .adblock,
                    name: "rules"),
                CompiledImage.list("(a+)+$\n", format: .regex, name: "expressions"),
                CompiledImage.list("192.0.2.0/25\n", format: .addresses, name: "addresses"),
            ], now: UnixTime(seconds: Self.now)
        ).report
        let found = report.diagnostics.map { $0.description + "\n" }.joined()
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Golden/overlaps.txt")
        if ProcessInfo.processInfo.environment["KHIEN_WRITE_GOLDEN"] == "1" {
            try Data(found.utf8).write(to: file)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == found)
    }
}
