import KhienModel

/// Fields of forms to UTF-8: what is UTF-8 is that, and each byte that is no part of it is a letter of windows-1252.
///
/// Browsers send fields in the charset of their page, and what it lacks as references (`&#7909;`). No one knows that
/// page here, and a form may have fields from elsewhere, so the bytes decide, place by place.
struct FieldDecoder {
    /// The begin of a character that is not whole yet.
    private var held = InlineArray<4, UInt8>(repeating: 0)
    private var heldCount = 0

    /// How much of `input` is UTF-8 from its begin on.
    func validPrefix(_ input: Span<UInt8>) -> Int {
        heldCount > 0 ? 0 : input.firstInvalidUTF8(from: 0, to: input.count)
    }

    mutating func decode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>
    ) -> DecodeProgress {
        var (read, written) = (0, 0)
        // Four letters, and what the last may overwrite.
        while read < input.count, output.count - written >= 16 {
            held[heldCount] = input[read]
            let length = held.span.sequence(at: 0, to: heldCount + 1)
            if length < 0, heldCount > 0 {
                // The byte may begin another character.
                release(&output, &written)
                continue
            }
            heldCount += 1
            read += 1
            if length > 0 {
                output.copy(held.span, 0..<heldCount, at: written)
                written += heldCount
                heldCount = 0
            } else if length < 0 {
                release(&output, &written)
            }
        }
        return DecodeProgress(read: read, written: written, hasMore: read < input.count)
    }

    mutating func finish(into output: inout MutableSpan<UInt8>) -> Int {
        var written = 0
        release(&output, &written)
        return written
    }

    /// What is held is no character of UTF-8.
    private mutating func release(_ output: inout MutableSpan<UInt8>, _ written: inout Int) {
        for index in 0..<heldCount {
            output.write(packed: Self.latin(held[index]), at: &written)
        }
        heldCount = 0
    }

    private static func latin(_ byte: UInt8) -> UInt32 {
        guard let row = Charset.windows1252.singleByteRow else { return replacementCharacter }
        return singleByteTable[row + Int(byte)]
    }
}
