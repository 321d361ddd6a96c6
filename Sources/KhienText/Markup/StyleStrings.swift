import KhienModel

/// Finds the strings of a style sheet and hands out their contents, escapes decoded, with a break after
/// each declaration, and where a `/` stands, behind which is what is read out. What else stands between two
/// strings may show nothing (`attr(x)`, `counter(x,none)`, an image that is not there). Not only those of
/// `content`: properties have many spellings (`c\6fntent`), and pass strings on (`--x`, `list-style-type`).
/// Left out are addresses: `url("...")`, `@import "..."`.
///
/// An address may stand without quotes. Up to its `)` a quote, or what looks like the begin of a comment,
/// is then nothing (CSS Syntax Module Level 3, sections 4.3.6 and 4.3.14).
struct StyleStrings: ~Copyable {
    private enum State: UInt8 {
        case code, slash, comment, commentStar, string, escape, escapeDigits
        /// Behind a backslash outside of strings: a quote there begins none.
        case codeEscape
        /// Behind CR that a backslash or an escape ends with: LF belongs to it.
        case escapedReturn
        /// Behind `url(`, and spaces.
        case addressStart
        /// In an address without quotes; behind a backslash there.
        case address, addressEscape
    }

    private static let layer = TextLayer.style

    private var state = State.code
    private var quote: UInt8 = 0
    /// Whether the declaration has had a string.
    private var isOpen = false
    /// Whether the string is handed out.
    private var isText = false
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
        if isOpen {
            while index < input.count, !Self.endsValue(input[index]) { index += 1 }
        } else {
            index = Self.firstOfCode(input, from: start)
        }
        remember(input, start..<index)
        guard index < input.count else { return index }
        switch input[index] {
        case UInt8(ascii: "/"): state = .slash
        case UInt8(ascii: "\\"): state = .codeEscape
        case UInt8(ascii: "("):
            if recentIsAddressFunction { state = .addressStart }
        case UInt8(ascii: ";"), UInt8(ascii: "}"), UInt8(ascii: "{"):
            isOpen = false
            buffers.breakLine(in: Self.layer)
        default:
            quote = input[index]
            isText = !recentIsAddress
            isOpen = isOpen || isText
            state = .string
        }
        remember(input, index..<index + 1)
        return index + 1
    }

    /// The first quote, slash, backslash or parenthesis at or after `start`; the end if there is none.
    @inline(__always)
    private static func firstOfCode(_ input: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index &+ 8 <= input.count {
            let word = input.word(at: index)
            // One bit tells `'` and `/` apart: both are found by one comparison.
            let hits =
                (word | 0x0808_0808_0808_0808).firstEqual(UInt8(ascii: "/"))
                | word.firstEqual(UInt8(ascii: "\"")) | word.firstEqual(UInt8(ascii: "\\"))
                | word.firstEqual(UInt8(ascii: "("))
            if hits != 0 { return index &+ hits.firstByte }
            index &+= 8
        }
        while index < input.count {
            switch input[index] {
            case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "/"), UInt8(ascii: "\\"),
                UInt8(ascii: "("):
                return index
            default: index &+= 1
            }
        }
        return index
    }

    @inline(__always)
    private static func endsValue(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "/"), UInt8(ascii: ";"),
            UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\\"), UInt8(ascii: "("):
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

    /// Whether a string that begins here is an address: behind `url(` or `@import `.
    private var recentIsAddress: Bool {
        recent & 0xFFFF_FFFF == 0x75_72_6C_28 || recent == 0x40_69_6D_70_6F_72_74_20
    }

    /// Whether what stands in front of a parenthesis is `url`, and no longer name.
    private var recentIsAddressFunction: Bool {
        guard recent & 0xFF_FFFF == 0x75_72_6C else { return false }
        switch UInt8(truncatingIfNeeded: recent >> 24) {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "\\"), 0x80...:
            return false
        default: return true
        }
    }

    private mutating func string(
        _ input: Span<UInt8>, _ start: Int, _ buffers: inout LayerBuffers
    ) -> Int {
        let index = input.first(of: (quote, UInt8(ascii: "\\"), 0x0A, 0), from: start)
        if isText, index > start {
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
            if state == .code, isOpen { buffers.breakLine(in: Self.layer) }
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
            state = byte == 0x0D ? .escapedReturn : .string
            guard let digit = byte.hexValue else {
                let isLineEnd = byte == 0x0A || byte == 0x0D || byte == 0x0C
                if isText, !isLineEnd, byte != 0 { buffers.append(byte, to: Self.layer) }
                return index + 1
            }
            value = UInt32(digit)
            digits = 1
            state = .escapeDigits
            return index + 1
        case .codeEscape:
            state = .code
            return index + 1
        case .addressStart, .address, .addressEscape: return address(input, index)
        case .escapedReturn:
            state = .string
            return byte == 0x0A ? index + 1 : index
        default: return escapeDigits(byte, index, &buffers)
        }
    }

    /// Reads on in an address without quotes; one that has them is a string like others.
    private mutating func address(_ input: Span<UInt8>, _ index: Int) -> Int {
        switch (state, input[index]) {
        case (.addressStart, let byte) where byte.isMarkupSpace:
            remember(input, index..<index + 1)
            return index + 1
        case (.addressStart, UInt8(ascii: "\"")), (.addressStart, UInt8(ascii: "'")):
            state = .code
            return index
        case (.addressEscape, _):
            state = .address
            return index + 1
        default:
            state = .address
            let end = input.first(UInt8(ascii: ")"), UInt8(ascii: "\\"), from: index)
            guard end < input.count else { return end }
            switch input[end] {
            case UInt8(ascii: ")"):
                state = .code
                remember(input, end..<end + 1)
            case UInt8(ascii: "\\"): state = .addressEscape
            default: break
            }
            return end + 1
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
        state = byte == 0x0D ? .escapedReturn : .string
        return byte.isMarkupSpace ? index + 1 : index
    }

    private func append(scalar: UInt32, _ buffers: inout LayerBuffers) {
        guard isText, scalar != 0 else { return }
        let isScalar = scalar <= 0x10FFFF && scalar & 0xFFFF_F800 != 0xD800
        let bytes = EncodedScalar(isScalar ? scalar : 0xFFFD)
        buffers.append(bytes.bytes.span.extracting(0..<bytes.count), to: Self.layer)
    }
}

extension StyleStrings {
    /// What `other` is now, to go on by itself.
    init(copying other: borrowing StyleStrings) {
        state = other.state
        quote = other.quote
        isOpen = other.isOpen
        isText = other.isText
        recent = other.recent
        value = other.value
        digits = other.digits
    }
}
