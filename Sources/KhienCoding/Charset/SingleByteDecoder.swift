import KhienModel

/// Charsets of one byte a character, by `singleByteTable`.
///
/// windows-1258 gives a letter and a combining tone as two characters, as the charset has them; NFC
/// is the business of whoever matches text.
///
/// Source: Encoding Standard, section 9 "Legacy single-byte encodings".
struct SingleByteDecoder {
    /// Where the charset's row begins.
    private let row: Int
    /// Whether ASCII bytes stand for themselves, all of them; not so where some below 0x20 are
    /// letters.
    let isSupersetOfASCII: Bool

    /// Nil where the charset is none of one byte a character.
    init?(_ charset: Charset) {
        guard let row = charset.singleByteRow, charset != .vni else { return nil }
        self.row = row
        isSupersetOfASCII = charset != .tcvn3 && charset != .viscii
    }

    func decode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>
    ) -> DecodeProgress {
        var read = 0
        var written = 0
        // 28: eight characters of three bytes, and the four bytes that the last may overwrite.
        while read &+ 8 <= input.count, written &+ 28 <= output.count {
            let word = input.word(at: read)
            if word & UInt64.highBits == 0, !hasLowLetters(word) {
                output.store(word, at: written)
                written &+= 8
            } else {
                write(word, &output, &written)
            }
            read &+= 8
        }
        while read < input.count, written &+ 4 <= output.count,
            // The last seven bytes, or what room there is for them.
            read &+ 8 > input.count || written &+ 28 > output.count
        {
            output.write(packed: character(input[read]), at: &written)
            read &+= 1
        }
        return DecodeProgress(read: read, written: written, hasMore: read < input.count)
    }

    @inline(__always)
    private func write(
        _ word: UInt64, _ output: inout MutableSpan<UInt8>, _ written: inout Int
    ) {
        for index in 0..<8 {
            let byte = UInt8(truncatingIfNeeded: word &>> (8 &* UInt64(index)))
            output.write(packed: character(byte), at: &written)
        }
    }

    /// A byte's character as in `singleByteTable`.
    @inline(__always)
    private func character(_ byte: UInt8) -> UInt32 {
        singleByteTable[row &+ Int(byte)]
    }

    /// Whether an ASCII word may have a byte below 0x20 that is a letter.
    @inline(__always)
    private func hasLowLetters(_ word: UInt64) -> Bool {
        !isSupersetOfASCII
            && (word &- 0x2020_2020_2020_2020) & ~word & UInt64.highBits != 0
    }
}
