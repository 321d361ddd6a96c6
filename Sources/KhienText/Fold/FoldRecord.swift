/// What a scalar becomes in canonical text, from the generated two-stage table.
struct FoldRecord {
    /// What kind of sign a scalar is, for words and look-alikes.
    enum Kind: UInt8 {
        case other
        /// A letter of the Latin script.
        case latin
        /// A letter of another script that looks like a Latin one.
        case lookalike
        /// Any other letter.
        case letter
        case digit
        case mark
        case space
        case ignored
        /// A letter of a script that writes no spaces between words.
        case spaceless
    }

    let value: UInt64

    @inline(__always)
    init(_ scalar: UInt32) {
        let block = Int(foldIndex[Int(truncatingIfNeeded: scalar >> 7)])
        let number = foldBlocks[block << 7 | Int(truncatingIfNeeded: scalar & 127)]
        value = foldRecords[Int(number)]
    }

    @inline(__always)
    init(value: UInt64) { self.value = value }

    /// The records of the scalars below U+2000, one after another: a load instead of three.
    /// With the marks of letters, which the others do not have.
    static let direct: [UInt64] = (UInt32(0)..<0x2000).map { scalar in
        let record = FoldRecord(scalar)
        return record.value | UInt64(LetterMarks.mark(of: scalar, record)) << 58
    }

    /// The bytes of the exact view in the low three bytes.
    @inline(__always)
    var exact: UInt64 { value & 0xFF_FFFF }
    /// The bytes of the plain view in the low three bytes.
    @inline(__always)
    var plain: UInt64 { value &>> 24 & 0xFF_FFFF }
    @inline(__always)
    var exactCount: Int { Int(truncatingIfNeeded: value &>> 48 & 3) }
    @inline(__always)
    var plainCount: Int { Int(truncatingIfNeeded: value &>> 50 & 3) }
    @inline(__always)
    var kindBits: UInt8 { UInt8(truncatingIfNeeded: value &>> 52 & 15) }
    var kind: Kind { Kind(rawValue: kindBits) ?? .other }
    /// One bit of a set of kinds.
    @inline(__always)
    var kindBit: UInt32 { 1 &<< UInt32(kindBits) }
    /// Whether a word with it takes the slow way: marks, ignorables, sequences that do not fit.
    @inline(__always)
    var isSlow: Bool { value &>> 56 & 1 != 0 }
    /// Whether it stands for itself in both views.
    @inline(__always)
    var isIdentity: Bool { value &>> 57 & 1 != 0 }
    /// The Vietnamese tone (1 to 5) on one of a, e, o, u, y without any other mark; else 0.
    @inline(__always)
    var tone: UInt8 { mark < 8 ? mark : 0 }
    /// The Vietnamese marks of a letter (`LetterMarks`); only in `direct`, elsewhere the tone alone.
    @inline(__always)
    var mark: UInt8 { UInt8(truncatingIfNeeded: value &>> 58) }
}

/// A set of kinds of signs.
struct KindSet {
    var bits: UInt32 = 0

    static let latin: UInt32 = 1 << 1
    static let lookalike: UInt32 = 1 << 2
    static let otherLetters: UInt32 = 1 << 3 | 1 << 8
    static let word: UInt32 = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5

    /// Whether there are signs beyond ASCII, whose kind nobody asks for.
    @inline(__always)
    var hasSigns: Bool { bits & 1 != 0 }

    /// A word of Latin letters and look-alikes of them, and no other letters.
    @inline(__always)
    var isMixed: Bool {
        bits & (Self.latin | Self.lookalike | Self.otherLetters) == Self.latin | Self.lookalike
    }

    /// A word of look-alikes only.
    @inline(__always)
    var isLookalikes: Bool {
        bits & (Self.latin | Self.lookalike | Self.otherLetters) == Self.lookalike
    }
}

/// The mapping of scalars that `FoldRecord` has no room for.
enum FoldMapping {
    /// The most scalars that one becomes; one that would become more stays as it is.
    static let expansionMax = 6

