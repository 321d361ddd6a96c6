import KhienModel
import KhienText
import Testing

/// Places where text was passed over that browsers show, or scripts.
@Suite struct MarkupDisguiseTests {
    /// The parts between breaks, the same for every cut.
    private static func parts(_ body: String, _ kind: MarkupKind, _ layer: TextLayer) -> String {
        let bytes = Array(body.utf8)
        let whole = CollectedText.markup(bytes, kind).string(layer.name)
        for cut in bytes.indices {
            let found = CollectedText.markup(bytes, kind, cuts: [cut]).string(layer.name)
            if found != whole { return "cut at \(cut): \(found)" }
        }
        return whole.split(separator: "\0").joined(separator: "|")
    }

    @Test(
        arguments: [
            ("<iframe srcdoc='<p>con v<b>ẹ</b>t</p>'></iframe>x", "con vẹt"),
            ("<iframe srcdoc='con v&amp;#7865;t'>", "con vẹt"),
            ("<iframe srcdoc=\"a<p class='b'>c\" title=d>", "a|c|b|d"),
            ("<iframe srcdoc='a<b", "a|b"), ("<iframe srcdoc='a' srcdoc='b'>", "a|b"),
        ])
    func pagesWithinAttributes(page: String, wanted: String) {
        #expect(Self.parts(page, .html, .attribute) == wanted)
    }

    /// Pages in addresses that hold them.
    @Test(
        arguments: [
            (
                "<iframe src='data:text/html;charset=utf-8,<p>con v<b>ẹ</b>t</p>'></iframe>x",
                "con vẹt"
            ),
            ("<iframe src='data:text/html,con%20v%E1%BA%B9t&lt;br>a%2b'>", "con vẹt|a+"),
            ("<iframe src=' DATA:Text/HTML; x=y;base64,PGI+Y29uPC9iPiB24bq5dA=='>", "con vẹt"),
            ("<object data='data:;ba\nse64 ,PGI+Y29uPC9i%50iB24bq5dA'></object>", "con vẹt"),
            ("<embed src='data:image/svg+xml,<svg><text>a</text></svg>#b'>", "a"),
            ("<frameset><frame src=data:,a%zz%4x>", "a%zz%4x"),
            ("<iframe src='data:,a%4'>", "a%4"), ("<iframe src='data:,%'>", "%"),
            // What is no type is plain text.
            ("<iframe src='data: text/html ,a'>", "a"), ("<iframe src='data:x,a'>", "a"),
            ("<iframe src='data:image/p ng,a'>", "a"), ("<iframe src='data:image/x/y,a'>", "a"),
            ("<iframe src='data:image/,a'>", "a"), ("<iframe src='data:/png,a'>", "a"),
            ("<iframe src='data:image/p(ng,a'>", "a"),
            // What browsers show as text, and what not.
            ("<iframe src='data:application/javascript,a'>", "a"),
            ("<iframe src='data:application/problem+json,a'>", "a"),
            ("<iframe src='data:application/rss+xml,a'>", "a"),
            ("<iframe src='data:Application/JSON ;x=y,a'>", "a"),
            ("<iframe src='data:model/x,a'>", "a"),
            ("<iframe src='data:application/pdf,a'>", ""),
            ("<iframe src='data:application/octet-stream,a'>", ""),
            ("<iframe src='data:image/svg+xmlx,a'>", ""), ("<iframe src='data:video/x,a'>", ""),
            ("<iframe src='data:font/x,a'>", ""), ("<iframe src='data:audio/x,a'>", ""),
            // A word of several is no `base64`, and `#` ends the address anywhere.
            ("<iframe src='data:text/html;ba se64,con'>", "con"),
            ("<iframe src='data:text/html; base64 ,YQ=='>", "a"),
            ("<iframe src='data:text/html#,a'>", ""),
            ("<iframe src='data:text/html'>", ""),
            ("<iframe src='/a?data:text/html,b'>", ""), ("<img src='data:text/html,a'>", ""),
            ("<iframe src='data:image/png;base64,YWJj'>", ""),
            ("<iframe src='dat:text/html,b'>", ""),
            ("<iframe src='data:text/html,a<i title=b' src='data:,c'>", "a|b|c"),
        ])
    func pagesWithinAddresses(page: String, wanted: String) {
        #expect(Self.parts(page, .html, .attribute) == wanted)
        #expect(Self.parts("<div hidden>\(page)", .html, .attribute) == "")
    }

