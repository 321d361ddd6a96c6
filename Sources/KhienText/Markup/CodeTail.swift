import KhienModel

/// The end of a script's code, without its strings, comments and regular expressions: it tells whether the `)` that
/// stands last ends the condition of an `if` or a loop. Behind that a statement begins, and so a slash begins a
/// regular expression; behind any other `)` it divides.
///
/// It keeps a bit for each parenthesis that is open, of the outermost and of the innermost
/// `Limits.Text.openParenthesesMax` of them, and the words that stand last, for a `(` that comes next. So a byte is looked at once, but for white space and words before a `(`.
struct CodeTail {
    /// By depth, whether a condition stands in the parenthesis: those of the outermost, and behind them those that are
    /// deeper, the last of which take the place of others.
    private var conditions = InlineArray<16, UInt64>(repeating: 0)
    private var depth = 0
    /// Whether the `)` that stood last ends a condition.
    private(set) var endsCondition = false
    /// What stands last, from the last sign on, white space as one blank: `end[..<endCount]`. Twelve bytes are looked
    /// at: `.for await`, with blanks between its parts and behind.
    private var end = InlineArray<16, UInt8>(repeating: 0)
    private var endCount = 0

    /// Begins with another script.
    mutating func reset() { self = CodeTail() }

    /// Code follows: UTF-8, cut anywhere.
    ///
    /// - Complexity: O(`code.count`), whatever came before.
    mutating func append(_ code: Span<UInt8>) {
        guard !code.isEmpty else { return }
        var place = 0
        while true {
            place = code.first(UInt8(ascii: "("), UInt8(ascii: ")"), from: place)
            guard place < code.count else { break }
            if code[place] == UInt8(ascii: "(") { open(isCondition: isCondition(code, place)) }
            if code[place] == UInt8(ascii: ")") { close() }
            place += 1
        }
        let last = code[code.count - 1]
        if last > 0x20, !last.isScriptName {
            append(sign: last)
        } else {
            keepEnd(code)
        }
    }

    /// A sign follows that is neither a parenthesis nor part of a name.
    @inline(__always)
    mutating func append(sign: UInt8) {
        end[0] = sign
        endCount = 1
    }

    /// A comment stood here: it parts words.
    mutating func appendSpace() {
        let space: InlineArray<1, UInt8> = [0x20]
        append(space.span)
    }

    private mutating func open(isCondition: Bool) {
        let place = place
        let bit: UInt64 = 1 << UInt64(place % 64)
        conditions[place / 64] &= ~bit
        if isCondition { conditions[place / 64] |= bit }
        depth += 1
    }

    /// Where the bit of the next parenthesis stands.
    private var place: Int {
        let most = Limits.Text.openParenthesesMax
        return depth < most ? depth : most + depth % most
    }

    private mutating func close() {
        endsCondition = false
        guard depth > 0 else { return }
        depth -= 1
        endsCondition = conditions[place / 64] >> UInt64(place % 64) & 1 == 1
    }

    /// Whether what stands in front of a parenthesis is a word that a condition follows, and no name of a property.
    @inline(__always)
    private func isCondition(_ code: Span<UInt8>, _ place: Int) -> Bool {
        // Most names are told apart from such words by their last two letters.
        if place >= 2, code[place - 1] > 0x20 {
            switch (code[place - 2], code[place - 1]) {
            case (UInt8(ascii: "i"), UInt8(ascii: "f")), (UInt8(ascii: "l"), UInt8(ascii: "e")),
                (UInt8(ascii: "o"), UInt8(ascii: "r")), (UInt8(ascii: "t"), UInt8(ascii: "h")),
                (UInt8(ascii: "i"), UInt8(ascii: "t")):
                break
            default: return false
            }
        }
        return followsKeyword(code, place)
    }

    private static let keywords = ["if", "while", "for", "with"].map { Array($0.utf8.reversed()) }
    private static let awaited = Array("await".utf8.reversed())

    @inline(never)
    private func followsKeyword(_ code: Span<UInt8>, _ place: Int) -> Bool {
        var last = wordEnd(code, place)
        if isWord(Self.awaited, code, last) { last = wordEnd(code, last - Self.awaited.count) }
        return Self.keywords.contains { keyword in
            guard isWord(keyword, code, last) else { return false }
            let start = last - keyword.count
            return byte(code, start - 1) != UInt8(ascii: "#")
                && byte(code, wordEnd(code, start) - 1) != UInt8(ascii: ".")
        }
    }

    /// The byte at a place of the code, or before it; a space where nothing is known.
    private func byte(_ code: Span<UInt8>, _ place: Int) -> UInt8 {
        if place >= 0 { return code[place] }
        return endCount + place >= 0 ? end[endCount + place] : 0x20
    }

    /// Behind the last byte before `place` that is no white space.
    private func wordEnd(_ code: Span<UInt8>, _ place: Int) -> Int {
        var place = place
        while place > -endCount, byte(code, place - 1) <= 0x20 { place -= 1 }
        return place
    }

    /// Whether a word, its last letter first, ends there.
    private func isWord(_ letters: [UInt8], _ code: Span<UInt8>, _ end: Int) -> Bool {
        for (back, letter) in letters.enumerated() where byte(code, end - 1 - back) != letter {
            return false
        }
        return !byte(code, end - 1 - letters.count).isScriptName
    }

    /// Keeps what stands last where that may be a word before a `(`.
    @inline(never)
    private mutating func keepEnd(_ code: Span<UInt8>) {
        var kept = InlineArray<16, UInt8>(repeating: 0)
        var count = 0
        var place = code.count
        while place > -endCount, count < 16 {
            var last = byte(code, place - 1)
            if last <= 0x20 {
                place = wordEnd(code, place)
                last = 0x20
            } else {
                place -= 1
            }
            kept[15 - count] = last
            count += 1
            if last > 0x20, !last.isScriptName { break }
        }
        for index in 0..<count { end[index] = kept[16 - count + index] }
        endCount = count
    }
}

extension UInt8 {
    /// What names of JavaScript are made of.
    var isScriptName: Bool {
        isAlpha || isDigit || self >= 0x80 || self == UInt8(ascii: "_") || self == UInt8(ascii: "$")
    }
}
