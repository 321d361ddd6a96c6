/// Why a host is refused. Offsets count bytes of the host as given, from 0.
public enum HostError: Error, Hashable, Sendable {
    /// There is no host, or nothing is left of it once dots are removed.
    case empty
    /// A byte that no host may contain (control, space, `/`, `%` and so on).
    case forbiddenByte(UInt8, offset: Int)
    /// A scalar that domain names may not contain (UTS 46), or that may not stand where it does.
    case forbiddenScalar(UInt32)
    /// A byte sequence that is not UTF-8.
    case notUTF8(offset: Int)
    /// A label `xn--...` that is no encoding of a valid label.
    case invalidPunycode
    /// A label that begins with a combining mark or with `xn--` after decoding.
    case invalidLabelStart
    /// A joiner (U+200C, U+200D) outside the context that RFC 5892 appendix A asks for.
    case misplacedJoiner
    /// A label that breaks the Bidi rule of RFC 5893 section 2.
    case bidirectional
    /// The last label is a number, but the host is not an IPv4 address in any spelling.
    case badIPv4
    /// The host is in brackets, but not an IPv6 address.
    case badIPv6
    /// The host as given is over a limit, in bytes.
    case inputTooLong(bytes: Int, limit: Int)
    /// The canonical name is over `Limits.Text.hostBytesMax`.
    case tooLong(bytes: Int, limit: Int)
    /// A label is over `Limits.Text.labelBytesMax`.
    case labelTooLong(bytes: Int, limit: Int)

    /// A sentence for operators, in English.
    public var message: String {
        switch self {
        case .empty: "the host is empty"
        case .forbiddenByte(let byte, let offset):
            "byte 0x\(hexadecimal(UInt32(byte), digits: 2)) at \(offset) is not allowed in a host"
        case .forbiddenScalar(let scalar):
            "U+\(hexadecimal(scalar, digits: 4)) is not allowed in a domain name"
        case .notUTF8(let offset): "the host is not UTF-8 at byte \(offset)"
        case .invalidPunycode: "a label begins with xn-- but is not valid Punycode"
        case .invalidLabelStart: "a label begins with a combining mark or with a second xn--"
        case .misplacedJoiner: "a joiner stands where domain names do not allow it"
        case .bidirectional: "a label mixes right-to-left and left-to-right text"
        case .badIPv4: "the host ends in a number but is not an IPv4 address"
        case .badIPv6: "the host in brackets is not an IPv6 address"
        case .inputTooLong(let bytes, let limit): "the host has \(bytes) bytes, at most \(limit)"
        case .tooLong(let bytes, let limit): "the host name has \(bytes) bytes, at most \(limit)"
        case .labelTooLong(let bytes, let limit): "a label has \(bytes) bytes, at most \(limit)"
        }
    }
}

private func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
