import Foundation
import KhienModel
import KhienText

// Names of hosts: case, dots, escapes, Unicode.
extension Disguise {
    public static let names: [Disguise] = asciiNames + unicodeNames + internationalNames

    /// The host written otherwise, where it is a name.
    private static func name(
        _ name: String, _ source: String, _ outcome: Outcome = .blocked,
        _ spell: @escaping @Sendable (String) -> String?
    ) -> Disguise {
        Disguise(name, source, outcome) { target in
            guard target.isName else { return nil }
            return spell(target.host).map { target.spelled(host: $0) }
        }
    }

    private static let asciiNames = [
        name("host in upper case", whatwg) { $0.uppercased() },
        name("host in mixed case", whatwg) { host in
            String(host.enumerated().map { $0 % 2 == 0 ? $1 : Character($1.uppercased()) })
        },
        name("trailing dot", fieldNotes) { $0 + "." },
        name("trailing dot in upper case with a port", fieldNotes) { $0.uppercased() + ".:80" },
        name("three trailing dots", safeBrowsing) { $0 + "..." },
        name("leading dots", safeBrowsing) { ".." + $0 },
        name("dots doubled", safeBrowsing) { $0.replacing(".", with: "..") },
        name("first letter escaped", whatwg) { Spelling.firstEscaped($0, Spelling.isLetter) },
        name("host escaped as a whole", whatwg) { Spelling.escaped($0) { _ in true } },
        name("dots of the host escaped", whatwg) { $0.replacing(".", with: "%2e") },
        name("host escaped in upper-case letters", whatwg) {
            Spelling.escaped($0.uppercased()) { _ in true }
        },
        name("host escaped twice", safeBrowsing, .blockedOrRefused) {
            Spelling.escaped($0, prefix: "%25") { _ in true }
        },
        Disguise("one label more", "docs/LISTS.md: domain with subdomains") { target in
            target.kind == .domain ? target.spelled(host: "x." + target.host) : nil
        },
        Disguise("forty labels more", "docs/LISTS.md: domain with subdomains") { target in
            guard target.kind == .domain, target.host.utf8.count + 80 <= Limits.Text.hostBytesMax
            else { return nil }
            return target.spelled(host: String(repeating: "1.", count: 40) + target.host)
        },
        Disguise("www before a prefix", "docs/LISTS.md: url-prefix") { target in
            target.kind == .urlPrefix && target.isName
                ? target.spelled(host: "WWW." + target.host) : nil
        },
    ]

    private static let uts46 = "UTS 46"

    private static let unicodeNames = [
        name("ideographic full stop", uts46) { $0.replacing(".", with: "\u{3002}") },
        name("full-width full stop", uts46) { $0.replacing(".", with: "\u{FF0E}") },
        name("half-width full stop", uts46) { $0.replacing(".", with: "\u{FF61}") },
        name("ideographic full stop escaped", uts46) { $0.replacing(".", with: "%E3%80%82") },
        name("ideographic full stop at the end", uts46) { $0 + "\u{3002}" },
        name("full-width letters", uts46) { Spelling.shifted($0, letterA: 0xFF41) },
        name("full-width capitals", uts46) { Spelling.shifted($0, letterA: 0xFF21) },
        name("letters in circles", uts46) { Spelling.shifted($0, letterA: 0x24D0) },
        name("bold letters", uts46) { Spelling.shifted($0, letterA: 0x1D41A) },
        name("full-width letters escaped", uts46) { host in
            Spelling.shifted(host, letterA: 0xFF41).map { text in
                Spelling.escaped(text) { $0 >= 0x80 }
            }
        },
        name("soft hyphens", uts46) { Spelling.sprinkled($0, "\u{AD}") },
        name("zero-width spaces", uts46) { Spelling.sprinkled($0, "\u{200B}") },
        name("word joiners and byte order marks", uts46) {
            Spelling.sprinkled($0, "\u{2060}\u{FEFF}")
        },
        name("variation selectors", uts46) { Spelling.sprinkled($0, "\u{FE0F}") },
        name("soft hyphen escaped", uts46) { Spelling.sprinkled($0, "%C2%AD") },
        name("long s", uts46) { host in
            guard host.contains("s"), !host.contains("xn--") else { return nil }
            return host.replacing("s", with: "\u{17F}")
        },
        name("Kelvin sign", uts46) { host in
            guard host.contains("k"), !host.contains("xn--") else { return nil }
            return host.replacing("k", with: "\u{212A}")
        },
    ]

    /// The name in Unicode, where it has labels that are not ASCII.
    private static func unicode(_ host: String) -> String? {
        let text = HostDisplay.toUnicode(Array(host.utf8).span)
        return text == host ? nil : text
    }

    private static let rfc5890 = "RFC 5890; uBlock-issues#772"

    private static let internationalNames = [
        name("U-labels", rfc5890) { unicode($0) },
        name("U-labels escaped", rfc5890) { host in
            unicode(host).map { text in Spelling.escaped(text) { $0 >= 0x80 } }
        },
        name("U-labels escaped as a whole", rfc5890) { host in
            unicode(host).map { text in Spelling.escaped(text) { _ in true } }
        },
        name("U-labels in upper case", rfc5890) { host in
            // Sharp s and final sigma do not come back from upper case: they are other names.
            guard let text = unicode(host), text.uppercased().lowercased() == text else {
                return nil
            }
            return text.uppercased()
        },
        name("U-labels decomposed", uts46) { unicode($0)?.decomposedStringWithCanonicalMapping },
        name("U-labels with ideographic full stops", rfc5890) {
            unicode($0)?.replacing(".", with: "\u{3002}")
        },
        name("A-labels in upper case", whatwg) { $0.contains("xn--") ? $0.uppercased() : nil },
        name("A-labels escaped", whatwg) { host in
            host.contains("xn--") ? Spelling.escaped(host) { _ in true } : nil
        },
    ]
}
