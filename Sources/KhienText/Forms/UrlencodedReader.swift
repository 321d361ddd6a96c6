/// `name=value&name=value`, percent-decoded, `+` as space.
///
/// A percent sign without two hexadecimal digits behind it stands for itself. A body that begins with `{` or `[` is
/// JSON that a script sends under this type, as many do: there names are values, too.
///
/// Source: URL Standard, section 5.1 (application/x-www-form-urlencoded parsing).
struct UrlencodedReader {
    private var part = FormPart.name
    private var percent = PercentDecoder()
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
        if percent.isOpen {
            switch percent.take(byte) {
            case .open: return
            case .byte(let decoded): return append(decoded)
            case .other: endEscape()
            }
        }
        switch byte {
        case UInt8(ascii: "%"):
            percent.begin()
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

    /// An escape that did not become one is text.
    private mutating func endEscape() {
        let (sign, digit) = percent.end()
        if sign != 0 { output.append(sign) }
        if digit != 0 { output.append(digit) }
    }

    private mutating func give(_ emit: (Span<UInt8>, FormPart) -> Void) {
        if output.isEmpty { return }
        let given: FormPart = isJSON ? .value : part
        if given == .value { escapes.decode(&output) }
        if !output.isEmpty { emit(output.span, given) }
        output.removeAll(keepingCapacity: true)
    }
}
