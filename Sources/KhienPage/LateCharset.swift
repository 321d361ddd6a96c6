import KhienCoding
import KhienModel
import KhienText

/// Looks for a `<meta>` that names the charset of a page behind the bytes that decide it, in a head that lasts longer:
/// browsers look for it as long as it lasts.
///
/// It cuts the page into tokens as HTML's are, from its begin on, and is over where the head is. Of a page with a
/// head of some kilobytes, or with a charset before, nothing is looked through here.
///
/// Source: HTML Standard, section 13.2.3.4 ("Changing the encoding while parsing"); Chromium's
/// `HTMLMetaCharsetParser`, as `HeadScan` of KhienCoding.
struct LateCharset: ~Copyable {
    private var tokenizer = HTMLTokenizer()
    private var head = HeadTags()

    /// The head has ended, or a charset has been named.
    var isOver: Bool { head.isOver || head.charset != nil }

    /// Reads on in the page.
    ///
    /// - Returns: the charset, and where its tag ends in `bytes`; nil where none is named in them.
    /// - Complexity: linear in the part of `bytes` that is of the head.
    mutating func find(in bytes: Span<UInt8>) -> (charset: Charset, end: Int)? {
        var start = 0
        while start < bytes.count, !isOver {
            // Up to the next `>` only: a tag ends nowhere else, and so it is known where.
            var end = start
            while end < bytes.count, bytes[end] != UInt8(ascii: ">") { end += 1 }
            end = min(end + 1, bytes.count)
            tokenizer.feed(bytes.extracting(start..<end), to: &head)
            start = end
        }
        return head.charset.map { ($0, start) }
    }
}

/// Takes the tags of a head.
private struct HeadTags: HTMLTokenHandler {
    private(set) var charset: Charset?
    private(set) var isOver = false
    private var tag = MarkupName()
    private var isEnd = false
    private var attributes = MetaAttributes()
    /// The attribute that is being read, where it may name a charset.
    private var name: MetaAttributes.Name?
    private var value: [UInt8] = []
    /// The begin of the value is all that counts of it.
    private var isDecided = false

    private static let names: [(MarkupName, MetaAttributes.Name)] = [
        (MarkupName("charset"), .charset), (MarkupName("content"), .content),
        (MarkupName("http-equiv"), .pragma),
    ]
    private static let meta = MarkupName("meta")
    private static let script = MarkupName("script")
    private static let style = MarkupName("style")
    private static let title = MarkupName("title")
    /// Tags that do not end the head.
    private static let elements =
        [meta, script, style, title]
        + [MarkupName("link"), MarkupName("base"), MarkupName("noscript"), MarkupName("object")]
    /// Start tags that stand before it.
    private static let beginnings = [MarkupName("html"), MarkupName("head")]

    /// A longer value counts up to here where that names a charset, else its end does: half as many bytes at least,
    /// which is more than any charset's label has.
    private static let valueBytesMax = 1024

    private var isMeta: Bool { tag == Self.meta && !isEnd }

    var allowsCDATA: Bool { false }

    mutating func characters(_ bytes: Span<UInt8>) {}

    mutating func character(_ byte: UInt8) {}

    mutating func tagName(_ bytes: Span<UInt8>) {}

    mutating func tagNamed(_ name: MarkupName, isEnd: Bool) {
        tag = name
        self.isEnd = isEnd
        attributes = MetaAttributes()
        let isOfHead =
            Self.elements.contains(name) || !isEnd && Self.beginnings.contains(name)
        if !isOfHead { isOver = true }
    }

    mutating func attributeName(_ bytes: Span<UInt8>) {}

    mutating func attributeNamed(_ name: MarkupName) -> Bool {
        self.name = isMeta ? Self.names.first { $0.0 == name }?.1 : nil
        value.removeAll(keepingCapacity: true)
        isDecided = false
        return self.name != nil
    }

    mutating func attributeValue(_ bytes: Span<UInt8>) {
        for index in bytes.indices where !isDecided {
            // White space means as much as one blank: around a label, and before the sign that it stands behind.
            let byte = bytes[index].isMarkupSpace ? 0x20 : bytes[index]
            if byte == 0x20, value.last == 0x20 { continue }
            if value.count == Self.valueBytesMax {
                isDecided = value.span.namesCharset
                value.removeFirst(isDecided ? 0 : Self.valueBytesMax / 2)
            }
            if !isDecided { value.append(byte) }
        }
    }

    mutating func attributeEnded() {
        guard let name else { return }
        var attributes = attributes
        attributes.add(name, value.span)
        self.attributes = attributes
        self.name = nil
    }

    mutating func tagEnded(isSelfClosing: Bool) -> ContentModel {
        if isEnd { return .data }
        switch tag {
        case Self.meta: charset = attributes.shownCharset
        case Self.script: return .script
        case Self.style: return .rawtext
        case Self.title: return .rcdata
        default: break
        }
        return .data
    }

    mutating func commentStarted() {}

    mutating func comment(_ bytes: Span<UInt8>) {}

    mutating func commentEnded() {}

    mutating func doctype() {}
}
