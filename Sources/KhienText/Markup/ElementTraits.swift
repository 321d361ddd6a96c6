/// What a tag means to a reader of text.
struct ElementTraits: OptionSet {
    let rawValue: UInt64

    // MARK: What it shows

    /// Its begin and its end part words: blocks, cells, items, `br`.
    static let block = ElementTraits(rawValue: 1 << 0)
    /// Has no content and no end tag.
    static let void = ElementTraits(rawValue: 1 << 1)
    static let script = ElementTraits(rawValue: 1 << 2)
    static let style = ElementTraits(rawValue: 1 << 3)
    static let title = ElementTraits(rawValue: 1 << 4)
    static let textarea = ElementTraits(rawValue: 1 << 5)
    /// Its content is text that is shown: `xmp`.
    static let rawText = ElementTraits(rawValue: 1 << 6)
    /// Its content is text that is not shown: `iframe`, `noembed`, `noframes`; `noscript` where scripts run.
    static let rawHidden = ElementTraits(rawValue: 1 << 7)
    static let plaintext = ElementTraits(rawValue: 1 << 8)
    /// Its content is markup that is not shown: `template`, `noscript`.
    static let hidden = ElementTraits(rawValue: 1 << 9)
    static let meta = ElementTraits(rawValue: 1 << 10)
    static let input = ElementTraits(rawValue: 1 << 11)
    /// Is known, so that XML is read as XHTML there.
    static let known = ElementTraits(rawValue: 1 << 12)
    /// Parts words as a block does, but ends no paragraph.
    static let box = ElementTraits(rawValue: 1 << 13)
    static let lineBreak = ElementTraits(rawValue: 1 << 14)
    /// Its letters stand in the order that its direction says: `bdo`.
    static let bidiOverride = ElementTraits(rawValue: 1 << 53)
    /// Its address may be that of a page which is shown in it: `iframe`, `frame`, `embed`, `object`.
    static let frame = ElementTraits(rawValue: 1 << 54)
    /// Shows its content, where its style says so, but never itself: `noembed`.
    static let embedded = ElementTraits(rawValue: 1 << 55)
    /// Of `svg`, shown and a block: `text`.
    static let label = ElementTraits(rawValue: 1 << 15)

    /// What may hold something else than markup.
    static let otherContent: ElementTraits = [
        .script, .style, .title, .textarea, .rawText, .rawHidden, .plaintext,
    ]
    /// What is not always shown as what is around it, whatever its attributes say.
    static let looks: ElementTraits = [.hidden, .template, .bidiOverride]

    // MARK: Where it stands (HTML Standard, section 13.2.6)

    /// A part of the page: HTML passes over its tags amid text.
    static let pagePart = ElementTraits(rawValue: 1 << 16)
    /// A part of a table: HTML passes over its tags where no table is open.
    static let tablePart = ElementTraits(rawValue: 1 << 17)
    static let table = ElementTraits(rawValue: 1 << 18)
    /// A part of a table that is no cell: what stands in it alone is shown before the table.
    static let row = ElementTraits(rawValue: 1 << 19)
    /// `tbody`, `thead`, `tfoot`.
    static let tableBody = ElementTraits(rawValue: 1 << 20)
    /// `col`, `colgroup`.
    static let column = ElementTraits(rawValue: 1 << 21)
    static let template = ElementTraits(rawValue: 1 << 22)
    static let select = ElementTraits(rawValue: 1 << 23)
    static let form = ElementTraits(rawValue: 1 << 24)
    static let button = ElementTraits(rawValue: 1 << 25)
    static let paragraph = ElementTraits(rawValue: 1 << 26)
    static let heading = ElementTraits(rawValue: 1 << 27)
    static let list = ElementTraits(rawValue: 1 << 28)
    static let item = ElementTraits(rawValue: 1 << 29)
    /// `dd`, `dt`.
    static let definition = ElementTraits(rawValue: 1 << 30)
    static let option = ElementTraits(rawValue: 1 << 31)
    static let optionGroup = ElementTraits(rawValue: 1 << 52)
    static let ruby = ElementTraits(rawValue: 1 << 32)
    /// `rb`, `rp`, `rt`, `rtc`.
    static let rubyPart = ElementTraits(rawValue: 1 << 33)
    /// A begin of it ends one that is open: `a`, `nobr`.
    static let alone = ElementTraits(rawValue: 1 << 34)
    /// Goes on where its end is missing: `b`, `a`.
    static let formatting = ElementTraits(rawValue: 1 << 35)
    static let special = ElementTraits(rawValue: 1 << 36)
    /// Tags within end nothing around it.
    static let scope = ElementTraits(rawValue: 1 << 37)
    /// Formatting does not go on into it.
    static let marker = ElementTraits(rawValue: 1 << 38)
    /// Its end tag ends it wherever it is in scope.
    static let closable = ElementTraits(rawValue: 1 << 39)
    /// Ends where it would be in the way: `p`, `li`, `option`.
    static let impliedEnd = ElementTraits(rawValue: 1 << 40)
    static let caption = ElementTraits(rawValue: 1 << 50)
    /// Special, and an item looks for the one before it past it: `div`, `address`.
    static let passed = ElementTraits(rawValue: 1 << 51)

    // MARK: Foreign content

