import KhienModel
import KhienText
import Testing

/// Which tags end what, as in browsers: where text is shown, hidden, parted or read as a style sheet depends on
/// it. Each page was shown to Chromium, too.
@Suite struct OpenElementsTests {
    private static func parts(
        _ page: String, _ layer: TextLayer = .text, _ kind: MarkupKind = .html
    ) -> String {
        CollectedText.markup(Array(page.utf8), kind).string(layer.name)
            .split(separator: "\0").joined(separator: "|")
    }

    /// Nothing of these parts the word, or hides it.
    @Test(
        arguments: [
            // End tags whose element is not open, or not in scope.
            "<table><td>vẹ</th>t", "<table><td>vẹ</caption>t", "<table><td>vẹ</thead>t",
            "<table>vẹ</td>t", "<div><table><td>vẹ</div>t", "<div><object>vẹ</div>t",
            "<table><td><div></table>vẹ</div>t", "<ul><li><div><li></ul>vẹ</div>t",
            "<table><form></table>vẹ</form>t", "<table><table></table>vẹ<td>t",
            "<div><center></div>vẹ</center>t", "<dl><dt>vẹ</dd>t",
            "<button><div></button>vẹ</div>t",
            "<div><template shadowrootmode=open></template></div>vẹ<td>t",
            "<p><object></p>vẹ</object>t", "<caption>vẹ</caption>t",
            // Text that is shown before the table.
            "vẹ<table>t", "<table>vẹ<tr>t", "<table><tr>vẹ<tbody>t", "<table><tr hidden>vẹt",
            "<table hidden>vẹt", "<table><b>vẹ</b>t", "<table><form hidden>vẹt",
            // Hidden elements that something around them ends.
            "v<b><span hidden></b>ẹt", "<i hidden><table><td>x</table></i>vẹt",
            "<b hidden><p>x</b>vẹt", "<b hidden><p>x</p></b>vẹt", "<table><b hidden><tr><td>vẹt",
            "<h1 hidden>x</h3>vẹt", "<div hidden><form></div>vẹt", "<svg hidden><p>vẹt",
            "<ul><li hidden><ul><li>x</ul></li>vẹt", "<object><b></object>vẹt",
            "<div hidden><template></div></template></div>vẹt",
            // Blocks in ruby stand in its line.
            "<ruby>v<p>ẹ</p>t", "<ruby>v<b><div>ẹt", "<ruby>v<hr>ẹt", "<ruby><p></p><h2></h2>vẹt",
            "<object><b hidden></object>vẹt", "<button hidden>x<button>vẹt", "<p>vẹ<table>t",
            // Foreign content.
            "<div><svg><style></div>vẹt",
            "<svg><foreignObject>v<svg><title>x</title></svg>ẹt</foreignObject></svg>",
            "<svg><foreignObject><p>v<i></foreignObject>ẹt",
            "<svg><foreignObject><svg></foreignObject></svg></foreignObject><section>vẹt",
            "<svg><g><script></g><text y=20>vẹt</text></svg>", "<svg><g><style></g><text>vẹt",
            "<svg><foreignObject><p><![CDATA[>v<b>ẹ</b>t", "<math><mtext><![CDATA[vẹ]]>t",
            "<math><annotation-xml><svg><foreignObject>vẹt",
            "<math><annotation-xml encoding='text/HTML'><p>vẹt</p></math>",
            "<math><annotation-xml><style></math>vẹt", "<math><mi><mglyph><style></math>vẹt",
            "<math><mtext><mglyph><style></math>vẹt", "<svg><font><style></svg>vẹt",
            "<svg><font color=x><p>vẹt", "<svg></math><style></svg>vẹt",
            "<svg><desc><b></svg></b></desc><style></svg>vẹt",
            "<svg><font><script></svg>vẹt",
            // Two of a name: the first counts. What is not understood hides nothing.
            "<i style='' style='display:none'>vẹt", "v<i style='display:no ne'>ẹt",
            "v<i style='display:inline!important;display:none'>ẹt", "v<i style='display:none!x'>ẹt",
            "v<i style='--a:\";display:none\"'>ẹt", "v<i style='--a:(;display:none)'>ẹt",
            "v<i style='display:none;all:unset'>ẹt", "v<i style='display:none)'>ẹt",
            "v<i style='display:none;d\\69splay:inline'>ẹt",
            "v<i style='font-size:0;font:9px x'>ẹt",
            "v<b hidden style='display:inline'>ẹt", "v<rp style='display:inline'>ẹ</rp>t",
            "<div style='visibility:hidden'><b style='visibility:visible'>vẹt",
            "<div style='font-size:0px'><b style='font-size:16px'>vẹt",
            "v<i style='display:none;a:(];display:inline'>ẹt", "v<i style='a:[);display:none'>ẹt",
            "v<i style='display:none;a:url(x\");display:inline'>ẹt",
            "v<i style='display:none!imp ortant'>ẹt",
            "v<i style='display:none;@x{}display:inline'>ẹt",
            "v<i style=\"display:none;a:'\n;display:inline\">ẹt",
            "<image hidden>vẹt", "<svg hidden><text>vẹt", "<math><mtext hidden>vẹt",
            "<math><style>vẹt", "<math><rp>vẹt", "<div style='visibility:hidden'><svg><text>vẹt",
            "<div style='font-size:0'><table><td>vẹt", "<div style='font-size:0'><font size=5>vẹt",
            "vẹ<audio>x</audio>t", "vẹ<canvas>x</canvas>t", "<form><section>vẹ</form>t",
            "<form><font>vẹ</form>t", "<b><i style=display:none><u><s><tt><em><div></b>vẹt",
            "<div style='visibility:hidden'><table><b style='visibility:visible'></table>vẹt",
            "<div style='visibility:hidden'><b style='visibility:visible'><p><ul><li><ul><li><ul><li><ul><li></b>vẹt",
            "v<i style='--a:\";display:none;\"'>ẹt", "v<i style='--a:(;display:none;)'>ẹt",
            "v<i style='opacity:0;opacity:.5'>ẹt", "v<i style='opacity:0px'>ẹt",
            "v<i style='opacity:0;opacity:var(--x)'>ẹt", "v<i style='opacity:.'>ẹt",
            "v<i style='font-size:0;font:400 9px x'>ẹt", "v<i style='font:0'>ẹt",
            "v<i style='font-size:0;font:normal normal 9px/0 x'>ẹt",
            "v<i style='font-size:0;font:caption'>ẹt", "v<i style='font-size:0;font-size:small'>ẹt",
            "v<i style='font-size:0;font-size:calc(9px)'>ẹt", "v<i style='font-size:0foo'>ẹt",
            "v<i style='font-size:0;font-size:0.1dvmax'>ẹt", "v<i style='font-size:-0.1px'>ẹt",
            "v<i style='display:none;display:inline-block'>ẹt",
            "v<i style='display:none;display:inline flow-root'>ẹt",
            "v<i style='display:none;display:table-column-group'>ẹt",
            "v<i style='visibility:hidden;visibility:inherit'>ẹt",
            "v<i style='display:none;display:block flow list-item'>ẹt",
            "v<i style='display:none;display:math block'>ẹt",
            "v<i style='display:none;display:ruby-text-container'>ẹt",
            "v<i style='display:none;display:aaaaaaaaaaaaaaaaaaaa var(--x)'>ẹt",
            "v<i style='font-size:0;font-size:-webkit-xxx-large'>ẹt",
            "v<i style='font-size:0;font:bold small x'>ẹt",
            "v<i style='font-size:0;font-size:9.00000000000000000px'>ẹt",
            "v<i style='opacity:0;opacity:0.50000000000000000'>ẹt",
            // Zero in a font that no browser takes.
            "v<i style='font:foo 0 a'>ẹt", "v<i style='font:0 0 a'>ẹt",
            "v<i style='font:0/ a'>ẹt", "v<i style='font:5000 0 a'>ẹt",
            "v<i style='font:1001 0 a'>ẹt", "v<i style='font:0 inherit'>ẹt",
            "v<i style='font:0 default'>ẹt", "v<i style='font:0 1px'>ẹt",
            "v<i style='font:0, a'>ẹt", "v<i style='font:0 a,'>ẹt", "v<i style='font:0 a 5'>ẹt",
            "v<i style='font:0 - a'>ẹt", "v<i style='font:0/x a'>ẹt",
            "v<i style='font:bold 400 0 a'>ẹt", "v<i style='font:0/-1 a'>ẹt",
            "v<i style='font-size:0;font:var(--x) 0 a'>ẹt",
            // Names of families that are none, strings beside names, generic ones with others, also behind what is kept.
            "v<i style='font:0 a.b'>ẹt",
            "v<i style='font:0 a#b'>ẹt",
            "v<i style='font:0/1 a%'>ẹt",
            "v<i style='font:0 a$'>ẹt",
            "v<i style='font:0 a+b'>ẹt",
            "v<i style='font:0 a*'>ẹt",
            "v<i style='font:0 a=b'>ẹt",
            "v<i style='font:0 a?'>ẹt",
            "v<i style='font:0 a~'>ẹt",
            "v<i style='font:0 a^'>ẹt",
            "v<i style='font:0/1 a&b'>ẹt",
            "v<i style='font:0 a>'>ẹt",
            "v<i style='font:0 a:'>ẹt",
            "v<i style='font:0 a]'>ẹt",
            "v<i style='font:0 a)'>ẹt",
            "v<i style='font:0 a}'>ẹt",
            "v<i style='font:0 a\u{1}'>ẹt",
            "v<i style='font:0 a\u{7F}'>ẹt",
            "v<i style='font:0 -1a'>ẹt",
            "v<i style='font:0 -'>ẹt",
            "v<i style='font:0 serif serif'>ẹt",
            "v<i style='font:0 fantasy x'>ẹt",
            "v<i style='font:0/1 math a'>ẹt",
            "v<i style='font:0 -webkit-body a'>ẹt",
            "v<i style='font:0 a,serif b'>ẹt",
            "v<i style='font:0 abcdefghijklmn,'>ẹt",
            "v<i style='font:0 aaaaaaaaaaaaaaaaaaaaaa 1'>ẹt",
            "v<i style='font:0 aaaaaaaaaa,inherit'>ẹt",
            "v<i style='font:0 aaaaaaaaaaaaa . b'>ẹt",
            "v<i style='font:0 a,aaaaaaaaaaaaaaaaaaa 1'>ẹt",
            "v<i style='font:0 a,aaaaaaaaaaaaaaaaaaa,'>ẹt",
            "v<i style='font:0 a,aaaaaaaaaaaaaaaaaaa,,b'>ẹt",
            "v<i style='font:0 a,b.'>ẹt",
            "v<i style='font:0 a,default'>ẹt",
            "v<i style='font:0 aaaaaaaaaaaaaaaaaaa'>ẹt",
            "v<i style='font:0 \"a\"b'>ẹt",
            "v<i style='font:0 \"a\" b'>ẹt",
            "v<i style='font:0 a \"b\"'>ẹt",
            "v<i style='font:0/1 \"a\" \"b\"'>ẹt",
            "v<i style='font:0 -\"a\"'>ẹt",
            "v<i style='font:0 a,b \"c\"'>ẹt",
            "v<i style='font:0 a\"b\"'>ẹt",
            "v<i style=\"font:0 'a''b'\">ẹt",
            // In doubt it is shown.
            "<select><title></select>v<b>ẹ</b>t", "<select><xmp></select>v<b>ẹ</b>t",
            "<select><span hidden><option>vẹt</select>",
        ])
    func wordsThatAreShown(page: String) {
        let text = Self.parts(page)
        #expect(text.hasSuffix("vẹt"), "\(text)")
    }

