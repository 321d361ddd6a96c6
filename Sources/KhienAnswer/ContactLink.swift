/// A contact as a link: an e-mail address, a telephone number or a web address. Contacts come from
/// lists; nothing else becomes a link.
enum ContactLink {
    static func link(_ contact: String) -> String? {
        let text = contact.utf8.count <= 254 ? contact : ""
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"'<>\\^`{|}".utf8.contains($0) }
        if isPlain, text.hasPrefix("https://") || text.hasPrefix("http://") { return text }
        if isPlain, isMail(text) { return "mailto:" + text }
        return telephone(text)
    }

    /// A telephone number as a `tel:` link (RFC 3966): digits, a leading `+`, and separators that
    /// are dropped.
    static func telephone(_ text: String) -> String? {
        var digits = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39: digits += String(byte - 0x30)
            case UInt8(ascii: "+") where digits.isEmpty: digits = "+"
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "("),
                UInt8(ascii: ")"):
                continue
            default: return nil
            }
        }
        return (3...16).contains(digits.utf8.count) ? "tel:" + digits : nil
    }

    private static func isMail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return false }
        // What would begin header fields of the mail (RFC 6068 section 2) is not part of it.
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: "@.!#$*+-/=_~".utf8.contains(byte)
            }
        }
    }
}
