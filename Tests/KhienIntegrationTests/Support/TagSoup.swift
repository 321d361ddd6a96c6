import KhienTestKit

/// Pages of tags in disorder with words amid them, whole and taken apart.
struct TagSoup {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// Words that no tag has and no sign is changed in.
    static let words: [String] = {
        var random = SplitMix64(seed: 7)
        var words: [String] = []
        while words.count < 40 {
            let word = (0..<4).map { _ in random.pick(consonants) + random.pick(vowels) }.joined()
            if !words.contains(word) { words.append(word) }
        }
        return words
    }()

    private static let consonants = "bdfgklmnprtv".map(String.init)
    private static let vowels = "aeiou".map(String.init)

    /// Left out: what a browser shows as a box of its own within a line (`button`, `input`, `select`,
    /// `marquee`), whose text its `innerText` does not part.
    private static let names = [
        words(
            """
            b i a span font nobr code label rp rt rb ruby bdo q u small abbr x-y mark object video audio canvas
            datalist map picture slot output data time meter progress noembed acronym
            """),
        words(
            """
            p div ul ol li dl dd dt h1 h2 table tr td th tbody thead tfoot caption colgroup form
            fieldset legend details summary section center pre listing blockquote address dialog menu
            search hgroup figure applet
            """),
        words("script style textarea title noscript iframe noframes xmp template"),
        words(
            """
            svg math desc title foreignObject mi mo mtext mglyph annotation-xml g text malignmark
            a style script
            """), words("html head body frameset"),
    ]

    private static let others = [
        "<br>", "<hr>", "<img>", "<wbr>", "<col>", "<frame>", "<image>", "<link>", "<br/>",
        "<svg/>",
        "<math/>", "<p/>", "<div/>", "<td/>", "<script/>", "<style/>", "<!--", "-->", "--!>",
        "<!-->",
        "<![CDATA[", "]]>", "<!x>", "<?x", "</>", "</ x>", ">", "\"", "'", "<!doctype html>",
        "<annotation-xml encoding=text/html>", "<font color=x>", "<input type=hidden>",
        "<span hidden>", "<div hidden>", "<p hidden>", "<svg hidden>", "<table hidden>",
        "<li hidden>", "<td hidden>", "<form hidden>", "<b hidden>", "<a title=\"", "<a title='",
        "<a x=", "<div style=\"display:none\">", "<p style='", "<plaintext>", "&lt;", "<!-- x -->",
        "<span style=visibility:hidden>", "<b style=visibility:visible>",
        "<b hidden style=display:inline>",
        "<i style='display:no ne'>", "<i style='display:inline!important;display:none'>",
        "<i style='' style=display:none>", "<font x>", "<annotation-xml>",
        "<script>'", "<style>a:b(\"", "<style>/*", "<script>//", "<script><!--<script>",
        "</script>",
    ]

    private static func words(_ text: String) -> [String] {
        text.split { $0 == " " || $0 == "\n" }.map(String.init)
    }

    private mutating func item() -> String {
        if random.below(4) == 0 { return random.pick(Self.others) }
        let name = random.pick(random.pick(Self.names))
        switch random.below(20) {
        case 0: return "<\(name)/>"
        case 1...8: return "</\(name)>"
        default: return "<\(name)>"
        }
    }

    mutating func page() -> String {
        var page = random.below(4) == 0 ? "<!doctype html>" : ""
        var words = Self.words
        for _ in 0..<12 {
            let word = words.remove(at: random.below(words.count))
            let tag = random.below(4) == 0 ? item() : ""
            page += " \(word.prefix(4))\(tag)\(word.suffix(4)) "
            for _ in 0..<random.below(5) { page += item() }
        }
        return page
    }
}