    /// The second part of each is not shown.
    @Test(
        arguments: [
            "<ul><li hidden>x<ul><li>vẹt", "<math><annotation-xml><svg>vẹt",
            "<form><div hidden></form>vẹt", "<span hidden><div></span>vẹt",
            "<b><div hidden></b>vẹt",
            "<form style='display:none'>vẹt</form>", "<table hidden><tr><td>vẹt",
            "<table><tr hidden><td>vẹt", "<table><td hidden>vẹt", "<p><b hidden>x</p>vẹt",
            "<b hidden><div>x</div>vẹt", "<div style='display:none!important;display:block'>vẹt",
            "<div style='background:url(a;b);display:none'>vẹt",
            "<div style='display : none ;color:red'>vẹt", "<div style='font:9px x;font-size:0'>vẹt",
            "<div style='display:none;display:foo'>vẹt", "<div style='display:none;display:'>vẹt",
            "<div style='display:none;display:foo!important'>vẹt",
            "<div style='display:none;display:inline foo'>vẹt",
            "<div style='display:none;all:foo'>vẹt",
            "<div style='display:none;display:inline-foo'>vẹt",
            "<div style='display:none;display:block block'>vẹt",
            "<div style='display:none;display:block none'>vẹt",
            "<div style='display:none;display:block,inline'>vẹt",
            "<div style='display:none;display:list-item grid'>vẹt",
            "<div style='display:none;display:-webkit-x'>vẹt",
            "<div style='display:none;display:aaaaaaaaaaaaaaaaaaaa'>vẹt",
            "<div style='display:none;all:aaaaaaaaaaaaaaaaaaaa'>vẹt",
            "<div style='visibility:hidden;visibility:aaaaaaaaaaaaaaaaaaaa'>vẹt",
            "<div style='opacity:0;opacity:aaaaaaaaaaaaaaaaaaaa'>vẹt",
            "<div style='font-size:0;font-size:aaaaaaaaaaaaaaaaaaaa'>vẹt",
            "<div style='font-size:0;font:9 0 inherit'>vẹt",
            "<div hidden style='display:inline-foo'>vẹt",
            "<div style='visibility:hidden;visibility:shown'>vẹt", "<div style='font-size:0%'>vẹt",
            "<div style='font-size:0.0px'>vẹt", "<div style='font-size:.00em'>vẹt",
            "<div style='font-size:0e3rem'>vẹt", "<div style='font-size:+0cqmin'>vẹt",
            "<div style='font-size:0;font-size:9foo'>vẹt", "<div style='font-size:0;font:x'>vẹt",
            "<div style='font:0/0 a'>vẹt", "<div style='font:bold 0px a'>vẹt",
            "<div style='font:400 0em/1 a'>vẹt", "<div style='font:0 / 0 a'>vẹt",
            "<div style='font:normal 1 0 -a'>vẹt", "<div style='font:0/normal a b'>vẹt",
            "<div style='font:1000 0 --a'>vẹt",
            "<div style='font:0 arial, sans-serif'>vẹt",
            "<div style='font:0 arial , b'>vẹt",
            "<div style='font:0 --'>vẹt",
            "<div style='font:0 ü\u{2003}'>vẹt",
            "<div style='font:0/0 a,\"b.\" ,serif'>vẹt",
            "<div style='font:0 -a5,aaaaaaaaaaaaaaaaaaaa b'>vẹt",
            "<div style='font:0 sans-serif'>vẹt",
            "<div style='font:0 a,\"b c.,\"'>vẹt",
            "<div style='font:9px a,b.;font:0 a'>vẹt",
            "<div style='opacity:0.0'>vẹt", "<div style='opacity:.0'>vẹt",
            "<div style='opacity:0%'>vẹt", "<div style='opacity:-1'>vẹt",
            "<div style='opacity:0;opacity:foo'>vẹt", "<div style='opacity:0e5;opacity:1px'>vẹt",
            "<div style='opacity:0'><b style='opacity:1'>vẹt", "<select><option hidden>vẹt",
            "<svg><title><style><!--</style>vẹt", "<a hidden>x<table><a>vẹt", "<svg>vẹt</svg>",
            "<svg><desc>vẹt", "<svg><foreignObject><svg>vẹt",
            "<div hidden><form></form>vẹt", "<div hidden><p></div hidden>x<div hidden>vẹt",
        ])
    func textThatIsNotShown(page: String) {
        #expect(Self.parts(page, .hidden).hasSuffix("vẹt"))
        #expect(!Self.parts(page).contains("vẹt"))
    }

