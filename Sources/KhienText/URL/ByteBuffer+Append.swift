/// Appends to a growing array of bytes; a span is copied in one step.
extension [UInt8] {
    /// Appends all bytes of `span`.
    @inlinable @inline(__always)
    public mutating func append(bytesOf span: Span<UInt8>) {
        // SAFETY: the buffer is used only inside the closure, during which `span` keeps its memory
        // alive; `append` copies out of it.
        unsafe span.withUnsafeBufferPointer { buffer in
            unsafe append(contentsOf: buffer)
        }
    }

    /// Appends the ASCII text of a literal.
    mutating func append(literal: StaticString) {
        // SAFETY: a static string's bytes live as long as the program; `append` copies them.
        literal.withUTF8Buffer { buffer in
            unsafe append(contentsOf: buffer)
        }
    }

    /// Appends `%XX`.
    @inline(__always)
    mutating func append(percentEncoded byte: UInt8) {
        append(0x25)
        append((byte >> 4).upperHexDigit)
        append(byte.upperHexDigit)
    }

    /// Appends `span`, percent-encoding each byte that is in `set`; runs of others are copied whole.
    mutating func append(_ span: Span<UInt8>, encoding set: ByteClass) {
        var runStart = 0
        var index = 0
        while index < span.count {
            let byte = span[index]
            if set.contains(byte: byte) {
                append(bytesOf: span.extracting(runStart..<index))
                append(percentEncoded: byte)
                runStart = index + 1
            }
            index += 1
        }
        append(bytesOf: span.extracting(runStart..<span.count))
    }

    /// Appends a number in decimal digits.
    mutating func append(decimal value: UInt32) {
        if value >= 10 { append(decimal: value / 10) }
        append(0x30 + UInt8(truncatingIfNeeded: value % 10))
    }
}
