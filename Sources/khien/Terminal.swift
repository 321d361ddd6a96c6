import Foundation
import KhienModel

#if canImport(Glibc)
    import Glibc
#endif

/// Output of the tool.
enum Terminal {
    /// To standard output, escaped: lists and URLs may hold what a terminal would obey.
    static func write(_ text: String) { write(Array(PrintableText.escaped(text).utf8)) }

    /// Writes all of `bytes` as they are; where nobody reads any more (`| head`), the tool ends.
    ///
    /// SAFETY: the pointer does not leave the closure, and `done` is never past the end of `bytes`.
    static func write(_ bytes: [UInt8]) {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    1, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done)
            }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { exit(errno == EPIPE ? 0 : 1) }
            done += count
        }
    }

    static func line(_ text: String) { write(text + "\n") }

    /// A line on standard error.
    static func error(_ text: String) {
        FileHandle.standardError.write(Data((PrintableText.escaped(text) + "\n").utf8))
    }

    static func exit(_ status: Int32) -> Never { Glibc.exit(status) }

    static var hasErrorTerminal: Bool { isatty(2) == 1 }

    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        json(Array(try encoder.encode(value)) + [UInt8(ascii: "\n")])
    }

    /// JSON that is made already.
    static func json(_ bytes: [UInt8]) { write(JSONText.escaped(bytes)) }

    /// 1234567 as `1,234,567`.
    static func grouped(_ number: Int) -> String {
        var text = String(number)
        var position = text.count - 3
        while position > 0 {
            text.insert(",", at: text.index(text.startIndex, offsetBy: position))
            position -= 3
        }
        return text
    }
}
