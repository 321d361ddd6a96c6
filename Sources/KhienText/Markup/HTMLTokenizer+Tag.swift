import KhienModel

extension HTMLTokenizer {
    /// The states within tags.
    mutating func tag<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ handler: inout Handler
    ) -> Int {
        var index = start
        while index < input.count {
            switch state {
            case .tagOpen: index = wholeTag(input, index, &handler)
            case .tagName: index = resumedTag(input, index, &handler)
            case .attributeName: index = attributeName(input, index, &handler)
            case .valueDoubleQuoted:
                index = quotedValue(input, index, UInt8(ascii: "\""), &handler)
            case .valueSingleQuoted:
                index = quotedValue(input, index, UInt8(ascii: "'"), &handler)
            case .valueUnquoted: index = unquotedValue(input, index, &handler)
            case .beforeAttributeName: index = attributes(input, index, &handler)
            case .endTagOpen: index = endTagOpen(input, index, &handler)
            case .afterAttributeName: index = afterName(input, index, &handler)
            case .beforeAttributeValue: index = beforeValue(input, index, &handler)
            case .afterValue: index = afterValue(input, index, &handler)
            case .selfClosing:
                if input[index] == UInt8(ascii: ">") {
                    endTag(isSelfClosing: true, &handler)
                    return index + 1
                }
                state = .beforeAttributeName
            default: return index
            }
        }
        return index
    }

    /// From behind a `<` on. Most tags come whole: then no state is looked for between their parts.
    @inline(__always)
    private mutating func wholeTag<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ handler: inout Handler
    ) -> Int {
        var index = tagOpen(input, start, &handler)
        if state == .endTagOpen, index < input.count {
            index = endTagOpen(input, index, &handler)
        }
        guard state == .tagName else { return index }
        return restOfTag(input, index, &handler)
    }

    /// Another piece of a tag, from amid its name on.
    @inline(never)
    private mutating func resumedTag<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ handler: inout Handler
    ) -> Int {
        restOfTag(input, start, &handler)
    }

    @inline(__always)
    private mutating func restOfTag<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ handler: inout Handler
    ) -> Int {
        let index = tagName(input, start, &handler)
        guard state == .beforeAttributeName else { return index }
        return attributes(input, index, &handler)
    }

    @inline(__always)
    private mutating func tagOpen<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ index: Int, _ handler: inout Handler
    ) -> Int {
        let byte = input[index]
        if byte.isAlpha {
            isEndTag = false
            name = MarkupName()
            state = .tagName
            return index
        }
        switch byte {
        case UInt8(ascii: "/"):
            state = .endTagOpen
            return index + 1
        case UInt8(ascii: "!"):
            state = .declarationOpen
            heldCount = 0
            return index + 1
        case UInt8(ascii: "?"):
            handler.commentStarted()
            state = .bogusComment
        default:
            handler.character(UInt8(ascii: "<"))
            state = .data
        }
        return index
    }

    @inline(__always)
    private mutating func endTagOpen<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ index: Int, _ handler: inout Handler
    ) -> Int {
        let byte = input[index]
        if byte.isAlpha {
            isEndTag = true
            name = MarkupName()
            state = .tagName
            return index
        }
        if byte == UInt8(ascii: ">") {
            state = .data
            return index + 1
        }
        handler.commentStarted()
        state = .bogusComment
        return index
    }

    @inline(__always)
    private mutating func tagName<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ handler: inout Handler
    ) -> Int {
        let index = readName(input, start, equalsEnds: false)
        if index > start { handler.tagName(input.extracting(start..<index)) }
        guard index < input.count else { return index }
        let byte = input[index]
        if byte == 0 {
            handler.tagName(replacementBytes.span)
            appendReplacement()
            return index + 1
        }
        if !isEndTag { lastStartTag = name }
        handler.tagNamed(name, isEnd: isEndTag)
        switch byte {
        case UInt8(ascii: ">"):
            endTag(isSelfClosing: false, &handler)
        case UInt8(ascii: "/"): state = .selfClosing
        default: state = .beforeAttributeName
        }
        return index + 1
    }

    /// Reads on in a name; returns where it ends: white space, `/`, `>`, U+0000, perhaps `=`.
    @inline(__always)
    private mutating func readName(
        _ input: Span<UInt8>, _ start: Int, equalsEnds: Bool
    ) -> Int {
        var index = start
        // Nearly every name is whole, and shorter.
        if name.isEmpty, let begin = input.name(at: start) {
            name = begin
            index &+= begin.count
            if begin.count < 16, !continues(&index, input, equalsEnds) { return index }
        }
        while index &+ 8 <= input.count {
            let word = input.word(at: index)
            let count = NameByte.mayEnd(word).firstByte
            name.append(word.asciiLowered, count: count)
            index &+= count
            if count < 8, !continues(&index, input, equalsEnds) { return index }
        }
        while index < input.count, continues(&index, input, equalsEnds) {}
        return index
    }

    /// Takes the next byte into the name, unless it ends it.
    @inline(__always)
    private mutating func continues(
        _ index: inout Int, _ input: Span<UInt8>, _ equalsEnds: Bool
    ) -> Bool {
        let byte = input[index]
        if NameByte.ends(byte), byte != UInt8(ascii: "=") || equalsEnds { return false }
        name.append(byte.lowered)
        index &+= 1
        return true
    }

    private mutating func appendReplacement() {
        for index in 0..<3 { name.append(replacementBytes[index]) }
    }

    /// Whole attributes one after another; a state is left only where something is unusual, or the
    /// input ends.
    private mutating func attributes<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ handler: inout Handler
    ) -> Int {
        var index = start
        while index < input.count {
            index = beforeAttribute(input, index, &handler)
            guard state == .attributeName else {
                if state == .beforeAttributeName { continue }
                return index
            }
            index = attributeName(input, index, &handler)
            guard state == .beforeAttributeValue, index < input.count else { return index }
            let quote = input[index]
            if quote == UInt8(ascii: "\"") {
                state = .valueDoubleQuoted
            } else if quote == UInt8(ascii: "'") {
                state = .valueSingleQuoted
            } else {
                return index
            }
            index = quotedValue(input, index &+ 1, quote, &handler)
            guard state == .afterValue else { return index }
            state = .beforeAttributeName
        }
        return index
    }

    @inline(__always)
    private mutating func beforeAttribute<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ handler: inout Handler
    ) -> Int {
        let byte = input[start]
        if byte.isMarkupSpace { return start + 1 }
        switch byte {
        case UInt8(ascii: ">"):
            endTag(isSelfClosing: false, &handler)
            return start + 1
        case UInt8(ascii: "/"):
            state = .selfClosing
            return start + 1
        case UInt8(ascii: "="):
            name = MarkupName()
            name.append(byte)
            handler.attributeName(input.extracting(start..<start + 1))
            state = .attributeName
            return start + 1
        default:
            name = MarkupName()
            state = .attributeName
            return start
        }
    }

    @inline(__always)
    private mutating func attributeName<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ handler: inout Handler
    ) -> Int {
        let index = readName(input, start, equalsEnds: true)
        if index > start { handler.attributeName(input.extracting(start..<index)) }
        guard index < input.count else { return index }
        let byte = input[index]
        if byte == 0 {
            handler.attributeName(replacementBytes.span)
            appendReplacement()
            return index + 1
        }
        wantsValue = handler.attributeNamed(name)
        if byte == UInt8(ascii: "=") {
            state = .beforeAttributeValue
            return index + 1
        }
        state = .afterAttributeName
        return index
    }

    private mutating func afterName<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ index: Int, _ handler: inout Handler
    ) -> Int {
        let byte = input[index]
        if byte.isMarkupSpace { return index + 1 }
        if byte == UInt8(ascii: "=") {
            state = .beforeAttributeValue
            return index + 1
        }
        handler.attributeEnded()
        state = .beforeAttributeName
        return index
    }

    @inline(__always)
    private mutating func beforeValue<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ index: Int, _ handler: inout Handler
    ) -> Int {
        let byte = input[index]
        if byte.isMarkupSpace { return index + 1 }
        switch byte {
        case UInt8(ascii: "\""): state = .valueDoubleQuoted
        case UInt8(ascii: "'"): state = .valueSingleQuoted
        case UInt8(ascii: ">"):
            handler.attributeEnded()
            endTag(isSelfClosing: false, &handler)
        default:
            state = .valueUnquoted
            return index
        }
        return index + 1
    }

    @inline(__always)
    private mutating func quotedValue<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ quote: UInt8, _ handler: inout Handler
    ) -> Int {
        // A reference never takes the quote in, so a value nobody wants ends at the first.
        let index =
            wantsValue
            ? input.first(quote, UInt8(ascii: "&"), from: start)
            : input.first(quote, from: start)
        if wantsValue, index > start { handler.attributeValue(input.extracting(start..<index)) }
        guard index < input.count else { return index }
        switch input[index] {
        case quote:
            handler.attributeEnded()
            state = .afterValue
        case 0:
            if wantsValue { handler.attributeValue(replacementBytes.span) }
        default: startReference(from: state)
        }
        return index + 1
    }

    private mutating func unquotedValue<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ handler: inout Handler
    ) -> Int {
        var index = start
        while index < input.count {
            let byte = input[index]
            if byte.isMarkupSpace || byte == UInt8(ascii: ">") || byte == 0 { break }
            if byte == UInt8(ascii: "&"), wantsValue { break }
            index += 1
        }
        if wantsValue, index > start { handler.attributeValue(input.extracting(start..<index)) }
        guard index < input.count else { return index }
        switch input[index] {
        case UInt8(ascii: "&"): startReference(from: .valueUnquoted)
        case 0:
            if wantsValue { handler.attributeValue(replacementBytes.span) }
        case UInt8(ascii: ">"):
            handler.attributeEnded()
            endTag(isSelfClosing: false, &handler)
        default:
            handler.attributeEnded()
            state = .beforeAttributeName
        }
        return index + 1
    }

    @inline(__always)
    private mutating func afterValue<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ index: Int, _ handler: inout Handler
    ) -> Int {
        // White space, `/`, `>` and, as an error, a name that begins at once.
        state = .beforeAttributeName
        return index
    }

    @inline(__always)
    private mutating func endTag<Handler: HTMLTokenHandler & ~Copyable>(
        isSelfClosing: Bool, _ handler: inout Handler
    ) {
        if isEndTag {
            _ = handler.tagEnded(isSelfClosing: isSelfClosing)
            state = .data
        } else {
            // `name` may be that of an attribute by now; the handler keeps the tag's.
            let model = handler.tagEnded(isSelfClosing: isSelfClosing)
            enter(model)
        }
    }
}

/// What ends the name of a tag or an attribute.
private enum NameByte {
    @inline(__always)
    static func ends(_ byte: UInt8) -> Bool {
        byte <= 0x3E && ends &>> UInt64(byte) & 1 != 0
    }

    /// High bits set where bytes end a name, and at other controls.
    @inline(__always)
    static func mayEnd(_ word: UInt64) -> UInt64 {
        word.bytes(from: 0, through: 0x20) | word.bytes(equalTo: UInt8(ascii: "/"))
            | word.bytes(from: UInt8(ascii: "="), through: UInt8(ascii: ">"))
    }

    /// U+0000, tab, LF, FF, CR, space, `/`, `=`, `>`.
    private static let ends: UInt64 =
        1 << 0 | 1 << 9 | 1 << 10 | 1 << 12 | 1 << 13 | 1 << 32 | 1 << 47 | 1 << 61 | 1 << 62
}
