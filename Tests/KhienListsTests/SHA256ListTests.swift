import KhienLists
import KhienModel
import Testing

/// Lists of SHA-256 hashes: what is a hash, and where a line is wrong.
@Suite struct SHA256ListTests {
    private static let digits = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    /// The same bytes (RFC 4648, section 4, and section 5).
    private static let base64 = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
    private static let urlSafe = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0="
    private static let entry = "sha256 " + digits

    @Test(arguments: [
        (digits, "accepted " + entry), (digits.uppercased(), "accepted " + entry),
        (base64, "accepted " + entry), (urlSafe, "accepted " + entry),
        (digits + " # why", "accepted " + entry), (digits + "\t#why", "accepted " + entry),
        (digits + "  -", "repaired white-space " + entry),
        (digits + " *-", "repaired white-space " + entry),
        (digits + "  - # sha256sum", "accepted " + entry),
        ("  " + digits, "repaired white-space " + entry),
        (base64 + " ", "repaired white-space " + entry),
        ("# comment", "comment"), ("  # comment", "comment"), ("", ""),
        (String(digits.dropLast()), "rejected sha256.length"),
        (digits + "0", "rejected sha256.length"),
        (String(base64.dropLast()), "rejected sha256.length"),
        (digits + "#why", "rejected sha256.length"),
        ("a.test", "rejected sha256.length"),
        (digits.replacing("f", with: "g"), "rejected sha256.digit"),
        (base64.replacing("+", with: "."), "rejected sha256.digit"),
        (base64.replacing("=", with: "a"), "rejected sha256.digit"),
        // Two bits behind the last byte must be zero: else one hash had four spellings.
        (base64.replacing("0=", with: "1="), "rejected sha256.digit"),
        (digits + " domain", "rejected sha256.form"), (digits + "  name", "rejected sha256.form"),
        (digits + "  - x", "rejected sha256.form"),
        (digits + "\u{1}", "rejected line.control-character"),
    ])
    func lines(line: String, expected: String) {
        #expect(GrammarTests.outcome(line, .sha256) == expected)
    }

    @Test(arguments: [
        ("a.test", "1:1"), ("   " + digits.replacing("b", with: "x"), "1:4"),
        (digits + "  x", "1:67"), (base64.replacing("+", with: "!"), "1:10"),
    ])
    func placesOfFaults(line: String, place: String) {
        var options = ListParser.Options()
        options.format = .sha256
        let list = ListParser.parse(
            Array(line.utf8), name: "l", path: "l.txt", options: options)
        #expect(list.report.diagnostics.map(\.location.description) == ["l.txt:" + place])
        #expect(list.entries.records.isEmpty && list.entries.text.isEmpty)
    }

    @Test(arguments: [digits, base64]) func isRecognised(hash: String) {
        let text = "# a list\n" + String(repeating: hash + "\n", count: 3)
        let list = ListParser.parse(Array(text.utf8), name: "l", path: "l.txt")
        #expect(list.format == .sha256 && list.report.accepted == 3)
    }

    @Test func inAnOrderFile() {
        let text = "order,target-type,target\n1/QD,sha256,\(Self.digits)\n1/QD,sha256,a.test\n"
        #expect(
            GrammarTests.outcome(text, .orders)
                == "structure accepted rejected sha256.length \(Self.entry) block")
    }

    /// A confidential list's faults are named by place and kind only.
    @Test func confidentialListsAreNotQuoted() {
        var options = ListParser.Options()
        options.isConfidential = true
        options.format = .domains
        let text = "geh eim.test\nok.test\ngeheim..test\nhttp://geheim/x\n"
        let list = ListParser.parse(
            Array(text.utf8), name: "l", path: "l.txt", options: options)
        #expect(list.report.rejected == 3 && list.report.diagnostics.count == 3)
        for diagnostic in list.report.diagnostics {
            #expect(!diagnostic.message.contains("heim") && diagnostic.location.line > 0)
        }
        options.isConfidential = false
        let open = ListParser.parse(Array(text.utf8), name: "l", path: "l.txt", options: options)
        #expect(open.report.diagnostics.allSatisfy { $0.message.contains("eim") })
    }
}
