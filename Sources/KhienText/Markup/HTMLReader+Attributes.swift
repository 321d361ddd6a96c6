import KhienModel

/// What the attributes of one tag said so far.
struct AttributeState {
    /// What `content` of a `meta` is, as `name`, `property` or `http-equiv` before it told.
    enum Meta: UInt8 { case unknown, seen, link, other }

    /// What becomes of the value that is being read.
    enum Target: UInt8 { case none, layer, name, style }

    var meaning = AttributeMeaning.none
    var target = Target.none
    var layer = TextLayer.attribute
    var meta = Meta.unknown
    var isHiddenInput = false
    var hides = false
    var isShadowRoot = false
    /// The first bytes of a short value that is compared.
    var value = MarkupName()
    var style = InlineStyle()
}

extension HTMLReader {
    @inline(__always)
    mutating func attributeName(_ bytes: Span<UInt8>) {}

    @inline(__always)
    mutating func attributeNamed(_ name: MarkupName) -> Bool {
        if isEnd { return false }
        let meaning = AttributeMeaning(name, attributes)
        if meaning == .none { return false }
        return begin(meaning)
    }

    /// Order within a tag matters to us as it does to no browser: a `content` before its `name`, a
    /// `value` before its `type` is taken as seen, so that no order hides it.
    private mutating func begin(_ meaning: AttributeMeaning) -> Bool {
        attribute.meaning = meaning
        attribute.target = .none
        switch meaning {
        case .none: break
        case .seen: beginText(.attribute)
        case .link, .links: beginText(.link)
        case .value:
            if traits.contains(.input), !attribute.isHiddenInput { beginText(.attribute) }
        case .content:
            guard traits.contains(.meta), attribute.meta != .other else { return false }
            beginText(attribute.meta == .link ? .link : .attribute)
        case .metaName, .httpEquiv:
            if traits.contains(.meta) { beginName() }
        case .type:
            if traits.contains(.input) { beginName() }
        case .hidden: attribute.hides = true
        case .style:
            attribute.style = InlineStyle()
            attribute.target = .style
        case .shadowRootMode: attribute.isShadowRoot = true
        }
        return attribute.target != .none
    }

    private mutating func beginText(_ layer: TextLayer) {
        attribute.layer = layer == .attribute && region.isActive ? .hidden : layer
        guard buffers.wanted.contains(attribute.layer) else { return }
        attribute.target = .layer
        buffers.breakLine(in: attribute.layer)
    }

    private mutating func beginName() {
        attribute.value = MarkupName()
        attribute.target = .name
    }

    mutating func attributeValue(_ bytes: Span<UInt8>) {
        switch attribute.target {
        case .none: break
        case .layer: appendValue(bytes)
        case .name:
            for index in bytes.indices { attribute.value.append(bytes[index].lowered) }
        case .style: attribute.style.feed(bytes)
        }
    }

    private mutating func appendValue(_ bytes: Span<UInt8>) {
        guard attribute.meaning == .links else {
            return buffers.append(bytes, to: attribute.layer)
        }
        // Candidates are parted by commas.
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: ",") {
                buffers.breakLine(in: attribute.layer)
            } else {
                buffers.append(bytes[index], to: attribute.layer)
            }
        }
    }

    mutating func attributeEnded() {
        let target = attribute.target
        attribute.target = .none
        switch target {
        case .none: break
        case .layer: buffers.breakLine(in: attribute.layer)
        case .style: if attribute.style.finish() { attribute.hides = true }
        case .name: nameEnded()
        }
    }

    private mutating func nameEnded() {
        switch attribute.meaning {
        case .metaName:
            if attribute.meta == .unknown || attribute.meta == .other {
                attribute.meta = MetaName.seen.contains(attribute.value) ? .seen : .other
            }
        case .httpEquiv:
            attribute.meta = attribute.value == MetaName.refresh ? .link : .other
        default: attribute.isHiddenInput = attribute.value == MetaName.hidden
        }
    }
}

/// Values that are compared.
private enum MetaName {
    static let refresh = MarkupName("refresh")
    static let hidden = MarkupName("hidden")
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
