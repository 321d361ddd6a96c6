import KhienModel

/// Sorts the tokens of a page into layers of text.
///
/// What counts as visible: all text but that of `template` (unless it is a shadow root), `noscript`,
/// `iframe`, `noembed`, `noframes`, of `svg` outside of `text`, and of elements with `hidden` or with an inline
/// style that hides (`InlineStyle`). That text is the layer `hidden`, attributes within it too. The text of
/// scripts and style sheets is not shown; their strings are layers of their own. `OpenElements` knows in which
/// element text stands.
///
/// `HTMLReader+Attributes` has what attributes mean.
struct HTMLReader: ~Copyable {
    /// `title`: one that is made visible, and is text besides.
    enum Content: UInt8 { case text, script, style, title }

    /// What a script or a style sheet is besides: text that is shown, or HTML that scripts use.
    enum Raw: UInt8 { case none, shown, template }

    /// Text amid which browsers see no tags, but which is read as HTML.
    enum RawText: UInt8 { case none, hidden, shown }

    var buffers: LayerBuffers
    /// XML has no raw text, has CDATA everywhere, and its unknown elements part words.
    private(set) var isXML: Bool
    private let elements = ElementTraits.all
    let attributes = AttributeMeaning.table

    /// Where text goes.
    private(set) var layer = TextLayer.text
    private var content = Content.text
    private var isTitle = false
    /// Where its element stands among the open ones.
    private var titleIndex = 0
    /// Where the text of a title goes besides that is made visible.
    private var titleLayer = TextLayer.text
    private var rawText = RawText.none
    /// U+202E has been given to the layer `text`, and neither U+202C nor a break since.
    private var isBackward = false
    private(set) var open: OpenElements
    /// Where the script or style sheet that is being read stands among the open elements.
    private var contentIndex = 0
    private var script = ScriptStrings(isJSON: false, layer: .script)
    private var styleSheet = StyleStrings()
    var subset = XMLSubset()
    /// A default of the DOCTYPE may turn the text of any element around.
    var defaultsOverride = false
    private var raw = Raw.none
    /// HTML within an attribute or a script.
    var inner = StringMarkup()
    /// A page within a link.
    var address = DataAddress()
    var namespaces = Namespaces()
    /// In XML, the name of the tag that is being read.
    private var qualifiedTag = QualifiedName()
    /// The name of a tag with a prefix, which the tag itself may declare, and whether that was HTML's before.
    private var prefixed: (name: QualifiedName, isHTML: Bool)?
    /// In XML, the name of the attribute that is being read.
    var qualifiedAttribute = QualifiedName()

    /// The tag that is being read.
    private var tag = MarkupName()
    var traits: ElementTraits = []
    var isEnd = false
    /// The attribute that is being read, and what those before it said.
    var attribute = AttributeState()
    /// The first bytes of a short value that is compared.
    var shortValue = MarkupName()
    var inlineStyle = InlineStyle()

    init(layers: TextLayers, isXML: Bool) {
        buffers = LayerBuffers(wanted: layers)
        self.isXML = isXML
        open = OpenElements(isXML: isXML)
    }

    /// Begins with another page; buffers keep their memory.
    mutating func reset(isXML: Bool) {
        self.isXML = isXML
        buffers.removeAll()
        layer = .text
        content = .text
        isTitle = false
        titleIndex = 0
        rawText = .none
        isBackward = false
        open.reset(isXML: isXML)
        contentIndex = 0
        script.reset()
        styleSheet = StyleStrings()
        subset.reset()
        defaultsOverride = false
        raw = .none
        inner.reset()
        inner.keepsNames = false
        namespaces = Namespaces()
        qualifiedTag = QualifiedName()
        prefixed = nil
        qualifiedAttribute = QualifiedName()
        tag = MarkupName()
        traits = []
        isEnd = false
        attribute = AttributeState()
    }

    /// The page is over.
    mutating func finish() {
        let isAttribute = content == .text && rawText == .none
        let innerLayer = isAttribute ? attribute.layer : rawText == .shown ? layer : .hidden
        inner.finish(in: innerLayer, &buffers)
        script.finish(into: &buffers)
        styleSheet.finish(into: &buffers)
    }

    private mutating func updateLayer() {
        let shown = open.shown
        let isHidden = rawText == .hidden || hidesText(shown)
        let next: TextLayer = isTitle ? .title : isHidden ? .hidden : .text
        if next != layer {
            // A hidden part between two letters does not part them: the text around it goes on.
            if layer != .text { buffers.breakLine(in: layer) }
            if next != .text { buffers.breakLine(in: next) }
            layer = next
        }
        // Where elements are not on the stack one of them may turn it around.
        if open.isDoubtful || shown.contains(.isBackward) != isBackward { turn() }
    }

