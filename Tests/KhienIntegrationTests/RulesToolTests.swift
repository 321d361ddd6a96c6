import Foundation
import KhienService
import Testing

/// What the tool says of rules: orders that do not come into force, lists that are named alike, settings
/// that do nothing.
@Suite(.alone, .serialized)
struct RulesToolTests {
    private static let header = "order,authority,effective,action,target-type,target\n"

    private static func configuration(
        _ folder: TemporaryFolder, lists: String, top: String = ""
    ) throws -> String {
        try folder.write("khien.yaml", "control: c.sock\nstate: state\n\(top)\nlists:\n\(lists)\n")
        return folder.file("khien.yaml")
    }

    // MARK: orders

    /// What a row says, and the words of the error.
    private static let lost: [(row: String, says: String)] = [
        ("1,A,01/02/2026,block,host,a.test", "1 of 2 rows of orders have no force"),
        ("1,A,,refuse,host,a.test", "1 of 2 rows of orders have no force"),
        ("1,A,,block,regex,(", "the order 1 has no force"),
        ("1,A,,block,regex,x*", "the order 1 has no force"),
        ("9,B,,warn,host,a.test", "1 of 2 rows of orders have no force"),
    ]

    /// An order that is not in force is an error, and keeps none of the others out.
    @Test func anOrderThatHasNoForceIsAnError() throws {
        let folder = try TemporaryFolder()
        let file = try Self.configuration(
            folder, lists: "  - { path: o.csv, format: orders, guards: { maximum-rejected: none } }"
        )
        for (row, says) in Self.lost {
            try folder.write("o.csv", Self.header + "9,B,,block,host,good.test\n\(row)\n")
            let check = try Command.khien("check", "--config", file)
            #expect(check.status == 1, "\(row): \(check.everything)")
            #expect(check.errors.contains("[order.rejected]"), "\(row): \(check.errors)")
            #expect(check.errors.contains(says), "\(row): \(check.errors)")
            #expect(!check.text.contains("ok: "), "\(check.text)")
            let json = try Command.khien("check", "--config", file, "--json")
            #expect(json.status == 1 && json.text.contains("\"wouldReload\" : true"), "\(row)")
            let compiled = try Command.khien(
                "compile", "--config", file, "-o", folder.file("x.khien"))
            #expect(compiled.status == 1, "\(row): \(compiled.everything)")
            let asked = try Command.khien(
                "explain", "--image", folder.file("x.khien"), "good.test")
            #expect(asked.text.contains("verdict  block"), "\(row): \(asked.text)")
        }
        try folder.write(
            "o.csv", Self.header + "9,B,,block,host,good.test\n9,C,,warn,host,a.test\n")
        let good = try Command.khien("check", "--config", file)
        #expect(good.status == 0 && good.text.hasPrefix("ok: 2 entries"), "\(good.everything)")
    }

