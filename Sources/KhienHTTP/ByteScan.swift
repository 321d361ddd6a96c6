// Finding and comparing bytes eight at a time. The only file of this module that loads more than a
// byte from a span; every other access is an element of a `Span`.
//
// Tried: `SIMD16<UInt8>` with `any(mask)`. The compiler (6.3) takes it apart into single bytes; a
// whole head then costs three times the instructions.

import KhienModel

extension Span where Element == UInt8 {
    private static var spaces: UInt64 { 0x2020_2020_2020_2020 }

    /// Up to eight bytes at `start` with bit 5 of each set, the rest zero.
    @inline(__always)
    func foldedWord(at start: Int, count length: Int) -> UInt64 {
        let mask = length == 8 ? UInt64.max : (1 &<< (8 &* UInt64(length))) &- 1
        if start + 8 <= count { return (word(at: start) | Self.spaces) & mask }
        var result: UInt64 = 0
        for index in 0..<length {
            result |= UInt64(self[start + index] | 0x20) &<< (8 &* UInt64(index))
        }
        return result
    }

    /// The first byte in `start..<end` that is below 0x20 or 0x7F; `end` if there is none.
    ///
    /// These are the bytes that cannot stand in a field value (RFC 9110 section 5.5), among them
    /// the line's end, and HTAB, which can: the caller goes on behind it.
    @inline(__always)
    func firstControl(from start: Int, to end: Int) -> Int {
        var index = start
        while index + 8 <= end {
            let word = word(at: index)
            // The high bit of a byte is set where the byte is below 0x20, or is 0x7F. A borrow can
            // set it falsely, but only above a true one, so the lowest is true.
            let below = (word &- Self.spaces) & ~word
            let folded = word ^ 0x7F7F_7F7F_7F7F_7F7F
            let delete = (folded &- UInt64.everyByte) & ~folded
            let hits = (below | delete) & UInt64.highBits
            if hits != 0 { return index + hits.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < end {
            let byte = self[index]
            if byte < 0x20 || byte == 0x7F { return index }
            index += 1
        }
        return end
    }

    /// The first byte in `start..<end` that is no letter, digit, hyphen or dot; `end` if there is
    /// none. All of these may stand in field names and in host names, and few others do.
    @inline(__always)
    func firstUncommon(from start: Int, to end: Int) -> Int {
        var index = start
        while index + 8 <= end {
            let word = word(at: index)
            // Seven bits a byte, so that no sum carries into the next byte. The high bit of a sum
            // is set where the byte is at or above the bound that was subtracted from 0x80.
            let bits = word & ~UInt64.highBits
            let folded = bits | Self.spaces
            let letters = (folded &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(folded &+ 0x0505_0505_0505_0505)
            let digits = (bits &+ 0x5050_5050_5050_5050) & ~(bits &+ 0x4646_4646_4646_4646)
            let marks = (bits &+ 0x5353_5353_5353_5353) & ~(bits &+ 0x5151_5151_5151_5151)
            let misses = ~(letters | digits | marks) | word
            if misses & UInt64.highBits != 0 {
                return index + (misses & UInt64.highBits).trailingZeroBitCount / 8
            }
            index += 8
        }
        while index < end, self[index].isCommon { index += 1 }
        return index
    }

    /// Whether two ranges of two spans hold the same bytes; ASCII letters match in either case.
    func equalsIgnoringCase(_ range: ByteRange, _ other: Span<UInt8>, _ otherRange: ByteRange)
        -> Bool
    {
        guard range.count == otherRange.count else { return false }
        let start = Int(range.start)
        let otherStart = Int(otherRange.start)
        var index = 0
        while index + 8 <= range.count {
            let word = word(at: start + index).asciiLowered
            if word != other.word(at: otherStart + index).asciiLowered { return false }
            index += 8
        }
        while index < range.count {
            let byte = self[start + index].lowercasedASCII
            if byte != other[otherStart + index].lowercasedASCII { return false }
            index += 1
        }
        return true
    }

    /// The range without the spaces and tabs at its two ends (OWS, RFC 9110 section 5.6.3).
    @inline(__always)
    func trimmed(_ start: Int, _ end: Int) -> ByteRange {
        var first = start
        var last = end
        while first < last, self[first].isBlank { first += 1 }
        while last > first, self[last - 1].isBlank { last -= 1 }
        return ByteRange(first, last)
    }
}

extension Span where Element == UInt8 {
    /// The first byte in `start..<end` that is not visible ASCII (0x21 to 0x7E) or is the number
    /// sign; `end` if there is none. These cannot stand in a request target.
    @inline(__always)
    func firstOutsideTarget(from start: Int, to end: Int) -> Int {
        var index = start
        while index + 8 <= end {
            let word = word(at: index)
            // As in `firstControl`: below 0x21, 0x7F, 0x23, or with the high bit set.
            let below = (word &- 0x2121_2121_2121_2121) & ~word
            let folded = word ^ 0x7F7F_7F7F_7F7F_7F7F
            let delete = (folded &- UInt64.everyByte) & ~folded
            let sign = word ^ 0x2323_2323_2323_2323
            let number = (sign &- UInt64.everyByte) & ~sign
            let hits = (below | delete | number | word) & UInt64.highBits
            if hits != 0 { return index + hits.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < end, self[index] &- 0x21 < 0x5E, self[index] != .hash { index += 1 }
        return index
    }

    /// Whether the span can stand where a target or a host does.
    var isTargetBytes: Bool { firstOutsideTarget(from: 0, to: count) == count }
}
