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
        write(Array(try encoder.encode(value)) + [UInt8(ascii: "\n")])
    }

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

/// A bar on standard error while lists are read; nothing where that is no terminal.
final class ProgressBar: @unchecked Sendable {
    // SAFETY (Sendable): `done` is read and written under `lock` only.
    private let lock = NSLock()
    private var done = 0
    private let total: Int
    private let isShown: Bool

    init(total: Int, isQuiet: Bool) {
        self.total = total
        isShown = !isQuiet && total > 1 && Terminal.hasErrorTerminal
    }

    func step(_ name: String) {
        guard isShown else { return }
        lock.lock()
        defer { lock.unlock() }
        done += 1
        let filled = done * 30 / total
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
        let end = done == total ? "\u{1B}[K\n" : "\u{1B}[K"
        let shown = PrintableText.escaped(String(name.suffix(40)))
        let line = "\r[\(bar)] \(done)/\(total) \(shown)" + end
        FileHandle.standardError.write(Data(line.utf8))
    }
}
