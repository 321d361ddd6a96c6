import KhienModel

/// Reads an address that holds a page itself as it streams by, and hands out that page.
///
/// ```
///   data:text/html;charset=utf-8,<p>%C4%91...         what is percent-encoded
///   data:text/html;base64,PHA+...                     and base64 of it
/// ```
/// Types that are no text are passed over. White space around the address and line ends and tabs within are no part of
/// it, and `#` ends the page.
///
/// Source: Fetch Standard, section 6 ("data: URL processor"); URL Standard, section 4.4.
struct DataAddress {
    private enum State: UInt8 { case scheme, type, parameter, text, base64, other }

    private static let scheme = Array("data:".utf8)
    private static let base64 = MarkupName("base64")
    /// What types of text begin with, in sixteen bytes.
    private static let types = [
        MarkupName("text/"), MarkupName("application/xhtm"), MarkupName("application/xml"),
        MarkupName("application/json"), MarkupName("image/svg+xml"),
    ]

    private var state = State.scheme
    private var matched = 0
    private var type = MarkupName()
    /// The last parameter.
    private var parameter = MarkupName()
    /// Digits of an escape that began: -1 none, 16 the sign was read, below that its first digit.
    private var escape = -1
    private var firstDigit: UInt8 = 0
    private var bits: UInt32 = 0
    private var bitCount = 0

    /// It is no such address.
    var isOther: Bool { state == .other }

    /// Appends what the next piece of the address has of the page.
    mutating func feed(_ bytes: Span<UInt8>, to page: inout [UInt8]) {
        for index in bytes.indices where state != .other { feed(bytes[index], to: &page) }
    }

    private mutating func feed(_ byte: UInt8, to page: inout [UInt8]) {
        if byte == 0x09 || byte == 0x0A || byte == 0x0D { return }
        switch state {
        case .scheme: readScheme(byte)
        case .type: if !endsHead(byte) { type.append(byte.lowered) }
        case .parameter: if !endsHead(byte), byte != 0x20 { parameter.append(byte.lowered) }
        case .text, .base64: readPage(byte, to: &page)
        case .other: break
        }
    }

    private mutating func readScheme(_ byte: UInt8) {
        if matched == 0, byte <= 0x20 { return }
        guard byte.lowered == Self.scheme[matched] else {
            state = .other
            return
        }
        matched += 1
        if matched == Self.scheme.count { state = .type }
    }

    /// Whether the byte ends the type, or a parameter.
    private mutating func endsHead(_ byte: UInt8) -> Bool {
        if byte == UInt8(ascii: ";") {
            state = .parameter
            parameter = MarkupName()
            return true
        }
        guard byte == UInt8(ascii: ",") else { return false }
        let isText = type.isEmpty || Self.types.contains { type.begins(with: $0) }
        state = !isText ? .other : parameter == Self.base64 ? .base64 : .text
        return true
    }

    private mutating func readPage(_ byte: UInt8, to page: inout [UInt8]) {
        if escape >= 0 {
            if readDigit(byte, to: &page) { return }
            endEscape(to: &page)
        }
        switch byte {
        case UInt8(ascii: "%"): escape = 16
        case UInt8(ascii: "#"): state = .other
        default: add(byte, to: &page)
        }
    }

    private mutating func readDigit(_ byte: UInt8, to page: inout [UInt8]) -> Bool {
        guard let digit = byte.hexValue else { return false }
        if escape == 16 {
            escape = Int(digit)
            firstDigit = byte
        } else {
            let decoded = UInt8(escape) << 4 | digit
            escape = -1
            add(decoded, to: &page)
        }
        return true
    }

    /// What began as an escape is none.
    private mutating func endEscape(to page: inout [UInt8]) {
        let digit = escape
        escape = -1
        add(UInt8(ascii: "%"), to: &page)
        if digit < 16 { add(firstDigit, to: &page) }
    }

    /// Source: RFC 4648, section 4.
    private mutating func add(_ byte: UInt8, to page: inout [UInt8]) {
        guard state == .base64 else { return page.append(byte) }
        let value: UInt8
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): value = byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): value = 62
        case UInt8(ascii: "/"): value = 63
        default: return
        }
        bits = bits << 6 | UInt32(value)
        bitCount += 6
        guard bitCount >= 8 else { return }
        bitCount -= 8
        page.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
    }
}
