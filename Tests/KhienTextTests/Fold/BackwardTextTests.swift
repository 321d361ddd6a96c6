import KhienModel
import KhienTestKit
import KhienText
import Testing

/// Text that is shown backwards is read as it is written and, behind its block, as it is shown.
@Suite struct BackwardTextTests {
    /// The exact view of a layer, the same for every cut; without the spaces at its ends.
    private static func exact(
        _ body: String, _ kind: MarkupKind = .html, _ layer: String = "text"
    ) -> String {
        let bytes = Array(body.utf8)
        let whole = read(bytes, kind)
        for cut in bytes.indices {
            let found = read(bytes, kind, [cut])
            if found != whole { return "cut at \(cut): \(found.differences(whole))" }
        }
        let everywhere = read(bytes, kind, Array(bytes.indices))
        if everywhere != whole { return "cut everywhere: \(everywhere.differences(whole))" }
        return String(whole.string("\(layer)/exact").dropFirst().dropLast())
    }

    private static func read(
        _ bytes: [UInt8], _ kind: MarkupKind, _ cuts: [Int] = []
    ) -> CollectedText {
        var result = CollectedText()
        var pipeline = TextPipeline(kind: kind, layers: .all)
        var ends: [String: Int] = [:]
        var places: [String: Int] = [:]
        func take(_ piece: Span<UInt8>, _ part: TextPart) {
            let key = "\(part.layer.name)/\(part.view.name)"
            // No gap, no overlap, and on in the layer's text.
            #expect(part.offset == ends[key, default: 0])
            #expect(places[key, default: 0] <= part.layerStart && part.layerStart <= part.layerEnd)
            ends[key] = part.offset + piece.count
            places[key] = part.layerStart
            result.append(piece, key)
        }
        var start = 0
        for cut in cuts + [bytes.count] {
            pipeline.feed(bytes.span.extracting(start..<cut), take)
            start = cut
        }
        pipeline.finish(take)
        return result
    }

    /// Longer than what is given on both sides: 64 bytes, on to a word's end, and whole words of them.
    private static let far = String(repeating: " word", count: 40) + " "
    private static let behind = String(repeating: " word", count: 13)
    private static let before = String(repeating: "word ", count: 12).dropLast()

