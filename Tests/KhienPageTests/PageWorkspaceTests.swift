import KhienImage
import KhienModel
import KhienPage
import KhienTestKit
import Testing

/// Many pages that are read in one room at the same time.
@Suite struct PageWorkspaceTests {
    /// Pages with what the room holds for a while: breaks, signs, words cut in two, disguises, letters that are
    /// read in two charsets, windows that many phrases share.
    private static func pages() throws -> [[UInt8]] {
        let disguise = try #require(TextDisguise.all.first { $0.name == "tcvn3 saved as utf-8" })
        let legacy = try #require(disguise.page("đánh bạc"))
        let shared = String(repeating: "x-\(end) ", count: Limits.Literals.crowdedMax / 3_000 + 2)
        return [
            Array("<title>xổ số</title><p>kiến thiết c<b>a</b>sino, đ.á.n.h b.ạ.c ☆ tin tức".utf8),
            Array("<p>đánh<td>bạc<div hidden>casino</div> CASINO 🔥 đánh☆bạc".utf8),
            Array("<script>f('đánh b\\u1ea1c', \"casino\")</script><p>tin tức đánh-bạc".utf8),
            legacy.bytes,
            Array("<p>casino \(shared) 5-\(end)".utf8),
            Array("<p>".utf8) + Array(PageReaderTests.filler(20_000).utf8) + Array("casino".utf8),
        ]
    }

    private static let end = "qxkzvwjqpxzkvwqjxkzpvqwj"

    /// Each page's own findings, and what became of it, are those of a reader with a room of its own, whatever pieces of
    /// other pages were read between its pieces.
    @Test func pagesDoNotMix() throws {
        let crowd = (0..<3_000).map { "< \($0)-\(Self.end) ><1>" }
        let bench = try PageReaderTests.bench(crowd)
        let pages = try Self.pages()
        let alone = pages.map { page in
            let reader = bench.reader { $0.limit = .max }
            return ("\(reader.read(page))", reader.summary)
        }
        #expect(alone[3].1.contains("legacy"))
        #expect(alone[4].0.contains("overLimit"))
        #expect(
            alone.enumerated().allSatisfy { $0.offset == 4 || $0.element.0.contains("cleared") })
        let workspace = PageWorkspace(bench.rules, scope: .pages)
        let readers = pages.map { _ in
            bench.reader(in: workspace) { $0.limit = .max }
        }
        for seed in 0..<20 {
            var random = SplitMix64(seed: UInt64(seed))
            let head = PageHead(contentType: Array("text/html; charset=utf-8".utf8))
            for reader in readers { #expect(reader.begin(head, at: PageBench.time) == nil) }
            var places = [Int](repeating: 0, count: pages.count)
            var ends = [String?](repeating: nil, count: pages.count)
            while ends.contains(nil) {
                let index = random.below(pages.count)
                let (page, start) = (pages[index], places[index])
                guard ends[index] == nil else { continue }
                if start == page.count {
                    ends[index] = "\(readers[index].finish())"
                } else {
                    let most = page.count > 10_000 ? 20_000 : 7
                    let cut = min(page.count, start + 1 + random.below(most))
                    _ = readers[index].feed(page.span.extracting(start..<cut))
                    places[index] = cut
                }
            }
            for index in pages.indices {
                #expect(ends[index] == alone[index].0, "page \(index), seed \(seed)")
                #expect(readers[index].summary == alone[index].1, "page \(index), seed \(seed)")
            }
        }
    }
}
