import KhienModel

/// UTF-16 in either byte order. A byte order mark at the start is dropped; surrogates without their
/// half become U+FFFD.
///
/// Source: Encoding Standard, section 14.2 "Common infrastructure for UTF-16BE/LE".
struct Utf16Decoder {
    private let isBigEndian: Bool
    private var firstByte: UInt8?
    private var highSurrogate: UInt32?
    private var isAtStart = true

    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    mutating func decode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>
    ) -> DecodeProgress {
        var read = 0
        var written = 0
        while read < input.count, output.count - written >= 16 {
            if firstByte == nil, highSurrogate == nil, !isAtStart, read + 8 <= input.count,
                copyASCII(input.word(at: read), &output, &written)
            {
                read += 8
                continue
            }
            let byte = input[read]
            read += 1
            guard let first = firstByte else {
                firstByte = byte
                continue
            }
            firstByte = nil
            let unit =
                isBigEndian
                ? UInt32(first) << 8 | UInt32(byte) : UInt32(byte) << 8 | UInt32(first)
            take(unit, &output, &written)
        }
        return DecodeProgress(read: read, written: written, hasMore: read < input.count)
    }

    /// Writes four units at once where all are ASCII.
    @inline(__always)
    private func copyASCII(
        _ word: UInt64, _ output: inout MutableSpan<UInt8>, _ written: inout Int
    ) -> Bool {
        // The low byte of each unit first.
        let units =
            isBigEndian
            ? (word &>> 8) & 0x00FF_00FF_00FF_00FF | (word & 0x00FF_00FF_00FF_00FF) &<< 8 : word
        if units & 0xFF80_FF80_FF80_FF80 != 0 { return false }
        let pairs = (units | units &>> 8) & 0x0000_FFFF_0000_FFFF
        output.store(UInt32(truncatingIfNeeded: pairs | pairs &>> 16), at: written)
        written &+= 4
        return true
    }

    private mutating func take(
        _ unit: UInt32, _ output: inout MutableSpan<UInt8>, _ written: inout Int
    ) {
        let wasAtStart = isAtStart
        isAtStart = false
        if let high = highSurrogate {
            highSurrogate = nil
            if unit & 0xFC00 == 0xDC00 {
                output.write(
                    scalar: 0x10000 + (high & 0x3FF) << 10 + unit & 0x3FF, at: &written)
                return
            }
            output.writeReplacement(at: &written)
        }
        if unit & 0xFC00 == 0xD800 {
            highSurrogate = unit
        } else if unit & 0xFC00 == 0xDC00 {
            output.writeReplacement(at: &written)
        } else if !(wasAtStart && unit == 0xFEFF) {
            output.write(scalar: unit, at: &written)
        }
    }

    mutating func finish(into output: inout MutableSpan<UInt8>) -> Int {
        var written = 0
        // Half a unit and half a pair are one end of the text: one U+FFFD.
        if firstByte != nil || highSurrogate != nil { output.writeReplacement(at: &written) }
        (firstByte, highSurrogate) = (nil, nil)
        return written
    }
}
