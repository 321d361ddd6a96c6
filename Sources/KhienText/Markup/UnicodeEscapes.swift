import KhienModel

/// Decodes what a body has of `\u00e1`, the escapes of JSON, and passes on all else as it is.
///
/// Many servers send JSON as HTML or as text, and scripts read it as JSON. Signs that mean something to
/// HTML stay escaped: a browser that shows the body sees no tag there, so none may hide what it shows. Behind
/// a `<` or `&` letters of ASCII mean something, too.
struct UnicodeEscapes {
    /// A backslash and what came behind it, as long as it may become an escape.
    private var pending = InlineArray<6, UInt8>(repeating: 0)
    private var pendingCount = 0
    /// The first half of a pair of surrogates; 0: none. It is passed over where no second one follows.
    private var surrogate: UInt32 = 0
    private var sawMarkup = false
    private let isHTML: Bool

    init(isHTML: Bool) { self.isHTML = isHTML }

    private static let byteCount = 6
    private static let backslash = UInt8(ascii: "\\")

    /// Appends the bytes that are certain by now.
    mutating func feed(_ input: Span<UInt8>, to output: inout [UInt8]) {
        var index = 0
        while index < input.count {
            if pendingCount == 0 {
                let end = input.first(Self.backslash, from: index)
                if end > index {
                    surrogate = 0
                    if isHTML, !sawMarkup { noteMarkup(input.extracting(index..<end)) }
                }
                output.append(bytesOf: input.extracting(index..<end))
                guard end < input.count else { return }
                index = end
            }
            let byte = input[index]
            guard isExpected(byte) else {
                // It may begin another one.
                finish(to: &output)
                if byte != Self.backslash {
                    output.append(byte)
                    if byte == UInt8(ascii: "<") || byte == UInt8(ascii: "&") { sawMarkup = isHTML }
                    index += 1
                }
                continue
            }
            pending[pendingCount] = byte
            pendingCount += 1
            index += 1
            if pendingCount == Self.byteCount { decode(to: &output) }
        }
    }

    private mutating func noteMarkup(_ bytes: Span<UInt8>) {
        let end = bytes.first(UInt8(ascii: "<"), UInt8(ascii: "&"), from: 0)
        // U+0000 ends the search, too: what stands behind it is not known.
        if end < bytes.count { sawMarkup = true }
    }

    /// The body is over: appends what became no escape.
    mutating func finish(to output: inout [UInt8]) {
        for index in 0..<pendingCount { output.append(pending[index]) }
        pendingCount = 0
        surrogate = 0
    }

    private func isExpected(_ byte: UInt8) -> Bool {
        switch pendingCount {
        case 0: byte == Self.backslash
        case 1: byte == UInt8(ascii: "u")
        default: byte.hexValue != nil
        }
    }

    private mutating func decode(to output: inout [UInt8]) {
        var value: UInt32 = 0
        for index in 2..<Self.byteCount {
            value = value << 4 | UInt32(pending[index].hexValue ?? 0)
        }
        let first = surrogate
        if value & 0xFC00 == 0xD800 {
            surrogate = value
            pendingCount = 0
            return
        }
        if first != 0, value & 0xFC00 == 0xDC00 {
            value = 0x1_0000 + (first & 0x3FF) << 10 + value & 0x3FF
        }
        guard let scalar = Unicode.Scalar(value), isText(scalar) else {
            return finish(to: &output)
        }
        output.append(contentsOf: Character(scalar).utf8)
        pendingCount = 0
        surrogate = 0
    }

    /// Whether it means nothing but itself to HTML.
    private func isText(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", " ": !sawMarkup
        // What stands in numbers and names; .NET escapes the first.
        case "+", "-", ".", ",", "(", ")", "/", "*", "~", "_", "@", ":", "#": !isHTML
        default: scalar.value >= 0x80
        }
    }
}