    /// What browsers pass over, and what ends foreign content, does to a hidden part what it does there.
    @Test(
        arguments: [
            ("<div hidden>a</head>b</li>c</div>d", "abc", "d"),
            ("<svg hidden><hr>a</svg>", "", "a"), ("<svg><g hidden></p>a</svg>", "", "a"),
            ("<table hidden>a<tr hidden>b<td hidden>c<td>d", "c|d", "ab"),
            ("a<p hidden>b<p>c", "b", "a|c"), ("<div>a<span hidden>b</div>c", "b", "a|c"),
            ("<div>a<b hidden>b</b>c</div>d", "b", "ac|d"), ("a<p hidden>b<hr>c", "b", "a|c"),
            ("<svg><noscript>a</svg>b<p>c", "a", "b|c"), ("a<p hidden>b<br>c", "b|c", "a"),
            ("<svg><mo><textarea>a<i></svg>b", "a", "b"),
        ])
    func hiddenParts(page: String, hidden: String, text: String) {
        #expect(Self.parts(page, .html, .hidden) == hidden)
        #expect(Self.parts(page, .html, .text) == text)
    }

    @Test func hiddenPagesWithinAttributes() {
        let page = "<div hidden><iframe srcdoc='s<b>e</b>x'></iframe></div>"
        #expect(Self.parts(page, .html, .hidden) == "sex")
        #expect(Self.parts(page, .html, .attribute) == "")
    }

    /// A page in a frame is parted from the text around it.
    @Test(arguments: ["src='data:text/html,b'", "srcdoc='b'", "src='data:,%'"])
    func framesWithinHiddenText(attribute: String) {
        let page = "<div hidden>a<iframe \(attribute)></iframe>c</div>"
        let wanted = attribute.contains("%") ? "a|%|c" : "a|b|c"
        #expect(Self.parts(page, .html, .hidden) == wanted)
    }

    private static let html = "<html xmlns='http://www.w3.org/1999/xhtml'>"

    /// Names of XML have case, and elements a namespace.
    @Test(
        arguments: [
            ("<SCRIPT>con vẹt</SCRIPT>", "con vẹt"),
            ("<doc><script>con vẹt</script></doc>", "con vẹt"),
            ("a<style>con v<b>ẹ</b>t</style>c", "a|con vẹt|c"), ("<TEMPLATE>a</TEMPLATE>b", "a|b"),
            (html + "<script>a</script>b", "b"), (html + "c<script>'a'</script>on", "con"),
            (html + "<SCRIPT>a</SCRIPT>b", "ab"), (html + "c<x>o</x>n", "con"),
            ("c<x>o</x>n", "c|o|n"),
            (html + "<p xmlns=''><script>a</script></p>", "a"),
            (html + "<script xmlns='x'>a</script>", "a"),
            ("<html xmlns='http://www.w3.org/1999/xhtmk'><script>a</script>", "a"),
            ("<!DOCTYPE x [<!ATTLIST p xmlns CDATA ''>]>" + html + "<style>a</style>", "a"),
            ("<svg xmlns='http://www.w3.org/2000/svg'><style>a</style><text>b</text></svg>", "b"),
            (html + "<script style='display:block'>a</script>", "a"),
            // Elements of another namespace, by their own tag.
            (html + "ca<template xmlns='urn:x'>si</template>no", "casino"),
            (html + "ca<noscript xmlns='urn:x'>si</noscript>no", "casino"),
            (html + "ca<title xmlns='urn:x'>si</title>no", "casino"),
            (html + "ca<p xmlns='urn:x'>si</p>no", "casino"),
            (html + "ca<br xmlns='urn:x'/>sino", "casino"),
            (html + "<p>ca<x xmlns='urn:x' hidden=''>si</x>no</p>", "casino"),
            (html + "<p>ca<x hidden='' xmlns='urn:x'>si</x>no</p>", "casino"),
            (html + "<p>ca<x xmlns='urn:x' style='display:none'>si</x>no</p>", "casino"),
            // What it says holds for those within, up to one that says another.
            (html + "<p>a<x xmlns='urn:x'><y hidden=''>casino</y></x></p>", "a|casino"),
            (html + "<p>a<x xmlns='urn:x'><y style='display:none'>casino</y></x></p>", "a|casino"),
            (html + "<p>a<x xmlns='urn:x'><template>casino</template></x></p>", "a|casino"),
            (html + "<p>ca<x xmlns='urn:x'/><b hidden=''>x</b>sino</p>", "casino"),
            (html + "<p>ca<x xmlns='urn:x'>s</x><b hidden=''>x</b>ino</p>", "casino"),
            (
                html + "<p>ca<x xmlns='urn:x'>s<b hidden='' "
                    + "xmlns='http://www.w3.org/1999/xhtml'>x</b></x>ino</p>", "casino"
            ),
            (
                html + "<svg xmlns='http://www.w3.org/2000/svg'><text>ca"
                    + "<tspan style='display:none'>x</tspan>sino</text></svg>", "casino"
            ),
            ("<doc><a hidden=''>casino</a></doc>", "casino"),
            (
                "<!DOCTYPE x [<!ATTLIST b xmlns CDATA 'urn:x'>]>" + html
                    + "<p>ca<b hidden=''>si</b>no</p>", "casino"
            ),
            (doc + "ca<template xmlns='urn:x'>si</template>no", "casino"),
            ("<doc xmlns='urn:x'>ca<p>si</p>no</doc>", "ca|si|no"),
            // Of the DOCTYPE what says so are attributes with defaults, and namespaces.
            ("<!DOCTYPE x [<!ATTLIST p b CDATA 'xmlns'>]>" + html + "<style>a</style>", "a"),
            ("<!DOCTYPE x [<!ATTLIST p b CDATA #IMPLIED>]>" + html + "<style>a</style>", ""),
            ("<!DOCTYPE x [<!ATTLIST p xmlns CDATA #IMPLIED>]>" + html + "<style>a</style>", "a"),
            (
                "<!DOCTYPE x [<!ENTITY % e \"<!ATTLIST p xmlns CDATA ''>\">%e;]>" + html
                    + "<style>a</style>", "a"
            ),
        ])
    func elementsOfXML(page: String, wanted: String) {
        #expect(Self.parts(page, .xml, .text) == wanted)
    }

