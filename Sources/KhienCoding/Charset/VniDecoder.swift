import KhienModel

/// VNI for Windows: one byte a letter, except vowels with marks, which take a byte for the vowel and
/// one for all its marks. What is no such pair is a character of windows-1252 or a letter of its own.
struct VniDecoder {
    private let row: Int
    /// A vowel whose marks may come; 0 where there is none.
    private var vowel: UInt8 = 0

    init() { row = Charset.vni.singleByteRow ?? 0 }

    private static let marks = 17

    mutating func decode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>
    ) -> DecodeProgress {
        var read = 0
        var written = 0
        while read < input.count, written &+ 16 <= output.count {
            if vowel == 0, read &+ 9 <= input.count {
                let word = input.word(at: read)
                // The ninth byte: the eighth must not be a vowel that it marks.
                if word & UInt64.highBits == 0, input[read &+ 8] < 0x80 {
                    output.store(word, at: written)
                    written &+= 8
                    read &+= 8
                    continue
                }
            }
            take(input[read], &output, &written)
            read &+= 1
        }
        return DecodeProgress(read: read, written: written, hasMore: read < input.count)
    }

    @inline(__always)
    private mutating func take(
        _ byte: UInt8, _ output: inout MutableSpan<UInt8>, _ written: inout Int
    ) {
        let kind = vniClasses[Int(byte)]
        if vowel != 0 {
            let base = vowel
            vowel = 0
            if kind >= 16 {
                let line = Int(vniClasses[Int(base)]) &- 1
                let scalar = vniPairs[line &* Self.marks &+ Int(kind) &- 16]
                if scalar != 0 {
                    output.write(scalar: UInt32(scalar), at: &written)
                    return
                }
            }
            output.write(packed: single(base), at: &written)
        }
        if kind > 0, kind < 16 {
            vowel = byte
        } else {
            output.write(packed: single(byte), at: &written)
        }
    }

    @inline(__always)
    private func single(_ byte: UInt8) -> UInt32 {
        singleByteTable[row &+ Int(byte)]
    }

    mutating func finish(into output: inout MutableSpan<UInt8>) -> Int {
        var written = 0
        if vowel != 0 { output.write(packed: single(vowel), at: &written) }
        vowel = 0
        return written
    }
}
