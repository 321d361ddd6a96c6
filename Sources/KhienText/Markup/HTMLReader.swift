import KhienModel

/// Sorts the tokens of a page into layers of text.
///
/// What counts as visible: all text but that of `template` (unless it is a shadow root), `noscript`,
/// `iframe`, `noembed`, `noframes`, and of elements with `hidden` or with an inline style that hides
/// (`InlineStyle`). That text is the layer `hidden`, attributes within it too. The text of scripts
/// and style sheets is not shown; their strings are layers of their own.
///
/// `HTMLReader+Attributes` has what attributes mean.
struct HTMLReader: ~Copyable {
    enum Content: UInt8 { case text, script, style }

    /// What a script or a style sheet is besides: text that is shown, or HTML that scripts use.
    enum Raw: UInt8 { case none, shown, template }

    var buffers: LayerBuffers
    /// XML has no raw text, has CDATA everywhere, and its unknown elements part words.
    private(set) var isXML: Bool
    private let elements = ElementTraits.all
    let attributes = AttributeMeaning.table

    /// Where text goes.
    private(set) var layer = TextLayer.text
    private var content = Content.text
    private var isTitle = false
    private var isRawHidden = false
    /// Blocks end it, hidden or not.
    private var paragraphIsOpen = false
    private static let paragraph = MarkupName("p")
    private(set) var region = HiddenRegion()
    private var foreign = ForeignContent()
    /// Tables that are open; at least those that a browser has open.
    private var tableDepth = 0
    /// In a shadow root parts of tables may stand without one.
    private var hasShadowRoot = false
    private var selectIsOpen = false
    private var script = ScriptStrings(isJSON: false, layer: .script)
    private var styleSheet = StyleStrings()
    private var subset = XMLSubset()
    private var raw = Raw.none
    /// HTML within an attribute or a script.
    var inner = StringMarkup()
    var namespaces = Namespaces()
    /// The name of the tag has capitals: in XML it is none that we know.
    private var hasCapitals = false

    /// The tag that is being read.
    private var tag = MarkupName()
    var traits: ElementTraits = []
    var isEnd = false
    /// The attribute that is being read, and what those before it said.
    var attribute = AttributeState()

    init(layers: TextLayers, isXML: Bool) {
        buffers = LayerBuffers(wanted: layers)
        self.isXML = isXML
    }

    /// Begins with another page; buffers keep their memory.
    mutating func reset(isXML: Bool) {
        self.isXML = isXML
        buffers.removeAll()
        layer = .text
        content = .text
        isTitle = false
        isRawHidden = false
        paragraphIsOpen = false
        region = HiddenRegion()
        foreign = ForeignContent()
        tableDepth = 0
        hasShadowRoot = false
        selectIsOpen = false
        script.reset()
        styleSheet = StyleStrings()
        subset.reset()
        raw = .none
        inner.reset()
        namespaces = Namespaces()
        hasCapitals = false
        tag = MarkupName()
        traits = []
        isEnd = false
        attribute = AttributeState()
    }

    /// The page is over.
    mutating func finish() {
        let isAttribute = content == .text && !isRawHidden
        inner.finish(in: isAttribute ? attribute.layer : .hidden, &buffers)
        script.finish(into: &buffers)
        styleSheet.finish(into: &buffers)
    }

    private mutating func updateLayer() {
        let next: TextLayer =
            isTitle ? .title : isRawHidden || region.isActive ? .hidden : .text
        if next == layer { return }
        // A hidden part between two letters does not part them: the text around it goes on.
        if layer != .text { buffers.breakLine(in: layer) }
        if next != .text { buffers.breakLine(in: next) }
        layer = next
    }
}

extension HTMLReader: HTMLTokenHandler {
    // Which element within `desc` or `mi` we stand in is not known; in doubt it is text.
    var allowsCDATA: Bool { isXML || foreign.isInside }

