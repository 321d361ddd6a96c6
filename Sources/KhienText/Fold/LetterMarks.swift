import KhienModel

/// The Vietnamese marks of letters, which the plain view is without: what tells whether a word of a text
/// that has some may be one of a phrase.
///
/// A mark is a byte: the tone of the syllable in the lower three bits (grave, acute, hook, tilde, dot below
/// from 1 on), the shape of the letter above (circumflex, breve, horn, stroke from 1 on). Zero is a letter
/// without such marks: an ASCII one, one of another alphabet, one with marks that Vietnamese has none of.
public enum LetterMarks {
    private static let toneBits: UInt8 = 7
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

    /// Whether letters with `marks` may stand for `phrase`: where they have marks, these are the phrase's.
    ///
    /// A syllable has one tone, on whichever of its vowels it is written, and the hook and the tilde are one,
    /// as half of the country speaks them. What has no marks may be any word, as people type in haste: `danh bac`
    /// and `đanh bạc` may be `đánh bạc`, `danh bác` may not.
    ///
    /// - Parameters:
    ///   - phrase: in the exact view.
    ///   - count: bytes of its plain spelling as it was found, with its spaces or without them.
    ///   - marks: the mark of the letter at a byte of that.
    /// - Returns: true also where `count` is that of another text.
    public static func agree(
        with phrase: Span<UInt8>, count: Int, _ marks: (Int) -> UInt8
    ) -> Bool {
        let hasSpaces = plainCount(phrase) == count
        var (place, found) = (0, 0)
        var tone: UInt8 = 0
        var isWordBegin = true
        while place < phrase.count, found < count {
            if phrase[place] == 0x20 {
                isWordBegin = true
                found += hasSpaces ? 1 : 0
                place += 1
                continue
            }
            if isWordBegin { tone = wordTone(phrase, place) }
            isWordBegin = false
            if let letter = Letter(phrase, place) {
                let mark = marks(found)
                if mark != 0, !agrees(mark, letter.mark & ~toneBits | tone) { return false }
                found += letter.plainCount
            }
            place += Letter.length(phrase, place)
        }
        return true
    }

    @inline(__always)
    private static func agrees(_ mark: UInt8, _ wanted: UInt8) -> Bool {
        let (tone, shape) = (mark & toneBits, mark & ~toneBits)
        return (tone == 0 || spoken(tone) == spoken(wanted & toneBits))
            && (shape == 0 || shape == wanted & ~toneBits)
    }

    /// The hook is read as the tilde.
    private static func spoken(_ tone: UInt8) -> UInt8 { tone == 3 ? 4 : tone }

    /// The tone of the word that begins at `start`; of several the last.
    private static func wordTone(_ text: Span<UInt8>, _ start: Int) -> UInt8 {
        var tone: UInt8 = 0
        var place = start
        while place < text.count, text[place] != 0x20 {
            if let letter = Letter(text, place), letter.mark & toneBits != 0 {
                tone = letter.mark & toneBits
            }
            place += Letter.length(text, place)
        }
        return tone
    }

    private static func plainCount(_ text: Span<UInt8>) -> Int {
        var (place, count) = (0, 0)
        while place < text.count {
            count += Letter(text, place)?.plainCount ?? 0
            place += Letter.length(text, place)
        }
        return count
    }

    /// A sign of the exact view that the plain one shows, too.
    private struct Letter {
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