    @Test(
        arguments: [
            ("\u{202E}onisac\u{202C}", "onisac casino"), ("\u{202E}onisac", "onisac casino"),
            ("&#x202E;onisac&#8236;", "onisac casino"),
            ("\u{202E}cạb hnáđ\u{202C} x", "cạb hnáđ x đánh bạc x"),
            ("\u{202E}ca\u{323}b hna\u{301}đ", "cạb hnáđ đánh bạc"),
            ("đánh \u{202E}cạb\u{202C} x<p>y", "đánh cạb x đánh bạc x y"),
            ("\u{202E}hnáđ\u{202C} bạc", "hnáđ bạc đánh bạc"),
            ("ca\u{202E}onis\u{202C}!", "caonis! casino!"),
            // Each run alone, and as one where they touch or have no letter between them.
            ("\u{202E}cạb\u{202C} \u{202E}hnáđ\u{202C}", "cạb hnáđ bạc đánh đánh bạc"),
            ("\u{202E}cạb \u{202C}\u{202E}hnáđ\u{202C}", "cạb hnáđ bạcđánh đánh bạc"),
            (
                "\u{202E}akkouq arb\u{202C}\u{202E}ez\u{202C}",
                "akkouq arbez bra quokkaze zebra quokka"
            ),
            ("\u{202E}dc\u{202C}-\u{202E}ba\u{202C}x\u{202E}fe", "dc-baxfe cd-abxef ab-cdxef"),
            ("\u{202E}ba\u{202C}x\u{202E}dc\u{202C}", "baxdc abxcd"),
            ("\u{202E}a\u{202C}\u{202E}b\u{202C}→\u{202E}c\u{202C}", "ab→c c→ba"),
            ("\u{202E}ba\u{202C}\u{202E}\u{301}\u{202C}", "bá ab\u{301} áb"),
            // Ends of paragraphs.
            ("\u{202E}cạb\u{2029}hnáđ", "cạb hnáđ bạc hnáđ"),
            // No part of a phrase that is shown as it is written.
            ("đá\u{202E}n\u{202C}h bạc", "đánh bạc"),
            ("đá\u{202E}nh\u{202C} bạc", "đánh bạc đáhn bạc"),
            ("\u{202E}\u{202C}đánh \u{202E}\u{202C}bạc", "đánh bạc"),
            // The block's end is the end.
            ("x<p>\u{202E}ba<br>dc\u{202C}", "x ba ab dc"), ("a<p>b\u{202E}dc", "a bdc bcd"),
            // Other signs: embedded, isolated, and what ends nothing.
            ("\u{202E}ab\u{202A}cd\u{202C}ef\u{202C}g", "abcdefg fedcbag"),
            ("\u{2067}\u{202E}ab\u{2069}c\u{202E}de\u{202C}", "abcde baced"),
            ("\u{202E}a\u{2066}b\u{202C}c\u{2069}d\u{202C}e", "abcde dcbae"),
            ("\u{202E}a\u{202E}\u{301}b", "áb bá"), ("a\u{202C}bc", "abc"),
            // An end without a begin is none; one that began before the override ends it, too.
            ("\u{202E}cạb\u{2069} hnáđ\u{202C}", "cạb hnáđ đánh bạc"),
            ("a\u{2069}\u{202E}cạb\u{2069} hnáđ", "acạb hnáđ ađánh bạc"),
            ("\u{2066}a\u{2069}\u{202E}cạb\u{2069} hnáđ", "acạb hnáđ ađánh bạc"),
            ("\u{2067}a\u{2068}\u{202E}bc\u{2069}de\u{202E}fg\u{2069}h", "abcdefgh acbdegfh"),
            ("\u{2067}a<br>\u{202E}cạb\u{2069} hnáđ", "a cạb hnáđ đánh bạc"),
            ("\u{2067}ab\u{2069}", "ab"),
            // White space and signs that are not seen.
            ("đánh\u{A0} \t\u{202E}cạb\u{202C}", "đánh cạb đánh bạc"),
            ("\u{202E}on\u{200B}is\u{AD}ac\u{202C}", "onisac casino"),
            // What stands between two such texts, far from both, is given once.
            (
                "\u{202E}ab\u{202C}\(far)\u{202E}cd\u{202C}",
                "ab\(far)cd ba\(behind) \(before) dc"
            ),
            ("\u{202B}ab\u{202C}c", "abc"), ("\u{202D}ab\u{202C}", "ab"),
        ])
    func signs(page: String, wanted: String) {
        #expect(Self.exact(page) == wanted)
    }

