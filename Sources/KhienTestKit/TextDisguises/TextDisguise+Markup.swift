import Foundation

extension TextDisguise {
    /// The same characters in other markup.
    static let markups: [TextDisguise] = [
        inBody("named entities", exact) { named($0) },
        inBody("decimal references", exact) { text in
            Spell.mapped(text) { $0 == " " ? nil : "&#\($0.value);" }
        },
        inBody("hexadecimal references, padded", exact) { text in
            Spell.mapped(text) { $0 == " " ? nil : "&#x000\(String($0.value, radix: 16));" }
        },
        inBody("references without semicolon", exact) { text in
            Spell.mapped(text) { $0.isASCII ? nil : "&#\($0.value)\u{200B}" }
        },
        inBody("tags between letters", exact) { phrase in
            phrase.map { $0 == " " ? " " : "<b>\($0)</b>" }.joined()
        },
        inBody("comments between letters", exact) { Spell.between($0, "<!-- x -->") },
        inBody("word breaks between letters", exact) { Spell.between($0, "<wbr>") },
        inBody("hidden text between letters", exact) {
            Spell.between($0, "<span style=\"display:none\">q</span>")
        },
        inBody("nfd in references and tags", exact) { phrase in
            Spell.mapped(phrase.decomposedStringWithCanonicalMapping) {
                $0.isASCII ? nil : "<i>&#\($0.value);</i>"
            }
        },
        layer("title", "title") { html("tin", head: "<title>\($0)</title>") },
        layer("picture's text", "attribute") { html("<img src=a.png alt='\($0)'>") },
        layer("tool tip", "attribute") { html("<a href=x title=\"\($0)\">xem</a>") },
        layer("placeholder", "attribute") { html("<input placeholder=\"\($0)\">") },
        layer("description", "attribute") {
            html("tin", head: "<meta name=description content=\"\($0)\">")
        },
        layer("open graph title", "attribute") {
            html("tin", head: "<meta content=\"\($0)\" property=\"og:title\">")
        },
        layer("noscript", "hidden") { html("<noscript>\($0)</noscript>") },
        layer("hidden element", "hidden") { html("<div hidden>về \($0) nhé</div>") },
        layer("script's string", "script") { html("<script>var t = '\($0)';</script>") },
        layer("script's string, escaped", "script") { phrase in
            html("<script>document.write(\"\(escaped(phrase))\");</script>")
        },
        layer("style sheet's content", "style") {
            html("<style>p::after { content: \"\($0)\" }</style>")
        },
        layer("CDATA in svg", "text") { html("<svg><text><![CDATA[\($0)]]></text></svg>") },
    ]

    private static func layer(
        _ name: String, _ layer: String, _ page: @escaping @Sendable (String) -> String
    ) -> TextDisguise {
        TextDisguise(name, exact, in: [layer]) { DisguisedPage(page($0)) }
    }

    /// Named references where HTML has them, else numbers.
    private static func named(_ text: String) -> String {
        let names: [Unicode.Scalar: String] = [
            "à": "agrave", "á": "aacute", "ã": "atilde", "â": "acirc", "è": "egrave",
            "é": "eacute", "ê": "ecirc", "ì": "igrave", "í": "iacute", "ò": "ograve",
            "ó": "oacute", "õ": "otilde", "ô": "ocirc", "ù": "ugrave", "ú": "uacute",
            "ý": "yacute", "đ": "dstrok", "ă": "abreve", "ĩ": "itilde", "ũ": "utilde",
        ]
        return Spell.mapped(text) { scalar in
            names[scalar].map { "&\($0);" } ?? (scalar.isASCII ? nil : "&#\(scalar.value);")
        }
    }

    /// As `\uXXXX`.
    static func escaped(_ text: String) -> String {
        text.utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }

    /// Other kinds of bodies, codings, cuts.
    static let frames: [TextDisguise] = [
        coded("gzip", ["gzip"]), coded("deflate", ["deflate"]), coded("brotli", ["br"]),
        coded("zstd", ["zstd"]), coded("gzip in gzip", ["gzip", "gzip"]),
        coded("zstd in brotli", ["zstd", "br"]),
        TextDisguise("cut at each byte", exact) { phrase in
            var page = DisguisedPage(html(phrase))
            page.isCutEverywhere = true
            return page
        },
        TextDisguise("cut at each byte, nfd in references", exact) { phrase in
            let spelled = Spell.mapped(phrase.decomposedStringWithCanonicalMapping) {
                $0.isASCII ? nil : "&#\($0.value);"
            }
            var page = DisguisedPage(html(spelled))
            page.isCutEverywhere = true
            return page
        },
        TextDisguise("json", exact) {
            DisguisedPage("{\"tin\":[{\"noi_dung\":\"về \($0) nhé\"}]}", "application/json")
        },
        TextDisguise("json, escaped", exact) {
            DisguisedPage("{\"tin\":\"\(escaped($0))\"}", "application/ld+json; charset=utf-8")
        },
        TextDisguise("script file, escaped", exact, in: ["script"]) {
            DisguisedPage("render('\(escaped($0))', 1);", "text/javascript")
        },
        TextDisguise("plain text", exact) {
            DisguisedPage("Tin về \($0) hôm nay.", "text/plain; charset=utf-8")
        },
        TextDisguise("feed", exact) {
            DisguisedPage(
                "<?xml version=\"1.0\"?><rss><item><description><![CDATA[về \($0)]]>"
                    + "</description></item></rss>", "application/rss+xml")
        },
        TextDisguise("no type", exact) { DisguisedPage(html($0), "") },
        TextDisguise("octet stream", exact) {
            DisguisedPage(html($0), "application/octet-stream")
        },
        TextDisguise("words of the URL", plain, in: ["url"]) { phrase in
            var page = DisguisedPage(html("tin"))
            page.url =
                "http://trang.test/tin/"
                + Spell.withoutDiacritics(phrase).replacing(" ", with: "-") + ".html"
            return page
        },
        TextDisguise("words of the URL, escaped", exact, in: ["url"]) { phrase in
            var page = DisguisedPage(html("tin"))
            let escaped = phrase.utf8.map { "%" + Spelling.hex($0) }.joined()
            page.url = "http://trang.test/?q=\(escaped)&p=1"
            return page
        },
    ]

    private static func coded(_ name: String, _ codings: [String]) -> TextDisguise {
        TextDisguise(name, exact) { phrase in
            var page = DisguisedPage(html(phrase))
            page.codings = codings
            return page
        }
    }
}
