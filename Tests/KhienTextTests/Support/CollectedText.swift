import KhienModel
import KhienText

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
