import KhienModel

/// One JSON object on one line, written byte by byte.
///
/// Whatever the input, the result is valid UTF-8 and valid JSON, has no line break, and shows as it
/// is on a terminal: controls, line separators and direction marks are escaped.
struct JSONLine {
    private(set) var bytes: [UInt8] = [UInt8(ascii: "{")]

    init() { bytes.reserveCapacity(1_024) }

    /// The bytes without `}`.
    mutating func member(_ name: StaticString, _ value: UInt64) {
        key(name)
        bytes += String(value).utf8
    }

    mutating func member(_ name: StaticString, flag: Bool) {
        key(name)
        bytes += (flag ? "true" : "false").utf8
    }

    mutating func member(_ name: StaticString, signed value: Int) {
        key(name)
        bytes += String(value).utf8
    }

    mutating func member(_ name: StaticString, _ text: String) {
        key(name)
        string(Array(text.utf8)[...])
    }

    /// Bytes that may not be UTF-8; each ill-formed part becomes U+FFFD.
    mutating func member(_ name: StaticString, bytes text: [UInt8]) {
        key(name)
        string(text[...])
    }

    mutating func member(_ name: StaticString, list words: [String]) {
        key(name)
        bytes.append(UInt8(ascii: "["))
        for (index, word) in words.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            string(Array(word.utf8)[...])
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func key(_ name: StaticString) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        bytes += "\(name)".utf8
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func string(_ text: ArraySlice<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        // Room for the longest escape of one character (two of `\uXXXX`) and the mark of the cut.
        let end = bytes.count + Limits.Events.fieldBytesMax - 16
        // More input than this cannot fit, so it is not even decoded.
        let decoded = String(decoding: text.prefix(Limits.Events.fieldBytesMax), as: UTF8.self)
        var isCut = text.count > Limits.Events.fieldBytesMax
        for scalar in decoded.unicodeScalars {
            guard bytes.count < end else {
                isCut = true
                break
            }
            append(scalar)
        }
        if isCut { bytes += "…".utf8 }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x22, 0x5C:
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(UInt8(scalar.value))
        case 0x00...0x1F, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF:
            let digits = String(scalar.value, radix: 16)
            bytes += "\\u".utf8
            bytes += String(repeating: "0", count: 4 - digits.count).utf8
            bytes += digits.utf8
        default:
            bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
        }
    }
}
