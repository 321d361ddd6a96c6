/// Small questions about bytes and spans of bytes, asked by every grammar.
enum Byte {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let dot = UInt8(ascii: ".")
    static let hyphen = UInt8(ascii: "-")
    static let slash = UInt8(ascii: "/")
    static let backslash = UInt8(ascii: "\\")
    static let colon = UInt8(ascii: ":")
    static let hash = UInt8(ascii: "#")
    static let star = UInt8(ascii: "*")
    static let comma = UInt8(ascii: ",")
    static let semicolon = UInt8(ascii: ";")
    static let exclamation = UInt8(ascii: "!")
    static let caret = UInt8(ascii: "^")
    static let pipe = UInt8(ascii: "|")
    static let dollar = UInt8(ascii: "$")
    static let question = UInt8(ascii: "?")
    static let quote = UInt8(ascii: "\"")
    static let equals = UInt8(ascii: "=")
    static let tilde = UInt8(ascii: "~")
    static let at = UInt8(ascii: "@")
    static let percent = UInt8(ascii: "%")

    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    static func isUpper(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }

    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    static func lowered(_ byte: UInt8) -> UInt8 { isUpper(byte) ? byte | 0x20 : byte }

    /// The value of a hexadecimal digit.
    static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    /// Appends the percent escape of a byte.
    static func appendEscape(_ byte: UInt8, to text: inout [UInt8]) {
        text.append(percent)
        for digit in [byte >> 4, byte & 15] {
            text.append(digit < 10 ? 0x30 + digit : 0x37 + digit)
        }
    }
}

extension Span where Element == UInt8 {
    /// The first index in `range` whose byte is `byte`.
    func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index < range.upperBound {
            if self[index] == byte { return index }
            index += 1
        }
        return nil
    }

    /// The last index in `range` whose byte is `byte`.
    func lastIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        var index = range.upperBound - 1
        while index >= range.lowerBound {
            if self[index] == byte { return index }
            index -= 1
        }
        return nil
    }

    /// Whether the bytes from `start` to `end` begin with `text` (ASCII, lower case), without
    /// regard to case.
    func hasPrefix(_ text: String, at start: Int, before end: Int) -> Bool {
        var index = start
        for wanted in text.utf8 {
            if index >= end || Byte.lowered(self[index]) != wanted { return false }
            index += 1
        }
        return true
    }

    /// Whether the bytes of `range` are exactly `text` (ASCII, lower case), without regard to case.
    func equals(_ text: String, in range: Range<Int>) -> Bool {
        range.count == text.utf8.count
            && hasPrefix(text, at: range.lowerBound, before: range.upperBound)
    }

    /// Whether `byte` stands twice at `start`: `||`, `@@`.
    @inline(__always)
    func hasPair(of byte: UInt8, at start: Int, before end: Int) -> Bool {
        end - start >= 2 && self[start] == byte && self[start + 1] == byte
    }

    /// Where a line ends without the carriage returns at its end: of CRLF, and of CR CR LF, which comes of converting
    /// twice.
    @inline(__always)
    func contentEnd(_ line: Range<Int>) -> Int {
        var end = line.upperBound
        while end > line.lowerBound, self[end - 1] == Byte.carriageReturn { end -= 1 }
        return end
    }

    /// `range` without spaces and tabs at both ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, Byte.isBlank(self[lower]) { lower += 1 }
        while upper > lower, Byte.isBlank(self[upper - 1]) { upper -= 1 }
        return lower..<upper
    }

    /// `range` without spaces, tabs and what else looks like a blank, or like nothing, at both ends: text that
    /// comes out of a document or a table brings it along.
    @inline(__always)
    func trimmedOfSpaces(_ range: Range<Int>) -> Range<Int> {
        let visible = trimmed(range)
        // Of ordinary lines these two looks are all.
        guard let first = visible.first, self[first] >= 0x80 || self[visible.upperBound - 1] >= 0x80
        else { return visible }
        return trimmedOfWideSpaces(visible)
    }

    private func trimmedOfWideSpaces(_ range: Range<Int>) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper {
            let length = WideSpace.length(self, at: lower, before: upper)
            if length == 0 { break }
            lower += length
        }
        while lower < upper {
            let length = (1...3).first {
                upper - $0 >= lower && WideSpace.length(self, at: upper - $0, before: upper) == $0
            }
            guard let length else { break }
            upper -= length
        }
        return lower..<upper
    }

    /// The first run of bytes in `range` that are neither space nor tab; nil: none.
    func nextWord(in range: Range<Int>) -> Range<Int>? {
        var lower = range.lowerBound
        while lower < range.upperBound, Byte.isBlank(self[lower]) { lower += 1 }
        if lower == range.upperBound { return nil }
        var upper = lower
        while upper < range.upperBound, !Byte.isBlank(self[upper]) { upper += 1 }
        return lower..<upper
    }

    /// A copy of the bytes of `range`.
    func copy(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        for index in range { bytes.append(self[index]) }
        return bytes
    }
}