    @Test(
        arguments: [
            ("<bdo dir=rtl>onisac</bdo>", "onisac casino"),
            ("<BDO DIR='RTL'>onisac</BDO>", "onisac casino"),
            ("<bdo>onisac</bdo>", "onisac casino"), ("<bdo dir=ltr>onisac</bdo>", "onisac"),
            ("<bdo dir=rtl dir=ltr>onisac</bdo>", "onisac casino"),
            ("<bdo dir=ltr style='direction:rtl'>onisac</bdo>", "onisac casino"),
            ("<p dir=rtl>onisac</p>", "onisac"), ("<bdi dir=rtl>onisac</bdi>", "onisac"),
            ("<i style='unicode-bidi:bidi-override;direction:rtl'>onisac</i>", "onisac casino"),
            ("<i style='UNICODE-BIDI: isolate-override'>onisac</i>", "onisac casino"),
            (
                "<i style='direction:ltr;unicode-bidi:bidi-override;direction:rtl'>ba</i>",
                "ba ab"
            ),
            ("<i style='unicode-bidi:bidi-override;direction:ltr'>onisac</i>", "onisac"),
            ("<i style='unicode-bidi:embed;direction:rtl'>onisac</i>", "onisac"),
            // What no browser takes, or may be anything, takes no order back.
            (
                "<i style='unicode-bidi:bidi-override;direction:rtl;unicode-bidi:-x'>ba</i>",
                "ba ab"
            ),
            ("<i style='unicode-bidi:bidi-override;unicode-bidi:var(--x)'>ba</i>", "ba ab"),
            (
                "<i style='unicode-bidi:bidi-override;unicode-bidi:aaaaaaaaaaaaaaaaa'>ba</i>",
                "ba ab"
            ),
            (
                "<i style='unicode-bidi:bidi-override;unicode-bidi:normal;direction:rtl'>ba</i>",
                "ba"
            ),
            ("<i style='unicode-bidi:-webkit-isolate-override'>ba</i>", "ba ab"),
            ("<i style='unicode-bidi:bidi-override;unicode-bidi:-webkit-isolate'>ba</i>", "ba"),
            (
                "<i style='unicode-bidi:bidi-override;unicode-bidi:-webkit-plaintexx'>ba</i>",
                "ba ab"
            ),
            // What the direction is then stands elsewhere.
            ("<i style='unicode-bidi:bidi-override;direction:ltr;direction:inherit'>ba", "ba ab"),
            ("<i style='direction:ltr;direction:unset;unicode-bidi:bidi-override'>ba", "ba ab"),
            ("<i style='direction:ltr;direction:var(--x);unicode-bidi:bidi-override'>ba", "ba ab"),
            ("<i style='direction:ltr;direction:x;unicode-bidi:bidi-override'>ba", "ba"),
            (
                "<i style='direction:ltr!important;direction:unset;unicode-bidi:bidi-override'>ba",
                "ba"
            ),
            ("<i style='direction:inherit;direction:ltr;unicode-bidi:bidi-override'>ba", "ba"),
            ("<bdo dir=ltr style='direction:inherit'>ba</bdo>", "ba ab"),
            ("<bdo dir=ltr style='direction:var(--x)'>ba</bdo>", "ba ab"),
            ("<bdo dir=ltr style='direct\\69on:rtl'>ba</bdo>", "ba ab"),
            ("<bdo dir=ltr style='color:red'>ba</bdo>", "ba"),
            ("ca<bdo dir=rtl>onis</bdo>", "caonis casino"),
            ("đánh <bdo dir=rtl>c<b>ạ</b>b</bdo> x<p>y", "đánh cạb x đánh bạc x y"),
            ("<bdo dir=rtl>ba</bdo><bdo dir=rtl>dc</bdo>", "badc abcd cdab"),
            (
                "<p dir=rtl><bdo dir=rtl>cạb</bdo> <bdo dir=rtl>hnáđ</bdo></p>",
                "cạb hnáđ bạc đánh đánh bạc"
            ),
            ("<bdo dir=rtl>b<bdo dir=ltr>cd</bdo>a</bdo>e", "bcdae"),
            // Hidden parts stand between nothing.
            ("<bdo dir=rtl>on<span hidden>z</span>isac</bdo>", "onisac casino"),
            ("<div hidden><bdo dir=rtl>ab</bdo></div>c", "c"),
            (
                "<bdo dir=rtl style=visibility:hidden>a<i style=visibility:visible>dc</i></bdo>e",
                "dce cde"
            ),
            // Ends of blocks and of what is around.
            ("<bdo dir=rtl>ba<br>dc</bdo>e", "ba ab dce cde"),
            ("<p><bdo dir=rtl>ba</p>dc", "ba ab dc"),
            ("<div><bdo dir=rtl>ba</div>dc", "ba ab dc"),
            ("<bdo dir=rtl>ba<script style=display:block>dc</script>fe</bdo>", "ba ab dc cd fe ef"),
            ("<svg><text style='unicode-bidi:bidi-override'>ba</text></svg>", "ba ab"),
            // Where a browser may pass over the tag.
            ("<select><option><bdo dir=rtl>cạb hnáđ</bdo>", "cạb hnáđ đánh bạc"),
            ("<select><option><bdo dir=ltr>cạb</bdo>", "cạb"),
        ])
    func elements(page: String, wanted: String) {
        #expect(Self.exact(page) == wanted)
    }

