import KhienModel
import KhienText

/// Splits a range of addresses into the fewest networks that cover it exactly.
enum AddressSplitter {
    /// One network: its first address and its prefix length.
    struct Block: Equatable {
        var address: IPAddress
        var prefixLength: Int
    }

    /// The networks of `first...last`, in order; nil if the two are of different families or in the
    /// wrong order. At most 62 for IPv4 and 254 for IPv6.
    static func blocks(from first: IPAddress, through last: IPAddress) -> [Block]? {
        switch (first, last) {
        case (.v4(let low), .v4(let high)):
            split(UInt128(low), UInt128(high), bits: 32) { .v4(UInt32(truncatingIfNeeded: $0)) }
        case (.v6(let lowHigh, let lowLow), .v6(let highHigh, let highLow)):
            split(
                UInt128(lowHigh) << 64 | UInt128(lowLow),
                UInt128(highHigh) << 64 | UInt128(highLow), bits: 128
            ) {
                .v6(
                    high: UInt64(truncatingIfNeeded: $0 >> 64), low: UInt64(truncatingIfNeeded: $0))
            }
        default: nil
        }
    }

    private static func split(
        _ first: UInt128, _ last: UInt128, bits: Int, _ address: (UInt128) -> IPAddress
    ) -> [Block]? {
        guard first <= last else { return nil }
        var result: [Block] = []
        var current = first
        while result.count < Limits.Lists.networksPerRangeMax {
            // The largest block that begins here and does not pass the end.
            var size = min(current.trailingZeroBitCount, bits)
            let left = last - current
            while size > 0, size == 128 || (UInt128(1) << UInt128(size)) - 1 > left {
                if size == 128, left == UInt128.max { break }
                size -= 1
            }
            result.append(Block(address: address(current), prefixLength: bits - size))
            if size >= 128 { return result }
            let step = UInt128(1) << UInt128(size)
            if left < step { return result }
            current += step
        }
        return result
    }
}
