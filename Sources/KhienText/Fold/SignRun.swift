import KhienModel

/// Signs between two letters, or a letter and a digit, which may stand for a space: one, up to eight without a space or quotation mark
/// (`đánh**bạc`), or with such where one of them is a symbol (`đánh ☆ bạc`; `SignFolding`). Others are those of
/// everyday text (`mèo, chó`, `["mèo","chó"]`), and so are those between digits (`1.000`, `2-0`)
/// and brackets beside one (`phim[18]`).
enum SignRun {
    /// More signs and spaces part a page, not two words.
    static let bytesMax = 8

    /// The signs that begin at `index`: a byte stands before it.
    @inline(__always)
    static func at(_ text: Span<UInt8>, _ index: Int) -> Range<Int>? {
        guard text[index - 1].isWordByte else { return nil }
        if index + 1 < text.count, text[index].isSeparator, text[index + 1].isWordByte {
            return isOfNumbers(text, index..<index + 1) ? nil : index..<index + 1
        }
        return severalSigns(text, index)
    }

    private static func severalSigns(_ text: Span<UInt8>, _ index: Int) -> Range<Int>? {
        var (end, isEveryday, hasSymbol) = (index, false, false)
        while end < text.count, !text[end].isWordByte {
            let isSpace = text[end] == 0x20
            guard isSpace || text[end].isSeparator, end - index < bytesMax else { return nil }
            isEveryday = isEveryday || isSpace || text[end] == 0x22
            hasSymbol = hasSymbol || text[end].isSymbol
            end += 1
        }
        guard end - index > 1, hasSymbol || !isEveryday, end < text.count, text[end].isWordByte,
            !isOfNumbers(text, index..<end)
        else { return nil }
        return index..<end
    }

    /// Whether signs stand between two digits, or are brackets beside one: a footnote's.
    @inline(__always)
    private static func isOfNumbers(_ text: Span<UInt8>, _ signs: Range<Int>) -> Bool {
        let (before, behind) = (text[signs.lowerBound - 1], text[signs.upperBound])
        guard before.isDigit || behind.isDigit else { return false }
        return before.isDigit && behind.isDigit || signs.contains { text[$0].isBracket }
    }
}

extension UInt8 {
    /// Letters and digits of ASCII, and every byte of other letters.
    @inline(__always)
    var isWordByte: Bool { isAlpha || isDigit || self >= 0x80 }

    @inline(__always)
    var isLetterByte: Bool { isAlpha || self >= 0x80 }

    /// Round and square ones.
    fileprivate var isBracket: Bool {
        self == 0x28 || self == 0x29 || self == 0x5B || self == 0x5D
    }

    /// What may be written between words in place of a space: every sign of ASCII but the apostrophe,
    /// which belongs to words (`don't`).
    @inline(__always)
    var isSeparator: Bool {
        !isWordByte && self != 0x20 && self != 0x0A && self != 0x27
    }
}

extension UInt64 {
    /// High bits set where bytes are separators or breaks.
    @inline(__always)
    var signOrBreakBytes: UInt64 {
        ~(wordBytes | bytes(equalTo: 0x20) | bytes(equalTo: 0x27)) & Self.highBits
    }

    /// Spaces in place of all bytes that are no part of a word.
    @inline(__always)
    var onlyWords: UInt64 {
        let mask = (wordBytes &>> 7) &* 0xFF
        return self & mask | 0x2020_2020_2020_2020 & ~mask
    }

    /// High bits set where bytes are letters or digits of ASCII, or not ASCII.
    @inline(__always)
    fileprivate var wordBytes: UInt64 {
        let bits = self & ~Self.highBits
        let folded = bits | 0x2020_2020_2020_2020
        let letters = (folded &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(folded &+ 0x0505_0505_0505_0505)
        let digits = (bits &+ 0x5050_5050_5050_5050) & ~(bits &+ 0x4646_4646_4646_4646)
        return (letters | digits | self) & Self.highBits
    }
}
