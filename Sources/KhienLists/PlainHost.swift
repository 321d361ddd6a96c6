/// The fast way for the hosts that make up nearly all of every list: they are already canonical, so
/// one look at each byte is all they cost.
///
/// Plain is: labels of 1 to 63 of `a-z 0-9 - _`, at least two of them, none beginning with `xn--`,
/// the last neither a number nor `0x…`, 253 bytes at the most. Whatever is not plain goes through
/// the full canonicalisation, which may still accept it.
enum PlainHost {
    /// 1: letter, digit, hyphen or underscore; 2: dot; 0: all else.
    private static let classes: [256 of UInt8] = {
        var table = [256 of UInt8](repeating: 0)
        for byte in UInt8(ascii: "a")...UInt8(ascii: "z") { table[Int(byte)] = 1 }
        for byte in UInt8(ascii: "0")...UInt8(ascii: "9") { table[Int(byte)] = 1 }
        table[Int(Byte.hyphen)] = 1
        table[Int(UInt8(ascii: "_"))] = 1
        table[Int(Byte.dot)] = 2
        return table
    }()

    /// Whether the bytes of `range` are a plain host.
    static func isPlain(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count >= 3, range.count <= 253 else { return false }
        var labelStart = range.lowerBound
        var index = range.lowerBound
        while index < range.upperBound {
            let kind = classes[Int(line[index])]
            if kind == 0 { return false }
            if kind == 2 {
                if !isPlainLabel(line, labelStart, index) { return false }
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
