/// One case of the llhttp test files: a message in Markdown and the events expected of a parser.
///
/// ````
/// ## Name
/// <!-- meta={"type": "request"} -->
/// ```http
/// GET / HTTP/1.1
/// ```
/// ```log
/// off=0 message begin
/// ```
/// ````
/// In the message every line end is CRLF, a backslash before a line end joins two lines, `\r`,
/// `\n`, `\t`, `\f` and `\xHH` are escapes, and the last line end belongs to the fence.
struct LlhttpVector: Sendable {
    /// File, then the headings above the case: `request/method.md: Methods / REPORT request`.
    var name: String
    /// `request`, `response`, `request-lenient-headers` ...
    var type: String
    var bytes: [UInt8]
    var expected: Events

    /// What the log says, without offsets.
    struct Events: Equatable, Sendable, CustomStringConvertible {
        var messages: [Message] = []
        var endsInError = false

        struct Message: Equatable, Sendable {
            var hasHead = false
            var fields: [String] = []
            var payloadCount = 0
            var isComplete = false
        }

        /// Whether `self`, made by our parser, is what the log asks for. Where both refuse, the
        /// messages before must agree: how far each gets in the refused one is its own affair, as
        /// is an unfinished head.
        func agrees(with log: Events) -> Bool {
            if endsInError != log.endsInError { return false }
            let (mine, others) = (messages.filter(\.isComplete), log.messages.filter(\.isComplete))
            if mine != others { return false }
            return endsInError || messages.filter(\.hasHead) == log.messages.filter(\.hasHead)
        }

        var description: String {
            messages.map {
                "[\($0.hasHead ? "head" : "-") \($0.fields.count) fields, "
                    + "\($0.payloadCount) bytes, \($0.isComplete ? "complete" : "open")]"
            }.joined() + (endsInError ? " error" : "")
        }
    }

    static func parse(_ markdown: String, file: String) -> [LlhttpVector] {
        var vectors: [LlhttpVector] = []
        var headings: [String] = []
        var type = ""
        var block: [String]?
        var fence = ""
        var message: [UInt8]?
        for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
            if let lines = block {
                guard line == "```" else {
                    block = lines + [String(line)]
                    continue
                }
                if fence == "http" { message = unescape(lines) }
                if fence == "log", let bytes = message {
                    vectors.append(
                        LlhttpVector(
                            name: file + ": " + headings.joined(separator: " / "), type: type,
                            bytes: bytes, expected: events(lines)))
                    message = nil
                }
                block = nil
            } else if line.hasPrefix("```") {
                fence = String(line.dropFirst(3))
                block = []
            } else if line.hasPrefix("<!-- meta="), let mark = line.firstRange(of: "\"type\": \"") {
                type = String(line[mark.upperBound...].prefix { $0 != "\"" })
            } else if line.hasPrefix("#") {
                let level = line.prefix { $0 == "#" }.count
                headings = Array(headings.prefix(level - 1))
                while headings.count < level - 1 { headings.append("") }
                headings.append(String(line.drop { $0 == "#" || $0 == " " }))
            }
        }
        return vectors
    }

    private static func unescape(_ lines: [String]) -> [UInt8] {
        let joined = lines.joined(separator: "\r\n").replacing("\\\r\n", with: "")
        var result: [UInt8] = []
        var rest = Array(joined.utf8)[...]
        let escapes: [UInt8: UInt8] = [
            UInt8(ascii: "r"): 13, UInt8(ascii: "n"): 10, UInt8(ascii: "t"): 9,
            UInt8(ascii: "f"): 12,
        ]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = rest.first else {
                result.append(byte)
                continue
            }
            if let escape = escapes[next] {
                result.append(escape)
                rest.removeFirst()
            } else if next == UInt8(ascii: "x"),
                let value = UInt8(
                    String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16)
            {
                result.append(value)
                rest = rest.dropFirst(3)
            } else {
                result.append(byte)
            }
        }
        return result
    }

    private static func events(_ lines: [String]) -> Events {
        var events = Events()
        var fieldName = ""
        func count(_ line: String) -> Int {
            guard let mark = line.firstRange(of: "len=") else { return 0 }
            return Int(line[mark.upperBound...].prefix { $0.isNumber }) ?? 0
        }
        func quoted(_ line: String) -> String {
            guard let start = line.firstRange(of: "]=\"") else { return "" }
            return String(line[start.upperBound...].dropLast())
        }
        for line in lines {
            let last = events.messages.count - 1
            if line.hasSuffix(" message begin") { events.messages.append(Events.Message()) }
            if line.contains(" headers complete ") { events.messages[last].hasHead = true }
            if line.contains("span[header_field]") { fieldName += quoted(line) }
            if line.hasSuffix(" header_field complete") {
                events.messages[last].fields.append(fieldName)
                fieldName = ""
            }
            if line.contains("span[body]") { events.messages[last].payloadCount += count(line) }
            if line.hasSuffix(" message complete") { events.messages[last].isComplete = true }
            // 21 to 23 are pauses: what follows is no HTTP.
            let isPause = ["21", "22", "23"].contains { line.contains(" error code=\($0) ") }
            if line.contains(" error code="), !isPause { events.endsInError = true }
        }
        return events
    }
}
