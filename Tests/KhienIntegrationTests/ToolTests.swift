import Foundation
import KhienService
import KhienTestKit
import Testing

/// The tool `khien` as its users run it.
@Suite(.alone, .serialized)
struct ToolTests {
    private static let blocklists = Programs.root + "/blocklists"

    private static func compileExamples(_ folder: TemporaryFolder) throws -> CompileSummary {
        let result = try Command.khien(
            "compile", "--config", blocklists + "/khien.yaml", "-o", folder.file("e.khien"),
            "--key", folder.file("lists.key"), "--json")
        #expect(result.status == 0, "\(result.everything)")
        return try ControlCoding.decode(CompileSummary.self, result.output)
    }

    // MARK: compile

    /// File by file, format recognised: what the lines became.
    private static let examples: [(path: String, format: String?, accepted: Int)] = [
        ("adblock.txt", nil, 8), ("addresses.txt", nil, 3), ("confidential.txt", nil, 2),
        ("dnsmasq.conf", nil, 4), ("hashed.txt", nil, 3),
        ("domains.txt", nil, 3), ("e2guardian", nil, 4), ("hosts.txt", nil, 3),
        ("orders.csv", nil, 11), ("phrases", nil, 1072), ("regex.txt", "regex", 2),
        ("rpz.zone", nil, 5),
        ("urls.txt", nil, 4), ("ut1", nil, 6),
    ]

    @Test func everyExampleIsTakenWhole() throws {
        let folder = try TemporaryFolder()
        var found: Set<String> = ["README.md", "khien.yaml"]
        for example in Self.examples {
            found.insert(example.path)
            var arguments = ["compile", "-o", folder.file("x.khien"), "--json"]
            if let format = example.format { arguments += ["--format", format] }
            let result = try Command.run(
                Programs.khien, arguments + [Self.blocklists + "/" + example.path])
            #expect(result.status == 0, "\(example.path): \(result.everything)")
            let summary = try ControlCoding.decode(CompileSummary.self, result.output)
            let accepted = summary.lists.map(\.accepted).reduce(0, +)
            #expect(accepted == example.accepted, "\(example.path)")
            for list in summary.lists {
                #expect(list.repaired + list.rejected + list.unsupported == 0, "\(list.path)")
                #expect(list.entries > 0, "\(list.path)")
            }
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.blocklists)
        #expect(Set(names.filter { !$0.hasPrefix(".") }) == found, "no example is left out")
    }

