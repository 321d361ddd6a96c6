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
    private var attributes: [(name: [UInt8], value: [UInt8])] = []
    /// How many bytes of attributes are kept.
    private var byteCount = 0
    private var name: [UInt8] = []
    private var value: [UInt8] = []

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

    /// A tag with longer attributes is cut.
    private static let attributeBytesMax = 1024

    private var isMeta: Bool { tag == Self.meta && !isEnd }

    var allowsCDATA: Bool { false }

    mutating func characters(_ bytes: Span<UInt8>) {}

    mutating func character(_ byte: UInt8) {}

    mutating func tagName(_ bytes: Span<UInt8>) {}

    mutating func tagNamed(_ name: MarkupName, isEnd: Bool) {
        tag = name
        self.isEnd = isEnd
        attributes.removeAll(keepingCapacity: true)
        byteCount = 0
        self.name.removeAll(keepingCapacity: true)
        let isOfHead =
            Self.elements.contains(name) || !isEnd && Self.beginnings.contains(name)
        if !isOfHead { isOver = true }
    }

    mutating func attributeName(_ bytes: Span<UInt8>) {
        if isMeta { Self.keep(bytes, &name, &byteCount) }
    }

    mutating func attributeNamed(_ name: MarkupName) -> Bool {
        value.removeAll(keepingCapacity: true)
        return isMeta
    }

    mutating func attributeValue(_ bytes: Span<UInt8>) {
        Self.keep(bytes, &value, &byteCount)
    }

    private static func keep(
        _ bytes: Span<UInt8>, _ text: inout [UInt8], _ byteCount: inout Int
    ) {
        let count = min(bytes.count, attributeBytesMax - byteCount)
        byteCount += count
        text.append(bytesOf: bytes.extracting(..<count))
    }

    mutating func attributeEnded() {
        if isMeta { attributes.append((name, value)) }
        name.removeAll(keepingCapacity: true)
    }

    mutating func tagEnded(isSelfClosing: Bool) -> ContentModel {
        if isEnd { return .data }
        switch tag {
        case Self.meta: charset = Charset(metaAttributes: attributes)
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