    /// `svg` and `math`.
    static let foreign = ElementTraits(rawValue: 1 << 41)
    static let math = ElementTraits(rawValue: 1 << 42)
    /// HTML again within `svg`: `foreignObject`, `desc`, `title`.
    static let integration = ElementTraits(rawValue: 1 << 43)
    static let foreignObject = ElementTraits(rawValue: 1 << 44)
    /// HTML again within `math`: `mi`.
    static let mathText = ElementTraits(rawValue: 1 << 45)
    /// Not so within those: `mglyph`, `malignmark`.
    static let mathGlyph = ElementTraits(rawValue: 1 << 46)
    static let annotation = ElementTraits(rawValue: 1 << 47)
    /// An HTML element that ends foreign content.
    static let breakout = ElementTraits(rawValue: 1 << 48)
    static let font = ElementTraits(rawValue: 1 << 49)

    /// The table of all elements that mean something.
    static let all = NameTable(
        rows(
            """
            address article aside details dialog fieldset figcaption figure footer form header hgroup
            legend main nav search section summary caption table select center dir textarea title marquee
            xmp plaintext template button div dl h1 h2 h3 h4 h5 h6 hr br blockquote menu ol pre listing ul
            li dd dt p tr td th tbody thead tfoot colgroup optgroup option noscript input
            """, .block)
            + rows(
                """
                select textarea title marquee template button legend option optgroup noscript input br
                """, .box)
            + rows(
                """
                area base br col embed hr img input link meta param source track wbr keygen basefont
                bgsound frame image
                """, .void) + content + structure + places + foreignContent
            + rows(
                """
                abbr acronym bdi bdo cite data del dfn ins kbd label map mark meter output picture
                progress q samp time canvas video audio
                """, .known))

    private static let content =
        rows("script", .script) + rows("style", .style) + rows("title", .title)
        + rows("textarea", .textarea) + rows("xmp", .rawText)
        + rows("iframe noembed noframes noscript", .rawHidden) + rows("plaintext", .plaintext)
        + rows("template noscript datalist rp audio video canvas progress meter", .hidden)
        + rows("meta", .meta)
        + rows("input", .input) + rows("br", .lineBreak) + rows("bdo", .bidiOverride)
        + rows("iframe frame embed object", .frame) + rows("noembed", .embedded)

    private static let structure =
        rows("html head body frameset", .pagePart)
        + rows("caption colgroup col tr td th tbody thead tfoot", .tablePart)
        + rows("table", .table) + rows("colgroup tr tbody thead tfoot", .row)
        + rows("tbody thead tfoot", .tableBody) + rows("col colgroup", .column)
        + rows("template", .template) + rows("select", .select) + rows("form", .form)
        + rows("button", .button) + rows("p", .paragraph) + rows("h1 h2 h3 h4 h5 h6", .heading)
        + rows("ol ul", .list) + rows("li", .item) + rows("dd dt", .definition)
        + rows("option", .option) + rows("optgroup", .optionGroup) + rows("ruby", .ruby)
        + rows("caption", .caption) + rows("div address", .passed)
        + rows("rb rp rt rtc", .rubyPart) + rows("a nobr", .alone)

    private static let places =
        rows("a b big code em font i nobr s small strike strong tt u", .formatting)
        + rows(
            """
            address applet area article aside base basefont bgsound blockquote body br button caption
            center col colgroup dd details dir div dl dt embed fieldset figcaption figure footer form frame
            frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe img input keygen li link listing
            main marquee menu meta nav noembed noframes noscript object ol p param plaintext pre script
            search section select source style summary table tbody td template textarea tfoot th thead
            title tr track ul wbr xmp
            """, .special)
        + rows("applet caption html table td th marquee object template", .scope)
        + rows("applet caption td th marquee object template", .marker)
        + rows(
            """
            address applet article aside blockquote button center details dialog dir div dl fieldset
            figcaption figure footer header hgroup listing main marquee menu nav object ol pre search
            section select summary ul
            """, .closable)
        + rows("dd dt li optgroup option p rb rp rt rtc", .impliedEnd)

    private static let foreignContent =
        rows("svg math", .foreign) + rows("math", .math)
        + rows("foreignobject desc title", .integration) + rows("foreignobject", .foreignObject)
        + rows("mi mo mn ms mtext", .mathText) + rows("mglyph malignmark", .mathGlyph)
        + rows("annotation-xml", .annotation) + rows("text", .label) + rows("font", .font)
        + rows(
            """
            b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li
            listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var
            """, .breakout)

    private static func rows(_ names: String, _ traits: ElementTraits) -> [(MarkupName, UInt64)] {
        names.split { $0 == " " || $0 == "\n" }.map {
            (MarkupName($0.utf8), traits.rawValue | ElementTraits.known.rawValue)
        }
    }
}

/// What an attribute means to a reader of text.
enum AttributeMeaning: UInt64 {
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
    /// In XML, what elements without a prefix are, or with one.
    case namespace
    /// Of `font`, what makes it one of HTML within `svg`.
    case fontLook
    /// Of `annotation-xml`: whether it holds HTML.
    case encoding
    /// Of `bdo`: which way its letters go.
    case direction

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
            + rows(["xmlns"], .namespace) + rows(["color", "face", "size"], .fontLook)
            + rows(["encoding"], .encoding) + rows(["dir"], .direction))

    private static func rows(
        _ names: [StaticString], _ meaning: AttributeMeaning
    ) -> [(MarkupName, UInt64)] {
        names.map { (MarkupName($0), meaning.rawValue) }
    }

    /// Whether one that hides something, or shows it, stands for nothing where another is before it.
    @inline(__always)
    var countsOnce: Bool {
        switch self {
        case .hidden, .style, .type, .shadowRootMode, .encoding, .direction: true
        default: false
        }
    }

    @inline(__always)
    init(_ name: MarkupName, _ table: NameTable) {
        self = AttributeMeaning(rawValue: table.value(of: name)) ?? .none
    }
}