    /// An order over phrases where no page is read.
    @Test(arguments: [
        ("", "2030-01-01", true), ("text: { pages: off }", "", false),
        ("text: { pages: off }", "2026-01-01", true),
        ("text: { types: [json, plain] }", "2030-01-01", false),
        ("text: { types: [json, html] }", "", true),
    ])
    func ordersOverWhatIsNotRead(top: String, expires: String, isRead: Bool) throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "o.csv",
            "order,authority,expires,action,target-type,target\n"
                + "1,A,\(expires),block,phrase,con vẹt xanh\n")
        let file = try Self.configuration(
            folder, lists: "  - { path: o.csv, format: orders }", top: top)
        let check = try Command.khien("check", "--config", file)
        #expect(check.status == (isRead ? 0 : 1), "\(check.everything)")
        #expect(check.errors.contains("[order.text-off]") == !isRead, "\(check.errors)")
        let json = try Command.khien("check", "--config", file, "--json")
        #expect(json.text.contains("\"wouldReload\" : true"), "\(json.text)")
    }

    /// The same of what people send, by a list of an authority.
    @Test(arguments: [("", false), ("text: { forms: on }", true)])
    func bansInFormsThatAreNotRead(top: String, isRead: Bool) throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "f.yaml", "scope: forms\nrules:\n- { phrase: con vẹt xanh, effect: ban }\n")
        let file = try Self.configuration(
            folder, lists: "  - { path: f.yaml, format: phrases, authority: authority }", top: top)
        let check = try Command.khien("check", "--config", file)
        #expect(check.status == (isRead ? 0 : 1), "\(check.everything)")
        #expect(check.errors.contains("`text.forms` is off") == !isRead, "\(check.errors)")
    }

    @Test func aSpreadsheetsOrdersAreKnown() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "o.csv",
            "\u{FEFF}" + Self.header.replacing(",", with: ";") + "1;A;;block;host;a.test\r\n")
        let result = try Command.khien(
            "compile", "-o", folder.file("x.khien"), folder.file("o.csv"))
        #expect(result.status == 0, "\(result.everything)")
        let asked = try Command.khien("explain", "--image", folder.file("x.khien"), "a.test")
        #expect(asked.text.contains("order 1 of A"), "\(asked.text)")
    }

    // MARK: configuration

    @Test(arguments: ["casino.test", "other.test"]) func aListsOwnCanariesAreTried(
        canary: String
    ) throws {
        let folder = try TemporaryFolder()
        try folder.write("d.txt", "casino.test\n")
        let file = try Self.configuration(
            folder,
            lists: "  - { path: d.txt, format: domains, guards: { canaries: [\(canary)] } }")
        let check = try Command.khien("check", "--config", file)
        #expect(check.status == (canary == "casino.test" ? 0 : 1), "\(check.everything)")
        #expect(check.errors.contains("[guard.canary]") == (canary == "other.test"))
    }

    @Test func whatIsHeldCanBeReleased() throws {
        let folder = try TemporaryFolder()
        try folder.write("d.txt", "casino.test\n")
        for release in ["", "release: [casino.test]"] {
            let file = try Self.configuration(
                folder, lists: "  - { path: d.txt, format: domains }",
                top: "protected-names: [casino.test]\n\(release)")
            let compiled = try Command.khien(
                "compile", "--config", file, "-o", folder.file("x.khien"))
            #expect(compiled.status == 0, "a list that is held names something")
            #expect(compiled.errors.contains("[entry.held]") == release.isEmpty)
            #expect(!compiled.errors.contains("list.no-entries"), "\(compiled.errors)")
            let asked = try Command.khien(
                "explain", "--image", folder.file("x.khien"), "casino.test")
            #expect(asked.text.contains("verdict  block") == !release.isEmpty, "\(asked.text)")
        }
    }

    @Test func limitsOfUnknownCategoriesAreTold() throws {
        let folder = try TemporaryFolder()
        try folder.write("p.yaml", "category: gambling\nrules:\n- { phrase: casino, weight: 9 }\n")
        let file = try Self.configuration(
            folder, lists: "  - { path: p.yaml, format: phrases }",
            top: "text: { limits: { gambling: 10, gambing: 10 } }")
        let check = try Command.khien("check", "--config", file)
        #expect(check.status == 0, "\(check.everything)")
        let told = check.errors.split(separator: "\n").filter {
            $0.contains("[config.unknown-category]")
        }
        #expect(told.count == 1 && told[0].contains("`gambing`"), "\(check.errors)")
    }

    // MARK: compile

    @Test func aListOfCancellingRulesNamesSomething() throws {
        let folder = try TemporaryFolder()
        try folder.write("a.txt", "||a.test^$badfilter\n")
        let result = try Command.khien(
            "compile", "-o", folder.file("x.khien"), "--format", "adblock", folder.file("a.txt"))
        #expect(result.status == 0, "\(result.everything)")
    }

    @Test func optionsOfListsGoWithoutAConfiguration() throws {
        for option in [
            ["--action", "warn"], ["--format", "domains"], ["--category", "x"],
            ["--public-suffix-list", "x"],
        ] {
            let result = try Command.run(
                Programs.khien, ["compile", "-o", "x", "--config", "k.yaml"] + option)
            #expect(result.status == 2, "\(option): \(result.everything)")
        }
    }

    @Test func aReportThatCannotBeWritten() throws {
        let folder = try TemporaryFolder()
        try folder.write("d.txt", "a.test\n")
        let result = try Command.khien(
            "compile", "-o", folder.file("x.khien"), "--report", "/nonexist/r.json",
            folder.file("d.txt"))
        #expect(result.status == 1)
        #expect(result.errors.contains("error: /nonexist/r.json: the report cannot be written: "))
        #expect(!result.errors.contains("Domain"), "\(result.errors)")
    }

    /// A rule's id is made of its list's name: lists of one name have their paths.
    @Test func listsOfOneNameAreToldApart() throws {
        let folder = try TemporaryFolder()
        for name in ["a", "b"] { try folder.write("\(name)/l.txt", "\(name).test\nsame.test\n") }
        let result = try Command.khien(
            "compile", "-o", folder.file("x.khien"), folder.file("a/l.txt"), folder.file("b/l.txt"))
        #expect(result.status == 0)
        let asked = try Command.khien("explain", "--image", folder.file("x.khien"), "same.test")
        let rules = asked.text.split(separator: "\n").filter { $0.contains("rule ") }
            .compactMap { $0.split(separator: " ").last }
        #expect(rules.count == 2 && Set(rules).count == 2, "\(asked.text)")
        #expect(asked.text.contains("a/l.txt:2") && asked.text.contains("b/l.txt:2"))
    }

    // MARK: questions

    @Test(arguments: [
        "casino.test/x?u=http://y.test/", #"HTTP:\\casino.test"#, "http:casino.test",
        "//casino.test", "casino.test:8080/x", "https://casino.test", "casino.test:443",
        "casino.test:443?x", "www.casino.test",
    ])
    func urlsAreReadAsBrowsersReadThem(url: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("d.txt", "casino.test\n")
        let image = folder.file("x.khien")
        _ = try Command.khien("compile", "-o", image, folder.file("d.txt"))
        let asked = try Command.khien("explain", "--image", image, url)
        #expect(asked.status == 0 && asked.text.contains("verdict  block"), "\(asked.everything)")
        let judged = try Command.khien("match", "--image", image, input: url + "\n")
        #expect(judged.text.hasPrefix("block\thost\t"), "\(judged.everything)")
    }

    /// A word before a colon is a scheme where nothing says that it is a host.
    @Test(arguments: [
        ("mailto:a@casino.test", "allow"), ("data:text/html,casino.test", "allow"),
        ("x://casino.test/", "block"), ("not a url", "invalid"), ("", "invalid"),
        ("other.test:443/casino.test", "allow"), ("casino.test:99999/", "invalid"),
        ("localhost:8080/x", "allow"),
    ])
    func schemesAreTold(url: String, verdict: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("d.txt", "casino.test\n")
        let image = folder.file("x.khien")
        _ = try Command.khien("compile", "-o", image, folder.file("d.txt"))
        let judged = try Command.khien("match", "--image", image, input: url + "\t\t\n")
        #expect(judged.text.hasPrefix(verdict + "\t"), "\(judged.everything)")
    }

    @Test func anUnknownTypeIsNoRequest() throws {
        let folder = try TemporaryFolder()
        try folder.write("d.txt", "casino.test\n")
        let image = folder.file("x.khien")
        _ = try Command.khien("compile", "-o", image, folder.file("d.txt"))
        let result = try Command.khien(
            "match", "--image", image,
            input: "http://casino.test/\t\tdocment\nhttp://casino.test/\t\tdocument\n")
        #expect(result.lines.map { $0.prefix(7) } == ["invalid", "block\th"], "\(result.text)")
    }

    /// What a terminal would obey is shown, not sent.
    @Test func controlsAreShown() throws {
        let folder = try TemporaryFolder()
        try folder.write("d.txt", "casino.test\n")
        let image = folder.file("x.khien")
        _ = try Command.khien("compile", "-o", image, folder.file("d.txt"))
        let url = "http://casino.test/\u{1B}[2J\u{202E}x\u{9B}"
        for result in [
            try Command.khien("explain", "--image", image, url),
            try Command.khien("match", "--image", image, input: url + "\n"),
        ] {
            #expect(
                !result.text.unicodeScalars.contains {
                    ["\u{1B}", "\u{202E}", "\u{9B}"].contains($0)
                })
            #expect(result.text.contains(#"\x1B[2J\xE2\x80\xAEx\xC2\x9B"#), "\(result.text)")
        }
    }

    // MARK: pages

    @Test(arguments: [("block", 1), ("warn", 1), ("allow", 0)])
    func aCondemnedPageEndsWith1(action: String, status: Int32) throws {
        let folder = try TemporaryFolder()
        try folder.write("p.yaml", "category: x\nrules:\n- { phrase: casino, effect: ban }\n")
        try folder.write("page.html", "<p>casino</p>")
        let image = folder.file("x.khien")
        _ = try Command.khien("compile", "-o", image, "--action", action, folder.file("p.yaml"))
        let scan = try Command.khien(
            "scan", "--image", image, "--summary", folder.file("page.html"))
        #expect(scan.status == status, "\(scan.everything)")
        #expect(scan.text.contains("\(status) condemned"), "\(scan.text)")
    }

    @Test func anExpressionIsFoundByItsWords() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "p.yaml", "category: x\nrules:\n- { regex: 'Casino[0-9]', effect: ban }\n")
        let image = folder.file("x.khien")
        _ = try Command.khien("compile", "-o", image, folder.file("p.yaml"))
        let asked = try Command.khien("explain", "--image", image, "--rule", "Casino[0-9]")
        #expect(asked.status == 0 && asked.text.contains("/Casino[0-9]/"), "\(asked.everything)")
    }
}
