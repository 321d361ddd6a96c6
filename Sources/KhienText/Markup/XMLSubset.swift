import KhienModel

/// The entities that an XML document declares in its own DOCTYPE, and the defaults of its attributes.
///
/// ```
///   <!DOCTYPE page [ <!ENTITY x "đánh &#98;ạc"> <!ENTITY y "<b>&x;</b> !"> ]>
///                             x: "đánh bạc"              y: "đánh bạc !"
/// ```
/// Of what is declared only references to characters are replaced; the rest is read where the entity is
/// used (`HTMLTokenizer.expand`), as markup with references of its own. Parameter entities (`%x;`)
/// stand for declarations. What documents of their own (`SYSTEM`) declare is not read, as in browsers.
///
/// An element without an attribute that has a default (`<!ATTLIST img alt CDATA "đánh bạc">`) has that default. Which
/// element that is, is not followed: the values are handed out with their references replaced.
/// All of it is bounded (`Limits.Text`): what is past the bounds stays as it is written.
///
/// Source: XML 1.0, sections 2.8, 3.3, 4.2, 4.4 and 4.5.
struct XMLSubset: ~Copyable {
    private enum State: UInt8 {
        /// Outside of `[...]`, where `>` ends the DOCTYPE.
        case outside
        case inside
        /// Behind `<`, until it is clear what begins.
        case opening
        case comment
        /// A processing instruction: quotes in it mean nothing.
        case instruction
        case parameterName
        /// `<!ATTLIST`: the attributes of an element.
        case attributes
        /// In a default of theirs, and in a reference there.
        case defaultValue, defaultReference
        /// A declaration that is passed over, or the rest of one.
        case skipped
        case beforeName, name, beforeValue, value
    }

    private var state = State.outside
    /// The quote that we stand in; 0: none.
    private var quote: UInt8 = 0
    /// The last bytes of a comment that are `-`, at most two; of an instruction those that are `?`.
    private var endCount = 0
    /// What a declaration begins with; then the name that it declares.
    private var word: [UInt8] = []
    private var value: [UInt8] = []
    /// Whether an entity of declarations is being declared.
    private var isParameter = false
    private var entities: [Entity] = []
    /// How many entities of declarations we stand in.
    private var depth = 0
    /// The DOCTYPE gives elements attributes that say what namespace they are in, which cannot be seen then.
    private(set) var declaresNamespaces = false
    /// The DOCTYPE gives elements attributes, or namespaces, that do not stand in their tags.
    private(set) var declaresAttributes = false
    /// Default values that have not been taken, each between two of U+0000.
    private var defaults: [UInt8] = []
    /// How much of `xmlns` stands last in the list of attributes.
    private var matched = 0
    private static let namespace = Array("xmlns".utf8)
    private var bytesLeft = Limits.Text.entityBytesMax
    private var outputLeft = Limits.Text.entityOutputBytesMax

    private struct Entity {
        var name: [UInt8]
        var text: [UInt8]
        var isParameter: Bool
    }

    /// Begins with another document.
    mutating func reset() {
        state = .outside
        quote = 0
        declaresNamespaces = false
        declaresAttributes = false
        defaults.removeAll()
        if entities.isEmpty { return }
        entities.removeAll()
        bytesLeft = Limits.Text.entityBytesMax
        outputLeft = Limits.Text.entityOutputBytesMax
    }

    /// What an entity stands for; nil where none was declared, or too much was asked for.
    mutating func text(of name: Span<UInt8>) -> [UInt8]? {
        text(of: name, isParameter: false)
    }

