import KhienModel

/// What the attributes of one tag said so far.
struct AttributeState {
    /// What `content` of a `meta` is, as `name`, `property` or `http-equiv` before it told.
    enum Meta: UInt8 { case unknown, seen, link, other }

    /// What becomes of the value that is being read.
    enum Target: UInt8 { case none, layer, address, markup, name, style, namespace, encoding }

    var meaning = AttributeMeaning.none
    var target = Target.none
    var layer = TextLayer.attribute
    var meta = Meta.unknown
    var isHiddenInput = false
    /// The attribute `hidden`.
    var isHidden = false
    /// What an inline style says.
    var look = ElementLook()
    /// An inline style that makes even a script visible.
    var shows = false
    /// The same, of an element that itself is not shown.
    var showsContent = false
    var isShadowRoot = false
    /// `dir=ltr` of `bdo`.
    var isLeftToRight = false
    /// `annotation-xml` that holds HTML.
    var holdsHTML = false
    var hasFontLook = false
    /// Of those that mean something the name has capitals, which in XML make it another one.
    var hasCapitals = false
    /// A bit for each meaning that the tag has had: of two attributes of a name the first counts.
    var seen: UInt32 = 0
    /// The type of a script says that it is none.
    var isTemplate = false
    /// In a link.
    var percent = PercentDecoder()
}

extension HTMLReader {
    @inline(__always)
    mutating func attributeName(_ bytes: Span<UInt8>) {
        guard isXML else { return }
        qualifiedAttribute.append(bytes)
        if bytes.hasCapitals { attribute.hasCapitals = true }
    }

    @inline(__always)
    mutating func attributeNamed(_ name: MarkupName) -> Bool {
        if isXML, declaresPrefix() { return true }
        if isEnd { return false }
        let meaning = AttributeMeaning(name, attributes)
        if meaning == .none { return false }
        if meaning.countsOnce, !isFirst(meaning) { return false }
        return begin(meaning)
    }

    /// Whether the attribute says whose the elements with a prefix are: `xmlns:prefix`.
    @inline(never)
    private mutating func declaresPrefix() -> Bool {
        let name = qualifiedAttribute
        qualifiedAttribute = QualifiedName()
        guard !isEnd, let prefix = name.declaredPrefix else { return false }
        attribute.hasCapitals = false
        attribute.meaning = .namespace
        attribute.target = .namespace
        namespaces.begin(prefix)
        return true
    }

    /// Whether the attribute is the first of its name, and in XML one of HTML.
    private mutating func isFirst(_ meaning: AttributeMeaning) -> Bool {
        let isOther = attribute.hasCapitals
        attribute.hasCapitals = false
        let bit: UInt32 = 1 &<< UInt32(truncatingIfNeeded: meaning.rawValue)
        let isFirst = attribute.seen & bit == 0
        if !isOther { attribute.seen |= bit }
        return isFirst && !isOther
    }

    /// Order within a tag matters to us as it does to no browser: a `content` before its `name`, a
    /// `value` before its `type` is taken as seen, so that no order hides it.
    private mutating func begin(_ meaning: AttributeMeaning) -> Bool {
        attribute.meaning = meaning
        attribute.target = .none
        switch meaning {
        case .none: break
        case .seen: beginText(.attribute)
        case .link, .links:
            beginText(.link)
            if traits.contains(.frame) { beginAddress() }
        case .value:
            if traits.contains(.input), !attribute.isHiddenInput { beginText(.attribute) }
        case .content:
            guard traits.contains(.meta), attribute.meta != .other else { return false }
            beginText(attribute.meta == .link ? .link : .attribute)
        case .metaName, .httpEquiv:
            if traits.contains(.meta) { beginName() }
        case .type:
            if traits.contains(.input) || traits.contains(.script) { beginName() }
        case .hidden: attribute.isHidden = true
        case .style:
            inlineStyle = InlineStyle()
            attribute.target = .style
        case .shadowRootMode: attribute.isShadowRoot = true
        case .fontLook: attribute.hasFontLook = true
        case .encoding:
            if traits.contains(.annotation) {
                beginName()
                attribute.target = .encoding
            }
        case .direction: if traits.contains(.bidiOverride) { beginName() }
        case .document:
            beginText(.attribute)
            if attribute.target == .layer { attribute.target = .markup }
        case .namespace:
            if isXML { attribute.target = .namespace }
        }
        return attribute.target != .none
    }

