import KhienLists
import KhienModel
import KhienPage
import KhienTestKit
import Testing

/// What is known again, what is not, and that no verdict depends on it.
@Suite struct CachedPageReaderTests {
    private static func reader(
        _ bench: PageBench, _ cache: CleanCache? = CleanCache(bodies: 64),
        _ change: (inout PageSettings) -> Void = { _ in }
    ) -> CachedPageReader {
        var settings = PageSettings()
        change(&settings)
        return CachedPageReader(
            rules: bench.rules, scope: .pages, settings: settings, cache: cache)
    }

    private static let html = "text/html; charset=utf-8"

    /// Reads a body as a connection does.
    private static func read(
        _ reader: CachedPageReader, _ body: [UInt8], type: String = html, coding: String = "",
        url: String = "", variant: Int = 0, length: UInt64? = nil, under policy: PagePolicy? = nil,
        at time: PageTime = PageBench.time, cuts: [Int] = []
    ) -> PageStep {
        let head = PageHead(
            contentType: Array(type.utf8), contentEncoding: Array(coding.utf8),
            url: Array(url.utf8))
        if let failure = reader.begin(
            head, at: time, under: policy, variant: variant, length: length)
        {
            return .unreadable(failure)
        }
        var start = 0
        var released = 0
        func goOn(_ step: PageStep) -> PageStep? {
            guard case .undecided(let more) = step else { return step }
            if more > start { Issue.record("released \(more) of \(start)") }
            if more < released { Issue.record("released \(more) after \(released)") }
            released = more
            return nil
        }
        for cut in cuts + [body.count] where cut > start {
            let part = body.span.extracting(start..<cut)
            start = cut
            if let end = goOn(reader.feed(part)) { return end }
            while reader.isBehind { if let end = goOn(reader.catchUp()) { return end } }
        }
        if let end = goOn(reader.complete()) { return end }
        while reader.isBehind { if let end = goOn(reader.catchUp()) { return end } }
        return reader.finish()
    }

    /// Of our own form, whose rules look at the words of URLs.
    private static func urlBench() throws -> PageBench {
        try PageBench([
            CompiledImage.list(
                "category: c\nrules:\n- { phrase: casino, weight: 60 }\n"
                    + "- { phrase: đánh bạc, weight: 50 }\n",
                format: .phrases, name: "words.yaml", category: "c")
        ])
    }

    private static func page(_ text: String, _ filler: Int = 0) -> [UInt8] {
        Array((PageReaderTests.filler(filler) + "<p>\(text)</p>").utf8)
    }

    // MARK: known and unknown

