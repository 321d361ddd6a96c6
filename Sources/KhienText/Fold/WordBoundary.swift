/// Where words and Vietnamese syllables begin and end in canonical text.
public enum WordBoundary {
    /// Whether neither of the signs around `range` continues a word: letters, digits and marks do;
    /// all else and the two ends of `text` do not.
    ///
    /// A Vietnamese syllable is a word in this sense, since canonical text parts syllables by spaces.
    /// Letters of scripts without spaces (Han, Thai ...) never continue a word. At the ends of
    /// `text` the caller knows more: a match at the end of a piece is judged with the next one.
    ///
    /// - Complexity: constant; allocates nothing.
    public static func isBounded(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        !continuesBefore(text, range.lowerBound) && !continuesAfter(text, range.upperBound)
    }

    /// Whether a word goes on after `position`, that is, whether the sign there is part of one.
    public static func continuesAfter(_ text: Span<UInt8>, _ position: Int) -> Bool {
        guard position < text.count else { return false }
        guard let scalar = ScalarDecoding.scalar(in: text, at: position) else { return false }
        return isWord(scalar.value)
    }

    /// Whether the sign before `position` is part of a word.
    public static func continuesBefore(_ text: Span<UInt8>, _ position: Int) -> Bool {
        var start = position - 1
        while start > 0, start > position - 4, text[start] & 0xC0 == 0x80 { start -= 1 }
        guard start >= 0, let scalar = ScalarDecoding.scalar(in: text, at: start),
            start + scalar.length == position
        else { return false }
        return isWord(scalar.value)
    }

    private static func isWord(_ scalar: UInt32) -> Bool {
        if scalar < 0x80 {
            let byte = UInt8(truncatingIfNeeded: scalar)
            return byte.isAlpha || byte.isDigit
        }
        return FoldRecord(scalar).kindBit & KindSet.word != 0
    }
}
