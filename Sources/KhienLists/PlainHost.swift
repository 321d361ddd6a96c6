/// The fast way for the hosts that make up nearly all of every list: they are already canonical, so
/// one look at each byte is all they cost.
///
/// Plain is: labels of 1 to 63 of `a-z 0-9 - _`, at least two of them, none beginning with `xn--`,
/// the last neither a number nor `0x…`, 253 bytes at the most. Whatever is not plain goes through
/// the full canonicalisation, which may still accept it.
enum PlainHost {
    /// Bit n: byte n is a digit or a hyphen. Masks and not a table: a static table is guarded by
    /// `swift_once` at each access, which cost a fifth of the whole reading.
    private static let low: UInt64 = 0x03FF_2000_0000_0000
    /// Bit n: byte 64 + n is a lower-case letter or an underscore.
    private static let high: UInt64 = 0x07FF_FFFE_8000_0000

    @inline(__always)
    private static func isLabelByte(_ byte: UInt8) -> Bool {
        let mask = byte & 0x40 == 0 ? low : high
        return byte < 0x80 && (mask &>> UInt64(byte & 0x3F)) & 1 == 1
    }

    /// Whether the bytes of `range` are a plain host.
    static func isPlain(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count >= 3, range.count <= 253 else { return false }
        var labelStart = range.lowerBound
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = line[index]
            if !isLabelByte(byte) {
                guard byte == Byte.dot, isPlainLabel(line, labelStart, index) else { return false }
                labelStart = index + 1
            }
            index += 1
        }
        return labelStart > range.lowerBound && isPlainLabel(line, labelStart, range.upperBound)
            && !Byte.isDigit(line[labelStart])
    }

    private static func isPlainLabel(_ line: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        let length = end - start
        if length == 0 || length > 63 { return false }
        return !(length >= 4 && line[start] == UInt8(ascii: "x")
            && line[start + 1] == UInt8(ascii: "n") && line[start + 2] == Byte.hyphen
            && line[start + 3] == Byte.hyphen)
    }
}
