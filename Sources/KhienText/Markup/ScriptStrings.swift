import KhienModel

/// Finds the string literals of JavaScript and JSON and hands out their contents, escapes decoded,
/// with a break after each. In JSON also what stands between strings where that is wanted: numbers.
/// A string with a tag or a character reference is read as HTML (`StringMarkup`).
///
/// It is no parser. Where a slash could begin a regular expression or be a division, the word or sign
/// before it decides, behind a `)` what stands before its parenthesis (`CodeTail`); a wrong guess ends at the line's
/// end, as strings do. Templates are strings; their `${...}` are code again, up to eight deep.
struct ScriptStrings: ~Copyable {
    private enum State: UInt8 {
        case code, slash, lineComment, blockComment, blockCommentStar
        case string, escape, unit, codePoint, dollar, expression, expressionClass
        /// Behind a backslash and CR, which LF may follow; or within U+2028 and its like.
        case escapedReturn, escapedSeparator
        case octal
        /// Behind a backslash that the string has: JSON in the string may have an escape here.
        case inner
    }

    private static let depthMax = 8
    /// Backslashes that are waited with, until it is clear whether they escape something.
    private static let backslashesMax = 16

    private let isJSON: Bool
    /// JSON: what stands outside of strings is text too, but for the signs of the syntax.
    private let readsBare: Bool
    private let layer: TextLayer
    /// JSON: a number is the last that stands outside of strings, behind the last sign of the syntax.
    private var endsInNumber = false
    private var state = State.code
    private var quote: UInt8 = 0
    /// The last eight bytes of code up to one that is no white space, the newest in the lowest byte: they tell a
    /// division from an expression.
    private var recent: UInt64 = 0
    /// White space has come behind them.
    private var isApart = false
    /// More of the code, for a slash behind a `)`.
    private var tail = CodeTail()
    /// What may be white space beyond ASCII and has come in part.
    private var space = ScriptSpace()
    private var isEscapedInExpression = false
    private var value: UInt32 = 0
    private var digitsLeft = 0
    /// A first surrogate that waits for its second; zero for none.
    private var surrogate: UInt32 = 0
    /// Open braces in each `${` that we stand in.
    private var braces = InlineArray<8, Int>(repeating: 0)
    private var depth = 0
    private var markup = StringMarkup()
    private var backslashes = 0
    /// What followed them so far: `u` and digits.
    private var inner = InlineArray<5, UInt8>(repeating: 0)
    private var innerCount = 0

    init(isJSON: Bool, layer: TextLayer, readsBare: Bool = false) {
        self.isJSON = isJSON
        self.readsBare = readsBare
        self.layer = layer
    }

    /// Reads on. Linear; allocates nothing but room in `buffers`.
    mutating func feed(_ input: Span<UInt8>, into buffers: inout LayerBuffers) {
        var index = 0
        while index < input.count {
            switch state {
            case .code: index = code(input, index, &buffers)
            case .string: index = string(input, index, &buffers)
            case .escape: index = escape(input, index, &buffers)
            case .unit, .codePoint: index = digits(input, index, &buffers)
            case .dollar: index = dollar(input, index, &buffers)
            case .inner: if innerEscape(input[index], &buffers) { index += 1 }
            case .octal: if octal(input[index], &buffers) { index += 1 }
            case .escapedReturn:
                state = .string
                if input[index] == 0x0A { index += 1 }
            case .escapedSeparator: if separator(input[index], &buffers) { index += 1 }
            default: index = skipped(input, index)
            }
        }
    }

    /// Reads on in the first string of JSON; returns where it ends, or the input.
    mutating func feedString(_ input: Span<UInt8>, into buffers: inout LayerBuffers) -> Int {
        var index = 0
        if state == .code, index < input.count {
            begin(UInt8(ascii: "\""))
            index += 1
        }
        while index < input.count, state != .code {
            // A byte at a time only where something is escaped.
            var end = index + 1
            if state == .string {
                let mark = UInt8(ascii: "\"")
                let next = input.first(of: (mark, UInt8(ascii: "\\"), mark, mark), from: index)
                end = min(next + 1, input.count)
            }
            feed(input.extracting(index..<end), into: &buffers)
            index = end
        }
        return index
    }

    /// No string is open.
    var isBetween: Bool { state == .code }

    /// The script is over.
    mutating func finish(into buffers: inout LayerBuffers) {
        if state == .octal { append(unit: value, &buffers) }
        release(&buffers)
        if state == .dollar { text(UInt8(ascii: "$"), &buffers) }
        if state == .escapedSeparator { releaseInner(&buffers) }
        markup.finish(in: layer, &buffers)
        buffers.breakLine(in: layer)
        reset()
    }

