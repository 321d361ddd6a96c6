import KhienCoding
import KhienModel
import KhienText

/// Reads the text of a page as the code of a legacy Vietnamese font that was saved as Unicode, as
/// characters or as references to them. Layers come in turns, so each has a decoder.
final class FontCodeReader: TextRereader {
    private let layers: [Layer]

    private final class Layer {
        var decoder: FontCodeDecoder

        init(_ charset: Charset) throws(CharsetError) { decoder = try FontCodeDecoder(charset) }
    }

    /// - Returns: nil where the charset cannot be decoded here.
    init?(_ charset: Charset) {
        var layers: [Layer] = []
        do throws(CharsetError) {
            for _ in TextLayer.allCases { layers.append(try Layer(charset)) }
        } catch {
            return nil
        }
        self.layers = layers
    }

    func reread(
        _ text: Span<UInt8>, of layer: TextLayer, isFinal: Bool, into result: inout [UInt8]
    ) {
        let layer = layers[Int(layer.rawValue)]
        layer.decoder.decode(text, into: &result)
        if isFinal { layer.decoder.finish(into: &result) }
    }

    /// The legacy charset whose bytes the Latin-1 letters of a page probably are; nil mostly, and then
    /// at little cost.
    ///
    /// - Parameter content: the first of the page, in ASCII or UTF-8.
    static func charset(of content: Span<UInt8>, _ kind: MarkupKind) -> Charset? {
        guard VietnameseGuess.mayHaveFontCode(content) else { return nil }
        var text: [UInt8] = []
        var reader = MarkupReader(kind: kind, layers: TextLayers(.text).union(TextLayers(.title)))
        reader.feed(content) { piece, _ in text.append(bytesOf: piece) }
        return VietnameseGuess.fontCode(of: text.span)
    }
}
