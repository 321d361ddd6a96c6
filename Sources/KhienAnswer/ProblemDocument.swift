/// `application/problem+json` (RFC 9457).
struct ProblemDocument {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    mutating func member(_ name: StaticString, _ value: String) {
        key(name)
        string(value)
    }

    mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        bytes += (value ? "true" : "false").utf8
    }

    mutating func member(_ name: StaticString, _ value: Int) {
        key(name)
        bytes += "\(value)".utf8
    }

    mutating func member(_ name: StaticString, _ value: ProblemDocument) {
        key(name)
        bytes += value.finished.dropLast()
    }

    /// With the closing brace and a newline.
    var finished: [UInt8] { bytes + [UInt8(ascii: "}"), UInt8(ascii: "\n")] }

    private mutating func key(_ name: StaticString) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        string("\(name)")
        bytes.append(UInt8(ascii: ":"))
    }

    /// Beyond what JSON asks for, `<`, `>`, `&` and everything not ASCII-safe to a browser that
    /// would take the text for a page are escaped.
    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars.prefix(1_000) {
            switch scalar.value {
            case 0x22, 0x5C:
                bytes += [UInt8(ascii: "\\"), UInt8(scalar.value)]
            case 0x00...0x1F, 0x26, 0x3C, 0x3E, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E,
                0x2060...0x206F, 0xFEFF:
                let digits = String(scalar.value, radix: 16)
                bytes += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
            default: bytes += String(scalar).utf8
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