    private mutating func text(of name: Span<UInt8>, isParameter: Bool) -> [UInt8]? {
        for entity in entities
        where entity.isParameter == isParameter && Self.equals(entity.name, name) {
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
        if quote != 0, !isInValue {
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
            } else if byte == UInt8(ascii: "]"), depth == 0 {
                state = .outside
            } else if byte == UInt8(ascii: "%") {
                word.removeAll(keepingCapacity: true)
                state = .parameterName
            }
        case .opening: open(byte)
        case .comment: passOver(byte, until: UInt8(ascii: "-"), 2)
        case .instruction: passOver(byte, until: UInt8(ascii: "?"), 1)
        case .parameterName: parameterName(byte)
        case .attributes where isQuote:
            declaresAttributes = true
            quote = byte
            defaults.append(0)
            state = .defaultValue
        case .defaultValue, .defaultReference: readDefault(byte)
        case .attributes, .skipped:
            if state == .attributes { findNamespace(byte) }
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
            endCount = 0
            state = .comment
        } else if byte == UInt8(ascii: "?"), word.count == 1 {
            endCount = 0
            state = .instruction
        } else if word.elementsEqual("!ENTITY".utf8) {
            isParameter = false
            state = .beforeName
        } else if !"!ENTITY".utf8.starts(with: word), !"!--".utf8.starts(with: word) {
            matched = 0
            state = word.elementsEqual("!A".utf8) ? .attributes : .skipped
        }
    }

    /// Looks for an attribute `xmlns`, or one of that prefix. An entity there may stand for one.
    private mutating func findNamespace(_ byte: UInt8) {
        if byte == Self.namespace[matched] {
            matched += 1
        } else {
            matched = byte == Self.namespace[0] ? 1 : 0
        }
        if matched == Self.namespace.count || byte == UInt8(ascii: "%") {
            declaresNamespaces = true
            declaresAttributes = true
            matched = 0
        }
    }

    /// Whether quotes are looked for by what reads a value.
    private var isInValue: Bool {
        state == .value || state == .defaultValue || state == .defaultReference
    }

    /// Hands out what was read of default values since the last time.
    mutating func takeDefaults() -> [UInt8] {
        if defaults.isEmpty { return [] }
        var taken: [UInt8] = []
        swap(&taken, &defaults)
        return taken
    }

    /// Reads on in a default value. Without a quote it is the text of an entity, where quotes mean nothing.
    private mutating func readDefault(_ byte: UInt8) {
        if quote != 0, byte == quote {
            releaseReference()
            quote = 0
            defaults.append(0)
            matched = 0
            state = .attributes
        } else if byte == UInt8(ascii: "&") {
            releaseReference()
            word.removeAll(keepingCapacity: true)
            state = .defaultReference
        } else if state != .defaultReference {
            defaults.append(byte)
        } else if byte == UInt8(ascii: ";") {
            state = .defaultValue
            endDefaultReference()
        } else {
            word.append(byte)
            if word.count > NamedReference.nameBytesMax { releaseReference() }
        }
    }

    /// What began like a reference is none.
    private mutating func releaseReference() {
        guard state == .defaultReference else { return }
        state = .defaultValue
        defaults.append(UInt8(ascii: "&"))
        defaults.append(contentsOf: word)
    }

    /// A reference in a default value is whole: a character, one that XML itself names, or an entity of the document's.
    /// What is none of these may be one of HTML.
    private mutating func endDefaultReference() {
        let whole = [UInt8(ascii: "&")] + word + [UInt8(ascii: ";")]
        if Self.characterReference(whole, 0, &defaults) > 0 { return }
        let name = word
        if let sign = Self.sign(named: name) { return defaults.append(sign) }
        guard depth < Limits.Text.entityDepthMax, let text = text(of: name.span) else {
            return defaults.append(contentsOf: whole)
        }
        let outer = quote
        quote = 0
        depth += 1
        for byte in text { readDefault(byte) }
        releaseReference()
        depth -= 1
        quote = outer
    }

