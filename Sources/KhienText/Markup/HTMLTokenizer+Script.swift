extension HTMLTokenizer {
    /// Script data with its escapes: within `<!-- <script` an end tag of `script` does not end it.
    mutating func script<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ index: Int, _ handler: inout Handler
    ) -> Int {
        let byte = input[index]
        switch state {
        case .scriptData: return scriptText(input, index, &handler)
        case .scriptEscaped, .doubleEscaped: return escapedText(input, index, &handler)
        case .scriptLess:
            if byte == UInt8(ascii: "/") {
                base = .scriptData
                state = .rawEndTagOpen
                return index + 1
            }
            handler.character(UInt8(ascii: "<"))
            if byte == UInt8(ascii: "!") {
                handler.character(byte)
                state = .scriptEscapeStart
                return index + 1
            }
            state = .scriptData
        case .scriptEscapeStart, .scriptEscapeStartDash:
            guard byte == UInt8(ascii: "-") else {
                state = .scriptData
                return index
            }
            handler.character(byte)
            state =
                state == .scriptEscapeStart ? .scriptEscapeStartDash : .scriptEscapedDashDash
            return index + 1
        case .scriptEscapedDash, .scriptEscapedDashDash, .doubleEscapedDash,
            .doubleEscapedDashDash:
            return escapedDash(byte, index, &handler)
        case .doubleEscapeStart, .doubleEscapeEnd:
            return doubleEscapeBorder(byte, index, &handler)
        case .scriptEscapedLess:
            if byte == UInt8(ascii: "/") {
                base = .scriptEscaped
                state = .rawEndTagOpen
                return index + 1
            }
            handler.character(UInt8(ascii: "<"))
            heldCount = 0
            state = byte.isAlpha ? .doubleEscapeStart : .scriptEscaped
        default:
            guard byte == UInt8(ascii: "/") else {
                state = .doubleEscaped
                return index
            }
            handler.character(byte)
            heldCount = 0
            state = .doubleEscapeEnd
            return index + 1
        }
        return index
    }

    @inline(__always)
    private mutating func scriptText<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ handler: inout Handler
    ) -> Int {
        let index = input.first(UInt8(ascii: "<"), from: start)
        if index > start { handler.characters(input.extracting(start..<index)) }
        guard index < input.count else { return index }
        if input[index] == 0 {
            handler.characters(replacementBytes.span)
        } else {
            state = .scriptLess
        }
        return index + 1
    }

    private mutating func escapedText<Handler: HTMLTokenHandler & ~Copyable>(
        _ input: Span<UInt8>, _ start: Int, _ handler: inout Handler
    ) -> Int {
        let index = input.first(UInt8(ascii: "<"), UInt8(ascii: "-"), from: start)
        if index > start { handler.characters(input.extracting(start..<index)) }
        guard index < input.count else { return index }
        let isDouble = state == .doubleEscaped
        switch input[index] {
        case 0: handler.characters(replacementBytes.span)
        case UInt8(ascii: "-"):
            handler.character(UInt8(ascii: "-"))
            state = isDouble ? .doubleEscapedDash : .scriptEscapedDash
        default:
            if isDouble { handler.character(UInt8(ascii: "<")) }
            state = isDouble ? .doubleEscapedLess : .scriptEscapedLess
        }
        return index + 1
    }

    private mutating func escapedDash<Handler: HTMLTokenHandler & ~Copyable>(
        _ byte: UInt8, _ index: Int, _ handler: inout Handler
    ) -> Int {
        let isDouble = state == .doubleEscapedDash || state == .doubleEscapedDashDash
        let isSecond = state == .scriptEscapedDashDash || state == .doubleEscapedDashDash
        switch byte {
        case UInt8(ascii: "-"):
            handler.character(byte)
            state = isDouble ? .doubleEscapedDashDash : .scriptEscapedDashDash
            return index + 1
        case UInt8(ascii: ">") where isSecond:
            handler.character(byte)
            state = .scriptData
            return index + 1
        default:
            state = isDouble ? .doubleEscaped : .scriptEscaped
            return index
        }
    }

    /// `<script` within an escape, and `</script` that ends what it began.
    private mutating func doubleEscapeBorder<Handler: HTMLTokenHandler & ~Copyable>(
        _ byte: UInt8, _ index: Int, _ handler: inout Handler
    ) -> Int {
        let isStart = state == .doubleEscapeStart
        if byte.isAlpha {
            // One letter more than the word has is enough to know that it is another.
            if heldCount < 7 { hold(byte | 0x20) }
            handler.character(byte)
            return index + 1
        }
        let isBorder =
            byte.isMarkupSpace || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">")
        let isInside = isBorder && holdsScript ? isStart : !isStart
        state = isInside ? .doubleEscaped : .scriptEscaped
        guard isBorder else { return index }
        handler.character(byte)
        return index + 1
    }

    private var holdsScript: Bool {
        let word: StaticString = "script"
        guard heldCount == word.utf8CodeUnitCount else { return false }
        for index in 0..<heldCount where held[index] != word.byte(at: index) { return false }
        return true
    }
}
