import Foundation
import KhienModel
import KhienPage
import KhienTestKit
import Testing

/// What pages in flight hold, by the kernel's account of a process that does nothing else.
@Suite struct PageMemoryTests {
    /// Anonymous memory of this process, bytes.
    private static func anonymousBytes() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") })
        return try #require(line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) })
            * 1024
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

    private static func hold(_ coding: String) throws {
        let bench = try PageBench([
            CompiledImage.list(
                VietnamesePhrases.all.map { "<\($0)><1>" }.joined(separator: "\n"),
                format: .e2guardian, name: "words", category: "c")
        ])
        let plain = Array(PageReaderTests.filler(1 << 20).utf8)
        let body = coding.isEmpty ? plain : try Coder.encode(plain, coding)
        func start() throws -> PageReader {
            let reader = bench.reader {
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
        let count = 64
        let readers = try (0..<count).map { _ in try start() }
        let each = (try anonymousBytes() - before) / readers.count
        print("a page in flight holds \(each) bytes (\(coding.isEmpty ? "plain" : coding))")
        guard each > 0, each < 256 << 10 else { exit(1) }
    }
}
