import KhienModel

/// Plain text in which every sign beyond ASCII is one byte: what the joined view reads, to which `đánh☆bạc` is what
/// `đánh*bạc` is.
///
/// Signs are all that is no letter, digit, mark or space in the plain view. Symbols, emoji, icons of private use and
/// U+FFFD become one of seven control characters, which plain text has none of: emoji the first, others mostly not the same.
/// Those that everyday text has beside spaces become signs of ASCII: quotation marks, and `|` for the rest
/// (arrows, shapes, lines, mathematics, `©`).
enum SignFolding {
    /// Emoji often are several scalars, which are all alike; other symbols are one each.
    private static let emoji: UInt8 = 1
    private static let kinds: UInt32 = 6

    /// Writes what the first `count` bytes of `plain` are read as to the begin of `signs`, which has as much room;
    /// returns how many bytes that is: no more, and no fewer than `known`, so many of which have been read so.
    /// The marks of letters, from `marksStart` on in both, go with them.
    static func fold(
        _ plain: [UInt8], behind known: Int, upTo count: Int, into signs: inout [UInt8],
        marksStart: Int
    ) -> Int {
        let text = plain.span.extracting(0..<count)
        let marks = plain.span.extracting(marksStart..<marksStart + count)
        var output = signs.mutableSpan
        output.copy(text.extracting(0..<known), at: 0)
        var (index, written) = (known, known)
        // Up to where marks have been written, and from where in `plain`.
        var (marked, unmarked) = (0, 0)
        while index < text.count {
            if index &+ 8 <= text.count {
                let word = text.word(at: index)
                let others = word & UInt64.highBits
                output.store(word, at: written)
                let ascii = others == 0 ? 8 : others.firstByte
                index &+= ascii
                written &+= ascii
                if others == 0 { continue }
            } else if text[index] < 0x80 {
                output[written] = text[index]
                index &+= 1
                written &+= 1
                continue
            }
            let scalar = ScalarDecoding.scalar(in: text, at: index)
            let length = scalar?.length ?? 1
            if let scalar, FoldRecord(scalar.value).kind == .other {
                output[written] = sign(scalar.value)
                output.copy(marks.extracting(unmarked..<index &+ 1), at: marksStart &+ marked)
                (marked, unmarked) = (written &+ 1, index &+ length)
                written &+= 1
            } else {
                for offset in 0..<length { output[written &+ offset] = text[index &+ offset] }
                written &+= length
            }
            index &+= length
        }
        output.copy(marks.extracting(unmarked..<index), at: marksStart &+ marked)
        return written
    }

    /// Shows symbols as asterisks.
    static func show(_ text: inout [UInt8]) {
        for index in text.indices where text[index].isSymbol { text[index] = UInt8(ascii: "*") }
    }

    private static func sign(_ scalar: UInt32) -> UInt8 {
        switch scalar {
        case 0x2018...0x201B, 0x2032, 0x2035: UInt8(ascii: "'")
        case 0xAB, 0xBB, 0x201C...0x201F, 0x2033, 0x2036, 0x2039, 0x203A, 0x275B...0x2760, 0x276E,
            0x276F, 0x3008...0x3011, 0x3014...0x301F:
            UInt8(ascii: "\"")
        // Latin-1, punctuation, arrows, mathematics, technical signs, lines, shapes, `☰ ✓ ✔ ➔`, of the East.
        case 0x80...0x5FF, 0x2000...0x206F, 0x2190...0x23FF, 0x2500...0x25FF, 0x2630, 0x2713,
            0x2714,
            0x2794...0x2B4F, 0x3000...0x303F:
            UInt8(ascii: "|")
        case 0x10000...: emoji
        default: UInt8(truncatingIfNeeded: scalar % kinds) + 2
        }
    }
}

extension UInt8 {
    /// What symbols beyond ASCII are read as.
    @inline(__always)
    var isSymbol: Bool { self <= 7 }
}
