import KhienModel

/// From the bytes of a body (UTF-8) to canonical text: `MarkupReader`, then folding, layer by layer.
///
/// Pieces come out as the body streams in; pieces of one layer and view follow each other without a
/// gap, and any split of the body gives the same text. Every stream begins and ends with a space,
/// and white space and breaks are one space, so that a phrase is one run of bytes wherever it stands.
///
/// Its state does not grow with the body: some 40 KiB with all layers and views, and 20 KiB more for a page that
/// opens hundreds of elements. The room that it folds in may be that of others, too.
public struct TextPipeline: ~Copyable {
    private var markup: MarkupReader
    private let room: FoldingRoom
    private var states: InlineArray<9, FoldState>
    private let layers: TextLayers
    /// Changes the text of layers before it is folded; nil mostly.
    public var rereader: (any TextRereader)?
    /// What was reread of each layer and is not folded yet.
    private var reread: [[UInt8]] = []

    /// - Parameters:
    ///   - kind: what the body is.
    ///   - layers: the layers that are read.
    ///   - room: where text is folded, for the time of a call; with the views that are given.
    ///   - readsNumbers: of JSON also what stands outside of strings.
    public init(
        kind: MarkupKind, layers: TextLayers = .standard, room: FoldingRoom = FoldingRoom(),
        readsNumbers: Bool = false
    ) {
        markup = MarkupReader(kind: kind, layers: layers, readsNumbers: readsNumbers)
        self.room = room
        self.layers = layers
        states = InlineArray { FoldState(layer: TextLayer(rawValue: UInt8($0)) ?? .text) }
        setLines(kind)
    }

    /// Goes on by itself where `other` is now, in the same room, without its rereader. Text of the body that has
    /// not been handed out yet comes from both.
    public init(copying other: borrowing TextPipeline) {
        markup = MarkupReader(copying: other.markup)
        room = other.room
        layers = other.layers
        states = InlineArray { FoldState(layer: TextLayer(rawValue: UInt8($0)) ?? .text) }
        for index in states.indices { states[index] = FoldState(copying: other.states[index]) }
    }

    /// Begins with another body; buffers keep their memory, so that a used pipeline allocates
    /// nothing for the next body.
    public mutating func reset(kind: MarkupKind) {
        markup.reset(kind: kind)
        rereader = nil
        reread.removeAll()
        for index in states.indices { states[index].reset() }
        setLines(kind)
    }

    /// Plain text is shown line by line.
    private mutating func setLines(_ kind: MarkupKind) {
        for index in states.indices { states[index].backward.endsAtLines = kind == .plain }
    }

    /// Reads text that is no part of the body as a layer of its own: the words of its URL. UTF-8 in
    /// which U+0000 is a break, at most `Limits.Text.pageSliceBytesMax` bytes.
    public mutating func add(
        _ text: Span<UInt8>, as layer: TextLayer, _ emit: (Span<UInt8>, TextPart) -> Void
    ) {
        markup.reader.buffers.append(
            text.extracting(..<min(text.count, MarkupReader.sliceBytesMax)), to: layer)
        fold(isFinal: false, emit)
    }

    /// Reads on in the fields of a form, UTF-8 in which U+0000 ends each: as layer `text`. One with a tag or a character
    /// reference is read as HTML from there on: editors of pages send that, and browsers references for letters that
    /// their page's charset lacks.
    ///
    /// - Complexity: linear; allocates nothing once its buffers have grown.
    public mutating func feedFields(
        _ input: Span<UInt8>, _ emit: (Span<UInt8>, TextPart) -> Void
    ) {
        var start = 0
        while start < input.count {
            let end = min(start + MarkupReader.sliceBytesMax, input.count)
            markup.readFields(input.extracting(start..<end))
            fold(isFinal: false, emit)
            start = end
        }
    }

    /// Reads on and hands out canonical text, at most some 4 KiB at a time.
    ///
    /// - Complexity: linear; allocates nothing once its buffers have grown.
    public mutating func feed(
        _ input: Span<UInt8>, _ emit: (Span<UInt8>, TextPart) -> Void
    ) {
        var start = 0
        while start < input.count {
            let end = min(start + MarkupReader.sliceBytesMax, input.count)
            markup.read(input.extracting(start..<end))
            fold(isFinal: false, emit)
            start = end
        }
    }

