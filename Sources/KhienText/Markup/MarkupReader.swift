import KhienModel

/// Reads text out of a body as it streams by: HTML, XML, JSON, JavaScript, CSS, event
/// streams or plain text, UTF-8.
///
/// Text comes by layer, in the order of the page, as UTF-8 in which U+0000 is a break: the end of a
/// block, a cell, an attribute, a string. Letters on its two sides do not belong to one word; letters
/// with inline tags between them do. Text that is shown backwards stands between U+202E and U+202C
/// (`BackwardText`). What is not UTF-8 passes as it is.
///
/// Its state does not grow with the page: some 1.5 KiB, and the text of one slice (4 KiB). Any split
/// of a body into pieces gives the same text.
public struct MarkupReader: ~Copyable {
    /// The most input that is read before its text is handed out.
    public static let sliceBytesMax = Limits.Text.pageSliceBytesMax

    private var kind: MarkupKind
    private var tokenizer = HTMLTokenizer()
    var reader: HTMLReader
    private var script: ScriptStrings
    private var style = StyleStrings()
    private var events = EventStream()
    private let readsNumbers: Bool
    /// Whether HTML or plain text begins as JSON does; nil: nothing but spaces has come.
    private var beginsAsJSON: Bool?
    /// Of such a body: its escapes, and a slice without them.
    private var escapes: UnicodeEscapes
    private var unescaped: [UInt8] = []

    /// - Parameters:
    ///   - kind: what the body is.
    ///   - layers: the layers that are wanted; text of others is passed over.
    ///   - readsNumbers: of JSON also what stands outside of strings.
    public init(kind: MarkupKind, layers: TextLayers = .standard, readsNumbers: Bool = false) {
        self.kind = kind
        self.readsNumbers = readsNumbers
        reader = HTMLReader(layers: layers, isXML: kind == .xml)
        script = Self.strings(kind, readsNumbers)
        escapes = UnicodeEscapes(isHTML: kind == .html)
    }

    private static func strings(_ kind: MarkupKind, _ readsNumbers: Bool) -> ScriptStrings {
        kind == .json
            ? ScriptStrings(isJSON: true, layer: .text, readsBare: readsNumbers)
            : ScriptStrings(isJSON: false, layer: .script)
    }

    /// Begins with another body; buffers keep their memory.
    public mutating func reset(kind: MarkupKind) {
        self.kind = kind
        tokenizer = HTMLTokenizer()
        reader.reset(isXML: kind == .xml)
        script = Self.strings(kind, readsNumbers)
        style = StyleStrings()
        events.reset()
        beginsAsJSON = nil
        escapes = UnicodeEscapes(isHTML: kind == .html)
    }

    /// Reads on, and hands out the text found, layer by layer for each slice of the input.
    ///
    /// - Complexity: linear. Allocates nothing once its buffers have the size that slices need.
    public mutating func feed(
        _ input: Span<UInt8>, _ emit: (Span<UInt8>, TextLayer) -> Void
    ) {
        var start = 0
        while start < input.count {
            let end = min(start + Self.sliceBytesMax, input.count)
            read(input.extracting(start..<end))
            drain(emit)
            start = end
        }
    }

    /// The body is over: hands out the rest.
    public mutating func finish(_ emit: (Span<UInt8>, TextLayer) -> Void) {
        end()
        drain(emit)
    }

    private mutating func drain(_ emit: (Span<UInt8>, TextLayer) -> Void) {
        for layer in TextLayer.allCases {
            let count = reader.buffers.count(of: layer)
            if count == 0 { continue }
            reader.buffers.withText(of: layer) { emit($0, layer) }
            reader.buffers.drop(count, from: layer)
        }
    }

    /// Reads a slice into the buffers.
    mutating func read(_ slice: Span<UInt8>) {
        switch kind {
        case .html: if !readsAsJSON(slice) { tokenizer.feed(slice, to: &reader) }
        case .xml: tokenizer.feed(slice, to: &reader)
        case .json, .script: script.feed(slice, into: &reader.buffers)
        case .style: style.feed(slice, into: &reader.buffers)
        case .plain: if !readsAsJSON(slice) { readPlain(slice) }
        case .events: events.feed(slice, into: &reader.buffers)
        }
    }

    /// Reads a slice of the fields of a form, each of which ends with U+0000: as strings of JSON are,
    /// with all names in it.
    mutating func readFields(_ slice: Span<UInt8>) {
        reader.inner.keepsNames = true
        var start = 0
        while start < slice.count {
            let end = slice.first(0, from: start)
            if end > start {
                let text = slice.extracting(start..<end)
                reader.inner.text(text, in: .text, &reader.buffers)
            }
            if end < slice.count {
                reader.inner.finish(in: .text, &reader.buffers)
                reader.buffers.append(LayerBuffers.lineBreak, to: .text)
            }
            start = end + 1
        }
    }

    /// The end of the body.
    mutating func end() {
        switch kind {
        case .html, .xml:
            endEscapes()
            tokenizer.finish(to: &reader)
            reader.finish()
        case .json, .script: script.finish(into: &reader.buffers)
        case .style: style.finish(into: &reader.buffers)
        case .plain:
            endEscapes()
            reader.inner.finish(in: .text, &reader.buffers)
        case .events: events.finish(into: &reader.buffers)
        }
    }

    /// Reads a slice of HTML or plain text that begins as JSON does; false: it is none.
    ///
    /// Many servers send JSON as HTML or as text, and scripts read it as JSON.
    private mutating func readsAsJSON(_ slice: Span<UInt8>) -> Bool {
        if beginsAsJSON == nil {
            guard let first = slice.indices.first(where: { slice[$0] > 0x20 }) else { return false }
            switch slice[first] {
            // The last is what some servers send in front, so that no page runs it as a script.
            case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ")"): beginsAsJSON = true
            default: beginsAsJSON = false
            }
        }
        guard beginsAsJSON == true else { return false }
        unescaped.removeAll(keepingCapacity: true)
        escapes.feed(slice, to: &unescaped)
        readUnescaped()
        return true
    }

    private mutating func readUnescaped() {
        var bytes: [UInt8] = []
        swap(&bytes, &unescaped)
        defer { swap(&bytes, &unescaped) }
        if kind == .html {
            tokenizer.feed(bytes.span, to: &reader)
        } else {
            readPlain(bytes.span)
        }
    }

    private mutating func endEscapes() {
        guard beginsAsJSON == true else { return }
        unescaped.removeAll(keepingCapacity: true)
        escapes.finish(to: &unescaped)
        readUnescaped()
    }

    /// Without U+0000, which would read as a break.
    private mutating func readPlain(_ slice: Span<UInt8>) {
        var start = 0
        while start < slice.count {
            let end = slice.first(0, from: start)
            if end > start {
                reader.buffers.append(slice.extracting(start..<end), to: .text)
            }
            start = end + 1
        }
    }
}

extension MarkupReader {
    /// What `other` is now, to go on by itself.
    init(copying other: borrowing MarkupReader) {
        kind = other.kind
        tokenizer = HTMLTokenizer(copying: other.tokenizer)
        reader = HTMLReader(copying: other.reader)
        script = ScriptStrings(copying: other.script)
        style = StyleStrings(copying: other.style)
        events = EventStream(copying: other.events)
        readsNumbers = other.readsNumbers
        beginsAsJSON = other.beginsAsJSON
        escapes = other.escapes
        unescaped = other.unescaped
    }
}
