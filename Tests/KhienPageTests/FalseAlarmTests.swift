import Foundation
import KhienCompiler
import KhienLists
import KhienModel
import KhienPage
import KhienTestKit
import Testing

/// Whether innocent pages pass: news, laws, manuals of the shared data, at the default limit.
@Suite(.enabled(if: SharedData.isPresent, "\(SharedData.comment)"))
struct FalseAlarmTests {
    private static let archives: [(name: String, ends: String, type: String)] = [
        ("html-articles", ".html", "text/html"), ("html-readability", "source.html", "text/html"),
        ("html-debian-handbook", ".html", "text/html"),
        ("html-install-guide", ".html", "text/html"),
        ("html-libreoffice-help-vi", ".html", "text/html"),
        ("html-squid-errors-vi", "", "text/html"), ("vi-law", "", "text/plain"),
        ("vi-en-d2l", ".md", "text/plain"), ("vi-sentences", "", "text/plain"),
    ]

    /// The files of an archive, expanded where they are compressed.
    static func pages(_ archive: String, _ ends: String) throws -> [(String, [UInt8])] {
        let tar = try SharedData.bytes("texts/\(archive).tar.zst")
        var pages: [(String, [UInt8])] = []
        var offset = 0
        while offset + 512 <= tar.count, tar[offset] != 0 {
            let name = String(
                decoding: tar[offset..<offset + 100].prefix { $0 != 0 }, as: UTF8.self)
            let digits = tar[offset + 124..<offset + 136].filter { (0x30...0x37).contains($0) }
            let size = digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }
            let start = offset + 512
            if size > 0, name.hasSuffix(ends) {
                pages.append((name, Array(tar[start..<start + size])))
            }
            offset = start + (size + 511) / 512 * 512
        }
        return pages
    }

    /// The lists that are shipped, from the repository.
    static func starterLists() throws -> [SourceList] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "blocklists/phrases")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .filter { $0.hasSuffix(".yaml") }.map { name in
                let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
                return CompiledImage.list(
                    text, format: .phrases, name: name,
                    category: String(name.prefix { $0 != "." }))
            }
    }

    @Test("fewer than one page in a thousand")
    func starterListsAreQuiet() throws {
        let reader = try PageBench(Self.starterLists()).reader { $0.bodyBytesMax = .max }
        var count = 0
        var condemned: [String] = []
        for archive in Self.archives {
            for (name, bytes) in try Self.pages(archive.name, archive.ends) {
                count += 1
                if case .condemned(let verdict) = reader.read(bytes, type: archive.type) {
                    let hits = reader.report().hits.filter { $0.isWhole }.map {
                        "\($0.rule) \($0.weight)"
                    }
                    condemned.append("\(archive.name)/\(name) \(verdict.score) \(hits)")
                }
            }
        }
        print("false alarms: \(condemned.count) of \(count) pages; \(condemned)")
        #expect(count > 800)
        #expect(condemned.count * 1000 < count, "\(condemned)")
    }
}
