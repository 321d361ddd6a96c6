import KhienText

/// The tokens of html5lib's tokenizer tests, built from the pieces that the tokenizer hands out.
struct TokenCollector: HTMLTokenHandler, ~Copyable {
    enum Token: Equatable {
        case characters(String)
        case startTag(String, [String: String], isSelfClosing: Bool)
        case endTag(String)
        case comment(String)
        case doctype
    }

    private(set) var tokens: [Token] = []
    private var text: [UInt8] = []
    private var commentText: [UInt8] = []
    private var name: [UInt8] = []
    private var attributeBytes: [UInt8] = []
    private var valueBytes: [UInt8] = []
    private var attributes: [String: String] = [:]
    private var isEnd = false

    let allowsCDATA: Bool

    init(allowsCDATA: Bool = false) { self.allowsCDATA = allowsCDATA }

    mutating func flush() {
        guard !text.isEmpty else { return }
        tokens.append(.characters(String(decoding: text, as: UTF8.self)))
        text = []
    }

    private static func lowered(_ bytes: [UInt8]) -> String {
        String(
            decoding: bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    private static func append(_ bytes: Span<UInt8>, to array: inout [UInt8]) {
        for index in bytes.indices { array.append(bytes[index]) }
    }

    mutating func characters(_ bytes: Span<UInt8>) { Self.append(bytes, to: &text) }

    mutating func character(_ byte: UInt8) { text.append(byte) }

    mutating func tagName(_ bytes: Span<UInt8>) { Self.append(bytes, to: &name) }

    mutating func tagNamed(_ name: MarkupName, isEnd: Bool) {
        self.isEnd = isEnd
        attributes = [:]
    }

    mutating func attributeName(_ bytes: Span<UInt8>) { Self.append(bytes, to: &attributeBytes) }

    mutating func attributeNamed(_ name: MarkupName) -> Bool { true }

    mutating func attributeValue(_ bytes: Span<UInt8>) { Self.append(bytes, to: &valueBytes) }

    mutating func attributeEnded() {
        let key = Self.lowered(attributeBytes)
        // The first attribute of a name counts. The tokenizer cannot know: it keeps none.
        if attributes[key] == nil { attributes[key] = String(decoding: valueBytes, as: UTF8.self) }
        attributeBytes = []
        valueBytes = []
    }

    mutating func tagEnded(isSelfClosing: Bool) -> ContentModel {
        flush()
        let tag = Self.lowered(name)
        tokens.append(
            isEnd ? .endTag(tag) : .startTag(tag, attributes, isSelfClosing: isSelfClosing))
        name = []
        return .data
    }

    mutating func commentStarted() { commentText = [] }

    mutating func comment(_ bytes: Span<UInt8>) { Self.append(bytes, to: &commentText) }

    mutating func commentEnded() {
        flush()
        tokens.append(.comment(String(decoding: commentText, as: UTF8.self)))
    }

    mutating func doctype() {
        flush()
        tokens.append(.doctype)
    }
}
