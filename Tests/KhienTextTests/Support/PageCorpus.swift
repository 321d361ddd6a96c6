import Foundation
import KhienModel
import KhienText

/// The pages of the shared corpora, unpacked once.
enum PageCorpus {
    struct Page {
        let name: String
        let bytes: [UInt8]
    }

    /// The files of an archive of `texts` whose names end in `suffix`; `limit` of them.
    static func pages(_ archive: String, suffix: String, limit: Int = .max) throws -> [Page] {
        let tar = try TestData.sharedFile("texts/\(archive).tar.zst")
        var pages: [Page] = []
        var offset = 0
        while offset + 512 <= tar.count, tar[offset] != 0, pages.count < limit {
            let name = String(
                decoding: tar[offset..<offset + 100].prefix { $0 != 0 }, as: UTF8.self)
            let digits = tar[offset + 124..<offset + 136].filter { (0x30...0x37).contains($0) }
            let size = digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }
            let start = offset + 512
            if name.hasSuffix(suffix) {
                pages.append(Page(name: name, bytes: Array(tar[start..<start + size])))
            }
            offset = start + (size + 511) / 512 * 512
        }
        return pages
    }
}

/// What a reader or a pipeline hands out, by layer and view.
struct CollectedText: Equatable {
    var texts: [String: [UInt8]] = [:]

    mutating func append(_ bytes: Span<UInt8>, _ key: String) {
        for index in bytes.indices { texts[key, default: []].append(bytes[index]) }
    }

    /// Where two collections part, with some text around: short enough to read.
    func differences(_ other: CollectedText) -> [String] {
        Set(texts.keys).union(other.texts.keys).sorted().compactMap { key in
            let (ours, theirs) = (texts[key] ?? [], other.texts[key] ?? [])
            guard ours != theirs else { return nil }
            let place = zip(ours, theirs).prefix { $0 == $1 }.count
            func part(_ bytes: [UInt8]) -> String {
                let range = max(0, place - 20)..<min(bytes.count, place + 20)
                return String(decoding: bytes[range], as: UTF8.self).debugDescription
            }
            return "\(key) at \(place): \(part(ours)) / \(part(theirs))"
        }
    }

    func string(_ key: String) -> String { String(decoding: texts[key] ?? [], as: UTF8.self) }

    /// The text of each layer with breaks as `|`.
    static func markup(
        _ bytes: [UInt8], _ kind: MarkupKind, layers: TextLayers = .all, cuts: [Int] = []
    ) -> CollectedText {
        var result = CollectedText()
        var reader = MarkupReader(kind: kind, layers: layers)
        var start = 0
        for cut in cuts + [bytes.count] {
            reader.feed(bytes.span.extracting(start..<cut)) { result.append($0, $1.name) }
            start = cut
        }
        reader.finish { result.append($0, $1.name) }
        return result
    }

    /// Canonical text by layer and view, as `text/exact`.
    static func pipeline(
        _ bytes: [UInt8], _ kind: MarkupKind, cuts: [Int] = []
    ) -> CollectedText {
        var result = CollectedText()
        var pipeline = TextPipeline(kind: kind, layers: .all)
        var start = 0
        func take(_ bytes: Span<UInt8>, _ part: TextPart) {
            result.append(bytes, "\(part.layer.name)/\(part.view.name)")
        }
        for cut in cuts + [bytes.count] {
            pipeline.feed(bytes.span.extracting(start..<cut), take)
            start = cut
        }
        pipeline.finish(take)
        return result
    }

    func marked(_ key: String) -> String { string(key).replacing("\0", with: "|") }
}