    private static let doc = "<doc xmlns:h='http://www.w3.org/1999/xhtml'>"

    private static let both =
        "<html xmlns='http://www.w3.org/1999/xhtml' xmlns:h='http://www.w3.org/1999/xhtml'>"

    private static let others =
        "<html xmlns='http://www.w3.org/1999/xhtml' xmlns:f='urn:x' "
        + "xmlns:h='http://www.w3.org/1999/xhtml' xmlns:s='http://www.w3.org/2000/svg'>"

    /// A prefix that is HTML's makes elements those of HTML, whatever is around.
    @Test(
        arguments: [
            (doc + "c<h:b>o</h:b>n<h:p>x</h:p>y", "con|x|y"), (doc + "c<h:x>o</h:x>n", "con"),
            (doc + "c<h:B>o</h:B>n", "con"), (doc + "c<H:b>o</H:b>n", "con"),
            (doc + "c<h:br/>n", "c|n"), (doc + "a<h:template>b</h:template>c", "ac"),
            (doc + "c<x>o</x>n", "c|o|n"), (doc + "c<g:b>o</g:b>n", "c|o|n"),
            (doc + "c<:b>o</:b>n", "c<:b>on"), (doc + "c<h:>o</h:>n", "con"),
            (doc + "c<h:b:b>o</h:b:b>n", "con"), (doc + "<h:script>'a'</h:script>b", "'a'|b"),
            // Declared where it is used, or not at all.
            ("c<h:b xmlns:h='http://www.w3.org/1999/xhtml'>o</h:b>n", "con"),
            ("<h:div xmlns:h='http://www.w3.org/1999/xhtml'>c<h:i>o</h:i>n</h:div>d", "con|d"),
            ("c<h:b xmlns:h='http://www.w3.org/1999/xhtmk'>o</h:b>n", "c|o|n"),
            ("c<h:b XMLNS:h='http://www.w3.org/1999/xhtml'>o</h:b>n", "c|o|n"),
            ("<doc xmlns:H='http://www.w3.org/1999/xhtml'>c<H:b>o</H:b>n", "con"),
            (
                "<doc xmlns:abcdefghijklmnopq='http://www.w3.org/1999/xhtml'>"
                    + "c<abcdefghijklmnopq:b>o</abcdefghijklmnopq:b>n", "con"
            ),
            // Twice, with another namespace: nobody's.
            (doc + "<p xmlns:h='x'/>c<h:b>o</h:b>n", "c|o|n"),
            ("<p xmlns:h='x'/>" + doc + "c<h:b>o</h:b>n", "c|o|n"),
            // In the tag itself: that is no element of HTML any more.
            (both + "ca<h:template xmlns:h='urn:x'>si</h:template>no", "casino"),
            (both + "ca<H:template xmlns:H='urn:x'>si</H:template>no", "casino"),
            (both + "ca<h:p xmlns:h='urn:x'>si</h:p>no", "casino"),
            (both + "ca<h:br xmlns:h='urn:x'/>sino", "casino"),
            (both + "<h:script xmlns:h='urn:x'>đánh bạc</h:script>", "đánh bạc"),
            (both + "<h:style xmlns:h='urn:x'>đánh bạc</h:style>", "đánh bạc"),
            (both + "đánh <h:title xmlns:h='urn:x'>bạc</h:title>", "đánh bạc"),
            (both + "đánh <h:noscript xmlns:h='urn:x'>bạc</h:noscript>", "đánh bạc"),
            (both + "a<h:template>b</h:template>c", "ac"),
            (both + "a<h:template xmlns:h='http://www.w3.org/1999/xhtml'>b</h:template>c", "ac"),
            // Another's, known from before; SVG's; declared twice.
            (others + "<p>ca<f:x hidden=''>si</f:x>no</p>", "casino"),
            (others + "<p>ca<f:x style='display:none'>si</f:x>no</p>", "casino"),
            (others + "<p>ca<f:x><y hidden=''>x</y>si</f:x>no</p>", "casino"),
            (others + "<s:svg><s:text style='display:none'>x</s:text></s:svg>a", "a"),
            (others + "<p>a<h:b hidden=''>x</h:b>b</p>", "ab"),
            (others + "<p>ca<h:b xmlns:h='urn:x' hidden=''>si</h:b>no</p>", "casino"),
            // Where the DOCTYPE may have declared it.
            (
                "<!DOCTYPE x [<!ATTLIST h:template xmlns:h CDATA 'urn:x'>]>" + both
                    + "ca<h:template>si</h:template>no", "casino"
            ),
            ("<!DOCTYPE x [<!ATTLIST a b CDATA 'x'>]>" + doc + "ca<h:b>si</h:b>no", "casino"),
            (
                "<!DOCTYPE x [<!ATTLIST a xmlns:b CDATA 'x'>]>" + doc + "ca<h:b>si</h:b>no",
                "ca|si|no"
            ),
            ("<!DOCTYPE x [<!ATTLIST a %b;>]>" + doc + "ca<h:b>si</h:b>no", "ca|si|no"),
            // A title ends with its element.
            (both + "<h:title>t<h:x xmlns:h='urn:x'/></h:title>a", "a"),
            // Beside HTML without a prefix.
            (html + "c<g:b>o</g:b>n", "con"), (html + "c<g:p>o</g:p>n", "con"),
        ])
    func prefixesOfXML(page: String, wanted: String) {
        #expect(Self.parts(page, .xml, .text) == wanted)
    }