    @Test(
        arguments: [
            "<div><table><td></div></table>con</div>vẹt", "con<p>vẹt", "<b>con<p>vẹt",
            "<table><td>con</tr>vẹt", "<table><td>con</tbody>vẹt", "<table><td>con<tr>vẹt",
            "<table><td>con</table>vẹt",
            "<table><caption>con<td>vẹt",
            "<ul><li>con<li>vẹt", "<ul><li>con<ul><li>vẹt", "<dl><dt>con<dd>vẹt",
            "<p>con<svg><foreignObject></svg></p>vẹt", "<select><option>con<option>vẹt",
            "<div style='visibility:hidden'>x</div>con<div style='opacity:0'></div>vẹt",
            "<ruby>con<br>vẹt", "<ruby><div>con<p>vẹt", "<ruby></ruby>con<p>vẹt",
            "<h1>con<h2>vẹt", "<form>con</form>vẹt", "<div><form></div>con</form><p>vẹt",
            "<template shadowrootmode=open><tr><td>con<td>vẹt",
        ])
    func wordsThatArePartedByElements(page: String) {
        #expect(Self.parts(page) == "con|vẹt")
    }

    /// Style sheets of HTML behind foreign content that a tag of HTML has ended.
    @Test(
        arguments: [
            "<svg><p></svg><style></svg>vẹt", "<svg></p><style></svg>vẹt",
            "<svg><math></svg></math><style></p>vẹt",
            "<svg><desc></b><b></desc></b></desc></svg><style></svg>vẹt",
        ])
    func styleSheetsOfHTML(page: String) {
        for layer in [TextLayer.text, .hidden] { #expect(Self.parts(page, layer).isEmpty) }
    }

    /// Names of XML have case, those of attributes too.
    @Test(arguments: ["STYLE='display:none'", "HIDDEN=''", "hidden='' style='display:inline'"])
    func attributesOfXML(attribute: String) {
        let html = "<html xmlns='http://www.w3.org/1999/xhtml'>"
        #expect(Self.parts("\(html)v<b \(attribute)>ẹ</b>t</html>", .text, .xml) == "vẹt")
    }

    /// As many open elements as are kept, and one more: from there on style sheets are read as text, too, and
    /// nothing is hidden.
    @Test(arguments: [0, 1, 2])
    func limitOfOpenElements(more: Int) {
        let depth = Limits.Text.openElementsMax - 1 + more
        let page = String(repeating: "<div>", count: depth) + "<i hidden>x</i><style>v{}</style>"
        #expect(Self.parts(page, .text) == (more == 0 ? "" : "x"))
        #expect(Self.parts(page, .hidden) == (more == 0 ? "x" : "v{}"))
        let closed = page + String(repeating: "</div>", count: depth) + "con<div>vẹt"
        #expect(Self.parts(closed, .text).hasSuffix("con|vẹt"))
    }

    /// Blocks of which some stand amid more elements than are kept.
    @Test(
        arguments: [
            ("<div>", "<div style='unicode-bidi:bidi-override;direction:rtl'>x</div>con vẹt"),
            ("<div>", "<bdo dir=rtl>q<div>r</div>x</bdo><p>con vẹt"),
            ("<b>", "<div>x</div>con v</section>ẹt"), ("<b>", "<ul><li>r<li>x</ul>con vẹt"),
        ])
    func blocksAmidManyElements(around: String, page: String) {
        for count in [0, 511, 512, 513, 600] {
            let found = Self.parts(String(repeating: around, count: count) + page)
            #expect(
                found.replacing("\u{202C}", with: "").hasSuffix("x|con vẹt"), "\(count): \(found)")
        }
    }

    @Test(arguments: [0, 511, 512, 520])
    func blocksAmidManyElementsOfXML(count: Int) {
        let (begin, end) = (
            String(repeating: "<b>", count: count), String(repeating: "</b>", count: count)
        )
        let overrides = String(repeating: "<bdo dir='rtl'>q</bdo>", count: 1_000)
        let page =
            "<html xmlns='http://www.w3.org/1999/xhtml'>\(begin)\(overrides)<p>y</p>r\(end)<p>x</p>con vẹt</html>"
        let found = Self.parts(page, .text, .xml)
        #expect(found.hasSuffix("y|r|x|con vẹt"), "\(found.suffix(40))")
    }

    /// What begins as JSON is read as HTML besides: an escape becomes no tag.
    @Test(
        arguments: [
            "{<\\u0073cript>con vẹt", "{<\\u0074emplate>con vẹt", "{<b \\u0068idden>con vẹt",
            "{&\\u006et;con vẹt",
        ])
    func escapesThatBecomeNoTag(page: String) {
        #expect(Self.parts(page).contains("con vẹt"))
    }
}
