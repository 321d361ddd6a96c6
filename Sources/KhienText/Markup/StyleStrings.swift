import KhienModel

/// Finds the strings that a style sheet inserts into the page, `content: "..."`, and hands out
/// their contents, escapes decoded, with a break after each declaration.
struct StyleStrings: ~Copyable {
    private enum State: UInt8 {
        case code, slash, comment, commentStar, string, escape, escapeDigits
    }

    private static let layer = TextLayer.style

    private var state = State.code
    private var quote: UInt8 = 0
    /// Whether we stand in the value of `content`.
    private var isContent = false
    /// The last eight bytes of code, the newest in the lowest byte, letters in lower case.
    private var recent: UInt64 = 0
    private var value: UInt32 = 0
    private var digits = 0

    /// Reads on. Linear; allocates nothing but room in `buffers`.
    mutating func feed(_ input: Span<UInt8>, into buffers: inout LayerBuffers) {
        var index = 0
        while index < input.count {
            switch state {
            case .code: index = code(input, index, &buffers)
            case .string: index = string(input, index, &buffers)
            default: index = step(input, index, &buffers)
            }
        }
    }

    /// The style sheet is over.
    mutating func finish(into buffers: inout LayerBuffers) {
        if state == .escapeDigits { append(scalar: value, &buffers) }
        buffers.breakLine(in: Self.layer)
        self = StyleStrings()
    }

    @inline(__always)
    private mutating func code(
        _ input: Span<UInt8>, _ start: Int, _ buffers: inout LayerBuffers
    ) -> Int {
        var index = start
        if isContent {
            while index < input.count, !Self.endsValue(input[index]) { index += 1 }
        } else {
            index = input.first(
                of: (
                    UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "/"), UInt8(ascii: ":")
                ), from: start)
        }
        remember(input, start..<index)
        guard index < input.count else { return index }
        switch input[index] {
        case UInt8(ascii: ":"): if !isContent { isContent = recentIsContent }
        case UInt8(ascii: "/"): state = .slash
        case UInt8(ascii: ";"), UInt8(ascii: "}"), UInt8(ascii: "{"):
            isContent = false
            buffers.breakLine(in: Self.layer)
        default:
            quote = input[index]
            state = .string
        }
        remember(input, index..<index + 1)
        return index + 1
    }

    @inline(__always)
    private static func endsValue(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "/"), UInt8(ascii: ";"),
            UInt8(ascii: "{"), UInt8(ascii: "}"):
            true
        default: false
        }
    }

    @inline(__always)
    private mutating func remember(_ input: Span<UInt8>, _ range: Range<Int>) {
        if range.count >= 8 {
            recent = input.word(at: range.upperBound - 8).asciiLowered.byteSwapped
            return
        }
        for index in range {
            recent = recent << 8 | UInt64(input[index].lowered)
        }
    }

    /// Whether the code before the colon ends with the property name `content` and not with a
    /// longer one, such as `align-content`.
    private var recentIsContent: Bool {
        let word: UInt64 = 0x63_6F_6E_74_65_6E_74
        guard recent & 0x00FF_FFFF_FFFF_FFFF == word else { return false }
        let before = UInt8(truncatingIfNeeded: recent >> 56)
        return !before.isAlpha && !before.isDigit && before != UInt8(ascii: "-")
            && before != UInt8(ascii: "_") && before < 0x80
    }

    private mutating func string(
        _ input: Span<UInt8>, _ start: Int, _ buffers: inout LayerBuffers
    ) -> Int {
        let index = input.first(of: (quote, UInt8(ascii: "\\"), 0x0A, 0), from: start)
        if isContent, index > start {
            buffers.append(input.extracting(start..<index), to: Self.layer)
        }
        guard index < input.count else { return index }
        switch input[index] {
        case 0: break
        case UInt8(ascii: "\\"): state = .escape
        default: state = .code
        }
        return index + 1
    }

    private mutating func step(
        _ input: Span<UInt8>, _ index: Int, _ buffers: inout LayerBuffers
    ) -> Int {
        let byte = input[index]
        switch state {
        case .slash:
            state = byte == UInt8(ascii: "*") ? .comment : .code
            return state == .comment ? index + 1 : index
        case .comment:
            let end = input.first(UInt8(ascii: "*"), from: index)
            guard end < input.count else { return end }
            if input[end] != 0 { state = .commentStar }
            return end + 1
        case .commentStar:
            if byte == UInt8(ascii: "/") {
                state = .code
            } else if byte != UInt8(ascii: "*") {
                state = .comment
            }
            return index + 1
        case .escape:
            state = .string
            guard let digit = byte.hexValue else {
                if isContent, byte != 0x0A, byte != 0 { buffers.append(byte, to: Self.layer) }
                return index + 1
            }
            value = UInt32(digit)
            digits = 1
            state = .escapeDigits
            return index + 1
        default: return escapeDigits(byte, index, &buffers)
        }
    }

    /// One to six digits and perhaps a space after them.
    private mutating func escapeDigits(
        _ byte: UInt8, _ index: Int, _ buffers: inout LayerBuffers
    ) -> Int {
        if digits < 6, let digit = byte.hexValue {
            value = value << 4 | UInt32(digit)
            digits += 1
            return index + 1
        }
        append(scalar: value, &buffers)
        state = .string
        return byte.isMarkupSpace ? index + 1 : index
    }

    private func append(scalar: UInt32, _ buffers: inout LayerBuffers) {
        guard isContent, scalar != 0 else { return }
        let isScalar = scalar <= 0x10FFFF && scalar & 0xFFFF_F800 != 0xD800
        let bytes = EncodedScalar(isScalar ? scalar : 0xFFFD)
        buffers.append(bytes.bytes.span.extracting(0..<bytes.count), to: Self.layer)
    }
}