    /// As many prefixes as are kept, and one more.
    @Test(arguments: [0, 1])
    func limitOfPrefixes(more: Int) {
        let others = (0..<Limits.Text.namespacePrefixesMax - 1 + more).map { "xmlns:p\($0)='x'" }
        let page = "<doc \(others.joined(separator: " "))>\(Self.doc)c<h:b>o</h:b>n"
        #expect(Self.parts(page, .xml, .text) == (more == 0 ? "con" : "c|o|n"))
    }

    /// At the longest name of a namespace that is compared, and past it.
    @Test(arguments: [0, 1, 2])
    func limitOfNamespaces(more: Int) {
        let known = "http://www.w3.org/1999/xhtml"
        let rest = Limits.Text.namespaceBytesMax - known.utf8.count + more - 1
        let long = known + String(repeating: " ", count: rest)
        #expect(Self.parts("<p xmlns='\(long)'><script>a</script></p>", .xml, .text) == "a")
    }

    /// Scripts and style sheets that are made visible, and those that are none.
    @Test(
        arguments: [
            ("a<style style='display:block'>con vẹt</style>b", TextLayer.text, "a|con vẹt|b"),
            ("<script type=x style=\"display:block\">con vẹt</script>", .text, "con vẹt"),
            ("<script style=all:unset>a</script>", .text, "a"),
            ("<script style='/**/display:block'>a</script>", .text, "a"),
            ("<script style='d\\69splay:block'>a</script>", .text, "a"),
            ("c<script style=''>a</script>on<style style='color:red'>b</style>x", .text, "conx"),
            ("<script style='display:none'>a</script>b", .text, "b"),
            ("<script style='display:block' hidden>a</script>b", .text, "a|b"),
            ("<script style='display:none' hidden>a</script>b", .text, "b"),
            ("<script type=text/template><p>con v<b>ẹ</b>t</p></script>b", .hidden, "con vẹt"),
            ("<script type=text/html>v&#7865;t</script>", .hidden, "vẹt"),
            ("<script type=text/javascript>a</script>", .hidden, ""),
            ("<script type=module>a</script>", .hidden, ""),
            ("<script type=application/ld+json>a</script>", .hidden, ""),
            ("<script type=text/x-tmpl>a</script><script>b</script>", .hidden, "a"),
        ])
    func shownScripts(page: String, layer: TextLayer, wanted: String) {
        #expect(Self.parts(page, .html, layer) == wanted)
    }

