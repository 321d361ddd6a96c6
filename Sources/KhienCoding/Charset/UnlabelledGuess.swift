import KhienModel

/// Finds what a text without a label may be in besides windows-1252, which nothing contradicts: UTF-8 with a few
/// bad bytes, or an East Asian charset. Browsers look for the latter; so the text is read in both.
///
/// Bytes past ASCII are counted by what they would be: characters of UTF-8, or pairs of a lead and a trail, and of
/// these such as are frequent in the language. Western and Vietnamese text has its bytes past ASCII alone or in twos,
/// between letters; so pairs count as text where two or more stand together.
enum UnlabelledGuess {
    /// The East Asian charsets that may be guessed, the more telling first: kana are rare in Chinese, and Korean
    /// takes half of the rows of Chinese.
    private static let candidates: InlineArray<5, Charset> = [
        .shiftJIS, .eucJP, .eucKR, .big5, .gb18030,
    ]

    /// - Parameter bytes: the beginning of a text that is not UTF-8.
    /// - Complexity: O(*n*), six passes at most; allocates nothing.
    static func alternative(in bytes: Span<UInt8>) -> Charset? {
        let first = bytes.firstNonASCII(from: 0, to: bytes.count)
        if first == bytes.count { return nil }
        let end = min(bytes.count, first + Limits.Coding.guessBytesMax)
        let looked = bytes.extracting(first..<end)
        for index in 0..<candidates.count {
            let count = PairCount(looked, in: candidates[index])
            if count.isText(in: candidates[index]) { return candidates[index] }
        }
        // Last, because a few words of Chinese may look like it.
        return isMostlyUTF8(looked) ? .utf8 : nil
    }

    /// Whether more than half of the bytes past ASCII are characters of UTF-8.
    private static func isMostlyUTF8(_ bytes: Span<UInt8>) -> Bool {
        var (good, bad) = (0, 0)
        var index = 0
        while index < bytes.count {
            let step = bytes.sequence(at: index, to: bytes.count)
            if step > 1 {
                good += step
                index += step
            } else {
                if step != 1 { bad += 1 }
                index += 1
            }
        }
        return good > bad
    }
}

/// The characters of two bytes that a text has in a charset.
private struct PairCount {
    /// All, and those that stand together.
    private var all = 0
    private var together = 0
    /// Those that are frequent in the language, and kana.
    private var frequent = 0
    private var kana = 0
    /// Bytes past ASCII that are no such characters.
    private var others = 0

    init(_ bytes: Span<UInt8>, in charset: Charset) {
        var run = 0
        var index = 0
        while index < bytes.count {
            let lead = bytes[index]
            if lead >= 0x80, index + 1 < bytes.count,
                Self.isPair(lead, bytes[index + 1], in: charset)
            {
                add(lead, bytes[index + 1], in: charset)
                run += 1
                // The first of a run counts with the second.
                together += run == 2 ? 2 : run > 2 ? 1 : 0
                index += 2
            } else {
                if lead >= 0x80 { others += 1 }
                run = 0
                index += 1
            }
        }
    }

    /// Whether the counts are those of text in the charset.
    func isText(in charset: Charset) -> Bool {
        let isJapanese = charset == .shiftJIS || charset == .eucJP
        return all >= Limits.Coding.pairsMin
            && others * 100 <= all * Limits.Coding.pairsOthersPercentMax
            && together * 100 >= all * Limits.Coding.pairsTogetherPercentMin
            && frequent * 100 >= all * Limits.Coding.pairsFrequentPercentMin
            && (!isJapanese || kana * 100 >= all * Limits.Coding.pairsKanaPercentMin)
    }

    /// Source: Encoding Standard, sections 10 to 13.
    private static func isPair(_ lead: UInt8, _ trail: UInt8, in charset: Charset) -> Bool {
        switch charset {
        case .shiftJIS:
            lead > 0x80 && lead < 0xFD && (lead < 0xA0 || lead > 0xDF) && trail >= 0x40
                && trail != 0x7F && trail < 0xFD
        case .eucJP, .eucKR: lead > 0xA0 && lead < 0xFF && trail > 0xA0 && trail < 0xFF
        case .big5:
            lead > 0x80 && lead < 0xFF
                && ((trail >= 0x40 && trail < 0x7F) || (trail > 0xA0 && trail < 0xFF))
        default:
            lead > 0x80 && lead < 0xFF && trail >= 0x40 && trail != 0x7F && trail < 0xFF
        }
    }

    private mutating func add(_ lead: UInt8, _ trail: UInt8, in charset: Charset) {
        all += 1
        switch charset {
        case .shiftJIS:
            // Kana; signs and the first level of kanji.
            let isKana = (lead == 0x82 && trail > 0x9E) || (lead == 0x83 && trail < 0x97)
            if isKana { kana += 1 }
            if isKana || lead == 0x81 || (lead > 0x87 && lead < 0x99) { frequent += 1 }
        case .eucJP:
            let isKana = lead == 0xA4 || lead == 0xA5
            if isKana { kana += 1 }
            if isKana || lead == 0xA1 || (lead > 0xAF && lead < 0xD0) { frequent += 1 }
        case .eucKR: if lead == 0xA1 || (lead > 0xAF && lead < 0xC9) { frequent += 1 }
        case .big5: if lead > 0xA0 && lead < 0xC7 { frequent += 1 }
        default:
            let isSign = lead == 0xA1 || lead == 0xA3
            if trail > 0xA0, isSign || (lead > 0xAF && lead < 0xD8) { frequent += 1 }
        }
    }
}
