/// Classes of ASCII bytes and the forms built of them.
enum AsciiText {
    static func isWordByte(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "-")
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }

    /// `text` as a host name in lower case without its trailing dot; nil if it is none. Underscores
    /// are taken because names in use have them.
    ///
    /// Source: RFC 1123 section 2.1 and RFC 1035 section 2.3.4 (labels of 63, names of 253 bytes).
    static func hostName(_ text: String) -> String? {
        let name = text.hasSuffix(".") ? text.dropLast() : text[...]
        guard !name.isEmpty, name.utf8.count <= 253 else { return nil }
        for label in name.split(separator: ".", omittingEmptySubsequences: false) {
            let bytes = Array(label.utf8)
            guard let first = bytes.first, let last = bytes.last, bytes.count <= 63 else {
                return nil
            }
            let isMade = bytes.allSatisfy {
                isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
            }
            guard isMade, first != UInt8(ascii: "-"), last != UInt8(ascii: "-") else { return nil }
        }
        return name.lowercased()
    }
}