    /// Appends what `scalar` becomes, fully decomposed.
    static func append(_ scalar: UInt32, to output: inout [UInt32]) {
        // Most marks of Latin text stand for themselves.
        if scalar >= 0x300, scalar < 0x340 { return output.append(scalar) }
        if scalar == 0xFFFD { return output.append(scalar) }
        let run = foldMapStarts.lastIndex(atMost: scalar, shift: 0, mask: 0xFF_FFFF)
        let start = foldMapStarts[run] & 0xFF_FFFF
        let value = foldMapValues[run]
        switch foldMapStarts[run] >> 24 {
        case 0: NormalFormC.appendDecomposition(of: scalar, to: &output)
        case 1: NormalFormC.appendDecomposition(of: scalar &+ value, to: &output)
        default:
            let length = Int(value & 0xFF)
            // Two Arabic ligatures become 18 and 8 letters: a page of them would cost six times
            // its size, and nobody looks for what they say.
            if length > expansionMax { return output.append(scalar) }
            let offset = Int(value >> 8) + Int(scalar - start) * length
            for index in 0..<length {
                NormalFormC.appendDecomposition(of: foldMapPool[offset + index], to: &output)
            }
        }
    }

    /// The Latin letter that `scalar` is taken for, or nil.
    static func lookalike(of scalar: UInt32) -> UInt8? {
        let index = foldLookalikes.lastIndex(atMost: scalar, shift: 8, mask: .max)
        guard index >= 0, foldLookalikes[index] >> 8 == scalar else { return nil }
        return UInt8(truncatingIfNeeded: foldLookalikes[index])
    }

    /// Marks that the plain view drops: those of Latin, Greek and Cyrillic, not the vowel signs of
    /// other scripts.
    static func isDiacritic(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x300...0x36F, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F:
            true
        default: false
        }
    }
}

/// The five vowels that a tone can move between, with each tone.
///
/// One syllable is written in two ways where it ends in `oa`, `oe` or `uy`: `hòa` and `hoà`, `thúy`
/// and `thuý`. Canonical text has the tone on the first vowel where nothing follows (`hòa`) and on
/// the second where a letter does (`hoàn`, which typing tools also leave as `hòan`). After `q` the
/// `u` belongs to the consonant: `quý`.
enum Tone {
    /// Rows a, e, o, u, y; columns: none, grave, acute, hook, tilde, dot below.
    private static let vowels: InlineArray<30, UInt32> = [
        0x61, 0xE0, 0xE1, 0x1EA3, 0xE3, 0x1EA1, 0x65, 0xE8, 0xE9, 0x1EBB, 0x1EBD, 0x1EB9,
        0x6F, 0xF2, 0xF3, 0x1ECF, 0xF5, 0x1ECD, 0x75, 0xF9, 0xFA, 0x1EE7, 0x169, 0x1EE5,
        0x79, 0x1EF3, 0xFD, 0x1EF7, 0x1EF9, 0x1EF5,
    ]

    /// The vowel (a, e, o, u or y) with a tone.
    static func vowel(_ base: UInt8, tone: UInt8) -> UInt32 {
        let row: Int =
            switch base {
            case UInt8(ascii: "a"): 0
            case UInt8(ascii: "e"): 1
            case UInt8(ascii: "o"): 2
            case UInt8(ascii: "u"): 3
            default: 4
            }
        return vowels[row * 6 + Int(tone)]
    }

    /// Whether two letters are a pair between which the tone moves.
    @inline(__always)
    static func isPair(_ first: UInt8, _ second: UInt8) -> Bool {
        first == UInt8(ascii: "o")
            ? second == UInt8(ascii: "a") || second == UInt8(ascii: "e")
            : first == UInt8(ascii: "u") && second == UInt8(ascii: "y")
    }

    /// Puts the tones of a composed word where they belong.
    static func place(_ scalars: inout [UInt32], _ range: Range<Int>) {
        guard range.count > 1 else { return }
        for index in range.lowerBound..<range.upperBound - 1 {
            let first = FoldRecord(scalars[index])
            let second = FoldRecord(scalars[index + 1])
            guard first.tone == 0 || second.tone == 0, first.tone | second.tone != 0 else {
                continue
            }
            let bases = (
                base(scalars[index], first), base(scalars[index + 1], second)
            )
            guard isPair(bases.0, bases.1) else { continue }
            let isAfterQ =
                bases.0 == UInt8(ascii: "u") && index > range.lowerBound
                && scalars[index - 1] == 0x71
            let isClosed =
                index + 2 < range.upperBound && FoldRecord(scalars[index + 2]).kind == .latin
            let tone = first.tone | second.tone
            let isSecond = isAfterQ || isClosed
            scalars[index] = vowel(bases.0, tone: isSecond ? 0 : tone)
            scalars[index + 1] = vowel(bases.1, tone: isSecond ? tone : 0)
        }
    }

    private static func base(_ scalar: UInt32, _ record: FoldRecord) -> UInt8 {
        if scalar < 0x80 { return UInt8(truncatingIfNeeded: scalar) }
        return record.tone == 0 ? 0 : UInt8(truncatingIfNeeded: record.plain)
    }
}
