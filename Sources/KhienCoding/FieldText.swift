// Reading header field values, and comparing with the program's own ASCII constants.

extension UInt8 {
    /// The byte with an ASCII capital turned into its small letter.
    @inline(__always)
    var lowercasedASCII: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// SP or HTAB.
    @inline(__always)
    var isBlank: Bool { self == 0x20 || self == 0x09 }

    /// The white space of the Encoding and HTML Standards: HTAB, LF, FF, CR, SP.
    @inline(__always)
    var isSpaceASCII: Bool {
        self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0C || self == 0x0D
    }

    @inline(__always)
    var isLetterASCII: Bool { (self | 0x20) &- 0x61 < 26 }
}

extension StaticString {
    /// The byte at `index`, which must be below `utf8CodeUnitCount`.
    @inline(__always)
    func byte(_ index: Int) -> UInt8 {
        precondition(index >= 0 && index < utf8CodeUnitCount)
        // SAFETY: the index was just checked; a literal's bytes live as long as the program.
        return unsafe utf8Start[index]
    }
}

extension Span where Element == UInt8 {
    /// Whether the range holds `text`; ASCII letters match in either case.
    func equalsIgnoringCase(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return matchesIgnoringCase(text, at: range.lowerBound)
    }

    /// Whether `text` stands at `start`; ASCII letters match in either case.
    func matchesIgnoringCase(_ text: StaticString, at start: Int) -> Bool {
        guard start + text.utf8CodeUnitCount <= count else { return false }
        for index in 0..<text.utf8CodeUnitCount
        where self[start + index].lowercasedASCII != text.byte(index).lowercasedASCII {
            return false
        }
        return true
    }

    /// Whether `text` stands at `start`, letter for letter.
    func isExactly(_ text: StaticString, at start: Int) -> Bool {
        guard start + text.utf8CodeUnitCount <= count else { return false }
        for index in 0..<text.utf8CodeUnitCount where self[start + index] != text.byte(index) {
            return false
        }
        return true
    }

    /// The range without spaces and tabs at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var first = range.lowerBound
        var last = range.upperBound
        while first < last, self[first].isBlank { first += 1 }
        while last > first, self[last - 1].isBlank { last -= 1 }
        return first..<last
    }
}

/// The elements of a comma-separated field value whose elements are tokens with parameters, blanks
/// removed, empty ones left out; at most `Limits.Coding.elementsMax`.
///
/// Source: RFC 9110 section 5.6.1.
struct FieldElements {
    private var position = 0
    private var given = 0

    mutating func next(in bytes: Span<UInt8>, atMost limit: Int) -> Range<Int>? {
        while position < bytes.count {
            let start = position
            while position < bytes.count, bytes[position] != UInt8(ascii: ",") { position += 1 }
            let element = bytes.trimmed(start..<position)
            position += 1
            if element.isEmpty { continue }
            if given == limit { return nil }
            given += 1
            return element
        }
        return nil
    }
}