    @Test func theExamplesTogether() throws {
        let folder = try TemporaryFolder()
        let summary = try Self.compileExamples(folder)
        #expect(summary.lists.count == 25)
        #expect(summary.entries == 2527)
        #expect(summary.orders == 6)
        #expect(
            summary.entriesByKind == [
                "domain": 24, "pattern": 8, "host": 8, "url-prefix": 4, "regex": 3, "cidr": 3,
                "url": 4, "ip": 3, "sha256": 3, "phrase": 2467,
            ])
        #expect(summary.unindexedPatterns + summary.unindexedRegexes == 0)
        let size = try folder.read("e.khien").count
        #expect(summary.bytes == size)
        // A reader that shares no code with ours.
        let second = try Command.run(
            "/usr/bin/env",
            ["python3", Programs.root + "/scripts/verify-image", folder.file("e.khien")])
        #expect(second.status == 0, "\(second.everything)")
        #expect(second.text.contains("25 lists, 6 orders, 2527 entries"))
    }

    @Test(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.comment)))
    func allRealListsInOneGo() throws {
        let folder = try TemporaryFolder()
        let result = try Command.khien(
            "compile", "-o", folder.file("all.khien"), "--report", folder.file("all.json"),
            SharedData.path("blocklists"), SharedData.path("adblock"), seconds: 300)
        // One of the lists is wrong from end to end, on purpose: that is a finding.
        #expect(result.status == 1)
        #expect(result.errors.contains("malware-dnsmasq.txt"))
        let summary = try ControlCoding.decode(CompileSummary.self, folder.read("all.json"))
        let wanted = try Self.goldenTotals()
        func sum(_ field: (CompileSummary.List) -> Int) -> Int {
            summary.lists.reduce(0) { $0 + field($1) }
        }
        let found: [String: Int] = [
            "lists": summary.lists.count, "lines": sum(\.lines), "blank": sum(\.blank),
            "comments": sum(\.comments), "structure": sum(\.structure),
            "cosmetic": sum(\.cosmetic), "accepted": sum(\.accepted),
            "repaired": sum(\.repaired), "rejected": sum(\.rejected),
            "unsupported": sum(\.unsupported),
            "entries": summary.entries + summary.duplicates + summary.cancelled
                + summary.notCompiled + summary.held + (summary.neverMatching ?? 0),
        ]
        #expect(found == wanted)
        #expect(sum(\.repairs.values.sum) >= summary.lists.map(\.repaired).reduce(0, +))
        #expect(sum(\.rejections.values.sum) == sum(\.rejected))
        #expect(sum(\.unsupportedReasons.values.sum) == sum(\.unsupported))
        #expect(summary.entriesByKind.values.sum == summary.entries)
        #expect(summary.notCompiled == 0)
        // The same files give the same image.
        let again = try Command.khien(
            "compile", "-o", folder.file("again.khien"), "--report", folder.file("again.json"),
            "--quiet", SharedData.path("blocklists"), SharedData.path("adblock"), seconds: 300)
        #expect(again.status == 1)
        let second = try ControlCoding.decode(CompileSummary.self, folder.read("again.json"))
        #expect(second.fingerprint == summary.fingerprint)
    }

    /// The sums of what `KhienListsTests` holds for each file.
    private static func goldenTotals() throws -> [String: Int] {
        let path = Programs.root + "/Tests/KhienListsTests/Golden/real-lists.tsv"
        var totals: [String: Int] = [:]
        for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
            totals["lists", default: 0] += 1
            for field in line.split(separator: "\t").dropFirst(2) {
                let pair = field.split(separator: "=")
                guard let first = pair[0].first, first.isLetter, pair[0] != "rules" else {
                    continue
                }
                totals[String(pair[0]), default: 0] += Int(pair[1]) ?? 0
            }
        }
        return totals
    }

    // MARK: check

    @Test func checkOfTheExampleConfiguration() throws {
        let result = try Command.khien("check", "--config", Self.blocklists + "/khien.yaml")
        #expect(result.status == 0, "\(result.everything)")
        #expect(result.text == "ok: 2527 entries in 25 lists\n")
    }

    /// A line of the configuration, and what is said about it.
    private static let planted: [(line: String, says: String)] = [
        ("workers: 999", "khien.yaml:5:10: error: expected a whole number from 1 to 256"),
        ("worker: 2", "khien.yaml:5:1: error: "),
        ("guards: { maximum-shrink: 110% }", "khien.yaml:5:27: error: expected a percentage"),
        ("upstream: { connect-ports: [70000] }", "khien.yaml:5:29: error: "),
        ("events: { url: everything }", "khien.yaml:5:16: error: expected one of: `none`"),
        ("timeouts: { head: 10 }", "khien.yaml:5:19: error: expected a duration"),
        ("listen: [ { explicit: 127.0.0.1 } ]", "khien.yaml:5:23: error: "),
        ("state: [a]", "khien.yaml:5:8: error: "),
        ("\tworkers: 2", "khien.yaml:5:1: error: "),
    ]

    @Test func plantedFaultsAreFoundWhereTheyAre() throws {
        let folder = try TemporaryFolder()
        try folder.write("d.txt", "ok.test\n")
        let head = "control: c.sock\nlists:\n  - path: d.txt\n    format: domains\n"
        try folder.write("khien.yaml", head)
        #expect(try Command.khien("check", "--config", folder.file("khien.yaml")).status == 0)
        for row in Self.planted {
            try folder.write("khien.yaml", head + row.line + "\n")
            let result = try Command.khien("check", "--config", folder.file("khien.yaml"))
            #expect(result.status == 1, "\(row.line): \(result.everything)")
            #expect(result.errors.contains(row.says), "\(row.line): \(result.errors)")
        }
        // Faults of a list: with line and column; they alone do not refuse it.
        try folder.write("khien.yaml", head)
        try folder.write("d.txt", "ok.test\nexa mple.test\nother.test\n")
        let list = try Command.khien("check", "--config", folder.file("khien.yaml"))
        #expect(list.status == 0)
        #expect(list.errors.contains("d.txt:2:4: warning: white space inside an entry"))
        try folder.write("d.txt", "exa mple.test\n")
        #expect(try Command.khien("check", "--config", folder.file("khien.yaml")).status == 1)
        let json = try Command.khien("check", "--json", "--config", folder.file("khien.yaml"))
        #expect(json.status == 1)
        let object = try Self.object(json)
        #expect(object["wouldReload"] as? Bool == false)
    }

    // MARK: match and explain

    // An authority before the operator, an exception, a warning, orders out of force, each layer.
    private static let requests = """
        http://casino.khien.test/
        http://sub.CASINO.khien.test./x\thttp://page.test/\timage
        http://ads.khien.test/
        http://games.khien.test/
        http://class.chat.khien.test/
        http://challenge.khien.test/
        http://expired.khien.test/
        http://future.khien.test/
        http://portal.khien.test/casino/roulette?x=1
        http://wallet.khien.test/login?step=2
        http://203.0.113.70/
        http://[2001:db8:31::7]/
        http://bonus.khien.test/spin
        http://fine.test/
        not a url

        """

    private static let verdicts = """
        block\thost\torders:3\tcasino.khien.test\thttp://casino.khien.test/
        block\thost\torders:3\tcasino.khien.test\thttp://sub.CASINO.khien.test./x
        block\thost\tdomains:3\tads.khien.test\thttp://ads.khien.test/
        warn\thost\tgames/domains:1\tgames.khien.test\thttp://games.khien.test/
        allow\thost\te2guardian/exceptionsitelist:2\tclass.chat.khien.test\thttp://class.chat.khien.test/
        warn\thost\torders:10\tchallenge.khien.test\thttp://challenge.khien.test/
        allow\t-\t-\t-\thttp://expired.khien.test/
        allow\t-\t-\t-\thttp://future.khien.test/
        block\turl\torders:4\tportal.khien.test/casino\thttp://portal.khien.test/casino/roulette?x=1
        block\turl\torders:8\twallet.khien.test/login?step=2\thttp://wallet.khien.test/login?step=2
        block\tip\torders:7\t203.0.113.64/26\thttp://203.0.113.70/
        block\tip\torders:9\t2001:db8:31::7\thttp://[2001:db8:31::7]/
        block\turl\torders:6\t||bonus.khien.test/spin^\thttp://bonus.khien.test/spin
        allow\t-\t-\t-\thttp://fine.test/
        invalid\t-\t-\t-\tnot a url

        """

    @Test func aCorpusIsJudged() throws {
        let folder = try TemporaryFolder()
        _ = try Self.compileExamples(folder)
        try folder.write("requests.tsv", Self.requests)
        let common = [
            "match", "--image", folder.file("e.khien"), "--at", "2026-11-23T08:00:00Z",
            "--requests", folder.file("requests.tsv"),
        ]
        let once = try Command.run(Programs.khien, common)
        #expect(once.status == 0, "\(once.errors)")
        #expect(once.text == Self.verdicts)
        let input = try Command.khien(
            "match", "--image", folder.file("e.khien"), "--at", "2026-11-23T08:00:00Z",
            input: Self.requests.replacing("\n", with: "\r\n"))
        #expect(input.output == once.output)
        let summary = try Command.run(Programs.khien, common + ["--summary"])
        #expect(summary.text == "block\t8\nwarn\t2\nallow\t4\ninvalid\t1\n")
        let json = try Command.run(Programs.khien, common + ["--json"])
        #expect(json.lines.count == 15)
        for line in json.lines {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["verdict"] is String)
        }
        let counts = try Self.object(
            try Command.run(Programs.khien, common + ["--summary", "--json"]))
        #expect(counts["block"] as? Int == 8)
        // In 2098 another order is in force.
        let later = try Command.khien(
            "match", "--image", folder.file("e.khien"), "--at", "2098-06-01T00:00:00Z",
            input: "http://future.khien.test/\n")
        #expect(later.text.hasPrefix("block\thost\torders:"))
    }

    @Test func explanationsNameEverything() throws {
        let folder = try TemporaryFolder()
        _ = try Self.compileExamples(folder)
        let image = folder.file("e.khien")
        let text = try Command.khien(
            "explain", "--image", image, "http://Casino.khien.test:80/a/../b")
        #expect(text.status == 0)
        for words in [
            "verdict  block", "[orders:3]", "order 12/QĐ-VD", "layer host",
            "exact    http://casino.khien.test/b", "lookup   ", "Sở Thông tin mẫu",
        ] {
            #expect(text.text.contains(words), "\(words): \(text.text)")
        }
        let none = try Command.khien("explain", "--image", image, "http://fine.test/")
        #expect(none.text.contains("no rule in force names it; tried: "))
        let expired = try Command.khien("explain", "--image", image, "expired.khien.test")
        #expect(expired.text.contains("NOT IN FORCE"))
        let json = try Command.khien(
            "explain", "--image", image, "--json", "http://ads.khien.test/")
        let array = try JSONSerialization.jsonObject(with: Data(json.output)) as? [[String: Any]]
        #expect(array?.first?["verdict"] as? String == "block")
        #expect(try Command.khien("explain", "--image", image, "http://%%/").status == 1)
    }

    // MARK: exit status

    private static let usage: [[String]] = [
        ["nonsense"], ["match"], ["compile"], ["compile", "-o", "x"], ["explain", "--image", "x"],
        ["match", "--image", "x", "--nope"], ["compile", "-o", "x", "a", "--action", "nix"],
        ["compile", "-o", "x", "a", "--format", "nix"], ["check"], ["log", "verify"],
        ["explain", "--image", "x", "--type", "nix", "http://a.test/"],
        ["compile", "-o", "x", "--config", "y", "a"],
    ]

    @Test func wrongUsageEndsWith2() throws {
        for arguments in Self.usage {
            let result = try Command.run(Programs.khien, arguments)
            #expect(result.status == 2, "\(arguments): \(result.everything)")
            #expect(result.errors.contains("Usage: khien"), "\(arguments): \(result.errors)")
            #expect(result.output.isEmpty)
        }
    }

    private static let findings: [[String]] = [
        ["match", "--image", "/nothing.khien"], ["compile", "-o", "/tmp/x.khien", "/nothing.txt"],
        ["log", "verify", "/nothing"], ["status", "--control", "/nothing.sock"],
        ["reload", "--control", "/nothing.sock"], ["check", "--config", "/nothing.yaml"],
        ["config", "no-such-key"], ["explain", "--image", "/etc/passwd", "http://a.test/"],
    ]

    @Test func findingsEndWith1() throws {
        for var arguments in Self.findings {
            let folder = try TemporaryFolder()
            arguments = arguments.map { $0 == "/tmp/x.khien" ? folder.file("x.khien") : $0 }
            let result = try Command.run(Programs.khien, arguments)
            #expect(result.status == 1, "\(arguments): \(result.everything)")
        }
    }

    @Test func helpTeaches() throws {
        let help = try Command.khien("--help")
        #expect(help.status == 0)
        for words in ["compile", "check", "explain", "match", "status", "reload", "Exit status"] {
            #expect(help.text.contains(words), "\(words)")
        }
        for command in ["compile", "match", "explain", "check", "status", "reload"] {
            let result = try Command.khien(command, "--help")
            #expect(result.status == 0)
            #expect(result.text.contains("USAGE: khien \(command)"))
        }
        #expect(try Command.khien("--version").text.hasPrefix("0."))
        #expect(try Command.khien("config", "guards", "--json").status == 0)
    }

    private static func object(_ result: Command.Result) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(result.output))
        return try #require(value as? [String: Any], "\(result.everything)")
    }
}

extension Dictionary<String, Int>.Values {
    var sum: Int { reduce(0, +) }
}
