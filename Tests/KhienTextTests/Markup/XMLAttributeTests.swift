import KhienModel
import KhienText
import Testing

/// What attributes hide and show in XML, and those that the DOCTYPE gives.
@Suite struct XMLAttributeTests {
    /// The parts between breaks, the same for every cut.
    private static func parts(_ body: String, _ layer: TextLayer = .text) -> String {
        let bytes = Array(body.utf8)
        let whole = CollectedText.markup(bytes, .xml).string(layer.name)
        for cut in bytes.indices {
            let found = CollectedText.markup(bytes, .xml, cuts: [cut]).string(layer.name)
            if found != whole { return "cut at \(cut): \(found)" }
        }
        return whole.split(separator: "\0").joined(separator: "|")
    }

    private static let html = "<html xmlns='http://www.w3.org/1999/xhtml'>"
    private static let svg = "<svg xmlns='http://www.w3.org/2000/svg'"
    private static let math = "<math xmlns='http://www.w3.org/1998/Math/MathML'"
    private static let prefixes =
        "xmlns:s='http://www.w3.org/2000/svg' xmlns:m='http://www.w3.org/1998/Math/MathML' "
        + "xmlns:h='http://www.w3.org/1999/xhtml'"

    /// `hidden` is an attribute of HTML; a style is one of SVG and MathML, too.
    @Test(
        arguments: [
            ("\(html)ca\(math) hidden=''><mtext>si</mtext></math>no", "casino"),
            ("\(html)ca\(svg) hidden=''><x>si</x></svg>no", "casino"),
            ("\(html)ca\(svg)><x hidden=''>si</x></svg>no", "casino"),
            (
                "\(html)ca<svg hidden='' xmlns='http://www.w3.org/2000/svg'><x>si</x></svg>no",
                "casino"
            ),
            (
                "<html xmlns='http://www.w3.org/1999/xhtml' \(prefixes)>ca<m:x hidden=''>si</m:x>no",
                "casino"
            ),
            ("<x xmlns='urn:x' \(prefixes)><s:g hidden=''>casino</s:g></x>", "casino"),
            ("\(svg)><g hidden=''>casino</g></svg>", "casino"),
            ("\(html)a\(svg) style='display:none'><g>b</g></svg>c", "ac"),
            ("\(html)a\(svg)><b xmlns='http://www.w3.org/1999/xhtml' hidden=''>b</b></svg>c", "ac"),
            ("\(html)a\(svg)><x/></svg><b hidden=''>b</b>c", "ac"),
            ("\(svg) \(prefixes)>a<h:b hidden=''>b</h:b>c</svg>", "ac"),
            // A prefix that is SVG's and HTML's is SVG's.
            (
                "\(html)<b \(prefixes)/><b xmlns:h='http://www.w3.org/2000/svg'/>ca<h:b hidden=''>si</h:b>no",
                "casino"
            ),
        ])
    func hiddenOfOthers(page: String, wanted: String) {
        #expect(Self.parts(page) == wanted)
    }

    /// Elements with a size, or a visibility, of their own.
    @Test(
        arguments: [
            "<div style='font-size:0'><button>vẹt</button></div>",
            "<div style='font-size:0'><textarea>vẹt</textarea></div>",
            "<div style='font-size:0'><select><option>vẹt</option></select></div>",
            "<div style='font-size:0'><font size='5'>vẹt</font></div>",
            "\(svg) style='visibility:hidden'><text visibility='visible'>vẹt</text></svg>",
            "\(svg) style='font-size:0'><text font-size='20'>vẹt</text></svg>",
            "<div style='font-size:0'>\(math) mathsize='20px'><mtext>vẹt</mtext></math></div>",
            "<div style='visibility:hidden' \(prefixes)><s:text visibility='visible'>vẹt</s:text></div>",
        ])
    func looksOfTheirOwn(page: String) {
        #expect(Self.parts(Self.html + page) == "vẹt")
    }

    @Test(
        arguments: [
            "<div style='font-size:0'><table><tr><td>vẹt</td></tr></table></div>",
            "<div style='font-size:0'><span>vẹt</span></div>",
            "<div style='visibility:hidden'><button>vẹt</button></div>",
            "\(svg)><text style='visibility:hidden'>vẹt</text></svg>",
            "\(svg)><text style='font-size:0'>vẹt</text></svg>",
            "\(svg) style='opacity:0'><text>vẹt</text></svg>",
        ])
    func textThatIsNotShown(page: String) {
        #expect(Self.parts(Self.html + page).isEmpty)
        #expect(Self.parts(Self.html + page, .hidden) == "vẹt")
    }

