// Comparing with and appending the program's own ASCII constants, and appending spans.

extension Span where Element == UInt8 {
    /// Whether the bytes at `start` begin with `text`. False where too few bytes are there.
    @inline(__always)
    func matches(_ text: StaticString, at start: Int) -> Bool {
        guard start + text.utf8CodeUnitCount <= count else { return false }
        for index in 0..<text.utf8CodeUnitCount where self[start + index] != text.byte(index) {
            return false
        }
        return true
    }

    /// Whether the range holds `text`; ASCII letters match in either case.
    func equalsIgnoringCase(_ range: ByteRange, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for index in 0..<range.count
        where self[Int(range.start) + index].lowercasedASCII != text.byte(index).lowercasedASCII {
            return false
        }
        return true
    }
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

extension [UInt8] {
    /// Appends the program's own text.
    @inline(__always)
    mutating func append(_ text: StaticString) {
        // SAFETY: start and count describe the literal; the copy ends before the call does.
        unsafe append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends a span in one copy.
    @inline(__always)
    mutating func append(_ bytes: Span<UInt8>) {
        // SAFETY: the pointer is used inside the closure only, which copies from it.
        unsafe bytes.withUnsafeBufferPointer { unsafe self.append(contentsOf: $0) }
    }

    /// Appends a range of a span.
    @inline(__always)
    mutating func append(_ bytes: Span<UInt8>, _ range: ByteRange) {
        append(bytes.extracting(range.range))
    }

    /// Appends a number in decimal.
    mutating func append(decimal number: UInt64) {
        var divisor: UInt64 = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(truncatingIfNeeded: 0x30 + number / divisor % 10))
            divisor /= 10
        }
    }
}
