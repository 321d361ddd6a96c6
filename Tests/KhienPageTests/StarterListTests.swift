import Foundation
import KhienLists
import KhienModel
import KhienPage
import KhienTestKit
import Testing

/// The shipped lists of pages, on pages as they are written: news, advice and lessons about betting,
/// grooming, bullying and self-harm pass, and what the lists are for does not.
@Suite struct StarterListTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    /// An invented page of `Fixtures/starter-pages.txt`.
    struct Page: CustomTestStringConvertible, Sendable {
        var name: String
        var isMeant: Bool
        /// The title, then the paragraphs.
        var lines: [String] = []

        var testDescription: String { name }

        /// The page, with more paragraphs at its end.
        func html(_ more: [String] = []) -> [UInt8] {
            let title = lines.first ?? ""
            let text = (lines.dropFirst() + more).map { "<p>\($0)</p>" }.joined()
            return Array(
                "<!doctype html><meta charset=utf-8><title>\(title)</title><h1>\(title)</h1>\(text)"
                    .utf8)
        }
    }

    static let pages: [Page] = {
        let path = folder.appending(path: "Fixtures/starter-pages.txt")
        guard let text = try? String(contentsOf: path, encoding: .utf8) else { return [] }
        var pages: [Page] = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            if line.hasPrefix("== ") {
                pages.append(Page(name: String(words[2]), isMeant: words[1] == "meant"))
            } else {
                pages[pages.count - 1].lines.append(String(line))
            }
        }
        return pages
    }()

    private static func reader() throws -> PageReader {
        let folder = folder.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "blocklists/phrases")
        let names = ["bullying", "child-safety", "gambling", "good", "self-harm"]
        let lists = try names.map { name in
            CompiledImage.list(
                try String(contentsOf: folder.appending(path: "\(name).yaml"), encoding: .utf8),
                format: .phrases, name: "\(name).yaml", category: name)
        }
        return try PageBench(lists).reader()
    }

    private static func isCondemned(_ bytes: [UInt8]) throws -> (Bool, String) {
        let reader = try reader()
        if case .condemned(let verdict) = reader.read(bytes) { return (true, "\(verdict)") }
        return (false, reader.summary)
    }

    @Test func thereArePages() {
        #expect(Self.pages.filter { !$0.isMeant }.count >= 80)
        #expect(Self.pages.filter(\.isMeant).count >= 50)
        #expect(Self.pages.allSatisfy { $0.lines.count >= 2 })
    }

    @Test(arguments: pages)
    func pagesAreJudged(page: Page) throws {
        let (isCondemned, summary) = try Self.isCondemned(page.html())
        #expect(isCondemned == page.isMeant, "\(summary)")
    }

    /// A sentence of law does not buy a betting site or a groomer innocence.
    @Test(arguments: pages.filter { $0.isMeant && isAsserted($0) })
    func aSentenceOfLawBuysNothing(page: Page) throws {
        let law = "Cơ quan điều tra đã khởi tố bị can theo Bộ luật Hình sự."
        let (isCondemned, summary) = try Self.isCondemned(page.html([law]))
        #expect(isCondemned, "\(summary)")
    }

    /// A site with many words of the trade is condemned whatever else it says: what speaks for a
    /// page takes off 100 at most.
    @Test func aPageOfGoodWordsBuysNothing() throws {
        let good = Self.pages.filter { !$0.isMeant && $0.name != "everyday-words" }
            .flatMap(\.lines)
        for name in ["betting-landing", "betting-with-good-words"] {
            let page = try #require(Self.pages.first { $0.name == name })
            let (isCondemned, summary) = try Self.isCondemned(page.html(good))
            #expect(isCondemned, "\(name): \(summary)")
        }
    }

    /// Short chats of few words have no such margin.
    private static func isAsserted(_ page: Page) -> Bool {
        ["betting", "lottery", "casino", "grooming", "self-harm"].contains {
            page.name.hasPrefix($0)
        }
    }

    /// Words that only look like those of the lists.
    @Test func everydayWordsWeighNothing() throws {
        let reader = try Self.reader()
        let text = """
            <p>Cô gái gọi điện cho mẹ. Clip nóng lên mạng xã hội. Hạt óc chó, quả óc chó. Thầy giáo mất
            dạy thêm. Lô đề xuất, lô đề tài, chốt số liệu. Thợ cắt tay áo.</p>
            """
        _ = reader.read(Array(text.utf8))
        #expect(reader.report().verdict.score == 0, "\(reader.summary)")
    }

    /// The two spellings of a word, and marks left out.
    @Test(arguments: [
        "tỷ lệ kèo", "tỉ lệ kèo", "tỷ lệ cược", "tỉ lệ cược", "khuyến mãi nạp đầu",
        "khuyến mại nạp đầu", "khuyến mại nạp lần đầu", "ti le keo", "khuyen mai nap dau",
    ])
    func spellingsCount(text: String) throws {
        let reader = try Self.reader()
        _ = reader.read(Array("<p>\(text)</p>".utf8))
        #expect(reader.report().verdict.score >= 10, "\(reader.summary)")
    }
}
