import KhienModel
import KhienPage
import KhienTestKit
import Testing

/// What rules of our own form ask for, through a whole reading; and bodies that cannot be read.
@Suite struct PageRuleTests {
    private static func reader(_ rules: String) throws -> PageReader {
        try PageBench([
            CompiledImage.list(
                "category: c\nrules:\n" + rules, format: .phrases, name: "r.yaml", category: "c")
        ]).reader()
    }

    private static func isCondemned(_ rule: String, _ text: String) throws -> Bool {
        let page = "<title>Trang</title><p>\(text)</p>"
        if case .condemned = try reader("  - \(rule)\n").read(Array(page.utf8)) { return true }
        return false
    }

    @Test(arguments: [
        ("{ regex: 'lớp [1-9]b', weight: 100 }", "Em học lớp 9B.", true),
        ("{ regex: 'lớp [1-9]b', weight: 100 }", "Em học lớp 9C.", false),
        ("{ regex: 'nh[àáạ]c[uú]ng', weight: 100 }", "Nhạcúng", true),
        ("{ regex: 'nh[àáạ]c[uú]ng', weight: 100 }", "Nhâcúng", false),
        ("{ regex: 'nh[àáạ]{2}c', weight: 100 }", "NHẠÁC", true),
        ("{ regex: 'LỚP đầ+u', weight: 100 }", "lớp đầầầu", true),
        ("{ regex: 'LỚP đầ+u', weight: 100 }", "lớp đu", false),
        ("{ regex: 'thuý [a-z]+', weight: 100 }", "Thúy An", true),
        ("{ regex: '\\bho\u{61}\u{300}\\b', weight: 100 }", "Em hoà với", true),
        ("{ regex: '[0-9]{12}', weight: 100 }", "Số 079123456789.", true),
        ("{ regex: '[0-9]{12}', weight: 100 }", "Số 07912345678.", false),
        // The clock of these tests stands at Wednesday, 10:00.
        ("{ phrase: con vẹt, weight: 100, times: ['wed 09:00-10:00'] }", "con vẹt", true),
        ("{ phrase: con vẹt, weight: 100, times: ['wed 10:01-11:00'] }", "con vẹt", false),
        ("{ phrase: con vẹt, weight: 100, times: ['tue 09:00-11:00'] }", "con vẹt", false),
        ("{ phrase: con vẹt, weight: 50 }", "con vẹt con vẹt", true),
        ("{ phrase: con vẹt, weight: 50, distance-min: 400 }", "con vẹt con vẹt", false),
        (
            "{ phrase: con vẹt, weight: 50, distance-min: 400 }",
            "con vẹt " + String(repeating: "a b c d ", count: 100) + " con vẹt", true
        ),
        ("{ phrase: con vẹt, weight: 50, count-max: 1 }", "con vẹt, con vẹt, con vẹt", false),
        ("{ all: [con vẹt, con sóc], weight: 100 }", "con sóc và con vẹt", true),
        ("{ all: [con vẹt, con sóc], weight: 100 }", "con sóc và con mèo", false),
        ("{ all: [con vẹt, con sóc], weight: 100 }", "con vẹt và con mèo", false),
        ("{ phrase: trang, weight: 100, layers: [title] }", "một câu", true),
        ("{ phrase: trang, weight: 100, layers: [text] }", "một câu", false),
        // A separator for a space counts half, as all of the joined view does.
        ("{ phrase: con vẹt, weight: 200 }", "một con-vẹt xanh", true),
        ("{ phrase: con vẹt, weight: 200 }", "một con_vẹt xanh", true),
        ("{ phrase: con vẹt, weight: 200 }", "một CON.VẸT xanh", true),
        ("{ phrase: con vẹt, weight: 200 }", "một con/vẹt xanh", true),
        ("{ phrase: con vẹt, weight: 200 }", "một con, vẹt xanh", false),
        ("{ phrase: con vẹt, weight: 200 }", "một con<p>vẹt xanh", true),
        ("{ phrase: tự tử, weight: 200 }", "một t.ự.t.ử xanh", true),
        ("{ phrase: tự tử, weight: 200 }", "một t ự t ử xanh", true),
        ("{ phrase: con vẹt, weight: 100 }", "<iframe srcdoc='<p>con vẹt</p>'></iframe>", true),
        ("{ phrase: ẹt, weight: 100 }", "con vẹt", false),
        ("{ phrase: ẹt, weight: 100, substring: true }", "con vẹt", true),
        ("{ phrase: con vẹt, weight: 100, views: exact }", "con vet", false),
    ])
    func rules(rule: String, text: String, isCondemned: Bool) throws {
        #expect(try Self.isCondemned(rule, text) == isCondemned)
    }

