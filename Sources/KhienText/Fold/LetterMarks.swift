import KhienModel

/// The Vietnamese marks of letters, which the plain view is without: what tells whether a word of a text
/// that has some may be one of a phrase.
///
/// A mark is a byte: the tone of the syllable in the lower three bits (grave, acute, hook, tilde, dot below
/// from 1 on), the shape of the letter above (circumflex, breve, horn, stroke from 1 on). Zero is a letter
/// without such marks: an ASCII one, one of another alphabet, one with marks that Vietnamese has none of.
public enum LetterMarks {
    fileprivate static let toneBits: UInt8 = 7
    private static let strokedD: UInt32 = 0x111

    /// The mark of a letter in either case; no letter of Vietnamese stands at U+2000 or higher.
    @inline(__always)
    static func mark(of scalar: UInt32) -> UInt8 {
        scalar < 0x2000 ? FoldRecord(value: FoldRecord.direct[Int(scalar)]).mark : 0
    }

    /// The same for the table of records.
    static func mark(of scalar: UInt32, _ record: FoldRecord) -> UInt8 {
        guard !record.isSlow, !record.isIdentity else { return 0 }
        let bytes = (0..<record.exactCount).map {
            UInt8(truncatingIfNeeded: record.exact >> UInt64($0 * 8))
        }
        guard let letter = ScalarDecoding.scalar(in: bytes.span, at: 0)?.value else { return 0 }
        if letter == strokedD { return 4 << 3 }
        var scalars: [UInt32] = []
        NormalFormC.appendDecomposition(of: letter, to: &scalars)
        guard let base = scalars.first, vowels.contains(base) else { return 0 }
        var mark: UInt8 = 0
        for other in scalars.dropFirst() {
            guard let bits = combining[other] else { return 0 }
            mark |= bits
        }
        return mark
    }

    /// a, e, i, o, u, y.
    private static let vowels: Set<UInt32> = [0x61, 0x65, 0x69, 0x6F, 0x75, 0x79]
    private static let combining: [UInt32: UInt8] = [
        0x300: 1, 0x301: 2, 0x309: 3, 0x303: 4, 0x323: 5, 0x302: 1 << 3, 0x306: 2 << 3,
        0x31B: 3 << 3,
    ]

    /// Whether canonical text has such marks.
    public static func areIn(_ text: Span<UInt8>) -> Bool {
        var place = 0
        while place < text.count {
            if let letter = Letter(text, place), letter.mark != 0 { return true }
            place += Letter.length(text, place)
        }
        return false
    }

    fileprivate static let shapeBits = ~toneBits

    /// The tone of a mark. The hook is read as the tilde, as half of the country speaks them.
    @inline(__always)
    fileprivate static func spokenTone(_ mark: UInt8) -> UInt8 {
        let tone = mark & toneBits
        return tone == 3 ? 4 : tone
    }

    /// A sign of the exact view that the plain one shows, too.
    fileprivate struct Letter {
        let mark: UInt8
        /// Bytes in the plain view.
        let plainCount: Int

        /// Nil for a mark of its own, which the plain view drops.
        init?(_ text: Span<UInt8>, _ place: Int) {
            guard let scalar = ScalarDecoding.scalar(in: text, at: place), scalar.value >= 0x80
            else {
                (mark, plainCount) = (0, 1)
                return
            }
            if FoldMapping.isDiacritic(scalar.value) { return nil }
            let record = FoldRecord(scalar.value)
            mark = LetterMarks.mark(of: scalar.value)
            plainCount = record.isSlow || record.isIdentity ? scalar.length : record.plainCount
        }

        /// Bytes of the sign at `place`.
        static func length(_ text: Span<UInt8>, _ place: Int) -> Int {
            ScalarDecoding.scalar(in: text, at: place)?.length ?? 1
        }
    }
}

/// The marks that a phrase wants where a text has some: made once, asked at each occurrence.
///
/// A syllable has one tone, on whichever of its vowels it is written, and the hook and the tilde are one. What has no
/// marks may be any word, as people type in haste: `danh bac` and `đanh bạc` may be `đánh bạc`, `danh bác` may not.
/// A word of the phrase that is none of Vietnamese (`sex`) is met with any marks: nothing else is written so.
public struct WantedMarks: Sendable {
    /// By byte of the plain spelling: the shape of the letter and the tone of its syllable; `anyMark` for all.
    private var withSpaces: [UInt8] = []
    /// The same without its spaces.
    private var withoutSpaces: [UInt8] = []

    /// No mark, as no letter has all shapes.
    private static let anyMark: UInt8 = 0xFF

    /// - Parameter phrase: in the exact view.
    /// - Complexity: linear; allocates.
    public init(_ phrase: Span<UInt8>) {
        var start = 0
        while start < phrase.count {
            var end = start
            while end < phrase.count, phrase[end] != 0x20 { end += 1 }
            let word = Self.marks(of: phrase.extracting(start..<end))
            withSpaces += word
            withoutSpaces += word
            if end < phrase.count { withSpaces.append(Self.anyMark) }
            start = end + 1
        }
    }

