/// `name=value&name=value`, percent-decoded, `+` as space.
///
/// A percent sign without two hexadecimal digits behind it stands for itself. A body that begins with `{` or `[` is
/// JSON that a script sends under this type, as many do: there names are values, too.
///
/// Source: URL Standard, section 5.1 (application/x-www-form-urlencoded parsing).
struct UrlencodedReader {
    private var part = FormPart.name
    /// Digits of an escape that began: -1 none, 16 the sign was read, below that its first digit.
    private var escape = -1
    private var firstDigit: UInt8 = 0
    private var output: [UInt8] = []
    private var escapes = ValueEscapes()
    /// Something of the present name or value has been met.
    private var isOpen = false
    private var hasBegun = false
    private var isJSON = false

    mutating func feed(_ bytes: Span<UInt8>, _ emit: (Span<UInt8>, FormPart) -> Void) {
        for index in bytes.indices { read(bytes[index], emit) }
        give(emit)
    }

    mutating func finish(_ emit: (Span<UInt8>, FormPart) -> Void) {
        endEscape()
        if isOpen { output.append(0) }
        give(emit)
    }

    private mutating func read(_ byte: UInt8, _ emit: (Span<UInt8>, FormPart) -> Void) {
        if !hasBegun {
            // White space before all, which no browser sends, may stand before JSON.
            if byte <= 0x20 { return }
            hasBegun = true
            isJSON = byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
        }
        if escape >= 0 {
            if readDigit(byte) { return }
            endEscape()
        }
        switch byte {
        case UInt8(ascii: "%"):
            escape = 16
            isOpen = true
        case UInt8(ascii: "+"): append(0x20)
        case UInt8(ascii: "&"): end(.name, emit)
        case UInt8(ascii: "=") where part == .name: end(.value, emit)
        default: append(byte)
        }
    }

    private mutating func append(_ byte: UInt8) {
        output.append(byte)
        isOpen = true
    }

    /// Ends a name or a value; an empty one needs no end.
    private mutating func end(_ next: FormPart, _ emit: (Span<UInt8>, FormPart) -> Void) {
        if isOpen { output.append(0) }
        isOpen = false
        if next != part { give(emit) }
        part = next
    }

    /// False where the byte does not go on with the escape.
    private mutating func readDigit(_ byte: UInt8) -> Bool {
        guard let digit = byte.hexadecimalValue else { return false }
        if escape == 16 {
            escape = Int(digit)
            firstDigit = byte
        } else {
            append(UInt8(escape) << 4 | digit)
            escape = -1
        }
        return true
    }

    /// An escape that did not become one is text.
    private mutating func endEscape() {
        if escape < 0 { return }
        output.append(UInt8(ascii: "%"))
        if escape < 16 { output.append(firstDigit) }
        escape = -1
    }

    private mutating func give(_ emit: (Span<UInt8>, FormPart) -> Void) {
        if output.isEmpty { return }
        let given: FormPart = isJSON ? .value : part
        if given == .value { escapes.decode(&output) }
        if !output.isEmpty { emit(output.span, given) }
        output.removeAll(keepingCapacity: true)
    }
}

extension UInt8 {
    /// The value of a hexadecimal digit.
    fileprivate var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x37
        case 0x61...0x66: self - 0x57
        default: nil
        }
    }
}
