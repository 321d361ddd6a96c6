import Foundation
import KhienModel
import KhienPage
import KhienTestKit
import Testing

/// What pages in flight hold, by the kernel's account of a process that does nothing else. All are read in one
/// workspace, as those of an event loop are.
@Suite struct PageMemoryTests {
    /// Anonymous memory of this process, bytes.
    private static func anonymousBytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") })
        return try #require(line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) })
            * 1024
    }

    /// 64 forms with a photo of a megabyte before what was typed, the typed part not at its end.
    @Test func aFormInFlightStaysSmall() async {
        let result = await #expect(
            processExitsWith: .success, observing: [\.standardOutputContent],
            performing: { try Self.holdForms() })
        let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        #expect(output.contains("a form in flight holds"))
        print(output)
    }

    private static func holdForms() throws {
        let rules = VietnamesePhrases.all.map { "  - { phrase: \"\($0)\", weight: 1 }\n" }
        let bench = try PageBench([
            CompiledImage.list(
                "category: c\nscope: forms\nrules:\n" + rules.joined(), format: .phrases,
                name: "words.yaml", category: "c")
        ])
        let photo = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 7) }
        let body =
            Array(
                ("--b\r\nContent-Disposition: form-data; name=p; filename=p\r\n"
                    + "Content-Type: image/jpeg\r\n\r\n").utf8)
            + photo + Array("\r\n--b\r\nContent-Disposition: form-data; name=t\r\n\r\n".utf8)
            + Array(PageReaderTests.filler(1 << 18).utf8)
        let workspace = PageWorkspace(bench.rules, scope: .forms)
        func start() throws -> PageReader {
            let reader = bench.reader(.forms, in: workspace) {
                $0.limit = .max
                $0.turnBytes = Limits.Page.turnBytesMax
            }
            let head = PageHead(contentType: Array("multipart/form-data; boundary=b".utf8))
            #expect(reader.begin(head, at: PageBench.time) == nil)
            var place = 0
            while place < body.count - 1 {
                while reader.isBehind { _ = reader.catchUp() }
                let end = min(place + 65_536, body.count - 1)
                _ = reader.feed(body.span.extracting(place..<end))
                place = end
            }
            return reader
        }
        _ = try start()
        let before = try anonymousBytes()
        let readers = try (0..<64).map { _ in try start() }
        let each = (try anonymousBytes() - before) / readers.count
        print("a form in flight holds \(each) bytes")
        guard each > 0, each < 256 << 10 else { exit(1) }
    }

    /// 64 pages of a megabyte each, in every layer and view, none of them at its end.
    @Test(arguments: ["", "gzip"]) func aPageInFlightStaysSmall(coding: String) async {
        let result =
            coding.isEmpty
            ? await #expect(
                processExitsWith: .success, observing: [\.standardOutputContent],
                performing: { try Self.hold("") })
            : await #expect(
                processExitsWith: .success, observing: [\.standardOutputContent],
                performing: { try Self.hold("gzip") })
        let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        #expect(output.contains("a page in flight holds"))
        print(output)
    }

    /// A tag of a long head has 16,384 attributes, half of which may name a charset.
    @Test func aTagWithoutAnEndStaysSmall() async {
        let result = await #expect(
            processExitsWith: .success, observing: [\.standardOutputContent],
            performing: {
                let head = String(repeating: "<link a>", count: 3000) + "<meta "
                let attributes = String(repeating: "a charset=x ", count: 1 << 13)
                try Self.hold("", Array((head + attributes).utf8), count: 16)
            })
        let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        #expect(output.contains("a page in flight holds"))
        print(output)
    }

    /// Legacy text behind a long script, while it is kept for a guess, and when it is read twice.
    @Test(arguments: [10_000, 1 << 20]) func aLateGuessStaysSmall(count: Int) async {
        let result =
            count == 10_000
            ? await #expect(
                processExitsWith: .success, observing: [\.standardOutputContent],
                performing: { try Self.hold("", try Self.lateText(10_000)) })
            : await #expect(
                processExitsWith: .success, observing: [\.standardOutputContent],
                performing: { try Self.hold("", try Self.lateText(1 << 20)) })
        let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        #expect(output.contains("a page in flight holds"))
        print(output)
    }

    private static func lateText(_ count: Int) throws -> [UInt8] {
        let text = CharsetEncoder.all[.tcvn3]?.encode(PageReaderTests.filler(count))
        return LateTextTests.script(100_000) + (try #require(text))
    }

    /// 64 pages as long as one may be that is known again, of which all but the end has come: nothing of
    /// them was read, and all of it is kept.
    @Test func aPageThatMayBeKnownStaysSmall() async {
        let result = await #expect(
            processExitsWith: .success, observing: [\.standardOutputContent],
            performing: { try Self.gather() })
        let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        #expect(output.contains("a gathered page holds"))
        print(output)
    }

    private static func gather() throws {
        let bench = try PageReaderTests.bench()
        let cache = CleanCache(bodies: 64)
        let head = PageHead(contentType: Array("text/html; charset=utf-8".utf8))
        let text = PageReaderTests.filler(2 * Limits.Page.cleanBytesMax)
        let body = Array(text.utf8.prefix(Limits.Page.cleanBytesMax))
        // A reader that had much to wait for before.
        let other = Array(PageReaderTests.filler(Limits.Page.cleanBytesMax).utf8)
        let workspace = PageWorkspace(bench.rules, scope: .pages)
        func start() -> CachedPageReader {
            var settings = PageSettings()
            settings.turnBytes = Limits.Page.turnBytesMax
            let reader = CachedPageReader(
                rules: bench.rules, scope: .pages, settings: settings, cache: cache,
                workspace: workspace)
            #expect(reader.begin(head, at: PageBench.time) == nil)
            _ = reader.feed(other.span)
            #expect(reader.isBehind)
            #expect(reader.begin(head, at: PageBench.time) == nil)
            var place = 0
            while place < body.count - 1 {
                while reader.isBehind { _ = reader.catchUp() }
                let end = min(place + 20_000, body.count - 1)
                _ = reader.feed(body.span.extracting(place..<end))
                place = end
            }
            return reader
        }
        let first = start()
        _ = first.feed(body.span.extracting((body.count - 1)...))
        let end = first.finish()
        print("a page to be known: \(end)")
        let before = try anonymousBytes()
        let readers = (0..<64).map { _ in start() }
        let each = (try anonymousBytes() - before) / readers.count
        print("a gathered page holds \(each) bytes")
        fflush(nil)
        // They were not read: their bytes are there.
        guard each > Limits.Page.cleanBytesMax, each < 256 << 10 else { exit(1) }
        withExtendedLifetime(readers) {}
    }

    /// Pages that show tens of thousands of phrases, in several layers, leave their readers small.
    @Test func restingReadersAreSmall() async {
        let result = await #expect(
            processExitsWith: .success, observing: [\.standardOutputContent],
            performing: { try Self.rest() })
        let output = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
        print(output)
        // A tally that is kept is of ten megabytes.
        let bytes = output.split { !$0.isNumber }.compactMap { Int($0) }
        #expect(bytes.count == 1 && bytes[0] < 1 << 20, "\(bytes)")
    }

    private static func rest() throws {
        let words = (0..<60_000).map { "w\($0 * 7)x" }
        let bench = try PageBench([
            CompiledImage.list(
                "category: c\nrules:\n"
                    + words.map { "  - { phrase: \($0), weight: 1, layers: all }\n" }.joined(),
                format: .phrases, name: "words.yaml", category: "c")
        ])
        let text = words.joined(separator: " ")
        let page = Array("<title>\(text)</title><div hidden>\(text)</div><p>\(text)</p>".utf8)
        func read() -> PageReader {
            let reader = bench.reader { $0.limit = .max }
            #expect(reader.read(page) == .cleared)
            reader.letGo()
            return reader
        }
        // The first one takes what the list's compiler has left of the heap, or grows it.
        _ = read()
        let before = try anonymousBytes()
        let readers = (0..<16).map { _ in read() }
        print(
            "a reader at rest holds \(max(0, try anonymousBytes() - before) / readers.count) bytes")
    }

    private static func hold(
        _ coding: String, _ plain: [UInt8] = Array(PageReaderTests.filler(1 << 20).utf8),
        count: Int = 64
    ) throws {
        let bench = try PageBench([
            CompiledImage.list(
                VietnamesePhrases.all.map { "<\($0)><1>" }.joined(separator: "\n"),
                format: .phrases, name: "words", category: "c")
        ])
        #expect(bench.compiled.report.lists[0].accepted == VietnamesePhrases.all.count)
        let body = coding.isEmpty ? plain : try Coder.encode(plain, coding)
        let workspace = PageWorkspace(bench.rules, scope: .pages)
        func start() throws -> PageReader {
            let reader = bench.reader(in: workspace) {
                $0.limit = .max
                $0.turnBytes = Limits.Page.turnBytesMax
            }
            let head = PageHead(
                contentType: Array("text/html".utf8), contentEncoding: Array(coding.utf8))
            #expect(reader.begin(head, at: PageBench.time) == nil)
            var place = 0
            // Of the last read, most or all waits for a turn.
            while place < body.count - 1 {
                while reader.isBehind { _ = reader.catchUp() }
                let end = min(place + 65_536, body.count - 1)
                _ = reader.feed(body.span.extracting(place..<end))
                place = end
            }
            return reader
        }
        // The first page makes tables that all pages share.
        _ = try start()
        let before = try anonymousBytes()
        let readers = try (0..<count).map { _ in try start() }
        let each = (try anonymousBytes() - before) / readers.count
        print("a page in flight holds \(each) bytes (\(coding.isEmpty ? "plain" : coding))")
        guard each > 0, each < 256 << 10 else { exit(1) }
    }
}
