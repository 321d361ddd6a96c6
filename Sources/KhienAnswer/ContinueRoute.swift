import KhienModel

/// What became of a request for the "continue" address.
public enum ContinueOutcome: Sendable, Hashable {
    /// Some other address: go on as usual.
    case notOurs
    /// The client may go on: a redirect with the cookie.
    case granted(Answer)
    /// It may not: a redirect without the cookie, so that the warning shows again with a link that
    /// holds.
    case refused(ContinueToken.Verdict, Answer)
}

/// The address `/.khien/continue?token=...&to=...` on every host that was warned of; for a form also
/// `&about=...`, the category of the warning.
enum ContinueRoute {
    static let path = "/.khien/continue"

    /// The link for the page.
    static func link(token: String, to path: String, about category: String?) -> String {
        let target = isReturnPath(Array(path.utf8)) ? path : "/"
        let about = category.map { "&about=" + percentEncoded($0) } ?? ""
        return Self.path + "?token=" + token + "&to=" + percentEncoded(target) + about
    }

    /// A path and query on the same host and nothing else: browsers read `//host`, `/\host` and
    /// `/<TAB>/host` as another host, so none of these characters passes.
    static func isReturnPath(_ bytes: [UInt8]) -> Bool {
        guard bytes.first == UInt8(ascii: "/"), bytes.count <= Limits.Answer.returnPathBytesMax,
            bytes.count == 1 || bytes[1] != UInt8(ascii: "/")
        else { return false }
        // And never back to this address, which would be a loop.
        guard !bytes.starts(with: Array("/.khien/".utf8)) else { return false }
        return bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\\\"<>^`{|}#".utf8.contains($0) }
    }

    /// The value of a parameter, percent-decoded; nil: absent, twice, or wrongly encoded.
    static func parameter(_ name: String, in query: String) -> [UInt8]? {
        guard query.utf8.count <= Limits.Answer.tokenFieldBytesMax else { return nil }
        let values = query.utf8.split(separator: UInt8(ascii: "&")).compactMap { pair in
            pair.starts(with: (name + "=").utf8) ? pair.dropFirst(name.utf8.count + 1) : nil
        }
        guard values.count == 1 else { return nil }
        return percentDecoded(Array(values[0]))
    }

    private static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E, 0x2F:
                result.append(byte)
            default:
                result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func percentDecoded(_ bytes: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%") {
                guard index + 2 < bytes.count, let high = digit(bytes[index + 1]),
                    let low = digit(bytes[index + 2])
                else { return nil }
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