    @inline(__always)
    mutating func characters(_ bytes: Span<UInt8>) {
        switch content {
        case .text:
            if isRawHidden {
                inner.text(bytes, in: layer, &buffers)
            } else {
                buffers.append(bytes, to: layer)
            }
        case .script:
            script.feed(bytes, into: &buffers)
            if raw != .none { readRaw(bytes) }
        case .style:
            styleSheet.feed(bytes, into: &buffers)
            if raw != .none { readRaw(bytes) }
        }
    }

    private mutating func readRaw(_ bytes: Span<UInt8>) {
        if raw == .shown {
            buffers.append(bytes, to: layer)
        } else {
            inner.feed(bytes, in: .hidden, &buffers)
        }
    }

    private mutating func endRaw() {
        if raw == .shown { buffers.breakLine(in: layer) }
        if raw == .template {
            inner.finish(in: .hidden, &buffers)
            buffers.breakLine(in: .hidden)
        }
        raw = .none
    }

    mutating func character(_ byte: UInt8) {
        // Browsers drop U+0000 from text.
        guard byte != 0 else { return }
        let bytes: InlineArray<1, UInt8> = [byte]
        characters(bytes.span)
    }

    @inline(__always)
    mutating func tagName(_ bytes: Span<UInt8>) {
        if isXML { noteCapitals(bytes) }
    }

    @inline(never)
    private mutating func noteCapitals(_ bytes: Span<UInt8>) {
        for index in bytes.indices where bytes[index] != bytes[index].lowered {
            hasCapitals = true
        }
    }

    @inline(__always)
    mutating func tagNamed(_ name: MarkupName, isEnd: Bool) {
        tag = name
        self.isEnd = isEnd
        traits = ElementTraits(rawValue: elements.value(of: name))
        if isXML { adjustTraits() }
        if isEnd {
            endTagNamed()
        } else {
            attribute = AttributeState()
        }
    }

    /// Names of XML have case. In XHTML an unknown element is one of its line; elsewhere it parts words.
    private mutating func adjustTraits() {
        if hasCapitals { traits = [] }
        hasCapitals = false
        if !traits.contains(.known), !namespaces.areHTML { traits.insert(.block) }
        if traits.contains(.pagePart) { traits.insert(.block) }
    }

    private mutating func endTagNamed() {
        // Only the right end tag comes through, but in XML and foreign content.
        let isRight =
            content == .script && traits.contains(.script)
            || content == .style && traits.contains(.style)
        if isRight { endContent() }
        if isRawHidden, traits.contains(.rawHidden) {
            inner.finish(in: layer, &buffers)
            isRawHidden = false
        }
        if traits.contains(.block), !isPassedOver {
            buffers.breakLine(in: layer)
            if !traits.contains(.hidden) { paragraphIsOpen = false }
        }
        if traits.contains(.title) { isTitle = false }
        if traits.contains(.select) { selectIsOpen = false }
        // Within a template it ends none outside of it.
        if traits.contains(.table), tableDepth > 0, !region.isActive, !foreign.isInside {
            tableDepth -= 1
        }
        if region.isActive { region.endTag(tag, traits) }
        foreign.endTag(tag, traits)
        // With `svg` ends all that is open in it.
        if traits.contains(.foreign) || !foreign.isForeign { leaveForeign() }
        updateLayer()
    }

    /// A script or a style sheet is over.
    private mutating func endContent() {
        if content == .script { script.finish(into: &buffers) }
        if content == .style { styleSheet.finish(into: &buffers) }
        endRaw()
        content = .text
    }

    /// In foreign content scripts and style sheets are elements as others: tags end them that end that
    /// content.
    private mutating func leaveForeign() {
        if content != .text, !isXML { endContent() }
    }

    mutating func tagEnded(isSelfClosing: Bool) -> ContentModel {
        guard !isEnd else { return .data }
        if traits.contains(.block), parts {
            buffers.breakLine(in: layer)
            paragraphIsOpen = tag == Self.paragraph
        }
        let isForeign = foreign.startTag(tag, traits, isSelfClosing: isSelfClosing) || isXML
        if !foreign.isForeign { leaveForeign() }
        noteTable()
        if traits.contains(.void) || (isForeign && isSelfClosing) { return .data }
        if region.isActive { region.startTag(tag, traits) }
        if !region.isActive, attribute.hides && !isPassedOver || hidesByName {
            region.begin(tag, traits)
        }
        let model = enterContent(isForeign: isForeign)
        updateLayer()
        if content != .text { beginRaw(isForeign: isForeign) }
        return model
    }

