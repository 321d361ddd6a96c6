import KhienModel

/// How much one item of an expression may read of a subject before it fails: what `StepMeter` is not told of.
enum RegexRepeat {
    /// The most repeats that an item demands (`[a-z]{100}`, `{100,}`, `{100,200}`); the longest subject where the
    /// expression refers back to a group, which may be as long. It may take for such what is none.
    static func bytesMax(_ pattern: Span<UInt8>) -> Int {
        var most = 1
        var index = 0
        while index < pattern.count {
            switch pattern[index] {
            case UInt8(ascii: "\\"):
                index += 1
                guard index < pattern.count else { break }
                let byte = pattern[index]
                if byte &- 0x31 < 9 || byte == UInt8(ascii: "g") || byte == UInt8(ascii: "k") {
                    return Limits.Regex.subjectBytesMax
                }
            case UInt8(ascii: "("):
                let name = Array("(?P=".utf8)
                if pattern.count - index >= name.count,
                    name.indices.allSatisfy({ pattern[index + $0] == name[$0] })
                {
                    return Limits.Regex.subjectBytesMax
                }
            case UInt8(ascii: "{"): most = max(most, number(pattern, index + 1))
            default: break
            }
            index += 1
        }
        return most
    }

    /// The number that begins at `start`, perhaps behind spaces; 0: there is none.
    private static func number(_ pattern: Span<UInt8>, _ start: Int) -> Int {
        var index = start
        while index < pattern.count, pattern[index] == 0x20 { index += 1 }
        var number = 0
        while index < pattern.count, pattern[index] &- 0x30 < 10 {
            number = min(number * 10 + Int(pattern[index] & 0xF), Limits.Regex.subjectBytesMax)
            index += 1
        }
        return number
    }
}
