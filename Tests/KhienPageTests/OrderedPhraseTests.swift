import KhienLists
import KhienModel
import KhienPage
import KhienTestKit
import Testing

/// Phrases that an order names: what they ban, from when to when, and who may not except them.
@Suite struct OrderedPhraseTests {
    private static let header = "order,authority,effective,expires,action,target-type,target\n"

    private static func bench(
        _ rows: [String], operator list: String = "", action: Action = .block
    ) throws -> PageBench {
        var lists = [
            CompiledImage.list(
                header + rows.joined(separator: "\n") + "\n", format: .orders, name: "orders.csv",
                authority: .authority)
        ]
        if !list.isEmpty {
            lists.append(
                CompiledImage.list(
                    "category: c\nrules:\n" + list, format: .phrases, name: "own.yaml",
                    category: "c", action: action))
        }
        return try PageBench(lists)
    }

    /// The action and the order's number; nil: the page passes.
    private static func verdict(
        _ bench: PageBench, _ text: String, at seconds: Int64 = PageBench.time.now.seconds
    ) throws -> String? {
        let reader = bench.reader()
        let time = PageTime(now: UnixTime(seconds: seconds), day: 2, minute: 600)
        #expect(reader.begin(PageHead(contentType: Array("text/html".utf8)), at: time) == nil)
        _ = reader.feed(Array("<meta charset=utf-8><p>\(text)".utf8).span)
        guard case .condemned(let verdict) = reader.finish() else { return nil }
        let reason = try #require(bench.rules.reason(for: verdict))
        #expect(reason.authority == .authority && reason.kind == .phrase)
        return "\(verdict.action.name) \(reason.order?.number ?? "no order")"
    }

    @Test(
        arguments: [
            ("Nhà cái ở đây", "block 1/QĐ"), ("nhà cái", "block 1/QĐ"), ("NHÀ  CÁI!", "block 1/QĐ"),
            ("nh\u{61}\u{300} c\u{61}\u{301}i", "block 1/QĐ"), ("nha cai", "block 1/QĐ"),
            ("nhà cáiu", nil), ("nhà, cái", nil), ("nhà<p>cái", "block 1/QĐ"),
            ("<img alt='nhà cái'>", "block 1/QĐ"), ("<script>'nhà cái'</script>", nil),
        ] as [(String, String?)])
    func wholeWordsThatPeopleSee(text: String, expected: String?) throws {
        let bench = try Self.bench(["1/QĐ,A,,,block,phrase,Nhà cái"])
        #expect(try Self.verdict(bench, text) == expected)
    }

    @Test(
        arguments: [
            (1_767_225_599, nil), (1_767_225_600, "warn 1/QĐ"), (1_769_903_999, "warn 1/QĐ"),
            (1_769_904_000, nil),
        ] as [(Int64, String?)])
    func fromWhenToWhen(seconds: Int64, expected: String?) throws {
        let bench = try Self.bench(["1/QĐ,A,2026-01-01,2026-02-01,warn,phrase,nhà cái"])
        #expect(try Self.verdict(bench, "nhà cái", at: seconds) == expected)
    }

    /// A single word that is another word without its diacritics.
    @Test(
        arguments: [
            ("thế", "the cat sat", nil), ("thế", "cứ như thế này", "block 1/QĐ"),
            ("thế", "cứ như th\u{65}\u{302}\u{301} này", "block 1/QĐ"),
            ("casino", "cásinò", "block 1/QĐ"), ("casino", "c.a.s.i.n.o", "block 1/QĐ"),
            ("đồ", "do it", nil), ("赌", "他 赌 钱", "block 1/QĐ"),
        ] as [(String, String, String?)])
    func singleWords(phrase: String, text: String, expected: String?) throws {
        let bench = try Self.bench(["1/QĐ,A,,,block,phrase,\(phrase)"])
        #expect(bench.compiled.report.diagnostics.isEmpty)
        #expect(try Self.verdict(bench, text) == expected)
    }