    /// The body is over: hands out the rest.
    public mutating func finish(_ emit: (Span<UInt8>, TextPart) -> Void) {
        markup.end()
        fold(isFinal: true, emit)
    }

    private mutating func fold(
        isFinal: Bool, _ emit: (Span<UInt8>, TextPart) -> Void
    ) {
        for index in 0..<TextLayer.allCases.count {
            let layer = states[index].layer
            let count = markup.reader.buffers.count(of: layer)
            if count == 0, !(isFinal && states[index].isStarted) { continue }
            if let rereader {
                foldReread(index, layer, rereader, isFinal: isFinal, emit)
                continue
            }
            markup.reader.buffers.takeText(of: layer) { raw in
                room.folder.fold(raw, isFinal: isFinal, &states[index], emit)
            }
        }
    }
}

extension TextPipeline {
    private mutating func foldReread(
        _ index: Int, _ layer: TextLayer, _ rereader: any TextRereader, isFinal: Bool,
        _ emit: (Span<UInt8>, TextPart) -> Void
    ) {
        if reread.isEmpty { reread = TextLayer.allCases.map { _ in [] } }
        // Taken out while it is changed, so that it is not copied.
        var text: [UInt8] = []
        swap(&text, &reread[index])
        markup.reader.buffers.takeText(of: layer) { raw in
            rereader.reread(raw, of: layer, isFinal: isFinal, into: &text)
            return raw.count
        }
        let taken = room.folder.fold(text.span, isFinal: isFinal, &states[index], emit)
        text.removeFirst(min(taken, text.count))
        swap(&text, &reread[index])
    }
}

/// Changes the text of a page between its markup and its folding: another reading of its letters.
public protocol TextRereader: AnyObject {
    /// Appends what `text`, the next of a layer, is read as. UTF-8, cut anywhere.
    func reread(
        _ text: Span<UInt8>, of layer: TextLayer, isFinal: Bool, into result: inout [UInt8])
}

/// One stream of text to canonical text, for text that is no page: a form's field, a phrase. It is read as it is
/// written, whatever says that it is shown backwards.
public struct TextFolder: ~Copyable {
    private var folder: CanonicalFolder
    private var state: FoldState
    private var pending = LayerBuffers(wanted: .all)

    /// - Parameters:
    ///   - layer: what the pieces are labelled as.
    ///   - views: the views that are given.
    public init(layer: TextLayer = .text, views: TextViews = .all) {
        folder = CanonicalFolder(views: views, joints: .all)
        state = FoldState(layer: layer, readsBackwards: false)
    }

    /// Folds on: UTF-8 in which U+0000 is a break.
    ///
    /// - Complexity: linear; allocates nothing once its buffers have grown.
    public mutating func feed(
        _ text: Span<UInt8>, _ emit: (Span<UInt8>, TextPart) -> Void
    ) {
        var start = 0
        while start < text.count {
            let end = min(start + MarkupReader.sliceBytesMax, text.count)
            pending.append(text.extracting(start..<end), to: state.layer)
            fold(isFinal: false, emit)
            start = end
        }
    }

    /// The text is over: hands out the rest.
    public mutating func finish(_ emit: (Span<UInt8>, TextPart) -> Void) {
        fold(isFinal: true, emit)
    }

    private mutating func fold(isFinal: Bool, _ emit: (Span<UInt8>, TextPart) -> Void) {
        pending.takeText(of: state.layer) { text in
            folder.fold(text, isFinal: isFinal, &state, emit)
        }
    }

    /// `text` in one view, without the spaces at its two ends: how a rule's phrase is spelled.
    ///
    /// - Parameter view: `exact` or `plain`. (What `joined` finds are plain spellings.)
    /// - Complexity: linear; for the compiler and for tests, it allocates.
    public static func canonical(_ text: Span<UInt8>, view: TextView = .exact) -> [UInt8] {
        var result: [UInt8] = []
        var folder = TextFolder(views: view == .exact ? .exact : view == .plain ? .plain : .joined)
        folder.feed(text) { piece, _ in result.append(bytesOf: piece) }
        folder.finish { piece, _ in result.append(bytesOf: piece) }
        while result.last == 0x20 { result.removeLast() }
        while result.first == 0x20 { result.removeFirst() }
        return result
    }
}
