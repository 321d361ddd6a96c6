import KhienLists
import KhienModel
import KhienTestKit
import Testing

/// Which percent escapes in expressions are told, and that telling costs no more than reading.
@Suite struct ExpressionEscapeTests {
    /// Escapes that the lookup form of URLs has undone, or has in capitals, are told.
    @Test(
        arguments: [
            ("/c%61sino/x", "%61 in the expression is a in"),
            ("/x%2fy", "%2f in the expression is / in"),
            ("/caf%c3%a9", "%c3 in the expression is %C3 in"),
            ("/x%3dy%20", "%3d in the expression is = in"),
            (#"/x\%41"#, "%41 in the expression is A in"),
            ("(?i)/%c3%41", "%41 in the expression is A in"),
            ("/listed%20x/y", nil), ("/caf%C3%A9", nil), ("(?i)/caf%c3%a9", nil),
            ("/100%25|%3F|%23", nil),
            ("/x[%61]y", nil), ("/x%6[0-9]", nil), ("/x%61?", nil), ("/100%", nil), ("/x%zz", nil),
            (#"/x\\y%"#, nil),
            // What a browser writes itself, the exact form of every URL has: of a path and of a query other bytes.
            ("/r%22z", nil), ("/r%3Cz%3E", nil), ("/r%60%7B%7D%5E", nil), ("(?i)/r%3cz", nil),
            ("/r%3cz", "%3c in the expression is < in"),
            ("/r%27z", "%27 in the expression is ' in"), (#"\?q=%27"#, nil), ("q=%27", nil),
            (#"\?q=%22%7B"#, "%7B in the expression is { in"), ("a=b/%7B", nil),
            ("[?&]q=%7B", "%7B in the expression is { in"), ("[^/?#]+/%3F%7B", nil),
            ("[/?]%27%7B", nil), (#"\?q=%27|/r%27"#, "%27 in the expression is ' in"),
            (#"\?q=%3F"#, "%3F in the expression is ? in"),
            ("(?=x)/r%27", "%27 in the expression is ' in"),
            // Where case is disregarded.
            ("(?i:%c3%a9)x", nil), ("x(?i)%c3%a9", nil), ("(?x-s:(?i)%c3)x", nil),
            ("(?i:x)%c3", "%c3 in the expression is %C3 in"),
            ("(a(?i)b)%c3", "%c3 in the expression is %C3 in"),
            ("(?i)a(?-i)%c3", "%c3 in the expression is %C3 in"),
            ("(?i)(?^:%c3)", "%c3 in the expression is %C3 in"),
            ("(?i)(?:a|(b))%c3", nil), ("(a(?i)|%c3)", nil),
            ("(?<i>x)%c3", "%c3 in the expression is %C3 in"),
            // In comments, quotes and classes.
            ("/x(?#%61)y", nil), ("/x(?#(%61)%62", "%62 in the expression is b in"),
            ("/x(?#%61", nil),
            (#"/\Q[%61\E"#, "%61 in the expression is a in"),
            (#"\Q(?i)\E%c3"#, "%c3 in the expression is %C3 in"),
            ("/x[%61", nil),
        ] as [(String, String?)])
    func escapesOfExpressions(pattern: String, expected: String?) {
        var options = ListParser.Options()
        options.format = .regex
        let list = ListParser.parse(
            Array("x\n\(pattern)\n".utf8), name: "", path: "", options: options)
        let order = ListParser.parse(
            Array("order,target-type,target\n1,regex,\(pattern)\n".utf8), name: "",
            path: "orders.csv")
        options.isConfidential = true
        let hidden = ListParser.parse(
            Array("x\n\(pattern)\n".utf8), name: "", path: "", options: options)
        for found in [list, order, hidden] {
            let told = found.report.diagnostics.filter { $0.code == "regex.escape" }
            #expect(told.count == (expected == nil ? 0 : 1))
            #expect(told.allSatisfy { $0.severity == .warning && $0.location.line == 2 })
        }
        let message = list.report.diagnostics.first { $0.code == "regex.escape" }?.message ?? ""
        #expect(message.hasPrefix(expected ?? ""))
        #expect(!hidden.report.diagnostics.contains { $0.message.contains("%") })
    }

    private static func told(_ text: String) -> [Int] {
        var options = ListParser.Options()
        options.format = .regex
        let list = ListParser.parse(Array(text.utf8), name: "", path: "", options: options)
        return list.report.diagnostics.filter { $0.code == "regex.escape" }.map(\.location.line)
    }

    /// A longer one is refused, and not looked through.
    @Test(arguments: [(Limits.Regex.patternBytesMax, [1]), (Limits.Regex.patternBytesMax + 1, [])])
    func theLongestExpression(length: Int, lines: [Int]) {
        #expect(Self.told(String(repeating: "x", count: length - 3) + "%61") == lines)
    }

    /// Brackets that do not end cost about what letters cost, in lines as long as an expression may be and as long as
    /// a line. Each of them looked for its end again, 4,096 or 65,536 bytes away.
    @Test(
        arguments: ["[", "[[:", "(", "(?i", "(?#", #"\Q"#],
        [Limits.Regex.patternBytesMax, Limits.Lists.lineBytesMax])
    func bracketsThatDoNotEnd(piece: String, length: Int) {
        func text(_ piece: String) -> String {
            let line = String(String(repeating: piece, count: length).prefix(length)) + "\n"
            return String(repeating: line, count: (128 << 10) / length) + "%61\n"
        }
        let (hostile, plain) = (text(piece), text("x"))
        #expect(Self.told(hostile) == [(128 << 10) / length + 1])
        let most = 20 * ThreadTime.seconds { _ = Self.told(plain) }
        #expect(ThreadTime.seconds { _ = Self.told(hostile) } < most)
    }
}