    /// Begins with another script; buffers keep their memory.
    mutating func reset() {
        endsInNumber = false
        state = .code
        quote = 0
        recent = 0
        isApart = false
        tail.reset()
        space = ScriptSpace()
        isEscapedInExpression = false
        value = 0
        digitsLeft = 0
        surrogate = 0
        depth = 0
        markup.reset()
        backslashes = 0
        innerCount = 0
    }

    /// Text of a string.
    @inline(__always)
    private mutating func text(_ bytes: Span<UInt8>, _ buffers: inout LayerBuffers) {
        guard buffers.wanted.contains(layer) else { return }
        markup.text(bytes, in: layer, &buffers)
    }

    private mutating func text(_ byte: UInt8, _ buffers: inout LayerBuffers) {
        let bytes: InlineArray<1, UInt8> = [byte]
        text(bytes.span, &buffers)
    }

    @inline(__always)
    private mutating func code(
        _ input: Span<UInt8>, _ start: Int, _ buffers: inout LayerBuffers
    ) -> Int {
        let doubleQuote = UInt8(ascii: "\"")
        if isJSON {
            let index = input.first(
                of: (doubleQuote, doubleQuote, doubleQuote, doubleQuote),
                from: start)
            if readsBare { bare(input.extracting(start..<index), &buffers) }
            guard index < input.count else { return index }
            begin(doubleQuote)
            return index + 1
        }
        var index = start
        if depth == 0 {
            index = input.first(
                of: (doubleQuote, UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "/")),
                from: start)
        } else {
            while index < input.count, !isTemplateCodeEnd(input[index]) { index += 1 }
        }
        remember(input, start..<index)
        guard index < input.count else { return index }
        if !space.isEmpty { rememberSpaceBegin() }
        switch input[index] {
        case UInt8(ascii: "/"): state = .slash
        case UInt8(ascii: "{"):
            braces[depth - 1] += 1
            tail.append(input.extracting(index..<index + 1))
            setRecent(UInt8(ascii: "{"))
        case UInt8(ascii: "}"):
            braces[depth - 1] -= 1
            tail.append(input.extracting(index..<index + 1))
            setRecent(UInt8(ascii: "}"))
            if braces[depth - 1] == 0 {
                depth -= 1
                begin(UInt8(ascii: "`"))
            }
        default: begin(input[index])
        }
        return index + 1
    }

    /// Numbers and words, each with a break at its ends. Behind a number its comma stays: `[84,912345678]` are two
    /// numbers, `84 912345678` is one that somebody typed.
    private mutating func bare(_ text: Span<UInt8>, _ buffers: inout LayerBuffers) {
        var start = 0
        for index in text.indices where Self.isSyntax(text[index]) {
            bareWord(text.extracting(start..<index), &buffers)
            if endsInNumber, text[index] == UInt8(ascii: ",") {
                buffers.append(UInt8(ascii: ","), to: layer)
            }
            endsInNumber = false
            buffers.breakLine(in: layer)
            start = index + 1
        }
        bareWord(text.extracting(start...), &buffers)
    }

    private mutating func bareWord(_ word: Span<UInt8>, _ buffers: inout LayerBuffers) {
        guard !word.isEmpty else { return }
        buffers.append(word, to: layer)
        for index in word.indices where word[index] > 0x20 { endsInNumber = word[index].isDigit }
    }

    private static func isSyntax(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: ":"), UInt8(ascii: ","), 0:
            true
        default: false
        }
    }

    private func isTemplateCodeEnd(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "/"),
            UInt8(ascii: "{"), UInt8(ascii: "}"):
            true
        default: false
        }
    }

    @inline(__always)
    private mutating func remember(_ input: Span<UInt8>, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        // What stands between most strings.
        let first = input[range.lowerBound]
        if range.count == 1, space.isEmpty,
            first == UInt8(ascii: ":") || first == UInt8(ascii: ",")
        {
            tail.append(sign: first)
            recent = (isApart ? recent << 8 | 0x20 : recent) << 8 | UInt64(first)
            isApart = false
            return
        }
        if !space.isEmpty || !input.isASCII(range) {
            rememberForeign(input.extracting(range))
        } else {
            rememberPlain(input, range)
        }
    }

    /// Code with signs beyond ASCII: its white space becomes that of ASCII.
    @inline(never)
    private mutating func rememberForeign(_ code: Span<UInt8>) {
        var start = 0
        for index in code.indices {
            let byte = code[index]
            if space.isEmpty, byte < 0x80 { continue }
            let wasEmpty = space.isEmpty
            let held = space
            switch space.take(byte) {
            case .begin where wasEmpty: rememberPlain(code, start..<index)
            case .begin: break
            case .space: rememberPlain(0x20)
            case .line: rememberPlain(0x0A)
            case .none:
                if wasEmpty { continue }
                space = held
                rememberSpaceBegin()
                start = index
                // It may begin one itself.
                if space.take(byte) != .begin { continue }
            }
            start = index + 1
        }
        rememberPlain(code, start..<code.count)
    }

    /// What began as white space was none.
    @inline(never)
    private mutating func rememberSpaceBegin() {
        let (bytes, count) = space.release()
        rememberPlain(bytes.span, 0..<count)
    }

    private mutating func rememberPlain(_ byte: UInt8) {
        let bytes: InlineArray<1, UInt8> = [byte]
        rememberPlain(bytes.span, 0..<1)
    }

    @inline(__always)
    private mutating func rememberPlain(_ input: Span<UInt8>, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        tail.append(input.extracting(range))
        var end = range.upperBound
        while end > range.lowerBound, input[end - 1] <= 0x20 {
            // An expression may begin a line: nothing is divided there.
            if input[end - 1] == 0x0A || input[end - 1] == 0x0D {
                return setRecent(UInt8(ascii: ";"))
            }
            end -= 1
        }
        if end - range.lowerBound >= 8 {
            recent = input.word(at: end - 8).byteSwapped
        } else if end > range.lowerBound {
            if isApart { recent = recent << 8 | 0x20 }
            for index in range.lowerBound..<end { recent = recent << 8 | UInt64(input[index]) }
        }
        isApart = end < range.upperBound
    }

    /// Says that code ends with a sign, whatever stood before it.
    private mutating func setRecent(_ byte: UInt8) {
        recent = UInt64(byte)
        isApart = false
    }

    /// Words that an expression may follow, as they stand in `recent`, with a byte before. Not those that are names
    /// elsewhere (`of`, `yield`).
    private static let keywords: [(word: UInt64, count: UInt64)] = [
        "return", "typeof", "case", "do", "else", "in", "void", "delete", "throw", "new",
    ].map { name in
        (name.utf8.reduce(0) { $0 << 8 | UInt64($1) }, UInt64(name.utf8.count))
    }

    /// Whether what stands before a slash can be divided.
    private var endsWithOperand: Bool {
        let last = UInt8(truncatingIfNeeded: recent)
        if last.isScriptName {
            return !Self.keywords.contains { word, count in
                guard recent & ~(~0 << (8 * count)) == word else { return false }
                let before = UInt8(truncatingIfNeeded: recent >> (8 * count))
                // The name of a property may be any word.
                return !before.isScriptName && before != UInt8(ascii: ".")
                    && before != UInt8(ascii: "#")
            }
        }
        switch last {
        case UInt8(ascii: ")"): return !tail.endsCondition
        case UInt8(ascii: "]"), UInt8(ascii: "\""), UInt8(ascii: "'"),
            UInt8(ascii: "`"), UInt8(ascii: "<"):
            return true
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            return UInt8(truncatingIfNeeded: recent >> 8) == last
        default: return false
        }
    }

    private mutating func begin(_ mark: UInt8) {
        endsInNumber = false
        quote = mark
        state = .string
    }

    @inline(__always)
    private mutating func string(
        _ input: Span<UInt8>, _ start: Int, _ buffers: inout LayerBuffers
    ) -> Int {
        let isTemplate = quote == UInt8(ascii: "`")
        let extra: UInt8 = isTemplate ? UInt8(ascii: "$") : isJSON ? 0 : 0x0A
        let index = input.first(of: (quote, UInt8(ascii: "\\"), 0, extra), from: start)
        if index > start {
            release(&buffers)
            text(input.extracting(start..<index), &buffers)
        }
        guard index < input.count else { return index }
        switch input[index] {
        case 0: break
        case UInt8(ascii: "\\"): state = .escape
        case UInt8(ascii: "$") where isTemplate: state = .dollar
        default: endString(&buffers)
        }
        return index + 1
    }

    private mutating func endString(_ buffers: inout LayerBuffers) {
        release(&buffers)
        markup.finish(in: layer, &buffers)
        buffers.breakLine(in: layer)
        setRecent(quote)
        state = .code
    }

    private mutating func dollar(
        _ input: Span<UInt8>, _ index: Int, _ buffers: inout LayerBuffers
    ) -> Int {
        state = .string
        if input[index] == UInt8(ascii: "{"), depth < Self.depthMax {
            endString(&buffers)
            setRecent(UInt8(ascii: "{"))
            braces[depth] = 1
            depth += 1
            return index + 1
        }
        release(&buffers)
        text(UInt8(ascii: "$"), &buffers)
        return index
    }

    private mutating func escape(
        _ input: Span<UInt8>, _ index: Int, _ buffers: inout LayerBuffers
    ) -> Int {
        let byte = input[index]
        state = .string
        switch byte {
        case UInt8(ascii: "u"): startDigits(4)
        case UInt8(ascii: "x") where !isJSON: startDigits(2)
        case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "v"):
            release(&buffers)
            text(0x20, &buffers)
        case 0x0D: state = .escapedReturn
        case UInt8(ascii: "0")...UInt8(ascii: "7") where !isJSON && quote != UInt8(ascii: "`"):
            value = 0
            digitsLeft = byte <= UInt8(ascii: "3") ? 3 : 2
            state = .octal
            return index
        case 0x0A, 0, UInt8(ascii: "0"): break
        case UInt8(ascii: "\\"): hold(&buffers)
        case 0xE2 where !isJSON:
            release(&buffers)
            state = .escapedSeparator
            return index
        default:
            release(&buffers)
            text(byte, &buffers)
        }
        return index + 1
    }

    /// One to three digits of old; false for what is none.
    private mutating func octal(_ byte: UInt8, _ buffers: inout LayerBuffers) -> Bool {
        let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "7")
        if isDigit {
            value = value << 3 | UInt32(byte - UInt8(ascii: "0"))
            digitsLeft -= 1
        }
        if !isDigit || digitsLeft == 0 {
            state = .string
            append(unit: value, &buffers)
        }
        return isDigit
    }

    /// U+2028 and U+2029 are ends of lines too: behind a backslash they are nothing.
    private mutating func separator(_ byte: UInt8, _ buffers: inout LayerBuffers) -> Bool {
        let fits: Bool =
            switch innerCount {
            case 0: true
            case 1: byte == 0x80
            default: byte == 0xA8 || byte == 0xA9
            }
        if fits {
            inner[innerCount] = byte
            innerCount += 1
            if innerCount < 3 { return true }
            innerCount = 0
        } else {
            releaseInner(&buffers)
        }
        state = .string
        return fits
    }

    // MARK: Escapes within the string

    /// A backslash that the string has.
    private mutating func hold(_ buffers: inout LayerBuffers) {
        if backslashes == Self.backslashesMax { release(&buffers) }
        backslashes += 1
        innerCount = 0
        state = .inner
    }

    /// JSON in a string escapes once more; so `\\u1ea1` is a letter, with however many backslashes.
    /// False for a byte that is none of it.
    private mutating func innerEscape(_ byte: UInt8, _ buffers: inout LayerBuffers) -> Bool {
        if innerCount == 0 ? byte == UInt8(ascii: "u") : byte.hexValue != nil {
            inner[innerCount] = byte
            innerCount += 1
            if innerCount < 5 { return true }
            value = 0
            for index in 1..<5 { value = value << 4 | UInt32(inner[index].hexValue ?? 0) }
            backslashes = 0
            innerCount = 0
            state = .string
            append(unit: value, &buffers)
            return true
        }
        // What another escape stands for decides.
        if innerCount > 0 || byte != UInt8(ascii: "\\") { release(&buffers) }
        state = .string
        return false
    }

    /// What was waited with is text.
    private mutating func release(_ buffers: inout LayerBuffers) {
        flushSurrogate(&buffers)
        guard backslashes > 0 else { return }
        let count = backslashes
        backslashes = 0
        for _ in 0..<count { text(UInt8(ascii: "\\"), &buffers) }
        releaseInner(&buffers)
    }

    private mutating func releaseInner(_ buffers: inout LayerBuffers) {
        let (bytes, count) = (inner, innerCount)
        innerCount = 0
        if count > 0 { text(bytes.span.extracting(..<count), &buffers) }
    }

    private mutating func startDigits(_ count: Int) {
        digitsLeft = count
        value = 0
        state = .unit
    }

    private mutating func digits(
        _ input: Span<UInt8>, _ index: Int, _ buffers: inout LayerBuffers
    ) -> Int {
        let byte = input[index]
        if state == .unit, digitsLeft == 4, byte == UInt8(ascii: "{") {
            state = .codePoint
            return index + 1
        }
        if let digit = byte.hexValue {
            value = min(value << 4 | UInt32(digit), 0x11_0000)
            digitsLeft -= 1
            if state == .unit, digitsLeft == 0 {
                state = .string
                append(unit: value, &buffers)
            }
            return index + 1
        }
        let isWhole = state == .codePoint
        state = .string
        if isWhole { append(unit: value, &buffers) }
        return byte == UInt8(ascii: "}") ? index + 1 : index
    }

    private mutating func append(unit: UInt32, _ buffers: inout LayerBuffers) {
        if unit == 0x5C { return hold(&buffers) }
        if surrogate != 0, unit & 0xFFFF_FC00 == 0xDC00, backslashes == 0 {
            let scalar = 0x10000 + (surrogate & 0x3FF) << 10 + unit & 0x3FF
            surrogate = 0
            return append(scalar: scalar, &buffers)
        }
        release(&buffers)
        if unit & 0xFFFF_FC00 == 0xD800 {
            surrogate = unit
        } else {
            append(scalar: unit, &buffers)
        }
    }

    private mutating func flushSurrogate(_ buffers: inout LayerBuffers) {
        guard surrogate != 0 else { return }
        surrogate = 0
        append(scalar: 0xFFFD, &buffers)
    }

    private mutating func append(scalar: UInt32, _ buffers: inout LayerBuffers) {
        guard scalar != 0 else { return }
        let isScalar = scalar <= 0x10FFFF && scalar & 0xFFFF_F800 != 0xD800
        let bytes = EncodedScalar(isScalar ? scalar : 0xFFFD)
        text(bytes.bytes.span.extracting(0..<bytes.count), &buffers)
    }

    /// Comments and regular expressions.
    private mutating func skipped(_ input: Span<UInt8>, _ start: Int) -> Int {
        let byte = input[start]
        switch state {
        case .slash:
            if byte == UInt8(ascii: "/") {
                state = .lineComment
            } else if byte == UInt8(ascii: "*") {
                state = .blockComment
            } else {
                state = endsWithOperand ? .code : .expression
                isEscapedInExpression = false
                setRecent(UInt8(ascii: "/"))
                return start
            }
        case .lineComment: return lineComment(input, start)
        case .blockComment:
            let end = input.first(UInt8(ascii: "*"), from: start)
            guard end < input.count else { return end }
            if input[end] != 0 { state = .blockCommentStar }
            return end + 1
        case .blockCommentStar:
            if byte == UInt8(ascii: "/") {
                endComment()
            } else if byte != UInt8(ascii: "*") {
                state = .blockComment
            }
        default: expression(byte)
        }
        return start + 1
    }

    /// Up to the end of the line: also U+2028 and U+2029, which may come in parts.
    private mutating func lineComment(_ input: Span<UInt8>, _ start: Int) -> Int {
        var index = start
        if space.isEmpty {
            index = input.first(of: (0x0A, 0x0D, 0xE2, 0xE2), from: start)
            guard index < input.count else { return index }
            if input[index] != 0xE2 {
                endComment()
                return index + 1
            }
        }
        let kind = space.take(input[index])
        if kind == .line { endComment() }
        // This byte may be the end of the line, or begin one.
        return kind == .none ? index : index + 1
    }

    private mutating func endComment() {
        tail.appendSpace()
        state = .code
    }

    private mutating func expression(_ byte: UInt8) {
        if isEscapedInExpression {
            isEscapedInExpression = false
            return
        }
        switch byte {
        case UInt8(ascii: "\\"): isEscapedInExpression = true
        case 0x0A, 0x0D:
            state = .code
            setRecent(UInt8(ascii: ";"))
        case UInt8(ascii: "["): state = .expressionClass
        case UInt8(ascii: "]"): state = .expression
        case UInt8(ascii: "/") where state == .expression:
            state = .code
            // An operand has ended, as behind an element of an array.
            setRecent(UInt8(ascii: "]"))
        default: break
        }
    }
}

extension ScriptStrings {
    /// What `other` is now, to go on by itself.
    init(copying other: borrowing ScriptStrings) {
        isJSON = other.isJSON
        readsBare = other.readsBare
        layer = other.layer
        endsInNumber = other.endsInNumber
        state = other.state
        quote = other.quote
        recent = other.recent
        isApart = other.isApart
        tail = other.tail
        space = other.space
        isEscapedInExpression = other.isEscapedInExpression
        value = other.value
        digitsLeft = other.digitsLeft
        surrogate = other.surrogate
        braces = other.braces
        depth = other.depth
        markup = StringMarkup(copying: other.markup)
        backslashes = other.backslashes
        inner = other.inner
        innerCount = other.innerCount
    }
}
