import KhienModel

/// Finds Vietnamese text in a legacy charset that is not the declared one.
///
/// Of the words with letters past ASCII, and two letters at least, nearly all of a Vietnamese text
/// are syllables by the rules of the orthography, and few of any other text are: a wrong reading
/// puts two tones into a word, vowels that never meet, or no vowel. So the guess counts syllables in
/// each legacy charset, and in the declared one, which may be right after all.
public enum VietnameseGuess {
    /// A word has no more letters before its first one past ASCII.
    public static let wordBytes = 8

    /// The charsets that may be guessed.
    static let candidates: InlineArray<4, Charset> = [.windows1258, .tcvn3, .viscii, .vni]

    /// The legacy Vietnamese charset that `bytes` are probably in, where reading them in `declared`
    /// gives nonsense.
    ///
    /// - Parameter bytes: a part of a text, markup included; `Limits.Coding.guessBytesMax` from the
    ///   first byte past ASCII on are looked at.
    /// - Returns: nil for text that is UTF-8 or ASCII, that makes sense as it is declared, or whose
    ///   marked words are too few or too few of them syllables: four fifths of `guessWordsMin`, or
    ///   all of `guessWordsFew`.
    /// - Complexity: O(*n*); for text that is not UTF-8 five readings of the bytes looked at. Allocates only to read a
    ///   declared East Asian charset.
    public static func alternative(to declared: Charset, in bytes: Span<UInt8>) -> Charset? {
        let first = bytes.firstNonASCII(from: 0, to: bytes.count)
        if first == bytes.count { return nil }
        // Back to where the word begins.
        let start = max(first - wordBytes, 0)
        let end = min(bytes.count, first + Limits.Coding.guessBytesMax)
        let looked = bytes.extracting(start..<end)
        if looked.isUTF8(mayBeCut: true) { return nil }
        var best: (charset: Charset, count: SyllableCount)?
        for index in 0..<candidates.count where candidates[index] != declared {
            guard let count = SyllableCount(looked, in: candidates[index]) else { continue }
            if count.isVietnamese, count.syllables > best?.count.syllables ?? 0 {
                best = (candidates[index], count)
            }
        }
        guard let best else { return nil }
        let now = SyllableCount(looked, in: declared)
        if let now, now.words >= Limits.Coding.guessWordsFew,
            now.syllables * 100 > now.words * Limits.Coding.guessDeclaredPercentMax
        {
            return nil
        }
        return best.charset
    }
}

// Where a page is long ASCII before its text.
extension VietnameseGuess {
    /// The first byte past ASCII, or the end.
    public static func firstPastASCII(_ bytes: Span<UInt8>) -> Int {
        bytes.firstNonASCII(from: 0, to: bytes.count)
    }

    /// Where text begins that a guess may be made of: at a byte past ASCII; in UTF-8 at what is none, or a letter of
    /// Latin-1, as the codes of fonts are.
    ///
    /// - Parameters:
    ///   - first: the first byte past ASCII.
    ///   - owed: how many bytes a character of UTF-8 lacks that was cut before.
    ///   - takesFonts: whether codes of fonts are of interest.
    /// - Returns: the end, where there is nothing of the kind.
    public static func start(
        in bytes: Span<UInt8>, from first: Int, owed: Int, declared: Charset,
        takesFonts: Bool = true
    ) -> Int {
        guard declared == .utf8 else { return first }
        var index = first
        while index < min(owed, bytes.count), bytes[index] & 0xC0 == 0x80 { index += 1 }
        if index > first { index = bytes.firstNonASCII(from: index, to: bytes.count) }
        while index < bytes.count {
            let length = bytes.sequence(at: index, to: bytes.count)
            // The last character is cut.
            if length == 0 { return bytes.count }
            if length < 0 { return index }
            // But for U+00A0.
            let isLatin = bytes[index] < 0xC4 && (bytes[index] > 0xC2 || bytes[index + 1] > 0xA0)
            if takesFonts, isLatin { return index }
            index = bytes.firstNonASCII(from: index + length, to: bytes.count)
        }
        return bytes.count
    }