    /// What an authority watches or warns of, the operator may still block; not the other way round.
    @Test(arguments: [
        ("con mèo", "monitor"), ("con chó", "warn"), ("con gà", "block"),
        ("con mèo, phim nóng", "block"), ("con chó, bậy bạ", "block"),
        ("con gà, tin tức", "block"), ("con mèo, tin tức", "monitor"),
        ("con mèo, phim nóng, tin tức", "monitor"), ("phim nóng", "block"),
        ("phim nóng, tin tức", "allow"), ("con chó, con mèo", "warn"),
    ])
    func milderOrders(text: String, expected: String) throws {
        let bench = try Self.bench(
            [
                "1/QĐ,A,,,monitor,phrase,con mèo", "2/QĐ,A,,,warn,phrase,con chó",
                "3/QĐ,A,,,block,phrase,con gà",
            ],
            operator: "- { phrase: phim nóng, effect: ban }\n- { phrase: bậy bạ, weight: 500 }\n"
                + "- { phrase: tin tức, effect: exception }\n")
        let reader = bench.reader()
        let step = reader.read(Array("<meta charset=utf-8><p>\(text)".utf8))
        guard case .condemned(let verdict) = step else {
            #expect(expected == "allow")
            return
        }
        #expect(verdict.action.name == expected)
        // What was only watched is not the last word.
        if verdict.action < .block { #expect(reader.resume() == .cleared) }
    }

    /// Each order of the same phrase counts for itself: when one ends the other still holds.
    @Test func ordersOfOnePhrase() throws {
        let bench = try Self.bench([
            "1/QĐ,A,,2026-01-01,block,phrase,nhà cái", "2/QĐ,A,,,block,phrase,NHÀ CÁI",
            "2/QĐ,B,,,monitor,phrase,nhà cái",
        ])
        #expect(bench.compiled.report.duplicates == 0)
        #expect(try Self.verdict(bench, "nhà cái", at: 1_767_225_599) == "block 1/QĐ")
        #expect(try Self.verdict(bench, "nhà cái", at: 1_767_225_600) == "block 2/QĐ")
        let repeated = try Self.bench([
            "1/QĐ,A,,,block,phrase,nhà cái", "1/QĐ,A,,,block,phrase,nhà cái",
        ])
        #expect(repeated.compiled.report.duplicates == 1)
    }

    /// Neither an operator's exception nor words that speak for a page stand against it.
    @Test func theOperatorExceptsNothing() throws {
        let own = "- { phrase: tin tức, effect: exception }\n- { phrase: báo, weight: -1000 }\n"
        let bench = try Self.bench(["1/QĐ,A,,,block,phrase,nhà cái"], operator: own)
        #expect(try Self.verdict(bench, "tin tức, báo: nhà cái") == "block 1/QĐ")
        #expect(try Self.verdict(bench, "tin tức, báo") == nil)
        #expect(bench.rules.hasAuthorityBans(for: .pages))
        #expect(!bench.rules.hasAuthorityBans(for: .forms))
    }

    /// Where both ask for the same, the order is named.
    @Test(arguments: [(Action.monitor, "monitor 1/QĐ"), (.warn, "warn 2/QĐ")])
    func ordersAreNamed(action: Action, expected: String) throws {
        let bench = try Self.bench(
            ["1/QĐ,A,,,monitor,phrase,con mèo", "2/QĐ,A,,,warn,phrase,con chó"],
            operator: "- { phrase: phim nóng, effect: ban }\n", action: action)
        let word = action == .warn ? "con chó" : "con mèo"
        #expect(try Self.verdict(bench, "phim nóng, \(word)") == expected)
    }

    /// A page that was clean before an order began is read again when it has.
    @Test func whatWasCleanBefore() throws {
        let bench = try Self.bench(["1/QĐ,A,2026-01-01,2026-02-01,block,phrase,nhà cái"])
        let reader = CachedPageReader(
            rules: bench.rules, scope: .pages, settings: PageSettings(),
            cache: CleanCache(bodies: 16))
        func isCondemned(_ seconds: Int64, isKnown: Bool) -> Bool {
            let time = PageTime(now: UnixTime(seconds: seconds), day: 2, minute: 600)
            let head = PageHead(contentType: Array("text/html".utf8))
            #expect(reader.begin(head, at: time) == nil)
            _ = reader.feed(Array("<meta charset=utf-8><p>nhà cái".utf8).span)
            let step = reader.finish()
            #expect(reader.isKnown == isKnown, "\(seconds)")
            if case .condemned = step { return true }
            return false
        }
        #expect(!isCondemned(1_767_000_000, isKnown: false))
        #expect(!isCondemned(1_767_225_599, isKnown: true))
        for _ in 0..<2 { #expect(isCondemned(1_767_225_600, isKnown: false)) }
        #expect(isCondemned(1_769_903_999, isKnown: false))
        #expect(!isCondemned(1_769_904_000, isKnown: false))
        #expect(!isCondemned(1_800_000_000, isKnown: true))
    }
}