    /// The same in attributes, strings and XML; in other kinds of text only the signs.
    @Test(
        arguments: [
            ("<img alt='\u{202E}onisac' title=b>", MarkupKind.html, "attribute", "onisac casino b"),
            ("<title>\u{202E}onisac</title>", .html, "title", "onisac casino"),
            (#"["\u202eonisac\u202c","ba"]"#, .json, "text", "onisac casino ba"),
            (#"x="\u{202e}onisac""#, .script, "script", "onisac casino"),
            (#"["<bdo dir=rtl>ba</bdo>c"]"#, .json, "text", "bac abc rtl"),
            ("<iframe srcdoc='<bdo dir=rtl>ba</bdo>'>", .html, "attribute", "ba ab rtl"),
            (
                #"["<bdo dir=rtl>x<br>cạb hnáđ</bdo>"]"#, .json, "text",
                "x cạb hnáđ đánh bạc rtl"
            ),
            (#"["<bdo><p>x<!--y-->ba</p>dc</bdo>e"]"#, .json, "text", "xba abx dce cde y"),
            (
                "<iframe srcdoc='<bdo dir=rtl>x<br>cạb hnáđ</bdo>'>", .html, "attribute",
                "x cạb hnáđ đánh bạc rtl"
            ),
            ("\u{202E}onisac", .plain, "text", "onisac casino"),
            ("đánh \u{202E}cạb\nmore", .plain, "text", "đánh cạb more đánh bạc more"),
            ("\u{202E}ba\r\ndc\n\u{202E}fe", .plain, "text", "ba dc fe ab dc ef"),
            ("đánh \u{202E}cạb\nmore", .html, "text", "đánh cạb more đánh erom bạc"),
            ("<html><p><bdo dir='rtl'>ba</bdo></p></html>", .xml, "text", "ba ab"),
            // A style, or a direction, that the DOCTYPE gives.
            (
                "<!DOCTYPE p [<!ATTLIST p style CDATA 'unicode-bidi:bidi-override'>]><p>ba</p>",
                .xml, "text", "ba ab"
            ),
            (
                "<!DOCTYPE p [<!ATTLIST p style CDATA 'unicode-bidi:bidi-&#x6f;verride'>]><p>ba</p>",
                .xml, "text", "ba ab"
            ),
            (
                "<!DOCTYPE p [<!ATTLIST p style CDATA 'direction:rtl'>]><bdo dir='ltr'>ba</bdo>",
                .xml, "text", "ba ab"
            ),
            ("<!DOCTYPE p [<!ATTLIST p style CDATA 'a:b'>]><p>ba</p>", .xml, "text", "ba"),
        ])
    func kinds(body: String, kind: MarkupKind, layer: String, wanted: String) {
        #expect(Self.exact(body, kind, layer) == wanted)
    }

    /// They are read alike amid any number of others, whether all, some or none of them are kept open.
    @Test(arguments: [
        ("<bdo dir=rtl><div>x</div>cạb hnáđ</bdo>", "x cạb hnáđ đánh bạc"),
        ("<i style=unicode-bidi:bidi-override><p>x</p>cạb hnáđ</i>", "x cạb hnáđ đánh bạc"),
        ("<div style=unicode-bidi:bidi-override>x</div>đánh bạc", "x đánh bạc"),
        ("<div>x</div>đánh bạc", "x đánh bạc"), ("đánh</div>x", "đánhx"), ("đánh</hr>x", "đánhx"),
        ("<bdo dir=rtl>cạb hnáđ</bdo>", "cạb hnáđ đánh bạc"),
        ("<bdo dir=rtl>hnáđ</bdo> bạc", "hnáđ bạc đánh bạc"),
        ("<bdo><bdo dir=rtl>hn</bdo>áđ</bdo> bạc", "hnáđ bạc đánh bạc"),
        ("<i style='unicode-bidi:bidi-override'>cạb<br>ba</i>c", "cạb bạc bac abc"),
        ("<bdo dir=ltr>cạb</bdo>", "cạb"),
    ])
    func amidManyElements(text: String, wanted: String) {
        let most = Limits.Text.openElementsMax
        for count in [0, most - 8, most - 2, most - 1, most, most + 1, most + 90] {
            let page = Array((String(repeating: "<i>", count: count) + text).utf8)
            let found = Self.read(page, .html).string("text/exact")
            #expect(found == " \(wanted) ", "\(count)")
        }
    }

    @Test func layerText() {
        let page = Array("a<bdo dir=rtl>b</bdo>c".utf8)
        #expect(CollectedText.markup(page, .html).string("text") == "a\u{202E}b\u{202C}c")
    }

    /// What a rule says is read as it is written.
    @Test func phrases() {
        #expect(TextFolderTests.fold("\u{202E}onisac\u{202C}") == "onisac")
    }

    /// So many bytes before it are read with it, whole words of them.
    @Test func contextLimit() {
        let size = Limits.Text.backwardContextBytesMax
        for more in [0, 1] {
            // A word of two bytes, and one that ends with the context's first byte, or one before.
            let before = "zz " + String(repeating: "x", count: size - 3 - more) + " y "
            let found = Self.exact(before + "\u{202E}ba", .plain)
            let kept = more == 0 ? "y ab" : String(before.dropFirst(3)) + "ab"
            #expect(found == "\(before)ba \(kept)")
        }
    }

    /// What is kept for the end of a string and is too much stands amid it; text goes on backwards behind it.
    @Test(arguments: [
        "<bdo dir=rtl></i title='\(long)'>hnáđ</bdo> bạc",
        "<bdo dir=rtl><!doctype a \(long)>hnáđ</bdo> bạc",
        "<bdo dir=rtl><!--\(long)-->hnáđ</bdo> bạc",
        "<bdo dir=rtl><i title='\(long)'>hnáđ</i></bdo> bạc",
        "<bdo dir=rtl></\(long)>hnáđ</bdo> bạc",
    ])
    func stringsWithMuchAside(text: String) {
        let script = Array("x=\"\(text)\"".utf8)
        let whole = Self.read(script, .script)
        #expect(whole.string("script/exact").contains("đánh bạc"))
        for cut in stride(from: 1, to: script.count, by: 7) {
            #expect(Self.read(script, .script, [cut]).differences(whole) == [])
        }
    }

    private static let long = String(repeating: "x", count: 1_100)

    /// No amount of white space, or of signs that are not seen, hides the words before it.
    @Test(
        arguments: [
            "\n" + String(repeating: "\t", count: 300), String(repeating: " ", count: 300),
            " " + String(repeating: "\u{200B}", count: 100),
            String(repeating: "\u{A0}", count: 130),
            " " + String(repeating: "\u{7F}", count: 260),
            String(repeating: "\u{AD} \u{2060}", count: 60),
        ])
    func contextBehindNothing(gap: String) {
        for before in ["", "<p>abc<p>", String(repeating: "xyz ", count: 90)] {
            for begin in ["\u{202E}", "<bdo dir=rtl>"] {
                let page = Array("\(before)đánh\(gap)\(begin)cạb".utf8)
                let whole = Self.read(page, .html)
                let kept = before.hasPrefix("x") ? String(repeating: "xyz ", count: 14) : ""
                let found = whole.string("text/exact")
                #expect(found.hasSuffix("đánh cạb \(kept)đánh bạc "))
                for cuts in [
                    [page.count - 9], [page.count - 40], [page.count / 2], Array(page.indices),
                ] {
                    #expect(Self.read(page, .html, cuts).differences(whole) == [])
                }
            }
        }
    }

    /// So it is where that goes on for long.
    @Test(arguments: [" ", "\u{200B}"])
    func contextBehindMuch(sign: String) {
        let page = Array("<p>đánh \(String(repeating: sign, count: 9_000))\u{202E}cạb".utf8)
        let whole = Self.read(page, .html)
        #expect(whole.string("text/exact").hasSuffix(" đánh bạc "))
        let cuts = Array(stride(from: 1, to: page.count, by: 61))
        #expect(Self.read(page, .html, cuts).differences(whole) == [])
    }

    /// So many bytes behind it are read with it, and on to a word's end.
    @Test(arguments: [0, 1])
    func contextBehind(more: Int) {
        let word = String(repeating: "x", count: Limits.Text.backwardContextBytesMax - 1 - more)
        let found = Self.exact("\u{202E}ba\u{202C} \(word) y z", .plain)
        #expect(found == "ba \(word) y z ab \(word)" + (more == 0 ? "" : " y"))
    }

    /// Bytes that are no letter become none in another order, nor such a sign.
    @Test func malformed() {
        let reversed: [UInt8] = [0xE2, 0x80, 0xAE, 0x61, 0xAE, 0x80, 0xE2, 0x62, 0xA9, 0xC3]
        let folded = Self.read(reversed, .plain).string("text/exact")
        #expect(
            folded == " a\u{FFFD}\u{FFFD}\u{FFFD}b\u{FFFD}\u{FFFD} "
                + "\u{FFFD}\u{FFFD}b\u{FFFD}\u{FFFD}\u{FFFD}a ")
        let apart: [UInt8] = [
            0xE2, 0x80, 0xE2, 0x80, 0xAE, 0xE2, 0x80, 0xAC, 0xAE, 0xE2, 0x80, 0xAE, 0x61, 0x62,
        ]
        let found = Self.read(apart, .plain).string("text/exact")
        #expect(found == " \u{FFFD}\u{FFFD}\u{FFFD}ab \u{FFFD}\u{FFFD}\u{FFFD}ba ")
    }

    /// What is kept is given out where it has grown to the limit, and parts nothing there: not what is written,
    /// not what is shown.
    @Test func textLimit() {
        let limit = Limits.Text.backwardBytesMax
        for length in limit - 24...limit + 8 {
            let filler =
                String(repeating: "xy ", count: length / 3)
                + String(
                    repeating: "z", count: length % 3 + 1)
            let written = Array("\u{202E}ba\u{202C} \(filler) đánh bạc \(filler)".utf8)
            let shown = Array("\u{202E}\(filler) cạb hnáđ \(filler)\u{202C}".utf8)
            for (text, count) in [(written, 1...2), (shown, 1...2)] {
                let found = Self.read(text, .plain)
                let number = found.string("text/exact").split(separator: " đánh bạc ").count - 1
                #expect(count.contains(number), "\(length): \(number)")
                #expect(Self.read(text, .plain, Array(1..<text.count)) == found)
            }
        }
    }

    /// A word that is longer than what is kept is cut at the same places, however it comes.
    @Test(arguments: ["", "\u{2068}a\u{2069}", "\u{202E}ab\u{202C}"])
    func longWordCutAnywhere(begin: String) {
        let word = String(repeating: "ze\u{301}braquokka", count: 1_500)
        var found: Set<[UInt8]> = []
        for length in stride(from: 0, to: 4_096, by: 111) {
            let filler = String(repeating: "x", count: length)
            let page = Array("<!--\(filler)--><p>\(begin)\(word)</p>".utf8)
            found.insert(Self.read(page, .html).texts["text/exact"] ?? [])
        }
        #expect(found.count == 1)
        #expect((found.first?.count ?? 0) > word.utf8.count / 8 * 7)
    }

    /// A text without white space of ASCII is read to its end, and so is one of signs that are not seen.
    @Test(
        arguments: [
            (String(repeating: "\u{200B}", count: 700), "onisac"),
            (String(repeating: "abcd&nbsp;", count: 400), "onisac"),
            (String(repeating: "abcd&nbsp;", count: 4_000), "onisac"),
            (String(repeating: "a", count: 20_000) + " ", "onisac"),
            (String(repeating: "\u{202E}\u{202C}\u{202E}", count: 3_000), "onisac"),
            ("a" + String(repeating: "\u{301}", count: 9_000) + " ", "cạb hnáđ"),
        ])
    func longWord(before: String, word: String) {
        let bytes = Array("\u{202E}\(before)\(word)".utf8)
        let found = Self.read(bytes, .html)
        let shown = " \(String(word.reversed())) "
        let isFound = found.string("text/exact").contains(shown)
        #expect(isFound, "\(bytes.count)")
        let cuts = Array(stride(from: 1, to: bytes.count, by: 97))
        let differences = Self.read(bytes, .html, cuts).differences(found).count
        #expect(differences == 0, "\(bytes.count)")
    }

    /// A phrase is found anywhere in a text with a part that is shown backwards, and as often as without, or more.
    /// So it is where it is shown backwards itself.
    @Test(arguments: UInt64(0)..<8)
    func nothingIsParted(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let limit = Limits.Text.backwardBytesMax
        let long = (0..<40).map { "chữ\($0)" }.joined(separator: " ")
        let phrases = ["đánh bạc", "cá cược bóng đá", String(long.prefix(190))]
        let begins = ["\u{202E}ab\u{202C}", "<bdo dir=rtl>ab</bdo>", "\u{2067}\u{202E}ab\u{2069}"]
        for round in 0..<60 {
            let phrase = phrases[random.below(phrases.count)]
            // Between its words, and in them, what is not seen.
            let gap = [" ", String(repeating: " ", count: 80), "\u{A0}\u{A0}"][random.below(3)]
            let within = ["", String(repeating: "\u{200B}", count: 23), "\u{AD}"][random.below(3)]
            var disguised = phrase.replacing(" ", with: gap)
            let place = disguised.index(after: disguised.startIndex)
            disguised.insert(contentsOf: within, at: place)
            let unit = ["x", "xyz ", "chữ\u{A0}", "\u{200B}ab "][random.below(4)]
            let size =
                limit + [-1200, -300, 0, 300, 900, limit][random.below(6)] + random.below(300)
            let filler = String(repeating: unit, count: size / unit.utf8.count)
            let rest = String(repeating: "xy ", count: random.below(3_000))
            let text = " \(filler) \(disguised) \(rest)"
            let begin = begins[random.below(begins.count)]
            let count = { (page: String) in
                Self.read(Array("<p>\(page)</p>".utf8), .html).string("text/exact")
                    .split(separator: " \(phrase) ").count - 1
            }
            #expect(count(text) == 1)
            #expect((1...2).contains(count(begin + text)), "round \(round)")
            let backward = String(disguised.reversed())
            #expect(
                count("\u{202E} \(filler) \(backward) \(rest)\u{202C}") >= 1, "round \(round)")
        }
    }

    /// Pages of such signs, in disorder.
    @Test func randomTextCutAnywhere() {
        var generator = SeededGenerator(seed: 20)
        let pieces =
            [
                "\u{202E}", "\u{202E}", "\u{202C}", "\u{202A}", "\u{2066}", "\u{2069}", "a", "bạc ",
                "đánh ", " ", " ", "\u{301}", "<br>", "<bdo dir=rtl>", "</bdo>", "<p>",
                "<i hidden>",
                "</i>", "\u{A0}", "日本", "хе", "s.e.x ", "<img alt='\u{202E}x y'>", "word ",
                String(repeating: "w", count: 300), String(repeating: "o x ", count: 400),
                String(repeating: " ", count: 300), String(repeating: "\u{200B}", count: 150),
                String(repeating: "\u{301}", count: 200), "\u{2029}", "\u{85}", "đ",
            ].map { Array($0.utf8) } + [[0xFF], [0xE2, 0x80], [0xAE], [0x80, 0xE2]]
        for round in 0..<200 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...60, using: &generator) {
                bytes += pieces[Int.random(in: 0..<pieces.count, using: &generator)]
            }
            let whole = Self.read(bytes, .html)
            for _ in 0..<6 {
                let cuts = (0..<Int.random(in: 1...9, using: &generator)).map { _ in
                    Int.random(in: 0...bytes.count, using: &generator)
                }.sorted()
                #expect(Self.read(bytes, .html, cuts).differences(whole) == [], "round \(round)")
            }
        }
    }
}