    /// How many bytes the last character lacks, if this is UTF-8.
    public static func missing(_ bytes: Span<UInt8>) -> Int {
        for count in 1...3 where count <= bytes.count {
            let byte = bytes[bytes.count - count]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return max(0, length - count)
        }
        return 0
    }

    /// Whether so few bytes are past ASCII that they say nothing of the others: a title, a name.
    public static func isThin(_ bytes: Span<UInt8>) -> Bool {
        var index = firstPastASCII(bytes)
        var count = 0
        while index < bytes.count {
            count += 1
            if count == Limits.Coding.guessThinBytesMax { return false }
            index = bytes.firstNonASCII(from: index + 1, to: bytes.count)
        }
        return true
    }

    /// Whether bytes are UTF-8, and much of it, that is no code of fonts.
    public static func isSurelyUTF8(_ bytes: Span<UInt8>) -> Bool {
        !isThin(bytes) && bytes.isUTF8(mayBeCut: true) && !mayHaveFontLetters(bytes)
    }
}

extension Charset {
    /// Whether the bytes of ASCII are ASCII wherever they stand between others, and no escapes.
    public var agreesWithASCII: Bool {
        switch self {
        case .utf16LittleEndian, .utf16BigEndian, .replacement, .iso2022JP: false
        default: true
        }
    }
}

/// How many marked words a text has in a charset, and how many of these are syllables.
struct SyllableCount {
    private(set) var words = 0
    private(set) var syllables = 0
    private var word = VietnameseSyllable()

    var isVietnamese: Bool {
        words >= Limits.Coding.guessWordsMin
            ? syllables * 100 >= words * Limits.Coding.guessSyllablesPercentMin
            : words >= Limits.Coding.guessWordsFew && syllables == words
    }

    /// Nil where the charset cannot be decoded here.
    init?(_ bytes: Span<UInt8>, in charset: Charset) {
        do throws(CharsetError) {
            var decoder = try CharsetDecoder(charset)
            var buffer: InlineArray<1024, UInt8> = .init(repeating: 0)
            var position = 0
            while position < bytes.count, words < Limits.Coding.guessWordsMax {
                var output = buffer.mutableSpan
                let step = decoder.decode(bytes.extracting(position...), into: &output)
                position += step.read
                read(buffer.span.extracting(..<step.written))
            }
            var output = buffer.mutableSpan
            let written = decoder.finish(into: &output)
            read(buffer.span.extracting(..<written))
            endWord()
        } catch {
            return nil
        }
    }

    /// Reads whole characters of UTF-8.
    private mutating func read(_ text: Span<UInt8>) {
        var index = 0
        while index < text.count {
            let first = text[index]
            if first < 0x80 {
                add(UInt32(first))
                index += 1
            } else if first < 0xE0 {
                add(UInt32(first & 0x1F) << 6 | UInt32(text[index + 1] & 0x3F))
                index += 2
            } else if first < 0xF0 {
                add(
                    UInt32(first & 0x0F) << 12 | UInt32(text[index + 1] & 0x3F) << 6
                        | UInt32(text[index + 2] & 0x3F))
                index += 3
            } else {
                endWord()
                index += 4
            }
        }
    }

    private mutating func add(_ scalar: UInt32) {
        let code = Self.code(scalar)
        if code == 0 { endWord() } else { word.add(code, scalar) }
    }

    /// A letter's code; 0 for what ends a word.
    private static func code(_ scalar: UInt32) -> UInt8 {
        switch scalar {
        case 0..<0x250: vietnameseLow[Int(scalar)]
        // The five tones as combining marks.
        case 0x300: 31 | 1 << 5
        case 0x309: 31 | 2 << 5
        case 0x303: 31 | 3 << 5
        case 0x301: 31 | 4 << 5
        case 0x323: 31 | 5 << 5
        case 0x1EA0..<0x1F00: vietnameseHigh[Int(scalar) - 0x1EA0]
        // Punctuation and signs; other scripts and U+FFFD are letters that do not belong.
        case 0x2000..<0x2C00, 0x3000..<0x3004: 0
        default: 30
        }
    }

    private mutating func endWord() {
        if word.isMarked, word.count >= 2 {
            words += 1
            if word.isValid { syllables += 1 }
        }
        if word.count > 0 || word.isMarked { word = VietnameseSyllable() }
    }
}
