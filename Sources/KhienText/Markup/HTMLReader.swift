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
    private var open = OpenElements()
    private(set) var region = HiddenRegion()
    private var foreign = ForeignContent()
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
        open = OpenElements()
        region = HiddenRegion()
        foreign = ForeignContent()
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
        let isHidden = isRawHidden || region.isActive || !isXML && foreign.hidesText
        let next: TextLayer = isTitle ? .title : isHidden ? .hidden : .text
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
        let (wasApart, before) = (region.isApart, layer)
        let meaning: OpenElements.EndTag =
            isXML || wasApart
            ? traits.contains(.block) ? .parts : .withinLine : open.end(tag, traits)
        let parts = meaning == .parts || isLabel
        if parts { buffers.breakLine(in: layer) }
        if traits.contains(.title) { isTitle = false }
        if region.isActive, meaning != .none { region.endTag(tag, traits) }
        if wasApart, !region.isActive { _ = open.end(tag, traits) }
        foreign.endTag(tag, traits)
        region.leave(foreign.depth)
        // With `svg` ends all that is open in it.
        if traits.contains(.foreign) || !foreign.isForeign { leaveForeign() }
        updateLayer()
        // The end of what is around a hidden part parts what is shown; its own end does not.
        if parts, layer != before, before != .title, !region.ended(with: tag) {
            buffers.breakLine(in: layer)
        }
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
        let (parts, before) = (startParts(), layer)
        if parts { buffers.breakLine(in: layer) }
        let isForeign = foreign.startTag(tag, traits, isSelfClosing: isSelfClosing) || isXML
        if !foreign.isForeign { leaveForeign() }
        region.leave(foreign.depth)
        if !(isForeign && isSelfClosing), !region.isApart {
            open.start(
                tag, traits, isForeign: isForeign, isHidden: attribute.hides,
                isShadowRoot: attribute.isShadowRoot)
        }
        if region.isActive, !(isForeign && isSelfClosing) { region.startTag(tag, traits) }
        if traits.contains(.void) || (isForeign && isSelfClosing) {
            updateLayer()
            if parts, layer != before { buffers.breakLine(in: layer) }
            return .data
        }
        let hides = attribute.hides && (isForeign || open.hides(traits))
        if !region.isActive, hides || hidesByName && (isXML || !isForeign) {
            region.begin(tag, traits, foreign.depth)
        }
        let model = enterContent(isForeign: isForeign)
        updateLayer()
        if parts && layer != before || isLabel { buffers.breakLine(in: layer) }
        if content != .text { beginRaw(isForeign: isForeign) }
        return model
    }

    /// Whether a start tag parts what stands on its two sides. (Mutating as `OpenElements.startParts` is.)
    private mutating func startParts() -> Bool {
        let isHidden = attribute.hides || hidesByName || attribute.isHiddenInput
        // In XML no tag ends another element.
        if isXML { return traits.contains(.block) && !isHidden }
        // Amid text a title is not shown; in SVG it is no block.
        if traits.contains(.title) { return false }
        return open.startParts(tag, traits, isHidden: isHidden)
    }

    private var isLabel: Bool { traits.contains(.label) && foreign.isForeign }

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
        return foreign.isDoubtful || foreign.isIsland
            || open.selectIsOpen && traits.contains(.style)
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

    mutating func doctype() { open.doctype() }

    mutating func doctypeContent(_ bytes: Span<UInt8>) -> Int? { subset.read(bytes) }

    mutating func entity(_ name: Span<UInt8>) -> [UInt8]? { subset.text(of: name) }
}