    /// Source: XML 1.0, section 4.6.
    private static func sign(named name: [UInt8]) -> UInt8? {
        if name.elementsEqual("amp".utf8) { return UInt8(ascii: "&") }
        if name.elementsEqual("lt".utf8) { return UInt8(ascii: "<") }
        if name.elementsEqual("gt".utf8) { return UInt8(ascii: ">") }
        if name.elementsEqual("quot".utf8) { return UInt8(ascii: "\"") }
        return name.elementsEqual("apos".utf8) ? UInt8(ascii: "'") : nil
    }

    /// Ends at `count` of `mark` and `>`.
    private mutating func passOver(_ byte: UInt8, until mark: UInt8, _ count: Int) {
        if byte == mark {
            endCount = min(endCount + 1, count)
        } else {
            if byte == UInt8(ascii: ">"), endCount == count { state = .inside }
            endCount = 0
        }
    }

    /// Reads what `%name;` stands for as if it stood here.
    private mutating func parameterName(_ byte: UInt8) {
        guard byte == UInt8(ascii: ";") else {
            if word.count <= NamedReference.nameBytesMax { word.append(byte) }
            if byte.isMarkupSpace || byte == UInt8(ascii: ">") { state = .inside }
            return
        }
        state = .inside
        let name = word
        guard depth < Limits.Text.entityDepthMax, let text = text(of: name.span, isParameter: true)
        else { return }
        depth += 1
        for byte in text { _ = takes(byte) }
        depth -= 1
    }

    /// `!ENTITY name "value"`; anything else behind the name is passed over.
    private mutating func declare(_ byte: UInt8, _ isQuote: Bool) {
        switch state {
        case .beforeName where byte.isMarkupSpace: word.removeAll(keepingCapacity: true)
        case .beforeName where byte == UInt8(ascii: "%") && !isParameter: isParameter = true
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
            !entities.contains(where: { $0.name == word && $0.isParameter == isParameter })
        else { return }
        let text = Self.replacementText(value, bytesMax: max(0, bytesLeft - word.count))
        entities.append(Entity(name: word, text: text, isParameter: isParameter))
        bytesLeft = max(0, bytesLeft - word.count - text.count)
    }

    /// A value with its references to characters replaced; those to entities stay.
    private static func replacementText(_ value: [UInt8], bytesMax: Int) -> [UInt8] {
        var text: [UInt8] = []
        var index = 0
        while index < value.count, text.count < bytesMax {
            let end = characterReference(value, index, &text)
            if end == index { text.append(value[index]) }
            index = max(end, index + 1)
        }
        if text.count > bytesMax { text.removeLast(text.count - bytesMax) }
        return text
    }

    /// Appends the character that `&#...;` at `start` stands for, and returns where the reference ends;
    /// `start` where there is none.
    private static func characterReference(
        _ value: [UInt8], _ start: Int, _ text: inout [UInt8]
    ) -> Int {
        guard start + 1 < value.count, value[start] == UInt8(ascii: "&"),
            value[start + 1] == UInt8(ascii: "#")
        else { return start }
        var index = start + 2
        var number = NumericReference()
        number.base = .decimal
        if index < value.count, value[index] == UInt8(ascii: "x") {
            number.base = .hexadecimal
            index += 1
        }
        while index < value.count, number.take(value[index]) { index += 1 }
        guard number.hasDigits, index < value.count, value[index] == UInt8(ascii: ";") else {
            return start
        }
        let bytes = EncodedScalar(number.scalar)
        text.append(bytesOf: bytes.bytes.span.extracting(0..<bytes.count))
        return index + 1
    }
}

extension XMLSubset {
    /// What `other` is now, to go on by itself.
    init(copying other: borrowing XMLSubset) {
        state = other.state
        quote = other.quote
        endCount = other.endCount
        word = other.word
        value = other.value
        isParameter = other.isParameter
        entities = other.entities
        depth = other.depth
        declaresNamespaces = other.declaresNamespaces
        declaresAttributes = other.declaresAttributes
        defaults = other.defaults
        matched = other.matched
        bytesLeft = other.bytesLeft
        outputLeft = other.outputLeft
    }
}
