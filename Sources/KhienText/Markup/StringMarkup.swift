import KhienModel

/// Reads a string of a script or of JSON as HTML from its first tag or character reference on: as it is
/// shown when a script puts it into the page.
///
/// A script may as well show it as it is, so nothing is left out: names of unknown tags, values of
/// attributes and comments follow behind the string, each between breaks. Where someone typed it, all names do
/// (`keepsNames`): `<p casino=1>` is what a chat shows.
struct StringMarkup: ~Copyable {
    private(set) var isOpen = false
    private var tokenizer = HTMLTokenizer()
    private var reader = StringReader()

    /// Names that mean something to HTML are text, too: it was typed.
    var keepsNames: Bool {
        get { reader.keepsNames }
        set { reader.keepsNames = newValue }
    }

    /// Reads on in text that may be HTML: as it is, up to its first tag or reference.
    @inline(__always)
    mutating func text(_ bytes: Span<UInt8>, in layer: TextLayer, _ buffers: inout LayerBuffers) {
        var start = 0
        if !isOpen {
            start = bytes.first(UInt8(ascii: "<"), UInt8(ascii: "&"), from: 0)
            if start > 0 { buffers.append(bytes.extracting(..<start), to: layer) }
            if start == bytes.count { return }
        }
        feed(bytes.extracting(start...), in: layer, &buffers)
    }

    /// Reads on in a string.
    mutating func feed(_ bytes: Span<UInt8>, in layer: TextLayer, _ buffers: inout LayerBuffers) {
        isOpen = true
        tokenizer.feed(bytes, to: &reader)
        giveShown(in: layer, &buffers)
    }

    /// The string is over.
    mutating func finish(in layer: TextLayer, _ buffers: inout LayerBuffers) {
        guard isOpen else { return }
        tokenizer.finish(to: &reader)
        reader.spill()
        giveShown(in: layer, &buffers)
        reset()
    }

    mutating func reset() {
        guard isOpen else { return }
        isOpen = false
        tokenizer = HTMLTokenizer()
        reader.removeAll()
    }

    private mutating func giveShown(in layer: TextLayer, _ buffers: inout LayerBuffers) {
        if !reader.shown.isEmpty { buffers.append(reader.shown.span, to: layer) }
        reader.shown.removeAll(keepingCapacity: true)
    }
}

/// Sorts the tokens of a string into what is shown as HTML and the rest.
private struct StringReader: HTMLTokenHandler {
    /// What is kept for the end of a string; past it, it stands amid the text, with breaks.
    private static let asideBytesMax = 1024

    private let elements = ElementTraits.all
    var keepsNames = false
    var shown: [UInt8] = []
    private var aside: [UInt8] = []
    /// Where the name that is being read began in `aside`.
    private var nameStart = 0
    /// An attribute's name stands at the end of `aside`, and its value has not begun.
    private var hasName = false
    private var isKnown = false
    private var tag = MarkupName()
    private var isEndTag = false
    private var traits = ElementTraits()
    private var open = OpenElements(isFragment: true)
    /// U+202E has been given, and neither U+202C nor a break since.
    private var isBackward = false

    mutating func removeAll() {
        shown.removeAll(keepingCapacity: true)
        aside.removeAll(keepingCapacity: true)
        nameStart = 0
        hasName = false
        isKnown = false
        tag = MarkupName()
        traits = []
        open.reset(isXML: false)
        isBackward = false
    }

    var allowsCDATA: Bool { false }

    mutating func characters(_ bytes: Span<UInt8>) { shown.append(bytesOf: bytes) }

    mutating func character(_ byte: UInt8) { if byte != 0 { shown.append(byte) } }

    mutating func tagName(_ bytes: Span<UInt8>) { keep(bytes) }

    mutating func tagNamed(_ name: MarkupName, isEnd: Bool) {
        tag = name
        isEndTag = isEnd
        traits = ElementTraits(rawValue: elements.value(of: name))
        isKnown = traits.contains(.known)
        if isKnown, !keepsNames { dropName() }
        endAside()
        guard isEnd else { return }
        open.end(name, traits)
        partWords()
        turn()
    }

    /// What stands in `bdo` may be shown from right to left, whatever its direction here (`BackwardText`).
    private mutating func turn() {
        guard open.isBackward != isBackward else { return }
        isBackward.toggle()
        let sign = EncodedScalar.order(isBackward: isBackward)
        shown.append(bytesOf: sign.bytes.span.extracting(..<sign.count))
    }

    private mutating func partWords() {
        guard open.partsShown || open.partsHidden else { return }
        shown.append(LayerBuffers.lineBreak)
        isBackward = false
    }

    private mutating func keep(_ bytes: Span<UInt8>) {
        for index in bytes.indices {
            aside.append(bytes[index])
            if aside.count == Self.asideBytesMax { spill() }
        }
    }

    /// What is not shown stands here, between breaks. Behind its tag `turn` goes on with what is shown backwards.
    mutating func spill() {
        if aside.isEmpty { return }
        shown.append(LayerBuffers.lineBreak)
        shown.append(contentsOf: aside)
        shown.append(LayerBuffers.lineBreak)
        aside.removeAll(keepingCapacity: true)
        nameStart = 0
        isBackward = false
    }

    private mutating func dropName() { aside.removeLast(max(0, aside.count - nameStart)) }

    private mutating func endAside() {
        if let last = aside.last, last != LayerBuffers.lineBreak {
            aside.append(LayerBuffers.lineBreak)
        }
        nameStart = aside.count
    }

    mutating func attributeName(_ bytes: Span<UInt8>) { keep(bytes) }

    mutating func attributeNamed(_ name: MarkupName) -> Bool {
        hasName = true
        return true
    }

    /// Of tags that mean something the names of attributes are no text, where they have values. Without,
    /// they may be words behind a `<`.
    mutating func attributeValue(_ bytes: Span<UInt8>) {
        if hasName {
            hasName = false
            if isKnown, !keepsNames { dropName() }
            endAside()
        }
        keep(bytes)
    }

    mutating func attributeEnded() {
        hasName = false
        endAside()
    }

    mutating func tagEnded(isSelfClosing: Bool) -> ContentModel {
        if isEndTag {
            turn()
            return .data
        }
        let look: ElementLook = traits.contains(.bidiOverride) ? .isOverridden : []
        _ = open.start(
            StartTag(name: tag, traits: traits, isSelfClosing: isSelfClosing, look: look))
        partWords()
        turn()
        return .data
    }

    mutating func commentStarted() { endAside() }

    mutating func comment(_ bytes: Span<UInt8>) { keep(bytes) }

    mutating func commentEnded() {
        endAside()
        turn()
    }

    mutating func doctypeText(_ bytes: Span<UInt8>) { keep(bytes) }

    mutating func doctype() {
        endAside()
        turn()
    }
}

extension StringMarkup {
    /// What `other` is now, to go on by itself.
    init(copying other: borrowing StringMarkup) {
        isOpen = other.isOpen
        tokenizer = HTMLTokenizer(copying: other.tokenizer)
        reader = other.reader
    }
}
