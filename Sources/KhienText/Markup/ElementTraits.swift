/// What a tag means to a reader of text.
struct ElementTraits: OptionSet {
    let rawValue: UInt32

    /// Its begin and its end part words: blocks, cells, items, `br`.
    static let block = ElementTraits(rawValue: 1 << 0)
    /// Has no content and no end tag.
    static let void = ElementTraits(rawValue: 1 << 1)
    /// Its end tag may be left out.
    static let optionalEnd = ElementTraits(rawValue: 1 << 2)
    static let script = ElementTraits(rawValue: 1 << 3)
    static let style = ElementTraits(rawValue: 1 << 4)
    static let title = ElementTraits(rawValue: 1 << 5)
    static let textarea = ElementTraits(rawValue: 1 << 6)
    /// Its content is text that is shown: `xmp`.
    static let rawText = ElementTraits(rawValue: 1 << 7)
    /// Its content is text that is not shown: `iframe`, `noembed`, `noframes`; `noscript` where scripts run.
    static let rawHidden = ElementTraits(rawValue: 1 << 8)
    static let plaintext = ElementTraits(rawValue: 1 << 9)
    /// Its content is markup that is not shown: `template`, `noscript`.
    static let hidden = ElementTraits(rawValue: 1 << 10)
    static let template = ElementTraits(rawValue: 1 << 11)
    /// `svg` and `math`.
    static let foreign = ElementTraits(rawValue: 1 << 12)
    /// HTML again within `svg`: `foreignObject`, `desc`, `title`.
    static let integration = ElementTraits(rawValue: 1 << 13)
    /// An HTML element that ends foreign content.
    static let breakout = ElementTraits(rawValue: 1 << 14)
    static let meta = ElementTraits(rawValue: 1 << 15)
    static let input = ElementTraits(rawValue: 1 << 16)
    /// Is known, so that XML is read as XHTML there.
    static let known = ElementTraits(rawValue: 1 << 17)
    /// A part of a table: HTML passes over its tags where no table is open.
    static let tablePart = ElementTraits(rawValue: 1 << 18)
    /// A part of the page: HTML passes over its tags amid text.
    static let pagePart = ElementTraits(rawValue: 1 << 19)
    static let table = ElementTraits(rawValue: 1 << 20)
    /// Any tag ends it in our eyes: `rp`.
    static let fleeting = ElementTraits(rawValue: 1 << 21)
    static let select = ElementTraits(rawValue: 1 << 22)
    /// A part of a table that is no cell: what stands in it alone is shown before the table.
    static let row = ElementTraits(rawValue: 1 << 23)
    /// Parts words as a block does, but ends no paragraph.
    static let box = ElementTraits(rawValue: 1 << 24)
    static let lineBreak = ElementTraits(rawValue: 1 << 25)
    /// Parts words within `svg`: `text`.
    static let label = ElementTraits(rawValue: 1 << 26)
    /// HTML again within `math`; `annotation-xml` with the right encoding only: in doubt it has that.
    static let mathText = ElementTraits(rawValue: 1 << 27)
    static let form = ElementTraits(rawValue: 1 << 28)

