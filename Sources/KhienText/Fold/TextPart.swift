import KhienModel

/// A piece of canonical text: of which layer, in which view, and from where.
public struct TextPart: Sendable {
    public let layer: TextLayer
    public let view: TextView
    /// How many bytes of this view and layer came before. Pieces of one view follow each other
    /// without a gap: what begins in one may end in the next.
    public let offset: Int
    /// Whether the plain view has the same bytes here as the exact one.
    public let isPlainExact: Bool
    /// Where the text stands in the layer's text, in bytes: from about here ...
    public let layerStart: Int
    /// ... to about here.
    public let layerEnd: Int

    /// About where the byte at `position` of this piece, which has `count` bytes, stands in the
    /// layer's text; off by at most the length of the piece.
    public func layerOffset(of position: Int, count: Int) -> Int {
        guard count > 0 else { return layerStart }
        return layerStart + (layerEnd - layerStart) * position / count
    }
}
