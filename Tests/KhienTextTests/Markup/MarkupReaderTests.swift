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
            ("<table><td>a<td>b", "a|b"), ("a<!-- c -->b", "ab"), ("&#273;&aacute;nh", "đánh"),
            ("a&nbsp;b", "a\u{A0}b"), ("s\0ex", "sex"), ("a<foo-bar>b</foo-bar>c", "abc"),
            ("<script>var a = 'x'</script>b", "b"), ("<textarea>a<b></textarea>", "a<b>|"),
            ("<![CDATA[a]]>b", "b"), ("<svg><text><![CDATA[a]]></text></svg>b", "a|b"),
            ("<svg><style>p{}</style>a</svg>b", "b"), ("<xmp>a<b></xmp>", "a<b>|"),
            ("<svg><p>x<![CDATA[y]]></p>", "x|"), ("<plaintext></plaintext>a", "</plaintext>a"),
            ("a<img alt=b>c", "ac"), ("<math><mi><![CDATA[a]]></mi></math>b", "ab"),
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
            // Frames, fields and what hints tell have another size than the letters around.
            ("<div style=font-size:0>a<img alt=b></div>", "a", ""),
            ("<div style=font-size:0><iframe srcdoc=a></iframe><input value=b>", "", ""),
            ("<div style=visibility:hidden><iframe srcdoc=a></iframe><input value=b>", "a|b", ""),
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
            ("<b style=font-size:0><input type=submit value=a placeholder=b>", .attribute, "a|b|"),
            ("<b style='font:0 a'><iframe srcdoc=a></iframe><img title=b>", .attribute, "a|b|"),
            ("<b style=font-size:0><iframe src='data:,a'></iframe>", .attribute, "a|"),
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
                .style, "xeyw|q|n|"
            ),
            (
                "<style>a{content:'x'/'y'}b{content:'x'url(z)'y'}c{content:'x' counter(z) 'y'}"
                    + "d{content:'x'/**/'y' counter(z,none)'w'}</style>",
                .style, "x|y|xy|xy|xyw|"
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

    /// What stands before a slash says whether an expression begins there, in which a quote begins no string.
    @Test(
        arguments: [
            (#"function e(s){return/"/.test(s)}w("x")"#, "x"),
            (#"return /'/.test(s)+"x""#, "x"), (#"{case/"/:f("x")}"#, "x"),
            (#"x=typeof/"/;f("x")"#, "x"), (#"z=of/2+"x"/2"#, "x"),
            (#"do/"/.exec(a);while(0);f("x")"#, "x"), (#"`${return/"/}a`;f("x")"#, "a|x"),
            (#"myreturn/2;f("x")/2"#, "x"), (#"a.return/2;f("x")/2"#, "x"),
            (#"$return/2;f("x")/2"#, "x"), (#"return2/2;f("x")/2"#, "x"),
            (#"a.#in/2;f("x")/2"#, "x"), (#"i++/2;f("x")/2"#, "x"), (#"i--/2;f("x")/2"#, "x"),
            (#"a+/"/;f("x")"#, "x"),
            (#"(a)/2;f("x")/2"#, "x"), (#"a=/["/]/;f("x")"#, "x"),
            ("a=b\n/\"/.test(c);f('x')", "x"), (#"y = return   /"/;f("x")"#, "x"),
            // Behind the condition of a statement an expression begins.
            (#"if(a)/"/.test(b)&&show("x")"#, "x"), (#"while(f(a))/"/.exec(b);f("x")"#, "x"),
            (#"for await (c of d)/"/.exec(c);f("x")"#, "x"), ("with (a) /'/.exec(b);f('x')", "x"),
            (#"if(/[(")]/.test(a)&&b(")"))/"/.exec(b);f("x")"#, ")|x"),
            (#"if((a)/2>b("y"))f("x")/2"#, "y|x"), (#"if(a)/b//2+"x"/2"#, "x"),
            (#"`${else{if(b)/"/.c}}d`;f("x")"#, "d|x"), ("x=1//c\nif(b)/\"/;f('x')", "x"),
            (#"if/*(*/(a)/*)*/ /"/;f("x")"#, "x"), ("else if\n(a)/\"/;f('x')", "x"),
            // Ends of lines.
            ("// a\rf('x')", "x"), ("// '\u{2028}f('x')", "x"), ("//\u{2014}'\u{2029}f('x')", "x"),
            ("//\u{2029}f('x')", "x"), ("//'\u{E2}\u{2027}\u{20A8}'\nf('x')", "x"),
            ("a=b\r/\"/.test(c);f('x')", "x"), ("a=/b\rf('x')", "x"),
            // Behind others it does not.
            (#"a.if(b)/2;f("x")/2"#, "x"), (#"a . if (b)/2;f("x")/2"#, "x"),
            (#"a.#if(b)/2;f("x")/2"#, "x"), (#"f(a)/2;f("x")/2"#, "x"), (#"elif(a)/2+"x"/2"#, "x"),
            (#"$if(a)/2+"x"/2"#, "x"), (#"ifs(a)/2+"x"/2"#, "x"), (#"await(a)/2+"x"/2"#, "x"),
            (#"if(a){};(b)/2+"x"/2"#, "x"), (#"a)/2+"x"/2"#, "x"), (#"if)/2+"x"/2"#, "x"),
        ])
    func expressionsInScripts(script: String, wanted: String) {
        let bytes = Array(script.utf8)
        #expect(Self.parts(Self.text(script, .script, .script)) == wanted)
        for cut in 1..<bytes.count {
            let found = CollectedText.markup(bytes, .script, cuts: [cut]).marked("script")
            #expect(Self.parts(found) == wanted, "cut at \(cut)")
        }
    }

    /// A condition may be of any length.
    @Test(arguments: [253, 4_096, 70_000])
    func longCondition(count: Int) {
        let condition = String(repeating: "(a) && ", count: count / 7)
        let bytes = Array(("if(" + condition + #"b)/"/;f("x")"#).utf8)
        for cut in [0, 1, 2, 3, bytes.count / 2, bytes.count - 13, bytes.count - 12] {
            let found = CollectedText.markup(bytes, .script, cuts: [cut]).marked("script")
            #expect(Self.parts(found) == "x", "cut at \(cut)")
        }
    }

    /// Around a condition, and in it, so many parentheses may be open, and more.
    @Test(arguments: [0, 1, 2, 600])
    func deepCondition(more: Int) {
        let depth = Limits.Text.openParenthesesMax - 1 + more
        let around = String(repeating: "(", count: depth) + #"if(a)/"/.test(b);f("x")"#
        #expect(Self.parts(Self.text(around, .script, .script)) == "x")
        // Neither of the outermost nor of the innermost: it is not known any more.
        let amid =
            String(repeating: "(", count: 512) + "if(" + String(repeating: "(", count: depth)
            + String(repeating: ")", count: depth) + #")/"/.test(b);f("x")"#
        let wanted = more == 0 ? "x" : "/.test(b);f(|)"
        #expect(Self.parts(Self.text(amid, .script, .script)) == wanted)
        let unopened = "for(let y of /[" + String(repeating: "(", count: depth) + "]/.source);\n"
        let behind = Self.text(unopened + #"if(a)/"/.test(b);f("x")"#, .script, .script)
        #expect(Self.parts(behind) == "x")
        let within =
            "if(" + String(repeating: "(", count: depth) + "a"
            + String(repeating: ")", count: depth)
            + #")/"/.test(b);f("x")"#
        #expect(Self.parts(Self.text(within, .script, .script)) == "x")
    }

    /// White space of JavaScript beyond ASCII parts words, and is none.
    @Test(arguments: [
        "\u{A0}", "\u{FEFF}", "\u{2028}", "\u{2029}", "\u{1680}", "\u{2000}", "\u{200A}",
        "\u{202F}",
        "\u{205F}", "\u{3000}", "\u{A0}\u{A0} \u{FEFF}",
    ])
    func spacesInScripts(space: String) {
        for (script, wanted) in [
            (#"x_if(a)/"/.test(b);f("x")"#, "x"), (#"if_(a)/"/.test(b);f("x")"#, "x"),
            (#"if(a)_/"/.test(b);f("x")"#, "x"), (#"for_await_(a)_/"/.test(b);f("x")"#, "x"),
            (#"_return_/"/;f("x")"#, "x"), (#"a_._if_(b)/2;f("x")/2"#, "x"),
            (#"(_a_+_b_)/2;f("x")/2"#, "x"), (#"é_return_/"/;f("x")"#, "x"),
        ] {
            let bytes = Array(script.replacing("_", with: space).utf8)
            for cut in bytes.indices {
                let found = CollectedText.markup(bytes, .script, cuts: [cut]).marked("script")
                #expect(Self.parts(found) == wanted, "\(script) cut at \(cut)")
            }
            let all = CollectedText.markup(bytes, .script, cuts: Array(bytes.indices))
            #expect(Self.parts(all.marked("script")) == wanted, "\(script)")
        }
    }

    /// What begins with the same bytes is a part of names.
    @Test(arguments: [
        "\u{A1}", "\u{200B}", "\u{3001}", "\u{FEFE}", "\u{1681}", "\u{E9}", "\u{20A0}",
    ])
    func lettersInScripts(letter: String) {
        for script in [#"_if(a)/2+"x"/2"#, #"if_(a)/2+"x"/2"#, #"_return/2+"x"/2"#] {
            let bytes = Array(script.replacing("_", with: letter).utf8)
            for cut in bytes.indices {
                let found = CollectedText.markup(bytes, .script, cuts: [cut]).marked("script")
                #expect(Self.parts(found) == "x", "\(script) cut at \(cut)")
            }
        }
    }

    /// The parts between breaks.
    private static func parts(_ text: String) -> String {
        text.split(separator: "|").map { $0.trimmingPrefix(" ") }
            .map { String($0.reversed().drop { $0 == " " }.reversed()) }
            .filter { !$0.isEmpty }.joined(separator: "|")
    }

    /// Strings that hold HTML, as scripts put them into pages; what is no text there follows behind.
    @Test(
        arguments: [
            (#"["<p>s<b>e</b>x</p>y"]"#, "sex|y"),
            (#"["s&ocirc; &#273;&aacute;nh &#x62;&#7841;c"]"#, "sô đánh bạc"),
            (#"["\u003cb\u003es\u003c/b\u003eex \u0026eacute;"]"#, "sex é"),
            (#"["x<\/b>y", "z"]"#, "xy|z"),
            (#"["a < b", "c & d", "e<", "f &am", "&g"]"#, "a < b|c & d|e<|f &am|&g"),
            (#"["<casino>a</casino>"]"#, "a|casino|casino"),
            (#"["x<a href=\"/h\" title='t'>y</a>z"]"#, "xyz|/h|t"),
            (#"["a<!--c-->b"]"#, "ab|c"), (#"["<x y=z>"]"#, "x|y|z"),
            (#"["<script>a</script><style>b</style>c"]"#, "abc"), (#"["a<b"]"#, "a|b"),
            (#"["<p", "q>r"]"#, "p|q>r"),
        ])
    func markupInStrings(body: String, wanted: String) {
        #expect(Self.parts(Self.text(body, .text, .json)) == wanted)
        #expect(Self.parts(Self.text("x = \(body)", .script, .script)) == wanted)
        // Any split gives the same.
        let bytes = Array(body.utf8)
        for cut in 1..<bytes.count {
            let found = CollectedText.markup(bytes, .json, cuts: [cut]).marked("text")
            #expect(Self.parts(found) == wanted, "cut at \(cut)")
        }
    }

    /// A string with more in its tags than is kept.
    @Test(arguments: [0, 1])
    func muchMarkupInAString(more: Int) {
        let value = String(repeating: "v", count: 1023 + more)
        let body = Array("[\"s<b class='\(value)'>ex\"]".utf8)
        for cut in [0, 7, 500, 1030, body.count - 4] {
            let text = CollectedText.markup(body, .json, cuts: [cut]).marked("text")
            #expect(Self.parts(text) == (more == 0 ? "sex|\(value)" : "s|\(value)|ex"))
        }
    }

    @Test(
        arguments: [
            ("data: a\n\ndata: b\n\n", "a|b", ""), ("data: đánh\ndata: bạc\n\n", "đánh bạc", ""),
            ("data: đánh\r\n: x\r\nid: 5\r\ndata:bạc\r\n\r\n", "đánh bạc", ": x|id: 5"),
            ("data:a\rdata: b\r\rdata:c", "a b|c", ""),
            ("data: {\"a\": \"b\\u1ea1c\", \"n\": 12}\n\n", "a|bạc|n|12", ""),
            ("data: {\ndata: \"a\"\ndata: }\n\n", "a", ""),
            ("data: [\"a\"]\n\ndata: [x] \"y\"\n\n", "a|[x] \"y\"", ""),
            ("data: [DONE]\n\n", "[DONE]", ""), ("data: \"\\u0061\"\n", "a", ""),
            ("data: [\"<b>s</b>ex\"]\n\n", "sex", ""), ("da\n\ndata", "", "da|data"),
            ("event: x\ndata: y\n\n", "y", "event: x"), ("data: {", "{", ""),
            ("data: s<b>e</b>x\n\ndata: a<b\n\ndata: c\n\n", "sex|a|c", ""),
            ("data: s&#101;x &\ndata: y<p\ndata: >z\n\n", "sex & y|z", ""),
            ("data: \"a\\\"b\ndata: \\u1ebd\" c<i>d</i>\n\n", "a\"b ẽ|cd", ""),
            ("data: \"a\n\ndata: \"\n\ndata:\"<b>s</b>ex\"\n\n", "a|sex", ""),
        ])
    func events(body: String, text: String, hidden: String) {
        let bytes = Array(body.utf8)
        for cut in 0..<bytes.count {
            let found = CollectedText.markup(bytes, .events, cuts: [cut])
            #expect(Self.parts(found.marked("text")) == text, "cut at \(cut)")
            #expect(Self.parts(found.marked("hidden")) == hidden, "cut at \(cut)")
        }
    }

    /// Numbers of JSON, where they are wanted: their commas stay, those of strings and words do not.
    @Test(
        arguments: [
            ("[84,912345678]", "84,|912345678"), ("[ 84 , 9\n,1]", " 84 ,| 9\n,|1"),
            (
                #"{"a":84,"b":9,"c":"9","d":true,"e":{"f":-1e5},"g":[7],"h":0.5}"#,
                "a|84,|b|9,|c|9|d|true|e|f|-1e5|g|7|h|0.5"
            ),
            (#"["9",8,"7" ,6]"#, "9|8,|7| |6"), ("12,34", "12,|34"),
        ])
    func numbersOfJSON(body: String, wanted: String) {
        let bytes = Array(body.utf8)
        for cut in 0..<bytes.count {
            var found: [UInt8] = []
            var reader = MarkupReader(kind: .json, readsNumbers: true)
            for piece in [bytes[..<cut], bytes[cut...]] {
                reader.feed(Array(piece).span) { text, _ in
                    for index in text.indices { found.append(text[index]) }
                }
            }
            reader.finish { text, _ in for index in text.indices { found.append(text[index]) } }
            let parts = String(decoding: found, as: UTF8.self).split(separator: "\0")
            #expect(parts.joined(separator: "|") == wanted, "cut at \(cut)")
        }
    }

    /// Entities that a document declares; each cut gives the same.
    @Test(
        arguments: [
            ("<!DOCTYPE a [<!ENTITY x \"đánh bạc\">]><a>&x;!</a>", "đánh bạc!"),
            (
                "<!DOCTYPE a SYSTEM '>[' [\n<!ENTITY  x  'b&#97;&#x103;\"'  >]  ><a>a&x;c</a>",
                "abaă\"c"
            ),
            (
                "<!DOCTYPE a [<!ENTITY x 'a'><!ENTITY x 'b'><!ENTITY y '&x;&z;c'><!ENTITY z 'd'>]>&y;&z;",
                "adcd"
            ),
            (
                "<!DOCTYPE a [<!-- <!ENTITY x 'a'> ]> --><!ENTITY đ_1.2-3:z 'b'>]>&x;&đ_1.2-3:z;",
                "&x;b"
            ),
            (
                "<!DOCTYPE a [<!ENTITY % x 'a'><!ENTITY y SYSTEM 'b'><!ELEMENT c (d)><?e > ?>]>&x;&y;f",
                "&x;&y;f"
            ),
            ("<!DOCTYPE a [<!ENTITY x '<b>s</b>e<![CDATA[x]]>'>]>&x;", "sex"),
            ("<!DOCTYPE a [<!ATTLIST b c CDATA ']>'>]>d", "d"), ("<!DOCTYPE a>&eacute;&x;", "é&x;"),
            ("<!DOCTYPE a [<!ENTITY eacute 'x'>]>&eacute;&amp;", "x&"),
            ("<!DOCTYPE a [<!ENTITY x 'y", ""),
            ("<!DOCTYPE a [<!>]><!ENTITY x 'y'>&x;", "&x;"),
            ("<!DOCTYPE a [<?x ' ?>]>b", "b"), ("<!DOCTYPE a [<?x ?'?><!ENTITY y 'b'>]>&y;", "b"),
            ("<!DOCTYPE a [<!-- -> <!ENTITY x 'a'> --><!ENTITY x 'b'>]>&x;", "b"),
            ("<!DOCTYPE a [<!--' - -- ---><!ENTITY x 'b'>]>&x;", "b"),
            ("<!DOCTYPE a [<!ENTITY x 's&#38;#x65;x&#38;amp;'>]>&x;", "sex&"),
            ("<!DOCTYPE a [<!ENTITY x 's&#60;b>e&#60;/b>x&#60;p>y'>]>&x;z", "sex|yz"),
            ("<!DOCTYPE a [<!ENTITY x '&y;'><!ENTITY y 'sex'>]><b>&x;</b>", "sex"),
            ("<!DOCTYPE a [<!ENTITY % d \"<!ENTITY x 'sex'>\">%d;]>&x;", "sex"),
            (
                "<!DOCTYPE a [<!ENTITY % d '<!ENTITY &#37; e \"]\">'>%d; %e; %f; <!ENTITY x 'b'>]>&x;c",
                "bc"
            ),
            ("<!DOCTYPE a [<!ENTITY x '&x;'>]>&x;", "&x;"),
            ("<!DOCTYPE a [<!ENTITY x '&am'>]>&x;p;", "&amp;"),
        ])
    func entities(page: String, wanted: String) {
        let bytes = Array(page.utf8)
        for cut in 0..<bytes.count {
            let found = CollectedText.markup(bytes, .xml, cuts: [cut]).marked("text")
            #expect(Self.parts(found) == wanted, "cut at \(cut)")
        }
    }

    @Test func entitiesOfAttributes() {
        let page = "<!DOCTYPE a [<!ENTITY x 'đánh'>]><a title='&x; bạc'/>"
        #expect(Self.parts(Self.text(page, .attribute, .xml)) == "đánh bạc")
        let nested =
            "<!DOCTYPE a [<!ENTITY x '&y;\">ạ&#38;#x63;<'><!ENTITY y 'b'>]><a title=\"&x;\"/>d"
        #expect(Self.parts(Self.text(nested, .attribute, .xml)) == "b\">ạc<")
        #expect(Self.parts(Self.text(nested, .text, .xml)) == "d")
        // In HTML there are none.
        #expect(Self.text(page, .attribute) == "&x; bạc|")
    }

    /// At each limit and one past it.
    @Test(arguments: [0, 1])
    func limitsOfEntities(more: Int) {
        func text(_ declarations: String, _ body: String) -> String {
            let page = "<!DOCTYPE a [\(declarations)]>\(body)"
            return Self.parts(Self.text(page, .text, .xml))
        }
        let many = (0..<Limits.Text.entitiesMax + more).map { "<!ENTITY e\($0) 'x'>" }.joined()
        let last = "&e\(Limits.Text.entitiesMax + more - 1);"
        #expect(text(many, last) == (more == 0 ? "x" : last))
        let value = String(repeating: "y", count: Limits.Text.entityBytesMax - 1 + more)
        #expect(text("<!ENTITY a '\(value)'>", "&a;").count == Limits.Text.entityBytesMax - 1)
        let name = String(repeating: "n", count: 32 + more)
        #expect(text("<!ENTITY \(name) 'x'>", "&\(name);") == (more == 0 ? "x" : "&\(name);"))
        let kibibyte = String(repeating: "k", count: 1024)
        let uses = Limits.Text.entityOutputBytesMax / 1024 + more
        let used = text("<!ENTITY k '\(kibibyte)'>", String(repeating: "&k;", count: uses))
        #expect(used.count == Limits.Text.entityOutputBytesMax + 3 * more)
        let depth = Limits.Text.entityDepthMax - 1 + more
        let chain = (0..<depth).map { "<!ENTITY e\($0) '&e\($0 + 1);'>" }.joined()
        let end = "&e\(depth);"
        #expect(text(chain + "<!ENTITY e\(depth) 'x'>", "&e0;") == (more == 0 ? "x" : end))
    }

    /// A billion laughs are no more than the limit.
    @Test func laughs() {
        var declarations = "<!ENTITY l0 'ha'>"
        for level in 1..<30 {
            let inner = String(repeating: "&l\(level - 1);", count: 10)
            declarations += "<!ENTITY l\(level) '\(inner)'>"
        }
        let page = "<!DOCTYPE a [\(declarations)]>" + String(repeating: "&l29;", count: 10_000)
        #expect(Self.text(page, .text, .xml).utf8.count < 512 << 10)
    }

    /// Entities that stand for themselves cost no more than the limit, and end.
    @Test(arguments: ["&x;&x;&x;", "&y;&y;", "<b title='&x;&x;'>&y;"])
    func circles(value: String) {
        let page = "<!DOCTYPE a [<!ENTITY x \"\(value)\"><!ENTITY y \"&x;\">]>"
        let body = String(repeating: "&x;", count: 1000)
        let text = Self.text(page + body, .text, .xml)
        #expect(text.utf8.count <= Limits.Text.entityOutputBytesMax + body.utf8.count)
        let other = "<!DOCTYPE a [<!ENTITY % x '%x;%x;'>%x;<!ENTITY y 'zzzzzz'>]>"
        #expect(Self.parts(Self.text(other + "a&y;", .text, .xml)) == "a&y;")
    }

    /// Layers nobody asked for give nothing, and change nothing of the others.
    @Test func unwantedLayers() {
        let page = Array("<!--a--><title>b</title><p title=c>d<script>'e'</script>".utf8)
        let found = CollectedText.markup(page, .html, layers: TextLayers(.text))
        #expect(found.texts.keys.sorted() == ["text"])
        #expect(found.marked("text").contains("d"))
    }
}