    /// What browsers hide of itself, and a style shows: text, read as HTML as well.
    @Test(
        arguments: [
            ("con <noframes style='display:inline'>vẹt</noframes> z", "con |vẹt| z", ""),
            ("con <noembed style='display:contents'>vẹt</noembed> z", "con |vẹt| z", ""),
            ("con <noembed style='display:unset'>vẹt</noembed> z", "con |vẹt| z", ""),
            ("con <noscript style='display:contents'>vẹt</noscript> z", "con |vẹt| z", ""),
            ("<noframes style=all:unset>v<b>ẹ</b>t<i title=x></noframes>z", "vẹt|x|z", ""),
            ("co<noembed style='display:inline'>vẹt</noembed>n", "con", "vẹt"),
            ("co<noscript style='display:block'>vẹt</noscript>n", "con", "vẹt"),
            // In the head it is not shown.
            ("<head><noframes style=display:inline>con</noframes></head>vẹt", "con|vẹt", ""),
            ("<noframes style=display:inline>v<b>ẹ</b>t", "vẹt", ""),
            ("<noframes style=display:none>vẹt</noframes>z", "z", "vẹt"),
            ("<div hidden><noframes style=display:inline>vẹt</noframes></div>z", "z", "vẹt"),
            ("a<iframe style='display:inline'>vẹt</iframe>z", "az", "vẹt"),
        ])
    func shownRawText(page: String, text: String, hidden: String) {
        #expect(Self.parts(page, .html, .text) == text)
        #expect(Self.parts(page, .html, .hidden) == hidden)
    }

    /// A title that a style shows is text besides.
    @Test(
        arguments: [
            (
                "con <title style='display:inline'>v&#7865;t</title> z", MarkupKind.html,
                "con |vẹt| z"
            ),
            ("con <title style='display:inline'>vẹt", .html, "con |vẹt"),
            ("<title style='display:inline'>vẹt</title>con", .html, "vẹt|con"),
            ("co<title hidden style='display:none'>vẹt</title>n", .html, "con"),
            ("con <title style='color:red'>vẹt</title> z", .html, "con  z"),
            ("<div hidden>a<title style='display:inline'>vẹt</title></div>z", .html, "z"),
            ("con <title style='display:inline'>v<b>ẹ</b>t</title> z", .xml, "con |vẹt| z"),
            (html + "con <title style='display:inline'>vẹt</title> z", .xml, "con |vẹt| z"),
            (
                "<!DOCTYPE p [<!ATTLIST title style CDATA 'display:inline'>]>\(html)con "
                    + "<title>v<b>ẹ</b>t</title> z", .xml, "con |vẹt| z"
            ),
        ])
    func shownTitles(page: String, kind: MarkupKind, text: String) {
        #expect(Self.parts(page, kind, .title) == "vẹt")
        #expect(Self.parts(page, kind, .text) == text)
    }