    /// Where the DOCTYPE gives elements attributes any element may have them.
    @Test(
        arguments: [
            ("<!ATTLIST style style CDATA 'display:inline'>", "con <style>vẹt</style>"),
            ("<!ATTLIST script style CDATA \"display:inline\">", "con <script>vẹt</script>"),
            ("<!ATTLIST i style CDATA 'display:inline'>", "con <i hidden=''>vẹt</i>"),
            ("<!ATTLIST i style (a|b) #FIXED 'b'>", "con <i style='display:none'>vẹt</i>"),
            ("<!ATTLIST i %a;>", "con <i hidden=''>vẹt</i>"),
            ("<!ENTITY % a \"<!ATTLIST i style CDATA 'x'>\">%a;", "con <i hidden=''>vẹt</i>"),
        ])
    func defaultsThatShow(declarations: String, page: String) {
        let page = Self.html + page + "</html>"
        let found = Self.parts("<!DOCTYPE html [\(declarations)]>\(page)")
        #expect(found.filter { $0 != "|" } == "con vẹt")
        let plain = Self.parts("<!DOCTYPE html [<!ATTLIST i style CDATA #IMPLIED>]>\(page)")
        #expect(!plain.contains("vẹt"))
    }

    /// Default values are text of attributes.
    @Test(
        arguments: [
            ("<!ATTLIST iframe srcdoc CDATA \"con vẹt\">", "con vẹt"),
            ("<!ATTLIST iframe srcdoc CDATA \"con v&lt;b>ẹ&lt;/b>t\">", "con vẹt"),
            ("<!ATTLIST iframe srcdoc CDATA 'con v&amp;#7865;t'>", "con vẹt"),
            ("<!ATTLIST img alt CDATA 'a' title CDATA \"b'c\"><!ATTLIST p x CDATA 'd'>", "a|b'c|d"),
            ("<!ATTLIST img alt CDATA ''>", ""), ("<!ATTLIST img alt CDATA #IMPLIED>", ""),
            ("<!ATTLIST img alt CDATA 'a'", "a"), ("<!ATTLIST img alt CDATA 'a", "a]>"),
            ("<!ELEMENT a 'b'><!NOTATION c SYSTEM 'd'>", ""),
            // References, to entities of the document's, too.
            (
                "<!ATTLIST img alt CDATA 'v&#7865;t &#x61;&eacute;&apos;&quot;&amp;lt;'>",
                "vẹt aé'\"<"
            ),
            (
                "<!ENTITY x \"v&y;t'\"><!ENTITY y 'ẹ'><!ATTLIST img alt CDATA 'con &x;!'>",
                "con vẹt'!"
            ),
            ("<!ENTITY x 'a&y'><!ATTLIST img alt CDATA '&x;b&z;&&;&#;'>", "a&yb&z;&&;&#;"),
            ("<!ENTITY x '&x;'><!ATTLIST img alt CDATA '&x;'>", "&x;"),
            (
                "<!ATTLIST img alt CDATA '&aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd;e'>",
                "&aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd;e"
            ),
            ("<!ENTITY % a \"<!ATTLIST img alt CDATA 'b'>\">%a;", "b"),
            // Pages in addresses.
            (
                "<!ATTLIST iframe src CDATA ' data:text/html,con%20v&lt;b>%E1%BA%B9t'>",
                "data|con vẹt"
            ),
            ("<!ATTLIST iframe src CDATA 'data:;base64,Y29u'>", "data|con"),
            ("<!ATTLIST iframe src CDATA 'data:,a%4'>", "data|a%4"),
            ("<!ATTLIST img src CDATA 'data:image/png,a#b'>", "data|,a#b"),
            ("<!ATTLIST img alt CDATA 'dating'>", "dating"),
        ])
    func defaults(declarations: String, wanted: String) {
        #expect(Self.parts("<!DOCTYPE html [\(declarations)]>", .attribute).trimmed == wanted)
    }

    /// Another page, and entities that become more than is allowed.
    @Test func boundsOfDefaults() {
        let text = String(repeating: "a", count: 1 << 10)
        let entities =
            "<!ENTITY a '\(text)'><!ENTITY b '\(String(repeating: "&a;", count: 64))'>"
            + "<!ENTITY c '\(String(repeating: "&b;", count: 64))'>"
        let page =
            "<!DOCTYPE html [\(entities)<!ATTLIST p a CDATA '\(String(repeating: "&c;", count: 64))'>]>"
        let found = CollectedText.markup(Array(page.utf8), .xml).string("attribute")
        #expect(found.utf8.count < 2 * Limits.Text.entityOutputBytesMax)
        #expect(found.utf8.count > Limits.Text.entityOutputBytesMax / 2)
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
