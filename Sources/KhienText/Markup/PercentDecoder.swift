/// One escape of percent-encoding, as its bytes come.
///
/// A percent sign without two hexadecimal digits behind it stands for itself.
///
/// Source: URL Standard, section 1.3.
struct PercentDecoder {
    enum Step {
        /// The byte is a digit of an escape that is not whole yet.
        case open
        /// It was the last one.
        case byte(UInt8)
        /// It is none of an escape; what began as one is to be given out (`end`).
        case other
    }

    /// Bytes of the escape that were met.
    private var count: UInt8 = 0
    /// Its first digit.
    private var digit: UInt8 = 0
    private var value: UInt8 = 0

    /// A percent sign has been met, and not two digits behind it.
    @inline(__always)
    var isOpen: Bool { count > 0 }

    /// A percent sign has come.
    mutating func begin() { count = 1 }

    /// Behind a percent sign.
    mutating func take(_ byte: UInt8) -> Step {
        guard let value = byte.hexValue else { return .other }
        if count == 1 {
            (count, digit, self.value) = (2, byte, value)
            return .open
        }
        count = 0
        return .byte(self.value << 4 | value)
    }

    /// What began as an escape is none.
    ///
    /// - Returns: the bytes that it had; zero where it had none.
    mutating func end() -> (sign: UInt8, digit: UInt8) {
        defer { count = 0 }
        return (count > 0 ? UInt8(ascii: "%") : 0, count > 1 ? digit : 0)
    }
}