    /// What is declared as something that it does not begin like is read as what it is.
    @Test(arguments: [
        ("application/json", "một con vẹt xanh", true),
        ("application/json", "<p>một con <b>v</b>ẹt</p>", true),
        ("application/json", "{\"a\": \"con v\\u1eb9t\"}", true),
        ("application/json", ")]}'\n[\"con v\\u1eb9t\"]", true),
        ("application/json", "{\"a\": con vẹt}", false),
        ("application/json", "{\"a\": \"<p>con v<b>ẹ</b>t</p>\"}", true),
        ("application/json", "{\"a\": \"con v&#7865;t\"}", true),
        ("application/json", "{\"a\": \"con<p>vẹt\"}", true),
        ("application/json", "{\"a\": \"con\", \"b\": \"vẹt\"}", false),
        ("text/html", "<script>d.innerHTML = '<i>con</i> v\\u1eb9<b>t</b>'</script>", true),
        ("text/html", "<script>document.write(\"con <b>v&#x1eb9;t<\\/b>\")</script>", true),
        ("text/event-stream", "data: {\"a\": \"con v\\u1eb9t\"}\n\n", true),
        ("text/event-stream", "data: con\ndata: vẹt\n\n", true),
        ("text/event-stream", "data: con\n\ndata: x vẹt\n\n", false),
        ("text/css", "<!doctype html><p>con vẹt</p>", true),
        ("text/javascript", "<p>con vẹt</p>", true),
        ("text/javascript", "x = con vẹt", false),
        ("application/json; charset=windows-1251", "{\"a\":\"một con vẹt xanh\"}", true),
        ("text/plain; charset=windows-1251", "một con vẹt xanh", true),
        ("text/event-stream; charset=windows-1251", "data: một con vẹt xanh\n\n", true),
        ("text/event-stream", "data: con <b>v</b>&#7865;t\n\n", true),
        ("text/event-stream", "data: \"con v\\u1eb9t\"\n\n", true),
        (
            "application/xhtml+xml",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><html><head><meta charset=\"windows-1251\"/>"
                + "</head><p>con vẹt</p></html>", true
        ),
        ("application/xml", "<!DOCTYPE html [<?x ' ?>]><html><p>con vẹt</p></html>", true),
        ("application/xml", "<!DOCTYPE a [<!ENTITY x 'con v&#38;#x1eb9;t'>]><a>&x;</a>", true),
        ("application/xml", "<doc><script>con vẹt</script></doc>", true),
        ("text/html", "<style style='display:block'>con vẹt</style>", true),
        ("text/html", "<iframe srcdoc='con v&amp;#7865;t'></iframe>", true),
        ("text/css", "p::before{c\\6fntent :\"con \\\r\nvẹt\"}", true),
        ("text/javascript", "x = \"\\143on v\\u1eb9t\"", true),
        ("application/json", "[\"x <b con vẹt\"]", true),
        ("application/json", "{\"a\":\"{\\\"b\\\":\\\"con v\\\\u1eb9t\\\"}\"}", true),
    ])
    func mislabelled(type: String, body: String, isCondemned: Bool) throws {
        let reader = try Self.reader("  - { phrase: con vẹt, weight: 100, layers: all }\n")
        let step = reader.read(Array(body.utf8), type: type)
        if case .condemned = step { #expect(isCondemned) } else { #expect(!isCondemned) }
    }

    /// What people send: numbers of JSON are text of their own there, and nowhere else.
    @Test(arguments: [
        ("application/json", #"{"phone": 0912345678}"#, true),
        ("application/json", "[84912345678]", true),
        ("application/json", #"{"a":[1,{"p":84912345678}],"b":"c"}"#, true),
        ("application/json", "84912345678", true),
        ("application/json", #"{"p": "84912345678"}"#, true),
        ("application/json", #"{"p": 849123456789}"#, false),
        ("application/json", #"{"p": 84,"q":912345678}"#, false),
        ("application/json", #"{"p": [84, 912345678]}"#, false),
        ("application/x-www-form-urlencoded", "a=1&p=84912345678", true),
    ])
    func numbersOfForms(type: String, body: String, isCondemned: Bool) throws {
        let list = CompiledImage.list(
            "category: c\nscope: both\nrules:\n"
                + "  - { regex: '(?<![0-9])(?:0|84)9[0-9]{8}(?![0-9])', weight: 100 }\n",
            format: .phrases, name: "r.yaml", category: "c")
        let bench = try PageBench([list])
        for cut in [body.utf8.count, 1, 7] {
            let step = bench.reader(.forms).read(
                Array(body.utf8), type: type,
                cuts: Array(stride(from: cut, to: body.utf8.count, by: cut)))
            if case .condemned = step { #expect(isCondemned) } else { #expect(!isCondemned) }
        }
        if body.hasPrefix("["), isCondemned {
            #expect(bench.reader().read(Array(body.utf8), type: type) == .cleared)
        }
    }

    /// At a pause the last word counts, though nothing stands behind it yet; and once only.
    @Test(arguments: ["<p>một con vẹt</p>", "<p>một con vẹt</p></body></html>\n"])
    func pauses(page: String) throws {
        let reader = try Self.reader("  - { phrase: con vẹt, weight: 60 }\n")
        let head = PageHead(contentType: Array("text/html; charset=utf-8".utf8))
        #expect(reader.begin(head, at: PageBench.time) == nil)
        let bytes = Array(page.utf8)
        _ = reader.feed(bytes.span)
        #expect(reader.pause() == .undecided(released: bytes.count))
        #expect(reader.report().scores.map(\.score) == [60])
        _ = reader.feed(Array(" và".utf8).span)
        _ = reader.pause()
        #expect(reader.report().scores.map(\.score) == [60])
        _ = reader.feed(Array("<p>hai con vẹt ".utf8).span)
        guard case .condemned(let verdict) = reader.pause() else {
            Issue.record("the second one was not found")
            return
        }
        #expect(verdict.score == 120)
    }

    /// A pause before it is known what the body is changes nothing, wherever it falls.
    @Test(arguments: [
        "<!doctype html><p>con v<b>ẹ</b>t</p>", "{\"a\": \"con v\\u1eb9t\"}",
        "  <p>con v<b>ẹ</b>t</p>",
    ])
    func pausesAnywhere(page: String) throws {
        let bytes = Array(page.utf8)
        let reader = try Self.reader("  - { phrase: con vẹt, weight: 100 }\n")
        for cut in 0...bytes.count {
            #expect(reader.begin(PageHead(contentType: []), at: PageBench.time) == nil)
            _ = reader.feed(bytes.span.extracting(..<cut))
            if case .condemned = reader.pause() { continue }
            _ = reader.feed(bytes.span.extracting(cut...))
            guard case .condemned = reader.finish() else {
                Issue.record("a pause after \(cut) bytes")
                continue
            }
        }
    }

    /// Pauses without anything new cost no attempts; a text that needs too many is told to be unread.
    @Test func attemptsOfExpressions() throws {
        let reader = try Self.reader("  - { regex: '[0-9]b', weight: 100, layers: all }\n")
        let head = PageHead(contentType: Array("text/html; charset=utf-8".utf8))
        #expect(reader.begin(head, at: PageBench.time) == nil)
        _ = reader.feed(Array("<p>một con vẹt xanh</p>".utf8).span)
        for _ in 0..<2 * Limits.Page.regexAttemptsMax { _ = reader.pause() }
        guard case .condemned = reader.read(Array("<p>9b</p>".utf8)) else {
            Issue.record("the next page knows of the pauses")
            return
        }
        let many = try Self.reader(
            (0..<40).map { "  - { regex: 'lớp [1-9]{\($0 + 1)}', weight: 1 }\n" }.joined())
        let filler = String(repeating: "Trời đẹp quá. ", count: 35)
        let page = Array(String(repeating: "<p>lớp xx \(filler)</p>", count: 2_000).utf8)
        #expect(many.read(page) == .unreadable(.overLimit))
        #expect(many.read(Array(page.prefix(20_000))) == .cleared)
        // What stands at the end of such a page counts once.
        let last = try Self.reader(
            "  - { phrase: con vẹt, weight: 60 }\n"
                + (0..<40).map { "  - { regex: 'lớp [1-9]{\($0 + 1)}', weight: 1 }\n" }.joined())
        #expect(last.read(page + Array("<p>con vẹt".utf8)) == .unreadable(.overLimit))
        #expect(last.report().scores.map(\.score) == [60])
    }

    /// What an operator's expressions use up of a page's attempts is not an authority's: its ban at the end is found.
    @Test(arguments: [Authority.authority, .operator])
    func attemptsOfAnAuthority(authority: Authority) throws {
        let own = (0..<40).map { "  - { regex: 'lớp [1-9]{\($0 + 1)}', weight: 1 }\n" }.joined()
        let ban = "  - { regex: 'con v[eẹ]t [1-9]', effect: ban }\n"
        let lists = [("own.yaml", own, Authority.operator), ("other.yaml", ban, authority)]
        let reader = try PageBench(
            lists.map { name, rules, authority in
                CompiledImage.list(
                    "category: c\nrules:\n" + rules, format: .phrases, name: name, category: "c",
                    authority: authority)
            }
        ).reader()
        let filler = String(repeating: "Trời đẹp quá. ", count: 35)
        let many = String(repeating: "<p>lớp xx \(filler)</p>", count: 2_000)
        let page = many + "<p>lớp xx con vẹt 3</p>"
        let step = reader.read(Array(page.utf8))
        if case .condemned = step {
            #expect(authority == .authority)
        } else {
            #expect(authority == .operator && step == .unreadable(.overLimit))
        }
    }

    /// A word that a page repeats announces its expressions once in a block, wherever that begins and ends: none is lost.
    @Test(arguments: ["", "con vẹt ", "con vẹt con mèo "])
    func wordsThatAnnounceAreRepeated(before: String) throws {
        let rules = [
            "'con vẹt [1-9]'", "'[0-9]{3} con mèo'", "'x[^0-9]{0,200} con vẹt [a-c]'",
        ]
        let reader = try Self.reader(
            rules.map { "  - { regex: \($0), weight: 50 }\n" }.joined())
        let many = String(repeating: before, count: 180)
        for shift in stride(from: 0, to: 1_100, by: 37) {
            let filler = String(repeating: "a ", count: shift / 2) + many
            for end in ["con vẹt 3 123 con mèo", "x \(many.suffix(80)) con vẹt b con vẹt 2"] {
                guard case .condemned = reader.read(Array("<p>\(filler)\(end)</p>".utf8)) else {
                    Issue.record("\(end) behind \(filler.count) bytes")
                    continue
                }
            }
        }
    }

    /// Thousands of rules that want to know each place of a word are told so often only; an authority's go on.
    @Test(arguments: [Authority.authority, .operator])
    func aWordOfThousandsOfRules(authority: Authority) throws {
        let count = 2_000
        let own = (0..<count).map {
            "  - { all: [con vẹt, chữ số \($0)], weight: 1, distance-min: 3 }\n"
        }.joined()
        let ban = "  - { regex: 'con vẹt [1-9]', effect: ban }\n"
        let lists = [("own.yaml", own, Authority.operator), ("other.yaml", ban, authority)]
        let reader = try PageBench(
            lists.map { name, rules, authority in
                CompiledImage.list(
                    "category: c\nrules:\n" + rules, format: .phrases, name: name, category: "c",
                    authority: authority)
            }
        ).reader()
        func page(_ words: Int, _ end: String) -> [UInt8] {
            Array("<p>\(String(repeating: "con vẹt ", count: words))\(end)</p>".utf8)
        }
        // Each stands in the exact and in the plain view.
        let few = Limits.Page.toldMax / count / 2 - 10
        #expect(reader.read(page(few, "con")) == .cleared)
        let step = reader.read(page(few + 20, "\(String(repeating: "xa ", count: 300))con vẹt 3"))
        if case .condemned = step {
            #expect(authority == .authority)
        } else {
            #expect(authority == .operator && step == .unreadable(.overLimit))
        }
    }

    /// A back reference costs what it may read where it stands: a long page before it hides nothing.
    @Test func aBackReferenceInALongPage() throws {
        let reader = try Self.reader(
            "  - { regex: '[a-z][a-z]([a-z])-[a-z][a-z]\\1 casino', weight: 100 }\n")
        let filler = String(repeating: "abcdefgh", count: 60) + " casino "
        let page = String(repeating: filler, count: 1_200)
        #expect(reader.read(Array("<p>\(page)</p>".utf8)) == .cleared)
        guard case .condemned = reader.read(Array("<p>\(page)abc-xyc casino</p>".utf8)) else {
            Issue.record("not found")
            return
        }
    }

    /// A body that turns out to be no text passes, and that is told.
    @Test func noTextIsTold() throws {
        let reader = try Self.reader("  - { phrase: con vẹt, weight: 100 }\n")
        let text = Array("\u{1}\u{2} con vẹt".utf8)
        #expect(reader.read(text, type: "") == .cleared)
        #expect(reader.isNoText)
        #expect(reader.read(Array("con mèo".utf8), type: "") == .cleared)
        #expect(!reader.isNoText)
    }

    /// At a pause expressions count in what is there, once, and again only where they occur again.
    @Test func pausesWithExpressions() throws {
        for rule in ["'lớp [1-9]b'", "'[0-9]b'"] {
            let reader = try Self.reader("  - { regex: \(rule), weight: 30 }\n")
            let head = PageHead(contentType: Array("text/html; charset=utf-8".utf8))
            #expect(reader.begin(head, at: PageBench.time) == nil)
            func feed(_ text: String) -> [Int] {
                _ = reader.feed(Array(text.utf8).span)
                _ = reader.pause()
                return reader.report().scores.map(\.score)
            }
            #expect(feed("<p>Em học lớp </p>") == [])
            #expect(feed("<p>Em học lớp 9B.</p>") == [30])
            #expect(feed("<p>Hôm nay.</p>") == [30])
            let filler = String(repeating: "<p>Trời đẹp.</p>", count: 100)
            #expect(feed(filler) == [30])
            #expect(feed("<p>Em học lớp 8B.</p>") == [60])
            #expect(feed(filler + filler) == [60])
            _ = reader.finish()
            #expect(reader.report().scores.map(\.score) == [60])
        }
    }

    /// Content costs what a body of its size costs, however small it was sent.
    @Test(
        .enabled(if: Coder.arePresent, "LEFT OUT: gzip is not here"),
        arguments: [(0, true), (1, false)])
    func theMostContent(more: Int, isRead: Bool) throws {
        let rules = "category: c\nrules:\n  - { phrase: con vẹt, weight: 100 }\n"
        let reader = try PageBench([
            CompiledImage.list(rules, format: .phrases, name: "r.yaml", category: "c")
        ]).reader { $0.bodyBytesMax = 100_000 }
        let body = try Coder.encode([UInt8](repeating: 0x61, count: 100_000 + more), "gzip")
        #expect(reader.read(body, coding: "gzip") == (isRead ? .cleared : .unreadable(.overLimit)))
    }

    @Test(arguments: ["gzip", "br", "zstd", "deflate"])
    func damagedBodies(coding: String) throws {
        let reader = try Self.reader("  - { phrase: con vẹt, weight: 100 }\n")
        let bytes = (0..<400).map { UInt8(truncatingIfNeeded: $0 &* 197 &+ 0x81) }
        #expect(reader.read(bytes, coding: coding) == .unreadable(.damaged))
        #expect(reader.read(bytes, coding: "rot13") == .unreadable(.coding))
    }

    /// What is not in the coding that it names is read as it came; what that cannot be is unreadable.
    @Test(arguments: [
        ("foo", "con vẹt", nil), ("foo, gzip", "con vẹt", nil), ("utf-8", "con vẹt", nil),
        ("gzip", "con vẹt", nil), ("foo", "con mèo", PageStep.cleared),
        ("gzip", "con mèo", .unreadable(.damaged)), ("foo", "con\u{1}vẹt", .unreadable(.coding)),
        ("gzip", "con\u{1}vẹt", .unreadable(.damaged)), ("br", "con vẹt", .unreadable(.damaged)),
    ])
    func misnamedCodings(coding: String, text: String, step: PageStep?) throws {
        let reader = try Self.reader("  - { phrase: con vẹt, weight: 100 }\n")
        for page in [
            "x<p>\(text)</p>", "\(text) ",
            "x<p>\(text)</p>" + String(repeating: " a", count: 20_000),
        ] {
            for cuts in [[], [1]] {
                let found = reader.read(Array(page.utf8), coding: coding, cuts: cuts)
                if let step {
                    #expect(found == step, "\(page.prefix(20))")
                } else {
                    guard case .condemned = found else {
                        Issue.record("\(found)")
                        continue
                    }
                }
            }
        }
    }

    @Test(arguments: ["text/html", "text/plain", "application/json", "text/html; charset=klingon"])
    func wideWithoutAMark(type: String) throws {
        let reader = try Self.reader("  - { phrase: con vẹt, weight: 100 }\n")
        let text = type == "application/json" ? "{\"a\": \"con vẹt\"}" : "<p>một con vẹt</p>"
        for isBig in [true, false] {
            let bytes = text.utf16.flatMap {
                isBig
                    ? [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)]
                    : [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)]
            }
            guard case .condemned = reader.read(bytes, type: type) else {
                Issue.record("\(type), \(isBig)")
                continue
            }
        }
    }

    /// A body that expands without end is given up, with the little that it takes.
    @Test(.enabled(if: Coder.arePresent, "LEFT OUT: gzip is not here"))
    func bombs() throws {
        let reader = try Self.reader("  - { phrase: con vẹt, weight: 100 }\n")
        let bomb = try Coder.encode([UInt8](repeating: 0x20, count: 64 << 20), "gzip")
        #expect(bomb.count < 100_000)
        #expect(reader.read(bomb, coding: "gzip") == .unreadable(.expansion))
    }

    /// Literals are counted, and rules hear of the numbers when a verdict is wanted; with a trace each
    /// hears of each occurrence at once. Both say the same, and the next page knows nothing of it.
    @Test func toldAtOnceOrLater() throws {
        let words = (0..<300).map { "từ\($0 * 7919)x" }
        let rules =
            words.map { "  - { phrase: \($0), weight: 1 }\n" }
            + words.map { "  - { all: [con vẹt, \($0)], weight: 2, layers: [title, text] }\n" }
            + [
                "  - { phrase: con vẹt, weight: 3, layers: [title], views: exact }\n",
                "  - { phrase: con vẹt, weight: 5, distance-min: 40 }\n",
                "  - { phrase: con vẹt, weight: -1 }\n",
                "  - { regex: 'vẹt [0-9]', weight: 7 }\n",
            ]
        let text = words.enumerated().map { index, word in
            String(repeating: "\(word) CON-VẸT con vet ", count: index % 4)
                + "con vẹt \(index % 10)."
        }
        let page = Array(
            ("<title>Con vẹt</title><div hidden>con vẹt con vẹt</div><!-- con vẹt -->"
                + "<p>\(text.joined(separator: " "))</p>").utf8)
        var lists = PageSettings()
        lists.limit = 1_000_000
        func reader() throws -> PageReader {
            try PageBench([
                CompiledImage.list(
                    "category: c\nrules:\n" + rules.joined(), format: .phrases, name: "r.yaml",
                    category: "c")
            ]).reader { $0 = lists }
        }
        let (counted, traced) = (try reader(), try reader())
        traced.keepTrace()
        for cuts in [[], [100, 900, 901, 5000], Array(stride(from: 7, to: page.count, by: 97))] {
            #expect(counted.read(page, cuts: cuts) == .cleared)
            #expect(traced.read(page, cuts: cuts) == .cleared)
            #expect(counted.report().hits.count > 500)
            #expect(counted.summary == traced.summary)
            #expect(counted.read(Array("<p>con vẹt</p>".utf8)) == .cleared)
            #expect(counted.report().hits.count == 302)
        }
    }

    /// A list of what speaks for a page leaves the limit of its group in force, whichever comes first.
    @Test(arguments: [false, true]) func aReliefLeavesTheLimitInForce(isFirst: Bool) throws {
        let bad = "category: g\nlimit: 80\nrules:\n  - phrase: con vẹt\n    weight: 90\n"
        let good = "category: g\nlimit: -5\nrules:\n  - phrase: con sóc\n    weight: -40\n"
        let lists = [("b.yaml", bad), ("g.yaml", good)].map {
            CompiledImage.list($0.1, format: .phrases, name: $0.0, category: "g")
        }
        let bench = try PageBench(isFirst ? lists.reversed() : lists)
        for page in ["<p>con vẹt</p>", "<p>con vẹt và con sóc</p>"] {
            guard case .condemned = bench.reader().read(Array(page.utf8)) else {
                Issue.record("\(page)")
                continue
            }
        }
    }

    /// A limit below zero is how much a group takes off at most.
    @Test(arguments: [(-30, 129, false), (-30, 130, true), (-80, 170, false), (-90, 170, false)])
    func whatAGroupTakesOffHasALimit(limit: Int, weight: Int, isCondemned: Bool) throws {
        let good = """
            category: good
            limit: \(limit)
            rules:
              - phrases: [con sóc, con mèo]
                weight: -40
            """
        let bad = "category: bad\nrules:\n  - phrase: con vẹt\n    weight: \(weight)\n"
        let reader = try PageBench([
            CompiledImage.list(good, format: .phrases, name: "g.yaml", category: "good"),
            CompiledImage.list(bad, format: .phrases, name: "b.yaml", category: "bad"),
        ]).reader()
        let step = reader.read(Array("<p>con vẹt, con sóc và con mèo</p>".utf8))
        if case .condemned = step {
            #expect(isCondemned)
        } else {
            #expect(!isCondemned)
            #expect(reader.report().verdict.score == weight + max(limit, -80))
        }
    }
}
