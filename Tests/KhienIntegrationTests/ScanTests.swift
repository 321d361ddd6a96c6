import Foundation
import Testing

/// `khien scan` as its users run it: what it says of a page, and its exit status.
@Suite(.alone, .serialized)
struct ScanTests {
    /// A folder with an image of two groups, and pages.
    private struct Bench {
        let folder: TemporaryFolder
        let image: String

        init() throws {
            folder = try TemporaryFolder()
            image = folder.file("x.khien")
            try folder.write(
                "birds.yaml",
                """
                category: birds
                limit: 50
                rules:
                  - { phrase: con vẹt xanh, weight: 30 }
                  - { phrase: con cú mèo, weight: 40, layers: title }
                  - { phrase: vườn thú, weight: -20 }
                  - { all: [con công, con quạ], weight: 10 }

                """)
            try folder.write(
                "forms.yaml",
                "category: private\nscope: forms\nrules:\n  - { phrase: con sóc nâu, effect: ban }\n"
            )
            let compiled = try Command.khien(
                "compile", "-o", image, "--format", "phrases", folder.file("birds.yaml"),
                folder.file("forms.yaml"))
            #expect(compiled.status == 0, "\(compiled.everything)")
            try folder.write("bad.html", "<title>Con cú mèo</title><p>Con <b>vẹt</b> xanh")
            try folder.write("good.html", "<p>Con vẹt xanh ở vườn thú")
            try folder.write("part.txt", "con công")
        }

        func scan(_ arguments: String..., input: [UInt8] = []) throws -> Command.Result {
            try Command.run(
                Programs.khien, ["scan", "--image", image] + arguments, input: input)
        }

        func json(_ arguments: String..., input: [UInt8] = []) throws -> [[String: Any]] {
            let result = try Command.run(
                Programs.khien, ["scan", "--image", image, "--json"] + arguments, input: input)
            let value = try JSONSerialization.jsonObject(with: Data(result.output))
            return try #require(value as? [[String: Any]], "\(result.everything)")
        }
    }

