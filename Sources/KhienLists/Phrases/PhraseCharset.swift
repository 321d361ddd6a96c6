import KhienCoding

/// The charset of an e2guardian phrase list, line by line.
///
/// A line that is UTF-8 is read as that: folders named `chinesebig5` hold UTF-8 today, and one file
/// has the same words in Shift_JIS, UTF-8 and EUC-JP one after another. Any other line is read as
/// the file's path says, and else as windows-1252, in which the western lists are written.
struct PhraseCharset {
    private let candidates: [Charset]

    /// Names within a path, and what they say.
    private static let names: [(name: String, charsets: [Charset])] = [
        ("1251", [.windows1251]), ("koi8", [.koi8R]), ("big5", [.big5]), ("gb2312", [.gbk]),
        ("gbk", [.gbk]), ("1258", [.windows1258]), ("tcvn", [.tcvn3]), ("viscii", [.viscii]),
        ("vni", [.vni]), ("japanese", [.eucJP, .shiftJIS]), ("korean", [.eucKR]),
        ("russian", [.windows1251]), ("polish", [.iso8859Part2]), ("czech", [.windows1250]),
        ("hungarian", [.windows1250]), ("greek", [.windows1253]), ("turkish", [.windows1254]),
        ("hebrew", [.windows1255]), ("arabic", [.windows1256]), ("thai", [.windows874]),
    ]

    /// - Parameter path: of the file; the name of a folder above it counts, too.
    init(path: String) {
        let parts = path.lowercased().split(separator: "/").suffix(4).joined(separator: "/")
        candidates = Self.names.first { parts.contains($0.name) }?.charsets ?? [.windows1252]
    }

    /// The line in UTF-8; nil: it is UTF-8 as it stands.
    ///
    /// What cannot be decoded is U+FFFD.
    func decode(_ line: Span<UInt8>) -> [UInt8]? {
        if Self.isUTF8(line) { return nil }
        var last: [UInt8] = [0xEF, 0xBF, 0xBD]
        for charset in candidates {
            guard let decoded = decode(line, charset) else { continue }
            last = decoded
            if !decoded.span.hasReplacement, !Self.hasControl(decoded) { break }
        }
        return last
    }

    /// Whether a control character beyond ASCII came out: a converter's word for bytes that its
    /// charset does not have.
    private static func hasControl(_ text: [UInt8]) -> Bool {
        zip(text, text.dropFirst()).contains { $0 == 0xC2 && $1 < 0xA0 }
    }

    private static func isUTF8(_ line: Span<UInt8>) -> Bool {
        var isASCII = true
        for index in line.indices where line[index] >= 0x80 { isASCII = false }
        return isASCII || String(validating: line.copy(0..<line.count), as: UTF8.self) != nil
    }

    private func decode(_ line: Span<UInt8>, _ charset: Charset) -> [UInt8]? {
        var decoder: CharsetDecoder
        do {
            decoder = try CharsetDecoder(charset)
        } catch {
            // The C library lacks the charset: another candidate, or none.
            return nil
        }
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1024)
        var offset = 0
        while true {
            var room = buffer.mutableSpan
            let step = decoder.decode(line.extracting(offset..<line.count), into: &room)
            result += buffer[..<step.written]
            offset += step.read
            if !step.hasMore || step.read + step.written == 0 { break }
        }
        var room = buffer.mutableSpan
        let rest = decoder.finish(into: &room)
        result += buffer[..<rest]
        return result
    }
}
