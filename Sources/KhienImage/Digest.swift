/// The outcome of a hash of 128 or 256 bits, as two or four little-endian words of its bytes; the
/// words that a hash of 128 bits has not are 0.
package struct Digest: Hashable, Sendable, Comparable {
    package var first: UInt64
    package var second: UInt64
    package var third: UInt64
    package var fourth: UInt64

    package init(_ first: UInt64, _ second: UInt64, _ third: UInt64 = 0, _ fourth: UInt64 = 0) {
        self.first = first
        self.second = second
        self.third = third
        self.fourth = fourth
    }

    /// By the first word, so that digests in order are in the order of their home buckets.
    package static func < (left: Self, right: Self) -> Bool {
        if left.first != right.first { return left.first < right.first }
        if left.second != right.second { return left.second < right.second }
        if left.third != right.third { return left.third < right.third }
        return left.fourth < right.fourth
    }

    /// The digest that 64 hexadecimal digits name; nil for any other text.
    package init?(hexadecimal text: Span<UInt8>) {
        guard text.count == 64 else { return nil }
        var words: InlineArray<4, UInt64> = .init(repeating: 0)
        for index in 0..<32 {
            guard let high = Self.nibble(text[index * 2]),
                let low = Self.nibble(text[index * 2 + 1])
            else { return nil }
            words[index / 8] |= UInt64(high << 4 | low) << UInt64(index % 8 * 8)
        }
        self.init(words[0], words[1], words[2], words[3])
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        if digit &- UInt8(ascii: "0") < 10 { return digit &- UInt8(ascii: "0") }
        let letter = digit | 0x20
        return letter &- UInt8(ascii: "a") < 6 ? letter &- UInt8(ascii: "a") + 10 : nil
    }

    /// The first `byteCount` bytes as hexadecimal digits in lower case. Allocates; for messages.
    package func hexadecimal(byteCount: Int) -> String {
        let words = [first, second, third, fourth]
        var text = ""
        for index in 0..<min(byteCount, 32) {
            let byte = words[index / 8] >> UInt64(index % 8 * 8) & 0xFF
            text += byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
        }
        return text
    }
}
