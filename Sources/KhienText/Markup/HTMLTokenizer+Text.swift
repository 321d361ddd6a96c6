extension HTMLTokenizer {
    /// Text between tags.
    @inline(__always)
    mutating func data<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ handler: inout Handler
    ) -> Int {
        let index = input.first(UInt8(ascii: "<"), UInt8(ascii: "&"), from: start)
        if index > start { handler.characters(input.extracting(start..<index)) }
        guard index < input.count else { return index }
        switch input[index] {
        case UInt8(ascii: "<"): state = .tagOpen
        case 0: handler.character(0)
        default: startReference(from: .data)
        }
        return index + 1
    }

    /// `textarea` and `title`: references, and one end tag.
    mutating func rcdata<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ handler: inout Handler
    ) -> Int {
        let index = input.first(UInt8(ascii: "<"), UInt8(ascii: "&"), from: start)
        if index > start { handler.characters(input.extracting(start..<index)) }
        guard index < input.count else { return index }
        switch input[index] {
        case UInt8(ascii: "<"):
            base = .rcdata
            state = .rawLess
        case 0: handler.characters(replacementBytes.span)
        default: startReference(from: .rcdata)
        }
        return index + 1
    }

    /// `style` and the like: one end tag.
    mutating func rawtext<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ handler: inout Handler
    ) -> Int {
        let index = input.first(UInt8(ascii: "<"), from: start)
        if index > start { handler.characters(input.extracting(start..<index)) }
        guard index < input.count else { return index }
        if input[index] == 0 {
            handler.characters(replacementBytes.span)
        } else {
            base = .rawtext
            state = .rawLess
        }
        return index + 1
    }

    /// All that follows `<plaintext>`.
    mutating func plaintext<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ handler: inout Handler
    ) -> Int {
        let index = input.first(0, from: start)
        if index > start { handler.characters(input.extracting(start..<index)) }
        guard index < input.count else { return index }
        handler.characters(replacementBytes.span)
        return index + 1
    }

    /// What might be the end tag of raw text.
    mutating func rawTag<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ index: Int, _ handler: inout Handler
    ) -> Int {
        let byte = input[index]
        switch state {
        case .rawLess:
            if byte == UInt8(ascii: "/") {
                state = .rawEndTagOpen
                return index + 1
            }
            handler.character(UInt8(ascii: "<"))
            state = base
        case .rawEndTagOpen:
            if byte.isAlpha {
                name = MarkupName()
                heldCount = 0
                state = .rawEndTagName
            } else {
                handler.characters(literal: "</")
                state = base
            }
        default:
            return rawEndTagName(byte, index, &handler)
        }
        return index
    }

    private mutating func rawEndTagName<Handler: HTMLTokenHandler & ~Copyable>(
        _ byte: UInt8, _ index: Int, _ handler: inout Handler
    ) -> Int {
        if byte.isAlpha {
            let lowered = byte | 0x20
            // A name that cannot become the right one is text at once, so that little is held.
            if name.count < min(lastStartTag.count, 16),
                lastStartTag.byte(at: name.count) == lowered
            {
                name.append(lowered)
                hold(byte)
                return index + 1
            }
        } else if name == lastStartTag,
            byte.isMarkupSpace || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">")
        {
            isEndTag = true
            handler.tagName(held.span.extracting(0..<heldCount))
            handler.tagNamed(name, isEnd: true)
            state = byte == UInt8(ascii: "/") ? .selfClosing : .beforeAttributeName
            return byte == UInt8(ascii: ">") ? index : index + 1
        }
        releaseEndTag(&handler)
        state = base
        return index
    }

    /// What looked like an end tag is text.
    mutating func releaseEndTag<Handler: HTMLTokenHandler & ~Copyable>(
        _ handler: inout Handler
    ) {
        handler.characters(literal: "</")
        if heldCount > 0 { handler.characters(held.span.extracting(0..<heldCount)) }
        heldCount = 0
    }
}
