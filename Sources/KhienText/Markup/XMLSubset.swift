import KhienModel

/// The entities that an XML document declares in its own DOCTYPE.
///
/// ```
///   <!DOCTYPE page [ <!ENTITY x "đánh &#98;ạc"> <!ENTITY y "<b>&x;</b> !"> ]>
///                             x: "đánh bạc"              y: "đánh bạc !"
/// ```
/// An entity that stands for others holds what was declared before it; tags in it are left out. What
/// documents of their own (`SYSTEM`) declare is not read, as in browsers. All of it is bounded
/// (`Limits.Text`): what is past the bounds stays as it is written.
///
/// Source: XML 1.0, sections 2.8, 4.2 and 4.5.
struct XMLSubset: ~Copyable {
    private enum State: UInt8 {
        /// Outside of `[...]`, where `>` ends the DOCTYPE.
        case outside
        case inside
        /// Behind `<`, until it is clear what begins.
        case opening
        case comment
        /// A declaration that is passed over, or the rest of one.
        case skipped
        case beforeName, name, beforeValue, value
    }

    private var state = State.outside
    /// The quote that we stand in; 0: none.
    private var quote: UInt8 = 0
    /// Of a comment, the last byte.
    private var last: UInt8 = 0
    /// What a declaration begins with; then the name that it declares.
    private var word: [UInt8] = []
    private var value: [UInt8] = []
    private var entities: [(name: [UInt8], text: [UInt8])] = []
    private var bytesLeft = Limits.Text.entityBytesMax
    private var outputLeft = Limits.Text.entityOutputBytesMax

    /// Begins with another document.
    mutating func reset() {
        state = .outside
        quote = 0
        if entities.isEmpty { return }
        entities.removeAll()
        bytesLeft = Limits.Text.entityBytesMax
        outputLeft = Limits.Text.entityOutputBytesMax
    }

    /// What an entity stands for; nil where none was declared, or too much was asked for.
    mutating func text(of name: Span<UInt8>) -> [UInt8]? {
        for entity in entities where Self.equals(entity.name, name) {
            guard entity.text.count <= outputLeft else { return nil }
            outputLeft -= entity.text.count
            return entity.text
        }
        return nil
    }

    private static func equals(_ name: [UInt8], _ other: Span<UInt8>) -> Bool {
        guard name.count == other.count else { return false }
        for index in name.indices where name[index] != other[index] { return false }
        return true
    }

    /// Reads on in the DOCTYPE. Returns where it ends, behind its `>`; nil: not yet.
    mutating func read(_ bytes: Span<UInt8>) -> Int? {
        for index in bytes.indices where takes(bytes[index]) { return index + 1 }
        return nil
    }

    /// Whether the DOCTYPE ends with this byte.
    private mutating func takes(_ byte: UInt8) -> Bool {
        if quote != 0, state != .value {
            if byte == quote { quote = 0 }
            return false
        }
        let isQuote = byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
        switch state {
        case .outside:
            if isQuote { quote = byte }
            if byte == UInt8(ascii: "[") { state = .inside }
            return byte == UInt8(ascii: ">")
        case .inside:
            if byte == UInt8(ascii: "<") {
                word.removeAll(keepingCapacity: true)
                state = .opening
            } else if byte == UInt8(ascii: "]") {
                state = .outside
            }
        case .opening: open(byte)
        case .comment:
            if byte == UInt8(ascii: ">"), last == UInt8(ascii: "-") { state = .inside }
            last = byte
        case .skipped:
            if isQuote { quote = byte }
            if byte == UInt8(ascii: ">") { state = .inside }
        default: declare(byte, isQuote)
        }
        return false
    }

    private mutating func open(_ byte: UInt8) {
        if byte == UInt8(ascii: ">") {
            state = .inside
            return
        }
        word.append(byte)
        if word.elementsEqual("!--".utf8) {
            state = .comment
        } else if word.elementsEqual("!ENTITY".utf8) {
            state = .beforeName
        } else if !"!ENTITY".utf8.starts(with: word), !"!--".utf8.starts(with: word) {
            state = .skipped
        }
    }

    /// `!ENTITY name "value"`; anything else behind the name is passed over.
    private mutating func declare(_ byte: UInt8, _ isQuote: Bool) {
        switch state {
        case .beforeName where byte.isMarkupSpace: word.removeAll(keepingCapacity: true)
        case .beforeName where byte == UInt8(ascii: "%"): state = .skipped
        case .beforeName, .name:
            if byte.isMarkupSpace {
                state = .beforeValue
            } else if byte == UInt8(ascii: ">") {
                state = .inside
            } else if word.count <= NamedReference.nameBytesMax {
                if state == .beforeName { word.removeAll(keepingCapacity: true) }
                word.append(byte)
                state = .name
            }
        case .beforeValue where isQuote:
            quote = byte
            value.removeAll(keepingCapacity: true)
            state = .value
        case .beforeValue where byte.isMarkupSpace: break
        case .beforeValue: state = byte == UInt8(ascii: ">") ? .inside : .skipped
        default:
            if byte == quote {
                quote = 0
                state = .skipped
                keep()
            } else if value.count < bytesLeft {
                value.append(byte)
            }
        }
    }

    /// The first declaration of a name counts.
    private mutating func keep() {
        guard entities.count < Limits.Text.entitiesMax, word.count <= NamedReference.nameBytesMax,
            !entities.contains(where: { $0.name == word })
        else { return }
        // As the tokenizer reads the text: references, and what is declared already.
        var reader = EntityText(subset: entities, bytesMax: max(0, bytesLeft - word.count))
        var tokenizer = HTMLTokenizer()
        tokenizer.feed(value.span, to: &reader)
        tokenizer.finish(to: &reader)
        entities.append((word, reader.text))
        bytesLeft = max(0, bytesLeft - word.count - reader.text.count)
    }
}

/// The text of an entity, without its tags.
private struct EntityText: HTMLTokenHandler {
    let subset: [(name: [UInt8], text: [UInt8])]
    let bytesMax: Int
    private(set) var text: [UInt8] = []

    init(subset: [(name: [UInt8], text: [UInt8])], bytesMax: Int) {
        self.subset = subset
        self.bytesMax = bytesMax
    }

    var allowsCDATA: Bool { true }
    var isXML: Bool { true }

    mutating func entity(_ name: Span<UInt8>) -> [UInt8]? {
        for entity in subset where entity.name.count == name.count {
            var index = 0
            while index < name.count, entity.name[index] == name[index] { index += 1 }
            if index == name.count { return entity.text }
        }
        return nil
    }

    mutating func characters(_ bytes: Span<UInt8>) {
        for index in bytes.indices where text.count < bytesMax { text.append(bytes[index]) }
    }

    mutating func character(_ byte: UInt8) {
        if byte != 0, text.count < bytesMax { text.append(byte) }
    }

    mutating func tagName(_ bytes: Span<UInt8>) {}
    mutating func tagNamed(_ name: MarkupName, isEnd: Bool) {}
    mutating func attributeName(_ bytes: Span<UInt8>) {}
    mutating func attributeNamed(_ name: MarkupName) -> Bool { false }
    mutating func attributeValue(_ bytes: Span<UInt8>) {}
    mutating func attributeEnded() {}
    mutating func tagEnded(isSelfClosing: Bool) -> ContentModel { .data }
    mutating func commentStarted() {}
    mutating func comment(_ bytes: Span<UInt8>) {}
    mutating func commentEnded() {}
    mutating func doctype() {}
}
