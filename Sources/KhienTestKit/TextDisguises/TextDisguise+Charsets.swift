import Foundation
import KhienCoding

extension TextDisguise {
    /// The same characters in other charsets.
    static let charsets: [TextDisguise] = [
        TextDisguise("utf-16le with mark", exact) { utf16($0, isBig: false, hasMark: true) },
        TextDisguise("utf-16be with mark", exact) { utf16($0, isBig: true, hasMark: true) },
        TextDisguise("utf-16le declared", exact) { utf16($0, isBig: false, hasMark: false) },
        TextDisguise("windows-1258 declared", exact) {
            page($0, .windows1258, meta: "windows-1258")
        },
        TextDisguise("windows-1258 as windows-1252", legacy) {
            page($0, .windows1258, meta: "windows-1252")
        },
        TextDisguise("tcvn3 as windows-1252", legacy) { page($0, .tcvn3, meta: "windows-1252") },
        TextDisguise("tcvn3, nothing declared", legacy) { page($0, .tcvn3, meta: "x") },
        TextDisguise("viscii as iso-8859-1", legacy) { page($0, .viscii, meta: "iso-8859-1") },
        TextDisguise("vni as windows-1252", legacy) { page($0, .vni, meta: "windows-1252") },
        TextDisguise("vni, upper case", legacy) {
            page($0.uppercased(), .vni, meta: "windows-1252")
        },
        TextDisguise("utf-16le, nothing declared", exact) {
            var page = utf16($0, isBig: false, hasMark: false)
            page.contentType = "text/html"
            return page
        },
        TextDisguise("tcvn3 saved as utf-8", legacy) { saved($0, .tcvn3) },
        TextDisguise("tcvn3 as references", legacy) { saved($0, .tcvn3, asReferences: true) },
        TextDisguise("vni saved as utf-8", legacy) { saved($0, .vni) },
        TextDisguise("vni as references", legacy) { saved($0, .vni, asReferences: true) },
        TextDisguise("viscii in gzip, tags between words", legacy) { phrase in
            var page = page(
                phrase.replacing(" ", with: "</b> <b>"), .viscii, meta: "windows-1252")
            page?.codings = ["gzip"]
            return page
        },
    ]

    private static func utf16(_ phrase: String, isBig: Bool, hasMark: Bool) -> DisguisedPage {
        let text = html(phrase, meta: "utf-16")
        let units = (hasMark ? [0xFEFF] : []) + Array(text.utf16)
        let bytes = units.flatMap { unit -> [UInt8] in
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 255))
            return isBig ? [high, low] : [low, high]
        }
        return DisguisedPage(
            bytes, hasMark ? "text/html" : "text/html; charset=utf-16\(isBig ? "be" : "le")")
    }

    /// The bytes of a legacy charset taken for Latin-1, and saved as that in UTF-8.
    private static func saved(
        _ phrase: String, _ charset: Charset, asReferences: Bool = false
    ) -> DisguisedPage? {
        guard let bytes = CharsetEncoder.all[charset]?.encode(html(phrase, meta: "utf-8")) else {
            return nil
        }
        let text = bytes.map { byte in
            let scalar = Unicode.Scalar(byte)
            return asReferences && byte >= 0x80 ? "&#\(byte);" : String(Character(scalar))
        }
        return DisguisedPage(Array(text.joined().utf8), "text/html; charset=utf-8")
    }

    private static func page(
        _ phrase: String, _ charset: Charset, meta: String
    ) -> DisguisedPage? {
        CharsetEncoder.all[charset]?.encode(html(phrase, meta: meta)).map {
            DisguisedPage($0, "text/html")
        }
    }
}

/// Text to bytes in a legacy Vietnamese charset, by turning the decoder's table around. (That the
/// table is right, the tests of `KhienCoding` ask iconv.)
public struct CharsetEncoder: Sendable {
    private var bytes: [String: [UInt8]] = [:]

    /// The Vietnamese ones.
    public static let all: [Charset: CharsetEncoder] = Dictionary(
        uniqueKeysWithValues: [Charset.windows1258, .tcvn3, .viscii, .vni].map {
            ($0, CharsetEncoder($0))
        })

    private init(_ charset: Charset) {
        for byte in UInt8.min...UInt8.max { learn([byte], charset) }
        guard charset == .vni else { return }
        for first in UInt8(0x41)...0xFF {
            for second in UInt8(0x80)...0xFF { learn([first, second], charset) }
        }
    }

    private mutating func learn(_ input: [UInt8], _ charset: Charset) {
        let text = Self.decode(input, charset).precomposedStringWithCanonicalMapping
        guard text.unicodeScalars.count == 1, !text.unicodeScalars.contains("\u{FFFD}") else {
            return
        }
        // The first that means it: ASCII before all else, one byte before two.
        if bytes[text] == nil { bytes[text] = input }
    }

    private static func decode(_ input: [UInt8], _ charset: Charset) -> String {
        var output = [UInt8](repeating: 0, count: 256)
        guard var decoder = try? CharsetDecoder(charset) else { return "" }
        var room = output.mutableSpan
        var count = decoder.decode(input.span, into: &room).written
        var rest = [UInt8](repeating: 0, count: 256)
        var restRoom = rest.mutableSpan
        let more = decoder.finish(into: &restRoom)
        output.replaceSubrange(count..<count + more, with: rest[..<more])
        count += more
        return String(decoding: output[..<count], as: UTF8.self)
    }

    /// - Returns: nil where a character has no bytes.
    public func encode(_ text: String) -> [UInt8]? {
        var result: [UInt8] = []
        for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
            let letter = String(scalar)
            if let found = bytes[letter] {
                result += found
            } else if let parts = Self.parts(letter), let base = bytes[parts.base],
                let tone = bytes[parts.tone]
            {
                result += base + tone
            } else if let small = bytes[letter.lowercased()] {
                // TCVN3 has no capitals with tones: its fonts show small letters as such.
                result += small
            } else {
                return nil
            }
        }
        return result
    }

    /// A letter and its tone, which windows-1258 writes behind it.
    private static func parts(_ letter: String) -> (base: String, tone: String)? {
        let scalars = Array(letter.decomposedStringWithCanonicalMapping.unicodeScalars)
        let tones: [Unicode.Scalar] = ["\u{300}", "\u{301}", "\u{303}", "\u{309}", "\u{323}"]
        guard let tone = scalars.first(where: { tones.contains($0) }) else { return nil }
        let rest = scalars.filter { $0 != tone }.map { String($0) }.joined()
        return (rest.precomposedStringWithCanonicalMapping, String(tone))
    }
}