    private var isHiddenHere: Bool {
        !open.isDoubtful && !open.shown.isDisjoint(with: .hidesAttributes)
    }

    private mutating func beginText(_ layer: TextLayer) {
        attribute.layer = layer == .attribute && isHiddenHere ? .hidden : layer
        guard buffers.wanted.contains(attribute.layer) else { return }
        attribute.target = .layer
        buffers.breakLine(in: attribute.layer)
    }

    /// A link whose address may be a page.
    private mutating func beginAddress() {
        attribute.target = .address
        address = DataAddress()
    }

    private mutating func readAddress(_ bytes: Span<UInt8>) {
        if buffers.wanted.contains(.link) { appendValue(bytes) }
        guard !address.isOther else { return }
        var page: [UInt8] = []
        address.feed(bytes, to: &page)
        readPage(page)
    }

    /// Reads on in the page that an address holds. It is parted from what stands around its element.
    private mutating func readPage(_ page: [UInt8]) {
        if page.isEmpty { return }
        if !inner.isOpen { buffers.breakLine(in: pageLayer) }
        inner.feed(page.span, in: pageLayer, &buffers)
    }

    /// Where a page goes that stands in an attribute.
    private var pageLayer: TextLayer { isHiddenHere ? .hidden : .attribute }

    private mutating func endAddress() {
        endEscape()
        buffers.breakLine(in: .link)
        var page: [UInt8] = []
        address.finish(to: &page)
        readPage(page)
        inner.finish(in: pageLayer, &buffers)
        buffers.breakLine(in: pageLayer)
    }

    // MARK: Defaults of the DOCTYPE

    /// Reads the default values of attributes that a piece of the DOCTYPE gave, as text of attributes: each may be a
    /// page (`srcdoc`), the address of one, or a style.
    mutating func readDefaults() {
        let bytes = subset.takeDefaults()
        for byte in bytes {
            if byte == LayerBuffers.lineBreak { endDefault() } else { readDefault(byte) }
        }
    }

    private mutating func readDefault(_ byte: UInt8) {
        let piece: InlineArray<1, UInt8> = [byte]
        inlineStyle.feed(piece.span)
        let wasData = address.isData
        var page: [UInt8] = []
        address.feed(piece.span, to: &page)
        if address.isData != wasData { endDefaultText() }
        if !address.isData {
            inner.text(piece.span, in: .attribute, &buffers)
        } else if !page.isEmpty {
            inner.feed(page.span, in: .attribute, &buffers)
        }
    }

    private mutating func endDefaultText() {
        inner.finish(in: .attribute, &buffers)
        buffers.breakLine(in: .attribute)
    }

    /// Between two values, and before the first.
    private mutating func endDefault() {
        var page: [UInt8] = []
        if address.isData { address.finish(to: &page) }
        if !page.isEmpty { inner.feed(page.span, in: .attribute, &buffers) }
        endDefaultText()
        if inlineStyle.finish().contains(.isOverridden) { defaultsOverride = true }
        address = DataAddress()
        inlineStyle = InlineStyle()
    }

    private mutating func beginName() {
        shortValue = MarkupName()
        attribute.target = .name
    }

    mutating func attributeValue(_ bytes: Span<UInt8>) {
        switch attribute.target {
        case .none: break
        case .layer: appendValue(bytes)
        case .address: readAddress(bytes)
        case .name, .encoding:
            for index in bytes.indices { shortValue.append(bytes[index].lowered) }
        case .style: inlineStyle.feed(bytes)
        case .markup: inner.feed(bytes, in: attribute.layer, &buffers)
        case .namespace: namespaces.feed(bytes)
        }
    }

    private mutating func appendValue(_ bytes: Span<UInt8>) {
        guard attribute.layer == .link else {
            return buffers.append(bytes, to: attribute.layer)
        }
        var index = 0
        while index < bytes.count {
            // All but a few bytes stand for themselves.
            let end =
                attribute.percent.isOpen
                ? index : bytes.first(UInt8(ascii: "%"), UInt8(ascii: ","), from: index)
            if end > index { buffers.append(bytes.extracting(index..<end), to: attribute.layer) }
            guard end < bytes.count else { return }
            appendLink(bytes[end])
            index = end + 1
        }
    }

