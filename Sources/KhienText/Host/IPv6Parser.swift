/// IPv6 addresses in text (RFC 4291 section 2.2), without brackets and without a zone.
///
/// Source: https://url.spec.whatwg.org/#concept-ipv6-parser
enum IPv6Parser {
    /// The address, or nil.
    static func parse(_ text: Span<UInt8>) -> (high: UInt64, low: UInt64)? {
        var pieces: InlineArray<8, UInt16> = .init(repeating: 0)
        var count = 0
        var compress = -1
        var index = 0
        if text.count > 0, text[0] == 0x3A {
            guard text.count > 1, text[1] == 0x3A else { return nil }
            index = 2
            compress = 0
        }
        while index < text.count {
            guard count < 8 else { return nil }
            if text[index] == 0x3A {
                guard compress < 0 else { return nil }
                index += 1
                compress = count
                continue
            }
            let pieceStart = index
            var value: UInt16 = 0
            while index < text.count, index < pieceStart + 4, let digit = text[index].hexValue {
                value = value << 4 | UInt16(digit)
                index += 1
            }
            if index < text.count, text[index] == 0x2E {
                guard count <= 6, index > pieceStart,
                    let tail = IPAddressText.parseIPv4(
                        text.extracting(pieceStart..<text.count))
                else { return nil }
                pieces[count] = UInt16(tail >> 16)
                pieces[count + 1] = UInt16(truncatingIfNeeded: tail)
                count += 2
                index = text.count
                break
            }
            if index < text.count {
                guard text[index] == 0x3A, index > pieceStart else { return nil }
                index += 1
                guard index < text.count else { return nil }
            }
            pieces[count] = value
            count += 1
        }
        guard compress >= 0 ? count < 8 : count == 8 else { return nil }
        return join(pieces, count: count, compress: compress)
    }

    /// Puts the pieces after `compress` at the end, zeros between.
    private static func join(
        _ pieces: InlineArray<8, UInt16>, count: Int, compress: Int
    ) -> (high: UInt64, low: UInt64) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        let tail = compress >= 0 ? count - compress : 0
        for position in 0..<8 {
            let piece: UInt16
            if compress < 0 || position < compress {
                piece = pieces[position]
            } else if position >= 8 - tail {
                piece = pieces[position - (8 - count)]
            } else {
                piece = 0
            }
            if position < 4 { high = high << 16 | UInt64(piece) }
            if position >= 4 { low = low << 16 | UInt64(piece) }
        }
        return (high, low)
    }
}