    private mutating func noteTable() {
        if traits.contains(.table) { tableDepth += 1 }
        if traits.contains(.select) { selectIsOpen = true }
        if traits.contains(.template), attribute.isShadowRoot { hasShadowRoot = true }
    }

    /// Whether a block parts what stands on its two sides. What is not shown does not, unless it ends what
    /// is: a paragraph that is open, an item, a cell.
    private var parts: Bool {
        if hidesByName || attribute.isHiddenInput || isPassedOver { return false }
        // Amid text a title is not shown.
        if traits.contains(.title), !isXML, !foreign.isForeign { return false }
        return !attribute.hides || paragraphIsOpen || traits.contains(.optionalEnd)
    }

    /// Whether browsers pass over the tag, as if it did not stand there.
    private var isPassedOver: Bool {
        if isXML || foreign.isForeign { return false }
        if traits.contains(.pagePart) { return true }
        return traits.contains(.tablePart) && tableDepth == 0 && !hasShadowRoot
            || traits.contains(.table) && isEnd && tableDepth == 0
    }

    private var hidesByName: Bool {
        traits.contains(.hidden)
            && !(traits.contains(.template) && attribute.isShadowRoot)
    }

    /// Scripts and style sheets are text where they are no such elements of HTML, as in other XML, or
    /// are made visible.
    private mutating func beginRaw(isForeign: Bool) {
        guard traits.contains(.script) || traits.contains(.style) else { return }
        let isOther = isXML && (!namespaces.areKnown || subset.declaresAttributes)
        if isOther || attribute.shows {
            raw = .shown
            buffers.breakLine(in: layer)
        } else if attribute.isTemplate && !isForeign || isDoubtful {
            raw = .template
            buffers.breakLine(in: .hidden)
        }
    }

    /// Whether a browser may hold for markup what is a script or a style sheet here, so that it is read as
    /// both. In `select` some pass over `style`, others do not.
    private var isDoubtful: Bool {
        if isXML { return false }
        return foreign.isDoubtful || foreign.isIsland || selectIsOpen && traits.contains(.style)
    }

    private mutating func enterContent(isForeign: Bool) -> ContentModel {
        if traits.contains(.script) {
            content = .script
            return isForeign ? .data : .script
        }
        if traits.contains(.style) {
            content = .style
            return isForeign ? .data : .rawtext
        }
        if isForeign {
            // In SVG a title is a tool tip. In other XML it is what it says.
            if isXML, traits.contains(.title) { isTitle = true }
            return .data
        }
        if traits.contains(.title) {
            isTitle = true
            return .rcdata
        }
        if traits.contains(.textarea) { return .rcdata }
        if traits.contains(.rawText) { return .rawtext }
        if traits.contains(.plaintext) { return .plaintext }
        if traits.contains(.rawHidden) {
            isRawHidden = true
            return .rawtext
        }
        return .data
    }

    mutating func commentStarted() { breakComment() }

    mutating func comment(_ bytes: Span<UInt8>) {
        buffers.append(bytes, to: .comment)
        if mayBeRaw { buffers.append(bytes, to: .hidden) }
    }

    mutating func commentEnded() { breakComment() }

    private mutating func breakComment() {
        buffers.breakLine(in: .comment)
        if mayBeRaw { buffers.breakLine(in: .hidden) }
    }

    /// Whether a browser may stand in raw text here, which a comment's begin is part of.
    private var mayBeRaw: Bool { foreign.isInside && !isXML }

    mutating func doctype() {}

    mutating func doctypeContent(_ bytes: Span<UInt8>) -> Int? { subset.read(bytes) }

    mutating func entity(_ name: Span<UInt8>) -> [UInt8]? { subset.text(of: name) }
}