    @inline(__always)
    private func hidesText(_ state: OpenElement.State) -> Bool {
        !open.isDoubtful && !state.isDisjoint(with: .hidesText)
    }

    /// Text that is shown from right to left begins or ends here: in the text it stands between U+202E and U+202C,
    /// as CSS has it. Where it is hidden that waits for text that is shown.
    ///
    /// Source: CSS Writing Modes Level 4, section 2.4.3.
    @inline(never)
    private mutating func turn() {
        guard layer == .text, open.isBackward != isBackward else { return }
        isBackward.toggle()
        let sign = EncodedScalar.order(isBackward: isBackward)
        buffers.append(sign.bytes.span.extracting(..<sign.count), to: .text)
    }
}

extension HTMLReader: HTMLTokenHandler {
    var allowsCDATA: Bool { isXML || open.top.contains(.isForeign) }

    @inline(__always)
    mutating func characters(_ bytes: Span<UInt8>) {
        switch content {
        case .text:
            if rawText != .none {
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
        case .title:
            buffers.append(bytes, to: layer)
            buffers.append(bytes, to: titleLayer)
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
        if raw == .shown { breakShown() }
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
        if isXML { qualifiedTag.append(bytes) }
    }

    @inline(__always)
    mutating func tagNamed(_ name: MarkupName, isEnd: Bool) {
        tag = name
        self.isEnd = isEnd
        traits = ElementTraits(rawValue: elements.value(of: name))
        if isXML { tagOfXMLNamed() }
        if isEnd {
            endTagNamed()
        } else {
            attribute = AttributeState()
        }
    }

    @inline(never)
    private mutating func tagOfXMLNamed() {
        namespaces.beginTag()
        adjustTraits()
    }

    /// Names of XML have case and a namespace. In XHTML an unknown element is one of its line; elsewhere it parts
    /// words.
    private mutating func adjustTraits() {
        let name = qualifiedTag
        qualifiedTag = QualifiedName()
        prefixed = nil
        var isHTML = namespaces.areHTML
        if let prefix = name.prefix {
            let isOfHTML = isHTMLs(prefix)
            prefixed = (name, isOfHTML)
            if isOfHTML {
                isHTML = true
                traits = ElementTraits(rawValue: elements.value(of: name.local))
            }
        }
        if name.hasCapitals { traits = [] }
        if !traits.contains(.known), !isHTML { traits.insert(.block) }
        if traits.contains(.pagePart) { traits.insert(.block) }
    }

    /// Whether elements with the prefix are those of HTML. Where the DOCTYPE gives elements namespaces, any may have
    /// another one.
    private func isHTMLs(_ prefix: MarkupName) -> Bool {
        namespaces.areHTML(prefix) && !subset.declaresNamespaces
    }

    /// A start tag of XML is over, which may have declared whose its own name is: its prefix as HTML's, or as another's.
    private mutating func adjustToDeclaration() {
        // Beside HTML an element of another namespace is one of its line.
        if prefixed == nil, namespaces.tagIsOther { traits = [] }
        guard let (name, isHTML) = prefixed, let prefix = name.prefix, isHTMLs(prefix) != isHTML
        else { return }
        traits = []
        qualifiedTag = name
        adjustTraits()
    }

    private mutating func endTagNamed() {
        if rawText != .none { endRawText() }
        open.end(tag, traits)
        if isTitle, traits.contains(.title) || open.lowest <= titleIndex { isTitle = false }
        // In raw text only the right end tag comes through.
        let isRight =
            content == .script && traits.contains(.script)
            || content == .style && traits.contains(.style)
            || content == .title && traits.contains(.title)
        if content != .text, isRight || open.lowest <= contentIndex { endContent() }
        partWords()
        updateLayer()
    }

    /// The tag that was read parts what stands on its two sides.
    @inline(__always)
    private mutating func partWords() {
        if open.partsShown {
            buffers.breakLine(in: isTitle ? .title : .text)
            // What is still shown backwards begins anew.
            if !isTitle { isBackward = false }
        }
        if open.partsHidden { buffers.breakLine(in: .hidden) }
    }

    /// Raw text that is shown begins or ends here.
    private mutating func breakShown() {
        buffers.breakLine(in: layer)
        guard layer == .text, isBackward else { return }
        isBackward = false
        turn()
    }

    /// A script or a style sheet is over.
    private mutating func endContent() {
        if content == .script { script.finish(into: &buffers) }
        if content == .style { styleSheet.finish(into: &buffers) }
        if content == .title { breakTitle() }
        endRaw()
        content = .text
    }

    mutating func tagEnded(isSelfClosing: Bool) -> ContentModel {
        guard !isEnd else { return .data }
        let look = isXML ? lookInXML() : self.look
        let start = StartTag(
            name: tag, traits: traits, isSelfClosing: isSelfClosing, look: look,
            styleLook: attribute.look,
            holdsHTML: attribute.holdsHTML, hasFontLook: attribute.hasFontLook)
        let meaning = open.start(start)
        if content != .text, !isXML, open.lowest <= contentIndex { endContent() }
        let isForeign = meaning == .foreign
        partWords()
        let hasContent = isForeign ? !isSelfClosing : meaning == .html && !traits.contains(.void)
        guard hasContent else {
            updateLayer()
            return .data
        }
        let model = enterContent(isForeign: isForeign)
        updateLayer()
        if content != .text { beginRaw(isForeign: isForeign) }
        return model
    }

    /// Whether the tag's element is shown, by its name and its attributes.
    @inline(__always)
    private var look: ElementLook {
        // Nearly every tag.
        if attribute.look.rawValue == 0, !attribute.isHidden, !attribute.isHiddenInput,
            traits.isDisjoint(with: .looks)
        {
            return []
        }
        return lookOfOthers
    }

    private var lookOfOthers: ElementLook {
        var look = attribute.look
        let isHidden =
            attribute.isHidden || attribute.isHiddenInput
            || traits.contains(.hidden) && !traits.contains(.template)
        // Of `noscript` at most the content is shown.
        let isNoScript = traits.isSuperset(of: [.hidden, .rawHidden])
        let isShown = isNoScript ? attribute.showsContent : attribute.shows
        if isHidden, !isShown { look.insert(.isAbsent) }
        if traits.contains(.bidiOverride) {
            look.insert(.isOverridden)
            // What the style says of it counts.
            if attribute.isLeftToRight, look.isDisjoint(with: [.isRightToLeft, .hasOtherDirection])
            {
                look.insert(.isLeftToRight)
            }
        }
        // What stands in a template is no part of the page, whatever its style.
        if traits.contains(.template), !attribute.isShadowRoot { look.insert(.isAbsent) }
        // Where a browser may pass over the tag it hides nothing. Text in another order is read in both.
        if look.rawValue != 0, isDoubtful, traits.isDisjoint(with: [.option, .optionGroup]) {
            return look.intersection(.ofOrder)
        }
        return look
    }

    /// In SVG and MathML neither `hidden` nor a name hides anything, in other namespaces than these and HTML's no style
    /// either.
    @inline(never)
    private mutating func lookInXML() -> ElementLook {
        adjustToDeclaration()
        let declared = namespaces.declared
        let owner =
            prefixed?.name.prefix.map { namespaces.owner(of: $0) } ?? declared ?? open.top.owner
        var look = self.look
        // Of HTML are all but the style. Text in another order is read in both.
        if owner == .foreign { look = look.intersection(.ofOrder).union(attribute.look) }
        if owner == .other { look.formIntersection(.ofOrder) }
        if subset.declaresAttributes { look = lookInDoubt(look) }
        if owner == .foreign { look.insert(.isForeign) }
        switch declared {
        case .html: look.insert(.namesHTML)
        case .foreign: look.insert(.namesForeign)
        case .other: look.insert(.namesOther)
        case nil: break
        }
        return look
    }

    /// Where the DOCTYPE gives elements attributes any may have another namespace or style: nothing hides it, nor says
    /// that its letters stand in order.
    private func lookInDoubt(_ look: ElementLook) -> ElementLook {
        var look = look.intersection(.isOverridden)
        if defaultsOverride { look.insert(.isOverridden) }
        return look
    }

    /// Scripts and style sheets are text where they are no such elements of HTML, as in other XML, or
    /// are made visible.
    private mutating func beginRaw(isForeign: Bool) {
        guard !traits.isDisjoint(with: [.script, .style]) else { return }
        let isOther = isXML && (!namespaces.areKnown || subset.declaresAttributes)
        if isOther || attribute.shows {
            raw = .shown
            breakShown()
        } else if attribute.isTemplate && !isForeign || isDoubtful {
            raw = .template
            buffers.breakLine(in: .hidden)
        }
    }

    /// Whether a browser may hold for markup what is raw text here. In `select` some browsers pass over such
    /// elements, others do not.
    private var isDoubtful: Bool { !isXML && (open.isDoubtful || open.top.contains(.inSelect)) }

    @inline(__always)
    private mutating func enterContent(isForeign: Bool) -> ContentModel {
        traits.isDisjoint(with: .otherContent) ? .data : enterOtherContent(isForeign: isForeign)
    }

    /// The content of an element that holds no markup, as a rule.
    private mutating func enterOtherContent(isForeign: Bool) -> ContentModel {
        // In MathML these two are elements as others.
        if isForeign, open.top.contains(.isMath) { return .data }
        if traits.contains(.script) {
            beginContent(.script)
            return isForeign ? .data : .script
        }
        if traits.contains(.style) {
            beginContent(.style)
            return isForeign ? .data : .rawtext
        }
        if isForeign {
            // In SVG a title is a tool tip. In other XML it is what it says.
            if isXML, traits.contains(.title) { beginTitle() }
            return .data
        }
        if isDoubtful { return .data }
        if traits.contains(.title) {
            beginTitle()
            return .rcdata
        }
        if traits.contains(.textarea) { return .rcdata }
        if traits.contains(.rawText) { return .rawtext }
        if traits.contains(.plaintext) { return .plaintext }
        if traits.contains(.rawHidden) {
            beginRawText()
            return .rawtext
        }
        return .data
    }

    /// Of elements that hold text for other browsers `display` shows `noframes`, and of `noembed` and `noscript` their
    /// content alone (`contents`). A frame holds the page of its address, whatever its style.
    private mutating func beginRawText() {
        let isNoFrames = traits.isDisjoint(with: [.frame, .hidden, .embedded])
        let isShown = isNoFrames ? attribute.shows : attribute.showsContent
        rawText = isShown && !traits.contains(.frame) ? .shown : .hidden
        guard rawText == .shown else { return }
        // In the head it is not shown: it is parted from what stands behind it.
        updateLayer()
        breakShown()
    }

    private mutating func endRawText() {
        inner.finish(in: layer, &buffers)
        if rawText == .shown { breakShown() }
        rawText = .none
    }

    private mutating func beginTitle() {
        isTitle = true
        titleIndex = open.count - 1
        guard attribute.shows || subset.declaresAttributes else { return }
        beginContent(.title)
        titleLayer = hidesText(open.shown) ? .hidden : .text
        breakTitle()
    }

    /// A title that is text besides begins or ends here. In the head it is not shown.
    private mutating func breakTitle() {
        buffers.breakLine(in: titleLayer)
        if titleLayer == .text { isBackward = false }
    }

    private mutating func beginContent(_ content: Content) {
        self.content = content
        contentIndex = open.count - 1
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
    private var mayBeRaw: Bool { isDoubtful }

    mutating func doctype() { open.doctype() }

    mutating func doctypeContent(_ bytes: Span<UInt8>) -> Int? {
        let end = subset.read(bytes)
        readDefaults()
        return end
    }

    mutating func entity(_ name: Span<UInt8>) -> [UInt8]? { subset.text(of: name) }
}

extension Span where Element == UInt8 {
    /// Whether a letter of ASCII is a capital.
    var hasCapitals: Bool {
        for index in indices where self[index] != self[index].lowered { return true }
        return false
    }
}

extension HTMLReader {
    /// What `other` is now, to go on by itself.
    init(copying other: borrowing HTMLReader) {
        buffers = LayerBuffers(copying: other.buffers)
        isXML = other.isXML
        layer = other.layer
        content = other.content
        isTitle = other.isTitle
        titleIndex = other.titleIndex
        titleLayer = other.titleLayer
        rawText = other.rawText
        isBackward = other.isBackward
        open = other.open
        contentIndex = other.contentIndex
        script = ScriptStrings(copying: other.script)
        styleSheet = StyleStrings(copying: other.styleSheet)
        subset = XMLSubset(copying: other.subset)
        defaultsOverride = other.defaultsOverride
        raw = other.raw
        inner = StringMarkup(copying: other.inner)
        address = other.address
        namespaces = other.namespaces
        qualifiedTag = other.qualifiedTag
        prefixed = other.prefixed
        qualifiedAttribute = other.qualifiedAttribute
        tag = other.tag
        traits = other.traits
        isEnd = other.isEnd
        attribute = other.attribute
        shortValue = other.shortValue
        inlineStyle = other.inlineStyle
    }
}
