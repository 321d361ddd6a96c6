import KhienModel

/// Reads an address that holds a page itself as it streams by, and hands out that page.
///
/// ```
///   data:text/html;charset=utf-8,<p>%C4%91...         what is percent-encoded
///   data:text/html;base64,PHA+...                     and base64 of it
/// ```
/// Types that are shown as no text are passed over. White space around the address and line ends and tabs within are no
/// part of it, and `#` ends it.
///
/// Source: Fetch Standard, section 6 ("data: URL processor"); URL Standard, section 4.4.
struct DataAddress {
    private enum State: UInt8 { case scheme, type, parameter, text, base64, other }

    private static let scheme = Array("data:".utf8)
    private static let base64 = MarkupName("base64")

    private var state = State.scheme
    private var matched = 0
    private var type = DataType()
    /// The last parameter, without the spaces around it.
    private var parameter = MarkupName()
    private var isInSpace = false
    private var percent = PercentDecoder()
    private var bits: UInt32 = 0
    private var bitCount = 0

    /// It is no such address.
    var isOther: Bool { state == .other }
    /// Its scheme is that of such an address.
    var isData: Bool { state != .scheme && state != .other }

    /// Appends what the next piece of the address has of the page.
    mutating func feed(_ bytes: Span<UInt8>, to page: inout [UInt8]) {
        for index in bytes.indices where state != .other { feed(bytes[index], to: &page) }
    }

    /// The address is over: appends the rest.
    mutating func finish(to page: inout [UInt8]) {
        if state != .other { endEscape(to: &page) }
    }

    private mutating func feed(_ byte: UInt8, to page: inout [UInt8]) {
        if byte == 0x09 || byte == 0x0A || byte == 0x0D { return }
        switch state {
        case .scheme: readScheme(byte)
        case .type: if !endsHead(byte) { type.append(byte.lowered) }
        case .parameter: if !endsHead(byte) { readParameter(byte) }
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

    private mutating func readParameter(_ byte: UInt8) {
        if byte == 0x20 {
            isInSpace = true
            return
        }
        if isInSpace, !parameter.isEmpty { parameter.append(0x20) }
        isInSpace = false
        parameter.append(byte.lowered)
    }

    /// Whether the byte ends the type, or a parameter.
    private mutating func endsHead(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ";"):
            state = .parameter
            parameter = MarkupName()
            isInSpace = false
        case UInt8(ascii: ","):
            state = !type.isText ? .other : parameter == Self.base64 ? .base64 : .text
        case UInt8(ascii: "#"): state = .other
        default: return false
        }
        return true
    }

    private mutating func readPage(_ byte: UInt8, to page: inout [UInt8]) {
        if percent.isOpen {
            switch percent.take(byte) {
            case .open: return
            case .byte(let decoded): return add(decoded, to: &page)
            case .other: endEscape(to: &page)
            }
        }
        switch byte {
        case UInt8(ascii: "%"): percent.begin()
        case UInt8(ascii: "#"): state = .other
        default: add(byte, to: &page)
        }
    }

    private mutating func endEscape(to page: inout [UInt8]) {
        let (sign, digit) = percent.end()
        if sign != 0 { add(sign, to: &page) }
        if digit != 0 { add(digit, to: &page) }
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

/// The type of such an address, without its parameters.
private struct DataType {
    private var name = MarkupName()
    /// The last four bytes, in the order in which they came.
    private var last: UInt32 = 0
    private var slashes = 0
    private var isInSpace = false
    /// A byte that no type has.
    private var isOdd = false

    private static let drawing = MarkupName("image/svg+xml")
    private static let ofNoText = [
        MarkupName("image/"), MarkupName("audio/"), MarkupName("video/"), MarkupName("font/"),
    ]
    private static let applications = MarkupName("application/")

    /// A byte that has been lowered.
    mutating func append(_ byte: UInt8) {
        if byte == 0x20 {
            isInSpace = true
            return
        }
        if isInSpace, !name.isEmpty { isOdd = true }
        isInSpace = false
        if byte == UInt8(ascii: "/") {
            slashes += 1
        } else if !byte.isOfToken {
            isOdd = true
        }
        name.append(byte)
        last = last << 8 | UInt32(byte)
    }

    /// Whether it is shown as text. What is no type is plain text.
    ///
    /// Source: Fetch Standard, section 6; MIME Sniffing Standard, section 4.4.
    var isText: Bool {
        let isEmpty = name.isEmpty || name.byte(at: 0) == UInt8(ascii: "/")
        if isOdd || isEmpty || slashes != 1 || last & 0xFF == 0x2F { return true }
        if Self.ofNoText.contains(where: { name.begins(with: $0) }) { return name == Self.drawing }
        guard name.begins(with: Self.applications) else { return true }
        // `json`, `+json`, `xml`, `xhtml+xml`, `javascript`.
        return last == 0x6A73_6F6E || last == 0x7269_7074 || last & 0xFF_FFFF == 0x78_6D6C
    }
}

extension UInt8 {
    /// Source: RFC 9110, section 5.6.2, of letters the small ones.
    fileprivate var isOfToken: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "!"), 0x23...0x27, UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), 0x5E...0x60, UInt8(ascii: "|"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