    @Test func aCondemnedPage() throws {
        let bench = try Bench()
        let page = try #require(try bench.json(bench.folder.file("bad.html")).first)
        #expect(page["verdict"] as? String == "block")
        #expect(page["kind"] as? String == "html" && page["charset"] as? String == "utf-8")
        #expect(page["category"] as? String == "birds")
        #expect(page["score"] as? Int == 70 && page["limit"] as? Int == 50)
        #expect(page["cause"] as? String == "group")
        #expect(page["groups"] as? [String: Int] == ["birds": 70])
        let size = try bench.folder.read("bad.html").count
        #expect(page["bytes"] as? Int == size && page["contentBytes"] as? Int == size)
        #expect((page["coding"] as? [String])?.isEmpty == true)
        #expect(page["failure"] == nil && page["isUnreadable"] as? Bool == false)
        let hits = try #require(page["hits"] as? [[String: Any]])
        #expect(hits.map { $0["weight"] as? Double } == [40, 30])
        #expect(hits.map { $0["layer"] as? String } == ["title", "text"])
        #expect(hits.map { $0["line"] as? Int } == [5, 4])
        #expect(
            hits.allSatisfy {
                $0["view"] as? String == "exact" && $0["offset"] as? String == "1K"
                    && $0["list"] as? String == "birds.yaml" && $0["isWhole"] as? Bool == true
                    && $0["words"] == nil
            })
    }

    @Test func thePageAsText() throws {
        let bench = try Bench()
        let bad = try bench.scan(bench.folder.file("bad.html"))
        #expect(bad.status == 1 && bad.errors.isEmpty)
        for words in [
            "verdict   block, score 70 of 50, category birds, by group", "group     birds 70",
            "hit       < con cú mèo ><40>  [birds.yaml:5] weigh 40.0, layer title,",
        ] {
            #expect(bad.text.contains(words), "\(words): \(bad.text)")
        }
        #expect(!bad.text.contains("[con cú mèo]"), "words are shown where they are asked for")
        let explained = try bench.scan("--explain", bench.folder.file("bad.html"))
        #expect(explained.text.contains("[con cú mèo]"), "\(explained.text)")
        let good = try bench.scan(bench.folder.file("good.html"))
        #expect(good.status == 0 && good.text.contains("verdict   allow, score 10"), "\(good.text)")
        let part = try bench.scan(bench.folder.file("part.txt"))
        #expect(
            part.text.contains("< con công >,< con quạ ><10>  [birds.yaml:7] in part"),
            "\(part.text)")
    }

    /// The configuration's settings, and those of a group of clients.
    @Test func asForAGroup() throws {
        let bench = try Bench()
        let config = try bench.folder.write(
            "khien.yaml",
            """
            lists: [{ path: birds.yaml, format: phrases }]
            text: { limits: { birds: 90 } }
            client-groups:
              - { name: pupils, clients: [10.0.0.0/8], text: { limits: { birds: 70, fish: 5 } } }
              - { name: teachers, clients: [10.1.0.0/16], text: { pages: off } }

            """)
        func scan(_ arguments: String...) throws -> Command.Result {
            try Command.run(
                Programs.khien,
                ["scan", "--image", bench.image, "--summary", bench.folder.file("bad.html")]
                    + arguments)
        }
        #expect(try scan().status == 1)
        #expect(try scan("--config", config).status == 0)
        #expect(try scan("--config", config, "--group", "pupils").status == 1)
        let unread = try scan("--config", config, "--group", "teachers")
        #expect(unread.status == 1 && unread.errors.contains("pages of teachers are not read"))
        let unknown = try scan("--config", config, "--group", "pupil")
        #expect(unknown.status == 2 && unknown.errors.contains("pupils, teachers"))
        #expect(try scan("--group", "pupils").status != 0)
        #expect(try scan("--config", config, "--limit", "5").status != 0)
        // A limit for phrases that no list has is told with the group that names it.
        let check = try Command.khien("check", "--config", config)
        #expect(
            check.everything.contains(
                "client-groups, pupils: text.limits: no list has phrases of the category `fish`"),
            "\(check.everything)")
    }

    @Test func oneLineAPage() throws {
        let bench = try Bench()
        let result = try bench.scan(
            "--summary", bench.folder.file("bad.html"), bench.folder.file("good.html"))
        #expect(result.status == 1)
        #expect(
            result.lines == [
                "block\t70\tbirds\t\(bench.folder.file("bad.html"))",
                "allow\t10\t-\t\(bench.folder.file("good.html"))", "2 pages, 1 condemned",
            ])
    }

    /// What the operator says stands above what a name or the first bytes say.
    @Test func optionsOfAPage() throws {
        let bench = try Bench()
        let text = Array("<title>Con cú mèo</title><p>Con vẹt xanh".utf8)
        let html = try #require(try bench.json("-", input: text).first)
        #expect(html["file"] as? String == "-" && html["kind"] as? String == "html")
        let plain = try #require(try bench.json("--type", "text/plain", "-", input: text).first)
        #expect(plain["kind"] as? String == "plain" && plain["score"] as? Int == 30)
        let picture = try #require(try bench.json("--type", "image/png", "-", input: text).first)
        #expect(picture["failure"] as? String == "type")
        for (limit, verdict) in [("10", "block"), ("11", "allow")] {
            let page = try #require(
                try bench.json("--limit", limit, bench.folder.file("good.html")).first)
            #expect(page["verdict"] as? String == verdict && page["score"] as? Int == 10)
        }
        let address = try #require(
            try bench.json("--url", "http://a.test/con-v%E1%BA%B9t-xanh", "-", input: [0x20]).first)
        #expect(address["score"] as? Int == 30)
        // What is no gzip is read as it stands, and is damaged all the same.
        let condemned = try #require(
            try bench.json("--content-encoding", "gzip", "-", input: text).first)
        #expect(condemned["verdict"] as? String == "block" && condemned["score"] as? Int == 70)
        let damaged = try #require(
            try bench.json("--content-encoding", "gzip", "-", input: Array("con vịt".utf8)).first)
        #expect(damaged["failure"] as? String == "damaged")
    }

    /// What an order names is told with its number, also where the order is over.
    @Test func phrasesOfOrders() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "orders.csv",
            "order,authority,effective,expires,action,target-type,target\n"
                + "1/QĐ,A,2026-02-01,,block,phrase,con vẹt xanh\n"
                + "2/QĐ,A,,2026-02-01,block,phrase,con vẹt xanh\n")
        try folder.write("page.html", "<meta charset=utf-8><p>Con vẹt xanh ở đây.")
        let image = folder.file("x.khien")
        let compiled = try Command.khien("compile", "-o", image, folder.file("orders.csv"))
        #expect(compiled.status == 0, "\(compiled.everything)")
        for (day, order) in [("2026-01-31", 2), ("2026-02-01", 1)] {
            let result = try Command.khien(
                "scan", "--image", image, "--at", "\(day)T12:00:00Z", folder.file("page.html"))
            #expect(result.status == 1)
            let text = result.text
            #expect(
                text.contains(
                    "because   < con vẹt xanh >  [orders.csv:\(order + 1)], order \(order)/QĐ\n"),
                "\(text)")
            #expect(text.contains("ban 0.0, order \(order)/QĐ, layer text"), "\(text)")
            #expect(
                text.contains("ban 0.0, order \(3 - order)/QĐ (not in force), layer"), "\(text)")
            let rules = try Command.khien(
                "explain", "--image", image, "--at", "\(day)T12:00:00Z", "--rule", "con vẹt")
            #expect(rules.text.contains("authority, order \(order)/QĐ of A\n"), "\(rules.text)")
            #expect(
                rules.text.contains(
                    "order \(3 - order)/QĐ of A - NOT IN FORCE at this time\n"), "\(rules.text)")
        }
    }

    @Test func formsHaveTheirOwnRules() throws {
        let bench = try Bench()
        let form = Array("a=con+s%C3%B3c+n%C3%A2u".utf8)
        let type = "application/x-www-form-urlencoded"
        #expect(try bench.scan("--forms", "--type", type, "-", input: form).status == 1)
        #expect(try bench.scan("--type", "text/plain", "-", input: form).status == 0)
    }

    @Test func speeds() throws {
        let bench = try Bench()
        let result = try bench.scan("--bench", bench.folder.file("good.html"))
        #expect(result.status == 0, "\(result.everything)")
        #expect(result.lines.first?.hasPrefix("1 pages, ") == true)
        #expect(result.lines.dropFirst().count == 3)
        #expect(result.lines.dropFirst().allSatisfy { $0.hasSuffix("MB/s") })
        #expect(try bench.scan("--bench", bench.folder.file("none.html")).status == 1)
    }

    @Test func wrongUsage() throws {
        let bench = try Bench()
        #expect(try bench.scan().status == 2)
        #expect(try bench.scan("--at", "yesterday", bench.folder.file("good.html")).status == 2)
        #expect(try bench.scan("--limit", "x", bench.folder.file("good.html")).status == 2)
    }
}