    /// Words of links, as those of the page's own address, are read without percent-encoding.
    private mutating func appendLink(_ byte: UInt8) {
        if attribute.percent.isOpen {
            switch attribute.percent.take(byte) {
            case .open: return
            // Controls are no part of words.
            case .byte(let decoded):
                return buffers.append(decoded < 0x20 ? 0x20 : decoded, to: attribute.layer)
            case .other: endEscape()
            }
        }
        switch byte {
        case UInt8(ascii: "%"): attribute.percent.begin()
        // Candidates of `srcset` are parted by commas.
        case UInt8(ascii: ",") where attribute.meaning == .links:
            buffers.breakLine(in: attribute.layer)
        default: buffers.append(byte, to: attribute.layer)
        }
    }

    /// What began as a percent-encoded byte is none.
    private mutating func endEscape() {
        guard attribute.percent.isOpen else { return }
        let (sign, digit) = attribute.percent.end()
        buffers.append(sign, to: attribute.layer)
        if digit != 0 { buffers.append(digit, to: attribute.layer) }
    }

    mutating func attributeEnded() {
        let target = attribute.target
        attribute.target = .none
        switch target {
        case .none: break
        case .layer:
            endEscape()
            buffers.breakLine(in: attribute.layer)
        case .address: endAddress()
        case .style:
            attribute.look = inlineStyle.finish()
            if inlineStyle.displays { attribute.shows = true }
            if inlineStyle.displaysContent { attribute.showsContent = true }
        case .name: nameEnded()
        case .encoding:
            attribute.holdsHTML =
                shortValue == MetaName.html || shortValue == MetaName.xhtml
        case .markup:
            inner.finish(in: attribute.layer, &buffers)
            buffers.breakLine(in: attribute.layer)
        case .namespace: namespaces.finish()
        }
    }

    private mutating func nameEnded() {
        switch attribute.meaning {
        case .metaName:
            if attribute.meta == .unknown || attribute.meta == .other {
                attribute.meta = MetaName.seen.contains(shortValue) ? .seen : .other
            }
        case .httpEquiv:
            attribute.meta = shortValue == MetaName.refresh ? .link : .other
        case .direction: attribute.isLeftToRight = shortValue == MetaName.leftToRight
        default:
            if traits.contains(.script) {
                attribute.isTemplate = shortValue.isTypeOfTemplate
            } else {
                attribute.isHiddenInput = shortValue == MetaName.hidden
            }
        }
    }
}

extension MarkupName {
    /// Whether a script of this type is none, but HTML that scripts put into the page: `text/html`,
    /// `text/x-template`, `x-tmpl-mustache`.
    fileprivate var isTypeOfTemplate: Bool {
        guard begins(with: MetaName.text) || begins(with: MetaName.unregistered) else {
            return false
        }
        return !MetaName.scripts.contains { begins(with: $0) }
    }
}

/// Values that are compared.
private enum MetaName {
    static let refresh = MarkupName("refresh")
    static let html = MarkupName("text/html")
    static let xhtml = MarkupName("application/xhtml+xml")
    static let hidden = MarkupName("hidden")
    static let leftToRight = MarkupName("ltr")
    static let text = MarkupName("text/")
    static let unregistered = MarkupName("x-")
    /// What the types of scripts begin with, of those that begin with `text/`.
    static let scripts: [MarkupName] = [
        MarkupName("text/javascript"), MarkupName("text/ecmascript"),
        MarkupName("text/x-javascrip"), MarkupName("text/x-ecmascrip"), MarkupName("text/jscript"),
        MarkupName("text/livescript"), MarkupName("text/json"), MarkupName("text/babel"),
        MarkupName("text/typescript"), MarkupName("text/jsx"),
    ]
    /// The names under which `meta` says what a page is about, in the page's own words.
    static let seen: [MarkupName] = [
        MarkupName("description"), MarkupName("keywords"), MarkupName("news_keywords"),
        MarkupName("title"), MarkupName("subject"), MarkupName("abstract"),
        MarkupName("author"), MarkupName("dc.title"), MarkupName("dc.description"),
        MarkupName("og:title"), MarkupName("og:description"), MarkupName("og:site_name"),
        MarkupName("og:image:alt"), MarkupName("twitter:title"),
        MarkupName("twitter:description"), MarkupName("twitter:image:alt"),
    ]
}
