import KhienModel

/// Plain text in which every sign beyond ASCII is an asterisk: what the joined view reads, to which `đánh☆bạc`
/// and `đánh 🎲 bạc` are what `đánh*bạc` and `đánh * bạc` are.
///
/// Signs are all that is no letter, digit, mark or space (symbols, emoji, punctuation, private use, U+FFFD).
/// Quotation marks, which everyday text has beside spaces, are those of ASCII; an
/// apostrophe belongs to words.
enum SignFolding {
    /// What a sign is read as.
    static let sign = UInt8(ascii: "*")

    /// Writes what the first `count` bytes of `plain` are read as to the begin of `signs`, which has as much room;
    /// returns how many bytes that is, no more.
    static func fold(_ plain: [UInt8], upTo count: Int, into signs: inout [UInt8]) -> Int {
        let text = plain.span.extracting(0..<count)
        var output = signs.mutableSpan
        var (index, written) = (0, 0)
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
                output[written] = quote(scalar.value) ?? sign
                written &+= 1
            } else {
                for offset in 0..<length { output[written &+ offset] = text[index &+ offset] }
                written &+= length
            }
            index &+= length
        }
        return written
    }

    private static func quote(_ scalar: UInt32) -> UInt8? {
        switch scalar {
        case 0x2018, 0x2019, 0x201B: UInt8(ascii: "'")
        case 0x201C...0x201F: UInt8(ascii: "\"")
        case 0xAB, 0x2039: UInt8(ascii: "<")
        case 0xBB, 0x203A: UInt8(ascii: ">")
        default: nil
        }
    }
}