    /// Ends of lines behind a backslash, and escapes of old.
    @Test(
        arguments: [
            ("x='con \\\r\nvẹt'", "con vẹt"), ("x='a\\\rb\\\nc'", "abc"),
            ("x='v\\\u{2028}ẹ\\\u{2029}t\\\u{2027}'", "vẹt\u{2027}"), ("x='\\\u{20AC}a'", "€a"),
            (#"x="\143on v\u1eb9t\40a\7\18\0""#, "con vẹt a\u{7}\u{1}8"),
            (#"x="\1014\477""#, "A4'7"),
            (#"x=`\143`"#, "143"), (#"x='\101"#, "A"), (#"x='\8\9'"#, "89"),
            (#"x='{\"a\":\"con v\\u1eb9t\"}'"#, #"{"a":"con vẹt"}"#),
        ])
    func scripts(body: String, wanted: String) {
        #expect(Self.parts(body, .script, .script) == wanted)
    }

    /// JSON within strings of JSON, and backslashes that escape nothing.
    @Test(
        arguments: [
            (#"{"a":"{\"b\":\"con v\\u1eb9t\"}"}"#, #"a|{"b":"con vẹt"}"#),
            (#"["v\\\\u1eb9t", "v\u005cu1EB9t", "v\\\u005cu1eb9t"]"#, "vẹt|vẹt|vẹt"),
            (#"["\\ud83c\\udfb0", "\ud83c\\udfb0", "\ud83c\\x"]"#, "🎰|🎰|\u{FFFD}\\x"),
            (
                #"["C:\\users\\u12", "\\", "\\\\", "\\u", "\\u1\\u1eb9", "\\n\\\n"]"#,
                #"C:\users\u12|\|\\|\u|\u1ẹ|\n\ "#
            ),
            (#"["\143", "\\u003cb>x", "\\u0026#x62;"]"#, "143|x|b"),
            (#"["\\u1e"#, #"\u1e"#),
        ])
    func nestedJSON(body: String, wanted: String) {
        #expect(Self.parts(body, .json, .text) == wanted)
    }

    /// As many backslashes as are waited with, and one more.
    @Test(arguments: [0, 1])
    func manyBackslashes(more: Int) {
        let slashes = String(repeating: #"\\"#, count: 16 + more)
        let wanted = (more == 0 ? "" : String(repeating: #"\"#, count: 16)) + "ẹ"
        #expect(Self.parts("[\"\(slashes)u1eb9\"]", .json, .text) == wanted)
    }

    /// What looks like a tag in a string may be text.
    @Test(
        arguments: [
            (#"["x <b con vẹt"]"#, "x |con|vẹt"), (#"["x </b con vẹt>"]"#, "x |con|vẹt"),
            (#"["<!doctype con vẹt>x"]"#, "x| con vẹt"), (#"["<b con=vẹt>x"]"#, "x|vẹt"),
            (#"["<b a b='' c='d'>x"]"#, "x|a|b|d"), (#"["<!DOCTYPE con"]"#, " con"),
        ])
    func tagsInStrings(body: String, wanted: String) {
        #expect(Self.parts(body, .json, .text) == wanted)
    }

    @Test(
        arguments: [
            ("p::before{content :\"con vẹt\"}", "con vẹt"), ("p{c\\6fntent:'con vẹt'}", "con vẹt"),
            ("p{--x:\"con vẹt\";list-style-type:'a' 'b'}c{d:'e'}", "con vẹt|ab|e"),
            ("p{content:\"con \\\r\nvẹt\"}", "con vẹt"),
            ("p{content:'a\\\rb\\\u{C}c\\\nd'}", "abcd"),
            ("p{content:'\\63\r\non v\\1eb9\r\nt'}", "con vẹt"), ("p{content:'\\63\ron'}", "con"),
            ("@import 'a';@charset 'b';p{c:url('d') url( 'e') 'f'}", "b|ef"),
            ("p\\'q{}r{content:'a'}", "a"), ("/*'a'*/p{content:/*'b'*/'c'}", "c"),
            ("a{b:url(x'y)}p{content:'con vẹt'}", "con vẹt"),
            ("a{b:url(//x/*y.png)}p{content:\"con vẹt\"}", "con vẹt"),
            ("a{b:URL( x\\)'y\\ )}p{content:'con vẹt'}", "con vẹt"),
            ("a{b:'a' url(x'y;z\"/*)'c'}p{content:'con vẹt'}", "ac|con vẹt"),
            ("url(a'b)p{content:'con'}q{b:url()'vẹt'}", "con|vẹt"),
            // No address: longer names, and what is no name.
            ("a{b:curl(x 'con vẹt')}", "con vẹt"), ("a{b:-url(x 'con')}", "con"),
            ("a{b:\\url(x 'con')c: url (x 'vẹt')}", "convẹt"), ("a{b:url(x'y", ""),
            ("p{content:'a';s:'b\\", "a|b"), ("p{x:\"a\\'b\" \\\"'c'}", "a'bc"),
        ])
    func styleSheets(body: String, wanted: String) {
        #expect(Self.parts(body, .style, .style) == wanted)
    }

    /// In `svg` and `math` neither scripts nor style sheets are raw text, and HTML ends both (HTML
    /// Standard, "The rules for parsing tokens in foreign content").
    @Test(
        arguments: [
            ("<svg><style><p>con vẹt</p>", "con vẹt"), ("<math><script><div>con vẹt", "con vẹt"),
            ("<svg><style>a{}<b>con</b> vẹt", "con vẹt"),
            ("<svg><style></svg>con vẹt", "con vẹt"), ("<svg><style></p>con vẹt", "con vẹt"),
            ("<svg><script></br>con vẹt", "con vẹt"),
            ("<svg><style><font color=red>con vẹt", "con vẹt"),
            ("<svg><g><style>a</style><text>con vẹt</text></g></svg>", "con vẹt"),
            ("<svg><style>con<g>vẹt</g></style><text>b</text></svg>", "b"),
            ("<svg></svg><style><p>a</p></style>b", "b"),
            ("<svg><foreignObject><style><p>a</p></style>b", "b"),
        ])
    func rawTextOfForeignContent(page: String, wanted: String) {
        #expect(Self.parts(page, .html, .text) == wanted)
    }

    /// JSON that is sent as HTML or as text, as many servers do: its escapes are read, and nothing twice.
    @Test(
        arguments: [
            (#"{"t":"b\u00e1nh gi\u00F2"}"#, #"{"t":"bánh giò"}"#),
            (#" ["\ud83d\ude00"]"#, #" ["😀"]"#),
            (#")]}',{"a":"b\u00e1"}"#, #")]}',{"a":"bá"}"#), (#"x"b\u00e1nh""#, #"x"b\u00e1nh""#),
            (#"{\u0062\u00e1\u0020\u0030"#, "{bá 0"),
            (#"{\\u00e1\u\u00e1\u00\u00zz"#, #"{\á\uá\u00\u00zz"#),
            (#"{\ud83da\ude00\ud83d\u00e1"#, #"{a\ude00á"#), (#"{\u00e"#, #"{\u00e"#),
            (#"{\"#, #"{\"#),
        ])
    func jsonThatIsNotSaidToBe(body: String, wanted: String) {
        #expect(Self.parts(body, .html, .text) == wanted)
        #expect(Self.parts(body, .plain, .text) == wanted)
    }

    /// What a browser would show as it stands must not become a tag that hides what follows.
    @Test(arguments: ["003c", "003E", "0026", "0022", "0027", "0000", "002f"])
    func escapesThatMeanSomethingToHTML(digits: String) {
        let body = "{\\u\(digits)!-- con <b>v\\u1eb9t</b>"
        #expect(Self.parts(body, .html, .text) == "{\\u\(digits)!-- con vẹt")
    }

    @Test(
        arguments: [
            ("/b%C3%A1nh-gi%c3%b2", "/bánh-giò"), ("/a%20b%", "/a b%"), ("/a%2", "/a%2"),
            ("/%zz%41%4", "/%zzA%4"), ("%%41", "%A"), ("/%00%0aa", "/  a"),
        ])
    func percentEncodedLinks(link: String, wanted: String) {
        #expect(Self.parts("<a href='\(link)'>", .html, .link) == wanted)
        #expect(
            Self.parts("<img srcset='\(link),\(link) 2x'>", .html, .link)
                == "\(wanted)|\(wanted) 2x")
    }

    /// What browsers show as nothing parts no word, block or not.
    @Test(
        arguments: [
            "<template>x</template>", "<noscript>q</noscript>", "<input type=hidden>",
            "<div hidden>x</div>", "<div style='display:none'>x</div>", "<table hidden></table>",
        ])
    func hiddenBlocksWithinWords(part: String) {
        #expect(Self.parts("con v\(part)ẹt", .html, .text) == "con vẹt")
    }

    /// A block ends the paragraph that is open, hidden or not, and an item or a cell the one before.
    @Test(
        arguments: [
            ("<p>con<p hidden></p>vẹt", "con|vẹt"), ("<p>con<div hidden></div>vẹt", "con|vẹt"),
            ("<p>con<template></template><div hidden></div>vẹt", "con|vẹt"),
            ("<p>a</p>con<div hidden></div>vẹt", "a|convẹt"), ("<li>a<li hidden>b</li>c", "a|c"),
            ("<p>a<div>b</div>con<div hidden></div>vẹt", "a|b|convẹt"),
        ])
    func hiddenBlocksThatEndOthers(page: String, wanted: String) {
        #expect(Self.parts(page, .html, .text) == wanted)
    }

    /// Tags that browsers pass over, and elements that stand in a line or are not shown.
    @Test(
        arguments: [
            "<tr>", "<td>", "</td>", "</table>", "<tbody>", "<caption>", "<td hidden>", "<body>",
            "</body>", "</html>", "<head>", "<html class=a>", "<frameset>", "<body hidden>",
            "<object data=x></object>", "<audio></audio>", "<canvas></canvas>", "<rp>(</rp>",
            "<datalist><option>x</datalist>", "<title>x</title>", "<iframe></iframe>",
            "<noscript>x</noscript>",
            "</div>", "</center>", "</li>", "</h3>", "</template>", "</svg>", "</textarea>",
            "</form>", "</option>", "</hr>", "<table>", "<table hidden>", "<table><tr hidden>",
            "<svg></svg>", "<math/>",
            "<br hidden>", "<li hidden>x</li>", "<svg width=0>x<title>x</title></svg>",
            "<select hidden></select>",
        ])
    func tagsThatPartNoWord(tag: String) {
        #expect(Self.parts("con v<b>ẹ</b>\(tag)t", .html, .text) == "con vẹt")
        #expect(Self.parts("con vẹ\(tag)t", .html, .text) == "con vẹt")
        #expect(Self.parts("<p>con vẹ<select hidden></select>t", .html, .text) == "con vẹt")
    }

    /// What has ended, or never began, ends nothing.
    @Test(
        arguments: [
            "<template><table></template>", "<table><td><svg></table></svg>",
            "<div hidden><table></table></div>", "<template><center></template>",
            "<template><table></table></template>", "<center></center>",
        ])
    func elementsThatAreOver(begin: String) {
        for tag in ["<td>", "</center>", "</table>", "</template>"] {
            let page = Array("\(begin)con vẹ\(tag)t".utf8)
            let text = CollectedText.markup(page, .html).string("text")
            #expect(text.contains("con vẹt"), "\(tag): \(text)")
        }
    }

    private static let blocks = [
        "address", "article", "aside", "details", "dialog", "fieldset", "figcaption", "figure",
        "footer", "form", "header", "hgroup", "legend", "main", "nav", "search", "section",
        "summary", "select", "center", "dir", "marquee", "button", "div", "dl", "h1", "blockquote",
        "menu", "ol", "pre", "listing", "ul", "li", "dd", "optgroup", "option",
    ]

    /// An end tag parts a word where its own element is open, not where another is.
    @Test(arguments: blocks)
    func endTagsOfOthers(open: String) {
        for end in Self.blocks {
            let page = Array("<\(open)>con vẹ</\(end)>t".utf8)
            let text = CollectedText.markup(page, .html).string("text")
            #expect(text.contains("con vẹt") == (open != end), "\(end): \(text)")
        }
    }

    @Test func formsWithinForms() {
        #expect(Self.parts("<form>con v<form hidden>ẹt", .html, .text) == "con vẹt")
        #expect(Self.parts("<form>con</form><form>vẹt", .html, .text) == "con|vẹt")
    }

    /// The same in strings of scripts.
    @Test(arguments: [("</center>", "vẹt"), ("<div>", "vẹ|t"), ("<tr><td>", "vẹ|t")])
    func tagsInStringsThatPartNoWord(tag: String, wanted: String) {
        let body = "<script>x='<b></b>vẹ\(tag)t'</script>"
        #expect(Self.parts(body, .html, .script) == wanted)
    }

    @Test(
        arguments: [
            "<table><tr><td>con<td>vẹt", "<table><tr><td>con</td><td>vẹt",
            "<table><td><table></table><tr><td>con<td>vẹt", "con<table></table>vẹt",
            "con<table><td></td>vẹt", "con<p>vẹt", "<!doctype html><p>con<table>vẹt",
            "<div>con</div>vẹt", "con<div>vẹt</div>", "con</p>vẹt", "con</br>vẹt",
            "<dl><dt>con</dt>vẹt", "<h1>con</h2>vẹt", "<ul><li>con<li hidden>x</li>vẹt",
            "<svg><text>con</text><text>vẹt", "<div><div></div>con</div>vẹt",
            "<table><tr><td><template></table></template>con<td>vẹt",
            "con<title></title><p>vẹt",
            "<p><template shadowrootmode=open><tr><td>con<td>vẹt",
            "<div hidden><table></div></table></div><table><td>con</td><td>vẹt",
        ])
    func partsOfTablesThatAreOpen(page: String) {
        #expect(Self.parts(page, .html, .text) == "con|vẹt")
    }

    /// Raw text that scripts make of `noscript`: nothing within but its end tag means anything.
    @Test(
        arguments: [
            ("<noscript><!--</noscript>con vẹt", "con vẹt", ""),
            ("<noscript><a title='</noscript>con vẹt", "con vẹt", "title"),
            ("<noscript><style></noscript>con vẹt", "con vẹt", ""),
            ("<noscript>con v<b>ẹ</b>t</noscript>x", "x", "con vẹt"),
            ("<noscript>con v<b>ẹ</b>t", "", "con vẹt"),
            ("<noembed>con v<b>ẹ</b>t</noembed>x", "x", "con vẹt"),
        ])
    func rawTextThatIsHidden(page: String, text: String, hidden: String) {
        #expect(Self.parts(page, .html, .text) == text)
        #expect(Self.parts(page, .html, .hidden) == hidden)
    }

    /// Scripts and style sheets of pages whose elements end in their order are not read as text.
    @Test(
        arguments: [
            "<svg><path d='M0'/></svg>", "<svg><desc></desc><title></title></svg>",
            "<svg><foreignObject><div><p>c</p><br></div></foreignObject></svg>",
            "<math><mi>x</mi><mo>=</mo><mtext><b>y</b></mtext></math>",
            "<select><option>a</select>", "<svg/><math/>", "<div><svg><g></g></svg></div>",
            "<svg><style>a{}</style></svg>",
        ])
    func scriptsAfterForeignContent(page: String) {
        let page = page + "<script>'<b>con</b>'</script><style>.vẹt{}</style>"
        #expect(Self.parts(page, .html, .hidden) == "")
    }
}
