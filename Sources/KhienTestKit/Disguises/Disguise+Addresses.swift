import KhienText

// IP addresses as hosts.
extension Disguise {
    public static let addresses: [Disguise] = dotted + numbers + carried + version6

    private static func ipv4(
        _ name: String, _ source: String, _ outcome: Outcome = .blocked,
        _ spell: @escaping @Sendable (UInt32) -> String?
    ) -> Disguise {
        Disguise(name, source, outcome) { target in
            target.ipv4.flatMap(spell).map { target.spelled(host: $0) }
        }
    }

    private static func octets(_ value: UInt32) -> [UInt32] {
        [value >> 24, value >> 16 & 255, value >> 8 & 255, value & 255]
    }

    private static func text(_ value: UInt32, _ radix: Int) -> String {
        String(value, radix: radix)
    }

    private static func joined(_ parts: [String]) -> String { parts.joined(separator: ".") }

    private static func decimal(_ value: UInt32) -> String {
        joined(octets(value).map { text($0, 10) })
    }

    private static let dotted = [
        ipv4("octal octets", whatwg) { joined(octets($0).map { "0" + text($0, 8) }) },
        ipv4("octal octets with leading zeros", fieldNotes) {
            joined(octets($0).map { "00000" + text($0, 8) })
        },
        ipv4("hexadecimal octets", whatwg) { joined(octets($0).map { "0x" + text($0, 16) }) },
        ipv4("hexadecimal octets in upper case", whatwg) {
            joined(octets($0).map { "0X" + text($0, 16).uppercased() })
        },
        ipv4("hexadecimal octets with leading zeros", fieldNotes) {
            joined(octets($0).map { "0x000000" + text($0, 16) })
        },
        ipv4("octets in three radices", whatwg) { value in
            let parts = octets(value)
            return joined([
                text(parts[0], 10), "0x" + text(parts[1], 16), "0" + text(parts[2], 8),
                text(parts[3], 10),
            ])
        },
        ipv4("address with a trailing dot", whatwg) { decimal($0) + "." },
        ipv4("address with two trailing dots", safeBrowsing) { decimal($0) + ".." },
        ipv4("address with doubled dots", safeBrowsing, .blockedOrRefused) {
            decimal($0).replacing(".", with: "..")
        },
        ipv4("address escaped", whatwg) { Spelling.escaped(decimal($0)) { _ in true } },
        ipv4("address in full-width digits", "UTS 46") { value in
            var output = ""
            for scalar in decimal(value).unicodeScalars {
                let isDigit = scalar.value &- 0x30 < 10
                let other = Unicode.Scalar(0xFF10 + scalar.value &- 0x30) ?? scalar
                output.unicodeScalars.append(isDigit ? other : scalar)
            }
            return output
        },
        ipv4("address with ideographic full stops", "UTS 46") {
            decimal($0).replacing(".", with: "\u{3002}")
        },
        ipv4("address with soft hyphens", "UTS 46") { Spelling.sprinkled(decimal($0), "\u{AD}") },
    ]

    private static let numbers = [
        ipv4("one decimal number", whatwg) { text($0, 10) },
        ipv4("one decimal number with a dot", whatwg) { text($0, 10) + "." },
        ipv4("one hexadecimal number", whatwg) { "0x" + text($0, 16) },
        ipv4("one octal number", whatwg) { "0" + text($0, 8) },
        ipv4("one octal number with leading zeros", fieldNotes) { "000000" + text($0, 8) },
        ipv4("two parts", whatwg) { "\($0 >> 24).\($0 & 0xFF_FFFF)" },
        ipv4("two hexadecimal parts", whatwg) {
            "0x" + text($0 >> 24, 16) + ".0x" + text($0 & 0xFF_FFFF, 16)
        },
        ipv4("three parts", whatwg) { "\($0 >> 24).\($0 >> 16 & 255).\($0 & 0xFFFF)" },
        ipv4("three octal parts", whatwg) {
            joined([$0 >> 24, $0 >> 16 & 255, $0 & 0xFFFF].map { "0" + text($0, 8) })
        },
    ]

    private static let carried = [
        ipv4("mapped into IPv6", "RFC 4291 section 2.5.5.2") { "[::ffff:\(decimal($0))]" },
        ipv4("mapped into IPv6, hexadecimal", "RFC 4291 section 2.5.5.2") {
            "[::FFFF:\(text($0 >> 16, 16)):\(text($0 & 0xFFFF, 16))]"
        },
        ipv4("mapped into IPv6, in full", "RFC 4291 section 2.5.5.2") {
            "[0000:0:0:0:0:FfFf:\(text($0 >> 16, 16)):\(text($0 & 0xFFFF, 16))]"
        },
        ipv4("NAT64", "RFC 6052 section 2.1") { "[64:ff9b::\(decimal($0))]" },
        ipv4("NAT64, in full", "RFC 6052 section 2.1") {
            "[0064:FF9B:0:0:0:0:\(text($0 >> 16, 16)):\(text($0 & 0xFFFF, 16))]"
        },
    ]

    private static func ipv6(
        _ name: String, _ spell: @escaping @Sendable ([String]) -> String
    ) -> Disguise {
        Disguise(name, "RFC 4291 section 2.2") { target in
            guard let address = target.ipv6 else { return nil }
            let pieces = [address.high, address.low].flatMap { half in
                (0..<4).map { String(half >> (48 - 16 * UInt64($0)) & 0xFFFF, radix: 16) }
            }
            return target.spelled(host: "[\(spell(pieces))]")
        }
    }

    private static let version6 = [
        ipv6("IPv6 in full") { $0.joined(separator: ":") },
        ipv6("IPv6 in upper case") { $0.joined(separator: ":").uppercased() },
        ipv6("IPv6 with leading zeros") { pieces in
            pieces.map { String(repeating: "0", count: 4 - $0.count) + $0 }.joined(separator: ":")
        },
        ipv6("IPv6 that ends as IPv4") { pieces in
            let low = UInt32(pieces[6] + String(repeating: "0", count: 4), radix: 16) ?? 0
            let value = low | (UInt32(pieces[7], radix: 16) ?? 0)
            return pieces[..<6].joined(separator: ":") + ":" + decimal(value)
        },
    ]
}
