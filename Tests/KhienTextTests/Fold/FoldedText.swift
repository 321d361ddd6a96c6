import KhienModel
import KhienText

/// Plain text in one of its views.
enum FoldedText {
    /// - Parameter cuts: where the page is cut, in rising order.
    static func view(
        _ page: [UInt8], _ view: TextView, _ joints: WordJoints, _ cuts: [Int] = []
    ) -> String {
        var pipeline = TextPipeline(
            kind: .plain, layers: TextLayers(.text),
            room: FoldingRoom(views: view == .plain ? .plain : .joined, joints: joints))
        var found: [UInt8] = []
        func take(_ piece: Span<UInt8>, _ part: TextPart) {
            for index in piece.indices { found.append(piece[index]) }
        }
        var start = 0
        for cut in cuts + [page.count] {
            pipeline.feed(page.span.extracting(start..<cut), take)
            start = cut
        }
        pipeline.finish(take)
        return String(decoding: found, as: UTF8.self)
    }
}
