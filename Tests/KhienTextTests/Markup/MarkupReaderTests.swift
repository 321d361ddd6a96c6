import KhienModel
import KhienText
import Testing

/// Which text of a page goes to which layer, and where words are parted.
@Suite struct MarkupReaderTests {
    private static func text(
        _ page: String, _ layer: TextLayer = .text, _ kind: MarkupKind = .html
    ) -> String {
        CollectedText.markup(Array(page.utf8), kind).marked(layer.name)
    }

    @Test(
        arguments: [
            ("x<b>y</b>z", "xyz"), ("a<br>b", "a|b"), ("<p>a<p>b", "a|b"),
            ("<td>a<td>b", "a|b"), ("a<!-- c -->b", "ab"), ("&#273;&aacute;nh", "đánh"),
            ("a&nbsp;b", "a\u{A0}b"), ("s\0ex", "sex"), ("a<foo-bar>b</foo-bar>c", "abc"),
            ("<script>var a = 'x'</script>b", "b"), ("<textarea>a<b></textarea>", "a<b>|"),
            ("<![CDATA[a]]>b", "b"), ("<svg><![CDATA[a]]></svg>b", "a|b"),
            ("<svg><style>p{}</style>a</svg>b", "a|b"), ("<xmp>a<b></xmp>", "a<b>|"),
            ("<svg><p>x<![CDATA[y]]></p>", "x|"), ("<plaintext></plaintext>a", "</plaintext>a"),
            ("a<img alt=b>c", "ac"), ("<math><mi><![CDATA[a]]></mi></math>b", "a|b"),
        ])
    func visible(page: String, wanted: String) {
        #expect(Self.text(page) == wanted)
    }

    @Test(
        arguments: [
            ("<div hidden>a</div>b", "a", "b"),
            ("s<span style='display: none'>zz</span>ex", "zz", "sex"),
            ("<div style='DISPLAY:NONE!important'>a<div>b</div>c</div>d", "a|b|c", "d"),
            ("<p style=display:none;display:block>a</p>", "", "a"),
            ("<template>a</template>b", "a", "b"),
            ("<div><template shadowrootmode=open>a</template></div>", "", "a"),
            ("<noscript>a<img alt=b></noscript>c", "a|b", "c"), ("<iframe>a</iframe>b", "a", "b"),
            ("<p hidden>a<div>b</div>", "a", "b"), ("<li hidden>a<li>b", "a", "b"),
            ("<section><span hidden>a</section>b", "a", "b"), ("<a hidden>a<a>b", "a", "b"),
            ("<p><span hidden>a</p>b", "a", "b"),
            ("<span style='visibility:hidden'>a</span>b", "a", "b"),
            ("<i style=opacity:0>a</i>b", "a", "b"), ("<b style=font-size:0px>a</b>b", "a", "b"),
            ("<img hidden>a", "", "a"), ("<div aria-hidden=true>a</div>", "", "a"),
            ("<b style='color:red'>a</b>", "", "a"), ("<details>a</details>", "", "a"),
        ])
    func hidden(page: String, hidden: String, visible: String) {
        func parts(_ text: String) -> String {
            text.split(separator: "|").joined(separator: "|")
        }
        #expect(parts(Self.text(page, .hidden)) == hidden)
        #expect(parts(Self.text(page)) == visible)
    }

    @Test(
        arguments: [
            ("<img alt='a' title=b src=/c>", TextLayer.attribute, "a|b|"),
            ("<img alt='a' src=/c>", .link, "/c|"),
            ("<input placeholder=a value=b>", .attribute, "a|b|"),
            ("<input type=hidden value=b>", .attribute, ""),
            ("<a href='/x?a&amp;b'>", .link, "/x?a&b|"),
            ("<meta name=description content=a>", .attribute, "a|"),
            ("<meta property='og:title' content=a>", .attribute, "a|"),
            ("<meta name=viewport content=a>", .attribute, ""),
            ("<meta content=a name=viewport>", .attribute, "a|"),
            ("<meta http-equiv=refresh content='0;url=/a'>", .link, "0;url=/a|"),
            ("<img srcset='/a 1x,/b 2x'>", .link, "/a 1x|/b 2x|"),
            ("<p aria-label=a>", .attribute, "a|"),
            ("<title>a&amp;<b></title>c", .title, "a&<b>|"), ("<!--a--><!b>", .comment, "a|b|"),
            ("<b title=\"s&#101;x\">", .attribute, "sex|"), ("<b TITLE=a>", .attribute, "a|"),
            ("<script>f('a\\x62\\u0063\\ud83c\\udfb0', \"d\")</script>", .script, "abc🎰|d|"),
            ("<script>/*'a'*/ //'b'\n x=/'c'/; y=`d${e+'f'}g`</script>", .script, "d|f|g|"),
            ("<script>a=b/c+'d'/e; f='\\u{1F3B0}'</script>", .script, "d|🎰|"),
            ("<script><!-- <script>'a'</script> 'b' --></script>", .script, "a|b|"),
            (
                "<style>a::before{content:'x\\65 y' attr(z) \"w\";font:'q'}b{align-content:'n'}</style>",
                .style, "xeyw|"
            ),
        ])
    func layers(page: String, layer: TextLayer, wanted: String) {
        let found = Self.text(page, layer)
        #expect(found == wanted)
    }

    @Test(
        arguments: [
            (
                #"{"a": "b\"c\u00e1", "d": [1, "e\/f"]}"#, MarkupKind.json, TextLayer.text,
                "a|b\"cá|d|e/f|"
            ),
            ("<a><b>x</b><c>y<![CDATA[<z>]]></c></a>", .xml, .text, "x|y<z>|"),
            ("<rss><title>t</title><description>d</description></rss>", .xml, .title, "t|"),
            ("<html><p>x<b>y</b></p></html>", .xml, .text, "xy|"),
            ("a < b & c\0d", .plain, .text, "a < b & cd"), ("x = 'a';", .script, .script, "a|"),
            ("a{content:'x'}", .style, .style, "x|"),
        ])
    func kinds(body: String, kind: MarkupKind, layer: TextLayer, wanted: String) {
        #expect(Self.text(body, layer, kind) == wanted)
    }

    /// Layers nobody asked for give nothing, and change nothing of the others.
    @Test func unwantedLayers() {
        let page = Array("<!--a--><title>b</title><p title=c>d<script>'e'</script>".utf8)
        let found = CollectedText.markup(page, .html, layers: TextLayers(.text))
        #expect(found.texts.keys.sorted() == ["text"])
        #expect(found.marked("text").contains("d"))
    }
}