    @Test(arguments: [0, 30_000, 62_000, 65_000, 92_000])
    func knowsACleanPage(bytes: Int) throws {
        let reader = Self.reader(try PageReaderTests.bench())
        let page = Self.page("một trang lành", bytes)
        for round in 0..<3 {
            #expect(
                Self.read(reader, page, cuts: Array(stride(from: 9, to: page.count, by: 9_000)))
                    == .cleared)
            #expect(reader.isKnown == (round > 0))
        }
        // One byte less, one more, one another.
        for other in [Array(page.dropLast()), page + [0x20], [0x20] + page.dropFirst()] {
            #expect(Self.read(reader, other) == .cleared)
            #expect(!reader.isKnown)
        }
        #expect(Self.read(reader, page) == .cleared)
        #expect(reader.isKnown)
    }

    /// A page that is condemned is so each time, with the same verdict.
    @Test(arguments: [0, 60_000, 90_000])
    func condemnsEachTime(bytes: Int) throws {
        let bench = try PageReaderTests.bench()
        let reader = Self.reader(bench)
        let clean = Self.page("một trang lành", bytes)
        let page = Self.page("casino, đánh bạc", bytes)
        let expected = bench.reader().read(page)
        guard case .condemned = expected else {
            Issue.record("\(expected)")
            return
        }
        for _ in 0..<3 {
            #expect(Self.read(reader, page) == expected)
            #expect(!reader.isKnown)
            // It begins as one that is known.
            #expect(Self.read(reader, clean) == .cleared)
        }
        #expect(reader.isKnown)
    }

    /// All that a verdict depends on besides the bytes.
    @Test func whatElseCounts() throws {
        let reader = Self.reader(try Self.urlBench())
        let page = Self.page("một trang lành")
        func isKnown(
            type: String = Self.html, coding: String = "", url: String = "http://a.test/",
            variant: Int = 0
        ) -> Bool {
            let step = Self.read(
                reader, page, type: type, coding: coding, url: url, variant: variant)
            #expect(step == .cleared)
            return reader.isKnown
        }
        #expect(!isKnown())
        #expect(!isKnown(type: "text/html; charset=windows-1258"))
        #expect(!isKnown(type: "text/plain"))
        #expect(!isKnown(type: "") && !isKnown(type: ""), "the first bytes decide")
        #expect(!isKnown(coding: "identity"))
        #expect(!isKnown(url: "http://a.test/b"))
        #expect(!isKnown(variant: 1))
        #expect(isKnown() && isKnown(variant: 1) && isKnown(url: "http://a.test/b"))
    }

    /// Where no rule looks at the words of a URL the page is the same at each.
    @Test func theURLWhereNobodyAsks() throws {
        let bench = try PageBench([
            CompiledImage.list(
                "category: c\nlayers: [text]\nrules:\n- { phrase: casino, effect: ban }\n",
                format: .phrases, name: "words.yaml", category: "c")
        ])
        let reader = Self.reader(bench)
        let page = Self.page("một trang lành")
        #expect(Self.read(reader, page, url: "http://a.test/") == .cleared)
        #expect(Self.read(reader, page, url: "http://b.test/casino") == .cleared)
        #expect(reader.isKnown)
    }

    @Test func aPageOfABadURL() throws {
        let reader = Self.reader(try Self.urlBench())
        let page = Self.page("casino")
        for _ in 0..<2 {
            #expect(Self.read(reader, page, url: "http://a.test/tin") == .cleared)
            guard
                case .condemned = Self.read(reader, page, url: "http://a.test/đánh-bạc")
            else {
                Issue.record("not condemned")
                return
            }
        }
    }

    // MARK: time

    /// A rule holds from Monday to Friday, from nine to seventeen.
    @Test func rulesThatBegin() throws {
        let bench = try PageBench([
            CompiledImage.list(
                "#time: 9 0 17 0 01234\n<casino><120>\n",
                format: .phrases, name: "words", category: "c")
        ])
        let reader = Self.reader(bench)
        let page = Self.page("casino")
        func read(_ day: Int, _ hour: Int, _ minute: Int = 0) -> PageStep {
            Self.read(
                reader, page,
                at: PageTime(
                    now: PageBench.time.now, day: day, minute: hour * 60 + minute))
        }
        for _ in 0..<2 {
            #expect(read(5, 10) == .cleared && read(0, 8, 59) == .cleared)
            for step in [read(0, 9), read(4, 17)] {
                guard case .condemned = step else {
                    Issue.record("\(step)")
                    return
                }
            }
        }
        #expect(read(5, 10) == .cleared && reader.isKnown)
        #expect(read(6, 10) == .cleared && !reader.isKnown)
    }

    // MARK: what is not remembered

    @Test func whatEndsOtherwise() throws {
        let reader = Self.reader(try PageReaderTests.bench()) { $0.bodyBytesMax = 90_000 }
        let long = Self.page("một trang lành", 91_000)
        let damaged: [UInt8] = [0x1F, 0x8B] + Array("no gzip but for its mark".utf8)
        let binary: [UInt8] = [0, 1, 2, 3]
        for _ in 0..<2 {
            #expect(Self.read(reader, long) == .unreadable(.overLimit))
            #expect(Self.read(reader, damaged, coding: "gzip") == .unreadable(.damaged))
            #expect(Self.read(reader, binary, type: "application/octet-stream") == .cleared)
            #expect(!reader.isKnown)
        }
    }

    @Test(arguments: [false, true]) func limitOfLength(isTold: Bool) throws {
        let reader = Self.reader(try PageReaderTests.bench())
        let text = Array(PageReaderTests.filler(Limits.Page.cleanBytesMax + 1_000).utf8)
        for (count, isKnown) in [
            (Limits.Page.cleanBytesMax, true), (Limits.Page.cleanBytesMax + 1, false),
        ] {
            let page = Array(text.prefix(count))
            for _ in 0..<2 {
                let step = Self.read(
                    reader, page, length: isTold ? UInt64(count) : nil,
                    cuts: Array(stride(from: 30_000, to: count, by: 30_000)))
                #expect(step == .cleared)
            }
            #expect(reader.isKnown == isKnown)
        }
    }

    /// A text that was judged in its middle was judged by time.
    @Test(arguments: [0, 1]) func pausedPages(paused: Int) throws {
        let reader = Self.reader(try PageReaderTests.bench())
        let page = Self.page("một trang lành", 3_000)
        for round in 0..<3 {
            #expect(
                reader.begin(PageHead(contentType: Array(Self.html.utf8)), at: PageBench.time)
                    == nil)
            #expect(reader.feed(page.span.extracting(..<2_000)) == .undecided(released: 0))
            if round % 2 == paused {
                #expect(reader.pause() == .undecided(released: 2_000))
            }
            _ = reader.feed(page.span.extracting(2_000...))
            #expect(reader.finish() == .cleared)
            #expect(reader.isKnown == (paused == 1 && round == 2))
        }
    }

    /// The same where the pause comes when it is being read already.
    @Test func pagesPausedWhileTheyAreRead() throws {
        let reader = Self.reader(try PageReaderTests.bench()) { $0.holdBytes = 5_000 }
        let page = Self.page("một trang lành", 20_000)
        for isPaused in [true, false] {
            let head = PageHead(contentType: Array(Self.html.utf8))
            #expect(reader.begin(head, at: PageBench.time) == nil)
            #expect(
                reader.feed(page.span.extracting(..<6_000)) == .undecided(released: 5_000))
            if isPaused { #expect(reader.pause() == .undecided(released: 6_000)) }
            _ = reader.feed(page.span.extracting(6_000...))
            #expect(reader.finish() == .cleared)
            #expect(!reader.isKnown)
        }
    }

    /// A pause finds what was gathered, though it is more than a turn and has left as far as it is known.
    @Test func pauseReadsWhatWasGathered() throws {
        let bench = try PageReaderTests.bench()
        let reader = Self.reader(bench) { $0.turnBytes = Limits.Page.turnBytesMax }
        let clean = Self.page("một trang lành", 85_000)
        #expect(Self.read(reader, clean) == .cleared)
        let head = PageHead(contentType: Array(Self.html.utf8))
        #expect(reader.begin(head, at: PageBench.time) == nil)
        let start = 5 * Limits.Page.checkpointBytes - 200
        let known = PageStep.undecided(released: 4 * Limits.Page.checkpointBytes)
        #expect(reader.feed(clean.span.extracting(..<start)) == known)
        #expect(reader.feed(Array("</p><p>casino, đánh bạc</p>".utf8).span) == known)
        #expect(!reader.isBehind)
        #expect(reader.pause() == known)
        #expect(reader.isBehind)
        while reader.isBehind { #expect(reader.catchUp() == known) }
        guard case .condemned = reader.pause() else {
            Issue.record("not condemned")
            return
        }
    }

    /// What was condemned and passed over is recorded each time.
    @Test func monitoredPages() throws {
        let bench = try PageBench([
            CompiledImage.list(
                "category: c\nrules:\n- { phrase: casino, effect: ban }\n", format: .phrases,
                name: "words.yaml", category: "c", action: .monitor)
        ])
        let reader = Self.reader(bench)
        for _ in 0..<3 {
            guard case .condemned = Self.read(reader, Self.page("casino")) else {
                Issue.record("not condemned")
                return
            }
            #expect(reader.resume() == .cleared)
            #expect(!reader.isKnown)
        }
    }

    /// The same where what was passed over stands in the middle, and the rest is clean.
    @Test func pagesMonitoredInTheirMiddle() throws {
        let bench = try PageBench([
            CompiledImage.list(
                "category: c\nrules:\n- { phrase: casino, effect: ban }\n", format: .phrases,
                name: "words.yaml", category: "c", action: .monitor)
        ])
        let reader = Self.reader(bench) { $0.holdBytes = 5_000 }
        let page = Self.page("casino", 4_000) + Self.page("một trang lành", 3_000)
        for _ in 0..<3 {
            let head = PageHead(contentType: Array(Self.html.utf8))
            #expect(reader.begin(head, at: PageBench.time) == nil)
            guard case .condemned = reader.feed(page.span) else {
                Issue.record("not condemned")
                return
            }
            guard case .undecided = reader.resume() else {
                Issue.record("not read on")
                return
            }
            #expect(reader.finish() == .cleared)
            #expect(!reader.isKnown)
        }
    }

    /// A policy of its own has its own verdicts.
    @Test func policies() throws {
        let bench = try PageReaderTests.bench()
        let reader = Self.reader(bench)
        var strict = PageSettings()
        strict.limit = 50
        let page = Self.page("casino")
        for _ in 0..<2 {
            #expect(Self.read(reader, page) == .cleared)
            let step = Self.read(
                reader, page, variant: 1, under: PagePolicy(bench.rules, strict))
            guard case .condemned = step else {
                Issue.record("\(step)")
                return
            }
        }
    }

    /// Damage at the end hides nothing of what stands before it, though all came at once.
    @Test(.enabled(if: Coder.arePresent), arguments: ["br", "gzip", "zstd"], [0, 30_000, 300_000])
    func damageAtTheEnd(coding: String, bytes: Int) throws {
        var generator = SplitMix64(seed: 7)
        // What does not compress well takes many pieces.
        let noise = (0..<bytes / 8).map { _ in String(generator.next(), radix: 36) }
        let page = Array(
            ("<p>casino, đánh bạc</p>" + noise.joined(separator: " ")
                + PageReaderTests.filler(4_000)).utf8)
        let body = try Coder.encode(page, coding) + [UInt8](repeating: 0xFF, count: 8)
        let damaged = body.count > 3_000 ? Array(body.dropLast(900)) + [0xFF, 0xFF] : body
        let small = Array(stride(from: 1_000, to: damaged.count, by: 1_000))
        let bench = try PageReaderTests.bench()
        let expected = bench.reader().read(damaged, coding: coding, cuts: small)
        for cuts in [[], small] {
            let reader = Self.reader(bench)
            for _ in 0..<2 {
                #expect(Self.read(reader, damaged, coding: coding, cuts: cuts) == expected)
                #expect(!reader.isKnown || expected == .cleared)
            }
        }
    }

    /// Blocks of br that are not compressed, and then a block that there is none of. Its decoder gives
    /// nothing of a piece with damage in it.
    private static func damagedBrotli(_ text: [UInt8]) -> [UInt8] {
        var body: [UInt8] = []
        for start in stride(from: 0, to: text.count, by: 3_000) {
            let part = text[start..<min(start + 3_000, text.count)]
            // RFC 7932, section 9: the window once, not the last one, four nibbles of length.
            let bits = UInt32(start == 0 ? 4 : 3)
            let head = UInt32(part.count - 1) << bits | 1 << (bits + 16)
            body += [UInt8(head & 255), UInt8(head >> 8 & 255), UInt8(head >> 16)] + part
        }
        return body + [0x0E, 0, 0, 0]
    }

    /// What stands before the damage is read, alone or within another coding, however it came.
    @Test(.enabled(if: Coder.arePresent), arguments: ["br", "br, gzip"])
    func damagedBrotliSaysWhatItSaid(coding: String) throws {
        let text = Self.page("casino, đánh bạc") + Self.page("một trang lành", 6_000)
        var body = Self.damagedBrotli(text)
        if coding != "br" { body = try Coder.encode(body, "gzip") }
        let bench = try PageReaderTests.bench()
        for cuts in [[], Array(1..<body.count)] {
            for step in [
                bench.reader().read(body, coding: coding, cuts: cuts),
                Self.read(Self.reader(bench), body, coding: coding, cuts: cuts),
            ] {
                guard case .condemned(let verdict) = step else {
                    Issue.record("\(step), \(cuts.count) cuts")
                    continue
                }
                #expect(verdict.score == 110)
            }
        }
    }

    // MARK: an oracle

    /// Pages that begin alike, in any order, cuts and codings, give what a reader without a memory gives.
    @Test(.enabled(if: Coder.arePresent)) func isTheReader() throws {
        let bench = try PageReaderTests.bench()
        let cache = CleanCache(bodies: 16)
        let readers = (0..<2).map { _ in
            Self.reader(bench, cache) {
                $0.holdBytes = 5_000
                $0.turnBytes = 3_000
            }
        }
        var generator = SplitMix64(seed: 21)
        let ends = ["", "casino", "casino và đánh bạc", "</p><script>casino</script>", "\u{0}"]
        var pages: [(body: [UInt8], coding: String)] = []
        for bytes in [0, 200, 4_900, 30_000, 120_000] {
            for end in ends {
                let body = Self.page(end, bytes)
                pages.append((body, ""))
                pages.append((Array(body.dropLast(1)), ""))
                for coding in ["gzip", "br", "zstd"] {
                    pages.append((try Coder.encode(body, coding), coding))
                }
            }
        }
        var known = 0
        for round in 0..<1_500 {
            let page = generator.pick(pages)
            let cuts = (0..<generator.below(6)).map { _ in generator.below(page.body.count + 1) }
            let reader = readers[round % 2]
            let step = Self.read(
                reader, page.body, coding: page.coding,
                length: generator.chance(0.5) ? UInt64(page.body.count) : nil,
                cuts: cuts.sorted())
            let plain = bench.reader { $0.holdBytes = 5_000 }
            #expect(step == plain.read(page.body, coding: page.coding), "\(round)")
            if reader.isKnown { known += 1 }
        }
        #expect(known > 100)
    }
}
