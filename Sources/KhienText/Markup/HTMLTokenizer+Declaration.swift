extension HTMLTokenizer {
    /// Comments, DOCTYPE, CDATA and what looks like them.
    mutating func declaration<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ index: Int, _ handler: inout Handler
    ) -> Int {
        let byte = input[index]
        switch state {
        case .declarationOpen: return declarationOpen(byte, index, &handler)
        case .bogusComment, .comment: return commentText(input, index, &handler)
        case .cdata: return cdata(input, index, &handler)
        case .cdataBracket, .cdataEnd: return cdataEnd(byte, index, &handler)
        case .doctype where handler.isXML:
            guard let end = handler.doctypeContent(input.extracting(index...)) else {
                return input.count
            }
            handler.doctype()
            state = .data
            return index + end
        case .doctype:
            // A quote does not protect `>` in a DOCTYPE.
            let end = input.first(UInt8(ascii: ">"), from: index)
            if end > index { handler.doctypeText(input.extracting(index..<end)) }
            guard end < input.count else { return end }
            if input[end] != 0 {
                handler.doctype()
                state = .data
            }
            return end + 1
        case .commentStart:
            if byte == UInt8(ascii: "-") {
                state = .commentStartDash
                return index + 1
            }
            if byte == UInt8(ascii: ">") { return endComment(index, &handler) }
            state = .comment
        case .commentStartDash:
            if byte == UInt8(ascii: "-") {
                state = .commentEnd
                return index + 1
            }
            if byte == UInt8(ascii: ">") { return endComment(index, &handler) }
            comment("-", &handler)
            state = .comment
        default: return commentEnd(byte, index, &handler)
        }
        return index
    }

    private mutating func commentEnd<Handler: HTMLTokenHandler & ~Copyable>(
        _ byte: UInt8, _ index: Int, _ handler: inout Handler
    ) -> Int {
        let isDash = byte == UInt8(ascii: "-")
        switch state {
        case .commentEndDash:
            if isDash {
                state = .commentEnd
                return index + 1
            }
            comment("-", &handler)
        case .commentEnd:
            if byte == UInt8(ascii: ">") { return endComment(index, &handler) }
            if byte == UInt8(ascii: "!") {
                state = .commentEndBang
                return index + 1
            }
            if isDash {
                comment("-", &handler)
                return index + 1
            }
            comment("--", &handler)
        default:
            if byte == UInt8(ascii: ">") { return endComment(index, &handler) }
            comment("--!", &handler)
            if isDash {
                state = .commentEndDash
                return index + 1
            }
        }
        state = .comment
        return index
    }

    private mutating func endComment<Handler: HTMLTokenHandler & ~Copyable>(
        _ index: Int, _ handler: inout Handler
    ) -> Int {
        handler.commentEnded()
        state = .data
        return index + 1
    }

    private func comment<Handler: HTMLTokenHandler & ~Copyable>(
        _ text: StaticString, _ handler: inout Handler
    ) {
        for index in 0..<text.utf8CodeUnitCount {
            let byte: InlineArray<1, UInt8> = [text.byte(at: index)]
            handler.comment(byte.span)
        }
    }

    private mutating func commentText<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ handler: inout Handler
    ) -> Int {
        let isBogus = state == .bogusComment
        let index = input.first(
            isBogus ? UInt8(ascii: ">") : UInt8(ascii: "-"), from: start)
        if index > start { handler.comment(input.extracting(start..<index)) }
        guard index < input.count else { return index }
        if input[index] == 0 {
            handler.comment(replacementBytes.span)
        } else if isBogus {
            return endComment(index, &handler)
        } else {
            state = .commentEndDash
        }
        return index + 1
    }

    /// After `<!`: `--`, `DOCTYPE` in any case, `[CDATA[` where it is allowed.
    private mutating func declarationOpen<Handler: HTMLTokenHandler & ~Copyable>(
        _ byte: UInt8, _ index: Int, _ handler: inout Handler
    ) -> Int {
        let place = heldCount
        let first = place == 0 ? byte : held[0]
        let keyword: StaticString = first == 0x2D ? "--" : first == 0x5B ? "[CDATA[" : "doctype"
        let given = first == 0x5B ? byte : byte.lowered
        if keyword.byte(at: place) == given {
            hold(byte)
            guard heldCount == keyword.utf8CodeUnitCount else { return index + 1 }
            if first == 0x2D {
                handler.commentStarted()
                state = .commentStart
                return index + 1
            }
            if first != 0x5B {
                state = .doctype
                return index + 1
            }
            if handler.allowsCDATA {
                state = .cdata
                return index + 1
            }
            handler.commentStarted()
            releaseComment(&handler)
            state = .bogusComment
            return index + 1
        }
        handler.commentStarted()
        releaseComment(&handler)
        state = .bogusComment
        return index
    }

    /// What began like a declaration is the begin of a comment.
    mutating func releaseComment<Handler: HTMLTokenHandler & ~Copyable>(
        _ handler: inout Handler
    ) {
        if heldCount > 0 { handler.comment(held.span.extracting(0..<heldCount)) }
        heldCount = 0
    }

    private mutating func cdata<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ handler: inout Handler
    ) -> Int {
        let index = input.first(UInt8(ascii: "]"), from: start)
        if index > start { handler.characters(input.extracting(start..<index)) }
        guard index < input.count else { return index }
        if input[index] == 0 {
            handler.character(0)
        } else {
            state = .cdataBracket
        }
        return index + 1
    }

    private mutating func cdataEnd<Handler: HTMLTokenHandler & ~Copyable>(
        _ byte: UInt8, _ index: Int, _ handler: inout Handler
    ) -> Int {
        let isBracket = byte == UInt8(ascii: "]")
        if state == .cdataBracket {
            if isBracket {
                state = .cdataEnd
                return index + 1
            }
            handler.character(UInt8(ascii: "]"))
        } else {
            if isBracket {
                handler.character(byte)
                return index + 1
            }
            if byte == UInt8(ascii: ">") {
                state = .data
                return index + 1
            }
            handler.characters(literal: "]]")
        }
        state = .cdata
        return index
    }
}