    private static func marks(of word: Span<UInt8>) -> [UInt8] {
        var (letters, plain): ([UInt8], [UInt8]) = ([], [])
        var place = 0
        var tone: UInt8 = 0
        while place < word.count {
            if let letter = LetterMarks.Letter(word, place) {
                letters.append(letter.mark)
                letters += [UInt8](repeating: 0, count: letter.plainCount - 1)
                plain.append(letter.plainCount == 1 && word[place] < 0x80 ? word[place] : 0)
                // Of several tones the last.
                let own = LetterMarks.spokenTone(letter.mark)
                if own != 0 { tone = own }
            }
            place += LetterMarks.Letter.length(word, place)
        }
        if letters.allSatisfy({ $0 == 0 }), !Syllable.isVietnamese(plain) {
            return letters.map { _ in anyMark }
        }
        return letters.map { $0 & LetterMarks.shapeBits | tone }
    }

    /// Whether letters with `marks` may stand for the phrase: where they have marks, these are the phrase's.
    ///
    /// - Parameters:
    ///   - count: bytes of the plain spelling as it was found, with its spaces or without them.
    ///   - marks: the mark of the letter at a byte of that.
    /// - Returns: of a text of another length, whether the marks agree by place as far as both go.
    /// - Complexity: O(`count`); allocates nothing.
    @inline(__always)
    public func agree(count: Int, _ marks: (Int) -> UInt8) -> Bool {
        let wanted = count == withSpaces.count ? withSpaces.span : withoutSpaces.span
        for place in 0..<min(count, wanted.count) {
            let mark = marks(place)
            if mark != 0, !Self.agrees(mark, wanted[place]) { return false }
        }
        return true
    }

    @inline(__always)
    private static func agrees(_ mark: UInt8, _ wanted: UInt8) -> Bool {
        if wanted == anyMark { return true }
        let (tone, shape) = (LetterMarks.spokenTone(mark), mark & LetterMarks.shapeBits)
        return (tone == 0 || tone == LetterMarks.spokenTone(wanted))
            && (shape == 0 || shape == wanted & LetterMarks.shapeBits)
    }
}

/// What a syllable of Vietnamese without its marks looks like: an initial or none, one to three vowels, a final or none.
/// Words of several syllables have spaces.
///
/// Source: the alphabet of quốc ngữ, which is without f, j, w and z and ends no syllable in other letters than these.
private enum Syllable {
    private static let initials = Set(
        """
        b c ch d g gh gi h k kh l m n ng ngh nh p ph q qu r s t th tr v x
        """.split { $0 == " " || $0 == "\n" }.map { Array($0.utf8) } + [[]])
    private static let finals = Set(
        "c ch m n ng nh p t".split(separator: " ").map { Array($0.utf8) } + [[]])

    private static func isVowel(_ letter: UInt8) -> Bool { "aeiouy".utf8.contains(letter) }

    /// Whether letters of ASCII may be one.
    static func isVietnamese(_ letters: [UInt8]) -> Bool {
        let initial = letters.prefix { !isVowel($0) }
        let vowels = letters.dropFirst(initial.count).prefix { isVowel($0) }
        let final = letters.dropFirst(initial.count + vowels.count)
        return initials.contains(Array(initial)) && (1...3).contains(vowels.count)
            && finals.contains(Array(final))
    }
}

/// The marks of letters in the block of text that is being handed out.
public struct BlockMarks {
    /// By byte of the piece of the plain view; meaningless where that equals the exact one.
    public private(set) var plain: [UInt8] = []
    /// By byte of the piece of the joined view; meaningless where none of its letters has one.
    public private(set) var joined: [UInt8] = []
    public internal(set) var isJoinedMarked = false

    init() {}

    mutating func takePlain(_ marks: Span<UInt8>) {
        while plain.count < marks.count { plain.append(0) }
        var room = plain.mutableSpan
        room.copy(marks, at: 0)
    }

    /// Takes the marks of letters of the joined view.
    ///
    /// - Parameter textMarks: by byte of the text that it has read.
    mutating func takeJoined(_ view: borrowing JoinedView, _ textMarks: Span<UInt8>) {
        while joined.count < view.output.count { joined.append(0) }
        var room = joined.mutableSpan
        view.forEachRun { output, text in
            let count = min(output.count, textMarks.count - text)
            room.copy(textMarks.extracting(text..<text + count), at: output.lowerBound)
        }
    }
}

/// Where a `FoldingRoom` keeps them: what they say holds while the piece that they belong to is handed out.
public final class MarkRoom {
    public internal(set) var block = BlockMarks()

    init() {}
}

@available(*, unavailable)
extension MarkRoom: Sendable {}
