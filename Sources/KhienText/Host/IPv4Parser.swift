/// IPv4 addresses in every spelling that the URL Standard accepts: one to four parts, each decimal,
/// octal (`0...`) or hexadecimal (`0x...`), the last filling the remaining octets.
///
/// Source: https://url.spec.whatwg.org/#concept-ipv4-parser
enum IPv4Parser {
    /// Whether the last label, a final empty one left aside, is a number: then the host must be an
    /// IPv4 address or is refused.
    static func endsInNumber(_ host: Span<UInt8>) -> Bool {
        var end = host.count
        if end > 0, host[end - 1] == 0x2E { end -= 1 }
        // A host that is only "." or "" has no label.
        guard end > 0 else { return false }
        var start = end
        while start > 0, host[start - 1] != 0x2E { start -= 1 }
        guard start < end, host[start].isDigit else { return false }
        var allDigits = true
        for index in start..<end where !host[index].isDigit { allDigits = false }
        return allDigits || number(host.extracting(start..<end)) != nil
    }

    /// The address, or nil.
    static func parse(_ host: Span<UInt8>) -> UInt32? {
        var end = host.count
        if end > 0, host[end - 1] == 0x2E { end -= 1 }
        var value: UInt64 = 0
        var partCount = 0
        var start = 0
        while true {
            var next = start
            while next < end, host[next] != 0x2E { next += 1 }
            guard partCount < 4, next > start,
                let part = number(host.extracting(start..<next))
            else { return nil }
            let isLast = next >= end
            partCount += 1
            if isLast {
                let octets = UInt64(5 - partCount)
                guard part < 1 << (8 * octets) else { return nil }
                return UInt32(truncatingIfNeeded: value << (8 * octets) | part)
            }
            guard part <= 255 else { return nil }
            value = value << 8 | part
            start = next + 1
        }
    }

    /// A part as a number, saturated above 32 bits; nil if a byte is no digit of its radix.
    private static func number(_ text: Span<UInt8>) -> UInt64? {
        var index = 0
        var radix: UInt64 = 10
        if text.count >= 2, text[0] == 0x30 {
            if text[1] | 0x20 == 0x78 {
                radix = 16
                index = 2
            } else {
                radix = 8
                index = 1
            }
        }
        var value: UInt64 = 0
        while index < text.count {
            guard let digit = text[index].hexValue, digit < radix else { return nil }
            value = min(value * radix + UInt64(digit), 1 << 40)
            index += 1
        }
        return value
    }
}