    /// The table of all elements that mean something.
    static let all = NameTable(
        rows(
            [
                "address", "article", "aside", "details", "dialog", "fieldset", "figcaption",
                "figure", "footer", "form", "header", "hgroup", "legend", "main", "nav",
                "search", "section", "summary", "caption", "table", "select", "center", "dir",
                "textarea", "title", "marquee", "xmp", "plaintext", "template", "button",
                "div", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "br", "blockquote", "menu",
                "ol", "pre", "listing", "ul", "li", "dd", "dt", "p", "tr", "td", "th", "tbody",
                "thead", "tfoot", "colgroup", "optgroup", "option", "noscript", "input",
            ], .block)
            + rows(
                [
                    "select", "textarea", "title", "marquee", "template", "button", "legend",
                    "option", "optgroup", "noscript", "input", "br",
                ], .box) + rows(["br"], .lineBreak)
            + rows(["colgroup", "tr", "tbody", "thead", "tfoot"], .row) + rows(["select"], .select)
            + rows(["form"], .form)
            + rows(["table"], .table)
            + rows(
                ["caption", "colgroup", "tr", "td", "th", "tbody", "thead", "tfoot"], .tablePart)
            + rows(["html", "head", "body", "frameset"], .pagePart) + rows(["rp"], .fleeting)
            + rows(
                [
                    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta",
                    "param", "source", "track", "wbr", "keygen", "basefont", "bgsound", "frame",
                ], .void)
            + rows(
                [
                    "p", "li", "dd", "dt", "tr", "td", "th", "tbody", "thead", "tfoot", "colgroup",
                    "optgroup", "option", "body", "html", "head", "rb", "rt", "rp", "rtc",
                ], .optionalEnd)
            + rows(
                [
                    "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl",
                    "dt", "em", "embed", "h1", "h2", "h3", "h4", "h5", "h6", "head", "hr", "i",
                    "img", "li", "listing", "menu", "meta", "nobr", "ol", "p", "pre", "ruby", "s",
                    "small", "span", "strong", "strike", "sub", "sup", "table", "tt", "u", "ul",
                    // With `color`, `face` or `size`: in doubt it has them.
                    "var", "font",
                ], .breakout)
            + rows(["iframe", "noembed", "noframes", "noscript"], .rawHidden)
            + rows(
                ["mi", "mo", "mn", "ms", "mtext", "annotation-xml"], .mathText)
            + rows(["foreignobject", "desc", "title"], .integration)
            + rows(["svg", "math"], .foreign) + [("text", ElementTraits.label.rawValue)]
            + rows(["template", "noscript", "datalist", "rp"], .hidden)
            + rows(["template"], .template) + rows(["script"], .script) + rows(["style"], .style)
            + rows(["title"], .title) + rows(["textarea"], .textarea) + rows(["xmp"], .rawText)
            + rows(["plaintext"], .plaintext) + rows(["meta"], .meta) + rows(["input"], .input)
            + rows(
                [
                    "a", "abbr", "acronym", "bdi", "bdo", "cite", "data", "del", "dfn", "font",
                    "ins", "kbd", "label", "map", "mark", "meter", "output", "picture",
                    "progress", "q", "samp", "time", "canvas", "video", "audio", "object",
                ], .known))

    private static func rows(
        _ names: [StaticString], _ traits: ElementTraits
    ) -> [(StaticString, UInt32)] {
        names.map { ($0, traits.rawValue | ElementTraits.known.rawValue) }
    }
}

/// What an attribute means to a reader of text.
enum AttributeMeaning: UInt32 {
    case none
    /// People see or hear it.
    case seen
    /// Leads somewhere.
    case link
    /// Several links, with descriptors (`srcset`).
    case links
    case value
    case content
    /// `name`, `property` of `meta`.
    case metaName
    case httpEquiv
    case type
    case hidden
    case style
    case shadowRootMode
    /// A page of its own: `srcdoc`.
    case document
    /// In XML, what elements without a prefix are.
    case namespace

    static let table = NameTable(
        rows(
            [
                "alt", "title", "placeholder", "aria-label", "aria-description",
                "aria-placeholder", "aria-valuetext", "label", "summary", "abbr",
            ], .seen)
            + rows(
                [
                    "href", "src", "action", "formaction", "data", "poster", "cite", "longdesc",
                    "background", "xlink:href", "data-src", "data-href",
                ], .link)
            + rows(["srcset"], .links) + rows(["value"], .value) + rows(["content"], .content)
            + rows(["name", "property", "itemprop"], .metaName)
            + rows(["http-equiv"], .httpEquiv) + rows(["type"], .type)
            + rows(["hidden"], .hidden) + rows(["style"], .style)
            + rows(["shadowrootmode"], .shadowRootMode) + rows(["srcdoc"], .document)
            + rows(["xmlns"], .namespace))

    private static func rows(
        _ names: [StaticString], _ meaning: AttributeMeaning
    ) -> [(StaticString, UInt32)] {
        names.map { ($0, meaning.rawValue) }
    }

    @inline(__always)
    init(_ name: MarkupName, _ table: NameTable) {
        self = AttributeMeaning(rawValue: table.value(of: name)) ?? .none
    }
}
